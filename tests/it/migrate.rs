//! `db migrate`, run in a source folder: it records migrations from the difference between schemas.

use std::fs;

use crate::common::Shell;

const NAME: &str =
    "CREATE TABLE user (\n    id INTEGER PRIMARY KEY,\n    -- As it is shown, always.\n    name TEXT\n);\n";

/// Creates a source folder with one migration, [`NAME`], and this schema.
fn source(wanted: &str) -> Shell {
    let shell = Shell::new();
    fs::create_dir_all(shell.path("src/store")).unwrap();
    write(&shell, "src/store/schema.sql", wanted);
    migration(&shell, "01-users", NAME, "DROP TABLE user;\n");
    shell
}

fn write(shell: &Shell, path: &str, text: &str) {
    fs::write(shell.path(path), text).unwrap();
}

fn migration(shell: &Shell, folder: &str, up: &str, down: &str) {
    fs::create_dir_all(shell.path("migrations").join(folder)).unwrap();
    write(shell, &format!("migrations/{folder}/up.sql"), up);
    write(shell, &format!("migrations/{folder}/down.sql"), down);
}

fn files(shell: &Shell, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(shell.path(folder)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Asserts that the command fails with this error and changes no file.
#[track_caller]
fn refused(shell: &Shell, name: &str, error: &str) {
    let before = files(shell, "migrations");
    shell.fails(&["db", "migrate", name], 1, error);
    assert_eq!(files(shell, "migrations"), before);
    assert_eq!(files(shell, "."), ["migrations", "src"]);
}

#[test]
fn recorded_change_leaves_nothing_to_record() {
    let post = "CREATE TABLE post (\n    id INTEGER PRIMARY KEY,\n    -- What it says.\n    body TEXT\n) STRICT;\n";
    let email = NAME.replace("    name TEXT\n", "    name TEXT,\n    email TEXT\n");
    let shell = source(&format!("{email}{post}CREATE INDEX post_body ON post (body);\n"));
    shell
        .run(&["db", "migrate", "posts-2"])
        .stdout("New migration saved as migrations/02-posts-2\nCurrent database version: 2\n")
        .check();
    assert_eq!(files(&shell, "migrations"), ["01-users", "02-posts-2"]);
    assert_eq!(files(&shell, "."), ["migrations", "src"]);
    let read = |name| fs::read_to_string(shell.path("migrations/02-posts-2").join(name)).unwrap();
    let up = "\
-- 02-posts-2, recorded from src/store/schema.sql. Describe here what it is for, and what it costs a large database.
CREATE TABLE post (
    id INTEGER PRIMARY KEY,
    body TEXT
) STRICT;
ALTER TABLE user ADD COLUMN email TEXT;
CREATE INDEX post_body ON post (body);
";
    let down = "\
-- Reverts 02-posts-2.
ALTER TABLE user DROP COLUMN email;
DROP TABLE post;
";
    assert_eq!((read("up.sql").as_str(), read("down.sql").as_str()), (up, down));
    let nothing = "nothing to record: src/store/schema.sql and the migrations agree\nCurrent database version: 2\n";
    shell.run(&["db", "migrate", "more"]).stdout(nothing).check();
    shell.run(&["db", "migrate", "posts-2"]).stdout(nothing).check();
    assert_eq!(files(&shell, "migrations"), ["01-users", "02-posts-2"]);
    assert!(!shell.path("m.db").exists());
}

#[test]
fn possible_rename_asks_for_review() {
    let shell = source(&NAME.replace("name TEXT", "nickname TEXT"));
    shell
        .run(&["db", "migrate", "nicknames"])
        .stdout("New migration saved as migrations/02-nicknames\nCurrent database version: 2\n")
        .stderr("review migrations/02-nicknames/up.sql: user.name may have been renamed to user.nickname\n")
        .check();
    let up = fs::read_to_string(shell.path("migrations/02-nicknames/up.sql")).unwrap();
    assert!(up.contains("\n--     ALTER TABLE user RENAME COLUMN name TO nickname;\n"), "{up}");
    let shell = source(&NAME.replace("name TEXT", "nickname TEXT"));
    shell
        .run(&["db", "migrate", "nicknames", "--quiet"])
        .stdout("New migration saved as migrations/02-nicknames\nCurrent database version: 2\n")
        .check();
}

#[test]
fn column_in_another_order_is_noted() {
    let shell = source(&NAME.replace("    -- As", "    email TEXT,\n    -- As"));
    let note = "src/store/schema.sql lists the columns of user in another order than the migrations make them\n";
    shell
        .run(&["db", "migrate", "email"])
        .stdout("New migration saved as migrations/02-email\nCurrent database version: 2\n")
        .stderr(note)
        .check();
}

#[test]
fn first_migration_is_recorded() {
    let shell = source(NAME);
    fs::remove_dir_all(shell.path("migrations/01-users")).unwrap();
    shell
        .run(&["db", "migrate", "users"])
        .stdout("New migration saved as migrations/01-users\nCurrent database version: 1\n")
        .check();
}

#[test]
fn invalid_names_are_refused() {
    let shell = source("");
    let long = "x".repeat(41);
    for name in ["", "Posts", "a b", "a_b", "a/b", "..", "é", &long] {
        let rule = "use 1 to 40 lower-case letters, digits and -";
        shell.fails(&["db", "migrate", name], 2, &format!("{name:?} is not a valid name for a migration: {rule}"));
    }
    assert_eq!(files(&shell, "migrations").len(), 1);
    refused(&shell, "users", "migrations/01-users already has that name: choose another");
    let missing = "the following required arguments were not provided: <NAME>; see microblog db migrate --help";
    shell.fails(&["db", "migrate"], 2, missing);
}

#[test]
fn folder_without_source_is_refused() {
    let advice = "run this in the folder of the program's source";
    let shell = Shell::new();
    let nothing_here = format!("there is no src/store/schema.sql here: {advice}");
    shell.fails(&["db", "migrate", "x"], 1, &nothing_here);
    assert_eq!(files(&shell, "."), [""; 0]);
    let shell = source("");
    fs::remove_dir_all(shell.path("migrations")).unwrap();
    shell.fails(&["db", "migrate", "x"], 1, &format!("there is no migrations/ here: {advice}"));
}

#[test]
fn sql_error_names_file_and_line() {
    let shell = source("CREATE TABLE a (b);\n\nCREATE TABEL c (d);\n");
    refused(&shell, "x", "src/store/schema.sql, line 3: near \"TABEL\": syntax error");
    write(&shell, "src/store/schema.sql", "CREATE TABLE a (b);\nCREATE INDEX i ON a (c);");
    refused(&shell, "x", "src/store/schema.sql, line 2: no such column: c");
    let trigger = "CREATE TABLE a (b); CREATE TRIGGER g AFTER INSERT ON a BEGIN DELETE FROM missing; END;";
    write(&shell, "src/store/schema.sql", trigger);
    refused(&shell, "x", "src/store/schema.sql: error in trigger g: no such table: main.missing");
    write(&shell, "src/store/schema.sql", "CREATE TABLE a (");
    refused(&shell, "x", "src/store/schema.sql: incomplete input");
    let shell = source("");
    migration(&shell, "02-broken", "CREATE TABLE a (b);\nDROP TABLE nobody;\n", "");
    refused(&shell, "x", "migrations/02-broken/up.sql: no such table: nobody");
    fs::remove_file(shell.path("migrations/02-broken/down.sql")).unwrap();
    let missing = "cannot read migrations/02-broken/down.sql: No such file or directory (os error 2)";
    refused(&shell, "x", missing);
}

#[test]
fn misnumbered_migrations_are_refused() {
    let shell = source("");
    migration(&shell, "03-later", "", "");
    let number = "migrations/03-later should have the number 02: number the migrations 01, 02 and so on";
    refused(&shell, "x", number);
    fs::rename(shell.path("migrations/03-later"), shell.path("migrations/1-again")).unwrap();
    let number = "migrations/1-again should have the number 02: number the migrations 01, 02 and so on";
    refused(&shell, "x", number);
    fs::rename(shell.path("migrations/1-again"), shell.path("migrations/notes")).unwrap();
    refused(&shell, "x", "migrations/notes is not a migration: name it NN-NAME, or move it away");
}
