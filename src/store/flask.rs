//! Reads the database of the Flask Mega-Tutorial row by row: the 2012 edition at each of its five versions, and the
//! later edition.
//!
//! It is part of the store because only the store knows SQL. The file is opened read-only, and never as one of ours.

use std::collections::HashMap;
use std::path::Path;

use blake2::{Blake2b, Digest, digest::consts::U32};
use chrono::NaiveDateTime;
use data_encoding::BASE32_NOPAD;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::connection::{Access, connect};
use super::{DatabaseError, Result, StoreError};
use crate::model::{
    AboutMe, Audience, Body, DisplayName, Email, ImportItem, Nickname, Origin, RemotePost, RemoteUser, Skipped,
    Timestamp, UserKind,
};

/// Passes the users, posts and follows of the tutorial's database to `give`, until that fails.
///
/// The tutorial's database has no version, so its tables are recognized by their columns.
///
/// # Errors
/// When the file cannot be read, or is another program's.
pub fn read_flask<E: From<StoreError>>(
    path: &Path,
    give: &mut dyn FnMut(ImportItem) -> Result<(), E>,
) -> Result<(), E> {
    let cannot = |why: String| StoreError::Database(DatabaseError::CannotOpen { path: path.to_owned(), why });
    let connection = connect(path, Access::ReadOnly).map_err(|error| cannot(error.to_string()))?;
    let columns = |table: &str| columns(&connection, table);
    let user = columns("user")?;
    let name = ["nickname", "username"].into_iter().find(|name| user.iter().any(|column| column == name));
    let Some(name) = name else {
        return Err(
            cannot("it is not a database of the Flask tutorial: it has no users with a nickname".to_owned()).into()
        );
    };
    let people = users(&connection, name, &user, give)?;
    if !columns("post")?.is_empty() {
        posts(&connection, &columns("post")?, &people, give)?;
    }
    if !columns("message")?.is_empty() {
        messages(&connection, &people, give)?;
    }
    if !columns("followers")?.is_empty() {
        follows(&connection, &people, give)?;
    }
    Ok(())
}

fn columns(connection: &Connection, table: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    Ok(statement.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// Returns a value as text, whatever its type; `None` for NULL.
fn text(row: &Row<'_>, at: usize) -> Option<String> {
    match row.get_ref(at).ok()? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Null => None,
    }
}

/// Parses a time as SQLAlchemy writes it, in UTC.
fn parse_time(text: &str) -> Option<Timestamp> {
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text.trim(), form).ok())
        .map(|time| time.and_utc().into())
}

fn skipped(place: String, why: impl Into<String>) -> ImportItem {
    ImportItem::Skipped(Skipped { place, why: why.into(), imported: false })
}

/// Converts each row of a query with `each`, and passes it on.
fn rows<E: From<StoreError>>(
    connection: &Connection,
    sql: &str,
    give: &mut dyn FnMut(ImportItem) -> Result<(), E>,
    each: &mut dyn FnMut(&Row<'_>) -> Option<ImportItem>,
) -> Result<(), E> {
    let failed = |error: rusqlite::Error| StoreError::from(error);
    let mut statement = connection.prepare(sql).map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        if let Some(item) = each(row) {
            give(item)?;
        }
    }
    Ok(())
}

/// Users by their ids in that database.
type UsersById = HashMap<i64, TutorialUser>;

struct TutorialUser {
    /// Their remote id.
    url: String,
    nickname: Nickname,
}

fn users<E: From<StoreError>>(
    connection: &Connection,
    name: &str,
    columns: &[String],
    give: &mut dyn FnMut(ImportItem) -> Result<(), E>,
) -> Result<UsersById, E> {
    let has =
        |column: &str| if columns.iter().any(|known| known == column) { column.to_owned() } else { "NULL".to_owned() };
    let sql =
        format!("SELECT id, {name}, {}, {}, {} FROM user ORDER BY id", has("email"), has("about_me"), has("last_seen"));
    let count: i64 =
        connection.query_row("SELECT count(*) FROM user", [], |row| row.get(0)).map_err(StoreError::from)?;
    let mut people = HashMap::new();
    rows(connection, &sql, give, &mut |row| {
        let id: i64 = row.get(0).ok()?;
        let Some(nickname) = text(row, 1).and_then(|name| nickname(&name)) else {
            return Some(skipped(format!("user {id}"), "it has no nickname"));
        };
        let email = text(row, 2).and_then(|email| Email::parse(&email).ok());
        let url = format!("flask:{} {}", nickname.key(), email.as_ref().map_or("", Email::as_str));
        people.insert(id, TutorialUser { url: url.clone(), nickname: nickname.clone() });
        let person = RemoteUser {
            url,
            display_name: display_name(&text(row, 1).unwrap_or_default())
                .filter(|name| name.as_str() != nickname.as_str()),
            nickname,
            kind: UserKind::Local,
            about_me: text(row, 3).and_then(|about| AboutMe::parse(&about).ok().flatten()),
            email,
            last_seen: text(row, 4).and_then(|seen| parse_time(&seen)),
        };
        Some(if count == 1 { ImportItem::Owner(person) } else { ImportItem::User(person) })
    })?;
    Ok(people)
}

/// Returns a nickname in which characters that are not allowed here became `_`.
fn nickname(name: &str) -> Option<Nickname> {
    let fitting: String =
        name.trim().chars().map(|c| if Nickname::is_allowed_char(c) { c } else { '_' }).take(60).collect();
    Nickname::parse(&fitting).ok()
}

fn display_name(name: &str) -> Option<DisplayName> {
    DisplayName::parse(name).ok().flatten()
}

/// Returns a remote id for a post. The tutorial has only numbers, which another database has too.
fn source(kind: &str, author: &str, stamp: &str, body: &str) -> String {
    let digest = Blake2b::<U32>::digest(format!("{author}\n{stamp}\n{body}"));
    format!("flask:{kind}:{}", &BASE32_NOPAD.encode(&digest).to_lowercase()[..20])
}

fn posts<E: From<StoreError>>(
    connection: &Connection,
    columns: &[String],
    people: &UsersById,
    give: &mut dyn FnMut(ImportItem) -> Result<(), E>,
) -> Result<(), E> {
    let language = if columns.iter().any(|column| column == "language") { "language" } else { "NULL" };
    let sql = format!("SELECT id, user_id, body, timestamp, {language} FROM post ORDER BY id");
    rows(connection, &sql, give, &mut |row| {
        let id: i64 = row.get(0).ok()?;
        let language = text(row, 4).filter(|language| !language.trim().is_empty());
        let origin = Origin { language, ..Origin::default() };
        Some(match imported_post(row, "post", people, origin) {
            Ok(arrival) => ImportItem::Post(Box::new(arrival)),
            Err(why) => skipped(format!("post {id}"), why),
        })
    })
}

fn messages<E: From<StoreError>>(
    connection: &Connection,
    people: &UsersById,
    give: &mut dyn FnMut(ImportItem) -> Result<(), E>,
) -> Result<(), E> {
    let sql = "SELECT id, sender_id, body, timestamp, recipient_id FROM message ORDER BY id";
    rows(connection, sql, give, &mut |row| {
        let id: i64 = row.get(0).ok()?;
        let origin = Origin { audience: Audience::Direct, ..Origin::default() };
        let recipient = row.get(4).ok().and_then(|id: i64| people.get(&id));
        Some(match imported_post(row, "message", people, origin) {
            Ok(arrival) => ImportItem::Post(Box::new(with_recipient(arrival, recipient))),
            Err(why) => skipped(format!("message {id}"), why),
        })
    })
}

/// Returns a message with a mention of its recipient before the text, which does not name them.
fn with_recipient(mut message: RemotePost, recipient: Option<&TutorialUser>) -> RemotePost {
    if let Some(recipient) = recipient
        && let Ok(body) = Body::imported(&format!("@{} {}", recipient.nickname, message.body))
    {
        message.origin.original = Some(message.body.as_str().to_owned());
        message.mentions.push((recipient.nickname.to_string(), recipient.url.clone()));
        message.body = body;
    }
    message
}

fn imported_post(row: &Row<'_>, kind: &str, people: &UsersById, origin: Origin) -> Result<RemotePost, String> {
    let id: i64 = row.get(0).map_err(|_| "it has no number")?;
    let author: Option<i64> = row.get(1).ok();
    let author = &author.and_then(|author| people.get(&author)).ok_or("its author does not exist")?.url;
    let stamp = text(row, 3).ok_or("it has no date")?;
    let created_at = parse_time(&stamp).ok_or_else(|| format!("{stamp:?} is not a time"))?;
    let body = Body::imported(&text(row, 2).unwrap_or_default()).map_err(|_| "it has no text")?;
    Ok(RemotePost {
        author: Some(author.clone()),
        source: source(kind, author, &stamp, body.as_str()),
        created_at,
        edited_at: None,
        revisions: Vec::new(),
        body,
        mentions: Vec::new(),
        origin,
        place: format!("{kind} {id}"),
    })
}

fn follows<E: From<StoreError>>(
    connection: &Connection,
    people: &UsersById,
    give: &mut dyn FnMut(ImportItem) -> Result<(), E>,
) -> Result<(), E> {
    // In the tutorial, users follow themselves.
    let sql = "SELECT follower_id, followed_id FROM followers WHERE follower_id <> followed_id ORDER BY 1, 2";
    rows(connection, sql, give, &mut |row| {
        let (follower, followed): (i64, i64) = (row.get(0).ok()?, row.get(1).ok()?);
        match (people.get(&follower), people.get(&followed)) {
            (Some(follower), Some(followed)) => {
                Some(ImportItem::FollowKnown { follower: follower.url.clone(), followed: followed.url.clone() })
            }
            _ => Some(skipped(format!("follow {follower} {followed}"), "one of the two does not exist")),
        }
    })
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::read_flask;
    use crate::model::ImportItem;
    use crate::store::{DatabaseError, StoreError};

    /// What each version of the 2012 edition adds.
    const STEPS: [&str; 5] = [
        "CREATE TABLE user (id INTEGER NOT NULL, nickname VARCHAR(64), email VARCHAR(120), PRIMARY KEY (id));
         INSERT INTO user VALUES (1, 'john', 'john@email.com'), (2, 'susan', 'susan@email.com');",
        "CREATE TABLE post (id INTEGER NOT NULL, body VARCHAR(140), timestamp DATETIME, user_id INTEGER, PRIMARY KEY (id));
         INSERT INTO post VALUES (1, 'my first post!', '2012-05-01 10:11:12.131415', 1), (2, 'no date', NULL, 2),
            (3, 'nobody''s', '2012-05-01 10:11:12', 9), (4, '  ', '2012-05-01 10:11:12', 1);",
        "ALTER TABLE user ADD COLUMN about_me VARCHAR(140); ALTER TABLE user ADD COLUMN last_seen DATETIME;
         UPDATE user SET about_me = 'writes', last_seen = '2012-06-01 00:00:00.000000' WHERE id = 1;",
        "CREATE TABLE followers (follower_id INTEGER, followed_id INTEGER);
         INSERT INTO followers VALUES (1, 1), (1, 2), (2, 2), (2, 7);",
        "ALTER TABLE post ADD COLUMN language VARCHAR(5); UPDATE post SET language = 'en' WHERE id = 1;",
    ];

    fn items(sql: &[&str]) -> Vec<ImportItem> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.db");
        let connection = Connection::open(&path).unwrap();
        for step in sql {
            connection.execute_batch(step).unwrap();
        }
        drop(connection);
        let mut items = Vec::new();
        read_flask::<StoreError>(&path, &mut |item| {
            items.push(item);
            Ok(())
        })
        .unwrap();
        items
    }

    fn counts(items: &[ImportItem]) -> (usize, usize, usize, usize) {
        let count = |fits: fn(&ImportItem) -> bool| items.iter().filter(|item| fits(item)).count();
        (
            count(|item| matches!(item, ImportItem::User(_))),
            count(|item| matches!(item, ImportItem::Post(_))),
            count(|item| matches!(item, ImportItem::FollowKnown { .. })),
            count(|item| matches!(item, ImportItem::Skipped(_))),
        )
    }

    #[test]
    fn each_version_of_the_first_edition_is_read() {
        let expected = [(2, 0, 0, 0), (2, 1, 0, 3), (2, 1, 0, 3), (2, 1, 1, 4), (2, 1, 1, 4)];
        for (version, expected) in (1..).zip(expected) {
            assert_eq!(counts(&items(&STEPS[..version])), expected, "version {version}");
        }
        let all = items(&STEPS);
        let Some(ImportItem::User(john)) = all.first() else { panic!("no user") };
        assert_eq!(john.about_me.as_ref().map(|about| about.as_str()), Some("writes"));
        let post =
            all.iter().find_map(|item| if let ImportItem::Post(post) = item { Some(post) } else { None }).unwrap();
        assert_eq!(post.created_at.rfc3339(), "2012-05-01T10:11:12.131415Z");
        assert_eq!(post.origin.language.as_deref(), Some("en"));
    }

    #[test]
    fn later_edition_has_usernames_and_messages() {
        let all = items(&[
            "CREATE TABLE user (id INTEGER PRIMARY KEY, username VARCHAR(64), email VARCHAR(120), password_hash VARCHAR(256),
                about_me VARCHAR(140), last_seen DATETIME);
             INSERT INTO user VALUES (1, 'ada', 'ada@example.com', 'secret', NULL, NULL), (2, 'b b', NULL, NULL, NULL, NULL);
             CREATE TABLE post (id INTEGER PRIMARY KEY, body VARCHAR(140), timestamp DATETIME, user_id INTEGER, language VARCHAR(5));
             INSERT INTO post VALUES (1, 'hello', '2023-01-01 00:00:00.000001', 1, 'es');
             CREATE TABLE message (id INTEGER PRIMARY KEY, sender_id INTEGER, recipient_id INTEGER, body VARCHAR(140), timestamp DATETIME);
             INSERT INTO message VALUES (1, 1, 2, 'psst', '2023-01-02 00:00:00.000000');
             CREATE TABLE followers (follower_id INTEGER, followed_id INTEGER); INSERT INTO followers VALUES (1, 2);",
        ]);
        assert_eq!(counts(&all), (2, 2, 1, 0));
        assert!(!format!("{all:?}").contains("secret"));
        let private = all.iter().filter_map(|item| match item {
            ImportItem::Post(post) if post.origin.audience.is_private() => Some((post.body.as_str(), &post.mentions)),
            _ => None,
        });
        let whom = vec![("b_b".to_owned(), "flask:b_b ".to_owned())];
        assert_eq!(private.collect::<Vec<_>>(), [("@b_b psst", &whom)]);
    }

    #[test]
    fn post_ids_are_unique_and_stable_across_databases() {
        let sql = "CREATE TABLE user (id INTEGER PRIMARY KEY, username TEXT, email TEXT, about_me TEXT, last_seen TEXT);
             INSERT INTO user VALUES (1, 'ada', NULL, NULL, NULL), (2, 'b b', NULL, NULL, NULL);
             CREATE TABLE post (id INTEGER PRIMARY KEY, body TEXT, timestamp TEXT, user_id INTEGER);
             INSERT INTO post (body, timestamp, user_id) VALUES ('one', '2023-01-01 00:00:00', 1),
                ('two', '2023-01-01 00:00:00', 1), ('one', '2023-01-02 00:00:00', 1), ('one', '2023-01-01 00:00:00', 2);
             CREATE TABLE message (id INTEGER PRIMARY KEY, sender_id INTEGER, recipient_id INTEGER, body TEXT, timestamp TEXT);
             INSERT INTO message VALUES (1, 1, 9, 'one', '2023-01-01 00:00:00');";
        let sources = |items: &[ImportItem]| -> Vec<String> {
            let source =
                |item: &ImportItem| if let ImportItem::Post(post) = item { Some(post.source.clone()) } else { None };
            items.iter().filter_map(source).collect()
        };
        let all = items(&[sql]);
        let mut named = sources(&all);
        // A database in which they have other numbers.
        assert_eq!(sources(&items(&[sql, "UPDATE post SET id = id + 10; UPDATE message SET id = 7"])), named);
        named.sort();
        named.dedup();
        assert_eq!(named.len(), 5);
        assert!(named.iter().all(|name| name.starts_with("flask:")), "{named:?}");
        let shown = all.iter().filter_map(|item| match item {
            ImportItem::User(person) => Some((person.nickname.as_str(), person.display_name.as_ref()?.as_str())),
            _ => None,
        });
        assert_eq!(shown.collect::<Vec<_>>(), [("b_b", "b b")]);
        let alone = items(&[sql, "DELETE FROM user WHERE id = 2"]);
        assert!(matches!(&alone[0], ImportItem::Owner(ada) if ada.nickname.as_str() == "ada"), "{:?}", alone[0]);
    }

    #[test]
    fn database_of_another_program_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE user (id INTEGER)").unwrap();
        let read = |path| read_flask::<StoreError>(path, &mut |_| Ok(()));
        assert!(matches!(read(&path), Err(StoreError::Database(DatabaseError::CannotOpen { .. }))));
        assert!(read(&folder.path().join("none.db")).is_err());
    }
}
