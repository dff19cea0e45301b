//! The structure of a database: read, and compared with the one wanted.
//!
//! Comments, white space, the case of keywords and names, needless quotes, the order of a column's clauses and
//! the order of columns make no difference: `ALTER TABLE` leaves other text behind than a person writes, and
//! appends what it adds. Left out is what SQLite keeps for itself, and the tables inside a full text index.
//! It knows nothing of rows, versions or files.

use rusqlite::Connection;

use super::Result;
use super::sql::{self, Token};

/// A piece of SQL, equal to all others that mean the same.
#[derive(Debug, Clone)]
pub(super) struct Phrase {
    /// As it was written, without comments.
    pub(super) text: String,
    /// One text for all ways of writing it.
    pub(super) normal: String,
}

impl Phrase {
    fn new(sql: &str, tokens: &[Token<'_>]) -> Self {
        Self { text: sql::written(sql, tokens), normal: sql::normal(tokens) }
    }

    /// What it says, without the name that a constraint may have.
    pub(super) fn body(&self) -> &str {
        match self.normal.strip_prefix("constraint ") {
            Some(named) => named.split_once(' ').map_or(named, |(_, body)| body),
            None => &self.normal,
        }
    }

    /// Whether the name occurs in it; a string that holds the name counts too.
    pub(super) fn mentions(&self, name: &str) -> bool {
        let name = sql::normal(&sql::tokens(&sql::quoted(name)));
        format!(" {} ", self.normal).contains(&format!(" {name} "))
    }

    /// In one line, for people.
    fn line(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl PartialEq for Phrase {
    fn eq(&self, other: &Self) -> bool {
        self.normal == other.normal
    }
}

/// All that a database holds but rows, in the order of its making.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub(super) tables: Vec<Table>,
    pub(super) others: Vec<Object>,
}

/// An ordinary table.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// What holds for the whole row, and is written behind the columns.
    pub(super) constraints: Vec<Phrase>,
    /// STRICT, WITHOUT ROWID.
    pub(super) options: Vec<Phrase>,
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    /// All of it, from the name on.
    pub(super) text: String,
    pub(super) kind: Phrase,
    /// NOT NULL, DEFAULT, CHECK and so on, sorted.
    pub(super) clauses: Vec<Phrase>,
}

/// Anything but an ordinary table.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// The table that it belongs to; its own name if it belongs to none.
    pub(super) table: String,
    pub(super) sql: Phrase,
}

/// What an [`Object`] is, in the order in which they can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Virtual,
    Index,
    View,
    Trigger,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Virtual => "virtual table",
            Self::Index => "index",
            Self::View => "view",
            Self::Trigger => "trigger",
        }
    }
}

/// To SQLite, names are the same whatever their case.
pub(super) fn same_name(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

impl Schema {
    /// Reads the structure of a database.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn read(connection: &Connection) -> Result<Self> {
        let mut statement = connection.prepare(
            "SELECT type, name, tbl_name, sql FROM sqlite_schema
             WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
             AND name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow')
             ORDER BY rowid",
        )?;
        let mut rows = statement.query([])?;
        let mut schema = Self { tables: Vec::new(), others: Vec::new() };
        while let Some(row) = rows.next()? {
            let (kind, name, table, sql): (String, String, String, String) = row.try_into()?;
            let tokens = sql::tokens(&sql);
            let is_virtual = tokens.get(1).is_some_and(|token| token.is("virtual"));
            let kind = match kind.as_str() {
                "table" if is_virtual => Kind::Virtual,
                "table" => {
                    schema.tables.push(Table::parse(name, &sql, &tokens));
                    continue;
                }
                "index" => Kind::Index,
                "view" => Kind::View,
                _ => Kind::Trigger,
            };
            schema.others.push(Object { kind, name, table, sql: Phrase::new(&sql, &tokens) });
        }
        Ok(schema)
    }

    pub(super) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| same_name(&table.name, name))
    }

    pub(super) fn other(&self, kind: Kind, name: &str) -> Option<&Object> {
        self.others.iter().find(|object| object.kind == kind && same_name(&object.name, name))
    }
}

impl Table {
    fn parse(name: String, sql: &str, tokens: &[Token<'_>]) -> Self {
        let (inner, after) = sql::in_brackets(tokens);
        let (mut columns, mut constraints) = (Vec::new(), Vec::new());
        for part in sql::between_commas(inner) {
            if ["constraint", "primary", "unique", "check", "foreign"].iter().any(|word| part[0].is(word)) {
                constraints.push(Phrase::new(sql, part));
            } else {
                columns.push(Column::parse(sql, part));
            }
        }
        let options = sql::between_commas(after).into_iter().map(|part| Phrase::new(sql, part)).collect();
        Self { name, columns, constraints, options }
    }

    /// Whether the other differs in nothing but its name.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        table_differences(self, other).is_empty()
    }

    /// Whether one of its options is this, in normal form.
    pub(super) fn is(&self, option: &str) -> bool {
        self.options.iter().any(|found| found.normal == option)
    }

    /// Whether a column is all of the primary key, or a part of it.
    pub(super) fn has_in_key(&self, column: &Column) -> bool {
        let key = self.constraints.iter().find(|constraint| constraint.body().starts_with("primary key"));
        column.clause("primary key").is_some() || key.is_some_and(|key| key.mentions(&column.name))
    }

    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| same_name(&column.name, name))
    }
}

impl Column {
    fn parse(sql: &str, tokens: &[Token<'_>]) -> Self {
        let starts = clause_starts(tokens);
        let kind = &tokens[1..starts.first().copied().unwrap_or(tokens.len())];
        let ends = starts.iter().skip(1).copied().chain([tokens.len()]);
        let mut clauses: Vec<_> =
            starts.iter().zip(ends).map(|(start, end)| Phrase::new(sql, &tokens[*start..end])).collect();
        clauses.sort_by(|a, b| a.normal.cmp(&b.normal));
        let text = sql::written(sql, tokens);
        Self { name: tokens[0].name(), text, kind: Phrase::new(sql, kind), clauses }
    }

    /// The clause that begins with this text in normal form, its name aside.
    pub(super) fn clause(&self, begin: &str) -> Option<&Phrase> {
        self.clauses.iter().find(|clause| clause.body().starts_with(begin))
    }

    /// The value of a row that gives none, as it was written; none if it is NULL.
    pub(super) fn default(&self) -> Option<&str> {
        self.clauses.iter().find_map(|clause| {
            let begin = clause.text.get(.."default".len())?;
            let value = clause.text["default".len()..].trim_start();
            (begin.eq_ignore_ascii_case("default") && !value.eq_ignore_ascii_case("null")).then_some(value)
        })
    }

    /// Whether its value is computed from the others.
    pub(super) fn is_generated(&self) -> bool {
        self.clause("generated").or(self.clause("as ")).is_some()
    }

    /// What the column says beside its type.
    fn clauses_line(&self) -> String {
        match self.clauses.as_slice() {
            [] => "nothing".to_owned(),
            clauses => clauses.iter().map(Phrase::line).collect::<Vec<_>>().join(" "),
        }
    }
}

/// Where the clauses of a column begin.
fn clause_starts(tokens: &[Token<'_>]) -> Vec<usize> {
    const WORDS: [&str; 11] = [
        "constraint",
        "primary",
        "not",
        "null",
        "unique",
        "check",
        "default",
        "collate",
        "references",
        "generated",
        "as",
    ];
    let mut depth = 0;
    let mut starts = Vec::new();
    for (at, token) in tokens.iter().enumerate().skip(1) {
        depth = sql::deeper(depth, token);
        let before = |back: usize, word| at >= back && tokens[at - back].is(word);
        let next = |word| tokens.get(at + 1).is_some_and(|next| next.is(word));
        // CONSTRAINT name CHECK, DEFAULT NULL, SET DEFAULT, NOT NULL, NOT DEFERRABLE and ALWAYS AS are one each.
        let inside = before(1, "constraint")
            || before(2, "constraint")
            || before(1, "default")
            || before(1, "set")
            || (before(1, "not") && token.is("null"))
            || (token.is("not") && next("deferrable"))
            || before(1, "always");
        if depth == 0 && !inside && WORDS.iter().any(|word| token.is(word)) {
            starts.push(at);
        }
    }
    starts
}

/// In what a schema differs from the one wanted: a line for people each, none if they are the same.
pub(crate) fn differences(wanted: &Schema, found: &Schema) -> Vec<String> {
    let mut lines = Vec::new();
    for table in &wanted.tables {
        match found.table(&table.name) {
            Some(other) => lines.extend(table_differences(table, other)),
            None => lines.push(format!("the table {} is missing", table.name)),
        }
    }
    for table in found.tables.iter().filter(|table| wanted.table(&table.name).is_none()) {
        lines.push(format!("the table {} should not be there", table.name));
    }
    for object in &wanted.others {
        let (kind, name) = (object.kind.name(), &object.name);
        match found.other(object.kind, name) {
            Some(other) if other.sql == object.sql => {}
            Some(_) => lines.push(format!("the {kind} {name} differs from the one wanted")),
            None => lines.push(format!("the {kind} {name} is missing")),
        }
    }
    for object in found.others.iter().filter(|object| wanted.other(object.kind, &object.name).is_none()) {
        lines.push(format!("the {} {} should not be there", object.kind.name(), object.name));
    }
    lines
}

fn table_differences(wanted: &Table, found: &Table) -> Vec<String> {
    let table = &wanted.name;
    let mut lines = Vec::new();
    for column in &wanted.columns {
        let name = &column.name;
        let Some(other) = found.column(name) else {
            lines.push(format!("the column {table}.{name} is missing"));
            continue;
        };
        if other.kind != column.kind {
            let kind = |phrase: &Phrase| if phrase.text.is_empty() { "none".to_owned() } else { phrase.line() };
            let (found, wanted) = (kind(&other.kind), kind(&column.kind));
            lines.push(format!("the column {table}.{name} has type {found}, wanted {wanted}"));
        }
        if other.clauses != column.clauses {
            let (found, wanted) = (other.clauses_line(), column.clauses_line());
            lines.push(format!("the column {table}.{name} says {found}, wanted {wanted}"));
        }
    }
    for column in found.columns.iter().filter(|column| wanted.column(&column.name).is_none()) {
        lines.push(format!("the column {table}.{} should not be there", column.name));
    }
    let mut phrases = |wanted: &[Phrase], found: &[Phrase]| {
        for phrase in wanted.iter().filter(|phrase| !found.contains(phrase)) {
            lines.push(format!("the table {table} lacks {}", phrase.line()));
        }
        for phrase in found.iter().filter(|phrase| !wanted.contains(phrase)) {
            lines.push(format!("the table {table} says {}, which is not wanted", phrase.line()));
        }
    };
    phrases(&wanted.constraints, &found.constraints);
    phrases(&wanted.options, &found.options);
    lines
}

#[cfg(test)]
mod tests;
