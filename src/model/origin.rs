//! What posts and users that were brought in keep of where they come from.

use serde::{Deserialize, Serialize};

use super::{AboutMe, DisplayName, Picture};
use super::{Body, Email, Nickname, Timestamp};

/// What a post keeps beside its text. One that was written here has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Origin {
    /// Where it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The language that it says it is in, as in `en`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What its author warns of; the text is then folded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// For whom it was written.
    #[serde(skip_serializing_if = "Audience::is_public")]
    pub audience: Audience,
    /// The text as it came, where the body is another, as of HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    /// Names beside its source by which others answer it.
    #[serde(skip_serializing_if = "Vec::is_empty", rename = "names")]
    pub aliases: Vec<String>,
    /// The name of the post that it answers, which may not be here yet.
    #[serde(skip_serializing_if = "Option::is_none", rename = "answers")]
    pub in_reply_to: Option<String>,
    /// The name of the post that it passes on, as long as that is not here; its body is that name.
    #[serde(skip_serializing_if = "Option::is_none", rename = "boosts")]
    pub boost_of: Option<String>,
    /// Pictures and the like.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// For whom a post was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// For all.
    #[default]
    Public,
    /// For all, but in no lists.
    Unlisted,
    /// For those who follow the author.
    Followers,
    /// For those whom it names.
    Direct,
}

impl Audience {
    /// The word for it: `public`, `unlisted`, `followers` or `direct`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Followers => "followers",
            Self::Direct => "direct",
        }
    }

    #[allow(clippy::trivially_copy_pass_by_ref)] // serde calls it so.
    fn is_public(&self) -> bool {
        *self == Self::Public
    }

    /// How it is told to people, if it is not for everybody.
    #[must_use]
    pub fn mark(self) -> Option<&'static str> {
        match self {
            Self::Public | Self::Unlisted => None,
            Self::Followers => Some("for followers"),
            Self::Direct => Some("direct"),
        }
    }

    /// Not for everybody: left out where posts leave this program in a public format.
    #[must_use]
    pub fn is_private(self) -> bool {
        self >= Self::Followers
    }
}

/// A picture or the like that came with a post.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attachment {
    /// What it is, as in `image/png`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Where it can be fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where it lies on this machine, or in its archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// What it shows, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Where a user writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Home {
    /// Written on this machine.
    #[default]
    #[serde(rename = "here")]
    Local,
    /// Imported: nobody here can post as them.
    #[serde(rename = "elsewhere")]
    Remote,
    /// Imported, and claimed as one of the local users: one can post as them.
    #[serde(rename = "claimed")]
    Claimed,
}

impl Home {
    #[allow(clippy::trivially_copy_pass_by_ref)] // The signature that serde expects.
    pub(super) fn is_local(&self) -> bool {
        *self == Self::Local
    }
}

/// Something that a file of the world tells, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportItem {
    /// Whose file it is; comes before everything of theirs.
    Owner(RemoteUser),
    /// What they look like.
    Avatar(Picture),
    /// Somebody else in it.
    User(RemoteUser),
    /// A post.
    Post(Box<RemotePost>),
    /// Somebody follows somebody.
    Follow {
        /// Who follows; none for the owner.
        follower: Option<String>,
        /// Who is followed; is added if need be.
        followed: RemoteUser,
    },
    /// Two of the people before follow one another, by their [`RemoteUser::url`].
    FollowKnown {
        /// Who follows.
        follower: String,
        /// Who is followed.
        followed: String,
    },
    /// Somebody likes a post, which may not be here.
    Like(Reaction),
    /// Somebody keeps a post, which may not be here.
    Bookmark(Reaction),
    /// Something could not be read.
    Skipped(Skipped),
}

/// A user as a file tells of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteUser {
    /// What names them in the world: the address of their feed or profile. By it they are known again.
    pub url: String,
    /// The name they are to go by; a number is put behind it when it is taken.
    pub nickname: Nickname,
    /// Where they write.
    pub home: Home,
    /// Their name as they want it shown.
    pub display_name: Option<DisplayName>,
    /// What they say of themselves.
    pub about_me: Option<AboutMe>,
    /// Their address.
    pub email: Option<Email>,
    /// When they were last seen.
    pub last_seen: Option<Timestamp>,
}

/// A post as a file tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemotePost {
    /// The [`RemoteUser::url`] of who wrote it; none for the owner.
    pub author: Option<String>,
    /// Its name in the world; with the author it is known again.
    pub source: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was edited last.
    pub edited_at: Option<Timestamp>,
    /// Its text.
    pub body: Body,
    /// Whom the text mentions: the nickname as written there, and the [`RemoteUser::url`].
    pub mentions: Vec<(String, String)>,
    /// The rest.
    pub origin: Origin,
    /// Where in the file it stands, should it not be taken.
    pub place: String,
}

/// A like or a bookmark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// The [`RemoteUser::url`] of whose it is; none for the owner.
    pub user: Option<String>,
    /// The name of the post.
    pub post: String,
    /// When; unknown in most files.
    pub at: Option<Timestamp>,
    /// What the file knows of the post, should it not be here.
    pub copy: Option<Box<RemotePost>>,
}

/// Something in a file that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Where it stands, as in `line 7`.
    pub place: String,
    /// What is wrong with it.
    pub why: String,
}

#[cfg(test)]
mod tests {
    use super::{Audience, Origin};

    #[test]
    fn what_is_not_for_everybody_is_known_and_told() {
        for (audience, word, private, mark) in [
            (Audience::Public, "public", false, None),
            (Audience::Unlisted, "unlisted", false, None),
            (Audience::Followers, "followers", true, Some("for followers")),
            (Audience::Direct, "direct", true, Some("direct")),
        ] {
            assert_eq!((audience.word(), audience.is_private(), audience.mark()), (word, private, mark));
            let told = serde_json::to_value(Origin { audience, ..Origin::default() }).unwrap();
            let said = told.get("audience").and_then(|said| said.as_str());
            assert_eq!(said, (audience != Audience::Public).then_some(word));
        }
    }
}
