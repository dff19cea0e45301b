//! Any small schema can be migrated to any other and back, and the rows are kept.

use proptest::option::weighted;
use proptest::prelude::*;
use proptest::{array, collection};

use super::cases::{answer, database, run, schema};
use super::*;

/// Definitions of a column; `$` is replaced by its name.
const KINDS: [&str; 9] = [
    "INTEGER",
    "TEXT",
    "TEXT NOT NULL",
    "TEXT NOT NULL DEFAULT 'x'",
    "INTEGER CHECK ($ <> 1000)",
    "TEXT UNIQUE",
    "INTEGER REFERENCES t0 (id) ON DELETE CASCADE",
    "TEXT DEFAULT (1 + 1)",
    "INTEGER CONSTRAINT positive_$ CHECK ($ >= 0)",
];

#[derive(Debug, Clone)]
struct Random {
    /// By number: t0, t1, t2.
    tables: [Option<RandomTable>; 3],
}

#[derive(Debug, Clone)]
struct RandomTable {
    key: usize,
    strict: bool,
    /// By number: c0 to c3, each of a kind.
    columns: [Option<usize>; 4],
    check: bool,
    /// Columns that have an index, if they exist, and whether it is partial.
    indexes: Vec<(usize, bool)>,
    trigger: Option<usize>,
    view: bool,
    search: bool,
}

impl RandomTable {
    fn columns(&self) -> Vec<String> {
        (0..).zip(&self.columns).filter(|(_, kind)| kind.is_some()).map(|(at, _)| format!("c{at}")).collect()
    }

    fn sql(&self, name: &str) -> String {
        let key =
            ["INTEGER PRIMARY KEY", "INTEGER PRIMARY KEY AUTOINCREMENT", "INTEGER NOT NULL PRIMARY KEY"][self.key];
        let mut parts = vec![format!("id {key}")];
        for (at, kind) in self.columns.iter().enumerate() {
            parts.extend(kind.map(|kind| format!("c{at} {}", KINDS[kind].replace('$', &format!("c{at}")))));
        }
        let columns = self.columns();
        if let (true, Some(column)) = (self.check, columns.last()) {
            parts.push(format!("CHECK ({column} IS NULL OR id <> 77)"));
        }
        let mut sql =
            format!("CREATE TABLE {name} ({}) {};\n", parts.join(", "), if self.strict { "STRICT" } else { "" });
        for (at, partial) in &self.indexes {
            if self.columns[*at].is_some() {
                let partial = if *partial { format!("WHERE c{at} IS NOT NULL") } else { String::new() };
                sql += &format!("CREATE INDEX IF NOT EXISTS {name}_c{at} ON {name} (c{at}) {partial};\n");
            }
        }
        if let (true, Some(column)) = (self.search, columns.first()) {
            sql += &format!(
                "CREATE VIRTUAL TABLE {name}_f USING fts5 ({column}, content = {name}, content_rowid = id);\n"
            );
        }
        if self.view {
            sql += &format!(
                "CREATE VIEW {name}_v AS SELECT id, {} FROM {name};\n",
                [columns, vec!["1".into()]].concat().join(", ")
            );
        }
        sql
    }
}

impl Random {
    fn sql(&self) -> String {
        let mut sql = "CREATE TABLE log (id INTEGER);\n".to_owned();
        let named =
            || (0..).zip(&self.tables).filter_map(|(at, table)| table.as_ref().map(|table| (format!("t{at}"), table)));
        for (name, table) in named() {
            sql += &table.sql(&name);
        }
        for (name, table) in named() {
            let other = table.trigger.map(|at| (at, &self.tables[at]));
            if let Some((at, Some(_))) = other {
                sql += &format!(
                    "CREATE TRIGGER {name}_g AFTER DELETE ON {name} BEGIN
                         INSERT INTO log SELECT id FROM t{at} WHERE id = old.id; DELETE FROM log WHERE id = 0; END;\n"
                );
            }
        }
        sql
    }

    /// Returns rows that are valid for all kinds of columns, so that nothing but the migration can lose them.
    fn rows(&self) -> String {
        let mut sql = String::new();
        for (at, table) in self.tables.iter().enumerate() {
            let Some(table) = table else { continue };
            for id in [2, 3, 9] {
                let columns = [vec!["id".to_owned()], table.columns()].concat();
                let values: Vec<_> = (0..columns.len()).map(|at| (id + at * 10).to_string()).collect();
                sql += &format!("INSERT INTO t{at} ({}) VALUES ({});\n", columns.join(", "), values.join(", "));
            }
            sql += &format!("DELETE FROM t{at} WHERE id = 9;\n");
        }
        sql
    }

    /// Returns queries for the data that both schemas have.
    fn common(&self, other: &Self) -> Vec<String> {
        let mut queries = Vec::new();
        for (at, pair) in self.tables.iter().zip(&other.tables).enumerate() {
            let (Some(a), Some(b)) = pair else { continue };
            let both = a.columns().into_iter().filter(|column| b.columns().contains(column));
            let texts: Vec<_> = both.map(|column| format!("CAST({column} AS TEXT)")).collect();
            queries.push(format!("SELECT id, {} FROM t{at}", [texts, vec!["1".into()]].concat().join(", ")));
            if (a.key, b.key) == (1, 1) {
                queries.push(format!("SELECT seq FROM sqlite_sequence WHERE name = 't{at}'"));
            }
        }
        queries
    }
}

fn table() -> impl Strategy<Value = RandomTable> {
    let columns = array::uniform4(weighted(0.6, 0..KINDS.len()));
    let indexes = collection::vec((0_usize..4, any::<bool>()), 0..3);
    (
        0_usize..3,
        any::<bool>(),
        columns,
        any::<bool>(),
        indexes,
        weighted(0.5, 0_usize..3),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(key, strict, columns, check, indexes, trigger, view, search)| RandomTable {
            key,
            strict,
            columns,
            check,
            indexes,
            trigger,
            view,
            search,
        })
}

/// Returns two schemas; the second often shares tables with the first, so that unchanged tables are tested too.
fn pair() -> impl Strategy<Value = (Random, Random)> {
    let random = || array::uniform3(weighted(0.8, table())).prop_map(|tables| Random { tables });
    (random(), random(), array::uniform3(weighted(0.3, Just(())))).prop_map(|(old, mut new, same)| {
        for (at, _) in same.iter().enumerate().filter(|(_, same)| same.is_some()) {
            new.tables[at].clone_from(&old.tables[at]);
        }
        (old, new)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_schema_migrates_to_any_other_and_back((old, new) in pair()) {
        let (before, wanted) = (schema(&old.sql()), build_wanted(&new.sql()).unwrap());
        let made = database(&old.sql());
        let (up, down) = (plan(&made, &wanted).unwrap(), plan(&made, &before).unwrap());
        let filled = database(&(old.sql() + &old.rows()));
        let queries = old.common(&new);
        let answers = |database: &Connection| queries.iter().map(|q| answer(database, q)).collect::<Vec<_>>();
        let kept = answers(&filled);
        for (steps, goal) in [(up, &wanted), (down, &before)] {
            run(&filled, &steps.sql);
            let found = Schema::read(&filled).unwrap();
            prop_assert_eq!(differences(goal, &found), Vec::<String>::new(), "{}", &steps.sql);
            prop_assert_eq!(answers(&filled), kept.clone(), "{}", &steps.sql);
            prop_assert_eq!(answer(&filled, "PRAGMA integrity_check"), "ok");
        }
        let again = plan(&made, &before).unwrap();
        prop_assert_eq!(again.sql, "");
    }
}
