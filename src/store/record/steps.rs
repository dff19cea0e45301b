//! The statements that lead from the schema of a database to another, and their order.
//!
//! What hangs on tables goes before they change and comes back after: SQLite reads every trigger and view again
//! when it alters a table, and refuses if one names what is not there. What it can alter is not decided here but
//! tried, on the empty database in memory that all of this runs on. Within the tables, what is new comes first
//! and what goes comes last, so that a hand may put in between what carries the rows over.

use rusqlite::Connection;

use super::rebuild;
use crate::store::Result;
use crate::store::schema::{Column, Kind, Object, Schema, Table, same_name};
use crate::store::sql;

/// The way from one schema to another.
#[derive(Debug)]
pub(super) struct Steps {
    /// The statements, a line and more each, with comments where somebody should look.
    pub(super) sql: String,
    /// Where the comments ask for a look: what may be otherwise than was meant.
    pub(super) looks: Vec<String>,
}

/// Leads an empty database to the schema wanted; gives back the statements that did it.
///
/// # Errors
/// When SQLite refuses one of them. The database is then good for nothing.
pub(super) fn lead(connection: &Connection, to: &Schema) -> Result<Steps> {
    let from = &Schema::read(connection)?;
    let rebuilt = unalterable(connection, from, to)?;
    let mut leader = Leader { connection, from, to, rebuilt, steps: Steps { sql: String::new(), looks: Vec::new() } };
    leader.lead()?;
    Ok(leader.steps)
}

/// A name as it is written in a statement: in quotes only where SQLite wants them.
pub(super) fn name(connection: &Connection, name: &str) -> String {
    let bare = || connection.prepare(&format!("SELECT {name} FROM (SELECT 1 AS {name}) AS {name}")).is_ok();
    if sql::is_plain(name) && bare() { name.to_owned() } else { sql::quoted(name) }
}

/// The statement that makes a table, under this name: a line a column.
pub(super) fn create(name: &str, table: &Table) -> String {
    let columns = table.columns.iter().map(|column| column.text.as_str());
    let lines: Vec<_> = columns.chain(table.constraints.iter().map(|constraint| constraint.text.as_str())).collect();
    let options: Vec<_> = table.options.iter().map(|option| option.text.as_str()).collect();
    let options = if options.is_empty() { String::new() } else { format!(" {}", options.join(", ")) };
    format!("CREATE TABLE {name} (\n    {}\n){options}", lines.join(",\n    "))
}

/// The tables that are in both schemas but differ, before and after, in the order in which they were made.
fn changed<'a>(from: &'a Schema, to: &'a Schema) -> impl Iterator<Item = (&'a Table, &'a Table)> {
    from.tables.iter().filter_map(|old| to.table(&old.name).filter(|new| !new.is_like(old)).map(|new| (old, new)))
}

fn is_kept(object: &Object, to: &Schema) -> bool {
    to.other(object.kind, &object.name).is_some_and(|wanted| wanted.sql == object.sql)
}

/// The tables that adding and dropping columns does not lead to what is wanted.
fn unalterable<'a>(connection: &Connection, from: &'a Schema, to: &'a Schema) -> Result<Vec<&'a str>> {
    connection.execute_batch("SAVEPOINT trial")?;
    for kind in [Kind::Trigger, Kind::View, Kind::Index] {
        for object in from.others.iter().filter(|object| object.kind == kind) {
            if kind != Kind::Index || !is_kept(object, to) {
                connection.execute_batch(&format!("DROP {} {}", kind.name(), sql::quoted(&object.name)))?;
            }
        }
    }
    let mut tables = Vec::new();
    for (old, new) in changed(from, to) {
        let works = columns_only(old, new)
            && alterations(connection, old, new).iter().all(|alter| connection.execute_batch(alter).is_ok())
            && Schema::read(connection)?.table(&new.name).is_some_and(|altered| altered.is_like(new));
        if !works {
            tables.push(new.name.as_str());
        }
    }
    connection.execute_batch("ROLLBACK TO trial; RELEASE trial")?;
    Ok(tables)
}

/// Whether the tables differ in columns that come and go only, and those that come can be given to old rows.
/// SQLite refuses some others with rows in the table only, which the trial does not have.
fn columns_only(old: &Table, new: &Table) -> bool {
    let alike = |column: &Column| {
        old.column(&column.name).is_none_or(|other| other.kind == column.kind && other.clauses == column.clauses)
    };
    let addable = |column: &Column| {
        let default = column.default().map(str::to_ascii_lowercase);
        let constant = default.as_ref().is_none_or(|value| !value.starts_with('(') && !value.starts_with("current_"));
        let filled = column.clause("not null").is_none() || default.is_some() || column.is_generated();
        let stored = column.is_generated() && column.clauses.iter().any(|clause| clause.normal.ends_with(" stored"));
        constant && filled && !stored && (column.clause("references").is_none() || default.is_none())
    };
    new.columns.iter().all(|column| alike(column) && (old.column(&column.name).is_some() || addable(column)))
}

fn alterations(connection: &Connection, old: &Table, new: &Table) -> Vec<String> {
    let table = name(connection, &new.name);
    let added = new.columns.iter().filter(|column| old.column(&column.name).is_none());
    let dropped = old.columns.iter().rev().filter(|column| new.column(&column.name).is_none());
    added
        .map(|column| format!("ALTER TABLE {table} ADD COLUMN {}", column.text))
        .chain(dropped.map(|column| format!("ALTER TABLE {table} DROP COLUMN {}", name(connection, &column.name))))
        .collect()
}

struct Leader<'a> {
    connection: &'a Connection,
    from: &'a Schema,
    to: &'a Schema,
    /// The tables that SQLite cannot alter.
    rebuilt: Vec<&'a str>,
    steps: Steps,
}

impl<'a> Leader<'a> {
    fn lead(&mut self) -> Result<()> {
        let gone = self.gone();
        for kind in [Kind::Trigger, Kind::View, Kind::Index, Kind::Virtual] {
            for object in gone.iter().rev().filter(|object| object.kind == kind) {
                if !self.goes_with_its_table(object) {
                    self.drop_object(object)?;
                }
            }
        }
        self.change_tables()?;
        for kind in [Kind::Virtual, Kind::Index, Kind::View, Kind::Trigger] {
            for object in self.to.others.iter().filter(|object| object.kind == kind) {
                let stays = self.from.other(kind, &object.name).is_some()
                    && !gone.iter().any(|gone| gone.kind == kind && same_name(&gone.name, &object.name));
                self.make(object, stays)?;
            }
        }
        Ok(())
    }

    /// What is not wanted, wanted otherwise, or in the way of a table that is built anew, or of a view or
    /// virtual table that goes.
    fn gone(&self) -> Vec<&'a Object> {
        let from = &self.from.others;
        let mut names = self.rebuilt.clone();
        let mut gone: Vec<bool> = from.iter().map(|object| !is_kept(object, self.to)).collect();
        for (object, gone) in from.iter().zip(&mut gone) {
            *gone |= object.kind == Kind::Index && names.iter().any(|name| same_name(name, &object.table));
        }
        names.extend(from.iter().zip(&gone).filter(|(_, gone)| **gone).map(|(object, _)| object.name.as_str()));
        // A view may read another view: until nothing more is in the way.
        while let Some(at) = (0..from.len()).find(|at| {
            !gone[*at]
                && matches!(from[*at].kind, Kind::Trigger | Kind::View)
                && names.iter().any(|name| from[*at].sql.mentions(name))
        }) {
            gone[at] = true;
            names.push(&from[at].name);
        }
        from.iter().zip(gone).filter(|(_, gone)| *gone).map(|(object, _)| object).collect()
    }

    fn goes_with_its_table(&self, object: &Object) -> bool {
        object.kind == Kind::Index && (self.rebuilds(&object.table) || self.to.table(&object.table).is_none())
    }

    fn rebuilds(&self, table: &str) -> bool {
        self.rebuilt.iter().any(|rebuilt| same_name(rebuilt, table))
    }

    fn drop_object(&mut self, object: &Object) -> Result<()> {
        let word = if object.kind == Kind::Virtual { "TABLE".to_owned() } else { object.kind.name().to_uppercase() };
        let name = name(self.connection, &object.name);
        if object.kind == Kind::Virtual && rebuild::content(object).is_none() && object.sql.mentions("fts5") {
            self.look(&format!("what {name} holds goes with it"));
        }
        self.statement(&format!("DROP {word} {name}"))
    }

    fn change_tables(&mut self) -> Result<()> {
        let (from, to) = (self.from, self.to);
        let added: Vec<_> = to.tables.iter().filter(|table| from.table(&table.name).is_none()).collect();
        let dropped: Vec<_> = from.tables.iter().rev().filter(|table| to.table(&table.name).is_none()).collect();
        if let ([new], [old]) = (added.as_slice(), dropped.as_slice()) {
            self.ask_about_table(old, new);
        }
        for table in &added {
            self.statement(&create(&name(self.connection, &table.name), table))?;
        }
        for (old, new) in changed(from, to) {
            self.ask_about_column(old, new);
            let statements = if self.rebuilds(&new.name) {
                let steps = rebuild::rebuild(self.connection, old, new);
                let table = name(self.connection, &new.name);
                self.comment(&format!("{table}: SQLite cannot alter this in place; it is built anew with its rows."));
                steps.looks.iter().for_each(|why| self.look(why));
                steps.statements
            } else {
                alterations(self.connection, old, new)
            };
            for statement in statements {
                self.statement(&statement)?;
            }
        }
        for table in &dropped {
            self.statement(&format!("DROP TABLE {}", name(self.connection, &table.name)))?;
        }
        Ok(())
    }

    /// Makes what is not there; fills a full text index whose content is elsewhere, also anew when that was rebuilt.
    fn make(&mut self, object: &Object, stays: bool) -> Result<()> {
        if !stays {
            self.statement(&object.sql.text)?;
        }
        let content = rebuild::content(object);
        let touched = content.as_ref().is_some_and(|content| self.rebuilds(content));
        if content.is_some() && (!stays || touched) {
            let name = name(self.connection, &object.name);
            self.statement(&format!("INSERT INTO {name} ({name}) VALUES ('rebuild')"))?;
        }
        Ok(())
    }

    fn ask_about_table(&mut self, old: &Table, new: &Table) {
        if old.is_like(new) {
            let (old, new) = (name(self.connection, &old.name), name(self.connection, &new.name));
            self.look(&format!("{old} may have become {new}"));
            self.comment(&format!(
                "If so, this alone keeps its rows, in place of the CREATE and the DROP:\n\
                 \x20   ALTER TABLE {old} RENAME TO {new};\n\
                 And the other way round in the file beside this one."
            ));
        }
    }

    fn ask_about_column(&mut self, old: &Table, new: &Table) {
        let added: Vec<_> = new.columns.iter().filter(|column| old.column(&column.name).is_none()).collect();
        let dropped: Vec<_> = old.columns.iter().filter(|column| new.column(&column.name).is_none()).collect();
        if let ([added], [dropped]) = (added.as_slice(), dropped.as_slice())
            && added.kind == dropped.kind
        {
            let table = name(self.connection, &new.name);
            let (old, new) = (name(self.connection, &dropped.name), name(self.connection, &added.name));
            self.look(&format!("{table}.{old} may have become {table}.{new}"));
            self.comment(&format!(
                "If so, this alone keeps what it holds, in place of what follows for it:\n\
                 \x20   ALTER TABLE {table} RENAME COLUMN {old} TO {new};\n\
                 And the other way round in the file beside this one."
            ));
        }
    }

    fn look(&mut self, why: &str) {
        self.comment(&format!("A look, please: {why}."));
        self.steps.looks.push(why.to_owned());
    }

    fn comment(&mut self, text: &str) {
        for line in text.lines() {
            self.steps.sql.push_str(&format!("-- {line}\n"));
        }
    }

    fn statement(&mut self, sql: &str) -> Result<()> {
        self.connection.execute_batch(sql)?;
        self.steps.sql.push_str(sql);
        self.steps.sql.push_str(";\n");
        Ok(())
    }
}
