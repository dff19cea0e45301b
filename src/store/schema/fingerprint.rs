//! Recognizes a schema by its fingerprint, and compares it object by object only where that is another.

use blake2::digest::consts::U16;
use blake2::{Blake2b, Digest};
use data_encoding::HEXLOWER;
use rusqlite::Connection;

use super::diff::differences;
use super::parse::Schema;
use crate::store::Result;

/// Fingerprints of what the migrations make, a line for each version from 1. A test says which line to add.
const FINGERPRINTS: &str = include_str!("fingerprints.txt");

/// Returns how a database differs from what `build` makes, which is called only if the fingerprint is not that of the
/// version: a database that was downgraded in between has the same schema in other words.
///
/// Nothing but the list of objects is read, so that no view and no trigger of a file that another person made is run.
///
/// # Errors
/// When the list of objects cannot be read.
pub(in crate::store) fn unexpected(
    connection: &Connection,
    version: usize,
    build: impl FnOnce() -> Result<Connection>,
) -> Result<Vec<String>> {
    let known = version.checked_sub(1).and_then(|index| FINGERPRINTS.lines().nth(index));
    if known.is_some() && known == Some(fingerprint(connection)?.as_str()) {
        return Ok(vec![]);
    }
    Ok(differences(&Schema::read(&build()?)?, &Schema::read(connection)?))
}

/// Returns a hash of the names and statements of all objects; SQLite's own statistics are left out.
fn fingerprint(connection: &Connection) -> rusqlite::Result<String> {
    let mut statement = connection.prepare(
        "SELECT type, name, tbl_name, ifnull(sql, '') FROM sqlite_schema WHERE name NOT GLOB 'sqlite_stat[0-9]'
         ORDER BY type, name",
    )?;
    let mut rows = statement.query([])?;
    let mut hash = Blake2b::<U16>::new();
    while let Some(row) = rows.next()? {
        for column in 0..4 {
            // Text that is not UTF-8 is none of ours; its bytes make another hash all the same.
            let bytes = row.get_ref(column)?.as_bytes().unwrap_or_default();
            hash.update(bytes.len().to_le_bytes());
            hash.update(bytes);
        }
    }
    Ok(HEXLOWER.encode(&hash.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::migrate;

    #[test]
    fn fingerprints_are_those_of_the_migrations() {
        // The last step is a migration, also where a new database would start with the recorded schema.
        let built = |version| {
            let mut connection = migrate::build_in_memory(version - 1).unwrap();
            migrate::build(&mut connection, version).unwrap();
            fingerprint(&connection).unwrap()
        };
        let wanted: String = (1..=migrate::newest()).map(|version| built(version) + "\n").collect();
        assert_eq!(FINGERPRINTS, wanted, "write the lines on the right to src/store/schema/fingerprints.txt");
    }

    #[test]
    fn extra_changed_and_missing_objects_are_unexpected() {
        let version = migrate::newest();
        let found = |sql: &str| {
            let connection = migrate::build_in_memory(version).unwrap();
            connection.execute_batch(sql).unwrap();
            unexpected(&connection, version, || migrate::build_in_memory(version)).unwrap()
        };
        assert_eq!(found(""), [""; 0]);
        assert_eq!(found("ANALYZE"), [""; 0]);
        let trigger = "CREATE TRIGGER evil AFTER INSERT ON post BEGIN DELETE FROM user; END";
        assert_eq!(found(trigger), ["the trigger evil should not be there"]);
        assert_eq!(found("DROP TRIGGER post_counted"), ["the trigger post_counted is missing"]);
        let view = "ALTER TABLE user RENAME TO other; CREATE VIEW user AS SELECT * FROM other";
        assert!(found(view).contains(&"the view user should not be there".to_owned()));
        assert_eq!(found("ALTER TABLE panes ADD COLUMN a TEXT"), ["the column panes.a should not be there"]);
    }

    #[test]
    fn downgraded_and_upgraded_database_has_the_expected_schema() {
        let newest = migrate::newest();
        for version in 0..newest {
            let mut connection = migrate::build_in_memory(newest).unwrap();
            migrate::build(&mut connection, version).unwrap();
            let expected = |connection: &Connection, version| {
                let found = unexpected(connection, version, || migrate::build_in_memory(version)).unwrap();
                assert_eq!(found, [""; 0], "version {version}");
            };
            expected(&connection, version);
            migrate::build(&mut connection, newest).unwrap();
            expected(&connection, newest);
            println!("{version} {}", fingerprint(&connection).unwrap());
        }
    }
}
