//! Looking a database over, and building anew what can be made from the rest: indexes, triggers, the search
//! index, counts. Rows that cannot be read are the work of `salvage`.

use std::ops::RangeInclusive;

use rusqlite::Connection;

use super::place::Lock;
use super::schema::{Schema, differences};
use super::{Database, DatabaseError, Result, Step, StoreError, copy, migrate, open};

/// Pages that an index lost, or that were left when one was made anew.
const LOST: &str = "some pages belong to nothing";

/// So many faults of one kind are named.
const NAMED: usize = 20;

/// Something that is wrong with a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in one line.
    pub description: String,
    /// Whether it can be built anew from the rest.
    pub repairable: bool,
}

impl Problem {
    fn derivable(what: impl Into<String>) -> Self {
        Self { description: what.into(), repairable: true }
    }

    fn damage(what: impl Into<String>) -> Self {
        Self { description: what.into(), repairable: false }
    }
}

/// A count that is kept beside what it counts: a column, the query that counts it anew for a row of its table,
/// and the versions in which that is how it is counted.
struct Count {
    table: &'static str,
    column: &'static str,
    anew: &'static str,
    versions: RangeInclusive<usize>,
}

const NEWEST: usize = usize::MAX;

#[rustfmt::skip]
const COUNTS: [Count; 6] = [
    Count { table: "user", column: "posts", versions: 3..=4,
        anew: "(SELECT count(*) FROM post WHERE author = \"user\".id)" },
    Count { table: "user", column: "posts", versions: 5..=NEWEST,
        anew: "(SELECT count(*) FROM post WHERE author = \"user\".id AND boost_of IS NULL)" },
    Count { table: "post", column: "replies", versions: 5..=NEWEST,
        anew: "(SELECT count(*) FROM post c WHERE c.reply_to = \"post\".id)" },
    Count { table: "post", column: "boosts", versions: 5..=NEWEST,
        anew: "(SELECT count(*) FROM post c WHERE c.boost_of = \"post\".id)" },
    Count { table: "post", column: "likes", versions: 6..=NEWEST,
        anew: "(SELECT count(*) FROM liked WHERE moment = \"post\".created_at)" },
    Count { table: "tag", column: "uses", versions: 7..=NEWEST,
        anew: "(SELECT count(*) FROM tagged WHERE tag = \"tag\".id)" },
];

/// The counts of a version.
fn counts(version: usize) -> impl Iterator<Item = &'static Count> {
    COUNTS.iter().filter(move |count| count.versions.contains(&version))
}

impl Database {
    /// Everything that is wrong with it: damaged pages, rows that refer to nothing, another schema than its
    /// version has, a search index or counts out of step. Reads every page.
    ///
    /// # Errors
    /// When it cannot even be looked at.
    pub fn check(&self, progress: &mut dyn FnMut(Step)) -> Result<Vec<Problem>> {
        progress(Step::Checking);
        let mut unreadable = search_indexes(&self.connection)?;
        unreadable.retain(|index| self.connection.prepare(&format!("SELECT 1 FROM {}", copy::quoted(index))).is_err());
        if !unreadable.is_empty() {
            // Some of the tables that it is kept in are missing, and SQLite looks at nothing then.
            return Ok(unreadable.iter().map(|index| damaged_search(index)).collect());
        }
        let mut problems = integrity(&self.connection)?;
        // Through a damaged index nothing of the rest can be seen.
        let readable = |found: Result<Vec<Problem>>| match found {
            Err(StoreError::Database(DatabaseError::Damaged)) if !problems.is_empty() => Ok(vec![]),
            found => found,
        };
        let mut others = readable(self.schema_problems())?;
        if !problems.iter().any(|problem| !problem.repairable) {
            others.extend(readable(orphans(&self.connection))?);
            others.extend(readable(self.wrong_counts())?);
        }
        others.extend(readable(self.search_problems(progress))?);
        let known: Vec<String> = problems.iter().map(|problem| problem.description.clone()).collect();
        problems.extend(others.into_iter().filter(|other| !known.contains(&other.description)));
        Ok(problems)
    }

    /// SQLite compares a search index with its text only as part of a write, which would hold others up for
    /// seconds: so that is done in a copy, where there is room for one.
    fn search_problems(&self, progress: &mut dyn FnMut(Step)) -> Result<Vec<Problem>> {
        let mut problems = Vec::new();
        let indexes = search_indexes(&self.connection)?;
        if indexes.is_empty() || self.read_only {
            return Ok(problems);
        }
        let draft = copy::draft(&self.connection, &self.path, copy::Proof::Whole, progress);
        let copied = draft.as_ref().ok().and_then(|(draft, _)| Connection::open(draft).ok());
        if let Some(copied) = &copied {
            copied.execute_batch("PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE")?;
        }
        for index in indexes {
            if compare_search(copied.as_ref().unwrap_or(&self.connection), &index).is_err() {
                problems.push(damaged_search(&index));
            }
        }
        Ok(problems)
    }

    /// Builds anew what can be made from the rest, in one transaction, and looks again; gives back what was
    /// mended. Says `None` and changes nothing when rows are damaged: they must be saved into a new file.
    ///
    /// # Errors
    /// When another process writes for too long, or the disk is full; it is then as it was.
    pub fn rebuild(&mut self, progress: &mut dyn FnMut(Step)) -> Result<Option<Vec<Problem>>> {
        let _lock = Lock::take(&self.path, || progress(Step::Waiting))?;
        let problems = self.check(progress)?;
        if problems.iter().any(|problem| !problem.repairable) {
            return Ok(None);
        }
        let lost = match self.make_anew(make_again) {
            // What is damaged cannot even be dropped.
            Err(StoreError::Database(DatabaseError::Damaged)) => match self.make_anew(forget) {
                Err(StoreError::Database(DatabaseError::Damaged)) => return Ok(None),
                done => done.map(|()| true),
            },
            done => done.map(|()| problems.iter().any(|problem| problem.description == LOST)),
        }?;
        if lost {
            self.vacuum()?;
        }
        match self.check(progress)?.as_slice() {
            [] => Ok(Some(problems)),
            [left, ..] => Err(StoreError::Database(DatabaseError::RepairFailed(left.description.clone()))),
        }
    }

    fn make_anew(&mut self, clear: fn(&Connection, &Connection) -> Result<()>) -> Result<()> {
        let (wanted, version) = (self.wanted()?, self.version());
        let transaction = self.connection.transaction()?;
        let found = open::user_version(&transaction)?;
        if found != version {
            return Err(StoreError::Database(DatabaseError::SchemaChanged { found, known: version }));
        }
        clear(&transaction, &wanted)?;
        transaction.execute_batch("REINDEX")?;
        for Count { table, column, anew, .. } in counts(version) {
            transaction
                .execute_batch(&format!("UPDATE \"{table}\" SET {column} = {anew} WHERE {column} IS NOT {anew}"))?;
        }
        for index in search_indexes(&transaction)? {
            transaction.execute_batch(&format!("INSERT INTO {0} ({0}) VALUES ('rebuild')", copy::quoted(&index)))?;
        }
        Ok(transaction.commit()?)
    }

    /// A database in memory, as the migrations make it at this version.
    fn wanted(&self) -> Result<Connection> {
        let mut wanted = Connection::open_in_memory()?;
        migrate::build(&mut wanted, self.version())?;
        Ok(wanted)
    }

    fn schema_problems(&self) -> Result<Vec<Problem>> {
        let wanted = self.wanted()?;
        let found = differences(&Schema::read(&wanted)?, &Schema::read(&self.connection)?);
        // Tables and columns hold what cannot be made from the rest.
        let kept = |line: &String| ["the table ", "the column "].iter().any(|start| line.starts_with(start));
        Ok(found.into_iter().map(|line| Problem { repairable: !kept(&line), description: line }).collect())
    }

    fn wrong_counts(&self) -> Result<Vec<Problem>> {
        let mut problems = Vec::new();
        for Count { table, column, anew, .. } in counts(self.version()) {
            let sql = format!("SELECT count(*) FROM \"{table}\" WHERE {column} IS NOT {anew}");
            let wrong: i64 = self.connection.query_row(&sql, [], |row| row.get(0))?;
            if wrong > 0 {
                problems.push(Problem::derivable(format!("{table}.{column} is wrong in {wrong} rows")));
            }
        }
        Ok(problems)
    }
}

/// What SQLite finds when it reads every page and looks up every row in every index, in our words.
fn integrity(connection: &Connection) -> Result<Vec<Problem>> {
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({NAMED})"))?;
    let mut rows = statement.query([])?;
    let mut problems: Vec<Problem> = Vec::new();
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                for line in row.get::<_, String>(0)?.lines().filter(|line| *line != "ok" && !line.starts_with("***")) {
                    let problem = in_words(connection, line)?;
                    if !problems.iter().any(|known| known.description == problem.description) {
                        problems.push(problem);
                    }
                }
            }
            Ok(None) => return Ok(problems),
            // After what was named, it could not go on.
            Err(_) if !problems.is_empty() => return Ok(problems),
            Err(error) => return Ok(vec![Problem::damage(error.to_string())]),
        }
    }
}

/// A line of SQLite's, which names a tree of pages by its first one.
fn in_words(connection: &Connection, line: &str) -> Result<Problem> {
    if line.contains("FTS5") || line.contains("fts5") {
        let named = search_indexes(connection)?.into_iter().find(|name| line.contains(name.as_str()));
        return Ok(named.map_or_else(|| Problem::damage(line), |name| damaged_search(&name)));
    }
    if line.ends_with("never used") {
        return Ok(Problem::derivable(LOST));
    }
    let root = line.strip_prefix("Tree ").and_then(|rest| rest.split(' ').next()?.parse::<i64>().ok());
    let Some(root) = root else {
        return Ok(match line.rsplit_once("index ") {
            Some((_, name)) => Problem::derivable(format!("the index {name} is damaged")),
            None => Problem::damage(line),
        });
    };
    let tree = connection.query_row(
        "SELECT type, name, sql IS NOT NULL FROM sqlite_schema WHERE rootpage = ?1",
        [root],
        |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, bool>(2)?)),
    );
    let Ok((kind, name, made_by_name)) = tree else { return Ok(Problem::damage(line)) };
    let within = search_indexes(connection)?.into_iter().find(|index| is_inside(&name, index));
    Ok(match within {
        Some(index) => damaged_search(&index),
        // An index that is a part of its table can only be made with it.
        None => Problem {
            description: format!("the {kind} {name} is damaged"),
            repairable: kind == "index" && made_by_name,
        },
    })
}

fn damaged_search(name: &str) -> Problem {
    Problem::derivable(format!("the search index {name} is damaged"))
}

/// Whether a table is one of those that a search index is kept in.
fn is_inside(table: &str, index: &str) -> bool {
    let part = table.strip_prefix(index).and_then(|rest| rest.strip_prefix('_'));
    part.is_some_and(|part| ["data", "idx", "content", "docsize", "config"].contains(&part))
}

fn orphans(connection: &Connection) -> Result<Vec<Problem>> {
    let mut statement = connection.prepare(
        "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check() GROUP BY \"table\", parent ORDER BY 1, 2",
    )?;
    let lost = statement.query_map([], |row| {
        let (table, parent, rows): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Problem::damage(format!("{rows} rows of {table} belong to a {parent} that is not there")))
    })?;
    Ok(lost.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn search_indexes(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'",
    )?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// Compares a search index with the text that it is of.
fn compare_search(connection: &Connection, index: &str) -> rusqlite::Result<()> {
    let name = copy::quoted(index);
    connection.execute_batch(&format!("INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)"))
}

/// Drops the indexes, triggers, views and search indexes that are not as wanted, and makes those that are
/// missing.
fn make_again(connection: &Connection, wanted: &Connection) -> Result<()> {
    for (kind, name) in others(connection)? {
        connection.execute_batch(&format!("DROP {kind} IF EXISTS {}", copy::quoted(&name)))?;
    }
    make_missing(connection, wanted)
}

/// The same where pages are damaged: they are taken off the list of what there is, unread. Their room is lost until the
/// database is vacuumed.
fn forget(connection: &Connection, wanted: &Connection) -> Result<()> {
    let names = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    let indexes = search_indexes(connection)?;
    connection.execute_batch("PRAGMA writable_schema = ON")?;
    let done = (|| -> rusqlite::Result<()> {
        connection.execute("DELETE FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL", [])?;
        for name in names.iter().filter(|name| indexes.iter().any(|index| *name == index || is_inside(name, index))) {
            connection.execute("DELETE FROM sqlite_schema WHERE type = 'table' AND name = ?1", [name])?;
            connection.execute("DELETE FROM sqlite_schema WHERE tbl_name = ?1", [name])?;
        }
        Ok(())
    })();
    // Reads the list anew.
    connection.execute_batch("PRAGMA writable_schema = RESET")?;
    done?;
    make_missing(connection, wanted)
}

fn make_missing(connection: &Connection, wanted: &Connection) -> Result<()> {
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

/// What a database has beside its tables, by kind and name, triggers first: they use the others.
fn others(connection: &Connection) -> Result<Vec<(String, String)>> {
    let mut statement = connection.prepare(
        "SELECT type, name FROM sqlite_schema WHERE sql IS NOT NULL
         AND (type <> 'table' OR sql LIKE 'CREATE VIRTUAL TABLE%') ORDER BY type DESC, rowid DESC",
    )?;
    let names = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}
