//! Every version leads to every other, and no row is lost that both can hold.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::super::schema::{Schema, differences, quoted};
use super::super::{catalog, migrate};

fn at(version: usize) -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate::build(&mut connection, version).unwrap();
    connection
}

#[test]
fn downgrades_and_upgrades_lead_to_the_same_schema() {
    let latest = migrate::newest();
    let mut connection = at(latest);
    for version in (0..=latest).rev().chain(1..=latest) {
        migrate::build(&mut connection, version).unwrap();
        let (wanted, found) = (Schema::read(&at(version)).unwrap(), Schema::read(&connection).unwrap());
        assert_eq!(differences(&wanted, &found), [""; 0], "at version {version}");
    }
}

/// All rows of a database: table, column by column, sorted.
type Rows = BTreeMap<String, (Vec<String>, Vec<Vec<Value>>)>;

fn rows(connection: &Connection) -> Rows {
    let read = |table: String| {
        let mut statement = connection.prepare(&format!("SELECT * FROM {} ORDER BY 1, 2", quoted(&table))).unwrap();
        let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let values = statement
            .query_map([], |row| (0..names.len()).map(|at| row.get(at)).collect::<rusqlite::Result<Vec<Value>>>())
            .unwrap();
        let values = values.map(Result::unwrap).collect();
        (table, (names, values))
    };
    catalog::tables(connection).unwrap().into_iter().map(read).collect()
}

/// Asserts that what both have is the same: tables, and columns of them. Marks come back with the words that
/// they are made of.
fn assert_kept(before: &Rows, after: &Rows) {
    for (table, (names, values)) in before {
        let Some((names_now, values_now)) = after.get(table) else { continue };
        let shared: Vec<&String> = names.iter().filter(|name| names_now.contains(name) && *name != "marks").collect();
        let pick = |names: &[String], values: &[Vec<Value>]| -> Vec<Vec<Value>> {
            let places: Vec<usize> =
                shared.iter().map(|name| names.iter().position(|found| found == *name).unwrap()).collect();
            values.iter().map(|row| places.iter().map(|at| row[*at].clone()).collect()).collect()
        };
        assert_eq!(pick(names, values), pick(names_now, values_now), "{table}");
    }
}

/// Fills a database of a version as its program did: users, posts, and from the third version on replies,
/// profiles, drafts and imported posts.
fn fill(connection: &Connection, version: usize, users: &[String], posts: &[(usize, String, Option<usize>)]) {
    for (at, name) in users.iter().enumerate() {
        let sql = "INSERT INTO user (nickname, nickname_key) VALUES (?1, ?2)";
        connection.execute(sql, (name, format!("key {at}"))).unwrap();
    }
    if version < 2 {
        return;
    }
    for (at, (author, body, answers)) in posts.iter().enumerate() {
        let author = (author % users.len() + 1) as i64;
        let moment = at as i64 * 10;
        let (column, value) = if version < 3 { ("", "") } else { (", source", ", 'x:' || ?3") };
        let sql = format!("INSERT INTO post (author, body, created_at{column}) VALUES (?1, ?2, ?3{value})");
        connection.execute(&sql, (author, body, moment)).unwrap();
        let id = connection.last_insert_rowid();
        if version < 3 {
            continue;
        }
        let answered = answers.map(|n| (n % posts.len() + 1) as i64);
        let plain = !body.chars().any(|c| c.is_control() && c != '\n');
        let source = (answers.is_none() || !plain).then(|| format!("twtxt:{id}"));
        connection.execute("UPDATE post SET reply_to = ?2, source = ?3 WHERE id = ?1", (id, answered, source)).unwrap();
        connection
            .execute(
                "INSERT OR IGNORE INTO draft (user, reply_to, body, saved_at) VALUES (?1, ?2, ?3, 1)",
                (author, id, body),
            )
            .unwrap();
    }
    if version > 2 {
        connection.execute("UPDATE user SET display_name = 'a name', last_seen = id", []).unwrap();
        connection.execute("INSERT INTO active_user VALUES (1, 1)", []).unwrap();
    }
}

fn name() -> impl Strategy<Value = String> {
    "[a-zA-Zäß世é_.-]{1,20}"
}

fn body() -> impl Strategy<Value = String> {
    "[ -~\u{1}-\u{ff}世界👨‍👩‍👧@#]{0,60}[a-z@#世]"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn upgrades_keep_every_row_and_downgrades_what_fits(
        users in prop::collection::vec(name(), 1..5),
        posts in prop::collection::vec((any::<usize>(), body(), prop::option::of(any::<usize>())), 0..20),
    ) {
        let latest = migrate::newest();
        for version in 1..latest {
            let mut connection = at(version);
            fill(&connection, version, &users, &posts);
            let mut before = rows(&connection);
            for next in version + 1..=latest {
                migrate::build(&mut connection, next).unwrap();
                let after = rows(&connection);
                assert_kept(&before, &after);
                before = after;
            }
            for next in (1..latest).rev() {
                migrate::build(&mut connection, next).unwrap();
                let after = rows(&connection);
                assert_kept(&before, &after);
                before = after;
            }
        }
    }
}
