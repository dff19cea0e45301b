//! Writes the statements of a migration: creating, altering and rebuilding tables.
//!
//! A table is rebuilt by the steps of SQLite's documentation on `ALTER TABLE`,
//! <https://sqlite.org/lang_altertable.html#otheralter>. They are right only while foreign keys are not enforced, which
//! is up to the code that runs a migration: otherwise dropping the old table would delete the rows that refer to it.

use rusqlite::Connection;

use super::lexer;
use super::parse::{Column, Object, ObjectKind, Phrase, Table};

/// Statements that rebuild a table, and what should be reviewed in them.
pub(super) struct Rebuild {
    pub(super) notes: Vec<String>,
    pub(super) statements: Vec<String>,
}

/// Returns a name as it is written in a statement: in quotes only where SQLite needs them.
pub(super) fn name(connection: &Connection, name: &str) -> String {
    let unquoted = || connection.prepare(&format!("SELECT {name} FROM (SELECT 1 AS {name}) AS {name}")).is_ok();
    if lexer::is_plain(name) && unquoted() { name.to_owned() } else { lexer::quoted(name) }
}

/// Returns the statement that creates a table under this name, with a line for each column.
pub(super) fn create(name: &str, table: &Table) -> String {
    let columns = table.columns.iter().map(|column| column.text.as_str());
    let lines: Vec<_> = columns.chain(table.constraints.iter().map(|constraint| constraint.text.as_str())).collect();
    let options: Vec<_> = table.options.iter().map(|option| option.text.as_str()).collect();
    let options = if options.is_empty() { String::new() } else { format!(" {}", options.join(", ")) };
    format!("CREATE TABLE {name} (\n    {}\n){options}", lines.join(",\n    "))
}

/// Returns the statements that add and drop columns.
pub(super) fn alterations(connection: &Connection, old: &Table, new: &Table) -> Vec<String> {
    let table = name(connection, &new.name);
    let added = new.columns.iter().filter(|column| old.column(&column.name).is_none());
    let dropped = old.columns.iter().rev().filter(|column| new.column(&column.name).is_none());
    added
        .map(|column| format!("ALTER TABLE {table} ADD COLUMN {}", column.text))
        .chain(dropped.map(|column| format!("ALTER TABLE {table} DROP COLUMN {}", name(connection, &column.name))))
        .collect()
}

/// Returns the statements that turn a table into another of the same name, with its rows and the last number that
/// AUTOINCREMENT gave. Its indexes are dropped with the old table.
pub(super) fn rebuild(connection: &Connection, old: &Table, new: &Table) -> Rebuild {
    let table = name(connection, &new.name);
    let mut temporary_name = format!("new_{}", new.name);
    while connection.prepare(&format!("SELECT 1 FROM {}", lexer::quoted(&temporary_name))).is_ok() {
        temporary_name.insert_str(0, "new_");
    }
    let temporary = name(connection, &temporary_name);
    let mut notes = Vec::new();
    let mut statements = vec![create(&temporary, new)];
    if has_autoincrement(old) && has_autoincrement(new) {
        statements.push(format!(
            "INSERT INTO sqlite_sequence (name, seq)\n    SELECT {}, seq FROM sqlite_sequence WHERE name = {}",
            string(&temporary_name),
            string(&old.name),
        ));
    }
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for column in new.columns.iter().filter(|column| !column.is_generated()) {
        if let Some(value) = value(connection, (old, new), column, &mut notes) {
            columns.push(name(connection, &column.name));
            values.push(value);
        }
    }
    if !columns.is_empty() {
        let (columns, values) = (columns.join(", "), values.join(", "));
        statements.push(format!("INSERT INTO {temporary} ({columns})\n    SELECT {values} FROM {table}"));
    }
    statements.push(format!("DROP TABLE {table}"));
    statements.push(format!("ALTER TABLE {temporary} RENAME TO {table}"));
    Rebuild { notes, statements }
}

fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn has_autoincrement(table: &Table) -> bool {
    table.columns.iter().any(|column| column.clause("primary key").is_some_and(|key| key.mentions("autoincrement")))
}

/// Returns the SQL for the value of old rows in a column; `None` where its default is right.
fn value(
    connection: &Connection,
    (old, new): (&Table, &Table),
    column: &Column,
    notes: &mut Vec<String>,
) -> Option<String> {
    let path = format!("{}.{}", new.name, column.name);
    let Some(before) = old.column(&column.name) else {
        if !requires_value(new, column) || column.default().is_some() || is_row_number(new, column) {
            return None;
        }
        let placeholder = placeholder(column);
        notes.push(format!("old rows have no value for {path}, so they get {placeholder}"));
        return Some(placeholder.to_owned());
    };
    let mut value = name(connection, &before.name);
    let (from, to) = (before.kind.normal.as_str(), column.kind.normal.as_str());
    if (from == "blob") != (to == "blob") && [from, to].iter().all(|kind| ["blob", "text"].contains(kind)) {
        value = format!("CAST({value} AS {})", column.kind.text);
    } else if from != to && new.has_option("strict") && !["text", "any"].contains(&to) {
        let kind = &column.kind.text;
        notes.push(format!("a value of {path} that cannot be converted to {kind} makes this fail"));
    }
    if requires_value(new, column) && !requires_value(old, before) && !is_row_number(new, column) {
        let placeholder = column.default().unwrap_or_else(|| placeholder(column));
        value = format!("ifnull({value}, {placeholder})");
        notes.push(format!("where {path} was NULL, it becomes {placeholder}"));
    }
    Some(value)
}

/// Whether a row must have a value in this column.
fn requires_value(table: &Table, column: &Column) -> bool {
    column.clause("not null").is_some() || (table.has_option("without rowid") && table.has_in_key(column))
}

/// Whether the column is the row number, which SQLite assigns if none is given.
fn is_row_number(table: &Table, column: &Column) -> bool {
    let alone = |key: &Phrase| key.body().starts_with("primary key") && !key.normal.contains(',');
    let is_key = column.clause("primary key").is_some() || table.constraints.iter().any(alone);
    column.kind.normal == "integer" && is_key && table.has_in_key(column) && !table.has_option("without rowid")
}

/// Returns the simplest value of a column's type.
fn placeholder(column: &Column) -> &'static str {
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

/// Returns the table from which a full-text index takes its text, if it has none of its own.
pub(super) fn content_table(object: &Object) -> Option<String> {
    if object.kind != ObjectKind::Virtual || !object.sql.mentions("fts5") {
        return None;
    }
    let tokens = lexer::tokens(&object.sql.text);
    let (arguments, _) = lexer::split_brackets(&tokens);
    let content = lexer::split_at_commas(arguments).into_iter().find_map(|argument| match argument {
        [option, equals, value] if option.is("content") && equals.is("=") => Some(value.name()),
        _ => None,
    });
    content.filter(|content| !content.is_empty())
}
