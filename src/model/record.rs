//! What a whole database consists of when it leaves as lines, and comes back: one [`Record`] for each thing in it.
//!
//! The names of the fields are the names in the file, and docs/jsonl.md explains each. Users are called by their
//! nicknames and posts by their numbers, as people call them. A field that is absent says that there is nothing.

use chrono::DateTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{NotificationKind, Origin, Timestamp, UserKind};

/// One thing of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// Comes first, and says what follows.
    Microblog(DumpHeader),
    /// A user.
    User(Box<UserRecord>),
    /// The nickname of the active user.
    Active(String),
    /// How wide the panes of the screens were made.
    Panes(PanesRecord),
    /// A post or a boost.
    Post(Box<PostRecord>),
    /// What somebody looks like.
    Avatar(AvatarRecord),
    /// Somebody follows somebody.
    Follow(PairRecord),
    /// Somebody mutes somebody.
    Mute(PairRecord),
    /// Somebody likes a post.
    Like(ReactionRecord),
    /// Somebody keeps a post.
    Bookmark(ReactionRecord),
    /// A like or a bookmark of a post that is not here yet.
    Waiting(PendingRecord),
    /// What somebody was writing.
    Draft(DraftRecord),
    /// A phrase that somebody does not want to read.
    Filter(FilterRecord),
    /// A search that somebody keeps.
    Search(SearchRecord),
    /// How far somebody has read.
    Read(ReadRecord),
    /// What somebody was told.
    Notification(NotificationRecord),
    /// Comes last, so that a file that was cut short is noticed.
    End(DumpEnd),
}

/// What the file is. Numbers are never given to another, so the last ones given are part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DumpHeader {
    /// The version of these lines: 1.
    pub version: u32,
    /// The last number that was given to a user.
    pub last_user: i64,
    /// The last number that was given to a post.
    pub last_post: i64,
}

/// The end of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DumpEnd {
    /// How many lines stand before this one.
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

/// Columns that the panes are wider than they would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // As in [`Panes`](super::Panes).
pub struct PanesRecord {
    pub users: i16,
    pub timeline: i16,
}

/// A post, or a boost: that has `boost_of` and no body.
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
    /// What it said before, from the first text on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<VersionRecord>,
    /// Whom its body names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<MentionRecord>,
    /// What it keeps of where it was brought in from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Box<Origin>>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde calls it so.
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What a post said before it was edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionRecord {
    /// Counted from 0, the first text.
    pub version: i64,
    /// The text.
    pub body: String,
    /// When it was written.
    pub written_at: Timestamp,
}

/// Whom a body names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MentionRecord {
    /// The nickname as it stands in the body.
    pub name: String,
    /// The nickname of the user meant, as they are called now.
    pub user: String,
}

/// What somebody looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AvatarRecord {
    /// Who.
    pub user: String,
    /// The bytes of the picture, in base64.
    pub picture: String,
}

/// One user and another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairRecord {
    /// Who follows or mutes.
    pub user: String,
    /// Whom.
    pub whom: String,
    /// Since when.
    pub since: Timestamp,
}

/// A user and a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // Who, which post, when.
pub struct ReactionRecord {
    pub user: String,
    pub post: i64,
    pub at: Timestamp,
}

/// What waits for a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PendingRecord {
    /// Who did it.
    pub user: String,
    /// What.
    pub deed: ReactionKind,
    /// The name of the post in the world.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

/// What can wait for a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ReactionKind {
    Like,
    Bookmark,
}

/// What somebody was writing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftRecord {
    /// Whose it is.
    pub user: String,
    /// The post that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
    /// The post of which it is to be another text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit_of: Option<i64>,
    /// How often that post had been edited when the draft was begun.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub edits: u32,
    /// The text.
    pub body: String,
    /// When it was kept last.
    pub saved_at: Timestamp,
}

/// A phrase that somebody does not want to read.
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

/// A search that somebody keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // Whose, what they call it, what was typed.
pub struct SearchRecord {
    pub user: String,
    pub name: String,
    pub query: String,
}

/// How far somebody has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadRecord {
    /// Who.
    pub user: String,
    /// Which timeline, in words, as in `user john`.
    pub timeline: String,
    /// The moment of the newest post seen.
    pub seen: Timestamp,
    /// The moment of the post where the cursor was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Timestamp>,
}

/// What somebody was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // Who was told, when, of what, who did it, about which post.
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
