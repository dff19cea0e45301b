//! Imports user records; merges users that exist.

use data_encoding::BASE64;
use rusqlite::{OptionalExtension, params};

use super::import::{DumpImport, HIGHEST_ID, Outcome, Refused, accept, refuse};
use crate::model::{
    AboutMe, AvatarRecord, DisplayName, Email, Nickname, Picture, Timestamp, UserId, UserKind, UserRecord,
};
use crate::store::{Result, avatars};

impl DumpImport<'_> {
    pub(super) fn user(&mut self, record: &UserRecord, place: &str) -> Outcome {
        let nickname = accept!(Nickname::parse(&record.nickname));
        let key = nickname.key();
        let known = if self.trust { self.known_user(record, &key)? } else { accept!(self.same_user(record, &key)?) };
        let id = match known {
            Some(id) if self.is_protected(id) => {
                if self.would_complete(id, record)? {
                    self.leave_out(place, &format!("complete the profile of {}", record.nickname));
                }
                id
            }
            Some(id) => {
                let email = self.free_email(record)?;
                self.run(
                    "UPDATE user SET display_name = ifnull(display_name, ?2), about_me = ifnull(about_me, ?3),
                         last_seen = max(ifnull(last_seen, ?4), ifnull(?4, last_seen)), url = CASE WHEN kind = ?8 THEN url ELSE ifnull(url, ?5) END,
                         email = ifnull(email, ?6), email_key = ifnull(email_key, ?7) WHERE id = ?1",
                    params![
                        id.0,
                        name_of(record),
                        about(record),
                        record.last_seen.map(Timestamp::micros),
                        record.url,
                        email.as_ref().map(Email::as_str),
                        email.as_ref().map(Email::key),
                        UserKind::Local,
                    ],
                )?;
                id
            }
            None => accept!(self.add_user(record, &nickname)?),
        };
        self.users.insert(key, id);
        Ok(Ok(()))
    }

    /// Imports an avatar. A user who has one here keeps it.
    pub(super) fn avatar(&self, record: &AvatarRecord) -> Outcome {
        let user = accept!(self.someone(&record.user));
        let Ok(bytes) = BASE64.decode(record.picture.as_bytes()) else { refuse!("its picture is not in base64") };
        avatars::add(self.connection, user, &accept!(Picture::parse(bytes)))?;
        Ok(Ok(()))
    }

    /// Returns the user here whom a record describes: with the same URL or, unless both have one, the same nickname.
    fn known_user(&self, record: &UserRecord, key: &str) -> Result<Option<UserId>> {
        let by = |sql: &str, value: &dyn rusqlite::ToSql| -> Result<Option<UserId>> {
            Ok(self
                .connection
                .prepare_cached(sql)?
                .query_row(params![value, record.url], |row| row.get(0).map(UserId))
                .optional()?)
        };
        if let Some(url) = &record.url
            && let Some(id) = by("SELECT id FROM user WHERE url = ?1 AND ?2 IS NOT NULL", url)?
        {
            return Ok(Some(id));
        }
        by("SELECT id FROM user WHERE nickname_key = ?1 AND (url IS NULL OR ?2 IS NULL)", &key)
    }

    /// Returns the user here whom a record of a dump that is not trusted describes: with the same URL, or a user without
    /// one of the same nickname.
    fn same_user(&self, record: &UserRecord, key: &str) -> Result<std::result::Result<Option<UserId>, Refused>> {
        let by = |sql: &str, value: &str| -> Result<Option<(UserId, UserKind)>> {
            let mut statement = self.connection.prepare_cached(sql)?;
            Ok(statement.query_row([value], |row| Ok((UserId(row.get(0)?), row.get(1)?))).optional()?)
        };
        if let Some(url) = record.url.as_deref().filter(|_| !record.kind.is_local()) {
            return Ok(Ok(by("SELECT id, kind FROM user WHERE url = ?1", url)?.map(|(id, _)| id)));
        }
        match by("SELECT id, kind FROM user WHERE nickname_key = ?1", key)? {
            Some((id, kind)) if kind.is_local() == record.kind.is_local() => Ok(Ok(Some(id))),
            Some(_) => Ok(Err(format!("{} is another user here", record.nickname))),
            None => Ok(Ok(None)),
        }
    }

    /// Returns whether a record would fill in what a user here lacks.
    fn would_complete(&self, id: UserId, record: &UserRecord) -> Result<bool> {
        let mut lacks = self.connection.prepare_cached(
            "SELECT 1 FROM user WHERE id = ?1 AND (display_name IS NULL AND ?2 IS NOT NULL
                 OR about_me IS NULL AND ?3 IS NOT NULL OR email IS NULL AND ?4 IS NOT NULL)",
        )?;
        let email = self.free_email(record)?;
        Ok(lacks.exists(params![id.0, name_of(record), about(record), email.as_ref().map(Email::as_str)])?)
    }

    fn add_user(&mut self, record: &UserRecord, nickname: &Nickname) -> Result<std::result::Result<UserId, Refused>> {
        let free = self.nicknames.find(self.connection, nickname)?;
        let email = self.free_email(record)?;
        let mut taken = self.connection.prepare_cached("SELECT 1 FROM user WHERE id = ?1")?;
        if self.empty && taken.exists([record.id])? || record.id < 1 {
            return Ok(Err(format!("the number {} is given twice, or is none", record.id)));
        }
        if self.empty && record.id > HIGHEST_ID {
            return Ok(Err(format!("the number {} is higher than the first line says", record.id)));
        }
        // Only files of their own make users yours, and only remote users have a URL by which a feed can name them.
        let kind = if !self.trust && !record.kind.is_local() { UserKind::Remote } else { record.kind };
        let url = record.url.as_ref().filter(|_| self.empty || !kind.is_local());
        self.run(
            "INSERT INTO user (id, nickname, nickname_key, email, email_key, display_name, about_me, created_at,
                 last_seen, url, kind) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                self.empty.then_some(record.id),
                free.as_str(),
                free.key(),
                email.as_ref().map(Email::as_str),
                email.as_ref().map(Email::key),
                name_of(record),
                about(record),
                record.created_at.map(Timestamp::micros),
                record.last_seen.map(Timestamp::micros),
                url,
                kind,
            ],
        )?;
        self.stats.users += 1;
        self.entities.users_changed();
        Ok(Ok(UserId(self.connection.last_insert_rowid())))
    }

    /// Returns the email address, unless a user here has it.
    fn free_email(&self, record: &UserRecord) -> Result<Option<Email>> {
        let email = record.email.as_deref().and_then(|email| Email::parse(email).ok());
        let mut taken = self.connection.prepare_cached("SELECT 1 FROM user WHERE email_key = ?1")?;
        Ok(match email {
            Some(email) if !taken.exists([email.key()])? => Some(email),
            _ => None,
        })
    }
}

fn name_of(record: &UserRecord) -> Option<String> {
    let name = DisplayName::parse(record.display_name.as_deref()?).ok().flatten()?;
    Some(name.as_str().to_owned())
}

fn about(record: &UserRecord) -> Option<String> {
    let about = AboutMe::parse(record.about_me.as_deref()?).ok().flatten()?;
    Some(about.as_str().to_owned())
}
