//! Finds and counts unread posts.
//!
//! In a span of a timeline, the posts that arrived after an id are unread. There are two ways to find them, and each is
//! slow where the other is fast:
//!
//! - by position: walk the timeline from the top, and look at the id of each post. Fast if most of them are unread, as in
//!   a timeline that was never read, or if there are few in the span;
//! - by arrival: read the posts that arrived since, in the order of their ids, and keep those that belong to the timeline.
//!   Fast if few arrived, whatever the timeline holds.
//!
//! So it walks by position until it has passed as many read posts as there were arrivals, and then goes on by arrival: never
//! more than twice the work of the better way, and no index for it. Posts that were imported as read are ranges of
//! ids, which are left out of the arrivals.

use std::collections::VecDeque;
use std::ops::Range;

use super::arrivals::{Arrivals, last_arrival};
use super::filters::FilterMatcher;
use super::scan::{KeyRange, Viewer, bind, bind_one};
use super::timelines::hidden;
use super::{Result, Store, timeline_query};
use crate::model::{Arrival, Post, ReadState, Timeline, Timestamp, UserId};

/// With up to so many arrivals, they are read at once: a walk by position costs as much.
const FEW_ARRIVALS: i64 = 500;
/// A walk by position passes at most so many read posts.
const MOST_PASSED: i64 = 20_000;

/// A part of a timeline in which unread posts are searched.
#[derive(Debug, Clone, Copy)]
struct Part {
    from: i64,
    /// The first key after it.
    to: i64,
    /// Posts after this arrival are unread.
    after: Arrival,
    /// And up to this one.
    up_to: Arrival,
}

/// A timeline of a reader in which unread posts are searched.
struct UnreadQuery<'s> {
    store: &'s Store,
    timeline: &'s Timeline,
    viewer: Viewer,
    matchers: Vec<FilterMatcher>,
    arrivals: &'s Arrivals,
}

impl UnreadQuery<'_> {
    /// Passes the key of each unread post to `each`, until it returns false; returns whether it never did. With `in_order`
    /// the newest key comes first.
    fn each(&self, part: Part, in_order: bool, each: &mut dyn FnMut(i64) -> bool) -> Result<bool> {
        let ranges = self.arrivals.between(part.after, part.up_to);
        let arrived: i64 = ranges.iter().map(|(first, last)| last - first + 1).sum();
        if arrived == 0 || part.from >= part.to {
            return Ok(true);
        }
        let by_arrival = !matches!(self.timeline, Timeline::Search(_));
        let mut part = part;
        if !by_arrival || arrived > FEW_ARRIVALS {
            let most = if by_arrival { arrived.min(MOST_PASSED) } else { i64::MAX };
            match self.by_position(part, most, each)? {
                Walk::Complete => return Ok(true),
                Walk::Stopped => return Ok(false),
                Walk::TooLong(last) => part.to = last,
            }
        }
        self.by_arrival(part, &ranges, in_order, each)
    }

    /// Passes the keys in a range to `each` that were not read in a state, until it returns false.
    fn each_of(
        &self,
        read: &ReadState,
        keys: Range<i64>,
        in_order: bool,
        each: &mut dyn FnMut(i64) -> bool,
    ) -> Result<()> {
        for part in parts(read) {
            let part = Part { from: part.from.max(keys.start), to: part.to.min(keys.end), ..part };
            if !self.each(part, in_order, each)? {
                break;
            }
        }
        Ok(())
    }

    /// Returns whether a home timeline certainly has `limit` posts that can be unread, by the number of posts of each followed
    /// user. At the start, the homes of all visible users are counted, and most of them were never read.
    fn is_home_of_many(&self, limit: usize) -> Result<bool> {
        let (Timeline::Home(owner), true) = (self.timeline, self.matchers.is_empty()) else { return Ok(false) };
        let mut posts = self.store.connection.prepare_cached(
            "SELECT ifnull(sum(posts), 0) FROM follow JOIN user ON user.id = followed WHERE follower = ?1
             AND NOT EXISTS (SELECT 1 FROM mute WHERE muter = ?1 AND muted = followed)",
        )?;
        let posts: i64 = posts.query_row([owner], |row| row.get(0))?;
        let can_be_unread = posts.saturating_sub(self.arrivals.read_count());
        Ok(usize::try_from(can_be_unread).unwrap_or(0) >= limit)
    }

    fn is_hidden(&self, key: i64) -> Result<bool> {
        let matchers = &self.matchers;
        Ok(!matchers.is_empty() && hidden(&self.store.connection, Timestamp::from_micros(key), matchers, self.viewer)?)
    }

    /// Walks the timeline from its newest post, until it has passed more than `most` read posts.
    fn by_position(&self, part: Part, most: i64, each: &mut dyn FnMut(i64) -> bool) -> Result<Walk> {
        let range = KeyRange { from: part.from, to: part.to, oldest_first: false };
        let all_are_unread = part.after == Arrival::BEFORE_ALL && self.arrivals.read.is_empty();
        let all_are_unread = all_are_unread && part.up_to.0 >= self.arrivals.last;
        let mut id_of = self.store.connection.prepare_cached("SELECT id FROM post WHERE created_at = ?1")?;
        let (mut walk, mut passed) = (Walk::Complete, 0);
        self.store.walk(self.timeline, self.viewer, range, true, &mut |key| {
            let key = key.micros();
            let is_unread = all_are_unread || {
                let id: i64 = id_of.query_row([key], |row| row.get(0))?;
                id > part.after.0 && id <= part.up_to.0 && self.arrivals.contains(id)
            };
            if is_unread && !self.is_hidden(key)? {
                if !each(key) {
                    walk = Walk::Stopped;
                }
            } else {
                passed += 1;
                if passed > most {
                    walk = Walk::TooLong(key);
                }
            }
            Ok(matches!(walk, Walk::Complete))
        })?;
        Ok(walk)
    }

    /// Reads arrivals, and passes on those that belong to this part of the timeline.
    fn by_arrival(
        &self,
        part: Part,
        ranges: &[(i64, i64)],
        in_order: bool,
        each: &mut dyn FnMut(i64) -> bool,
    ) -> Result<bool> {
        let Some(subject) = self.store.subject(self.timeline)? else { return Ok(true) };
        let Some(sql) = timeline_query::by_arrival(self.timeline) else { return Ok(true) };
        let mut statement = self.store.connection.prepare_cached(&sql)?;
        let mut found = Vec::new();
        for (first, last) in ranges {
            bind(&mut statement, self.viewer, KeyRange { from: part.from, to: part.to, oldest_first: false })?;
            bind_one(&mut statement, ":subject", subject)?;
            bind_one(&mut statement, ":first", first)?;
            bind_one(&mut statement, ":last", last)?;
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                let key: i64 = row.get(0)?;
                if self.is_hidden(key)? {
                    continue;
                }
                if in_order {
                    found.push(key);
                } else if !each(key) {
                    return Ok(false);
                }
            }
        }
        found.sort_unstable_by(|one, other| other.cmp(one));
        Ok(found.into_iter().all(each))
    }
}

/// How a walk ended.
enum Walk {
    Complete,
    /// The receiver wanted no more.
    Stopped,
    /// Too many posts were read; the last one that was looked at.
    TooLong(i64),
}

impl Store {
    /// Returns the last arrival: with it, a part of a timeline that is loaded afterwards can be marked as read.
    ///
    /// # Errors
    /// When the store fails.
    pub fn last_arrival(&self) -> Result<Arrival> {
        last_arrival(&self.connection).map(Arrival)
    }

    fn unread_query<'s>(
        &'s self,
        user: UserId,
        timeline: &'s Timeline,
        arrivals: &'s Arrivals,
    ) -> Result<UnreadQuery<'s>> {
        let viewer = Viewer::of(user);
        Ok(UnreadQuery { store: self, timeline, viewer, matchers: self.matchers(timeline, viewer)?, arrivals })
    }

    /// Returns how many posts of each timeline a user has not read, counted up to `limit`; in home, all and lists,
    /// their own do not count.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unread(&self, user: UserId, timelines: &[Timeline], limit: usize) -> Result<Vec<usize>> {
        let arrivals = Arrivals::load(&self.connection)?;
        timelines.iter().map(|timeline| self.count_unread(user, timeline, &arrivals, limit)).collect()
    }

    /// Returns how many posts of their home timelines users have not read, each counted up to `limit`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unread_homes(&self, users: &[UserId], limit: usize) -> Result<Vec<usize>> {
        let arrivals = Arrivals::load(&self.connection)?;
        users.iter().map(|user| self.count_unread(*user, &Timeline::Home(*user), &arrivals, limit)).collect()
    }

    fn count_unread(&self, user: UserId, timeline: &Timeline, arrivals: &Arrivals, limit: usize) -> Result<usize> {
        let (read, query) = (self.read_state(user, timeline)?, self.unread_query(user, timeline, arrivals)?);
        if limit == 0 || (read.is_empty() && query.is_home_of_many(limit)?) {
            return Ok(limit);
        }
        let mut count = 0;
        query.each_of(&read, i64::MIN..i64::MAX, false, &mut |_| {
            count += 1;
            count < limit
        })?;
        Ok(count)
    }

    /// Returns the keys of posts between two keys, both included, that arrived after one arrival, up to another one; of
    /// any that are there, `limit` at most.
    pub(super) fn unread_keys(
        &self,
        user: UserId,
        timeline: &Timeline,
        (from, to): (Timestamp, Timestamp),
        (after, up_to): (Arrival, Arrival),
        limit: usize,
    ) -> Result<Vec<Timestamp>> {
        let arrivals = Arrivals::load(&self.connection)?;
        let query = self.unread_query(user, timeline, &arrivals)?;
        let mut keys = Vec::new();
        query.each(Part { from: from.micros(), to: to.micros() + 1, after, up_to }, false, &mut |key| {
            keys.push(Timestamp::from_micros(key));
            keys.len() < limit
        })?;
        Ok(keys)
    }

    /// Returns the keys of posts before a key that arrived after an arrival, whatever was read: what came late. At most
    /// `limit` of them, in no order.
    ///
    /// # Errors
    /// When the store fails.
    pub fn arrived_late(
        &self,
        user: UserId,
        timeline: &Timeline,
        before: Timestamp,
        after: Arrival,
        limit: usize,
    ) -> Result<Vec<Timestamp>> {
        let to = Timestamp::from_micros(before.micros() - 1);
        self.unread_keys(user, timeline, (Timestamp::MIN, to), (after, Arrival(i64::MAX)), limit)
    }

    /// Returns the newest unread post before a key.
    ///
    /// # Errors
    /// When the store fails.
    pub fn next_unread(&self, user: UserId, timeline: &Timeline, before: Timestamp) -> Result<Option<Timestamp>> {
        let arrivals = Arrivals::load(&self.connection)?;
        let read = self.read_state(user, timeline)?;
        let mut found = None;
        self.unread_query(user, timeline, &arrivals)?.each_of(&read, i64::MIN..before.micros(), true, &mut |key| {
            found = Some(Timestamp::from_micros(key));
            false
        })?;
        Ok(found)
    }

    /// Returns the oldest of the posts that arrived since the user last read this timeline and are unread; `None` if there
    /// are none, or the user never read it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn first_unread(&self, user: UserId, timeline: &Timeline, limit: usize) -> Result<Option<Timestamp>> {
        let state = self.read_state(user, timeline)?;
        if state.is_empty() {
            return Ok(None);
        }
        let since = (state.latest(), Arrival(i64::MAX));
        let keys = self.unread_keys(user, timeline, (Timestamp::MIN, Timestamp::MAX), since, limit)?;
        Ok(keys.into_iter().min())
    }

    /// Returns unread posts before a key, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unread_page(
        &self,
        user: UserId,
        timeline: &Timeline,
        before: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<Post>> {
        let read = self.read_state(user, timeline)?;
        self.unread_between(user, timeline, &read, Timestamp::MIN..before.unwrap_or(Timestamp::MAX), limit)
    }

    /// Returns posts with keys in a range that were not read in a state, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unread_between(
        &self,
        user: UserId,
        timeline: &Timeline,
        read: &ReadState,
        keys: Range<Timestamp>,
        limit: usize,
    ) -> Result<Vec<Post>> {
        let keys = self.newest_unread_keys(user, timeline, read, keys, limit)?;
        self.posts_by_keys(timeline, Viewer::of(user), keys)
    }

    fn newest_unread_keys(
        &self,
        user: UserId,
        timeline: &Timeline,
        read: &ReadState,
        range: Range<Timestamp>,
        limit: usize,
    ) -> Result<Vec<Timestamp>> {
        let arrivals = Arrivals::load(&self.connection)?;
        let range = range.start.micros()..range.end.micros();
        let mut keys = Vec::new();
        if limit > 0 {
            self.unread_query(user, timeline, &arrivals)?.each_of(read, range, true, &mut |key| {
                keys.push(Timestamp::from_micros(key));
                keys.len() < limit
            })?;
        }
        Ok(keys)
    }

    /// Returns the keys and arrivals of the newest posts that were not read in a state.
    pub(super) fn newest_unread(
        &self,
        user: UserId,
        timeline: &Timeline,
        read: &ReadState,
        limit: usize,
    ) -> Result<Vec<(Timestamp, Arrival)>> {
        let mut id_of = self.connection.prepare_cached("SELECT id FROM post WHERE created_at = ?1")?;
        let keys = self.newest_unread_keys(user, timeline, read, Timestamp::MIN..Timestamp::MAX, limit)?;
        keys.into_iter().map(|key| Ok((key, Arrival(id_of.query_row([key], |row| row.get(0))?)))).collect()
    }

    /// Returns the posts next above a key that were not read in a state, newest first; and whether there are more
    /// above. It reads the keys of all of them.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unread_above(
        &self,
        user: UserId,
        timeline: &Timeline,
        read: &ReadState,
        above: Timestamp,
        limit: usize,
    ) -> Result<(Vec<Post>, bool)> {
        let arrivals = Arrivals::load(&self.connection)?;
        let mut keys = VecDeque::new();
        let mut more = false;
        self.unread_query(user, timeline, &arrivals)?.each_of(
            read,
            above.micros() + 1..i64::MAX,
            true,
            &mut |key| {
                keys.push_back(Timestamp::from_micros(key));
                if keys.len() > limit {
                    keys.pop_front();
                    more = true;
                }
                true
            },
        )?;
        Ok((self.posts_by_keys(timeline, Viewer::of(user), keys.into())?, more))
    }

    /// Counts the posts above a key that were not read in a state, up to `limit`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn count_unread_above(
        &self,
        user: UserId,
        timeline: &Timeline,
        read: &ReadState,
        above: Timestamp,
        limit: usize,
    ) -> Result<usize> {
        let arrivals = Arrivals::load(&self.connection)?;
        let mut count = 0;
        self.unread_query(user, timeline, &arrivals)?.each_of(
            read,
            above.micros() + 1..i64::MAX,
            false,
            &mut |_| {
                count += 1;
                count < limit
            },
        )?;
        Ok(count)
    }
}

/// Returns the parts of a timeline, the newest first.
fn parts(state: &ReadState) -> Vec<Part> {
    let up_to = Arrival(i64::MAX);
    let mut parts = Vec::new();
    let mut to = i64::MAX;
    for span in state.spans().iter().rev() {
        parts.push(Part { from: span.from.micros(), to, after: span.up_to, up_to });
        to = span.from.micros();
    }
    if state.is_empty() {
        parts.push(Part { from: i64::MIN, to, after: Arrival::BEFORE_ALL, up_to });
    }
    parts
}
