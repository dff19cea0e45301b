//! Lists of users, each of which is a timeline of its owner.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Store, StoreError, users};
use crate::model::{Timeline, User, UserId, UserList, case_fold};

/// Maximum length of a name, in characters.
const MAX_NAME: usize = 64;

/// A user's lists by name, with the number of members.
pub(super) const ALL: &str = "SELECT name, (SELECT count(*) FROM list_member WHERE list = id) FROM list
    WHERE user = ?1 ORDER BY name_key";

/// A list by its owner and name.
pub(super) const BY_NAME: &str = "SELECT id FROM list WHERE user = ?1 AND name_key = ?2";
/// The members of a list.
pub(super) const MEMBERS: &str = "SELECT user FROM list_member WHERE list = ?1";
/// The members of a list by nickname.
pub(super) const MEMBERS_BY_NAME: &str =
    "SELECT m.user FROM list_member m JOIN user u ON u.id = m.user WHERE m.list = ?1 ORDER BY u.nickname_key";
/// A user's lists by name, and whether another user is in each.
pub(super) const HAVING: &str =
    "SELECT name, EXISTS (SELECT 1 FROM list_member WHERE list = id AND user = ?2) FROM list
    WHERE user = ?1 ORDER BY name_key";

/// Returns the id of a user's list, if there is one with that name.
pub(super) fn id(connection: &Connection, user: UserId, name: &str) -> Result<Option<i64>> {
    let mut statement = connection.prepare_cached(BY_NAME)?;
    Ok(statement.query_row(params![user, case_fold(name.trim())], |row| row.get(0)).optional()?)
}

fn known_id(connection: &Connection, user: UserId, name: &str) -> Result<i64> {
    id(connection, user, name)?.ok_or_else(|| StoreError::UnknownList(name.trim().to_owned()))
}

/// Returns the name of a list as it is stored, if it is valid.
pub(super) fn valid_name(name: &str) -> Option<&str> {
    let name = name.trim();
    let is_valid = !name.is_empty() && name.chars().count() <= MAX_NAME && !name.contains(char::is_control);
    is_valid.then_some(name)
}

/// Creates a list; returns its id.
pub(super) fn create(connection: &Connection, user: UserId, name: &str) -> Result<i64> {
    let name = valid_name(name).ok_or(StoreError::InvalidListName)?;
    if id(connection, user, name)?.is_some() {
        return Err(StoreError::ListExists(name.to_owned()));
    }
    connection.prepare_cached("INSERT INTO list (user, name_key, name) VALUES (?1, ?2, ?3)")?.execute(params![
        user,
        case_fold(name),
        name
    ])?;
    Ok(connection.last_insert_rowid())
}

/// Adds users to a list; returns those who were not in it.
pub(super) fn add(connection: &Connection, list: i64, members: &[UserId]) -> Result<Vec<UserId>> {
    let mut added = Vec::new();
    for member in members {
        users::by_id(connection, *member)?;
        let new = connection
            .prepare_cached("INSERT OR IGNORE INTO list_member (list, user) VALUES (?1, ?2)")?
            .execute(params![list, member])?;
        added.extend((new > 0).then_some(*member));
    }
    Ok(added)
}

/// Returns the members of a user's list; none if there is no such list.
pub(super) fn members(connection: &Connection, user: UserId, name: &str) -> Result<Vec<UserId>> {
    let Some(list) = id(connection, user, name)? else { return Ok(vec![]) };
    let mut statement = connection.prepare_cached(MEMBERS)?;
    Ok(statement.query_map([list], |row| row.get(0).map(UserId))?.collect::<rusqlite::Result<_>>()?)
}

impl Store {
    /// Creates a list with members.
    ///
    /// # Errors
    /// When the name is not valid, or the user has a list with it.
    pub fn create_list(&mut self, user: UserId, name: &str, members: &[UserId]) -> Result<()> {
        self.write(|transaction| {
            let list = create(transaction, user, name)?;
            add(transaction, list, members).map(drop)
        })
    }

    /// Adds users to a list; returns those who were not in it.
    ///
    /// # Errors
    /// When there is no such list, or one of the users is deleted.
    pub fn add_to_list(&mut self, user: UserId, name: &str, members: &[UserId]) -> Result<Vec<UserId>> {
        self.write(|transaction| {
            let list = known_id(transaction, user, name)?;
            add(transaction, list, members)
        })
    }

    /// Removes users from a list; returns those who were in it.
    ///
    /// # Errors
    /// When there is no such list.
    pub fn remove_from_list(&mut self, user: UserId, name: &str, members: &[UserId]) -> Result<Vec<UserId>> {
        self.write(|transaction| {
            let list = known_id(transaction, user, name)?;
            let mut removed = Vec::new();
            for member in members {
                let gone = transaction
                    .prepare_cached("DELETE FROM list_member WHERE list = ?1 AND user = ?2")?
                    .execute(params![list, member])?;
                removed.extend((gone > 0).then_some(*member));
            }
            Ok(removed)
        })
    }

    /// Renames a list; what was read of it stays read, and a pinned tab stays pinned.
    ///
    /// # Errors
    /// When there is no such list, the new name is not valid, or another list has it.
    pub fn rename_list(&mut self, user: UserId, name: &str, new: &str) -> Result<()> {
        self.write(|transaction| {
            let list = known_id(transaction, user, name)?;
            let new = valid_name(new).ok_or(StoreError::InvalidListName)?;
            if id(transaction, user, new)?.is_some_and(|other| other != list) {
                return Err(StoreError::ListExists(new.to_owned()));
            }
            transaction.prepare_cached("UPDATE list SET name_key = ?2, name = ?3 WHERE id = ?1")?.execute(params![
                list,
                case_fold(new),
                new
            ])?;
            let key = |name: &str| Timeline::List(user, name.trim().to_owned()).key();
            if key(name) != key(new) {
                for table in ["read_mark", "read_span", "tab"] {
                    // A list with the new name may have been deleted.
                    transaction.execute(
                        &format!("DELETE FROM {table} WHERE user = ?1 AND timeline = ?2"),
                        params![user, key(new)],
                    )?;
                    transaction.execute(
                        &format!("UPDATE {table} SET timeline = ?3 WHERE user = ?1 AND timeline = ?2"),
                        params![user, key(name), key(new)],
                    )?;
                }
            }
            Ok(())
        })
    }

    /// Deletes a list; returns its members, with which [`create_list`](Store::create_list) restores it.
    ///
    /// # Errors
    /// When there is no such list.
    pub fn delete_list(&mut self, user: UserId, name: &str) -> Result<Vec<UserId>> {
        let members = self.list_members(user, name)?.into_iter().map(|member| member.id).collect();
        self.write(|transaction| {
            let list = known_id(transaction, user, name)?;
            transaction.prepare_cached("DELETE FROM list WHERE id = ?1")?.execute([list])?;
            Ok(members)
        })
    }

    /// Returns a user's lists by name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn lists(&self, user: UserId) -> Result<Vec<UserList>> {
        let mut statement = self.connection.prepare_cached(ALL)?;
        let read =
            |row: &rusqlite::Row<'_>| Ok(UserList { name: row.get(0)?, members: row.get::<_, i64>(1)?.unsigned_abs() });
        Ok(statement.query_map([user], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns a list of a user.
    ///
    /// # Errors
    /// When there is none with that name.
    pub fn list(&self, user: UserId, name: &str) -> Result<UserList> {
        let key = case_fold(name.trim());
        let found = self.lists(user)?.into_iter().find(|list| case_fold(&list.name) == key);
        found.ok_or_else(|| StoreError::UnknownList(name.trim().to_owned()))
    }

    /// Returns the members of a list by nickname.
    ///
    /// # Errors
    /// When there is no such list.
    pub fn list_members(&self, user: UserId, name: &str) -> Result<Vec<User>> {
        let list = known_id(&self.connection, user, name)?;
        let mut statement = self.connection.prepare_cached(MEMBERS_BY_NAME)?;
        let ids = statement.query_map([list], |row| row.get(0).map(UserId))?.collect::<rusqlite::Result<Vec<_>>>()?;
        ids.into_iter().map(|id| users::by_id(&self.connection, id)).collect()
    }

    /// Returns the names of a user's lists, and whether another user is in each.
    ///
    /// # Errors
    /// When the store fails.
    pub fn lists_with(&self, user: UserId, member: UserId) -> Result<Vec<(String, bool)>> {
        let mut statement = self.connection.prepare_cached(HAVING)?;
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        Ok(statement.query_map([user, member], read)?.collect::<rusqlite::Result<_>>()?)
    }
}
