//! Domain types: users, posts, nicknames, bodies, timelines.
//!
//! Every limit is enforced by a type: a value that exists is valid, so no other module checks it again. This module
//! does not know the store, the terminal or any file format, and imports no other module of the program.

mod account;
mod body;
mod case_fold;
mod delivery;
mod details;
mod email;
mod nickname;
mod origin;
mod outbox;
mod panes;
mod picture;
mod poll;
mod post;
mod profile;
mod purpose;
mod read_notifications;
mod read_state;
mod record;
mod revision;
mod scheduled;
mod social;
mod stats;
mod subscription;
mod thread;
mod time;
mod timeline;
mod user;

pub use account::{
    Account, AccountCheck, AccountGap, AccountList, AccountNotice, AccountPage, AccountState, AccountStatus,
    AccountUser, GapChange, NewAccount, ServerStatus,
};
pub use body::{BODY_LIMIT, Body, BodyError, grapheme_count};
pub use case_fold::case_fold;
pub use delivery::{Delivery, OutboxAction, OutboxId, OutboxState};
pub use details::{DetailsError, PostDetails, is_language_tag, media_type_of};
pub use email::{Email, EmailError};
pub use nickname::{Nickname, NicknameError};
pub use origin::{Attachment, Audience, ImportItem, Origin, Reaction, RemotePost, RemoteUser, Skipped, UserKind};
pub use outbox::{NextInOutbox, OutboxCounts, OutboxEntry, Outgoing, SentPost};
pub use panes::Panes;
pub use picture::{Picture, PictureError, Pixel, mean};
pub use poll::{Poll, PollChoice, VoteError};
pub use post::{Collapse, Mention, NewPost, OwnReactions, Post, PostId, PostIdError, PostRange, ReplyParent};
pub use profile::{AboutMe, DisplayName, ProfileError};
pub use purpose::{OpenDraft, Purpose};
pub use read_notifications::ReadNotifications;
pub use read_state::{Arrival, ReadSpan, ReadState};
pub use record::{
    AvatarRecord, DraftRecord, DumpEnd, DumpHeader, FilterRecord, IdsRecord, ListRecord, MentionRecord,
    NotificationRecord, PairRecord, PanesRecord, PendingRecord, PinRecord, PostRecord, ReactionKind, ReactionRecord,
    ReadRecord, Record, ScheduledRecord, SearchRecord, SpanRecord, SubscriptionRecord, TabRecord, UserRecord,
    VersionRecord,
};
pub use revision::Revision;
pub use scheduled::{ScheduledId, ScheduledPost};
pub use social::{
    Filter, FollowCounts, FollowEntry, Notification, NotificationKind, Phrase, PhraseError, Relation, SavedSearch,
    UserList,
};
pub use stats::{ReadCount, ReadingStats, Stats};
pub use subscription::{FeedAvatar, FeedCheck, FeedResult, FeedState, FeedVersion, Subscription};
pub use thread::ThreadNode;
pub use time::{ParseTimeError, Timestamp};
pub use timeline::{PageStart, PinnedTab, Timeline};
pub use user::{NewUser, User, UserId};
