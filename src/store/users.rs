//! Users, and which of them is active.

use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};

use super::nicknames::FreeNicknames;
use super::{Result, Store, StoreError, avatars};
use crate::model::{
    AboutMe, DisplayName, Email, NewUser, Nickname, Picture, Timestamp, User, UserId, UserKind, case_fold,
};

/// Orders of user lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UserOrder {
    /// By nickname, ignoring case.
    #[default]
    Nickname,
    /// Last seen first.
    Recent,
    /// Most posts first.
    Posts,
}

/// Changes of a profile: `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserEdit {
    /// The email address.
    pub email: Option<Option<Email>>,
    /// The display name.
    pub display_name: Option<Option<DisplayName>>,
    /// The description.
    pub about_me: Option<Option<AboutMe>>,
    /// The avatar.
    pub avatar: Option<Option<Picture>>,
}

/// Whether nothing is left of a remote user but deleted posts, as after an import was undone. Such a user is not listed, comes back
/// with the posts, and is deleted when those are purged.
pub(super) const IS_REMNANT: &str = "user.kind = 'remote' AND user.posts = 0
    AND EXISTS (SELECT 1 FROM deleted_post WHERE author = user.id)
    AND NOT EXISTS (SELECT 1 FROM post WHERE author = user.id)
    AND NOT EXISTS (SELECT 1 FROM follow WHERE followed = user.id)
    AND NOT EXISTS (SELECT 1 FROM follow JOIN user f ON f.id = followed WHERE follower = user.id AND f.kind <> 'remote')
    AND NOT EXISTS (SELECT 1 FROM subscription WHERE user = user.id)
    AND NOT EXISTS (SELECT 1 FROM list_member WHERE user = user.id)
    AND NOT EXISTS (SELECT 1 FROM mute WHERE muted = user.id)
    AND NOT EXISTS (SELECT 1 FROM mention WHERE user = user.id)
    AND NOT EXISTS (SELECT 1 FROM liked WHERE user = user.id)
    AND NOT EXISTS (SELECT 1 FROM outbox WHERE target = user.id)
    AND NOT EXISTS (SELECT 1 FROM account WHERE user = user.id)";

const COLUMNS: &str = "id, nickname, email, display_name, about_me, created_at, last_seen, posts, url, kind";

fn read(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: UserId(row.get(0)?),
        nickname: Nickname::stored(row.get(1)?),
        email: row.get::<_, Option<String>>(2)?.map(Email::stored),
        display_name: row.get::<_, Option<String>>(3)?.map(DisplayName::stored),
        about_me: row.get::<_, Option<String>>(4)?.map(AboutMe::stored),
        created_at: row.get::<_, Option<i64>>(5)?.map(Timestamp::from_micros),
        last_seen: row.get::<_, Option<i64>>(6)?.map(Timestamp::from_micros),
        posts: row.get::<_, i64>(7)?.unsigned_abs(),
        url: row.get(8)?,
        kind: row.get(9)?,
    })
}

pub(super) fn by_id(connection: &Connection, id: UserId) -> Result<User> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM user WHERE id = ?1"))?
        .query_row([id.0], read)
        .optional()?
        .ok_or(StoreError::UserDeleted)
}

pub(super) fn find(connection: &Connection, key: &str) -> Result<Option<User>> {
    Ok(connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM user WHERE nickname_key = ?1"))?
        .query_row([key], read)
        .optional()?)
}

/// Returns the id of the user with that nickname key.
pub(super) fn find_id(connection: &Connection, key: &str) -> Result<Option<UserId>> {
    let mut statement = connection.prepare_cached("SELECT id FROM user WHERE nickname_key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0).map(UserId)).optional()?)
}

/// Returns which of a user's two unique fields is taken.
fn taken(error: rusqlite::Error, nickname: &str, email: Option<&Email>) -> StoreError {
    let message = error.to_string();
    match (error.sqlite_error_code(), email) {
        (Some(ErrorCode::ConstraintViolation), _) if message.contains("user.nickname_key") => {
            StoreError::NicknameTaken(nickname.to_owned())
        }
        (Some(ErrorCode::ConstraintViolation), Some(email)) if message.contains("user.email_key") => {
            StoreError::EmailTaken(email.to_string())
        }
        _ => error.into(),
    }
}

pub(super) fn insert(connection: &Connection, user: &NewUser, now: Timestamp) -> Result<UserId> {
    let id = insert_row(connection, user, now)?;
    activate_first(connection, id)?;
    Ok(id)
}

fn insert_row(connection: &Connection, user: &NewUser, now: Timestamp) -> Result<UserId> {
    connection
        .prepare_cached(
            "INSERT INTO user (nickname, nickname_key, email, email_key, display_name, about_me, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            user.nickname.as_str(),
            user.nickname.key(),
            user.email.as_ref().map(Email::as_str),
            user.email.as_ref().map(Email::key),
            user.display_name.as_ref().map(DisplayName::as_str),
            user.about_me.as_ref().map(AboutMe::as_str),
            now.micros(),
        ])
        .map_err(|error| taken(error, user.nickname.as_str(), user.email.as_ref()))?;
    Ok(UserId(connection.last_insert_rowid()))
}

/// Makes a user the active one if there are no other local or claimed users, and none is active.
fn activate_first(connection: &Connection, id: UserId) -> Result<()> {
    let any = |sql| Ok::<_, StoreError>(connection.prepare_cached(sql)?.exists([id.0])?);
    let alone = !any("SELECT 1 FROM user WHERE id <> ?1")?;
    if alone
        || !any("SELECT 1 FROM active_user WHERE ?1")?
            && !any("SELECT 1 FROM user WHERE id <> ?1 AND kind <> 'remote'")?
    {
        activate(connection, id)?;
    }
    Ok(())
}

/// Like [`insert`], for an imported user.
pub(super) fn insert_from(
    connection: &Connection,
    user: &NewUser,
    now: Timestamp,
    url: Option<&str>,
    kind: UserKind,
) -> Result<UserId> {
    let id = insert_row(connection, user, now)?;
    connection.prepare_cached("UPDATE user SET url = ?2, kind = ?3 WHERE id = ?1")?.execute(params![id, url, kind])?;
    if kind != UserKind::Remote {
        activate_first(connection, id)?;
    }
    Ok(id)
}

/// Replaces the nickname of a user.
pub(super) fn set_nickname(connection: &Connection, id: UserId, nickname: &Nickname) -> rusqlite::Result<()> {
    connection.prepare_cached("UPDATE user SET nickname = ?2, nickname_key = ?3 WHERE id = ?1")?.execute(params![
        id.0,
        nickname.as_str(),
        nickname.key()
    ])?;
    Ok(())
}

/// Returns the nickname, or the first free one of `john2`, `john3` and so on.
pub(super) fn free_nickname(connection: &Connection, wanted: &Nickname) -> Result<Nickname> {
    FreeNicknames::new().find(connection, wanted)
}

fn activate(connection: &Connection, id: UserId) -> Result<()> {
    connection.execute("INSERT OR REPLACE INTO active_user (one, user) VALUES (1, ?1)", [id.0])?;
    Ok(())
}

pub(super) fn touch(connection: &Connection, id: UserId, now: Timestamp) -> Result<()> {
    connection
        .prepare_cached("UPDATE user SET last_seen = max(?2, ifnull(last_seen, ?2)) WHERE id = ?1")?
        .execute([id.0, now.micros()])?;
    Ok(())
}

impl Store {
    /// Adds a user; the first one becomes the active user.
    ///
    /// # Errors
    /// When the nickname or the email address is taken, or the store fails.
    pub fn add_user(&mut self, user: &NewUser, now: Timestamp) -> Result<User> {
        self.write(|transaction| {
            let id = insert(transaction, user, now)?;
            by_id(transaction, id)
        })
    }

    /// Returns the user with that nickname, ignoring case and a leading `@`.
    ///
    /// # Errors
    /// When there is none; the error suggests the most similar nickname.
    pub fn user(&self, nickname: &str) -> Result<User> {
        let name = nickname.trim();
        let key = case_fold(name.strip_prefix('@').unwrap_or(name));
        match find(&self.connection, &key)? {
            Some(user) => Ok(user),
            None => Err(StoreError::UnknownUser { nickname: name.to_owned(), nearest: self.nearest(&key)? }),
        }
    }

    /// Returns a user by id.
    ///
    /// # Errors
    /// When they are deleted.
    pub fn user_by_id(&self, id: UserId) -> Result<User> {
        by_id(&self.connection, id)
    }

    fn nearest(&self, key: &str) -> Result<Option<String>> {
        let mut statement = self.connection.prepare("SELECT nickname, nickname_key FROM user")?;
        let mut rows = statement.query([])?;
        let mut best = None;
        let mut least = 0.75;
        while let Some(row) = rows.next()? {
            let similarity = strsim::jaro_winkler(key, row.get_ref(1)?.as_str().unwrap_or_default());
            if similarity > least {
                least = similarity;
                best = Some(row.get(0)?);
            }
        }
        Ok(best)
    }

    /// Returns all users, in that order or reversed.
    ///
    /// # Errors
    /// When the store fails.
    pub fn users(&self, order: UserOrder, reverse: bool) -> Result<Vec<User>> {
        let order = match (order, reverse) {
            (UserOrder::Nickname, false) => "nickname_key",
            (UserOrder::Nickname, true) => "nickname_key DESC",
            (UserOrder::Recent, false) => "last_seen DESC NULLS LAST, nickname_key",
            (UserOrder::Recent, true) => "last_seen NULLS FIRST, nickname_key DESC",
            (UserOrder::Posts, false) => "posts DESC, nickname_key",
            (UserOrder::Posts, true) => "posts, nickname_key DESC",
        };
        let sql = format!("SELECT {COLUMNS} FROM user WHERE NOT ({IS_REMNANT}) ORDER BY {order}");
        let mut statement = self.connection.prepare(&sql)?;
        let users = statement.query_map([], read)?;
        Ok(users.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns users whose nickname has a prefix, ignoring case, by nickname; for completion.
    ///
    /// # Errors
    /// When the store fails.
    pub fn users_with_prefix(&self, prefix: &str, only_own: bool, limit: usize) -> Result<Vec<User>> {
        let key = case_fold(prefix);
        // The greatest character ends the range of a prefix.
        let end = format!("{key}{}", char::MAX);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM user WHERE nickname_key >= ?1 AND nickname_key < ?2 AND (kind <> 'remote' OR NOT ?3)
                 AND NOT ({IS_REMNANT})
             ORDER BY nickname_key LIMIT ?4"
        ))?;
        let users = statement.query_map(params![key, end, only_own, limit], read)?;
        Ok(users.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns a user with up to `most` neighbors before and after them by nickname.
    ///
    /// # Errors
    /// When the store fails, or the user is deleted.
    pub fn users_beside(&self, id: UserId, most: usize) -> Result<Vec<User>> {
        let key = by_id(&self.connection, id)?.nickname.key();
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let read_some = |condition: &str, most: i64| {
            let mut statement = self
                .connection
                .prepare(&format!("SELECT {COLUMNS} FROM user WHERE nickname_key {condition} LIMIT ?2"))?;
            let users = statement.query_map(params![key, most], read)?;
            users.collect::<rusqlite::Result<Vec<_>>>()
        };
        let mut users = read_some("< ?1 ORDER BY nickname_key DESC", most)?;
        users.reverse();
        users.extend(read_some(">= ?1 ORDER BY nickname_key", most.saturating_add(1))?);
        Ok(users)
    }

    /// Changes a user's profile.
    ///
    /// # Errors
    /// When the email address is taken, or the user is deleted.
    pub fn edit_user(&mut self, id: UserId, edit: &UserEdit) -> Result<User> {
        self.write(|transaction| {
            if let Some(email) = &edit.email {
                let email = email.as_ref();
                transaction
                    .execute(
                        "UPDATE user SET email = ?2, email_key = ?3 WHERE id = ?1",
                        params![id.0, email.map(Email::as_str), email.map(Email::key)],
                    )
                    .map_err(|error| taken(error, "", email))?;
            }
            if let Some(name) = &edit.display_name {
                let name = name.as_ref().map(DisplayName::as_str);
                transaction.execute("UPDATE user SET display_name = ?2 WHERE id = ?1", params![id.0, name])?;
            }
            if let Some(about) = &edit.about_me {
                let about = about.as_ref().map(AboutMe::as_str);
                transaction.execute("UPDATE user SET about_me = ?2 WHERE id = ?1", params![id.0, about])?;
            }
            let user = by_id(transaction, id)?;
            if let Some(picture) = &edit.avatar {
                avatars::set(transaction, id, picture.as_ref())?;
            }
            Ok(user)
        })
    }

    /// Renames a user.
    ///
    /// # Errors
    /// When the nickname is taken, or the user is deleted.
    pub fn rename_user(&mut self, id: UserId, nickname: &Nickname) -> Result<User> {
        self.write(|transaction| {
            set_nickname(transaction, id, nickname).map_err(|error| taken(error, nickname.as_str(), None))?;
            by_id(transaction, id)
        })
    }

    /// Deletes a user with all their posts and drafts; returns the number of posts.
    ///
    /// # Errors
    /// When the user is deleted already, or the store fails.
    pub fn delete_user(&mut self, id: UserId) -> Result<u64> {
        self.write(|transaction| {
            let posts = by_id(transaction, id)?.posts;
            transaction.execute("DELETE FROM user WHERE id = ?1", [id.0])?;
            Ok(posts)
        })
    }

    /// Returns the user as whom posts are written; `None` before the first user, or after the active one was deleted.
    ///
    /// # Errors
    /// When the store fails.
    pub fn active_user(&self) -> Result<Option<User>> {
        let sql = format!("SELECT {COLUMNS} FROM user WHERE id = (SELECT user FROM active_user)");
        Ok(self.connection.prepare_cached(&sql)?.query_row([], read).optional()?)
    }

    /// Makes a user the active one.
    ///
    /// # Errors
    /// When the user is deleted, or remote.
    pub fn set_active_user(&mut self, id: UserId, now: Timestamp) -> Result<User> {
        self.write(|transaction| {
            let user = by_id(transaction, id)?;
            if user.kind == UserKind::Remote {
                return Err(StoreError::RemoteUser(user.nickname));
            }
            activate(transaction, id)?;
            touch(transaction, id, now)?;
            by_id(transaction, id)
        })
    }
}
