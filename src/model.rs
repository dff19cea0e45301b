//! What a user, a post, a nickname, a body and a timeline are.
//!
//! Every limit of the program is a type of this room: a value that exists is valid, so the other rooms
//! never check twice. It knows nothing of the store, the terminal or any file format, and imports none
//! of our other rooms.

mod body;
mod draft;
mod email;
mod fold;
mod nickname;
mod origin;
mod panes;
mod picture;
mod post;
mod profile;
mod record;
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
pub use nickname::{Nickname, NicknameError};
pub use origin::{Attachment, Audience, Home, ImportItem, Origin, Reaction, RemotePost, RemoteUser, Skipped};
pub use panes::Panes;
pub use picture::{Picture, PictureError, Pixel, mean};
pub use post::{Answered, Fold, Mention, Mine, NewPost, Post, PostId, PostIdError, Version};
pub use profile::{AboutMe, DisplayName, ProfileError};
pub use record::{
    AvatarRecord, DraftRecord, DumpEnd, DumpHeader, FilterRecord, MentionRecord, NotificationRecord, PairRecord,
    PanesRecord, PendingRecord, PostRecord, ReactionKind, ReactionRecord, ReadRecord, Record, SearchRecord, UserRecord,
    VersionRecord,
};
pub use social::{
    Filter, Followed, Notification, NotificationKind, Numbers, Phrase, PhraseError, Relation, SavedSearch,
};
pub use stats::Stats;
pub use thread::Threaded;
pub use time::{ParseTimeError, Timestamp};
pub use timeline::{Place, Timeline};
pub use user::{NewUser, User, UserId};
