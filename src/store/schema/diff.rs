//! Compares two schemas, and describes each difference in a line.

use super::parse::{Column, Phrase, Schema, Table};

/// Returns how a schema differs from the one wanted, a line for each difference.
pub(in crate::store) fn differences(wanted: &Schema, found: &Schema) -> Vec<String> {
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

/// Whether two tables differ in nothing but their names.
pub(super) fn same_table(wanted: &Table, found: &Table) -> bool {
    table_differences(wanted, found).is_empty()
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
            let (found, wanted) = (describe_clauses(other), describe_clauses(column));
            lines.push(format!("the column {table}.{name} says {found}, wanted {wanted}"));
        }
    }
    for column in found.columns.iter().filter(|column| wanted.column(&column.name).is_none()) {
        lines.push(format!("the column {table}.{} should not be there", column.name));
    }
    let mut compare = |wanted: &[Phrase], found: &[Phrase]| {
        for phrase in wanted.iter().filter(|phrase| !found.contains(phrase)) {
            lines.push(format!("the table {table} lacks {}", phrase.line()));
        }
        for phrase in found.iter().filter(|phrase| !wanted.contains(phrase)) {
            lines.push(format!("the table {table} says {}, which is not wanted", phrase.line()));
        }
    };
    compare(&wanted.constraints, &found.constraints);
    compare(&wanted.options, &found.options);
    lines
}

/// Returns everything in a column's definition but its name and type.
fn describe_clauses(column: &Column) -> String {
    match column.clauses.as_slice() {
        [] => "nothing".to_owned(),
        clauses => clauses.iter().map(Phrase::line).collect::<Vec<_>>().join(" "),
    }
}
