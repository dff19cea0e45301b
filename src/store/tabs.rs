//! Pinned tabs: the timelines that a user keeps open beside the fixed ones, in their order.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Store};
use crate::model::{Nickname, PinnedTab, Timeline, UserId};

/// Returns the timeline of a [key](Timeline::key) for a reader; `None` if its user is deleted, or if a later version of the
/// program knows more kinds of timelines.
fn timeline(connection: &Connection, reader: UserId, key: &str) -> Result<Option<Timeline>> {
    let (kind, rest) = key.split_once(' ').unwrap_or((key, ""));
    let of_user = |make: fn(UserId, Nickname) -> Timeline| -> Result<Option<Timeline>> {
        let Ok(id) = rest.parse() else { return Ok(None) };
        let mut statement = connection.prepare_cached("SELECT nickname FROM user WHERE id = ?1")?;
        let name: Option<String> = statement.query_row([id], |row| row.get(0)).optional()?;
        Ok(name.and_then(|name| Nickname::parse(&name).ok()).map(|name| make(UserId(id), name)))
    };
    Ok(match kind {
        "home" => Some(Timeline::Home(reader)),
        "all" => Some(Timeline::All),
        "mentions" => Some(Timeline::Mentions(reader)),
        "bookmarks" => Some(Timeline::Bookmarks(reader)),
        "user" => of_user(Timeline::User)?,
        "replies" => of_user(Timeline::Replies)?,
        "likes" => of_user(Timeline::Likes)?,
        "list" => Some(Timeline::List(reader, rest.to_owned())),
        "tag" => Some(Timeline::Tag(rest.to_owned())),
        "search" => Some(Timeline::Search(rest.to_owned())),
        _ => None,
    })
}

/// A user's pinned tabs in their order.
pub(super) const TABS: &str = "SELECT timeline, name FROM tab WHERE user = ?1 ORDER BY position";

fn read(connection: &Connection, user: UserId) -> Result<Vec<PinnedTab>> {
    let mut statement = connection.prepare_cached(TABS)?;
    let rows = statement.query_map([user.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: Vec<(String, Option<String>)> = rows.collect::<rusqlite::Result<_>>()?;
    let mut tabs = Vec::with_capacity(rows.len());
    for (key, name) in rows {
        tabs.extend(timeline(connection, user, &key)?.map(|timeline| PinnedTab { timeline, name }));
    }
    Ok(tabs)
}

fn replace(connection: &Connection, user: UserId, tabs: &[PinnedTab]) -> Result<()> {
    connection.prepare_cached("DELETE FROM tab WHERE user = ?1")?.execute([user.0])?;
    let mut insert = connection
        .prepare_cached("INSERT OR IGNORE INTO tab (user, position, timeline, name) VALUES (?1, ?2, ?3, ?4)")?;
    for (position, tab) in (1_i64..).zip(tabs) {
        let name = tab.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        insert.execute(params![user.0, position, tab.timeline.key(), name])?;
    }
    Ok(())
}

impl Store {
    /// Returns the pinned tabs of a user in their order.
    ///
    /// # Errors
    /// When the store fails.
    pub fn tabs(&self, user: UserId) -> Result<Vec<PinnedTab>> {
        read(&self.connection, user)
    }

    /// Replaces the pinned tabs of a user; of two with the same timeline, the first stays.
    ///
    /// # Errors
    /// When the store fails; they are as they were then.
    pub fn set_tabs(&mut self, user: UserId, tabs: &[PinnedTab]) -> Result<()> {
        self.write(|transaction| replace(transaction, user, tabs))
    }

    /// Changes the pinned tabs of a user, whatever they are by now; returns those before.
    ///
    /// # Errors
    /// When the store fails; they are as they were then.
    pub fn change_tabs(&mut self, user: UserId, change: impl FnOnce(&mut Vec<PinnedTab>)) -> Result<Vec<PinnedTab>> {
        self.write(|transaction| {
            let before = read(transaction, user)?;
            let mut tabs = before.clone();
            change(&mut tabs);
            replace(transaction, user, &tabs)?;
            Ok(before)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NewUser, Timestamp};

    #[test]
    fn tabs_keep_order_and_names_and_are_of_one_user() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let add = |store: &mut Store, name: &str| {
            store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), Timestamp::now()).unwrap()
        };
        let (ada, bo) = (add(&mut store, "ada"), add(&mut store, "bo"));
        let tab = |timeline, name: Option<&str>| PinnedTab { timeline, name: name.map(str::to_owned) };
        let search = tab(Timeline::Search("from:bo has:link".to_owned()), Some("Bo's links"));
        let tabs = [
            search,
            tab(Timeline::User(bo.id, bo.nickname.clone()), None),
            tab(Timeline::Tag("rust".to_owned()), None),
        ];
        store.set_tabs(ada.id, &tabs).unwrap();
        assert_eq!(store.tabs(ada.id).unwrap(), tabs);
        assert_eq!(store.tabs(bo.id).unwrap(), []);
        let reordered = [tabs[2].clone(), tabs[0].clone(), tabs[2].clone()];
        store.set_tabs(ada.id, &reordered).unwrap();
        assert_eq!(store.tabs(ada.id).unwrap(), reordered[..2]);
        store.set_tabs(ada.id, &[]).unwrap();
        assert_eq!(store.tabs(ada.id).unwrap(), []);
    }
}
