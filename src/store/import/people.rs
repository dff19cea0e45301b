//! Finds or adds the users whom a source names.

use rusqlite::{OptionalExtension, params};

use super::Import;
use crate::model::{NewUser, Nickname, RemoteUser, Timestamp, UserId, UserKind};
use crate::store::{Result, StoreError, remote, users};

impl Import<'_> {
    /// Returns the user whose source it is.
    pub(super) fn owner(&mut self, person: &RemoteUser) -> Result<UserId> {
        if let Some(nickname) = &self.options.import_as {
            let id = self.under(nickname)?;
            self.trusted.insert(id);
            return Ok(id);
        }
        if let Some(id) = self.bound_owner(person)? {
            return Ok(id);
        }
        let kind = if self.options.claim_owner { UserKind::Claimed } else { person.kind };
        let id = self.person(&RemoteUser { kind, ..person.clone() })?;
        if self.options.claim_owner {
            self.trusted.insert(id);
        }
        if self.trusted.contains(&id) {
            return Ok(id);
        }
        let user = users::by_id(self.connection, id)?;
        Err(match user.kind {
            UserKind::Remote => StoreError::FollowedOwner(user.nickname),
            UserKind::Local | UserKind::Claimed => StoreError::UnconfirmedOwner(user.nickname),
        })
    }

    fn under(&mut self, nickname: &Nickname) -> Result<UserId> {
        if let Some(user) = users::find(self.connection, &nickname.key())? {
            return if user.kind == UserKind::Remote {
                Err(StoreError::RemoteUser(user.nickname))
            } else {
                Ok(user.id)
            };
        }
        let (id, _) = self.bulk.find_or_add_user(&NewUser::named(nickname.clone()), self.options.now)?;
        self.stats.users += 1;
        Ok(id)
    }

    /// Returns the user of a profile, added if necessary; empty fields are filled from the profile.
    pub(super) fn person(&mut self, person: &RemoteUser) -> Result<UserId> {
        if let Some(id) = self.people.get(&person.url) {
            return Ok(*id);
        }
        let named = self.named_by_source(person);
        let id = self.find_or_add(&named)?;
        self.people.insert(person.url.clone(), id);
        Ok(id)
    }

    fn find_or_add(&mut self, person: &RemoteUser) -> Result<UserId> {
        let mut by_url = self.connection.prepare_cached("SELECT id, kind FROM user WHERE url = ?1")?;
        let known = by_url.query_row([&person.url], |row| Ok((UserId(row.get(0)?), row.get(1)?))).optional()?;
        let known = match known {
            Some(known) => Some(known),
            None => self.known_by_account(person)?,
        };
        let id = match known {
            Some((id, kind)) => {
                if self.is_trusted(kind, person) && !self.is_followed_feed(id)? {
                    self.trusted.insert(id);
                    if self.may_change_profile(id, person)? {
                        self.correct_nickname(id, person)?;
                        self.complete(id, person)?;
                        self.update_profile(id, kind, person)?;
                    }
                }
                if person.kind == UserKind::Claimed && kind == UserKind::Remote {
                    self.claim(id)?;
                }
                id
            }
            None => {
                let id = self.add_user(person)?;
                if self.is_trusted(person.kind, person) {
                    self.trusted.insert(id);
                }
                id
            }
        };
        Ok(id)
    }

    /// Finds a user who was known by their account only (`acct:ada@example.com`), or by their URL only, and stores
    /// the URL.
    fn known_by_account(&self, person: &RemoteUser) -> Result<Option<(UserId, UserKind)>> {
        let account = format!("acct:{}", person.nickname);
        let Some(user) = users::find(self.connection, &person.nickname.key())? else { return Ok(None) };
        if person.url == account {
            return Ok(user.url.is_some().then_some((user.id, user.kind)));
        }
        // Only the host itself says which URL an account has: a file from elsewhere is by another user.
        if user.url.as_deref() != Some(account.as_str())
            || remote::site(&person.url) != remote::site(&account)
            || !self.may_name_account(person)?
        {
            return Ok(None);
        }
        self.connection
            .prepare_cached("UPDATE user SET url = ?2 WHERE id = ?1")?
            .execute(params![user.id.0, person.url])?;
        Ok(Some((user.id, user.kind)))
    }

    fn add_user(&mut self, person: &RemoteUser) -> Result<UserId> {
        let nickname = self.nicknames.find(self.connection, &person.nickname)?;
        let mut taken = self.connection.prepare_cached("SELECT 1 FROM user WHERE email_key = ?1")?;
        let email = match &person.email {
            Some(email) if !taken.exists([email.key()])? => Some(email.clone()),
            _ => None,
        };
        let user = NewUser { nickname, email, display_name: None, about_me: None };
        let id = users::insert_from(self.connection, &user, self.options.now, Some(&person.url), person.kind)?;
        self.bulk.users_changed();
        self.complete(id, person)?;
        self.stats.users += 1;
        Ok(id)
    }

    /// Renames a user who is called by the id at the end of their URL (`1168400@example.com`), because the file that
    /// named them first had no nickname for them.
    fn correct_nickname(&mut self, id: UserId, person: &RemoteUser) -> Result<()> {
        let Some((_, host)) = person.nickname.as_str().split_once('@') else { return Ok(()) };
        let last = person.url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let substitute = Nickname::for_remote(last, host);
        if !person.url.contains("://") || substitute.key() == person.nickname.key() {
            return Ok(());
        }
        if users::by_id(self.connection, id)?.nickname.as_str() != substitute.as_str() {
            return Ok(());
        }
        let nickname = self.nicknames.find(self.connection, &person.nickname)?;
        users::set_nickname(self.connection, id, &nickname)?;
        self.bulk.users_changed();
        Ok(())
    }

    fn complete(&self, id: UserId, person: &RemoteUser) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE user SET display_name = ifnull(display_name, ?2), about_me = ifnull(about_me, ?3),
                     last_seen = ifnull(last_seen, ?4) WHERE id = ?1",
            )?
            .execute(params![
                id.0,
                person.display_name.as_ref().map(crate::model::DisplayName::as_str),
                person.about_me.as_ref().map(crate::model::AboutMe::as_str),
                person.last_seen.map(Timestamp::micros),
            ])?;
        Ok(())
    }

    fn claim(&self, id: UserId) -> Result<()> {
        self.connection
            .prepare_cached("UPDATE user SET kind = ?2 WHERE id = ?1")?
            .execute(params![id, UserKind::Claimed])?;
        Ok(())
    }
}
