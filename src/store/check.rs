//! Checks a database, and rebuilds what can be derived from its rows: indexes, triggers, search indexes, counts. Saving
//! rows from damaged pages is the work of `salvage`.

use std::ops::RangeInclusive;
use std::path::Path;
use std::thread;

use rusqlite::Connection;

use super::backup::{self, Verify};
use super::catalog::{is_shadow_table, search_indexes, user_version};
use super::connection::{Access, connect, end_read, without_defense};
use super::entities;
use super::lock::{DatabaseLock, LockName};
use super::migrate;
use super::schema::{Schema, differences, quoted};
use super::{Database, DatabaseError, Result, Step, StoreError, values};

/// Problem of pages that an index lost, or that were left when one was rebuilt without being read.
const UNUSED_PAGES: &str = "some pages belong to no table";
/// SQLite's page cache of each connection that checks; negative numbers count KiB.
const CHECK_CACHE: i64 = -24_576;
/// That of the one that checks pages, which looks up every index entry.
const PAGES_CACHE: i64 = -65_536;
/// How many faults of the pages are reported.
const MAX_FAULTS: usize = 20;

/// Something that is wrong with a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in one line.
    pub description: String,
    /// Whether it can be rebuilt from the rows.
    pub repairable: bool,
}

impl Problem {
    pub(super) fn repairable(description: impl Into<String>) -> Self {
        Self { description: description.into(), repairable: true }
    }

    pub(super) fn damage(description: impl Into<String>) -> Self {
        Self { description: description.into(), repairable: false }
    }

    pub(super) fn search_index(name: &str) -> Self {
        Self::repairable(format!("the search index {name} is damaged"))
    }
}

/// A count that is stored beside the rows that it counts.
struct Count {
    table: &'static str,
    column: &'static str,
    /// SQL that counts again for a row of the table.
    recount: &'static str,
    /// SQL that counts for all rows at once, as `id` and `n`, where looking up the rows of each takes longer: a million
    /// posts by their author take 3.1 s of CPU time, and 0.1 s at once.
    totals: Option<&'static str>,
    /// The versions in which it is counted like that.
    versions: RangeInclusive<usize>,
}

const NEWEST: usize = usize::MAX;

/// Counts all posts of each author and takes off their boosts, because an index holds what each of the two needs. The `+`
/// keeps the boosts from being read in the order of the index by author, which does not have them.
const POSTS_BY_AUTHOR: &str = "SELECT author AS id, sum(n) AS n FROM (
    SELECT author, count(*) AS n FROM post GROUP BY author
    UNION ALL SELECT author, -count(*) FROM post WHERE boost_of IS NOT NULL GROUP BY +author) GROUP BY author";

#[rustfmt::skip]
const COUNTS: [Count; 7] = [
    Count { table: "user", column: "posts", versions: 3..=4,
        recount: "(SELECT count(*) FROM post WHERE author = \"user\".id)", totals: None },
    Count { table: "user", column: "posts", versions: 5..=NEWEST,
        recount: "(SELECT count(*) FROM post WHERE author = \"user\".id AND boost_of IS NULL)",
        totals: Some(POSTS_BY_AUTHOR) },
    Count { table: "post", column: "replies", versions: 5..=NEWEST,
        recount: "(SELECT count(*) FROM post c WHERE c.reply_to = \"post\".id)", totals: None },
    Count { table: "post", column: "boosts", versions: 5..=NEWEST,
        recount: "(SELECT count(*) FROM post c WHERE c.boost_of = \"post\".id)", totals: None },
    Count { table: "post", column: "likes", versions: 6..=14,
        recount: "(SELECT count(*) FROM liked WHERE moment = \"post\".created_at)", totals: None },
    Count { table: "post", column: "likes", versions: 15..=NEWEST,
        recount: "(SELECT count(*) FROM liked WHERE post_created_at = \"post\".created_at)", totals: None },
    Count { table: "tag", column: "uses", versions: 7..=NEWEST,
        recount: "(SELECT count(*) FROM tagged WHERE tag = \"tag\".id)", totals: None },
];

/// Returns the counts that a version has.
fn counts(version: usize) -> impl Iterator<Item = &'static Count> {
    COUNTS.iter().filter(move |count| count.versions.contains(&version))
}

impl Database {
    /// Returns everything that is wrong with it: damaged pages, rows that refer to missing ones, a schema that is not the
    /// one of its version, search indexes or counts that do not match the rows. Reads every page.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub fn check(&mut self, progress: &mut dyn FnMut(Step)) -> Result<Vec<Problem>> {
        progress(Step::Checking);
        // In one read transaction: another process may migrate the database meanwhile.
        self.connection.execute_batch(&format!("PRAGMA cache_size = {CHECK_CACHE}; BEGIN DEFERRED"))?;
        let found = user_version(&self.connection).map_err(StoreError::from).and_then(|version| {
            self.version = version;
            self.check_snapshot(progress)
        });
        end_read(&self.connection)?;
        let mut found = found?;
        if found.compares_here {
            add_new(&mut found.problems, compare_search_indexes(&self.connection)?);
        }
        self.connection.pragma_update(None, "cache_size", super::USUAL_CACHE)?;
        Ok(found.problems)
    }

    fn check_snapshot(&self, progress: &mut dyn FnMut(Step)) -> Result<Found> {
        let schema = self.schema_problems()?;
        // An object that should not be there could run anything as soon as rows are read.
        if schema.iter().any(|problem| !problem.description.ends_with(" is missing")) {
            return Ok(Found { problems: schema, compares_here: false });
        }
        let indexes = search_indexes(&self.connection)?;
        let unreadable =
            |index: &&String| self.connection.prepare(&format!("SELECT 1 FROM {}", quoted(index))).is_err();
        let unreadable: Vec<_> = indexes.iter().filter(unreadable).map(|index| Problem::search_index(index)).collect();
        if !unreadable.is_empty() {
            // Some of the tables inside it are missing, and SQLite checks nothing then.
            return Ok(Found { problems: unreadable, compares_here: false });
        }
        let compares = !indexes.is_empty() && !self.read_only;
        let copy = if compares && !self.private {
            // Without space for a copy, the work is done in the database itself.
            let copy = backup::copy_beside(&self.connection, &self.path, Verify::Complete, progress);
            progress(Step::Checking);
            copy.ok().map(|(copy, _)| copy)
        } else {
            None
        };
        let Parts { pages, rows, search } = match &copy {
            Some(copy) => self.check_with_copy(copy)?,
            None => Parts {
                pages: integrity(&self.connection, &indexes)?,
                rows: row_problems(&self.connection, self.version),
                search: Vec::new(),
            },
        };
        let (mut problems, mut others) = (pages, schema);
        if problems.iter().all(|problem| problem.repairable) {
            match rows {
                // Statements that use a damaged index fail.
                Err(StoreError::Database(DatabaseError::Damaged)) if !problems.is_empty() => {}
                rows => others.extend(rows?),
            }
        }
        add_new(&mut problems, others);
        add_new(&mut problems, search);
        Ok(Found { problems, compares_here: compares && copy.is_none() })
    }

    /// Checks pages, rows and each search index of a copy at once, on threads with a connection each.
    ///
    /// SQLite compares a search index with its posts only as part of a write, which would block other writers for seconds.
    /// Several can do so in the copy, since they open it without locks: the comparison writes nothing.
    fn check_with_copy(&self, copy: &Path) -> Result<Parts> {
        let version = self.version;
        let copied = connect(copy, Access::ReadWrite)?;
        // A write-ahead log needs locks.
        without_defense(&copied, || Ok(copied.execute_batch("PRAGMA journal_mode = DELETE")?))?;
        let indexes = search_indexes(&copied)?;
        drop(copied);
        let check_rows = || row_problems(&connect_to_check(copy, Access::Immutable)?, version);
        let check_search = |index: &str| compare_search(&connect_to_check(copy, Access::Unlocked)?, index);
        thread::scope(|scope| {
            let start = |index| thread::Builder::new().spawn_scoped(scope, move || check_search(index));
            let search: Vec<_> = indexes.iter().map(|index| (index, start(index))).collect();
            let rows = thread::Builder::new().spawn_scoped(scope, check_rows);
            let pages = integrity(&connect_to_pages(copy)?, &indexes)?;
            // Where the system allows no more threads, this one does their work.
            let rows = rows.map_or_else(|_| check_rows(), join);
            let found = search.into_iter().map(|(index, thread)| thread.map_or_else(|_| check_search(index), join));
            let search = found.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
            Ok(Parts { pages, rows, search })
        })
    }

    /// Rebuilds what can be derived from the rows, in one transaction, and checks again; returns the problems that were
    /// repaired. Returns `None` and changes nothing if rows are damaged: those must be saved into a new file.
    ///
    /// # Errors
    /// When another process writes for longer than the busy timeout, or the disk is full; it is then as it was.
    pub fn rebuild(&mut self, progress: &mut dyn FnMut(Step)) -> Result<Option<Vec<Problem>>> {
        let _lock = DatabaseLock::acquire(&self.path, LockName::Schema, || progress(Step::Waiting))?;
        let problems = self.check(progress)?;
        if problems.iter().any(|problem| !problem.repairable) {
            return Ok(None);
        }
        let leaves_unused_pages = match self.rebuild_derived(drop_derived) {
            // Damaged indexes cannot be dropped.
            Err(StoreError::Database(DatabaseError::Damaged)) => match self.rebuild_derived(erase_derived) {
                Err(StoreError::Database(DatabaseError::Damaged)) => return Ok(None),
                done => done.map(|()| true),
            },
            done => done.map(|()| problems.iter().any(|problem| problem.description == UNUSED_PAGES)),
        }?;
        if leaves_unused_pages {
            self.vacuum()?;
        }
        match self.check(progress)?.as_slice() {
            [] => Ok(Some(problems)),
            [left, ..] => Err(DatabaseError::RepairFailed(left.description.clone()).into()),
        }
    }

    fn rebuild_derived(&mut self, remove: fn(&Connection) -> Result<()>) -> Result<()> {
        let (wanted, version) = (migrate::build_in_memory(self.version())?, self.version());
        let transaction = self.connection.transaction()?;
        let found = user_version(&transaction)?;
        if found != version {
            return Err(DatabaseError::SchemaChanged { found, known: version }.into());
        }
        remove(&transaction)?;
        if version == migrate::newest() {
            values::mend(&transaction)?;
        }
        create_missing(&transaction, &wanted)?;
        transaction.execute_batch("REINDEX")?;
        for Count { table, column, recount, .. } in counts(version) {
            transaction.execute_batch(&format!(
                "UPDATE \"{table}\" SET {column} = {recount} WHERE {column} IS NOT {recount}"
            ))?;
        }
        for index in search_indexes(&transaction)? {
            transaction.execute_batch(&format!("INSERT INTO {0} ({0}) VALUES ('rebuild')", quoted(&index)))?;
        }
        if version == migrate::newest() {
            entities::reindex(&transaction)?;
        }
        Ok(transaction.commit()?)
    }

    /// Returns how its schema differs from the one of its version.
    pub(super) fn schema_problems(&self) -> Result<Vec<Problem>> {
        let wanted = migrate::build_in_memory(self.version())?;
        let found = differences(&Schema::read(&wanted)?, &Schema::read(&self.connection)?);
        // Tables and columns hold data that cannot be derived from other rows.
        let holds_data = |line: &String| ["the table ", "the column "].iter().any(|start| line.starts_with(start));
        Ok(found.into_iter().map(|line| Problem { repairable: !holds_data(&line), description: line }).collect())
    }
}

/// What the check of a snapshot found.
struct Found {
    problems: Vec<Problem>,
    /// The search indexes are still to be compared with the posts, in the database itself.
    compares_here: bool,
}

/// Problems by where they were found.
struct Parts {
    pages: Vec<Problem>,
    /// Fails where pages are damaged.
    rows: Result<Vec<Problem>>,
    search: Vec<Problem>,
}

/// Adds problems that are not known yet.
fn add_new(problems: &mut Vec<Problem>, found: Vec<Problem>) {
    for problem in found {
        if problems.iter().all(|known| known.description != problem.description) {
            problems.push(problem);
        }
    }
}

fn join<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn connect_to_check(copy: &Path, access: Access) -> Result<Connection> {
    let connection = connect(copy, access)?;
    connection.pragma_update(None, "cache_size", CHECK_CACHE)?;
    Ok(connection)
}

/// Opens a copy to check its pages.
fn connect_to_pages(copy: &Path) -> Result<Connection> {
    let without_indexes = connect(copy, Access::Unlocked).map_err(StoreError::from).and_then(|connection| {
        hide_search_indexes(&connection)?;
        Ok(connection)
    });
    // A damaged schema cannot be changed.
    let connection = match without_indexes {
        Ok(connection) => connection,
        Err(_) => connect(copy, Access::Immutable)?,
    };
    connection.pragma_update(None, "cache_size", PAGES_CACHE)?;
    Ok(connection)
}

/// Removes the search indexes from the schema that this connection sees, and leaves the tables inside them. SQLite's
/// integrity check would read each of them whole, as its comparison with the posts does too: 3 s of CPU time with a
/// million posts. Nothing of it reaches the file, because the transaction is never committed.
fn hide_search_indexes(connection: &Connection) -> Result<()> {
    without_defense(connection, || {
        connection.execute_batch(
            "PRAGMA journal_mode = MEMORY; PRAGMA cache_spill = OFF; PRAGMA writable_schema = ON; BEGIN;
             DELETE FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%';
             PRAGMA writable_schema = RESET",
        )?;
        Ok(())
    })
}

/// Compares the search indexes with the posts.
fn compare_search_indexes(connection: &Connection) -> Result<Vec<Problem>> {
    let found = search_indexes(connection)?.into_iter().map(|index| compare_search(connection, &index));
    Ok(found.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// Returns rows that refer to missing ones, counts that do not match the rows that they count, and invalid values.
fn row_problems(connection: &Connection, version: usize) -> Result<Vec<Problem>> {
    let mut problems = orphans(connection)?;
    let counts: Vec<_> = counts(version).collect();
    for counts in counts.chunk_by(|a, b| a.table == b.table) {
        problems.extend(wrong_counts(connection, counts)?);
    }
    if version == migrate::newest() {
        problems.extend(values::problems(connection)?.into_iter().map(Problem::repairable));
    }
    Ok(problems)
}

/// Returns which counts of a table do not match the rows that they count. Reads the table once for all of them.
fn wrong_counts(connection: &Connection, counts: &[&Count]) -> Result<Vec<Problem>> {
    let Some(Count { table, .. }) = counts.first() else { return Ok(vec![]) };
    let wrong = counts.iter().map(|Count { column, recount, totals, .. }| {
        let right = if totals.is_some() { "ifnull(n, 0)" } else { recount };
        format!("count(*) FILTER (WHERE {column} IS NOT {right})")
    });
    let wrong = wrong.collect::<Vec<_>>().join(", ");
    let totals = counts.iter().find_map(|count| count.totals);
    let join = totals.map(|totals| format!("LEFT JOIN ({totals}) USING (id)")).unwrap_or_default();
    let wrong = connection.query_row(&format!("SELECT {wrong} FROM \"{table}\" {join}"), [], |row| {
        (0..counts.len()).map(|at| row.get(at)).collect::<rusqlite::Result<Vec<i64>>>()
    })?;
    let found = counts.iter().zip(wrong).filter(|(_, wrong)| *wrong > 0);
    Ok(found
        .map(|(Count { table, column, .. }, wrong)| {
            Problem::repairable(format!("{table}.{column} is wrong in {wrong} rows"))
        })
        .collect())
}

/// Returns what SQLite finds wrong when it reads every page and looks up every row in every index.
fn integrity(connection: &Connection, search_indexes: &[String]) -> Result<Vec<Problem>> {
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({MAX_FAULTS})"))?;
    let mut rows = statement.query([])?;
    let mut problems: Vec<Problem> = Vec::new();
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                for line in row.get::<_, String>(0)?.lines().filter(|line| *line != "ok" && !line.starts_with("***")) {
                    let problem = describe_fault(connection, search_indexes, line)?;
                    if !problems.iter().any(|known| known.description == problem.description) {
                        problems.push(problem);
                    }
                }
            }
            Ok(None) => return Ok(problems),
            // SQLite gave up after the faults that it reported.
            Err(_) if !problems.is_empty() => return Ok(problems),
            Err(error) => return Ok(vec![Problem::damage(error.to_string())]),
        }
    }
}

/// Turns a line of SQLite's integrity check into a problem. SQLite names a tree of pages by its first page.
fn describe_fault(connection: &Connection, search_indexes: &[String], line: &str) -> Result<Problem> {
    if line.contains("FTS5") || line.contains("fts5") {
        let index = search_indexes.iter().find(|name| line.contains(name.as_str()));
        return Ok(index.map_or_else(|| Problem::damage(line), |name| Problem::search_index(name)));
    }
    // Values are mended; what still breaks a rule then is saved into a new file.
    if line.starts_with("CHECK constraint failed in ") {
        return Ok(Problem::repairable(line));
    }
    if line.ends_with("never used") {
        return Ok(Problem::repairable(UNUSED_PAGES));
    }
    let root = line.strip_prefix("Tree ").and_then(|rest| rest.split(' ').next()?.parse::<i64>().ok());
    let Some(root) = root else {
        return Ok(match line.rsplit_once("index ") {
            Some((_, name)) => Problem::repairable(format!("the index {name} is damaged")),
            None => Problem::damage(line),
        });
    };
    let tree = connection.query_row(
        "SELECT type, name, sql IS NOT NULL FROM sqlite_schema WHERE rootpage = ?1",
        [root],
        |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, bool>(2)?)),
    );
    let Ok((kind, name, has_sql)) = tree else { return Ok(Problem::damage(line)) };
    let index = search_indexes.iter().find(|index| is_shadow_table(&name, index));
    Ok(match index {
        Some(index) => Problem::search_index(index),
        // An index without SQL belongs to a constraint, and can only be rebuilt with its table.
        None => {
            Problem { description: format!("the {kind} {name} is damaged"), repairable: kind == "index" && has_sql }
        }
    })
}

fn orphans(connection: &Connection) -> Result<Vec<Problem>> {
    let mut statement = connection.prepare(
        "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check() GROUP BY \"table\", parent ORDER BY 1, 2",
    )?;
    let orphans = statement.query_map([], |row| {
        let (table, parent, rows): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Problem::damage(format!("{rows} rows of {table} belong to a {parent} that does not exist")))
    })?;
    Ok(orphans.collect::<rusqlite::Result<_>>()?)
}

/// Compares a search index with the text that it indexes.
fn compare_search(connection: &Connection, index: &str) -> Result<Option<Problem>> {
    let name = quoted(index);
    let sql = format!("INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)");
    match connection.execute_batch(&sql).map_err(StoreError::from) {
        Ok(()) => Ok(None),
        Err(StoreError::Database(DatabaseError::Damaged)) => Ok(Some(Problem::search_index(index))),
        Err(error) => Err(error),
    }
}

/// Drops all indexes, triggers, views and search indexes. Triggers go first, because they use the others.
fn drop_derived(connection: &Connection) -> Result<()> {
    let mut statement = connection.prepare(
        "SELECT type, name FROM sqlite_schema WHERE sql IS NOT NULL
         AND (type <> 'table' OR sql LIKE 'CREATE VIRTUAL TABLE%') ORDER BY type DESC, rowid DESC",
    )?;
    let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found: Vec<(String, String)> = found.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    for (kind, name) in found {
        connection.execute_batch(&format!("DROP {kind} IF EXISTS {}", quoted(&name)))?;
    }
    Ok(())
}

/// Removes them from the schema without reading their pages, which are damaged. Those pages stay unused until the
/// database is vacuumed.
fn erase_derived(connection: &Connection) -> Result<()> {
    let names = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    let indexes = search_indexes(connection)?;
    let is_search = |name: &String| indexes.iter().any(|index| name == index || is_shadow_table(name, index));
    let erase = || -> rusqlite::Result<()> {
        connection.execute("DELETE FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL", [])?;
        for name in names.iter().filter(|name| is_search(name)) {
            connection.execute("DELETE FROM sqlite_schema WHERE type = 'table' AND name = ?1", [name])?;
            connection.execute("DELETE FROM sqlite_schema WHERE tbl_name = ?1", [name])?;
        }
        Ok(())
    };
    without_defense(connection, || {
        connection.execute_batch("PRAGMA writable_schema = ON")?;
        let done = erase();
        // Also makes SQLite read the schema again.
        connection.execute_batch("PRAGMA writable_schema = RESET")?;
        Ok(done?)
    })
}

fn create_missing(connection: &Connection, wanted: &Connection) -> Result<()> {
    let mut statement = wanted.prepare(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL
         AND (type <> 'table' OR sql LIKE 'CREATE VIRTUAL TABLE%') ORDER BY rowid",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        connection.execute_batch(row.get_ref(0)?.as_str().unwrap_or_default())?;
    }
    Ok(())
}
