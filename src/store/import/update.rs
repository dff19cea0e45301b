//! Takes changes of what an earlier import added: another text is an edit with history, another profile replaces the
//! earlier one, and a deleted post goes to the trash. Also finds out what was imported before.
//!
//! What people here changed is theirs: profiles of local and claimed users stay, and an edit that was made here is only
//! replaced by a later one that has a date.

use std::iter::once;

use rusqlite::{OptionalExtension, params};

use super::{Import, UnreadPosts};
use crate::model::{
    AboutMe, DisplayName, Origin, Picture, Post, PostId, RemotePost, RemoteUser, Timestamp, UserId, UserKind,
};
use crate::store::{Result, arrivals, avatars, history, posts, remote, trash, users};
use crate::text::{is_same_but_votes, without_quote};

/// A post that was imported before.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownPost {
    id: PostId,
    /// Whether it has the same remote id. If not, it is the same post by another road, with a text that differs in form.
    is_same_id: bool,
}

/// Returns whether a remote id is the same everywhere. Hashes of twtxt are not: two posts can have the same.
fn is_global(remote_id: &str) -> bool {
    remote_id.contains("://")
}

impl Import<'_> {
    /// Finds a post that was imported before: of its author by its remote id, or of any author of this source by any
    /// of its ids, so that a post which comes by two roads is one. Most posts of a first import need no lookup.
    pub(super) fn known_post(&mut self, author: UserId, source: &str, aliases: &[String]) -> Result<Option<KnownPost>> {
        let mut is_seen = false;
        for name in once(source).chain(aliases.iter().map(String::as_str)) {
            is_seen |= self.seen_ids.insert(name);
        }
        self.note_author(author)?;
        if !is_seen && !self.has_earlier_posts {
            return Ok(None);
        }
        if let Some(id) = self.bulk.post_by_source(author, source)? {
            return Ok(Some(KnownPost { id, is_same_id: true }));
        }
        for name in once(source).chain(aliases.iter().map(String::as_str)).filter(|name| is_global(name)) {
            if let Some((id, is_its_source)) = self.post_of_source(name)? {
                return Ok(Some(KnownPost { id, is_same_id: is_its_source && name == source }));
            }
        }
        Ok(None)
    }

    /// Takes note of an author of this source, and of whether they had posts before.
    fn note_author(&mut self, author: UserId) -> Result<()> {
        if self.authors.insert(author) && !self.has_earlier_posts {
            self.has_earlier_posts = self
                .connection
                .prepare_cached("SELECT 1 FROM post INDEXED BY post_author_created_at WHERE author = ?1")?
                .exists([author])?;
        }
        Ok(())
    }

    /// Returns the post of one of this source's authors that has a remote id, and whether as its source.
    fn post_of_source(&self, name: &str) -> Result<Option<(PostId, bool)>> {
        const BY_SOURCE: &str = "SELECT id, author FROM post INDEXED BY post_source WHERE source = ?1 ORDER BY author";
        const BY_ALIAS: &str = "SELECT p.id, p.author FROM other_name o CROSS JOIN post p ON p.id = o.post
            WHERE o.name = ?1 ORDER BY o.post";
        for (sql, is_its_source) in [(BY_SOURCE, true), (BY_ALIAS, false)] {
            let mut statement = self.connection.prepare_cached(sql)?;
            let mut rows = statement.query([name])?;
            while let Some(row) = rows.next()? {
                if self.authors.contains(&row.get(1)?) {
                    return Ok(Some((row.get(0)?, is_its_source)));
                }
            }
        }
        let Some(id) = self.remote_ids.buffered(name) else { return Ok(None) };
        let mut author = self.connection.prepare_cached("SELECT author FROM post WHERE id = ?1")?;
        let author = author.query_row([id], |row| row.get(0)).optional()?;
        Ok(author.filter(|author| self.authors.contains(author)).map(|_| (id, false)))
    }

    /// Compares a post with the one that was imported before, and takes its changes if the import is for that.
    pub(super) fn change(&mut self, known: KnownPost, mut post: RemotePost) -> Result<()> {
        if !known.is_same_id {
            post.origin.aliases.push(post.source.clone());
            self.remote_ids.add(self.connection, known.id, &post.origin)?;
        }
        let is_changed = self.options.update && known.is_same_id && self.replace(known.id, post)?;
        *if is_changed { &mut self.stats.updated } else { &mut self.stats.known } += 1;
        Ok(())
    }

    /// Replaces what differs of a post; returns whether anything did.
    fn replace(&mut self, id: PostId, post: RemotePost) -> Result<bool> {
        let old = posts::by_id(self.connection, id, None)?;
        let origin = old.origin.clone().map(|origin| *origin).unwrap_or_default();
        if origin.boost_of.is_some() || post.origin.boost_of.is_some() || old.boost.is_some() {
            return Ok(false);
        }
        let author = users::by_id(self.connection, old.author)?;
        if !is_newer(&old, &post, author.kind) {
            return Ok(false);
        }
        // The text of an own post is rendered by the server: only another rendering is an edit.
        let is_same_rendering =
            author.kind != UserKind::Remote && origin.original.is_some() && origin.original == post.origin.original;
        let (before, after) = (old.body.as_str(), post.body.as_str());
        // Some servers name the quoted post only in some of their answers.
        let has_date = post.edited_at.is_some_and(|edited| Some(edited) > old.edited_at);
        let lost_quote = !has_date && without_quote(before) == after;
        let has_other_votes = before != after && is_same_but_votes(before, after);
        let is_edited = has_other_votes || before != after && !is_same_rendering && !lost_quote;
        if has_other_votes || is_edited && !has_date && before == without_quote(after) {
            let meant = self.mentioned(&post.mentions)?;
            history::rewrite(self.connection, self.bulk.names(meant), &old, &post.body, old.created_at)?;
        } else if is_edited {
            self.edit(&old, &post)?;
        }
        let new = Origin {
            in_reply_to: origin.in_reply_to.clone().or(post.origin.in_reply_to),
            aliases: origin.aliases.clone(),
            dated_at: origin.dated_at,
            ..post.origin
        };
        let is_other_origin = new != origin;
        if is_other_origin {
            remote::replace(self.connection, id, &new)?;
        }
        Ok(is_edited || is_other_origin)
    }

    fn edit(&mut self, old: &Post, post: &RemotePost) -> Result<()> {
        let earliest = Timestamp::from_micros(old.edited_at.unwrap_or(old.created_at).micros() + 1);
        let edited_at = post.edited_at.unwrap_or(self.options.now).max(earliest);
        let meant = self.mentioned(&post.mentions)?;
        history::replace_text(self.connection, self.bulk.names(meant), old, &post.body, edited_at)?;
        // A source that has the whole history of a remote post knows more of it than was seen here.
        let is_remote = users::by_id(self.connection, old.author)?.kind == UserKind::Remote;
        if is_remote && post.revisions.len() > old.edits as usize {
            self.connection.prepare_cached("DELETE FROM post_version WHERE post = ?1")?.execute([old.id])?;
            self.add_revisions(old.id, &post.revisions)?;
        }
        Ok(())
    }

    /// Marks the new posts that nobody needs to read.
    pub(super) fn mark_arrivals(&self) -> Result<()> {
        let before = self.last_arrival;
        let last = arrivals::last_arrival(self.connection)?;
        let is_own = self.options.import_as.is_some() || self.options.claim_owner;
        let newest = match self.options.unread {
            UnreadPosts::All => return Ok(()),
            UnreadPosts::Later if self.has_earlier_posts && !is_own => return Ok(()),
            UnreadPosts::Later | UnreadPosts::None => 0,
            UnreadPosts::Newest(count) => count,
        };
        let mut statement = self.connection.prepare_cached(
            "SELECT id FROM (SELECT id, created_at FROM post NOT INDEXED WHERE id > ?1 ORDER BY created_at DESC LIMIT ?2)
             ORDER BY id",
        )?;
        let unread = statement.query_map(params![before, newest as i64], |row| row.get::<_, i64>(0))?;
        let mut first = before + 1;
        for id in unread.collect::<rusqlite::Result<Vec<_>>>()? {
            arrivals::mark_read_on_arrival(self.connection, first, id - 1)?;
            first = id + 1;
        }
        arrivals::mark_read_on_arrival(self.connection, first, last)
    }

    /// Moves a post that its source deleted to the trash.
    pub(super) fn delete(&mut self, author: Option<&str>, name: &str) -> Result<()> {
        let author = self.user(author)?;
        if !self.options.update || !self.trusted.contains(&author) {
            return Ok(());
        }
        self.note_author(author)?;
        let found = match self.bulk.post_by_source(author, name)? {
            None if is_global(name) => self.post_of_source(name)?.map(|(id, _)| id),
            found => found,
        };
        if let Some(id) = found {
            trash::discard(self.connection, id, self.options.now)?;
            self.stats.deleted += 1;
        }
        Ok(())
    }

    /// Takes another display name and description of a remote user.
    pub(super) fn update_profile(&mut self, id: UserId, kind: UserKind, person: &RemoteUser) -> Result<()> {
        if !self.options.update || kind != UserKind::Remote {
            return Ok(());
        }
        let name = person.display_name.as_ref().map(DisplayName::as_str);
        let about = person.about_me.as_ref().map(AboutMe::as_str);
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE user SET display_name = ifnull(?2, display_name), about_me = ifnull(?3, about_me)
                 WHERE id = ?1 AND (display_name IS NOT ifnull(?2, display_name) OR about_me IS NOT ifnull(?3, about_me))",
            )?
            .execute(params![id, name, about])?;
        self.stats.profiles += changed as u64;
        Ok(())
    }

    /// Stores the avatar of a user, or replaces it if changes are taken.
    pub(super) fn avatar(&mut self, id: UserId, picture: &Picture) -> Result<()> {
        if !self.options.update || users::by_id(self.connection, id)?.kind != UserKind::Remote {
            return avatars::add(self.connection, id, picture);
        }
        let mut same = self.connection.prepare_cached("SELECT 1 FROM avatar WHERE user = ?1 AND picture = ?2")?;
        if !same.exists(params![id, picture.bytes()])? {
            avatars::set(self.connection, id, Some(picture))?;
            self.stats.profiles += 1;
        }
        Ok(())
    }
}

/// Returns whether a post that comes again replaces the stored one. An earlier text does not replace a later one, and an
/// edit that was made here is only replaced by a later one with a date.
fn is_newer(old: &Post, post: &RemotePost, author: UserKind) -> bool {
    match (post.edited_at.filter(|edited| *edited > post.created_at), old.edited_at) {
        (Some(edited), Some(last)) => edited > last || edited == last && old.body == post.body,
        (None, Some(_)) => author == UserKind::Remote,
        (_, None) => true,
    }
}
