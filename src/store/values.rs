//! Checks the values that are stored, and mends those that break the rules of their type: a file may come from anywhere,
//! and what is read from it must be text, or a nickname, or a date.

use std::collections::BTreeSet;

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Row, ToSql, params_from_iter};

use super::schema::quoted;
use super::{Result, catalog, users};
use crate::model::{AboutMe, DisplayName, Email, Nickname, Timestamp, UserId};

/// Characters of a value that are shown.
const SHOWN: usize = 40;
/// Longest nickname, in characters.
const NICKNAME: usize = 64;

/// A value as it is stored: a text that may be no valid text.
#[derive(Debug, Clone, PartialEq)]
enum Stored {
    Text(Vec<u8>),
    Other(Value),
}

impl Stored {
    fn read(row: &Row<'_>, column: usize) -> rusqlite::Result<Self> {
        Ok(match row.get_ref(column)? {
            ValueRef::Text(bytes) => Self::Text(bytes.to_vec()),
            other => Self::Other(other.try_into().unwrap_or(Value::Null)),
        })
    }
}

impl ToSql for Stored {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Text(bytes) => Ok(ToSqlOutput::Borrowed(ValueRef::Text(bytes))),
            Self::Other(value) => value.to_sql(),
        }
    }
}

/// A value that breaks the rules of its type.
struct Invalid {
    /// The key of its row.
    key: Vec<Stored>,
    value: Stored,
    /// What it becomes.
    mended: Value,
}

/// A column, and what becomes of a value in it that is not valid.
struct Rule {
    table: String,
    column: String,
    /// Further columns that are set to the same value.
    with: &'static str,
    mend: Mend,
}

/// Returns what a value becomes if it is not valid.
type Mend = fn(ValueRef<'_>) -> Option<Value>;

impl Rule {
    fn new(table: &str, column: &str, mend: Mend) -> Self {
        Self { table: table.to_owned(), column: column.to_owned(), with: "", mend }
    }
}

/// Returns the columns that identify a row of a table.
fn key_columns(connection: &Connection, table: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT wr FROM pragma_table_list(?1) WHERE schema = 'main'")?;
    let has_rowid = !statement.query_row([table], |row| row.get::<_, bool>(0))?;
    if has_rowid {
        return Ok(vec!["rowid".to_owned()]);
    }
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// Returns the values of a table that break each of its rules. Reads the table once.
fn invalid(connection: &Connection, table: &str, rules: &[&Rule]) -> Result<Vec<Vec<Invalid>>> {
    let key = key_columns(connection, table)?;
    let columns = rules.iter().map(|rule| &rule.column).chain(&key);
    let columns: Vec<String> = columns.map(|name| quoted(name)).collect();
    let mut statement = connection.prepare(&format!("SELECT {} FROM {}", columns.join(", "), quoted(table)))?;
    let mut rows = statement.query([])?;
    let mut invalid: Vec<_> = rules.iter().map(|_| Vec::new()).collect();
    while let Some(row) = rows.next()? {
        for (column, (rule, invalid)) in rules.iter().zip(&mut invalid).enumerate() {
            if let Some(mended) = (rule.mend)(row.get_ref(column)?) {
                let key = (rules.len()..columns.len()).map(|column| Stored::read(row, column));
                let key = key.collect::<rusqlite::Result<_>>()?;
                invalid.push(Invalid { key, value: Stored::read(row, column)?, mended });
            }
        }
    }
    Ok(invalid)
}

/// Returns the rules of a database, those for text first: the others read text.
fn rules(connection: &Connection) -> Result<Vec<Rule>> {
    let mut rules = Vec::new();
    for table in catalog::tables(connection)? {
        let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1) WHERE type = 'TEXT'")?;
        for column in statement.query_map([&table], |row| row.get::<_, String>(0))? {
            rules.push(Rule::new(&table, &column?, mend_text));
        }
    }
    rules.extend([
        Rule::new("user", "nickname", mend_nickname),
        Rule {
            with: ", email_key = ?1",
            ..Rule::new("user", "email", |value| clear_unless(value, |text| Email::parse(text).is_ok()))
        },
        Rule::new("user", "display_name", |value| clear_unless(value, |text| DisplayName::parse(text).is_ok())),
        Rule::new("user", "about_me", |value| clear_unless(value, |text| AboutMe::parse(text).is_ok())),
        Rule::new("user", "created_at", clear_impossible_time),
        Rule::new("user", "last_seen", clear_impossible_time),
        Rule::new("post", "edited_at", clear_impossible_time),
        Rule::new("post", "edits", |value| match value {
            ValueRef::Integer(count) if u32::try_from(count).is_ok() => None,
            _ => Some(Value::Integer(0)),
        }),
    ]);
    Ok(rules)
}

/// Returns the text of a value, if it is a valid text.
fn text(value: ValueRef<'_>) -> Option<&str> {
    match value {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

/// Replaces what is no text in a text by U+FFFD.
fn mend_text(value: ValueRef<'_>) -> Option<Value> {
    match value {
        ValueRef::Text(bytes) if std::str::from_utf8(bytes).is_err() => {
            Some(Value::Text(String::from_utf8_lossy(bytes).into_owned()))
        }
        _ => None,
    }
}

/// Replaces characters that no nickname has by `_`.
fn mend_nickname(value: ValueRef<'_>) -> Option<Value> {
    let text = text(value)?;
    if Nickname::parse(text).is_ok_and(|nickname| nickname.as_str() == text) {
        return None;
    }
    let safe = |c: char| if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' };
    let mended: String = text.chars().map(safe).take(NICKNAME).collect();
    Some(Value::Text(Nickname::parse(&mended).map_or_else(|_| "user".to_owned(), |nickname| nickname.to_string())))
}

fn clear_unless(value: ValueRef<'_>, is_valid: fn(&str) -> bool) -> Option<Value> {
    text(value).is_some_and(|text| !is_valid(text)).then_some(Value::Null)
}

fn clear_impossible_time(value: ValueRef<'_>) -> Option<Value> {
    match value {
        ValueRef::Integer(micros) if Timestamp::from_micros(micros).micros() != micros => Some(Value::Null),
        _ => None,
    }
}

/// Returns which columns have values that break the rules of their type, in a line each.
pub(super) fn problems(connection: &Connection) -> Result<Vec<String>> {
    let rules = rules(connection)?;
    let tables: BTreeSet<_> = rules.iter().map(|rule| rule.table.as_str()).collect();
    let mut problems = Vec::new();
    for table in tables {
        let of_table: Vec<_> = rules.iter().filter(|rule| rule.table == table).collect();
        for (rule, found) in of_table.iter().zip(invalid(connection, table, &of_table)?) {
            let Some(first) = found.first() else { continue };
            let (column, count) = (&rule.column, found.len());
            let rows = if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
            let place = first.key.iter().map(shown).collect::<Vec<_>>().join(", ");
            problems.push(format!(
                "{table}.{column} is not valid in {rows}, first in row {place}: {}",
                shown(&first.value)
            ));
        }
    }
    Ok(problems)
}

/// Mends all values that break the rules of their type. Triggers must be gone, and search indexes be rebuilt.
///
/// # Errors
/// When the database cannot be written.
pub(super) fn mend(connection: &Connection) -> Result<()> {
    for rule in rules(connection)? {
        let key = key_columns(connection, &rule.table)?;
        let found = invalid(connection, &rule.table, &[&rule])?.into_iter().flatten();
        let row: Vec<String> =
            key.iter().zip(2..).map(|(name, number)| format!("{} IS ?{number}", quoted(name))).collect();
        let (table, column, with) = (quoted(&rule.table), quoted(&rule.column), rule.with);
        // A value of a key that another row has stays as it is.
        let sql = format!("UPDATE OR IGNORE {table} SET {column} = ?1{with} WHERE {}", row.join(" AND "));
        let mut update = connection.prepare(&sql)?;
        for Invalid { key, mended, .. } in found {
            match (rule.column.as_str(), &mended, key.as_slice()) {
                ("nickname", Value::Text(text), [Stored::Other(Value::Integer(id))]) if rule.table == "user" => {
                    if let Ok(nickname) = Nickname::parse(text) {
                        let nickname = users::free_nickname(connection, &nickname)?;
                        users::set_nickname(connection, UserId(*id), &nickname)?;
                    } else {
                        update.execute(params_from_iter(std::iter::once(Stored::Other(mended)).chain(key)))?;
                    }
                }
                _ => drop(update.execute(params_from_iter(std::iter::once(Stored::Other(mended)).chain(key)))?),
            }
        }
    }
    Ok(())
}

/// Returns a value as it is shown.
fn shown(value: &Stored) -> String {
    match value {
        Stored::Text(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            let cut: String = text.chars().take(SHOWN).collect();
            if cut.len() < text.len() { format!("{cut:?}…") } else { format!("{cut:?}") }
        }
        Stored::Other(Value::Integer(number)) => number.to_string(),
        Stored::Other(_) => "no text".to_owned(),
    }
}
