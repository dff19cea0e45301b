//! How values of the model are stored in SQLite: one codec for each type.
//!
//! A stored value is checked when it is read, since a file may come from anywhere: one that breaks the rules of its
//! type fails the read, and `microblog db check` names it. Ids and times are integers. Kinds are words, but for those in
//! tables that can hold millions of rows, where they are numbers.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use thiserror::Error;

use crate::model::{
    AboutMe, Arrival, Audience, Body, DisplayName, Email, Nickname, NotificationKind, OutboxAction, OutboxId,
    OutboxState, Phrase, Picture, Poll, PostDetails, PostId, ReactionKind, Timestamp, UserId, UserKind,
};

/// A stored value that breaks the rules of its type.
#[derive(Debug, Error)]
#[error("{value:?} is not a valid {what}")]
struct InvalidValue {
    what: &'static str,
    value: String,
}

fn invalid(what: &'static str, value: impl ToString) -> FromSqlError {
    FromSqlError::Other(Box::new(InvalidValue { what, value: value.to_string() }))
}

/// Ids are stored as they are.
macro_rules! id {
    ($type:ident) => {
        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.0.into())
            }
        }

        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_i64().map(Self)
            }
        }
    };
}

id!(UserId);
id!(PostId);
id!(Arrival);
id!(OutboxId);

impl ToSql for Timestamp {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.micros().into())
    }
}

impl FromSql for Timestamp {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let micros = value.as_i64()?;
        let time = Self::from_micros(micros);
        // Timestamps end with the years 1 and 9999.
        if time.micros() == micros { Ok(time) } else { Err(FromSqlError::OutOfRange(micros)) }
    }
}

/// Texts are stored as they are, and must still pass their own check when they are read.
macro_rules! text {
    ($type:ident, $what:literal, $valid:expr) => {
        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let text = value.as_str()?;
                let valid: fn(&str) -> bool = $valid;
                if valid(text) { Ok(Self::stored(text.to_owned())) } else { Err(invalid($what, text)) }
            }
        }
    };
}

text!(Nickname, "nickname", |text| Nickname::parse(text).is_ok_and(|parsed| parsed.as_str() == text));
text!(Email, "email address", |text| Email::parse(text).is_ok());
text!(DisplayName, "display name", |text| matches!(DisplayName::parse(text), Ok(Some(_))));
text!(AboutMe, "text about a user", |text| matches!(AboutMe::parse(text), Ok(Some(_))));
text!(Body, "text of a post", |text| !text.trim().is_empty());
text!(Phrase, "filter", |text| Phrase::parse(text).is_ok());

impl ToSql for Picture {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.bytes().into())
    }
}

impl FromSql for Picture {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self::stored(value.as_blob()?.to_vec()))
    }
}

/// Stored as JSON, or as NULL if there are none.
impl ToSql for PostDetails {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        if self.is_empty() {
            return Ok(rusqlite::types::Null.into());
        }
        let json =
            serde_json::to_string(self).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(json.into())
    }
}

impl FromSql for PostDetails {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let Some(json) = value.as_str_or_null()? else { return Ok(Self::default()) };
        serde_json::from_str(json).map_err(|_| invalid("details of a post", json))
    }
}

/// Stored as JSON.
impl ToSql for Poll {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let json =
            serde_json::to_string(self).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(json.into())
    }
}

impl FromSql for Poll {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let json = value.as_str()?;
        serde_json::from_str(json).map_err(|_| invalid("poll", json))
    }
}

/// Kinds are stored as the given values, and nothing else is read.
macro_rules! kind {
    ($type:ident, $what:literal, $read:ident, $($variant:ident = $value:literal),+ $(,)?) => {
        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(match self { $(Self::$variant => $value),+ }.into())
            }
        }

        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                match value.$read()? {
                    $($value => Ok(Self::$variant),)+
                    other => Err(invalid($what, other)),
                }
            }
        }
    };
}

kind!(UserKind, "kind of user", as_str, Local = "local", Remote = "remote", Claimed = "claimed");
kind!(ReactionKind, "kind of reaction", as_str, Like = "like", Bookmark = "bookmark");
kind!(Audience, "visibility", as_i64, Public = 0, Unlisted = 1, Followers = 2, Direct = 3);
kind!(
    OutboxState,
    "state of the outbox",
    as_str,
    Pending = "pending",
    Sending = "sending",
    Unsure = "unsure",
    Failed = "failed",
    Withdrawn = "withdrawn"
);

impl ToSql for OutboxAction {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}

impl FromSql for OutboxAction {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        Self::ALL.into_iter().find(|action| action.word() == word).ok_or_else(|| invalid("action of the outbox", word))
    }
}

kind!(
    NotificationKind,
    "kind of notification",
    as_i64,
    Followed = 1,
    Replied = 2,
    Mentioned = 3,
    Liked = 4,
    Boosted = 5
);

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use rusqlite::Connection;
    use rusqlite::types::{FromSql, ToSql};

    use super::*;

    fn read<T: FromSql>(value: &dyn ToSql) -> rusqlite::Result<T> {
        Connection::open_in_memory()?.query_row("SELECT ?1", [value], |row| row.get(0))
    }

    #[track_caller]
    fn round_trip<T: ToSql + FromSql + PartialEq + Debug>(value: T) {
        assert_eq!(read::<T>(&value).unwrap(), value);
    }

    #[test]
    fn every_value_is_read_as_it_was_written() {
        round_trip(UserId(7));
        round_trip(PostId(i64::MAX));
        round_trip(Timestamp::MIN);
        round_trip(Timestamp::MAX);
        round_trip(Nickname::parse("Ärger@example.com").unwrap());
        round_trip(Email::parse("susan@example.com").unwrap());
        round_trip(DisplayName::parse("Susan S.").unwrap().unwrap());
        round_trip(AboutMe::parse("one\ntwo").unwrap().unwrap());
        round_trip(Body::written("hello").unwrap());
        round_trip(Phrase::parse("the end").unwrap());
        for kind in [UserKind::Local, UserKind::Remote, UserKind::Claimed] {
            round_trip(kind);
        }
        for kind in [ReactionKind::Like, ReactionKind::Bookmark] {
            round_trip(kind);
        }
        for kind in [Audience::Public, Audience::Unlisted, Audience::Followers, Audience::Direct] {
            round_trip(kind);
        }
    }

    #[test]
    fn invalid_stored_values_are_refused_by_name() {
        let refused = |found: rusqlite::Result<()>| found.unwrap_err().to_string();
        for (error, named) in [
            (refused(read::<Nickname>(&"../../etc").map(drop)), "\"../../etc\" is not a valid nickname"),
            (refused(read::<Nickname>(&"a\u{1b}[31m").map(drop)), "is not a valid nickname"),
            (refused(read::<Body>(&" \n").map(drop)), "is not a valid text of a post"),
            (refused(read::<UserKind>(&"here").map(drop)), "\"here\" is not a valid kind of user"),
            (refused(read::<Audience>(&4).map(drop)), "\"4\" is not a valid visibility"),
            (refused(read::<Timestamp>(&i64::MAX).map(drop)), "out of range"),
        ] {
            assert!(error.contains(named), "{error}");
        }
    }
}
