//! Why a request to the store failed, worded for users. Failures of the file itself are in [`DatabaseError`].

mod database;

use std::io;
use std::path::Path;

use thiserror::Error;

pub use database::DatabaseError;

use crate::model::{Body, Nickname, PostId, Purpose, ScheduledId, VoteError};

/// Why the store could not do what it was asked; nothing was changed.
#[derive(Debug, Error)]
pub enum StoreError {
    /// No user has that nickname.
    #[error("there is no user {nickname:?}{}", suggestion(.nearest.as_deref()))]
    UnknownUser {
        /// The nickname that was asked for.
        nickname: String,
        /// The most similar nickname that exists.
        nearest: Option<String>,
    },
    /// The user is remote and not claimed by anybody here, so nobody can act as them.
    #[error("{0} is a remote user: to post as {0}, import their posts again with --mine")]
    RemoteUser(Nickname),
    /// A source says that it is by a user of this database, which was not confirmed.
    #[error(
        "this says that it is by {0}, one of your users: import it with --mine if you are its author, or with --as NICK"
    )]
    UnconfirmedOwner(Nickname),
    /// A file says that it is by a user whose feed is followed.
    #[error(
        "this says that it is by {0}, whose feed you follow: posts come from there; use microblog refresh {0}, or microblog follow --all"
    )]
    FollowedOwner(Nickname),
    /// The posts to import have no author.
    #[error("the file does not name an author: name a user with --as NICK")]
    NoAuthor,
    /// Posts of several users cannot all be imported as one user.
    #[error("the file has posts by several users: leave out --as, so that each post keeps its author")]
    SeveralAuthors,
    /// A server says that an account is a user of another server.
    #[error("{server} says that this account is {uri}, which is on another server: log in there")]
    ForeignAccount {
        /// The server.
        server: String,
        /// The address that it gave.
        uri: String,
    },
    /// Another process deleted the user.
    #[error("that user was just deleted by another process: switch to another user")]
    UserDeleted,
    /// No post has that number.
    #[error("there is no post {0}: it never existed, or it was deleted")]
    UnknownPost(PostId),
    /// The user has pinned as many posts as they can.
    #[error("at most {0} posts can be pinned: unpin one with microblog unpin ID")]
    TooManyPins(usize),
    /// The post belongs to another user.
    #[error("post {id} is by {author}: only its author can change it")]
    NotAuthor {
        /// The post.
        id: PostId,
        /// Its author.
        author: Nickname,
    },
    /// The post to pin belongs to another user.
    #[error("post {id} is by {author}: you can pin only your own posts")]
    PinOfOthers {
        /// The post.
        id: PostId,
        /// Its author.
        author: Nickname,
    },
    /// The action cannot be done to the acting user; carries its verb, such as "follow".
    #[error("you cannot {0} yourself: your posts are always in your home timeline")]
    OwnUser(&'static str),
    /// The post is not among the deleted ones that can still be restored.
    #[error("post {0} cannot be restored: it was not deleted, or it was purged")]
    PostPurged(PostId),
    /// Another process edited the post while it was being edited.
    #[error("post {id} was edited by another process and now reads {:?}: look at it, then edit it again", .body.as_str())]
    EditConflict {
        /// The post.
        id: PostId,
        /// Its current text.
        body: Box<Body>,
    },
    /// The address is that of a user who writes here.
    #[error("{url} is the feed of your user {nickname}: their posts are here already")]
    OwnFeed {
        /// The address.
        url: String,
        /// The user.
        nickname: Nickname,
    },
    /// The user has no filter with that phrase.
    #[error("you have no filter {0:?}: microblog filter list shows yours")]
    UnknownFilter(String),
    /// The user has no list with that name.
    #[error("you have no list {0:?}: microblog list show shows yours, microblog list create NAME creates one")]
    UnknownList(String),
    /// The user has a list with that name; case does not matter.
    #[error("you already have a list {0:?}: choose another name, or add users to it with microblog list add")]
    ListExists(String),
    /// A list cannot be created without a name.
    #[error("a list needs a name of 1 to 64 characters in one line")]
    InvalidListName,
    /// The user has another saved search with that name; case does not matter.
    #[error("you already have a saved search {0:?}: choose another name, or delete that one first")]
    SearchExists(String),
    /// The user has no saved search with that name.
    #[error("you have no saved search {0:?}: microblog search --saved lists yours")]
    UnknownSearch(String),
    /// A search cannot be saved without a name.
    #[error("a saved search needs a name: give one with --save NAME")]
    MissingSearchName,
    /// The user has no scheduled post with that id.
    #[error("you have no scheduled post {0}: microblog schedule lists yours")]
    UnknownScheduledPost(ScheduledId),
    /// The user has no such draft.
    #[error("there is no draft {}: microblog drafts lists yours", describe_purpose(*.0))]
    UnknownDraft(Purpose),
    /// The user is not an account, so no server counts their vote.
    #[error("{0} has no account on a server, which would count the vote: switch to one of your accounts")]
    VoteWithoutAccount(Nickname),
    /// The post has no poll.
    #[error("post {0} has no poll: microblog search has:poll lists posts with one")]
    NoPoll(PostId),
    /// The server of the account knows no poll of the post.
    #[error("{server} knows no poll of post {id}, so it cannot count the vote")]
    UnknownPoll {
        /// The post.
        id: PostId,
        /// The server.
        server: String,
    },
    /// The poll does not take the vote.
    #[error(transparent)]
    Vote(#[from] VoteError),
    /// The outbox has no such entry.
    #[error("there is no entry {0} in the outbox: microblog outbox lists yours")]
    UnknownOutboxEntry(i64),
    /// The entry is just being sent.
    #[error("entry {0} of the outbox is being sent: try again when it is known whether the server has it")]
    OutboxEntryInTransit(i64),
    /// Every slot for drafts with that purpose is taken.
    #[error("there are {0} drafts for this post: discard one that you do not need")]
    TooManyDrafts(u32),
    /// Another user has that nickname; case does not matter.
    #[error("the nickname {0} is taken: choose another")]
    NicknameTaken(String),
    /// Another user has that address; case does not matter.
    #[error("the email {0} is taken: enter another, or none")]
    EmailTaken(String),
    /// The file could not be opened, read or written.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl StoreError {
    /// Returns the error for a file beside the database that could not be written.
    pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Self {
        Self::Database(DatabaseError::cannot_write(path, error))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.into())
    }
}

fn describe_purpose(purpose: Purpose) -> String {
    match purpose {
        Purpose::New => "of a new post".to_owned(),
        Purpose::Reply(id) => format!("of a reply to {id}"),
        Purpose::Edit { post, .. } => format!("of an edit of {post}"),
    }
}

fn suggestion(nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!(": did you mean {nearest}?"),
        None => ": microblog user list shows all users".to_owned(),
    }
}
