//! Builds the search indexes on two more threads, in temporary databases, while posts are being inserted.
//!
//! Building them takes as much CPU time as all other work on a post: 3.6 of 7.3 s for 200,000 posts. FTS5 stores an
//! index in ordinary tables, <https://sqlite.org/fts5.html#fts5_data_structures>; with the same definition their content
//! is the same in every database, so it can be copied row by row.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, params};

use crate::store::Result;
use crate::store::connection::without_defense;
use crate::store::row_buffer::RowBuffer;

/// Bytes of text in a batch for the threads; smaller in tests, so that they use them.
const PIECE: usize = if cfg!(test) { 64 } else { 1 << 18 };
/// Batches that may wait for a thread before the first thread waits.
const MAX_QUEUED: usize = 4;
/// The page cache of each thread; negative numbers count KiB.
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
    builders: Option<Builders>,
    /// The system allows no more threads: the indexes are built in the database at the end.
    has_no_thread: bool,
}

/// The threads that build the indexes, each in a database of its own.
#[derive(Debug)]
struct Builders {
    words: Builder,
    trigrams: Builder,
}

/// The posts of a batch, which all threads read.
type Piece = Arc<Vec<Entry>>;
type BuilderThread = JoinHandle<Result<Connection>>;

#[derive(Debug)]
struct Builder {
    pieces: SyncSender<Piece>,
    thread: BuilderThread,
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
        let mut indexes = Self { piece: Vec::new(), bytes: 0, builders: None, has_no_thread: false };
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
        let piece = Arc::new(std::mem::take(&mut self.piece));
        if self.builders.is_none() {
            match Builders::start() {
                Ok(builders) => self.builders = Some(builders),
                Err(_) => {
                    self.has_no_thread = true;
                    return Ok(());
                }
            }
        }
        if self.builders.as_ref().is_some_and(|builders| builders.send(piece)) {
            return Ok(());
        }
        // A thread stopped early, and returns its error.
        self.builders.take().map_or(Ok(()), |Builders { words, trigrams }| {
            result(words.close())?;
            result(trigrams.close()).map(drop)
        })
    }

    /// Writes the indexes to the database, or builds them there if the threads were never needed.
    pub(super) fn finish(mut self, connection: &Connection) -> Result<()> {
        if self.builders.is_some() {
            self.hand_over()?;
        }
        match self.builders {
            Some(Builders { words, trigrams }) => {
                // The words are ready first, and are copied while the trigrams are still being built.
                let (words, trigrams) = (words.close(), trigrams.close());
                without_defense(connection, || {
                    copy(&result(words)?, connection, "post_search", &[DATA, STARTS, SIZES])?;
                    copy(&result(trigrams)?, connection, "post_part", &[DATA, STARTS])
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

impl Builders {
    fn start() -> io::Result<Self> {
        Ok(Self { words: Builder::start("words", build_words)?, trigrams: Builder::start("trigrams", build_trigrams)? })
    }

    /// Hands a batch over to both threads; returns false if one of them has stopped.
    fn send(&self, piece: Piece) -> bool {
        self.words.pieces.send(Arc::clone(&piece)).is_ok() && self.trigrams.pieces.send(piece).is_ok()
    }
}

impl Builder {
    fn start(name: &str, build: fn(&Receiver<Piece>) -> Result<Connection>) -> io::Result<Self> {
        let (pieces, received) = sync_channel(MAX_QUEUED);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || build(&received))?;
        Ok(Self { pieces, thread })
    }

    /// Lets the thread end once it has indexed everything that it received.
    fn close(self) -> BuilderThread {
        self.thread
    }
}

/// Waits for the end of a thread; returns the database that it built.
fn result(thread: BuilderThread) -> Result<Connection> {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Builds the full-text index of the posts that it receives.
fn build_words(received: &Receiver<Piece>) -> Result<Connection> {
    let connection =
        empty_index("post_search", "body, marks, content = '', tokenize = 'unicode61 remove_diacritics 2'")?;
    let mut insert = connection.prepare("INSERT INTO post_search (rowid, body, marks) VALUES (?1, ?2, ?3)")?;
    for piece in received {
        // FTS5 writes what it collected whenever a rowid is not greater than the one before.
        let mut entries: Vec<&Entry> = piece.iter().collect();
        entries.sort_unstable_by_key(|entry| entry.at);
        for Entry { at, body, marks, .. } in entries {
            insert.execute(params![at, body, marks])?;
        }
    }
    drop(insert);
    connection.execute_batch("COMMIT")?;
    Ok(connection)
}

/// Builds the trigrams of the posts that it receives.
fn build_trigrams(received: &Receiver<Piece>) -> Result<Connection> {
    let connection =
        empty_index("post_part", "body, content = '', tokenize = 'trigram', detail = none, columnsize = 0")?;
    let mut insert = connection.prepare("INSERT INTO post_part (rowid, body) VALUES (?1, ?2)")?;
    for piece in received {
        for Entry { id, body, .. } in piece.iter() {
            insert.execute(params![id, body])?;
        }
    }
    drop(insert);
    connection.execute_batch("COMMIT")?;
    Ok(connection)
}

/// Creates a temporary database with an empty index, and begins a transaction.
fn empty_index(name: &str, definition: &str) -> Result<Connection> {
    let connection = Connection::open("")?;
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = OFF;
         PRAGMA cache_size = {CACHE};
         CREATE VIRTUAL TABLE {name} USING fts5 ({definition});
         INSERT INTO {name} ({name}, rank) VALUES ('hashsize', {HASH_SIZE});
         BEGIN"
    ))?;
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
        let mut read = built.prepare(&format!("SELECT {columns} FROM {table} ORDER BY {order}"))?;
        let mut write = RowBuffer::new(format!("INSERT INTO {table} ({columns})"), read.column_count());
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            let values =
                (0..row.as_ref().column_count()).map(|at| row.get(at)).collect::<rusqlite::Result<Vec<_>>>()?;
            write.add(connection, values)?;
        }
        write.flush(connection)?;
    }
    Ok(())
}
