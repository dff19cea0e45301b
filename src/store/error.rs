//! What can go wrong with the store, in words for people.

use std::io;
use std::path::{Path, PathBuf};

use indicatif::HumanBytes;
use rusqlite::ErrorCode;
use thiserror::Error;

use super::{migrate, open, place};
use crate::model::{Body, Nickname, PostId, Purpose};

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
    /// The user writes elsewhere, and nobody here claims them.
    #[error("{0} writes elsewhere: one can only read them; if they are you, import their posts once more with --mine")]
    NotHere(Nickname),
    /// Nothing says who wrote a post that is to be taken in.
    #[error("the file does not say whose posts these are: name a user with --as NICK")]
    NobodysPost,
    /// Posts of several users cannot all come under one.
    #[error("the file holds posts of several users: leave --as out, and each keeps their own")]
    ManyAuthors,
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
    #[error("there is no draft {}: microblog drafts shows yours", written_for(*.0))]
    NoDraft(Purpose),
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
        "{} is of version {found}, and microblog {} knows versions up to {known}: use the newer program that made it{}{}",
        .path.display(),
        env!("CARGO_PKG_VERSION"),
        if *.readable { ", or read it without changing it with --read-only" } else { "" },
        fitting(.copies),
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: usize,
        /// The newest version known here.
        known: usize,
        /// All that this program reads is still in it.
        readable: bool,
        /// Copies beside it that this program can open, the newest first.
        copies: Vec<PathBuf>,
    },
    /// An older file was to be read without being upgraded.
    #[error(
        "{} is of version {found}, and must be upgraded to {known} to be read: open it without --read-only, or a copy of it",
        .path.display()
    )]
    OlderReadOnly {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: usize,
        /// The version that is read.
        known: usize,
    },
    /// There is no database yet.
    #[error("there is no database at {}: check the name; one is made when the first user is added", .0.display())]
    Missing(PathBuf),
    /// The path is a link to nothing.
    #[error("{} is a link to {}, which does not exist: make that, or remove the link", .path.display(), .target.display())]
    DanglingLink {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// The file or its directory does not let itself be opened.
    #[error("cannot open {}: {why}", .path.display())]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// What stands in the way.
        why: String,
    },
    /// The file can be read, but it or its directory cannot be written.
    #[error(
        "{} or its directory cannot be written, and the database keeps its log there: check their permissions, or read it without changing it with --read-only",
        .0.display()
    )]
    NotWritable(PathBuf),
    /// A file beside the database could not be written.
    #[error("cannot write {}: {why}", .path.display())]
    CannotWrite {
        /// The file.
        path: PathBuf,
        /// What stands in the way.
        why: String,
    },
    /// The file that was to be written is there already.
    #[error("{} exists already: name a new file", .0.display())]
    Exists(PathBuf),
    /// Building anew what can be made from the rest did not mend everything.
    #[error("the database could not be mended in place: {0}; microblog db repair --to FILE saves what can be read")]
    NotMended(String),
    /// What was written last lies in a log that cannot be read where nothing can be written.
    #[error("what was written last to {} lies in a log that cannot be read there: copy both files to another directory", .0.display())]
    LogUnseen(PathBuf),
    /// A database was to be replaced by itself.
    #[error("{} cannot be restored from itself: name a backup", .0.display())]
    OntoItself(PathBuf),
    /// The system knows no group of that name.
    #[error("there is no group {0:?}: getent group lists those that there are")]
    NoGroup(String),
    /// A directory is to be shared that is not the database's own.
    #[error(
        "{} holds other files too, such as {}, which would be shared with it: move the database to a directory of its own",
        .folder.display(), .other.display()
    )]
    NotAlone {
        /// The directory.
        folder: PathBuf,
        /// A file in it.
        other: PathBuf,
    },
    /// The system does not let this user share the database.
    #[error("cannot share {}: {why}; only its owner can, with a group that they are in", .path.display())]
    CannotShare {
        /// The file.
        path: PathBuf,
        /// What stands in the way.
        why: String,
    },
    /// There is too little room for what was asked.
    #[error(
        "{what} needs {} free in {}, where {} are: make room and try again; nothing was changed",
        HumanBytes(*.needed), .folder.display(), HumanBytes(*.free)
    )]
    NoRoom {
        /// The directory.
        folder: PathBuf,
        /// What was asked.
        what: &'static str,
        /// The bytes that it takes.
        needed: u64,
        /// The bytes that are free.
        free: u64,
    },
    /// A copy did not stand its proof, and was removed.
    #[error(
        "the copy is not the same as the database, and was removed: microblog db check says if the database is sound"
    )]
    BadCopy,
    /// A migration failed; the file is as it was.
    #[error(
        "cannot move {} from version {from} to {to}, and left it as it was: {}{why}{}",
        .path.display(),
        .step.map_or(String::new(), |step| format!("migration {step} failed: ")),
        .copy.as_ref().map_or(String::new(), |copy| format!("; a copy is kept as {}", copy.display())),
    )]
    Migration {
        /// The file.
        path: PathBuf,
        /// The migration that failed.
        step: Option<&'static str>,
        /// The version it has.
        from: usize,
        /// The version it was to have.
        to: usize,
        /// What SQLite said.
        why: String,
        /// The copy that was made before.
        copy: Option<PathBuf>,
    },
    /// There is no such version to go to.
    #[error("there is no version {wanted} to go down to: the database is of version {found}; give 0 to {n}", n = found.saturating_sub(1))]
    NoSuchVersion {
        /// The version asked for.
        wanted: usize,
        /// The version of the database.
        found: usize,
    },
    /// Another process changed the schema while the file was open.
    #[error("another process moved the database from version {known} to {found}: open it again")]
    Moved {
        /// The version it has now.
        found: usize,
        /// The version it was opened at.
        known: usize,
    },
    /// The file that was opened is no longer where it was.
    #[error("{} was removed or replaced while it was open: nothing more is written; put it back, or open it again", .0.display())]
    Gone(PathBuf),
    /// Nothing is written, as was asked.
    #[error("the database was opened to be read only: open it without --read-only to write")]
    OpenedReadOnly,
    /// Another process held the write lock for longer than we wait.
    #[error("another program is writing, perhaps an import: try again soon")]
    Busy,
    /// No room left.
    #[error("the disk is full: make room and try again")]
    Full,
    /// A read or a write came back with an error of the disk, or with one of the system that stands for it.
    #[error("the disk failed, or a limit on the size of files was reached: see to that, and try again")]
    Disk,
    /// The file or its directory may not be written.
    #[error("the database cannot be written: check the permissions of the file and its directory")]
    ReadOnly,
    /// SQLite found the file damaged.
    #[error(
        "the database is damaged: microblog db check says where, microblog db repair saves what can be read, microblog db restore FILE brings a backup back"
    )]
    Damaged,
    /// Anything else that SQLite says.
    #[error("the database failed: {0}")]
    Sql(rusqlite::Error),
}

/// What to do with the copies that this program can open.
fn fitting(copies: &[PathBuf]) -> String {
    match copies {
        [] => String::new(),
        [newest, ..] => format!(", or bring a copy back with microblog db restore {}", newest.display()),
    }
}

impl StoreError {
    /// The file is newer than the program; looks for copies that fit.
    pub(super) fn newer(path: &Path, found: usize, readable: bool) -> Self {
        let known = migrate::newest();
        let copies =
            place::copies(path).into_iter().filter(|copy| copy.version <= known).map(|copy| copy.path).collect();
        Self::Newer { path: path.to_owned(), found, known, readable, copies }
    }

    /// A file beside the database could not be written.
    pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                let why = "its directory cannot be written; check the permissions".to_owned();
                Self::CannotWrite { path: path.to_owned(), why }
            }
            _ => Self::CannotWrite { path: path.to_owned(), why: open::in_words(error) },
        }
    }
}

fn written_for(purpose: Purpose) -> String {
    match purpose {
        Purpose::New => "of a new post".to_owned(),
        Purpose::Answer(id) => format!("that answers {id}"),
        Purpose::Edit { post, .. } => format!("that edits {post}"),
    }
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
            Some(ErrorCode::SystemIoFailure) => Self::Disk,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            // Tables that the search is kept in are missing.
            _ if error.to_string().contains("vtable constructor failed") => Self::Damaged,
            _ => Self::Sql(error),
        }
    }
}
