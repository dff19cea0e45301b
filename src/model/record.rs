//! What a whole database consists of when it leaves as lines, and comes back: one [`Record`] for each thing in it.
//!
//! The names of the fields are the names in the file, and docs/jsonl.md explains each. Users are called by their
//! nicknames and posts by their numbers, as people call them. A field that is absent says that there is nothing.

use chrono::DateTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{NotificationKind, Origin, PostDetails, Timestamp, UserKind};

/// One record of a dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// The first record: what the file is.
    Microblog(DumpHeader),
    /// A user.
    User(Box<UserRecord>),
    /// The nickname of the active user.
    Active(String),
    /// Widths of the screen's panes.
    Panes(PanesRecord),
    /// A post or a boost.
    Post(Box<PostRecord>),
    /// A user's avatar.
    Avatar(AvatarRecord),
    /// A user follows another.
    Follow(PairRecord),
    /// A user mutes another.
    Mute(PairRecord),
    /// A user likes a post.
    Like(ReactionRecord),
    /// A user bookmarked a post.
    Bookmark(ReactionRecord),
    /// A like or bookmark of a post that is not here yet.
    Waiting(PendingRecord),
    /// A draft.
    Draft(DraftRecord),
    /// A post that its author pinned.
    Pin(PinRecord),
    /// A scheduled post.
    Scheduled(ScheduledRecord),
    /// A feed that is followed over HTTP.
    Subscription(SubscriptionRecord),
    /// A word filter.
    Filter(FilterRecord),
    /// A saved search.
    Search(SearchRecord),
    /// A list of users.
    List(ListRecord),
    /// A timeline that a user keeps open.
    Tab(TabRecord),
    /// What a user has read of a timeline.
    Read(ReadRecord),
    /// Posts that came with an archive, so that nobody needs to read them.
    ReadOnArrival(IdsRecord),
    /// A notification.
    Notification(NotificationRecord),
    /// The last record, by which a truncated file is noticed.
    End(DumpEnd),
}

/// What the file is. Ids are never reused, so it includes the last ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DumpHeader {
    /// The version of the format: 1.
    pub version: u32,
    /// The last user id.
    pub last_user: i64,
    /// The last post id.
    pub last_post: i64,
}

/// The end of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DumpEnd {
    /// How many lines come before this one.
    pub lines: u64,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // Each is the field of the user of that name.
pub struct UserRecord {
    pub id: i64,
    pub nickname: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about_me: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, rename = "home", skip_serializing_if = "UserKind::is_local")]
    pub kind: UserKind,
}

/// How many columns wider than the default the panes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // As in [`Panes`](super::Panes).
pub struct PanesRecord {
    pub users: i16,
    pub timeline: i16,
}

/// A post, or a boost, which has `boost_of` and no body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // Each is the field of the post of that name.
pub struct PostRecord {
    pub id: i64,
    pub author: String,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boost_of: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub edits: u32,
    /// Earlier revisions, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<VersionRecord>,
    /// Users mentioned in the body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<MentionRecord>,
    /// Where it was imported from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Box<Origin>>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde calls it so.
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// An earlier revision of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionRecord {
    /// Its number, from 0.
    pub version: i64,
    /// Its text.
    pub body: String,
    /// When it was written.
    pub written_at: Timestamp,
}

/// A user mentioned in a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MentionRecord {
    /// The nickname in the body.
    pub name: String,
    /// The user's current nickname.
    pub user: String,
}

/// A user's avatar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AvatarRecord {
    /// Nickname of the user.
    pub user: String,
    /// The bytes of the picture, in base64.
    pub picture: String,
}

/// A relation between two users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairRecord {
    /// The user who follows or mutes.
    pub user: String,
    /// The user who is followed or muted.
    pub whom: String,
    /// When it started.
    pub since: Timestamp,
}

/// A reaction to a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // Who, which post, when.
pub struct ReactionRecord {
    pub user: String,
    pub post: i64,
    pub at: Timestamp,
}

/// A reaction to a post that is not here yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PendingRecord {
    /// Nickname of the user.
    pub user: String,
    /// Like or bookmark.
    #[serde(rename = "deed")]
    pub reaction: ReactionKind,
    /// Remote id of the post.
    pub name: String,
    /// When the user reacted.
    pub at: Timestamp,
}

/// Kinds of reactions that can be pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ReactionKind {
    Like,
    Bookmark,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftRecord {
    /// Nickname of its author.
    pub user: String,
    /// The post that it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
    /// The post that it edits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit_of: Option<i64>,
    /// How often that post had been edited when the draft was started.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub edits: u32,
    /// Its number among the drafts of that user for that post, from 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub slot: u32,
    /// Its text.
    pub body: String,
    /// When it was last saved.
    pub saved_at: Timestamp,
    /// What the post will have besides its text.
    #[serde(default, skip_serializing_if = "PostDetails::is_empty")]
    pub details: PostDetails,
}

/// A scheduled post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduledRecord {
    /// Nickname of its author.
    pub user: String,
    /// The post that it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
    /// Its text.
    pub body: String,
    /// The other posts of a thread.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rest: Vec<String>,
    /// When it is to be posted.
    pub post_at: Timestamp,
    /// What it has besides its text.
    #[serde(default, skip_serializing_if = "PostDetails::is_empty")]
    pub details: PostDetails,
}

/// A post that its author pinned to their profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinRecord {
    /// Nickname of its author.
    pub user: String,
    /// The post.
    pub post: i64,
    /// When it was pinned.
    pub at: Timestamp,
}

/// A feed that is followed over HTTP. When it was fetched, and with what result, stays behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionRecord {
    /// Nickname of the user whom it is bound to.
    pub user: String,
    /// The address as it was followed.
    pub url: String,
    /// The address that is fetched, if the server redirected to another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetch_url: Option<String>,
}

/// A word filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // As in [`Filter`](super::Filter).
pub struct FilterRecord {
    pub user: String,
    pub phrase: String,
    pub folded: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A saved search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // Whose, what they call it, what was typed.
pub struct SearchRecord {
    pub user: String,
    pub name: String,
    pub query: String,
}

/// A list of users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRecord {
    /// Nickname of its owner.
    pub user: String,
    /// Its name.
    pub name: String,
    /// Nicknames of the users in it.
    pub members: Vec<String>,
}

/// A timeline that a user keeps open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TabRecord {
    /// Nickname of the user.
    pub user: String,
    /// Its place among the user's tabs, from 1 on.
    pub position: i64,
    /// The timeline, such as `user john`.
    pub timeline: String,
    /// Its name in the header, if it has one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What a user has read of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadRecord {
    /// Nickname of the user.
    pub user: String,
    /// The timeline, such as `user john`.
    pub timeline: String,
    /// The key of the newest post seen.
    pub seen: Timestamp,
    /// The key of the post at the cursor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Timestamp>,
    /// What was read in each range of keys, oldest first; absent in files of versions that only stored `seen`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spans: Option<Vec<SpanRecord>>,
}

/// What was read in a range of keys, which ends where the next one starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpanRecord {
    /// The first key.
    pub from: Timestamp,
    /// Posts with ids up to this one were read.
    pub up_to: i64,
}

/// A range of ids of posts, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct IdsRecord {
    pub first: i64,
    pub last: i64,
}

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // Who is notified, when, of what, who did it, about which post.
pub struct NotificationRecord {
    pub user: String,
    pub at: Timestamp,
    pub kind: NotificationKind,
    pub actor: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<i64>,
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let moment = DateTime::parse_from_rfc3339(&text);
        moment.map(Self::from).map_err(|_| de::Error::custom(format!("{text:?} is no time as RFC 3339 has it")))
    }
}

#[cfg(test)]
mod tests {
    use super::Record;

    #[test]
    fn what_is_as_usual_is_left_out_and_the_rest_comes_back() {
        for line in [
            r#"{"user":{"id":2,"nickname":"susan"}}"#,
            r#"{"user":{"id":2,"nickname":"susan@example.com","home":"elsewhere"}}"#,
            r#"{"post":{"id":3,"author":"susan","created_at":"2026-01-01T10:05:00Z","body":"hello"}}"#,
            r#"{"post":{"id":3,"author":"susan","created_at":"2026-01-01T10:05:00Z","body":"hello","edits":2}}"#,
        ] {
            let read: Record = serde_json::from_str(line).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), line);
        }
    }
}
