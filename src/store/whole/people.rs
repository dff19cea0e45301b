//! Users becoming users again: each as they were, or as the one here whom they are.

use data_encoding::BASE64;
use rusqlite::{OptionalExtension, params};

use super::take::{Refused, Took, Whole, refuse, taken};
use crate::model::{AboutMe, AvatarRecord, DisplayName, Email, Nickname, Picture, Timestamp, UserId, UserRecord};
use crate::store::{Result, avatars};

impl Whole<'_, '_> {
    pub(super) fn user(&mut self, line: &UserRecord) -> Took {
        let nickname = taken!(Nickname::parse(&line.nickname));
        let key = nickname.key();
        let id = match self.known_user(line, &key)? {
            Some(id) => {
                let email = self.free_email(line)?;
                self.run(
                    "UPDATE user SET display_name = ifnull(display_name, ?2), about_me = ifnull(about_me, ?3),
                         last_seen = max(ifnull(last_seen, ?4), ifnull(?4, last_seen)), url = ifnull(url, ?5),
                         email = ifnull(email, ?6), email_key = ifnull(email_key, ?7) WHERE id = ?1",
                    params![
                        id.0,
                        name_of(line),
                        about(line),
                        line.last_seen.map(Timestamp::micros),
                        line.url,
                        email.as_ref().map(Email::as_str),
                        email.as_ref().map(Email::key),
                    ],
                )?;
                id
            }
            None => taken!(self.add_user(line, nickname)?),
        };
        self.users.insert(key, id);
        Ok(Ok(()))
    }

    /// What somebody looks like. Whoever has a picture here keeps it.
    pub(super) fn avatar(&self, line: &AvatarRecord) -> Took {
        let user = taken!(self.someone(&line.user));
        let Ok(bytes) = BASE64.decode(line.picture.as_bytes()) else { refuse!("its picture is not in base64") };
        avatars::add(self.transaction, user, &taken!(Picture::parse(bytes)))?;
        Ok(Ok(()))
    }

    /// The user here who is the one of the line: of the same address or, where not both have one, of the same nickname.
    fn known_user(&self, line: &UserRecord, key: &str) -> Result<Option<UserId>> {
        let by = |sql: &str, value: &dyn rusqlite::ToSql| -> Result<Option<UserId>> {
            Ok(self
                .transaction
                .prepare_cached(sql)?
                .query_row(params![value, line.url], |row| row.get(0).map(UserId))
                .optional()?)
        };
        if let Some(url) = &line.url
            && let Some(id) = by("SELECT id FROM user WHERE url = ?1 AND ?2 IS NOT NULL", url)?
        {
            return Ok(Some(id));
        }
        by("SELECT id FROM user WHERE nickname_key = ?1 AND (url IS NULL OR ?2 IS NULL)", &key)
    }

    fn add_user(&mut self, line: &UserRecord, nickname: Nickname) -> Result<std::result::Result<UserId, Refused>> {
        let taken =
            |sql: &str, value: &str| -> Result<bool> { Ok(self.transaction.prepare_cached(sql)?.exists([value])?) };
        let mut free = nickname.clone();
        for number in 2.. {
            if !taken("SELECT 1 FROM user WHERE nickname_key = ?1", &free.key())? {
                break;
            }
            free = nickname.numbered(number);
        }
        let email = self.free_email(line)?;
        if self.empty && taken("SELECT 1 FROM user WHERE id = ?1", &line.id.to_string())? || line.id < 1 {
            return Ok(Err(format!("the number {} is given twice, or is none", line.id)));
        }
        self.run(
            "INSERT INTO user (id, nickname, nickname_key, email, email_key, display_name, about_me, created_at,
                 last_seen, url, kind) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                self.empty.then_some(line.id),
                free.as_str(),
                free.key(),
                email.as_ref().map(Email::as_str),
                email.as_ref().map(Email::key),
                name_of(line),
                about(line),
                line.created_at.map(Timestamp::micros),
                line.last_seen.map(Timestamp::micros),
                line.url,
                line.kind,
            ],
        )?;
        self.taken.users += 1;
        self.names.users_changed();
        Ok(Ok(UserId(self.transaction.last_insert_rowid())))
    }

    /// The address, if nobody here has it.
    fn free_email(&self, line: &UserRecord) -> Result<Option<Email>> {
        let email = line.email.as_deref().and_then(|email| Email::parse(email).ok());
        let mut taken = self.transaction.prepare_cached("SELECT 1 FROM user WHERE email_key = ?1")?;
        Ok(match email {
            Some(email) if !taken.exists([email.key()])? => Some(email),
            _ => None,
        })
    }
}

fn name_of(line: &UserRecord) -> Option<String> {
    let name = DisplayName::parse(line.display_name.as_deref()?).ok().flatten()?;
    Some(name.as_str().to_owned())
}

fn about(line: &UserRecord) -> Option<String> {
    let about = AboutMe::parse(line.about_me.as_deref()?).ok().flatten()?;
    Some(about.as_str().to_owned())
}
