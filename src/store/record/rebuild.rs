//! What SQLite cannot alter is built anew: the table with its rows, the index of a text from that text.
//!
//! The steps for a table are those of SQLite's documentation on `ALTER TABLE`. They hold only while foreign keys
//! are not enforced, which whoever runs a migration sees to: else dropping the old table would delete what
//! refers to its rows.

use rusqlite::Connection;

use super::steps::{create, name};
use crate::store::schema::{Column, Kind, Object, Phrase, Table};
use crate::store::sql;

pub(super) struct Rebuild {
    /// What somebody should look at.
    pub(super) looks: Vec<String>,
    pub(super) statements: Vec<String>,
}

/// How a table becomes another of the same name with its rows, and the number that AUTOINCREMENT gave last.
/// Its indexes go with the old one.
pub(super) fn rebuild(connection: &Connection, old: &Table, new: &Table) -> Rebuild {
    let table = name(connection, &new.name);
    let mut aside_name = format!("new_{}", new.name);
    while connection.prepare(&format!("SELECT 1 FROM {}", sql::quoted(&aside_name))).is_ok() {
        aside_name.insert_str(0, "new_");
    }
    let aside = name(connection, &aside_name);
    let mut looks = Vec::new();
    let mut statements = vec![create(&aside, new)];
    if counts(old) && counts(new) {
        statements.push(format!(
            "INSERT INTO sqlite_sequence (name, seq)\n    SELECT {}, seq FROM sqlite_sequence WHERE name = {}",
            string(&aside_name),
            string(&old.name),
        ));
    }
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for column in new.columns.iter().filter(|column| !column.is_generated()) {
        if let Some(value) = value(connection, old, new, column, &mut looks) {
            columns.push(name(connection, &column.name));
            values.push(value);
        }
    }
    if !columns.is_empty() {
        let (columns, values) = (columns.join(", "), values.join(", "));
        statements.push(format!("INSERT INTO {aside} ({columns})\n    SELECT {values} FROM {table}"));
    }
    statements.push(format!("DROP TABLE {table}"));
    statements.push(format!("ALTER TABLE {aside} RENAME TO {table}"));
    Rebuild { looks, statements }
}

fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn counts(table: &Table) -> bool {
    table.columns.iter().any(|column| column.clause("primary key").is_some_and(|key| key.mentions("autoincrement")))
}

/// What old rows have in a column; none where its default will do.
fn value(
    connection: &Connection,
    old: &Table,
    new: &Table,
    column: &Column,
    looks: &mut Vec<String>,
) -> Option<String> {
    let path = format!("{}.{}", new.name, column.name);
    let Some(before) = old.column(&column.name) else {
        if !requires(new, column) || column.default().is_some() || is_rowid(new, column) {
            return None;
        }
        let stand_in = stand_in(column);
        looks.push(format!("old rows have nothing for {path}, so {stand_in} stands in"));
        return Some(stand_in.to_owned());
    };
    let mut value = name(connection, &before.name);
    let (from, to) = (before.kind.normal.as_str(), column.kind.normal.as_str());
    if (from == "blob") != (to == "blob") && [from, to].iter().all(|kind| ["blob", "text"].contains(kind)) {
        value = format!("CAST({value} AS {})", column.kind.text);
    } else if from != to && new.is("strict") && !["text", "any"].contains(&to) {
        let kind = &column.kind.text;
        looks.push(format!("a value of {path} that cannot become {kind} makes this fail"));
    }
    if requires(new, column) && !requires(old, before) && !is_rowid(new, column) {
        let stand_in = column.default().unwrap_or_else(|| stand_in(column));
        value = format!("ifnull({value}, {stand_in})");
        looks.push(format!("where {path} was NULL, {stand_in} stands in"));
    }
    Some(value)
}

/// Whether a row must have a value in this column.
fn requires(table: &Table, column: &Column) -> bool {
    column.clause("not null").is_some() || (table.is("without rowid") && table.has_in_key(column))
}

/// Whether the column is the row's number, which SQLite gives where none is given.
fn is_rowid(table: &Table, column: &Column) -> bool {
    let alone = |key: &Phrase| key.body().starts_with("primary key") && !key.normal.contains(',');
    let is_key = column.clause("primary key").is_some() || table.constraints.iter().any(alone);
    column.kind.normal == "integer" && is_key && table.has_in_key(column) && !table.is("without rowid")
}

/// The plainest value of a column's type.
fn stand_in(column: &Column) -> &'static str {
    let kind = &column.kind.normal;
    let is = |parts: &[&str]| parts.iter().any(|part| kind.contains(part));
    match () {
        () if is(&["int"]) => "0",
        () if is(&["char", "clob", "text"]) => "''",
        () if is(&["blob"]) => "x''",
        () if is(&["real", "floa", "doub"]) => "0.0",
        () => "0",
    }
}

/// The table that a full text index takes its text from, if it holds none of its own.
pub(super) fn content(object: &Object) -> Option<String> {
    if object.kind != Kind::Virtual || !object.sql.mentions("fts5") {
        return None;
    }
    let tokens = sql::tokens(&object.sql.text);
    let (arguments, _) = sql::in_brackets(&tokens);
    let content = sql::between_commas(arguments).into_iter().find_map(|argument| match argument {
        [option, equals, value] if option.is("content") && equals.is("=") => Some(value.name()),
        _ => None,
    });
    content.filter(|content| !content.is_empty())
}
