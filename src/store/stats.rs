//! Statistics over many posts.
//!
//! None reads more than an index of times, or the newest posts up to a limit: at a million posts each takes under 200
//! ms, and all can be interrupted.

use std::collections::HashMap;

use chrono::{Datelike, Timelike};
use rusqlite::named_params;

use super::scan::bind_one;
use super::{Result, Store};
use crate::model::{Nickname, Stats, Timestamp, User, UserId};
use crate::text::topic_words;

/// How many of the newest posts are read for words and replies.
const LOOKED_AT: usize = 20_000;
/// How many words, tags and pairs of users are returned.
const MOST: usize = 12;
/// Within this many microseconds, the month, the day and the hour are the same in every time zone.
const QUARTER: i64 = 15 * 60 * 1_000_000;

/// The times of all posts. The index of times includes boosts, which the index of boosts subtracts again.
pub(super) const TIMES: &str = "SELECT created_at, 1 FROM post INDEXED BY post_created_at
    UNION ALL SELECT created_at, -1 FROM post INDEXED BY post_boost_of WHERE boost_of IS NOT NULL";

/// The times of one user's posts. Asking each whether it is a boost would read all rows, so their boosts are
/// subtracted.
pub(super) const TIMES_OF: &str =
    "SELECT created_at, 1 FROM post INDEXED BY post_author_created_at WHERE author = :user
    UNION ALL SELECT created_at, -1 FROM post INDEXED BY post_boost_once WHERE boost_of IS NOT NULL AND author = :user";

pub(super) const BODIES: &str = "SELECT body FROM post INDEXED BY post_created_at
    WHERE boost_of IS NULL ORDER BY created_at DESC LIMIT :limit";

pub(super) const BODIES_OF: &str = "SELECT body FROM post INDEXED BY post_author_created_at
    WHERE author = :user AND boost_of IS NULL ORDER BY created_at DESC LIMIT :limit";

pub(super) const REPLIES: &str = "SELECT w.nickname, a.nickname, n FROM (
        SELECT r.author AS author, p.author AS to_whom, count(*) AS n FROM (
            SELECT author, reply_to FROM post INDEXED BY post_created_at ORDER BY created_at DESC LIMIT :limit) r
        CROSS JOIN post p ON p.id = r.reply_to WHERE p.author <> r.author GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT :most)
    CROSS JOIN user w ON w.id = author CROSS JOIN user a ON a.id = to_whom ORDER BY n DESC, author, to_whom";

pub(super) const REPLIES_OF: &str = "SELECT w.nickname, a.nickname, n FROM (
        SELECT :user AS author, p.author AS to_whom, count(*) AS n FROM (
            SELECT reply_to FROM post INDEXED BY post_author_replies
            WHERE author = :user AND reply_to IS NOT NULL ORDER BY created_at DESC LIMIT :limit) r
        CROSS JOIN post p ON p.id = r.reply_to WHERE p.author <> :user GROUP BY 2
        UNION ALL
        SELECT r.author, :user, count(*) FROM (
            SELECT id, replies FROM post INDEXED BY post_author_created_at
            WHERE author = :user ORDER BY created_at DESC LIMIT :limit) p
        CROSS JOIN post r INDEXED BY post_reply_to ON r.reply_to = p.id
        WHERE p.replies > 0 AND r.author <> :user GROUP BY 1
        ORDER BY 3 DESC, 1, 2 LIMIT :most)
    CROSS JOIN user w ON w.id = author CROSS JOIN user a ON a.id = to_whom ORDER BY n DESC, author, to_whom";

pub(super) const TAGS: &str = "SELECT name, uses FROM tag WHERE uses > 0 ORDER BY uses DESC, key LIMIT :most";

impl Store {
    /// Returns statistics of one user's posts, or of all.
    ///
    /// # Errors
    /// When the store fails, or is interrupted.
    pub fn stats(&self, of: Option<User>) -> Result<Stats> {
        let user = of.as_ref().map(|user| user.id);
        let mut stats = Stats {
            posts: 0,
            months: Vec::new(),
            hours: [0; 24],
            days: Vec::new(),
            words: self.most_used_words(user)?,
            tags: self.most_used_tags(user)?,
            replies: self.who_replies_to_whom(user)?,
            sample_size: LOOKED_AT,
            of,
        };
        self.count_times(user, &mut stats)?;
        stats.sample_size = LOOKED_AT.min(usize::try_from(stats.posts).unwrap_or(LOOKED_AT));
        Ok(stats)
    }

    fn count_times(&self, user: Option<UserId>, stats: &mut Stats) -> Result<()> {
        let mut statement = self.connection.prepare_cached(if user.is_some() { TIMES_OF } else { TIMES })?;
        let mut quarters: HashMap<i64, i64> = HashMap::new();
        let mut last = (0, 0);
        bind_one(&mut statement, ":user", user.map(|user| user.0))?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let quarter = row.get::<_, i64>(0)?.div_euclid(QUARTER);
            // Most times arrive in order: a run of equal ones is counted once.
            if quarter != last.0 {
                *quarters.entry(last.0).or_default() += last.1;
                last = (quarter, 0);
            }
            last.1 += row.get::<_, i64>(1)?;
        }
        *quarters.entry(last.0).or_default() += last.1;
        let (mut months, mut days) = (HashMap::<i32, u64>::new(), HashMap::<i64, u32>::new());
        for (quarter, count) in quarters.into_iter().filter(|(_, count)| *count > 0) {
            let count = count.unsigned_abs();
            let local = Timestamp::from_micros(quarter * QUARTER).local();
            let date = local.date_naive();
            stats.posts += count;
            stats.hours[local.hour() as usize] += count;
            *months.entry(date.year() * 12 + date.month0() as i32).or_default() += count;
            *days.entry(i64::from(date.to_epoch_days())).or_default() += u32::try_from(count).unwrap_or(u32::MAX);
        }
        stats.months = months.into_iter().collect();
        stats.days = days.into_iter().collect();
        stats.months.sort_unstable();
        stats.days.sort_unstable();
        Ok(())
    }

    fn most_used_words(&self, user: Option<UserId>) -> Result<Vec<(String, u64)>> {
        let mut statement = self.connection.prepare_cached(if user.is_some() { BODIES_OF } else { BODIES })?;
        bind_one(&mut statement, ":user", user.map(|user| user.0))?;
        bind_one(&mut statement, ":limit", LOOKED_AT as i64)?;
        // For each word, how many posts have it, and the last of them: a post counts once.
        let mut counts: HashMap<String, (u64, usize)> = HashMap::new();
        let mut rows = statement.raw_query();
        let mut post = 0;
        while let Some(row) = rows.next()? {
            post += 1;
            topic_words(row.get_ref(0)?.as_str().unwrap_or_default(), |word| match counts.get_mut(word) {
                Some((_, last)) if *last == post => {}
                Some((count, last)) => (*count, *last) = (*count + 1, post),
                None => drop(counts.insert(word.to_owned(), (1, post))),
            });
        }
        let mut counts: Vec<_> = counts.into_iter().map(|(word, (count, _))| (word, count)).collect();
        counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts.truncate(MOST);
        Ok(counts)
    }

    fn most_used_tags(&self, user: Option<UserId>) -> Result<Vec<(String, u64)>> {
        if let Some(user) = user {
            return Ok(self.tags_of(user, MOST)?.into_iter().map(|tag| (tag.name, tag.uses)).collect());
        }
        let mut statement = self.connection.prepare_cached(TAGS)?;
        let tags = statement.query_map(named_params! {":most": MOST as i64}, |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        Ok(tags.collect::<rusqlite::Result<_>>()?)
    }

    fn who_replies_to_whom(&self, user: Option<UserId>) -> Result<Vec<(Nickname, Nickname, u64)>> {
        let mut statement = self.connection.prepare_cached(if user.is_some() { REPLIES_OF } else { REPLIES })?;
        bind_one(&mut statement, ":user", user.map(|user| user.0))?;
        bind_one(&mut statement, ":limit", LOOKED_AT as i64)?;
        bind_one(&mut statement, ":most", MOST as i64)?;
        let mut replies = Vec::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let count = row.get::<_, i64>(2)?.unsigned_abs();
            replies.push((Nickname::stored(row.get(0)?), Nickname::stored(row.get(1)?), count));
        }
        Ok(replies)
    }
}
