//! Statistics of what a user has read, as far as the read marks say: nothing else is recorded.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::arrivals::Arrivals;
use super::scan::{KeyRange, Viewer};
use super::{Result, Store, users};
use crate::model::{Arrival, ReadCount, ReadingStats, Timeline, UserId};

/// How many authors are returned.
const MAX_AUTHORS: usize = 12;
/// How many days are returned.
const MAX_DAYS: usize = 14;

impl Store {
    /// Counts what a user has read of the newest `limit` posts of others in their home timeline. Posts that were imported
    /// as read are left out.
    ///
    /// # Errors
    /// When the store fails.
    pub fn reading_stats(&self, user: UserId, limit: usize) -> Result<ReadingStats> {
        let home = Timeline::Home(user);
        let (read, arrivals) = (self.read_state(user, &home)?, Arrivals::load(&self.connection)?);
        let mut find = self.connection.prepare_cached("SELECT id, author FROM post WHERE created_at = ?1")?;
        let mut all = ReadCount::default();
        let mut authors: HashMap<UserId, ReadCount> = HashMap::new();
        let mut days: BTreeMap<i64, ReadCount> = BTreeMap::new();
        let range = KeyRange { from: i64::MIN, to: i64::MAX, oldest_first: false };
        self.walk(&home, Viewer::of(user), range, true, &mut |key| {
            let (id, author): (i64, UserId) =
                find.query_row([key.micros()], |row| Ok((row.get(0)?, UserId(row.get(1)?))))?;
            if arrivals.contains(id) {
                let is_read = read.is_read(key, Arrival(id));
                let day = key.local().date_naive().signed_duration_since(NaiveDate::default()).num_days();
                for count in [&mut all, authors.entry(author).or_default(), days.entry(day).or_default()] {
                    count.posts += 1;
                    count.read += u64::from(is_read);
                }
            }
            Ok(all.posts < limit as u64)
        })?;
        let mut authors: Vec<_> = authors.into_iter().collect();
        authors.sort_by_key(|(author, count)| (std::cmp::Reverse((count.read, count.posts)), author.0));
        authors.truncate(MAX_AUTHORS);
        let named = |(author, count)| Ok((users::by_id(&self.connection, author)?.nickname, count));
        let authors = authors.into_iter().map(named).collect::<Result<_>>()?;
        let days = days.into_iter().rev().take(MAX_DAYS).collect();
        Ok(ReadingStats { all, authors, days })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, NewPost, NewUser, Nickname, Timestamp};

    #[test]
    fn read_posts_are_counted_by_author_and_day() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let at = |minute: i64| Timestamp::from_micros(1_767_268_800_000_000 + minute * 60_000_000);
        let mut user = |name| store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), at(0)).unwrap();
        let (ada, bo, cy) = (user("ada"), user("bo"), user("cy"));
        store.follow(ada.id, &[bo.id, cy.id], at(0)).unwrap();
        for (minute, author) in [(1, bo.id), (2, bo.id), (3, cy.id), (4, ada.id)] {
            let body = Body::written("rye").unwrap();
            store.add_post(&NewPost { author, body, created_at: at(minute), reply_to: None, source: None }).unwrap();
        }
        let arrived = store.last_arrival().unwrap();
        store.mark_read(ada.id, &Timeline::Home(ada.id), (at(1), at(2)), arrived, at(9)).unwrap();
        let stats = store.reading_stats(ada.id, 99).unwrap();
        let count = |read, posts| ReadCount { read, posts };
        assert_eq!(stats.all, count(2, 3));
        let authors: Vec<_> = stats.authors.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        assert_eq!(authors, [("bo", count(2, 2)), ("cy", count(0, 1))]);
        assert_eq!(stats.days.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [count(2, 3)]);
    }
}
