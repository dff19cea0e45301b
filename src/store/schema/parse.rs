//! Reads a schema: tables with their columns and constraints, and everything else as one normalized statement each.

use rusqlite::Connection;

use super::lexer::{self, Token};
use crate::store::Result;

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
        Self { text: lexer::source_text(sql, tokens), normal: lexer::normal(tokens) }
    }

    /// Returns its normal form without the name that a constraint may have.
    pub(super) fn body(&self) -> &str {
        match self.normal.strip_prefix("constraint ") {
            Some(named) => named.split_once(' ').map_or(named, |(_, body)| body),
            None => &self.normal,
        }
    }

    /// Whether the name occurs in it, also inside a string.
    pub(super) fn mentions(&self, name: &str) -> bool {
        let name = lexer::normal(&lexer::tokens(&lexer::quoted(name)));
        format!(" {} ", self.normal).contains(&format!(" {name} "))
    }

    /// Returns its text in one line, for messages.
    pub(super) fn line(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl PartialEq for Phrase {
    fn eq(&self, other: &Self) -> bool {
        self.normal == other.normal
    }
}

/// Everything in a database but its rows, in the order of creation.
#[derive(Debug, Clone)]
pub(in crate::store) struct Schema {
    pub(super) tables: Vec<Table>,
    pub(super) others: Vec<Object>,
}

/// An ordinary table.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// Constraints on the whole row, which follow the columns.
    pub(super) constraints: Vec<Phrase>,
    /// STRICT, WITHOUT ROWID.
    pub(super) options: Vec<Phrase>,
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    /// The whole definition, from the name on.
    pub(super) text: String,
    /// The type; empty if none is given.
    pub(super) kind: Phrase,
    /// NOT NULL, DEFAULT, CHECK and so on, sorted.
    pub(super) clauses: Vec<Phrase>,
}

/// Anything but an ordinary table.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) kind: ObjectKind,
    pub(super) name: String,
    /// The table that it belongs to; its own name if it belongs to none.
    pub(super) table: String,
    pub(super) sql: Phrase,
}

/// Kind of an [`Object`], in the order in which they can be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ObjectKind {
    Virtual,
    Index,
    View,
    Trigger,
}

impl ObjectKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Virtual => "virtual table",
            Self::Index => "index",
            Self::View => "view",
            Self::Trigger => "trigger",
        }
    }
}

/// Whether two names are the same to SQLite, which ignores the case of ASCII letters.
pub(super) fn same_name(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

impl Schema {
    /// Reads the schema of a database.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(in crate::store) fn read(connection: &Connection) -> Result<Self> {
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
            let tokens = lexer::tokens(&sql);
            let is_virtual = tokens.get(1).is_some_and(|token| token.is("virtual"));
            let kind = match kind.as_str() {
                "table" if is_virtual => ObjectKind::Virtual,
                "table" => {
                    schema.tables.push(Table::parse(name, &sql, &tokens));
                    continue;
                }
                "index" => ObjectKind::Index,
                "view" => ObjectKind::View,
                _ => ObjectKind::Trigger,
            };
            schema.others.push(Object { kind, name, table, sql: Phrase::new(&sql, &tokens) });
        }
        Ok(schema)
    }

    pub(super) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| same_name(&table.name, name))
    }

    pub(super) fn other(&self, kind: ObjectKind, name: &str) -> Option<&Object> {
        self.others.iter().find(|object| object.kind == kind && same_name(&object.name, name))
    }
}

impl Table {
    fn parse(name: String, sql: &str, tokens: &[Token<'_>]) -> Self {
        let (inner, after) = lexer::split_brackets(tokens);
        let (mut columns, mut constraints) = (Vec::new(), Vec::new());
        for part in lexer::split_at_commas(inner) {
            if ["constraint", "primary", "unique", "check", "foreign"].iter().any(|word| part[0].is(word)) {
                constraints.push(Phrase::new(sql, part));
            } else {
                columns.push(Column::parse(sql, part));
            }
        }
        let options = lexer::split_at_commas(after).into_iter().map(|part| Phrase::new(sql, part)).collect();
        Self { name, columns, constraints, options }
    }

    /// Whether it has this option, given in normal form.
    pub(super) fn has_option(&self, option: &str) -> bool {
        self.options.iter().any(|found| found.normal == option)
    }

    /// Whether a column is the primary key, or a part of it.
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
        let text = lexer::source_text(sql, tokens);
        Self { name: tokens[0].name(), text, kind: Phrase::new(sql, kind), clauses }
    }

    /// Returns the clause that starts with this text in normal form, apart from its name.
    pub(super) fn clause(&self, prefix: &str) -> Option<&Phrase> {
        self.clauses.iter().find(|clause| clause.body().starts_with(prefix))
    }

    /// Returns the default value as it was written; `None` if it is NULL.
    pub(super) fn default(&self) -> Option<&str> {
        self.clauses.iter().find_map(|clause| {
            let keyword = clause.text.get(.."default".len())?;
            let value = clause.text["default".len()..].trim_start();
            (keyword.eq_ignore_ascii_case("default") && !value.eq_ignore_ascii_case("null")).then_some(value)
        })
    }

    /// Whether its value is computed from other columns.
    pub(super) fn is_generated(&self) -> bool {
        self.clause("generated").or(self.clause("as ")).is_some()
    }
}

/// Returns the positions at which the clauses of a column start.
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
        depth = lexer::depth_after(depth, token);
        let before = |back: usize, word| at >= back && tokens[at - back].is(word);
        let next = |word| tokens.get(at + 1).is_some_and(|next| next.is(word));
        // CONSTRAINT name CHECK, DEFAULT NULL, SET DEFAULT, NOT NULL, NOT DEFERRABLE and ALWAYS AS are one clause each.
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
