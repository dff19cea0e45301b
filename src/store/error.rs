//! What can go wrong with the store, in words for people.

use std::path::PathBuf;

use rusqlite::ErrorCode;
use thiserror::Error;

use crate::model::{Body, Nickname, PostId};

/// Why the store could not do what it was asked; nothing was changed.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Nobody goes by that nickname.
    #[error("there is no user {nickname:?}{}", suggestion(.nearest.as_deref()))]
    UnknownUser {
        /// What was asked for.
        nickname: String,
        /// The nickname that is most like it.
        nearest: Option<String>,
    },
    /// The user was deleted meanwhile.
    #[error("that user is gone: somebody deleted them")]
    UserGone,
    /// No post has that number.
    #[error("there is no post {0}: it never was, or it was deleted")]
    UnknownPost(PostId),
    /// The post is another user's.
    #[error("post {id} is {author}'s: only its author may change it")]
    NotYours {
        /// The post.
        id: PostId,
        /// Whose it is.
        author: Nickname,
    },
    /// One cannot do that to oneself; carries what.
    #[error("one cannot {0} oneself: one's own posts are always in one's home")]
    Oneself(&'static str),
    /// The post was deleted, and its time to come back is over.
    #[error("post {0} cannot come back: it was never deleted, or it is gone for good")]
    GoneForGood(PostId),
    /// Another process gave the post another text while it was being edited.
    #[error("post {id} was edited meanwhile, and now says {:?}: look at it, then edit it again", .body.as_str())]
    EditedMeanwhile {
        /// The post.
        id: PostId,
        /// What it says now.
        body: Box<Body>,
    },
    /// The user has no filter of that phrase.
    #[error("there is no filter {0:?}: microblog filter list shows yours")]
    UnknownFilter(String),
    /// The user keeps no search of that name.
    #[error("there is no saved search {0:?}: microblog search --saved shows yours")]
    UnknownSearch(String),
    /// A search is to be kept under no name.
    #[error("a saved search needs a name: give one with --save NAME")]
    BlankName,
    /// The user has no such draft.
    #[error("there is no draft {}: microblog drafts shows yours", .0.map_or("of a new post".to_owned(), |id| format!("that answers {id}")))]
    NoDraft(Option<PostId>),
    /// Another thread stopped it.
    #[error("the search was stopped")]
    Interrupted,
    /// Another user has that nickname, whatever its case.
    #[error("the nickname {0} is taken: choose another")]
    NicknameTaken(String),
    /// Another user has that address, whatever its case.
    #[error("the email {0} is taken: give another, or none")]
    EmailTaken(String),
    /// The path leads to a directory.
    #[error("{} is a directory: name a file in it, such as {}", .0.display(), .0.join("microblog.db").display())]
    Directory(PathBuf),
    /// The path leads to something that is neither file nor directory.
    #[error("{} is no regular file: name one for the database", .0.display())]
    NotAFile(PathBuf),
    /// The file is no SQLite database.
    #[error("{} is no database of this program, and was left as it is: name another file with --db", .0.display())]
    NotADatabase(PathBuf),
    /// The file is another program's database.
    #[error("{} is another program's database, and was left as it is: name another file with --db", .0.display())]
    Foreign(PathBuf),
    /// A later version of the program made the file.
    #[error(
        "{} is of version {found}, and this program knows versions up to {known}: use the newer program that made it, or another file with --db",
        .path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: usize,
        /// The newest version known here.
        known: usize,
    },
    /// The file or its directory does not let itself be opened.
    #[error("cannot open {}: {why}", .path.display())]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// What stands in the way.
        why: String,
    },
    /// A migration failed; the file is as it was.
    #[error("cannot upgrade {} from version {from} to {to}, and left it as it was: {why}", .path.display())]
    Migration {
        /// The file.
        path: PathBuf,
        /// The version it has.
        from: usize,
        /// The version it was to have.
        to: usize,
        /// What SQLite said.
        why: String,
    },
    /// Another process held the write lock for longer than we wait.
    #[error("another program has been writing to the database for too long: try again")]
    Busy,
    /// No room left.
    #[error("the disk is full: make room and try again")]
    Full,
    /// The file or its directory may not be written.
    #[error("the database cannot be written: check the permissions of the file and its directory")]
    ReadOnly,
    /// SQLite found the file damaged.
    #[error("the database is damaged: restore a backup, or keep a copy of the file before anything else")]
    Damaged,
    /// Anything else that SQLite says.
    #[error("the database failed: {0}")]
    Sql(rusqlite::Error),
}

fn suggestion(nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!(": did you mean {nearest}?"),
        None => ": microblog user list shows who there is".to_owned(),
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::OperationInterrupted) => Self::Interrupted,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            _ => Self::Sql(error),
        }
    }
}
