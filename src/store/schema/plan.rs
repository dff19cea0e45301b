//! Plans a migration: the statements that turn the schema of a database into another, in the right order.
//!
//! Triggers, views and indexes are dropped before tables change and created again afterwards: SQLite reads every trigger
//! and view again when it alters a table, and refuses if one names something that does not exist. Whether SQLite can
//! alter a table is not decided here but tried, on the empty database in memory that all of this runs on. New tables come
//! first and dropped ones last, so that a person can insert statements between them that move the rows.

use rusqlite::Connection;

use super::diff::same_table;
use super::lexer::quoted;
use super::parse::{Column, Object, ObjectKind, Schema, Table, same_name};
use super::render::{alterations, content_table, create, name, rebuild};
use crate::store::Result;

/// The statements of a migration in one direction.
#[derive(Debug)]
pub(super) struct Plan {
    /// The statements, each on one line or more, with comments where a person should review them.
    pub(super) sql: String,
    /// What should be reviewed: what may have been meant differently.
    pub(super) notes: Vec<String>,
}

/// Migrates an empty database to the schema wanted; returns the statements that did it.
///
/// # Errors
/// When SQLite refuses one of them. The database is then in an undefined state.
pub(super) fn plan(connection: &Connection, to: &Schema) -> Result<Plan> {
    let from = &Schema::read(connection)?;
    let rebuilt = tables_to_rebuild(connection, from, to)?;
    let plan = Plan { sql: String::new(), notes: Vec::new() };
    let mut planner = Planner { connection, from, to, rebuilt, plan };
    planner.run()?;
    Ok(planner.plan)
}

/// Returns the tables that are in both schemas but differ, before and after, in the order of creation.
fn changed<'a>(from: &'a Schema, to: &'a Schema) -> impl Iterator<Item = (&'a Table, &'a Table)> {
    let differing = |old: &Table| to.table(&old.name).filter(|new| !same_table(new, old));
    from.tables.iter().filter_map(move |old| differing(old).map(|new| (old, new)))
}

fn is_kept(object: &Object, to: &Schema) -> bool {
    to.other(object.kind, &object.name).is_some_and(|wanted| wanted.sql == object.sql)
}

/// Returns the tables for which adding and dropping columns is not enough.
fn tables_to_rebuild<'a>(connection: &Connection, from: &'a Schema, to: &'a Schema) -> Result<Vec<&'a str>> {
    connection.execute_batch("SAVEPOINT trial")?;
    for kind in [ObjectKind::Trigger, ObjectKind::View, ObjectKind::Index] {
        for object in from.others.iter().filter(|object| object.kind == kind) {
            if kind != ObjectKind::Index || !is_kept(object, to) {
                connection.execute_batch(&format!("DROP {} {}", kind.name(), quoted(&object.name)))?;
            }
        }
    }
    let mut tables = Vec::new();
    for (old, new) in changed(from, to) {
        let works = only_columns_differ(old, new)
            && alterations(connection, old, new).iter().all(|alter| connection.execute_batch(alter).is_ok())
            && Schema::read(connection)?.table(&new.name).is_some_and(|altered| same_table(altered, new));
        if !works {
            tables.push(new.name.as_str());
        }
    }
    connection.execute_batch("ROLLBACK TO trial; RELEASE trial")?;
    Ok(tables)
}

/// Whether the tables differ only in columns that are added or dropped, and the added ones can be given to old rows.
/// SQLite refuses some others only if the table has rows, which the trial does not have.
fn only_columns_differ(old: &Table, new: &Table) -> bool {
    let same = |column: &Column| {
        old.column(&column.name).is_none_or(|other| other.kind == column.kind && other.clauses == column.clauses)
    };
    let addable = |column: &Column| {
        let default = column.default().map(str::to_ascii_lowercase);
        let constant = default.as_ref().is_none_or(|value| !value.starts_with('(') && !value.starts_with("current_"));
        let filled = column.clause("not null").is_none() || default.is_some() || column.is_generated();
        let stored = column.is_generated() && column.clauses.iter().any(|clause| clause.normal.ends_with(" stored"));
        constant && filled && !stored && (column.clause("references").is_none() || default.is_none())
    };
    new.columns.iter().all(|column| same(column) && (old.column(&column.name).is_some() || addable(column)))
}

struct Planner<'a> {
    connection: &'a Connection,
    from: &'a Schema,
    to: &'a Schema,
    /// The tables that SQLite cannot alter.
    rebuilt: Vec<&'a str>,
    plan: Plan,
}

impl<'a> Planner<'a> {
    fn run(&mut self) -> Result<()> {
        let dropped = self.dropped_objects();
        for kind in [ObjectKind::Trigger, ObjectKind::View, ObjectKind::Index, ObjectKind::Virtual] {
            for object in dropped.iter().rev().filter(|object| object.kind == kind) {
                if !self.is_dropped_with_table(object) {
                    self.drop_object(object)?;
                }
            }
        }
        self.change_tables()?;
        for kind in [ObjectKind::Virtual, ObjectKind::Index, ObjectKind::View, ObjectKind::Trigger] {
            for object in self.to.others.iter().filter(|object| object.kind == kind) {
                let kept = self.from.other(kind, &object.name).is_some()
                    && !dropped.iter().any(|gone| gone.kind == kind && same_name(&gone.name, &object.name));
                self.create_object(object, kept)?;
            }
        }
        Ok(())
    }

    /// Returns the objects that are not wanted, wanted differently, or use a table that is rebuilt or a view or virtual
    /// table that is dropped.
    fn dropped_objects(&self) -> Vec<&'a Object> {
        let from = &self.from.others;
        let mut names = self.rebuilt.clone();
        let mut dropped: Vec<bool> = from.iter().map(|object| !is_kept(object, self.to)).collect();
        for (object, dropped) in from.iter().zip(&mut dropped) {
            *dropped |= object.kind == ObjectKind::Index && names.iter().any(|name| same_name(name, &object.table));
        }
        names
            .extend(from.iter().zip(&dropped).filter(|(_, dropped)| **dropped).map(|(object, _)| object.name.as_str()));
        // Repeated until nothing more is found, because a view may read another view.
        while let Some(at) = (0..from.len()).find(|at| {
            !dropped[*at]
                && matches!(from[*at].kind, ObjectKind::Trigger | ObjectKind::View)
                && names.iter().any(|name| from[*at].sql.mentions(name))
        }) {
            dropped[at] = true;
            names.push(&from[at].name);
        }
        from.iter().zip(dropped).filter(|(_, dropped)| *dropped).map(|(object, _)| object).collect()
    }

    fn is_dropped_with_table(&self, object: &Object) -> bool {
        let table_changes = self.is_rebuilt(&object.table) || self.to.table(&object.table).is_none();
        object.kind == ObjectKind::Index && table_changes
    }

    fn is_rebuilt(&self, table: &str) -> bool {
        self.rebuilt.iter().any(|rebuilt| same_name(rebuilt, table))
    }

    fn drop_object(&mut self, object: &Object) -> Result<()> {
        let is_virtual = object.kind == ObjectKind::Virtual;
        let word = if is_virtual { "TABLE".to_owned() } else { object.kind.name().to_uppercase() };
        let name = name(self.connection, &object.name);
        if is_virtual && content_table(object).is_none() && object.sql.mentions("fts5") {
            self.note(&format!("the content of {name} is lost"));
        }
        self.statement(&format!("DROP {word} {name}"))
    }

    fn change_tables(&mut self) -> Result<()> {
        let (from, to) = (self.from, self.to);
        let added: Vec<_> = to.tables.iter().filter(|table| from.table(&table.name).is_none()).collect();
        let dropped: Vec<_> = from.tables.iter().rev().filter(|table| to.table(&table.name).is_none()).collect();
        if let ([new], [old]) = (added.as_slice(), dropped.as_slice()) {
            self.ask_if_table_was_renamed(old, new);
        }
        for table in &added {
            self.statement(&create(&name(self.connection, &table.name), table))?;
        }
        for (old, new) in changed(from, to) {
            self.ask_if_column_was_renamed(old, new);
            let statements = if self.is_rebuilt(&new.name) {
                let steps = rebuild(self.connection, old, new);
                let table = name(self.connection, &new.name);
                self.comment(&format!("{table}: SQLite cannot alter this table, so it is rebuilt with its rows."));
                steps.notes.iter().for_each(|note| self.note(note));
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

    /// Creates an object that does not exist, and fills a full-text index from its table, also if that was rebuilt.
    fn create_object(&mut self, object: &Object, kept: bool) -> Result<()> {
        if !kept {
            self.statement(&object.sql.text)?;
        }
        let content = content_table(object);
        let rebuilt = content.as_ref().is_some_and(|content| self.is_rebuilt(content));
        if content.is_some() && (!kept || rebuilt) {
            let name = name(self.connection, &object.name);
            self.statement(&format!("INSERT INTO {name} ({name}) VALUES ('rebuild')"))?;
        }
        Ok(())
    }

    fn ask_if_table_was_renamed(&mut self, old: &Table, new: &Table) {
        if same_table(old, new) {
            let (old, new) = (name(self.connection, &old.name), name(self.connection, &new.name));
            self.note(&format!("{old} may have been renamed to {new}"));
            self.comment(&format!(
                "If so, replace the CREATE and the DROP by this statement, which keeps the rows:\n\
                 \x20   ALTER TABLE {old} RENAME TO {new};\n\
                 And do the reverse in the file beside this one."
            ));
        }
    }

    fn ask_if_column_was_renamed(&mut self, old: &Table, new: &Table) {
        let added: Vec<_> = new.columns.iter().filter(|column| old.column(&column.name).is_none()).collect();
        let dropped: Vec<_> = old.columns.iter().filter(|column| new.column(&column.name).is_none()).collect();
        if let ([added], [dropped]) = (added.as_slice(), dropped.as_slice())
            && added.kind == dropped.kind
        {
            let table = name(self.connection, &new.name);
            let (old, new) = (name(self.connection, &dropped.name), name(self.connection, &added.name));
            self.note(&format!("{table}.{old} may have been renamed to {table}.{new}"));
            self.comment(&format!(
                "If so, replace the statements for it by this one, which keeps the values:\n\
                 \x20   ALTER TABLE {table} RENAME COLUMN {old} TO {new};\n\
                 And do the reverse in the file beside this one."
            ));
        }
    }

    fn note(&mut self, note: &str) {
        self.comment(&format!("Please review: {note}."));
        self.plan.notes.push(note.to_owned());
    }

    fn comment(&mut self, text: &str) {
        for line in text.lines() {
            self.plan.sql.push_str(&format!("-- {line}\n"));
        }
    }

    fn statement(&mut self, sql: &str) -> Result<()> {
        self.connection.execute_batch(sql)?;
        self.plan.sql.push_str(sql);
        self.plan.sql.push_str(";\n");
        Ok(())
    }
}
