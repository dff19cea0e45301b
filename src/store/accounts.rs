//! Accounts on servers: which there are, which are due, and up to where their lists were read.
//!
//! An account is one of our users, claimed, so that you can write as it. Its access token is not in the database.

mod changes;
mod notices;
mod page;
pub(super) mod rows;

use rusqlite::{Connection, OptionalExtension, Row, params};

use rows::{account_of, accounts_where, put_server_status};

use super::authority::speaks_for;
use super::{Result, Store, StoreError, users};
use crate::model::{
    Account, AccountCheck, AccountGap, AccountList, NewAccount, NewUser, Nickname, PostId, ServerStatus, Timestamp,
    UserId, UserKind,
};

/// Returns the user of an account: the one who is known by its address, who becomes claimed, or a new one.
fn claim(connection: &Connection, new: &NewAccount, now: Timestamp) -> Result<UserId> {
    let mut known = connection.prepare_cached("SELECT user FROM account WHERE name = ?1 AND server = ?2")?;
    if let Some(user) = known.query_row([&new.name, &new.server], |row| row.get(0)).optional()? {
        return Ok(user);
    }
    // A server could otherwise take over the user of another one, and what is posted as them.
    if !speaks_for(&new.server, &new.uri) {
        return Err(StoreError::ForeignAccount { server: new.server.clone(), uri: new.uri.clone() });
    }
    let mut known = connection.prepare_cached("SELECT id FROM user WHERE url = ?1")?;
    if let Some(user) = known.query_row([&new.uri], |row| row.get::<_, UserId>(0)).optional()? {
        connection.prepare_cached("UPDATE user SET kind = ?2 WHERE id = ?1 AND kind = ?3")?.execute(params![
            user,
            UserKind::Claimed,
            UserKind::Remote
        ])?;
        return Ok(user);
    }
    let nickname = users::free_nickname(connection, &Nickname::for_remote(&new.name, &new.server))?;
    users::insert_from(connection, &NewUser::named(nickname), now, Some(&new.uri), UserKind::Claimed)
}

impl Store {
    /// Adds an account, or takes what changed of one that is here: it was logged in again. Returns its user.
    ///
    /// # Errors
    /// When the account is a user of another server, or the store fails.
    pub fn add_account(&mut self, new: &NewAccount, now: Timestamp) -> Result<Account> {
        let user = self.write(|transaction| {
            let user = claim(transaction, new, now)?;
            transaction
                .prepare_cached(
                    "INSERT INTO account
                         (user, name, server, remote_id, character_limit, added_at, next_at, characters_per_link)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)
                     ON CONFLICT (user) DO UPDATE SET name = ?2, server = ?3, remote_id = ?4, character_limit = ?5,
                         characters_per_link = ?7, next_at = ?6, failures = 0, failing_since = NULL, error = NULL, needs_login = 0",
                )?
                .execute(params![
                    user,
                    new.name,
                    new.server,
                    new.remote_id,
                    new.character_limit,
                    now,
                    new.characters_per_link
                ])?;
            Ok(user)
        })?;
        self.account_of(user)?.ok_or(StoreError::UserDeleted)
    }

    /// Removes an account; its user and posts stay, and are written to no server.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_account(&mut self, user: UserId) -> Result<()> {
        self.write(|transaction| {
            transaction.prepare_cached("DELETE FROM account WHERE user = ?1")?.execute([user])?;
            Ok(())
        })
    }

    /// Returns all accounts, by name and server.
    ///
    /// # Errors
    /// When the store fails.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        accounts_where(&self.connection, "ORDER BY name, server", None)
    }

    /// Returns the accounts that are due.
    ///
    /// # Errors
    /// When the store fails.
    pub fn due_accounts(&self, now: Timestamp) -> Result<Vec<Account>> {
        accounts_where(
            &self.connection,
            "WHERE needs_login = 0 AND (next_at <= ?1 OR checked_at > ?1) ORDER BY next_at, user",
            Some(now.micros()),
        )
    }

    /// Stores how long posts may be on the server of an account, and how links count there.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_account_limits(&mut self, user: UserId, characters: u32, per_link: Option<u32>) -> Result<()> {
        self.write(|transaction| {
            transaction
                .prepare_cached("UPDATE account SET character_limit = ?2, characters_per_link = ?3 WHERE user = ?1")?
                .execute(params![user, characters, per_link])?;
            Ok(())
        })
    }

    /// Returns the account that a user is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn account_of(&self, user: UserId) -> Result<Option<Account>> {
        account_of(&self.connection, user)
    }

    /// Stores what synchronizing an account came to.
    ///
    /// # Errors
    /// When the store fails.
    pub fn record_account_check(&mut self, user: UserId, check: &AccountCheck) -> Result<()> {
        let AccountCheck { at, next_at, error, needs_login } = check;
        self.write(|transaction| {
            let sql = if error.is_none() {
                "UPDATE account SET checked_at = ?2, synced_at = ?2, next_at = ?3, failures = 0, failing_since = NULL,
                     error = ?4, needs_login = ?5 WHERE user = ?1"
            } else {
                "UPDATE account SET checked_at = ?2, next_at = ?3, failures = failures + 1,
                     failing_since = ifnull(failing_since, ?2), error = ?4, needs_login = ?5 WHERE user = ?1"
            };
            transaction.prepare_cached(sql)?.execute(params![user, at, next_at, error, needs_login])?;
            Ok(())
        })
    }

    /// Returns the cursor up to which a list was read.
    ///
    /// # Errors
    /// When the store fails.
    pub fn account_cursor(&self, user: UserId, list: AccountList) -> Result<Option<String>> {
        let mut statement =
            self.connection.prepare_cached("SELECT newest FROM account_cursor WHERE user = ?1 AND list = ?2")?;
        Ok(statement.query_row(params![user, list.word()], |row| row.get(0)).optional()?)
    }

    /// Returns the gaps of a home timeline, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn account_gaps(&self, user: UserId) -> Result<Vec<AccountGap>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT position, before, after FROM account_gap WHERE user = ?1 ORDER BY position DESC")?;
        let read = |row: &Row<'_>| Ok(AccountGap { position: row.get(0)?, before: row.get(1)?, after: row.get(2)? });
        Ok(statement.query_map([user], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns what the server of an account says about a post; none if it did not come from there.
    ///
    /// # Errors
    /// When the store fails.
    pub fn server_status(&self, user: UserId, post: PostId) -> Result<Option<ServerStatus>> {
        rows::server_status(&self.connection, user, post)
    }

    /// Returns the remote id of the post that the server of an account knows by this id.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remote_id_of_status(&self, user: UserId, status_id: &str) -> Result<Option<String>> {
        rows::remote_id(&self.connection, user, status_id)
    }

    /// Returns when the post was edited last that the server of an account knows by this id, as far as it was read.
    ///
    /// # Errors
    /// When the store fails.
    pub fn edited_at_of_status(&self, user: UserId, status_id: &str) -> Result<Option<Timestamp>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT p.edited_at FROM server_status s INDEXED BY server_status_id CROSS JOIN post p ON p.id = s.post
             WHERE s.user = ?1 AND s.status_id = ?2",
        )?;
        Ok(statement.query_row(params![user, status_id], |row| row.get(0)).optional()?.flatten())
    }

    /// Stores what the server of an account says about a post.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_server_status(&mut self, user: UserId, post: PostId, status: &ServerStatus) -> Result<()> {
        self.write(|transaction| put_server_status(transaction, user, post, status))
    }
}
