//! Damaged databases: a damaged index or search index is named and repaired in place; from any other damage, readable rows
//! are saved into a new file.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use crate::common::{Shell, newest, old_database};
use rusqlite::Connection;

/// Returns the pages of a table or an index, the root first.
fn pages(path: &Path, name: &str) -> Vec<u64> {
    let connection = Connection::open(path).unwrap();
    let sql = "SELECT pageno FROM dbstat JOIN sqlite_schema s USING (name) WHERE name = ?1 ORDER BY pageno <> s.rootpage, pageno";
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([name], |row| row.get::<_, i64>(0)).unwrap().map(|page| page.unwrap() as u64).collect()
}

fn overwrite(path: &Path, page: u64) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start((page - 1) * 4096)).unwrap();
    file.write_all(&[0xA5; 4096]).unwrap();
}

/// Returns the problems that `db check` prints.
fn problems(shell: &Shell) -> Vec<String> {
    let check = shell.command().args(["db", "check"]).output().unwrap();
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    let lines: Vec<String> =
        said.lines().filter_map(|line| line.strip_prefix("problem: ")).map(str::to_owned).collect();
    assert_eq!(lines.is_empty(), check.status.success(), "{said}{}", String::from_utf8_lossy(&check.stderr));
    lines
}

/// Asserts that a problem is named and repaired in place, and that every post is there and can be found afterwards.
#[track_caller]
fn is_mended(shell: &Shell, what: &str, problem: &str) {
    let found = problems(shell);
    assert_eq!(found[0], problem, "{what}");
    assert!(found[1..].iter().all(|line| line == "some pages belong to no table"), "{what}: {found:?}");
    let repair = shell.command().args(["db", "repair"]).output().unwrap();
    let said = String::from_utf8_lossy(&repair.stdout).into_owned();
    assert!(repair.status.success(), "{what}: {}", String::from_utf8_lossy(&repair.stderr));
    assert!(said.starts_with(&format!("repaired: {problem}\n")), "{what}: {said}");
    assert!(!shell.path("m.db.salvaged").exists(), "{what}");
    assert_eq!(problems(shell), [""; 0], "{what}");
    shell.run(&["--as", "john", "post", "written now"]).stdout("posted 1001\n").check();
    let search = shell.command().args(["search", "now"]).output().unwrap();
    assert!(String::from_utf8_lossy(&search.stdout).contains("written now"), "{what}");
    let rows = "SELECT count(*) FROM post WHERE body LIKE 'post number % of the old days'";
    let rows: i64 = Connection::open(shell.path("m.db")).unwrap().query_row(rows, [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1_000, "{what}");
}

/// Returns a shell, and the path of a sound database of a thousand posts with an empty log.
fn whole() -> (Shell, std::path::PathBuf) {
    let shell = Shell::new();
    let whole = shell.path("whole.db");
    old_database(&whole, newest(), 1_000);
    Connection::open(&whole).unwrap().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    (shell, whole)
}

#[test]
fn damaged_index_or_search_is_named_and_repaired_in_place() {
    let (shell, whole) = whole();
    let trees = [
        ("post_author_created_at", "the index post_author_created_at is damaged"),
        ("post_search_data", "the search index post_search is damaged"),
        ("post_search_idx", "the search index post_search is damaged"),
    ];
    for (tree, problem) in trees {
        let pages = pages(&whole, tree);
        for page in [pages[0], *pages.last().unwrap()] {
            fs::copy(&whole, shell.path("m.db")).unwrap();
            overwrite(&shell.path("m.db"), page);
            is_mended(&shell, &format!("page {page} of {tree}"), problem);
        }
    }
}

#[test]
fn missing_part_of_search_index_is_named_and_repaired_in_place() {
    let (shell, whole) = whole();
    for part in ["data", "idx", "config"] {
        fs::copy(&whole, shell.path("m.db")).unwrap();
        let table = format!("post_search_{part}");
        Connection::open(shell.path("m.db")).unwrap().execute_batch(&format!("DROP TABLE {table}")).unwrap();
        is_mended(&shell, &table, "the search index post_search is damaged");
    }
}

#[test]
fn damaged_unique_index_is_salvaged_with_every_row() {
    let (shell, whole) = whole();
    fs::copy(&whole, shell.path("m.db")).unwrap();
    overwrite(&shell.path("m.db"), pages(&whole, "sqlite_autoindex_user_1")[0]);
    assert_eq!(problems(&shell), ["the index sqlite_autoindex_user_1 is damaged"]);
    let repair = shell.command().args(["db", "repair"]).output().unwrap();
    let said = String::from_utf8_lossy(&repair.stdout).into_owned();
    assert!(said.contains("saved 1,000 rows of post\n") && said.contains("saved 2 rows of user\n"), "{said}");
}

fn posts(path: &Path) -> i64 {
    Connection::open(path).unwrap().query_row("SELECT count(*) FROM post", [], |row| row.get(0)).unwrap()
}

/// Overwrites a page in the middle of the table `post`.
fn damage(path: &Path) {
    let connection = Connection::open(path).unwrap();
    let sql = "SELECT pageno FROM dbstat WHERE name = 'post' AND pagetype = 'leaf' ORDER BY pageno LIMIT 1 OFFSET 2";
    let page: u64 = connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap().unsigned_abs();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(connection);
    let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start((page - 1) * 4096)).unwrap();
    file.write_all(&[0x5a; 4096]).unwrap();
}

#[test]
fn repair_saves_readable_rows_of_a_damaged_file() {
    let shell = Shell::new();
    let db = shell.path("m.db");
    old_database(&db, newest(), 1_000);
    damage(&db);
    let before = fs::read(&db).unwrap();
    let output = shell.command().args(["db", "check"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .contains("save what can be read into a new file with microblog db repair")
    );
    let output = shell.command().args(["db", "repair"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read(&db).unwrap(), before, "the damaged file is only read");
    let saved = shell.path("m.db.salvaged");
    let left = posts(&saved);
    assert!((900..1_000).contains(&left), "{left}");
    assert!(said.contains(&format!("lost {} posts", 1_000 - left)), "{said}");
    shell
        .run(&["--db", "m.db.salvaged", "db", "check"])
        .stdout(&format!(
            "no problems found in pages, foreign keys, schema, counts and search index\nCurrent database version: {}\n",
            newest()
        ))
        .check();
    let output = shell.command().args(["db", "restore", "m.db.salvaged"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(posts(&db), left);
    shell.run(&["--as", "john", "post", "numbers are never used again"]).stdout("posted 1001\n").check();
}

#[test]
fn repair_saves_pages_between_damaged_ones() {
    let shell = Shell::new();
    let db = shell.path("m.db");
    old_database(&db, newest(), 1_000);
    let connection = Connection::open(&db).unwrap();
    let mut pages = connection
        .prepare("SELECT pageno, ncell FROM dbstat WHERE name = 'post' AND pagetype = 'leaf' ORDER BY path")
        .unwrap();
    let pages: Vec<(i64, i64)> =
        pages.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    let mut lost = 0;
    for (page, cells) in [pages[4], pages[6], pages[7], pages[9]] {
        let mut file = fs::OpenOptions::new().write(true).open(&db).unwrap();
        file.seek(SeekFrom::Start((page.unsigned_abs() - 1) * 4096)).unwrap();
        file.write_all(&[0; 4096]).unwrap();
        lost += cells;
    }
    let output = shell.command().args(["db", "repair"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(posts(&shell.path("m.db.salvaged")), 1_000 - lost);
}

#[test]
fn truncated_file_is_refused_and_its_rows_are_salvaged() {
    let shell = Shell::new();
    let db = shell.path("m.db");
    // Enough that the first half holds posts behind the first pages of all tables.
    old_database(&db, newest(), 6_000);
    let length = fs::metadata(&db).unwrap().len();
    fs::OpenOptions::new().write(true).open(&db).unwrap().set_len(length / 2 / 4096 * 4096).unwrap();
    let words = "the database is damaged: microblog db check says where, microblog db repair saves what can be read, microblog db restore FILE restores a backup";
    for command in [&["timeline"][..], &["post", "x"], &["db", "check"], &["db", "stats"]] {
        shell.fails(command, 1, words);
    }
    let output = shell.command().args(["db", "repair", "--to", "saved.db"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let left = posts(&shell.path("saved.db"));
    assert!(left > 200, "{left} posts; {}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn salvage_of_row_numbers_near_the_highest_ends() {
    let shell = Shell::new();
    let db = shell.path("m.db");
    old_database(&db, newest(), 1);
    let connection = Connection::open(&db).unwrap();
    let mut insert =
        connection.prepare("INSERT INTO post (id, author, body, created_at) VALUES (?1, 1, ?2, ?3)").unwrap();
    for n in 0..400_i64 {
        insert.execute((i64::MAX - 400 + n, "x".repeat(200), 1_000_000 + n)).unwrap();
    }
    drop(insert);
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let leaf = "SELECT pageno FROM dbstat WHERE name = 'post' AND pagetype = 'leaf' ORDER BY path DESC LIMIT 1";
    let leaf: i64 = connection.query_row(leaf, [], |row| row.get(0)).unwrap();
    drop(connection);
    overwrite(&db, leaf.unsigned_abs());
    let output = shell.command().args(["db", "repair"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!((300..401).contains(&posts(&shell.path("m.db.salvaged"))));
}
