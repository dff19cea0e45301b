//! The index of parts of words takes longer to build than all the rest of a post. So a second thread does it, in a
//! database of its own, while posts are still coming.
//!
//! FTS5 keeps an index in ordinary tables, <https://sqlite.org/fts5.html#fts5_data_structures>; what one of the same
//! definition holds is the same, wherever it was made, and can be handed over row by row.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, Transaction, params};

use crate::store::Result;

/// Bytes of text that are handed over at a time; fewer are no work for a second thread, but in tests.
const PIECE: usize = if cfg!(test) { 64 } else { 1 << 18 };
/// So many pieces wait for the second thread; then the first one does.
const WAITING: usize = 4;
/// The page cache of the second thread; negative numbers count KiB.
const CACHE: i64 = -4_096;
/// Bytes that FTS5 gathers before it writes them: the more, the less there is to merge.
pub(super) const GATHERED: i64 = 4 << 20;

/// Numbers of posts and their bodies.
type Piece = Vec<(i64, String)>;

/// The index that is being built.
#[derive(Debug)]
pub(super) struct Parts {
    piece: Piece,
    bytes: usize,
    builder: Option<Builder>,
}

#[derive(Debug)]
struct Builder {
    pieces: SyncSender<Piece>,
    thread: JoinHandle<Result<Connection>>,
}

impl Parts {
    /// Begins with the posts that are there. What becomes of posts that it heard of is kept by the database itself.
    pub(super) fn new(transaction: &Transaction<'_>) -> Result<Self> {
        transaction.execute_batch(
            "CREATE TEMP TABLE told (id INTEGER NOT NULL, body TEXT NOT NULL);
             CREATE TEMP TRIGGER told_deleted AFTER DELETE ON main.post WHEN old.body IS NOT NULL BEGIN
                 INSERT INTO told VALUES (old.id, old.body);
             END;
             CREATE TEMP TRIGGER told_changed AFTER UPDATE OF body ON main.post WHEN old.body IS NOT NULL BEGIN
                 INSERT INTO told VALUES (old.id, old.body);
             END",
        )?;
        let mut parts = Self { piece: Piece::new(), bytes: 0, builder: None };
        let mut there = transaction.prepare("SELECT id, body FROM post WHERE body IS NOT NULL ORDER BY id")?;
        let mut rows = there.query([])?;
        while let Some(row) = rows.next()? {
            parts.add(row.get(0)?, row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?;
        }
        Ok(parts)
    }

    /// Adds a post.
    pub(super) fn add(&mut self, id: i64, body: &str) -> Result<()> {
        self.bytes += body.len();
        self.piece.push((id, body.to_owned()));
        if self.bytes >= PIECE { self.hand_over() } else { Ok(()) }
    }

    fn hand_over(&mut self) -> Result<()> {
        self.bytes = 0;
        let piece = std::mem::take(&mut self.piece);
        let builder = self.builder.get_or_insert_with(|| {
            let (pieces, coming) = sync_channel(WAITING);
            Builder { pieces, thread: thread::spawn(move || build(&coming)) }
        });
        if builder.pieces.send(piece).is_ok() {
            return Ok(());
        }
        // It ended before it was told to.
        self.builder.take().map_or(Ok(()), |builder| builder.end().map(drop))
    }

    /// Brings what was built, or what of it was too little to begin with, into the database.
    pub(super) fn finish(mut self, transaction: &Transaction<'_>) -> Result<()> {
        if self.builder.is_some() {
            self.hand_over()?;
        }
        match self.builder {
            Some(builder) => {
                copy(&builder.end()?, transaction)?;
                // A body was told of as it first was; boosts have none, and are counted all the same.
                transaction.execute_batch(
                    "INSERT INTO post_part (post_part, rowid, body)
                         SELECT 'delete', id, body FROM temp.told GROUP BY id HAVING min(rowid);
                     INSERT INTO post_part (rowid, body)
                         SELECT id, body FROM post WHERE id IN (SELECT id FROM temp.told) OR body IS NULL ORDER BY id",
                )?;
            }
            None => transaction.execute_batch("INSERT INTO post_part (post_part) VALUES ('rebuild')")?,
        }
        transaction.execute_batch("DROP TRIGGER told_deleted; DROP TRIGGER told_changed; DROP TABLE temp.told")?;
        Ok(())
    }
}

impl Builder {
    /// Waits until it is done with all that it was given.
    fn end(self) -> Result<Connection> {
        drop(self.pieces);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// Builds the index of what comes, in a database that SQLite keeps where it keeps temporary files.
fn build(coming: &Receiver<Piece>) -> Result<Connection> {
    let connection = Connection::open("")?;
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = OFF;
         PRAGMA cache_size = {CACHE};
         CREATE VIRTUAL TABLE post_part USING fts5 (
             body, content = '', tokenize = 'trigram', detail = none, columnsize = 0
         );
         INSERT INTO post_part (post_part, rank) VALUES ('hashsize', {GATHERED});
         BEGIN"
    ))?;
    let mut add = connection.prepare("INSERT INTO post_part (rowid, body) VALUES (?1, ?2)")?;
    for (id, body) in coming.iter().flatten() {
        add.execute(params![id, body])?;
    }
    drop(add);
    connection.execute_batch("COMMIT")?;
    Ok(connection)
}

/// Puts all of an index in the place of the one that is there. That is made anew first, since SQLite remembers how it
/// is built.
fn copy(built: &Connection, transaction: &Transaction<'_>) -> Result<()> {
    let made_by = "SELECT sql FROM sqlite_schema WHERE name = 'post_part'";
    let sql: String = transaction.query_row(made_by, [], |row| row.get(0))?;
    transaction.execute_batch(&format!(
        "DROP TABLE post_part; {sql}; DELETE FROM post_part_data; DELETE FROM post_part_idx"
    ))?;
    for (from, to) in [
        (
            "SELECT id, block, NULL FROM post_part_data ORDER BY id",
            "INSERT INTO post_part_data (id, block) VALUES (?1, ?2)",
        ),
        (
            "SELECT segid, term, pgno FROM post_part_idx ORDER BY segid, term",
            "INSERT INTO post_part_idx (segid, term, pgno) VALUES (?1, ?2, ?3)",
        ),
    ] {
        let mut read = built.prepare(from)?;
        let mut write = transaction.prepare(to)?;
        let columns = write.parameter_count();
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            for at in 0..columns {
                write.raw_bind_parameter(at + 1, ToSqlOutput::Borrowed(row.get_ref(at)?))?;
            }
            write.raw_execute()?;
        }
    }
    Ok(())
}
