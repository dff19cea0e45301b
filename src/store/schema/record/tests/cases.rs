//! Kinds of schema changes, each applied to a database with rows, and reverted.

use super::*;

/// A change of schema, and rows to apply it to.
struct Case<'a> {
    old: &'a str,
    new: &'a str,
    rows: &'a str,
    /// Texts that the migration contains; those that start with `!` it does not contain.
    up: &'a [&'a str],
    /// Queries and their answers after the change.
    after: &'a [(&'a str, &'a str)],
    /// The same after it was reverted.
    back: &'a [(&'a str, &'a str)],
}

pub(super) fn database(sql: &str) -> Connection {
    let connection = memory().unwrap();
    connection.execute_batch(sql).unwrap();
    connection
}

pub(super) fn schema(sql: &str) -> Schema {
    Schema::read(&database(sql)).unwrap()
}

pub(super) fn answer(connection: &Connection, query: &str) -> String {
    let mut statement = connection.prepare(query).unwrap();
    let columns = statement.column_count();
    let value = |value: rusqlite::types::Value| match value {
        rusqlite::types::Value::Null => "-".to_owned(),
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Real(number) => format!("{number:?}"),
        rusqlite::types::Value::Text(text) => text,
        rusqlite::types::Value::Blob(blob) => format!("{blob:?}"),
    };
    let rows = statement
        .query_map([], |row| {
            let values: rusqlite::Result<Vec<_>> = (0..columns).map(|at| row.get(at).map(value)).collect();
            Ok(values?.join("|"))
        })
        .unwrap();
    rows.map(std::result::Result::unwrap).collect::<Vec<_>>().join(" ")
}

pub(super) fn run(connection: &Connection, sql: &str) {
    connection.execute_batch(&format!("BEGIN;\n{sql}\nCOMMIT;")).unwrap_or_else(|error| panic!("{error}\n{sql}"));
}

#[track_caller]
fn check(case: &Case<'_>) -> (String, String) {
    let (before, wanted) = (schema(case.old), build_wanted(case.new).unwrap());
    let made = database(case.old);
    let (up, down) = (plan(&made, &wanted).unwrap(), plan(&made, &before).unwrap());
    for text in case.up {
        let (text, holds) = text.strip_prefix('!').map_or((*text, true), |text| (text, false));
        assert_eq!(up.sql.contains(text), holds, "{text}\n{}", up.sql);
    }
    let database = database(&format!("{};\n{}", case.old, case.rows));
    for (sql, goal, queries) in [(&up.sql, &wanted, case.after), (&down.sql, &before, case.back)] {
        run(&database, sql);
        assert_eq!(differences(goal, &Schema::read(&database).unwrap()), [""; 0], "{sql}");
        assert_eq!(answer(&database, "PRAGMA integrity_check"), "ok");
        assert_eq!(answer(&database, "PRAGMA foreign_key_check"), "");
        for (query, expected) in queries {
            assert_eq!(answer(&database, query), *expected, "{query}\n{sql}");
        }
    }
    (up.sql, down.sql)
}

const NONE: Case<'_> = Case { old: "", new: "", rows: "", up: &[], after: &[], back: &[] };

const T: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INTEGER)";
const ROWS: &str = "INSERT INTO t VALUES (1, 'one', 10), (5, 'five', 50)";
const KEPT: &[(&str, &str)] = &[("SELECT id, a, n FROM t", "1|one|10 5|five|50")];

#[track_caller]
fn plain(new: &str, up: &[&str], after: &[(&str, &str)], back: &[(&str, &str)]) {
    check(&Case { old: T, new, rows: ROWS, up, after, back });
}

#[test]
fn added_and_dropped_tables_keep_the_others() {
    let two = format!("{T}; CREATE TABLE u (a INT) STRICT");
    plain(&two, &["CREATE TABLE u (\n    a INT\n) STRICT;\n"], KEPT, KEPT);
    check(&Case { old: &two, new: T, rows: ROWS, up: &["DROP TABLE u;\n"], after: KEPT, back: KEPT });
}

#[test]
fn column_is_altered_in_place_when_possible() {
    let with = |columns: &str| format!("CREATE TABLE t (id INTEGER PRIMARY KEY, {columns})");
    let alter: &[&str] = &["ALTER TABLE t ADD COLUMN", "!new_t"];
    let table = [
        ("a TEXT, n INTEGER, b TEXT", "-"),
        ("a TEXT, n INTEGER, b TEXT NOT NULL DEFAULT 'x' CHECK (b <> '')", "x"),
        ("a TEXT, n INTEGER, b TEXT REFERENCES t (id)", "-"),
        ("a TEXT, n INTEGER, b INTEGER AS (n + 1) VIRTUAL", "11"),
        ("a TEXT, b TEXT DEFAULT NULL, n INTEGER", "-"),
    ];
    for (columns, b) in table {
        plain(&with(columns), alter, &[("SELECT id, a, n, b FROM t LIMIT 1", &format!("1|one|10|{b}"))], KEPT);
    }
    plain(
        &with("a TEXT"),
        &["ALTER TABLE t DROP COLUMN n", "!new_t"],
        &[("SELECT * FROM t", "1|one 5|five")],
        &[("SELECT id, a, n FROM t", "1|one|- 5|five|-")],
    );
}

#[test]
fn table_is_rebuilt_when_it_cannot_be_altered() {
    let with = |rest: &str| format!("CREATE TABLE t (id INTEGER PRIMARY KEY, {rest}");
    let table = [
        ("a TEXT, n TEXT)", "SELECT a, n, typeof(n) FROM t", "one|10|text five|50|text"),
        ("a TEXT CHECK (length(a) > 1), n INTEGER)", "SELECT a, n FROM t", "one|10 five|50"),
        ("a TEXT DEFAULT 'x', n INTEGER)", "SELECT a, n FROM t", "one|10 five|50"),
        ("a TEXT NOT NULL UNIQUE, n INTEGER)", "SELECT a, n FROM t", "one|10 five|50"),
        ("a TEXT, n INTEGER, UNIQUE (a, n))", "SELECT a, n FROM t", "one|10 five|50"),
        ("a TEXT, n INTEGER, CHECK (n > 0))", "SELECT a, n FROM t", "one|10 five|50"),
        ("a TEXT, n INTEGER REFERENCES t (id) ON DELETE CASCADE)", "SELECT count(*) FROM t", "2"),
        ("a TEXT, n INTEGER) STRICT", "SELECT a, n FROM t", "one|10 five|50"),
        ("a TEXT, n INTEGER) WITHOUT ROWID", "SELECT id, a, n FROM t", "1|one|10 5|five|50"),
        ("a TEXT COLLATE NOCASE, n INTEGER)", "SELECT id FROM t WHERE a = 'ONE'", "1"),
        ("a TEXT, n INTEGER, b TEXT NOT NULL)", "SELECT a, n, b FROM t", "one|10| five|50|"),
        ("a TEXT, n INTEGER, b TEXT DEFAULT NULL NOT NULL)", "SELECT a, n, b FROM t", "one|10| five|50|"),
        ("a TEXT, n INTEGER, b INTEGER NOT NULL)", "SELECT a, n, b FROM t", "one|10|0 five|50|0"),
        ("a TEXT, n INTEGER, b TEXT UNIQUE)", "SELECT a, n, b FROM t", "one|10|- five|50|-"),
        ("a TEXT, n INTEGER, b INTEGER AS (n + 1) STORED)", "SELECT a, n, b FROM t", "one|10|11 five|50|51"),
        ("a TEXT, n INTEGER, b TEXT DEFAULT (1 + 1))", "SELECT a, n, b FROM t", "one|10|2 five|50|2"),
        ("a TEXT, n INTEGER, b DEFAULT CURRENT_DATE)", "SELECT b = date() FROM t", "1 1"),
        ("a TEXT, n INTEGER, b INTEGER REFERENCES t (id) DEFAULT 1)", "SELECT b FROM t", "1 1"),
        ("a TEXT, n INTEGER, \"new\" TEXT NOT NULL)", "SELECT a, n, \"new\" FROM t", "one|10| five|50|"),
    ];
    for (rest, query, answer) in table {
        let foreign = if rest.contains("REFERENCES") { "UPDATE t SET n = 1" } else { "" };
        let rows = format!("{ROWS}; {foreign}");
        let back: &[_] = if foreign.is_empty() { KEPT } else { &[("SELECT id, a, n FROM t", "1|one|1 5|five|1")] };
        let after = &[(query, answer)];
        check(&Case { old: T, new: &with(rest), rows: &rows, up: &["CREATE TABLE new_t ("], after, back });
    }
    let key = "CREATE TABLE t (id INTEGER, a TEXT PRIMARY KEY, n INTEGER)";
    plain(key, &["new_t"], &[("SELECT id, a, n FROM t ORDER BY id", "1|one|10 5|five|50")], KEPT);
}

#[test]
fn null_in_required_column_gets_default_and_a_review_note() {
    let old = "CREATE TABLE t (a TEXT, b INTEGER, c BLOB) STRICT";
    let rows = "INSERT INTO t VALUES (NULL, NULL, x'61'), ('a', 1, NULL)";
    let new = "CREATE TABLE t (a TEXT NOT NULL, b INTEGER DEFAULT 7 NOT NULL, c TEXT, d REAL NOT NULL) STRICT";
    let (up, down) = check(&Case {
        old,
        new,
        rows,
        after: &[("SELECT * FROM t", "|7|a|0.0 a|1|-|0.0")],
        back: &[("SELECT * FROM t", "|7|[97] a|1|-")],
        ..NONE
    });
    let expected = "\
-- t: SQLite cannot alter this table, so it is rebuilt with its rows.
-- Please review: where t.a was NULL, it becomes ''.
-- Please review: where t.b was NULL, it becomes 7.
-- Please review: old rows have no value for t.d, so they get 0.0.
CREATE TABLE new_t (
    a TEXT NOT NULL,
    b INTEGER DEFAULT 7 NOT NULL,
    c TEXT,
    d REAL NOT NULL
) STRICT;
INSERT INTO new_t (a, b, c, d)
    SELECT ifnull(a, ''), ifnull(b, 7), CAST(c AS TEXT), 0.0 FROM t;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
";
    assert_eq!(up, expected);
    assert!(!down.contains("Please review"), "{down}");
}

#[test]
fn indexes_triggers_and_views_are_added_changed_and_dropped() {
    let index = format!("{T}; CREATE INDEX i ON t (a)");
    let others = [
        "CREATE UNIQUE INDEX i ON t (a)",
        "CREATE INDEX i ON t (n) WHERE n > 20",
        "CREATE INDEX i ON t (n + 1)",
        "CREATE INDEX i ON t (a COLLATE NOCASE DESC)",
        "CREATE VIEW v AS SELECT a FROM t",
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = CASE new.a WHEN 'x' THEN 'y' END; END",
    ];
    for other in others {
        let new = format!("{T}; {other}");
        for old in [T, &index] {
            check(&Case { old, new: &new, rows: ROWS, up: &[other, "!TABLE"], after: KEPT, back: KEPT });
        }
    }
    let used = format!("{index}; CREATE VIEW v AS SELECT n FROM t INDEXED BY i WHERE a > ''");
    let new = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)";
    check(&Case { old: &used, new, rows: ROWS, after: &[("SELECT * FROM t", "1|one 5|five")], ..NONE });
}

#[test]
fn rebuilt_table_keeps_its_triggers_views_indexes_and_references() {
    let rest = "CREATE TABLE child (t INTEGER NOT NULL REFERENCES t (id) ON DELETE CASCADE);
         CREATE TABLE log (what TEXT);
         CREATE INDEX t_a ON t (a) WHERE a IS NOT NULL;
         CREATE VIRTUAL TABLE search USING fts5 (a, content = 't', content_rowid = 'id');
         CREATE VIEW names AS SELECT a FROM t;
         CREATE VIEW long_names AS SELECT a FROM names WHERE length(a) > 3;
         CREATE TRIGGER named INSTEAD OF INSERT ON long_names BEGIN INSERT INTO t (a) VALUES (new.a); END;
         CREATE TRIGGER logged AFTER INSERT ON child BEGIN INSERT INTO log SELECT a FROM t WHERE id = new.t; END;
         CREATE TRIGGER searched AFTER INSERT ON t BEGIN
             INSERT INTO search (rowid, a) VALUES (new.id, new.a);
         END;";
    let table = |a: &str| {
        format!("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, up INTEGER REFERENCES t (id), a {a}); {rest}")
    };
    let queries: &[_] = &[
        ("SELECT * FROM t", "1|-|one 5|1|five"),
        ("SELECT * FROM child", "1 5"),
        ("SELECT seq FROM sqlite_sequence WHERE name = 't'", "9"),
        ("SELECT count(*) FROM sqlite_sequence", "1"),
        ("SELECT rowid FROM search WHERE search MATCH 'five'", "5"),
        ("SELECT * FROM long_names", "five"),
        ("PRAGMA foreign_key_list(child)", "0|0|t|t|id|NO ACTION|CASCADE|NONE"),
    ];
    check(&Case {
        old: &table("TEXT"),
        new: &table("TEXT CHECK (a <> '')"),
        rows: "INSERT INTO t (id, up, a) VALUES (1, NULL, 'one'), (5, 1, 'five'), (9, 1, 'gone');
               DELETE FROM t WHERE id = 9; INSERT INTO search (search) VALUES ('rebuild');
               INSERT INTO child VALUES (1), (5);",
        up: &["DROP TRIGGER logged", "DROP VIEW long_names", "!DROP INDEX", "VALUES ('rebuild')"],
        after: queries,
        back: queries,
    });
}

#[test]
fn rebuilt_tables_of_this_program_keep_their_rows() {
    let old = include_str!("../../../schema.sql");
    let changes = [
        ("nickname TEXT NOT NULL CHECK (", "nickname TEXT NOT NULL CHECK (nickname <> 'nobody' AND "),
        ("body TEXT CHECK (trim", "body TEXT CHECK (length(body) < 100000 AND trim"),
        ("CHECK (one = 1)", "CHECK (one IN (1))"),
        ("saved_at INTEGER NOT NULL", "saved_at INTEGER NOT NULL DEFAULT 0"),
    ];
    let rows = "INSERT INTO user (nickname, nickname_key) VALUES ('john', 'john'), ('gone', 'gone');
         INSERT INTO post (author, body, created_at, reply_to) VALUES (1, 'my first post!', 5, NULL), (1, 'again', 6, 1);
         INSERT INTO active_user VALUES (1, 1);
         INSERT INTO draft (user, reply_to, slot, body, saved_at) VALUES (1, 0, 0, 'unsent', 7);
         DELETE FROM user WHERE id = 2; DELETE FROM post WHERE id = 2;";
    let kept: &[_] = &[
        ("SELECT id, nickname, posts FROM user", "1|john|1"),
        ("SELECT id, author, body, created_at, reply_to FROM post", "1|1|my first post!|5|-"),
        ("SELECT rowid FROM post_search WHERE post_search MATCH 'first'", "5"),
        ("SELECT one, user FROM active_user", "1|1"),
        ("SELECT user, reply_to, body, saved_at FROM draft", "1|0|unsent|7"),
        ("SELECT name, seq FROM sqlite_sequence ORDER BY name", "post|2 user|2"),
    ];
    let mut all = old.to_owned();
    for (from, to) in changes {
        assert!(old.contains(from), "{from}");
        check(&Case { old, new: &old.replace(from, to), rows, up: &["CREATE TABLE new_"], after: kept, back: kept });
        all = all.replace(from, to);
    }
    check(&Case { old, new: &all, rows, up: &["new_user", "new_post", "new_draft"], after: kept, back: kept });
}

#[test]
fn dropped_table_takes_its_triggers_and_views_along() {
    let t = "CREATE TABLE t (a TEXT)";
    let old = format!(
        "{t}; CREATE TABLE u (b TEXT);
         CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO u VALUES (new.a); END;
         CREATE TRIGGER h AFTER INSERT ON u BEGIN DELETE FROM t; END;
         CREATE VIEW v AS SELECT * FROM t, u"
    );
    let after = &[("SELECT * FROM t", "x")];
    check(&Case {
        old: &old,
        new: t,
        rows: "INSERT INTO t VALUES ('x'); DELETE FROM u;",
        up: &[],
        after: &[],
        back: &[],
    });
    check(&Case {
        old: &old,
        new: t,
        rows: "DROP TRIGGER h; INSERT INTO t VALUES ('x');
        CREATE TRIGGER h AFTER INSERT ON u BEGIN DELETE FROM t; END",
        up: &["DROP TABLE u"],
        after,
        back: after,
    });
}

#[test]
fn full_text_index_is_created_and_filled() {
    let search = |options: &str| format!("{T}; CREATE VIRTUAL TABLE f USING fts5 (a{options})");
    let content = search(", content = 't', content_rowid = id");
    let found: &[_] = &[("SELECT rowid FROM f WHERE f MATCH 'five'", "5")];
    plain(&content, &["INSERT INTO f (f) VALUES ('rebuild')"], found, KEPT);
    let other = search(", content = 't', content_rowid = 'id', prefix = 2");
    let rows = format!("{ROWS}; INSERT INTO f (f) VALUES ('rebuild')");
    check(&Case { old: &content, new: &other, rows: &rows, up: &["DROP TABLE f"], after: found, back: found });
    plain(&search(""), &["!rebuild"], KEPT, KEPT);
    plain(&search(", content = ''"), &["!rebuild"], KEPT, KEPT);
    let lost = &["Please review: the content of f is lost"];
    check(&Case { old: &search(""), new: T, rows: ROWS, up: lost, after: KEPT, back: KEPT });
}

#[test]
fn altered_table_may_equal_another_that_is_rebuilt() {
    let old = "CREATE TABLE a (x TEXT, y TEXT); CREATE TABLE b (x INTEGER);";
    let new = "CREATE TABLE a (x INTEGER, y TEXT); CREATE TABLE b (x INTEGER, y TEXT);";
    check(&Case { old, new, up: &["new_a", "ALTER TABLE b ADD COLUMN y TEXT", "!new_b"], ..NONE });
}

#[test]
fn name_can_change_from_one_kind_of_object_to_another() {
    let things = [
        "CREATE TABLE x (a)",
        "CREATE VIEW x AS SELECT a FROM t",
        "CREATE VIRTUAL TABLE x USING fts5 (a)",
        "CREATE INDEX x ON t (a)",
    ];
    for old in things {
        for new in things {
            let (old, new) = (format!("{T}; {old}"), format!("{T}; {new}"));
            check(&Case { old: &old, new: &new, rows: ROWS, after: KEPT, back: KEPT, ..NONE });
        }
    }
}

#[test]
fn only_unusual_names_are_quoted() {
    let table = |kind: &str| {
        format!(
            "CREATE TABLE \"order\" (\"group\" TEXT, \"a b\" TEXT, [c\"d] TEXT, plain {kind}); CREATE INDEX \"i\"\"j\" ON \"order\" (\"group\")"
        )
    };
    check(&Case {
        old: &table("TEXT"),
        new: &table("TEXT NOT NULL"),
        rows: "INSERT INTO \"order\" VALUES (1, 2, 3, 4)",
        up: &["INSERT INTO new_order (\"group\", \"a b\", \"c\"\"d\", plain)", "RENAME TO \"order\""],
        after: &[("SELECT * FROM \"order\"", "1|2|3|4")],
        back: &[("SELECT * FROM \"order\"", "1|2|3|4")],
    });
    check(&Case {
        old: "CREATE TABLE t (a); CREATE TABLE new_t (b)",
        new: "CREATE TABLE t (a NOT NULL); CREATE TABLE new_t (b)",
        up: &["CREATE TABLE new_new_t ("],
        ..NONE
    });
}

#[test]
fn possible_rename_gets_a_review_note() {
    #[track_caller]
    fn notes(old: &str, new: &str, wanted: &[&str], statement: &str) {
        let up = plan(&database(old), &schema(new)).unwrap();
        assert_eq!(up.notes, wanted, "{}", up.sql);
        assert!(up.sql.contains(statement), "{}", up.sql);
        if !statement.is_empty() {
            let renamed = database(old);
            renamed.execute_batch(statement.trim_start_matches("--")).unwrap();
            assert_eq!(differences(&schema(new), &Schema::read(&renamed).unwrap()), [""; 0]);
        }
    }
    let column = "--     ALTER TABLE t RENAME COLUMN b TO c;\n";
    notes("CREATE TABLE t (a, b TEXT)", "CREATE TABLE t (a, c TEXT)", &["t.b may have been renamed to t.c"], column);
    notes(
        "CREATE TABLE t (b TEXT UNIQUE)",
        "CREATE TABLE t (c TEXT UNIQUE)",
        &["t.b may have been renamed to t.c"],
        column,
    );
    notes("CREATE TABLE t (a, b TEXT)", "CREATE TABLE t (a, c INTEGER)", &[], "");
    notes("CREATE TABLE t (a, b TEXT)", "CREATE TABLE t (a, c TEXT, d TEXT)", &[], "");
    let table = "--     ALTER TABLE t RENAME TO u;\n";
    notes("CREATE TABLE t (a, b TEXT)", "CREATE TABLE u (a, b TEXT)", &["t may have been renamed to u"], table);
    notes("CREATE TABLE t (a, b TEXT)", "CREATE TABLE u (a, b)", &[], "");
}
