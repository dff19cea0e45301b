//! Imports a JSONL dump: into an empty database unchanged, ids included; into another one merged, as docs/jsonl.md
//! says.

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use rusqlite::{Connection, OptionalExtension, params};

use super::known_posts::KnownPosts;
use crate::model::{
    DumpHeader, PairRecord, PanesRecord, PendingRecord, PostId, ReactionKind, ReactionRecord, Record, Skipped,
    Timestamp, UserId, case_fold,
};
use crate::store::bulk::Bulk;
use crate::store::entities::{EntityCache, SearchTerm};
use crate::store::import::{ImportOptions, ImportStats};
use crate::store::nicknames::FreeNicknames;
use crate::store::{Result, Store, arrivals, import, pending, reactions, remote_ids::RemoteIdBuffer};

/// The highest id that is taken over from a file: the highest number that all programs read exactly from JSON, far from
/// the last one that SQLite can assign.
pub(super) const HIGHEST_ID: i64 = 1 << 53;

/// An import of a dump in progress.
pub struct DumpImport<'a> {
    pub(super) bulk: Bulk<'a>,
    pub(super) connection: &'a Connection,
    pub(super) skip: &'a mut dyn FnMut(Skipped),
    pub(super) stats: ImportStats,
    /// The database was empty: ids stay as they are, unless they are so high that few are left.
    pub(super) empty: bool,
    /// The dump may change the users of this database, and its dates are believed.
    pub(super) trust: bool,
    /// The current time.
    pub(super) now: Timestamp,
    /// Nothing is stored at the end.
    is_dry_run: bool,
    head: &'a DumpHeader,
    /// The users of this database, which a dump that is not trusted does not change.
    pub(super) protected: HashSet<UserId>,
    pub(super) known_posts: KnownPosts,
    pub(super) nicknames: FreeNicknames,
    /// Users by their nicknames in the file.
    pub(super) users: HashMap<String, UserId>,
    pub(super) entities: EntityCache,
    /// The greatest post id in the file so far.
    pub(super) last: i64,
    /// Remote ids that are not inserted yet.
    pub(super) remote_ids: RemoteIdBuffer,
    /// Replies that came before their parents: the reply here, and the parent's id in the file.
    pub(super) later: Vec<(PostId, i64)>,
    /// The last id of a post before the import.
    before: i64,
    /// The last id of a post that the file had: nothing after it can have been read.
    pub(super) last_post: i64,
}

/// Why a record is refused; [`DumpImport::add`] adds its location.
pub(super) type Refused = String;
/// Whether a record was imported, unless the store failed.
pub(super) type Outcome = Result<std::result::Result<(), Refused>>;

/// Returns from a function with the reason for refusing a record.
macro_rules! refuse {
    ($($why:tt)*) => { return Ok(Err(format!($($why)*))) };
}
pub(super) use refuse;

/// Unwraps a value, or returns from the function with the reason.
macro_rules! accept {
    ($found:expr) => {
        match $found {
            Ok(found) => found,
            Err(why) => return Ok(Err(why.to_string())),
        }
    };
}
pub(super) use accept;

impl Store {
    /// Starts the import of a dump with this head in one transaction; `skip` is called for each record that is refused.
    /// Nothing is imported before [`DumpImport::commit`]. Of the options only `now`, `dry_run` and `trust` count.
    ///
    /// # Errors
    /// When the store fails.
    pub fn begin_dump_import<'a>(
        &'a mut self,
        options: &'a ImportOptions,
        head: &'a DumpHeader,
        skip: &'a mut dyn FnMut(Skipped),
    ) -> Result<DumpImport<'a>> {
        let bulk = self.begin_bulk()?;
        let connection = bulk.connection();
        let empty = is_empty(connection)?;
        let trust = empty || options.trust;
        connection.execute_batch(
            "CREATE TEMP TABLE here (theirs INTEGER PRIMARY KEY, ours INTEGER NOT NULL);
             CREATE INDEX temp.here_ours ON here (ours)",
        )?;
        Ok(DumpImport {
            empty: empty && head.last_user.max(head.last_post) <= HIGHEST_ID,
            trust,
            now: options.now,
            is_dry_run: options.dry_run,
            protected: if trust { HashSet::new() } else { DumpImport::own_users(connection)? },
            connection,
            bulk,
            head,
            skip,
            stats: ImportStats::default(),
            known_posts: KnownPosts::default(),
            nicknames: FreeNicknames::new(),
            users: HashMap::new(),
            entities: EntityCache::default(),
            remote_ids: RemoteIdBuffer::default(),
            last: 0,
            later: Vec::new(),
            before: arrivals::last_arrival(connection)?,
            last_post: head.last_post.clamp(0, HIGHEST_ID),
        })
    }
}

/// Returns whether there are no users and posts.
fn is_empty(connection: &Connection) -> Result<bool> {
    Ok(!connection.prepare("SELECT 1 FROM user UNION ALL SELECT 1 FROM post")?.exists([])?)
}

impl DumpImport<'_> {
    /// Imports one record; `place` is its location in the file.
    ///
    /// # Errors
    /// When the store fails.
    pub fn add(&mut self, record: Record, place: &str) -> Result<()> {
        if let Some(why) = self.unbelievable(&record) {
            self.skip(place, why);
            return Ok(());
        }
        let guard = self.guard(&record)?;
        let took = match record {
            Record::Microblog(_) => Ok(Err("only the first line of a file says what it is".to_owned())),
            Record::End(_) => Ok(Ok(())),
            Record::User(user) => self.user(&user, place),
            Record::Active(_) | Record::Panes(_) if !self.trust => Ok(Ok(())),
            Record::Active(nickname) => self.active(&nickname),
            Record::Panes(panes) => self.panes(&panes),
            Record::Post(post) => self.post(*post, place),
            Record::Avatar(record) => self.avatar(&record),
            Record::Follow(pair) => {
                self.pair(&pair, "INSERT OR IGNORE INTO follow (follower, followed, since) VALUES (?1, ?2, ?3)")
            }
            Record::Mute(pair) => {
                self.pair(&pair, "INSERT OR IGNORE INTO mute (muter, muted, since) VALUES (?1, ?2, ?3)")
            }
            Record::Like(record) => {
                let new = self.react(
                    &record,
                    "INSERT OR IGNORE INTO liked (user, post_created_at, liked_at) VALUES (?1, ?2, ?3)",
                );
                new.map(|new| new.map(|new| self.stats.likes += u64::from(new)))
            }
            Record::Bookmark(record) => {
                let new = self.react(
                    &record,
                    "INSERT OR IGNORE INTO bookmark (user, post_created_at, bookmarked_at) VALUES (?1, ?2, ?3)",
                );
                new.map(|new| new.map(|new| self.stats.bookmarks += u64::from(new)))
            }
            Record::Waiting(record) => self.waiting(&record),
            Record::Draft(draft) => self.draft(&draft),
            Record::Pin(pin) => self.pin(&pin),
            Record::Scheduled(scheduled) => self.scheduled(&scheduled),
            Record::Subscription(subscription) => self.subscription(&subscription),
            Record::Filter(filter) => self.filter(&filter),
            Record::Search(search) => self.search(&search),
            Record::Tab(tab) => self.tab(&tab),
            Record::List(list) => self.list(&list),
            Record::Read(read) => self.read(&read),
            Record::ReadOnArrival(ids) => self.read_on_arrival(&ids),
            Record::Notification(record) => self.notification(&record),
        };
        let took = took?;
        if let Some(guard) = guard {
            self.end_guard(guard, place)?;
        }
        if let Err(why) = took {
            self.skip(place, why);
        }
        Ok(())
    }

    /// Skips a record that could not be read.
    pub fn skip(&mut self, place: &str, why: String) {
        self.stats.skipped += 1;
        (self.skip)(Skipped { place: place.to_owned(), why, imported: false });
    }

    /// Returns what was imported so far.
    #[must_use]
    pub fn stats(&self) -> ImportStats {
        self.stats
    }

    pub(super) fn run(&self, sql: &str, params: impl rusqlite::Params) -> Result<bool> {
        Ok(self.connection.prepare_cached(sql)?.execute(params)? > 0)
    }

    /// Commits what was imported, or drops it in a dry run, and returns what it was.
    ///
    /// # Errors
    /// When the store fails; then nothing is imported.
    pub fn commit(mut self) -> Result<ImportStats> {
        self.remote_ids.flush(self.connection)?;
        self.finish()?;
        self.connection.execute_batch("DROP TABLE temp.here")?;
        if !self.is_dry_run {
            self.stats.added = if self.empty { None } else { import::added(self.connection, self.before)? };
            self.bulk.commit()?;
        }
        Ok(self.stats)
    }

    /// Links replies to parents that came after them, and makes sure that no id is reused.
    fn finish(&mut self) -> Result<()> {
        for (answer, theirs) in std::mem::take(&mut self.later) {
            self.tie(answer, theirs)?;
        }
        if !self.empty {
            arrivals::mark_read_on_arrival(self.connection, self.before + 1, arrivals::last_arrival(self.connection)?)?;
        }
        if self.empty {
            for (table, last) in [("user", self.head.last_user), ("post", self.head.last_post)] {
                let given: Option<i64> = self
                    .connection
                    .query_row("SELECT seq FROM sqlite_sequence WHERE name = ?1", [table], |row| row.get(0))
                    .optional()?;
                self.run("DELETE FROM sqlite_sequence WHERE name = ?1", [table])?;
                self.run(
                    "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)",
                    params![table, last.max(given.unwrap_or(0))],
                )?;
            }
        }
        Ok(())
    }

    fn tie(&self, answer: PostId, theirs: i64) -> Result<()> {
        let (answered, author) = match self.here(theirs)? {
            Some(ours) => {
                let mut author = self.connection.prepare_cached("SELECT author FROM post WHERE id = ?1")?;
                (ours.0, Some(author.query_row([ours.0], |row| row.get(0).map(UserId))?))
            }
            // The parent was deleted. In a database that was empty, its id still shows that there was one.
            None if self.empty => (theirs, None),
            None => return Ok(()),
        };
        let to = author.map_or_else(String::new, |author| format!(" {}", SearchTerm::To(author)));
        // A post with the remote id that it waited for may have linked it already.
        self.run(
            "UPDATE post SET reply_to = ?2, marks = marks || ?3 WHERE id = ?1 AND reply_to IS NULL",
            params![answer.0, answered, format!(" {}{to}", SearchTerm::Reply)],
        )?;
        Ok(())
    }

    /// Returns the post here that has this id in the file.
    pub(super) fn here(&self, theirs: i64) -> Result<Option<PostId>> {
        let sql = if self.empty {
            "SELECT id FROM post WHERE id = ?1"
        } else {
            // A placeholder for a boost is deleted when its post arrives.
            "SELECT ours FROM temp.here CROSS JOIN post ON post.id = ours WHERE theirs = ?1"
        };
        Ok(self.connection.prepare_cached(sql)?.query_row([theirs], |row| row.get(0).map(PostId)).optional()?)
    }

    pub(super) fn someone(&self, nickname: &str) -> std::result::Result<UserId, Refused> {
        let nobody = || format!("it is of {nickname:?}, who is no user of this file");
        self.users.get(&case_fold(nickname)).copied().ok_or_else(nobody)
    }

    fn active(&self, nickname: &str) -> Outcome {
        let user = accept!(self.someone(nickname));
        self.run("INSERT OR IGNORE INTO active_user (one, user) VALUES (1, ?1)", [user.0])?;
        Ok(Ok(()))
    }

    fn panes(&self, record: &PanesRecord) -> Outcome {
        let sql = "INSERT OR IGNORE INTO panes (one, users, timeline) VALUES (1, ?1, ?2)";
        self.run(sql, [record.users, record.timeline])?;
        Ok(Ok(()))
    }

    fn pair(&mut self, record: &PairRecord, sql: &str) -> Outcome {
        let (user, whom) = (accept!(self.someone(&record.user)), accept!(self.someone(&record.whom)));
        if user == whom {
            refuse!("a user cannot follow or mute themselves");
        }
        let new = self.run(sql, [user.0, whom.0, record.since.micros()])?;
        self.stats.follows += u64::from(new && sql.contains("INTO follow"));
        Ok(Ok(()))
    }

    /// Returns whether the reaction is new.
    fn react(&self, record: &ReactionRecord, sql: &str) -> Result<std::result::Result<bool, Refused>> {
        let user = accept!(self.someone(&record.user));
        let Some(post) = self.here(record.post)? else { refuse!("post {} is not here", record.post) };
        let moment = reactions::target(self.connection, post)?.moment;
        Ok(Ok(self.run(sql, [user.0, moment, record.at.micros()])?))
    }

    fn waiting(&mut self, record: &PendingRecord) -> Outcome {
        let user = accept!(self.someone(&record.user));
        match self.remote_ids.post_by_remote_id(self.connection, &record.name)? {
            Some(post) if !self.empty => {
                let target = reactions::target(self.connection, post)?;
                match record.reaction {
                    ReactionKind::Like => reactions::like(self.connection, user, target, record.at)?,
                    ReactionKind::Bookmark => reactions::bookmark(self.connection, user, target, record.at)?,
                }
            }
            _ => pending::add_reaction(self.connection, &record.name, user, record.reaction, record.at)?,
        }
        Ok(Ok(()))
    }
}
