use rusqlite::Connection;

use super::*;

fn schema(sql: &str) -> Schema {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(sql).unwrap();
    Schema::read(&connection).unwrap()
}

#[test]
fn equivalent_sql_is_no_difference() {
    let cases = [
        (
            "CREATE TABLE t (a INTEGER, b TEXT)",
            "create table if not exists \"T\"(\n  -- one\n  [a] integer,\n`b` text /* two */)",
        ),
        ("CREATE TABLE t (a INTEGER, b TEXT)", "CREATE TABLE t (b TEXT, a INTEGER)"),
        (
            "CREATE TABLE t (a, b INTEGER NOT NULL DEFAULT 0)",
            "CREATE TABLE t (a); ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 0 NOT NULL",
        ),
        ("CREATE TABLE t (a, b, CHECK (a > 0))", "CREATE TABLE t (a, CHECK (a > 0)); ALTER TABLE t ADD b"),
        ("CREATE TABLE t (a)", "CREATE TABLE t (a, -- one\n b -- two\n); ALTER TABLE t DROP COLUMN b"),
        ("CREATE TABLE t (a)", "CREATE TABLE u (b); ALTER TABLE u RENAME TO t; ALTER TABLE t RENAME COLUMN b TO a"),
        (
            "CREATE TABLE t (a); CREATE INDEX i ON t (a) WHERE a > 0",
            "CREATE TABLE u (a); CREATE INDEX i ON u (a) WHERE a>0; ALTER TABLE u RENAME TO t",
        ),
        (
            "CREATE TABLE t (a); CREATE TABLE s (b REFERENCES t (a) ON DELETE SET NULL ON UPDATE CASCADE UNIQUE)",
            "CREATE TABLE s (b UNIQUE REFERENCES u (a) ON DELETE SET NULL ON UPDATE CASCADE);
             CREATE TABLE u (a); ALTER TABLE u RENAME TO t",
        ),
        (
            "CREATE TABLE t (a INT PRIMARY KEY) STRICT, WITHOUT ROWID",
            "CREATE TABLE t (a INT PRIMARY KEY) without rowid, strict",
        ),
        (
            "CREATE VIRTUAL TABLE f USING fts5 (body, tokenize = 'porter')",
            "CREATE VIRTUAL TABLE f USING FTS5(body,tokenize='porter')",
        ),
        (
            "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)",
            "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (1); ANALYZE",
        ),
    ];
    for (a, b) in cases {
        assert_eq!(differences(&schema(a), &schema(b)), [""; 0], "{a}\n{b}");
        assert_eq!(differences(&schema(b), &schema(a)), [""; 0], "{b}\n{a}");
    }
}

#[test]
fn each_difference_is_one_line() {
    #[track_caller]
    fn check(wanted: &str, found: &str, expected: &[&str]) {
        assert_eq!(differences(&schema(wanted), &schema(found)), expected);
    }
    check("CREATE TABLE t (a)", "", &["the table t is missing"]);
    check("", "CREATE TABLE t (a)", &["the table t should not be there"]);
    check("CREATE TABLE t (a, b)", "CREATE TABLE t (a)", &["the column t.b is missing"]);
    check("CREATE TABLE t (a)", "CREATE TABLE t (a, b)", &["the column t.b should not be there"]);
    check("CREATE TABLE t (a INTEGER)", "CREATE TABLE t (a TEXT)", &["the column t.a has type TEXT, wanted INTEGER"]);
    check(
        "CREATE TABLE t (a)",
        "CREATE TABLE t (a VARCHAR (3))",
        &["the column t.a has type VARCHAR (3), wanted none"],
    );
    check(
        "CREATE TABLE t (a DEFAULT 'A')",
        "CREATE TABLE t (a DEFAULT 'a')",
        &["the column t.a says DEFAULT 'a', wanted DEFAULT 'A'"],
    );
    check("CREATE TABLE t (a NOT NULL)", "CREATE TABLE t (a)", &["the column t.a says nothing, wanted NOT NULL"]);
    check(
        "CREATE TABLE t (a CHECK (a > 1))",
        "CREATE TABLE t (a CHECK (a\n > 2))",
        &["the column t.a says CHECK (a > 2), wanted CHECK (a > 1)"],
    );
    check("CREATE TABLE t (a UNIQUE)", "CREATE TABLE t (a)", &["the column t.a says nothing, wanted UNIQUE"]);
    check(
        "CREATE TABLE t (a PRIMARY KEY, b)",
        "CREATE TABLE t (a, b PRIMARY KEY)",
        &["the column t.a says nothing, wanted PRIMARY KEY", "the column t.b says PRIMARY KEY, wanted nothing"],
    );
    check(
        "CREATE TABLE t (a REFERENCES t (a))",
        "CREATE TABLE t (a REFERENCES t (a) ON DELETE CASCADE)",
        &["the column t.a says REFERENCES t (a) ON DELETE CASCADE, wanted REFERENCES t (a)"],
    );
    check(
        "CREATE TABLE t (a, b, UNIQUE (a, b))",
        "CREATE TABLE t (a, b, UNIQUE (b, a))",
        &["the table t lacks UNIQUE (a, b)", "the table t says UNIQUE (b, a), which is not wanted"],
    );
    check("CREATE TABLE t (a INT) STRICT", "CREATE TABLE t (a INT)", &["the table t lacks STRICT"]);
    check(
        "CREATE TABLE t (a INT PRIMARY KEY)",
        "CREATE TABLE t (a INT PRIMARY KEY) WITHOUT ROWID",
        &["the table t says WITHOUT ROWID, which is not wanted"],
    );
    let with = |rest: &str| format!("CREATE TABLE t (a, b); {rest}");
    let index = with("CREATE INDEX i ON t (a)");
    check(&index, &with(""), &["the index i is missing"]);
    check(&with(""), &index, &["the index i should not be there"]);
    for other in ["UNIQUE INDEX i ON t (a)", "INDEX i ON t (b)", "INDEX i ON t (a) WHERE a > 0", "INDEX i ON t (a + 1)"]
    {
        check(&index, &with(&format!("CREATE {other}")), &["the index i differs from the one wanted"]);
    }
    let trigger = with("CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END");
    check(&trigger, &with(""), &["the trigger g is missing"]);
    let other = with("CREATE TRIGGER g AFTER UPDATE ON t BEGIN DELETE FROM t; END");
    check(&trigger, &other, &["the trigger g differs from the one wanted"]);
    check(&with(""), &with("CREATE VIEW v AS SELECT a FROM t"), &["the view v should not be there"]);
    let search = "CREATE VIRTUAL TABLE f USING fts5 (a)";
    check(search, "", &["the virtual table f is missing"]);
    check(search, "CREATE TABLE f (a)", &["the table f should not be there", "the virtual table f is missing"]);
    let other = "CREATE VIRTUAL TABLE f USING fts5 (a, prefix = 2)";
    check(search, other, &["the virtual table f differs from the one wanted"]);
}

#[test]
fn opened_store_has_the_schema_file() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = crate::store::Store::open(&folder.path().join("m.db")).unwrap();
    let wanted = schema(include_str!("../schema.sql"));
    assert_eq!(differences(&wanted, &Schema::read(&store.connection).unwrap()), [""; 0]);
    store.connection.execute_batch("DROP TRIGGER post_counted; DROP TABLE post_search").unwrap();
    let found = Schema::read(&store.connection).unwrap();
    let missing = ["the virtual table post_search is missing", "the trigger post_counted is missing"];
    assert_eq!(differences(&wanted, &found), missing);
}

#[test]
fn column_is_split_into_clauses() {
    #[track_caller]
    fn check(column: &str, kind: &str, clauses: &[&str]) {
        let sql = format!("CREATE TABLE t ({column}, second)");
        let schema = schema(&format!("CREATE TABLE u (a); {sql}"));
        let column = &schema.tables[1].columns[0];
        let found: Vec<_> = column.clauses.iter().map(|clause| clause.normal.as_str()).collect();
        assert_eq!((column.kind.normal.as_str(), found.as_slice()), (kind, clauses), "{sql}");
    }
    check("a", "", &[]);
    check("a DECIMAL (10, 5)", "decimal ( 10 , 5 )", &[]);
    check("\"not\" INT NOT NULL", "int", &["not null"]);
    check("a INT NULL DEFAULT NULL", "int", &["default null", "null"]);
    check("a INT DEFAULT -1 NOT NULL ON CONFLICT IGNORE", "int", &["default - 1", "not null on conflict ignore"]);
    check(
        "a CONSTRAINT unique_a UNIQUE CONSTRAINT \"check\" CHECK (a IS NOT NULL)",
        "",
        &["constraint check check ( a is not null )", "constraint unique_a unique"],
    );
    check(
        "a REFERENCES u (a) ON DELETE SET DEFAULT ON UPDATE SET NULL NOT DEFERRABLE INITIALLY DEFERRED NOT NULL",
        "",
        &["not null", "references u ( a ) on delete set default on update set null not deferrable initially deferred"],
    );
    check(
        "a INT GENERATED ALWAYS AS (second) STORED NOT NULL",
        "int",
        &["generated always as ( second ) stored", "not null"],
    );
    check("a AS (second COLLATE NOCASE) COLLATE BINARY", "", &["as ( second collate nocase )", "collate binary"]);
}
