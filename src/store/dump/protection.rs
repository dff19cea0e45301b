//! Keeps dumps that are not trusted from changing the users of a database.
//!
//! A dump names users by their nicknames, and anyone can write one: what it says of the users that write here is left out
//! and reported, unless the user says that the dump is theirs. It adds whatever is of others.

use foldhash::HashSet;
use rusqlite::{Connection, params};

use super::import::DumpImport;
use crate::model::{Record, Skipped, Timestamp, UserId, UserKind};
use crate::store::Result;
use crate::store::import::{ImportStats, date_error};

/// Makes the import of a record undoable.
const BEGIN: &str = "SAVEPOINT guarded";
const UNDO: &str = "ROLLBACK TO guarded";
const END: &str = "RELEASE guarded";

/// A record whose import is undone if it changes a user of this database.
pub(super) struct Guard {
    /// What the record would do.
    change: String,
    /// Number of changes before it.
    changes: u64,
    stats: ImportStats,
}

impl DumpImport<'_> {
    /// Returns the users that write here.
    pub(super) fn own_users(connection: &Connection) -> Result<HashSet<UserId>> {
        let mut statement = connection.prepare("SELECT id FROM user WHERE kind <> ?1")?;
        Ok(statement.query_map([UserKind::Remote], |row| row.get(0).map(UserId))?.collect::<rusqlite::Result<_>>()?)
    }

    pub(super) fn is_protected(&self, user: UserId) -> bool {
        self.protected.contains(&user)
    }

    /// Reports a change of a user of this database that is left out.
    pub(super) fn leave_out(&mut self, place: &str, change: &str) {
        self.stats.untrusted += 1;
        let why = format!("it would {change}");
        (self.skip)(Skipped { place: place.to_owned(), why, imported: false });
    }

    /// Returns why the date of a record is not believed, if it is not. Dates are those of the posts that feeds may add.
    pub(super) fn unbelievable(&self, record: &Record) -> Option<String> {
        if self.trust {
            return None;
        }
        let dates: [Option<Timestamp>; 2] = match record {
            Record::Post(post) => [Some(post.created_at), post.edited_at],
            Record::Follow(pair) | Record::Mute(pair) => [Some(pair.since), None],
            Record::Like(reaction) | Record::Bookmark(reaction) => [Some(reaction.at), None],
            Record::Waiting(pending) => [Some(pending.at), None],
            Record::Pin(pin) => [Some(pin.at), None],
            Record::Draft(draft) => [Some(draft.saved_at), None],
            Record::Read(read) => [Some(read.seen), read.place],
            Record::Notification(notification) => [Some(notification.at), None],
            _ => [None, None],
        };
        dates.into_iter().flatten().find_map(|date| date_error(date, self.now))
    }

    /// Starts to guard a record that is of a user of this database. Users and posts are compared when they are imported.
    pub(super) fn guard(&self, record: &Record) -> Result<Option<Guard>> {
        let (nickname, change) = match record {
            Record::Avatar(record) => (&record.user, "add an avatar"),
            Record::Follow(record) => (&record.user, "add a follow"),
            Record::Mute(record) => (&record.user, "add a mute"),
            Record::Like(record) => (&record.user, "add a like"),
            Record::Bookmark(record) => (&record.user, "add a bookmark"),
            Record::Waiting(record) => (&record.user, "add a pending reaction"),
            Record::Draft(record) => (&record.user, "add a draft"),
            Record::Pin(record) => (&record.user, "pin a post"),
            Record::Scheduled(record) => (&record.user, "add a scheduled post"),
            Record::Filter(record) => (&record.user, "add a filter"),
            Record::Search(record) => (&record.user, "add a saved search"),
            Record::Tab(record) => (&record.user, "pin a timeline"),
            Record::List(record) => (&record.user, "add a list"),
            Record::Read(record) => (&record.user, "mark posts as read"),
            Record::Notification(record) => (&record.user, "add a notification"),
            _ => return Ok(None),
        };
        if !self.someone(nickname).is_ok_and(|user| self.is_protected(user)) {
            return Ok(None);
        }
        self.run(BEGIN, params![])?;
        let link = if matches!(record, Record::Read(_)) { "for" } else { "of" };
        let change = format!("{change} {link} {nickname}");
        Ok(Some(Guard { change, changes: self.connection.total_changes(), stats: self.stats }))
    }

    /// Undoes a guarded record that changed something, and reports it.
    pub(super) fn end_guard(&mut self, guard: Guard, place: &str) -> Result<()> {
        if self.connection.total_changes() > guard.changes {
            self.run(UNDO, params![])?;
            self.stats = guard.stats;
            self.leave_out(place, &guard.change);
        }
        self.run(END, params![])?;
        Ok(())
    }
}
