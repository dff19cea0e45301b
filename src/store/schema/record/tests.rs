use super::*;
use crate::store::schema::lexer;

mod cases;
mod random;

fn source() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the statements of a file in normal form, without those below a comment that starts with "By hand:".
fn recorded(text: &str) -> Vec<String> {
    let kept: String =
        text.split_inclusive(";\n").map(|part| if part.contains("-- By hand:") { "\n" } else { part }).collect();
    let mut statements = Vec::new();
    let mut rest = lexer::tokens(&kept).into_iter().peekable();
    while rest.peek().is_some() {
        let mut statement = vec![];
        let is_trigger = |tokens: &[lexer::Token<'_>]| tokens.get(1).is_some_and(|token| token.is("trigger"));
        for token in rest.by_ref() {
            let ends = token.is(";") && (!is_trigger(&statement) || statement.last().unwrap().is("end"));
            if ends {
                break;
            }
            statement.push(token);
        }
        statements.push(lexer::normal(&statement));
    }
    statements
}

fn schema_of(migrations: &[Migration]) -> Schema {
    Schema::read(&build(migrations).unwrap()).unwrap()
}

#[test]
fn schema_file_equals_what_migrations_make() {
    let migrations = read_migrations(source()).unwrap();
    let wanted = build_wanted(&read(source(), Path::new(SCHEMA)).unwrap()).unwrap();
    let made = schema_of(&migrations);
    let advice = "change src/store/schema.sql, then run microblog db migrate NAME";
    assert_eq!(differences(&wanted, &made), [""; 0], "{advice}");
    assert_eq!(order_notes(&wanted, &made), [""; 0]);
}

#[test]
fn every_migration_equals_what_record_writes() {
    let migrations = read_migrations(source()).unwrap();
    for (version, migration) in migrations.iter().enumerate() {
        if migration.up.contains("-- By hand instead:") {
            continue; // A person wrote something better, such as the renaming of a column.
        }
        let (before, after) = (schema_of(&migrations[..version]), schema_of(&migrations[..=version]));
        let made = build(&migrations[..version]).unwrap();
        let (up, down) = (plan(&made, &after).unwrap(), plan(&made, &before).unwrap());
        assert_eq!(recorded(&migration.up), recorded(&up.sql), "{}/up.sql", migration.folder);
        assert_eq!(recorded(&migration.down), recorded(&down.sql), "{}/down.sql", migration.folder);
        for text in [&migration.up, &migration.down] {
            assert!(text.starts_with("-- "), "{} does not describe what it is for", migration.folder);
        }
    }
}
