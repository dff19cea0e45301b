//! What a user, a post, a nickname, a body and a timeline are.
//!
//! Every limit of the program is a type of this room: a value that exists is valid, so the other rooms
//! never check twice. It knows nothing of the store, the terminal or any file format, and imports none
//! of our other rooms.

mod body;
mod draft;
mod email;
mod fold;
mod line;
mod nickname;
mod origin;
mod panes;
mod picture;
mod post;
mod profile;
mod social;
mod stats;
mod thread;
mod time;
mod timeline;
mod user;

pub use body::{BODY_LIMIT, Body, BodyError, graphemes};
pub use draft::Purpose;
pub use email::{Email, EmailError};
pub use fold::fold;
pub use line::{
    AvatarLine, Deed, DraftLine, End, FilterLine, Head, HomeWord, Line, MentionLine, NotificationLine, PairLine,
    PanesLine, PostLine, ReactionLine, ReadLine, SearchLine, UserLine, VersionLine, WaitingLine,
};
pub use nickname::{Nickname, NicknameError};
pub use origin::{Arrival, Attachment, Audience, Home, Item, Origin, Person, Reaction, Skipped};
pub use panes::Panes;
pub use picture::{Picture, PictureError, Pixel, mean};
pub use post::{Answered, Fold, Mention, Mine, NewPost, Post, PostId, PostIdError, Version};
pub use profile::{AboutMe, DisplayName, ProfileError};
pub use social::{
    Filter, Followed, Notification, NotificationKind, Numbers, Phrase, PhraseError, Relation, SavedSearch,
};
pub use stats::Stats;
pub use thread::Threaded;
pub use time::{ParseTimeError, Timestamp};
pub use timeline::{Place, Timeline};
pub use user::{NewUser, User, UserId};
