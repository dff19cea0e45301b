//! What can be undone, as data. Each deed is undone by another deed, which the loop gives back when it has
//! done the first.

use crate::model::{Body, Filter, Nickname, Phrase, PostId, Purpose, Timeline, Timestamp, UserId};

/// Something that is done on a user's behalf and can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoableAction {
    /// Like a post, or no longer.
    Like(PostId, bool),
    /// Boost a post, or no longer.
    Boost(PostId, bool),
    /// Keep a post for oneself, or no longer.
    Bookmark(PostId, bool),
    /// Follow a user, or no longer; where nothing is said, the opposite of what is.
    Follow(UserId, Nickname, Option<bool>),
    /// Mute a user, or no longer; where nothing is said, the opposite of what is.
    Mute(UserId, Nickname, Option<bool>),
    /// Delete posts or boosts of one's own.
    DeletePosts(Vec<PostId>),
    /// Bring them back.
    RestorePosts(Vec<PostId>),
    /// Give a post of one's own another text.
    EditPost {
        /// Which post.
        id: PostId,
        /// How often it had been edited when it was read.
        edits: u32,
        /// The new text.
        body: Body,
    },
    /// Filter posts with a phrase, or no longer.
    SetFilter(Phrase, Option<Filter>),
    /// Keep a search under a name, or no longer.
    SaveSearch(String, Option<String>),
    /// Say up to where a timeline was read.
    MarkRead(Timeline, Option<Timestamp>),
    /// Throw away what one was writing.
    DiscardDraft(Purpose),
    /// Bring it back.
    RestoreDraft(Purpose, String),
}

impl UndoableAction {
    /// What was done, in words.
    #[must_use]
    pub fn done(&self) -> String {
        let many = |ids: &[PostId]| ids.iter().map(|id| format!("{id}")).collect::<Vec<_>>().join(", ");
        match self {
            Self::Like(id, true) => format!("liked {id}"),
            Self::Like(id, false) => format!("no longer liked {id}"),
            Self::Boost(id, true) => format!("boosted {id}"),
            Self::Boost(id, false) => format!("no longer boosted {id}"),
            Self::Bookmark(id, true) => format!("bookmarked {id}"),
            Self::Bookmark(id, false) => format!("no longer bookmarked {id}"),
            Self::Follow(_, name, Some(false)) => format!("no longer following {name}"),
            Self::Follow(_, name, _) => format!("following {name}"),
            Self::Mute(_, name, Some(false)) => format!("no longer muted {name}"),
            Self::Mute(_, name, _) => format!("muted {name}"),
            Self::DeletePosts(ids) => format!("deleted {}", many(ids)),
            Self::RestorePosts(ids) => format!("brought back {}", many(ids)),
            Self::EditPost { id, .. } => format!("edited {id}"),
            Self::SetFilter(phrase, Some(filter)) => {
                let how = if filter.folded { "folded" } else { "hidden" };
                format!("posts with {} are {how}", phrase.as_str())
            }
            Self::SetFilter(phrase, None) => format!("posts with {} are shown", phrase.as_str()),
            Self::SaveSearch(name, Some(_)) => format!("kept the search {name}"),
            Self::SaveSearch(name, None) => format!("no longer kept the search {name}"),
            Self::MarkRead(..) => "marked as read".to_owned(),
            Self::DiscardDraft(_) => "draft thrown away".to_owned(),
            Self::RestoreDraft(..) => "draft brought back".to_owned(),
        }
    }
}

/// Why a deed is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It was asked for.
    Do,
    /// It undoes another.
    Undo,
    /// It does again what was undone.
    Redo,
}

/// A deed that undoes or does again another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// On whose behalf.
    pub user: UserId,
    /// What is to be done.
    pub deed: UndoableAction,
    /// What it undoes or does again, in words.
    pub of: String,
}

/// What can be undone and done again, until the program ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// What undoes what was done, the newest last.
    pub undo: Vec<Step>,
    /// What does again what was undone, the newest last.
    pub redo: Vec<Step>,
    /// What was deleted and not brought back: it goes for good at the end.
    pub deleted: Vec<PostId>,
}
