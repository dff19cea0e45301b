//! Builds the search indexes on a second thread, in a temporary database, while posts are being inserted.
//!
//! Building them takes as long as all other work on a post: with this thread, 200,000 posts take 4.0 s of CPU time on the
//! first thread and 3.6 s on this one, without it 7.3 s on one; it costs 24 MB of memory. FTS5 stores an index in ordinary
//! tables, <https://sqlite.org/fts5.html#fts5_data_structures>; with the same definition their content is the same in
//! every database, so it can be copied row by row.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, params};

use crate::store::Result;
use crate::store::connection::without_defense;

/// Bytes of text in a batch for the second thread; smaller in tests, so that they use it.
const PIECE: usize = if cfg!(test) { 64 } else { 1 << 18 };
/// Batches that may wait for the second thread before the first one waits.
const MAX_QUEUED: usize = 4;
/// The page cache of the second thread; negative numbers count KiB.
const CACHE: i64 = -4_096;
/// Bytes that FTS5 collects before it writes them: the more, the less there is to merge.
pub(super) const HASH_SIZE: i64 = 4 << 20;

/// A post as it is indexed.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: i64,
    /// Its `created_at`.
    pub(super) at: i64,
    pub(super) body: String,
    pub(super) marks: Option<String>,
}

/// The indexes that are being built.
#[derive(Debug)]
pub(super) struct SearchIndexes {
    piece: Vec<Entry>,
    bytes: usize,
    builder: Option<Builder>,
    /// The system allows no second thread: the indexes are built in the database at the end.
    has_no_thread: bool,
}

#[derive(Debug)]
struct Builder {
    pieces: SyncSender<Vec<Entry>>,
    thread: JoinHandle<Result<Connection>>,
}

impl SearchIndexes {
    /// Starts with the existing posts. The database itself records later changes to posts that were handed over.
    pub(super) fn new(connection: &Connection) -> Result<Self> {
        connection.execute_batch(
            "CREATE TEMP TABLE replaced (id INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, marks TEXT);
             CREATE TEMP TRIGGER replaced_deleted AFTER DELETE ON main.post WHEN old.body IS NOT NULL BEGIN
                 INSERT INTO replaced VALUES (old.id, old.created_at, old.body, old.marks);
             END;
             CREATE TEMP TRIGGER replaced_changed AFTER UPDATE OF body, created_at, marks ON main.post
             WHEN old.body IS NOT NULL BEGIN
                 INSERT INTO replaced VALUES (old.id, old.created_at, old.body, old.marks);
             END",
        )?;
        let mut indexes = Self { piece: Vec::new(), bytes: 0, builder: None, has_no_thread: false };
        let mut there =
            connection.prepare("SELECT id, created_at, body, marks FROM post WHERE body IS NOT NULL ORDER BY id")?;
        let mut rows = there.query([])?;
        while let Some(row) = rows.next()? {
            indexes.add(Entry { id: row.get(0)?, at: row.get(1)?, body: row.get(2)?, marks: row.get(3)? })?;
        }
        Ok(indexes)
    }

    /// Adds a post.
    pub(super) fn add(&mut self, entry: Entry) -> Result<()> {
        if self.has_no_thread {
            return Ok(());
        }
        self.bytes += entry.body.len();
        self.piece.push(entry);
        if self.bytes >= PIECE { self.hand_over() } else { Ok(()) }
    }

    fn hand_over(&mut self) -> Result<()> {
        self.bytes = 0;
        let piece = std::mem::take(&mut self.piece);
        if self.builder.is_none() {
            let (pieces, received) = sync_channel(MAX_QUEUED);
            match thread::Builder::new().name("search index".to_owned()).spawn(move || build(&received)) {
                Ok(thread) => self.builder = Some(Builder { pieces, thread }),
                Err(_) => {
                    self.has_no_thread = true;
                    return Ok(());
                }
            }
        }
        if self.builder.as_ref().is_some_and(|builder| builder.pieces.send(piece).is_ok()) {
            return Ok(());
        }
        // The thread stopped early: `end` returns its error.
        self.builder.take().map_or(Ok(()), |builder| builder.end().map(drop))
    }

    /// Writes the indexes to the database, or builds them there if the second thread was never needed.
    pub(super) fn finish(mut self, connection: &Connection) -> Result<()> {
        if self.builder.is_some() {
            self.hand_over()?;
        }
        match self.builder {
            Some(builder) => {
                let built = builder.end()?;
                without_defense(connection, || {
                    copy(&built, connection, "post_search", &[DATA, STARTS, SIZES])?;
                    copy(&built, connection, "post_part", &[DATA, STARTS])
                })?;
                // Posts were indexed as they were first seen, and boosts, which have no text, count as rows of the
                // index.
                connection.execute_batch(
                    "CREATE TEMP TABLE first AS SELECT id, at, body, marks FROM replaced GROUP BY id HAVING min(rowid);
                     INSERT INTO post_search (post_search, rowid, body, marks)
                         SELECT 'delete', at, body, marks FROM temp.first;
                     INSERT INTO post_part (post_part, rowid, body) SELECT 'delete', id, body FROM temp.first;
                     CREATE TEMP TABLE now AS SELECT id, created_at, body, marks FROM post WHERE id IN (
                         SELECT id FROM temp.first
                         UNION ALL SELECT id FROM post INDEXED BY post_boost_of WHERE boost_of IS NOT NULL);
                     INSERT INTO post_search (rowid, body, marks)
                         SELECT created_at, body, marks FROM temp.now ORDER BY created_at;
                     INSERT INTO post_part (rowid, body) SELECT id, body FROM temp.now ORDER BY id;
                     DROP TABLE temp.first;
                     DROP TABLE temp.now",
                )?;
            }
            None => connection.execute_batch(
                "INSERT INTO post_search (post_search) VALUES ('rebuild');
                 INSERT INTO post_part (post_part) VALUES ('rebuild')",
            )?,
        }
        connection
            .execute_batch("DROP TRIGGER replaced_deleted; DROP TRIGGER replaced_changed; DROP TABLE temp.replaced")?;
        Ok(())
    }
}

impl Builder {
    /// Waits until the thread has indexed everything that it received.
    fn end(self) -> Result<Connection> {
        drop(self.pieces);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// Builds the indexes of the posts it receives, in a temporary database.
fn build(received: &Receiver<Vec<Entry>>) -> Result<Connection> {
    let connection = Connection::open("")?;
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = OFF;
         PRAGMA cache_size = {CACHE};
         CREATE VIRTUAL TABLE post_search USING fts5 (
             body, marks, content = '', tokenize = 'unicode61 remove_diacritics 2'
         );
         CREATE VIRTUAL TABLE post_part USING fts5 (
             body, content = '', tokenize = 'trigram', detail = none, columnsize = 0
         );
         INSERT INTO post_search (post_search, rank) VALUES ('hashsize', {HASH_SIZE});
         INSERT INTO post_part (post_part, rank) VALUES ('hashsize', {HASH_SIZE});
         BEGIN"
    ))?;
    let mut search = connection.prepare("INSERT INTO post_search (rowid, body, marks) VALUES (?1, ?2, ?3)")?;
    let mut part = connection.prepare("INSERT INTO post_part (rowid, body) VALUES (?1, ?2)")?;
    for mut piece in received {
        for Entry { id, body, .. } in &piece {
            part.execute(params![id, body])?;
        }
        // FTS5 writes what it collected whenever a rowid is not greater than the one before.
        piece.sort_unstable_by_key(|entry| entry.at);
        for Entry { at, body, marks, .. } in &piece {
            search.execute(params![at, body, marks])?;
        }
    }
    drop((search, part));
    connection.execute_batch("COMMIT")?;
    Ok(connection)
}

/// A table of an FTS5 index: its suffix, its columns, and the columns of its key.
type ShadowTable = (&'static str, &'static str, &'static str);
const DATA: ShadowTable = ("data", "id, block", "id");
/// Where the terms of each index page start.
const STARTS: ShadowTable = ("idx", "segid, term, pgno", "segid, term");
/// How many words each post has.
const SIZES: ShadowTable = ("docsize", "id, sz", "id");

/// Replaces the content of an index. It is created again first, because SQLite caches its structure.
fn copy(built: &Connection, connection: &Connection, index: &str, tables: &[ShadowTable]) -> Result<()> {
    let made_by = "SELECT sql FROM sqlite_schema WHERE name = ?1";
    let sql: String = connection.query_row(made_by, [index], |row| row.get(0))?;
    connection.execute_batch(&format!("DROP TABLE {index}; {sql}"))?;
    for (table, columns, order) in tables {
        let table = format!("{index}_{table}");
        connection.execute_batch(&format!("DELETE FROM {table}"))?;
        let places = columns.split(", ").map(|_| "?").collect::<Vec<_>>();
        let mut read = built.prepare(&format!("SELECT {columns} FROM {table} ORDER BY {order}"))?;
        let mut write =
            connection.prepare(&format!("INSERT INTO {table} ({columns}) VALUES ({})", places.join(", ")))?;
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            for at in 0..places.len() {
                write.raw_bind_parameter(at + 1, ToSqlOutput::Borrowed(row.get_ref(at)?))?;
            }
            write.raw_execute()?;
        }
    }
    Ok(())
}
