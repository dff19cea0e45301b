//! Data of imported posts and users that local ones do not have, and the items of an import.

use serde::{Deserialize, Serialize};

use super::{AboutMe, DisplayName, Picture};
use super::{Body, Email, Nickname, Revision, Timestamp};

/// What an imported post has besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Origin {
    /// Its web page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its language code, such as `en`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Content warning; a post with one is shown collapsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// Its audience.
    #[serde(skip_serializing_if = "Audience::is_public")]
    pub audience: Audience,
    /// The original text if the body was converted, for example from HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    /// Remote ids by which replies refer to it, besides its own.
    #[serde(skip_serializing_if = "Vec::is_empty", rename = "names")]
    pub aliases: Vec<String>,
    /// Remote id of the post it replies to, which may not be imported yet.
    #[serde(rename = "answers", skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// Remote id of the post it boosts, while that is not imported; the body is that id.
    #[serde(skip_serializing_if = "Option::is_none", rename = "boosts")]
    pub boost_of: Option<String>,
    /// The date that the source gives, if that was in the future; the post has the time of its arrival then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dated_at: Option<Timestamp>,
    /// Attached media.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// Who can read a post; the smaller audience is the greater value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everyone.
    #[default]
    Public,
    /// Everyone, but it is not listed in public timelines.
    Unlisted,
    /// Followers of the author.
    Followers,
    /// Mentioned users.
    Direct,
}

impl Audience {
    /// Returns the word used in files: `public`, `unlisted`, `followers` or `direct`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Followers => "followers",
            Self::Direct => "direct",
        }
    }

    #[allow(clippy::trivially_copy_pass_by_ref)] // The signature that serde expects.
    pub(super) fn is_public(&self) -> bool {
        *self == Self::Public
    }

    /// Returns the next smaller audience, or `widest` after the smallest one.
    #[must_use]
    pub fn next_within(self, widest: Self) -> Self {
        let next = match self {
            Self::Public => Self::Unlisted,
            Self::Unlisted => Self::Followers,
            Self::Followers => Self::Direct,
            Self::Direct => widest,
        };
        next.max(widest)
    }

    /// Returns the label shown on a private post.
    #[must_use]
    pub fn mark(self) -> Option<&'static str> {
        match self {
            Self::Public | Self::Unlisted => None,
            Self::Followers => Some("for followers"),
            Self::Direct => Some("direct"),
        }
    }

    /// Returns whether it is private. Private posts are left out of public export formats.
    #[must_use]
    pub fn is_private(self) -> bool {
        self >= Self::Followers
    }
}

/// An attached picture, video or other file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attachment {
    /// Media type, such as `image/png`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its path on this machine or in its archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Description of what it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Whether a user posts here, was imported, or both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserKind {
    /// A user of this database.
    #[default]
    #[serde(rename = "here")]
    Local,
    /// Imported; you cannot post as them.
    #[serde(rename = "elsewhere")]
    Remote,
    /// Imported and claimed as yours; you can post as them.
    #[serde(rename = "claimed")]
    Claimed,
}

impl UserKind {
    #[allow(clippy::trivially_copy_pass_by_ref)] // The signature that serde expects.
    pub(crate) fn is_local(&self) -> bool {
        *self == Self::Local
    }
}

/// An item of an imported file, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportItem {
    /// The owner of the file; precedes all their items.
    Owner(RemoteUser),
    /// The owner's avatar.
    Avatar(Picture),
    /// The address of the owner's avatar, which is fetched later.
    AvatarUrl(String),
    /// Another user.
    User(RemoteUser),
    /// A post.
    Post(Box<RemotePost>),
    /// A follow.
    Follow {
        /// The follower; `None` for the owner.
        follower: Option<String>,
        /// The followed user, who is added if missing.
        followed: RemoteUser,
    },
    /// A follow between two users that were already imported, by [`RemoteUser::url`].
    FollowKnown {
        /// The follower.
        follower: String,
        /// The followed user.
        followed: String,
    },
    /// A like of a post, which may not be imported.
    Like(Reaction),
    /// A bookmark of a post, which may not be imported.
    Bookmark(Reaction),
    /// A post that its source deleted. Only an import that takes changes deletes it here too.
    Deleted {
        /// [`RemoteUser::url`] of its author; `None` for the owner.
        author: Option<String>,
        /// Its remote id.
        post: String,
    },
    /// Something that could not be read.
    Skipped(Skipped),
}

/// A user in an imported file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteUser {
    /// URL of their feed or profile, which identifies them.
    pub url: String,
    /// Their nickname; a number is appended if it is taken.
    pub nickname: Nickname,
    /// Whether they are local, remote or claimed.
    pub kind: UserKind,
    /// Their display name.
    pub display_name: Option<DisplayName>,
    /// Their profile text.
    pub about_me: Option<AboutMe>,
    /// Their email address.
    pub email: Option<Email>,
    /// When they were last seen.
    pub last_seen: Option<Timestamp>,
}

/// A post in an imported file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemotePost {
    /// [`RemoteUser::url`] of its author; `None` for the owner.
    pub author: Option<String>,
    /// Its remote id, which identifies it together with the author.
    pub source: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// Its earlier texts, oldest first.
    pub revisions: Vec<Revision>,
    /// Its text.
    pub body: Body,
    /// Mentioned users: the nickname as written, and [`RemoteUser::url`].
    pub mentions: Vec<(String, String)>,
    /// Everything else.
    pub origin: Origin,
    /// Its location in the file, for a report.
    pub place: String,
}

/// A like or a bookmark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// [`RemoteUser::url`] of the user; `None` for the owner.
    pub user: Option<String>,
    /// Remote id of the post.
    pub post: String,
    /// Its time; most files do not have it.
    pub at: Option<Timestamp>,
    /// The post as far as the file contains it, in case it is not imported.
    pub copy: Option<Box<RemotePost>>,
}

/// A part of a file that could not be imported, or only with a defect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its location, such as `line 7`.
    pub place: String,
    /// The reason.
    pub why: String,
    /// Whether it was imported all the same.
    pub imported: bool,
}

impl Skipped {
    /// Returns the line that reports it, such as `skipped line 7: "no" is not a date`.
    #[must_use]
    pub fn notice(&self) -> String {
        let skipped = if self.imported { "" } else { "skipped " };
        format!("{skipped}{}: {}", self.place, self.why)
    }
}

#[cfg(test)]
mod tests {
    use super::{Audience, Origin};

    #[test]
    fn private_audiences_are_marked_and_serialized() {
        for (audience, word, private, mark) in [
            (Audience::Public, "public", false, None),
            (Audience::Unlisted, "unlisted", false, None),
            (Audience::Followers, "followers", true, Some("for followers")),
            (Audience::Direct, "direct", true, Some("direct")),
        ] {
            assert_eq!((audience.word(), audience.is_private(), audience.mark()), (word, private, mark));
            let json = serde_json::to_value(Origin { audience, ..Origin::default() }).unwrap();
            let word_in_json = json.get("audience").and_then(|word| word.as_str());
            assert_eq!(word_in_json, (audience != Audience::Public).then_some(word));
        }
    }
}
