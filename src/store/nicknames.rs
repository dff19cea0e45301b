//! Finds free nicknames for imported users.

use foldhash::{HashMap, HashMapExt};
use rusqlite::Connection;

use super::Result;
use crate::model::Nickname;

/// Finds free nicknames, and remembers which numbers are taken, so that thousands of users of one name take linear time.
#[derive(Debug)]
pub(super) struct FreeNicknames {
    /// The next number to try, by the nickname with the first number of that many digits: long nicknames are shortened
    /// to make room for the digits, so different ones can have the same numbered form.
    next: HashMap<String, u64>,
}

impl FreeNicknames {
    pub(super) fn new() -> Self {
        Self { next: HashMap::new() }
    }

    /// Returns the nickname, or the first free one of `john2`, `john3` and so on.
    pub(super) fn find(&mut self, connection: &Connection, wanted: &Nickname) -> Result<Nickname> {
        let mut taken = connection.prepare_cached("SELECT 1 FROM user WHERE nickname_key = ?1")?;
        if !taken.exists([wanted.key()])? {
            return Ok(wanted.clone());
        }
        let (mut first, mut end) = (2, 10);
        loop {
            let next = self.next.entry(wanted.numbered(first).key()).or_insert(first);
            while *next < end {
                let nickname = wanted.numbered(*next);
                *next += 1;
                if !taken.exists([nickname.key()])? {
                    return Ok(nickname);
                }
            }
            (first, end) = (end, end.saturating_mul(10));
        }
    }
}
