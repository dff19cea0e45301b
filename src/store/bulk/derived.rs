//! Data derived from posts during bulk writes: counts and search indexes.
//!
//! Triggers maintain them for single writes. For many posts that costs seven times as much: 50,000 posts beside a million
//! take 21.5 s of CPU time with the triggers, and 3.0 s without. So they are suspended, and everything is rebuilt at the
//! end of the same transaction. Other connections never see the difference.

use rusqlite::{Connection, params};

use super::indexes::{Entry, HASH_SIZE, SearchIndexes};
use crate::store::Result;

/// Up to this many posts, all derived data is rebuilt from scratch.
const FEW: u32 = 2_000;

/// FTS5's default for `hashsize`, in bytes.
const DEFAULT_HASH_SIZE: i64 = 1 << 20;

/// Triggers on inserts, which are suspended.
const SUSPENDED: [&str; 6] =
    ["post_counted", "post_answered", "post_unanswered", "post_boosted", "post_unboosted", "post_search_added"];
/// Triggers on updates and deletes: they are limited to posts that existed before.
const CHANGED: [&str; 3] = ["post_uncounted", "post_search_removed", "post_search_changed"];
/// Triggers whose counts depend on what existed before: they are suspended if that was little.
const COUNTED: [&str; 4] = ["liked_counted", "liked_uncounted", "tagged_counted", "tagged_uncounted"];

/// Records which posts lose a reply or a boost, or get a reply that existed before.
const RECOUNT: &str = "CREATE TEMP TABLE recount (post INTEGER);
    CREATE TEMP TRIGGER recount_deleted AFTER DELETE ON main.post BEGIN
        INSERT INTO recount VALUES (old.reply_to), (old.boost_of);
    END;
    CREATE TEMP TRIGGER recount_changed AFTER UPDATE OF reply_to ON main.post BEGIN
        INSERT INTO recount VALUES (old.reply_to), (new.reply_to);
    END";

/// What must be rebuilt at the end.
#[derive(Debug, Default)]
pub(super) struct Derived {
    /// Name and definition of each suspended trigger.
    triggers: Vec<(String, String)>,
    /// The last id of the posts whose derived data is complete.
    last: i64,
    /// Little existed before, so it is rebuilt too.
    few: bool,
    /// Whether there is a search index; `db repair` may have removed it.
    search: bool,
    /// Builds the search indexes meanwhile, if little was in them.
    indexes: Option<SearchIndexes>,
}

impl Derived {
    /// Suspends the triggers.
    pub(super) fn suspend(connection: &Connection) -> Result<Self> {
        let many = connection.prepare(&format!("SELECT 1 FROM post LIMIT 1 OFFSET {FEW}"))?.exists([])?;
        let last =
            if many { connection.query_row("SELECT ifnull(max(id), 0) FROM post", [], |row| row.get(0))? } else { 0 };
        let found = |name: &str| -> Result<Option<String>> {
            let mut statement =
                connection.prepare_cached("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?1")?;
            Ok(statement.query_map([name], |row| row.get(0))?.next().transpose()?)
        };
        let mut triggers = Vec::new();
        let counted = if many { &[][..] } else { &COUNTED[..] };
        for name in SUSPENDED.iter().chain(&CHANGED).chain(counted) {
            // A trigger that somebody removed stays removed.
            let Some(sql) = found(name)? else { continue };
            connection.execute_batch(&format!("DROP TRIGGER {name}"))?;
            if many && CHANGED.contains(name) {
                connection.execute_batch(&limit_trigger(&sql, last))?;
            }
            triggers.push(((*name).to_owned(), sql));
        }
        connection.execute_batch(RECOUNT)?;
        let search = triggers.iter().any(|(name, _)| name == "post_search_added");
        let indexes = (search && !many).then(|| SearchIndexes::new(connection)).transpose()?;
        Ok(Self { triggers, last, few: !many, search, indexes })
    }

    /// Registers a post that was added.
    pub(super) fn added(&mut self, entry: impl FnOnce() -> Entry) -> Result<()> {
        self.indexes.as_mut().map_or(Ok(()), |indexes| indexes.add(entry()))
    }

    /// Rebuilds everything that was suspended, and restores the triggers.
    pub(super) fn rebuild(self, connection: &Connection) -> Result<()> {
        count(connection, self.last, self.few)?;
        match self.indexes {
            Some(indexes) => indexes.finish(connection)?,
            None if self.search => add_to_indexes(connection, self.last)?,
            None => {}
        }
        for (name, sql) in &self.triggers {
            connection.execute_batch(&format!("DROP TRIGGER IF EXISTS {name}; {sql}"))?;
        }
        Ok(())
    }
}

/// Adds posts with ids after `last` to the search indexes.
fn add_to_indexes(connection: &Connection, last: i64) -> Result<()> {
    set_hash_size(connection, HASH_SIZE)?;
    // Full-text rows are ordered by time, and an index is written fastest in its own order.
    connection.execute(
        "INSERT INTO post_search (rowid, body, marks)
         SELECT created_at, body, marks FROM post WHERE id > ?1 ORDER BY created_at",
        [last],
    )?;
    set_hash_size(connection, DEFAULT_HASH_SIZE)?;
    let parts = "INSERT INTO post_part (rowid, body) SELECT id, body FROM post WHERE id > ?1 ORDER BY id";
    connection.execute(parts, [last])?;
    Ok(())
}

/// Returns the trigger's definition, limited to posts with ids up to `last`: later ones are in no index yet, and are not
/// counted.
fn limit_trigger(sql: &str, last: i64) -> String {
    let (head, steps) = sql.split_once("BEGIN").unwrap_or((sql, ""));
    let word = if head.contains("WHEN") { "AND" } else { "WHEN" };
    format!("{head} {word} old.id <= {last} BEGIN{steps}")
}

/// Sets how many bytes the full-text index collects before it writes them.
fn set_hash_size(connection: &Connection, bytes: i64) -> Result<()> {
    connection.execute("INSERT INTO post_search (post_search, rank) VALUES ('hashsize', ?1)", [bytes])?;
    Ok(())
}

/// Counts posts with ids after `last`; with `few`, all posts.
fn count(connection: &Connection, last: i64, few: bool) -> Result<()> {
    if few {
        connection.execute_batch(
            "UPDATE user SET posts = 0 WHERE posts <> 0;
             UPDATE post SET likes = (SELECT count(*) FROM liked WHERE post_created_at = post.created_at)
                 WHERE created_at IN (SELECT post_created_at FROM liked);
             UPDATE tag SET uses = (SELECT count(*) FROM tagged WHERE tagged.tag = tag.id)",
        )?;
    }
    connection.execute(
        "UPDATE user SET posts = user.posts + added.number
         FROM (SELECT author, count(*) AS number FROM post NOT INDEXED WHERE id > ?1 AND boost_of IS NULL
             GROUP BY author) AS added
         WHERE added.author = user.id",
        params![last],
    )?;
    connection.execute(
        "UPDATE post SET
             replies = (SELECT count(*) FROM post a INDEXED BY post_reply_to WHERE a.reply_to = post.id),
             boosts = (SELECT count(*) FROM post b INDEXED BY post_boost_of WHERE b.boost_of = post.id)
         WHERE id IN (
             SELECT reply_to FROM post INDEXED BY post_reply_to WHERE reply_to IS NOT NULL AND id > ?1
             UNION ALL SELECT boost_of FROM post INDEXED BY post_boost_of WHERE boost_of IS NOT NULL AND id > ?1
             UNION ALL SELECT post FROM temp.recount)",
        params![last],
    )?;
    connection.execute_batch("DROP TRIGGER recount_deleted; DROP TRIGGER recount_changed; DROP TABLE temp.recount")?;
    Ok(())
}
