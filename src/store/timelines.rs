//! Reads timelines by key.
//!
//! A [query](super::timeline_query) returns the keys; each post is then looked up, and left out if one of the
//! reader's filters matches.

use rusqlite::Connection;

use super::filters::{FilterMatcher, matchers};
use super::scan::{KeyRange, Viewer, Window, bind, bind_one, step};
use super::{Result, Store, entities, lists, posts, search, timeline_query};
use crate::model::{Collapse, PageStart, Post, Timeline, Timestamp, UserId, case_fold};

/// Reading a page stops after this many filtered posts, so that a filter that matches everything does not read
/// everything.
const PATIENCE: usize = 50_000;

impl Store {
    /// Returns posts of a timeline, newest first unless [`Window::reverse`] is set. Times are those of [`Post::key`].
    ///
    /// # Errors
    /// When the store fails.
    pub fn timeline(&self, timeline: &Timeline, window: &Window) -> Result<Vec<Post>> {
        let from = window.since.map_or(i64::MIN, Timestamp::micros);
        let to = window.until.map_or(i64::MAX, Timestamp::micros);
        self.page(timeline, window.viewer, KeyRange { from, to, oldest_first: window.reverse }, window.limit)
    }

    /// Returns the posts at a position of a timeline, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn timeline_page(
        &self,
        timeline: &Timeline,
        viewer: Viewer,
        place: PageStart,
        limit: usize,
    ) -> Result<Vec<Post>> {
        let (from, to, oldest_first) = match place {
            PageStart::Newest => (i64::MIN, i64::MAX, false),
            PageStart::Oldest => (i64::MIN, i64::MAX, true),
            PageStart::Before(moment) => (i64::MIN, moment.micros(), false),
            PageStart::After(moment) => (moment.micros() + 1, i64::MAX, true),
        };
        let mut posts = self.page(timeline, viewer, KeyRange { from, to, oldest_first }, limit)?;
        if oldest_first {
            posts.reverse();
        }
        Ok(posts)
    }

    /// Counts the posts of a timeline that are newer than a time, up to `limit`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn count_after(&self, timeline: &Timeline, viewer: Viewer, moment: Timestamp, limit: usize) -> Result<usize> {
        let matchers = self.matchers(timeline, viewer)?;
        let range = KeyRange { from: moment.micros() + 1, to: i64::MAX, oldest_first: false };
        let mut count = 0;
        self.walk(timeline, viewer, range, false, &mut |key| {
            if count >= limit {
                return Ok(false);
            }
            if matchers.is_empty() || !hidden(&self.connection, key, &matchers, viewer)? {
                count += 1;
            }
            Ok(count < limit)
        })?;
        Ok(count)
    }

    fn page(&self, timeline: &Timeline, viewer: Viewer, range: KeyRange, limit: usize) -> Result<Vec<Post>> {
        let matchers = self.matchers(timeline, viewer)?;
        let mut page = Vec::new();
        let mut passed = 0;
        self.walk(timeline, viewer, range, false, &mut |key| {
            if page.len() >= limit {
                return Ok(false);
            }
            let Some((post, is_hidden)) = self.post_by_key(timeline, viewer, key, &matchers)? else { return Ok(true) };
            if is_hidden {
                passed += 1;
            } else {
                page.push(post);
            }
            Ok(page.len() < limit && passed < PATIENCE)
        })?;
        Ok(page)
    }

    fn has_mutes(&self, viewer: Viewer) -> Result<bool> {
        let Some(user) = viewer.user.filter(|_| !viewer.include_muted) else { return Ok(false) };
        Ok(self.connection.prepare_cached("SELECT 1 FROM mute WHERE muter = ?1")?.exists([user.0])?)
    }

    /// Returns the filters that apply to a timeline, hiding ones before collapsing ones.
    pub(super) fn matchers(&self, timeline: &Timeline, viewer: Viewer) -> Result<Vec<FilterMatcher>> {
        let held = match timeline {
            Timeline::Home(_)
            | Timeline::All
            | Timeline::Mentions(_)
            | Timeline::List(..)
            | Timeline::Tag(_)
            | Timeline::Search(_) => true,
            Timeline::User(..) | Timeline::Replies(..) | Timeline::Likes(..) | Timeline::Bookmarks(_) => false,
        };
        match viewer.user {
            Some(user) if held && !viewer.include_muted => {
                let mut matchers = matchers(&self.connection, user, Timestamp::now())?;
                matchers.sort_by_key(|matcher| matcher.folded);
                Ok(matchers)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Passes the keys of a timeline to `each`, until it returns false. With `exclude_own`, the viewer's own posts are left
    /// out of home, all, mentions, tags and lists.
    pub(super) fn walk(
        &self,
        timeline: &Timeline,
        viewer: Viewer,
        range: KeyRange,
        exclude_own: bool,
        each: &mut dyn FnMut(Timestamp) -> Result<bool>,
    ) -> Result<()> {
        let options = timeline_query::ScanOptions {
            oldest_first: range.oldest_first,
            exclude_own,
            has_mutes: self.has_mutes(viewer)?,
        };
        if let Timeline::Search(query) = timeline {
            return search::walk(&self.connection, query, viewer, range, each);
        }
        let Some(subject) = self.subject(timeline)? else { return Ok(()) };
        let mut statement = self.connection.prepare_cached(&timeline_query::sql(timeline, options))?;
        bind(&mut statement, viewer, range)?;
        bind_one(&mut statement, ":subject", subject)?;
        step(&mut statement, each)
    }

    /// Returns the id of the user, tag or list that a timeline is of, which may be of all users; `None` if there is no such
    /// tag or list.
    pub(super) fn subject(&self, timeline: &Timeline) -> Result<Option<Option<i64>>> {
        Ok(Some(match timeline {
            Timeline::All | Timeline::Search(_) => None,
            Timeline::Home(id) | Timeline::Mentions(id) | Timeline::Bookmarks(id) => Some(id.0),
            Timeline::User(id, _) | Timeline::Replies(id, _) | Timeline::Likes(id, _) => Some(id.0),
            Timeline::List(owner, name) => {
                let Some(id) = lists::id(&self.connection, *owner, name)? else { return Ok(None) };
                Some(id)
            }
            Timeline::Tag(tag) => {
                let Some(id) = entities::tag_id(&self.connection, &case_fold(tag.trim_start_matches('#')))? else {
                    return Ok(None);
                };
                Some(id)
            }
        }))
    }

    /// Returns the posts with these keys of a timeline, as a page shows them.
    pub(super) fn posts_by_keys(&self, timeline: &Timeline, viewer: Viewer, keys: Vec<Timestamp>) -> Result<Vec<Post>> {
        let matchers = self.matchers(timeline, viewer)?;
        let posts = keys
            .into_iter()
            .map(|key| self.post_by_key(timeline, viewer, key, &matchers).map(|found| found.map(|(post, _)| post)));
        posts.filter_map(Result::transpose).collect()
    }

    /// Returns a post of a timeline as a page shows it, and whether a filter hides it.
    fn post_by_key(
        &self,
        timeline: &Timeline,
        viewer: Viewer,
        key: Timestamp,
        matchers: &[FilterMatcher],
    ) -> Result<Option<(Post, bool)>> {
        let Some(mut post) = posts::by_key(&self.connection, key, viewer.user)? else { return Ok(None) };
        if let (Timeline::Home(home), true) = (timeline, post.boosts > 0) {
            posts::name_boosters(&self.connection, &mut post, *home)?;
        }
        let matched =
            matchers.iter().find(|matcher| Some(post.author) != viewer.user && matcher.matches(post.body.as_str()));
        post.collapsed = matched.map(|matcher| Collapse::Filter(matcher.phrase.clone())).or(post.collapsed);
        Ok(Some((post, matched.is_some_and(|matcher| !matcher.folded))))
    }
}

/// Returns whether a filter hides a post; a collapsed post is not hidden.
pub(super) fn hidden(
    connection: &Connection,
    key: Timestamp,
    matchers: &[FilterMatcher],
    viewer: Viewer,
) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT p.author, p.body FROM post w CROSS JOIN post p ON p.id = ifnull(w.boost_of, w.id) WHERE w.created_at = ?1",
    )?;
    let mut rows = statement.query([key.micros()])?;
    let Some(row) = rows.next()? else { return Ok(true) };
    if viewer.user == Some(UserId(row.get(0)?)) {
        return Ok(false);
    }
    let body = row.get_ref(1)?.as_str().unwrap_or_default();
    Ok(matchers.iter().any(|matcher| !matcher.folded && matcher.matches(body)))
}
