//! Boosts, likes, bookmarks, follows and mutes.

use std::collections::btree_map::Entry;

use super::*;
use crate::store::MAX_PINS;

impl Plain {
    fn boost_of(&self, user: i64, post: i64) -> Option<i64> {
        self.boosts().into_iter().find(|(_, row, of)| row.author == user && *of == post).map(|(id, ..)| id)
    }

    pub(in super::super) fn boost(&mut self, user: i64, ids: &[i64], now: i64) -> Done {
        for id in ids {
            let id = self.target(*id)?;
            if self.boost_of(user, id).is_none() {
                let (author, moment) = (self.rows[&id].author, self.free(now));
                self.add(user, moment, Content::Boost(id));
                self.notify(author, NotificationKind::Boosted, user, Some(id), now);
                self.queue_reaction(user, OutboxAction::Boost, id);
            }
        }
        Ok(())
    }

    pub(in super::super) fn unboost_one(&mut self, user: i64, boost: i64, of: i64, now: i64) {
        self.rows.entry(boost).and_modify(|row| row.deleted = Some(Deleted { at: now, with: None }));
        let author = self.rows.get(&of).map_or(user, |row| row.author);
        self.unnotify(author, NotificationKind::Boosted, user, Some(of));
    }

    pub(in super::super) fn unboost(&mut self, user: i64, ids: &[i64], now: i64) -> Done {
        for id in ids {
            let id = self.target(*id)?;
            if let Some(boost) = self.boost_of(user, id) {
                self.unboost_one(user, boost, id, now);
                self.queue_reaction(user, OutboxAction::Unboost, id);
            }
        }
        Ok(())
    }

    pub(in super::super) fn like(&mut self, user: i64, ids: &[i64], now: i64) -> Done {
        for id in ids {
            let id = self.target(*id)?;
            let author = self.rows[&id].author;
            let likes = &mut self.written(id).ok_or(Refused)?.likes;
            if let Entry::Vacant(like) = likes.entry(user) {
                like.insert(now);
                self.notify(author, NotificationKind::Liked, user, Some(id), now);
                self.queue_reaction(user, OutboxAction::Like, id);
            }
        }
        Ok(())
    }

    pub(in super::super) fn unlike(&mut self, user: i64, ids: &[i64]) -> Done {
        for id in ids {
            let id = self.target(*id)?;
            if self.written(id).ok_or(Refused)?.likes.remove(&user).is_some() {
                self.queue_reaction(user, OutboxAction::Unlike, id);
            }
            self.unnotify(self.rows[&id].author, NotificationKind::Liked, user, Some(id));
        }
        Ok(())
    }

    pub(in super::super) fn bookmark(&mut self, user: i64, ids: &[i64], keep: bool) -> Done {
        for id in ids {
            let id = self.target(*id)?;
            let bookmarks = &mut self.written(id).ok_or(Refused)?.bookmarks;
            let action = if keep { OutboxAction::Bookmark } else { OutboxAction::Unbookmark };
            if if keep { bookmarks.insert(user) } else { bookmarks.remove(&user) } {
                self.queue_reaction(user, action, id);
            }
        }
        Ok(())
    }

    /// A user's pinned posts, the one that was pinned last first.
    pub(in super::super) fn pinned(&self, user: i64) -> Vec<i64> {
        let own = self.posts().filter(|(_, row, post)| row.author == user && post.pinned.is_some());
        let mut pinned: Vec<_> = own.map(|(id, _, post)| (post.pinned, id)).collect();
        pinned.sort_unstable();
        pinned.into_iter().rev().map(|(_, id)| id).collect()
    }

    pub(in super::super) fn pin(&mut self, user: i64, ids: &[i64], now: i64) -> Done {
        let before = self.pinned(user).len();
        for id in ids {
            let id = self.target(*id)?;
            if self.rows[&id].author != user {
                return Err(Refused);
            }
            self.written(id).ok_or(Refused)?.pinned.get_or_insert(now);
        }
        let after = self.pinned(user).len();
        if after > before && after > MAX_PINS { Err(Refused) } else { Ok(()) }
    }

    pub(in super::super) fn unpin(&mut self, user: i64, ids: &[i64]) -> Done {
        for id in ids {
            let id = self.target(*id)?;
            if self.rows[&id].author != user {
                return Err(Refused);
            }
            self.written(id).ok_or(Refused)?.pinned = None;
        }
        Ok(())
    }

    pub(in super::super) fn follow(&mut self, user: i64, other: i64, now: i64) -> Done {
        let follows = &mut self.users.get_mut(&user).filter(|_| user != other).ok_or(Refused)?.follows;
        if let Entry::Vacant(follow) = follows.entry(other) {
            follow.insert(now);
            self.notify(other, NotificationKind::Followed, user, None, now);
        }
        Ok(())
    }

    pub(in super::super) fn unfollow(&mut self, user: i64, other: i64) -> Done {
        self.users.entry(user).and_modify(|person| _ = person.follows.remove(&other));
        self.unnotify(other, NotificationKind::Followed, user, None);
        Ok(())
    }

    pub(in super::super) fn mute(&mut self, user: i64, other: i64, muted: bool) -> Done {
        if muted && user == other {
            return Err(Refused);
        }
        let mutes = &mut self.users.get_mut(&user).ok_or(Refused)?.mutes;
        if muted {
            mutes.insert(other)
        } else {
            mutes.remove(&other)
        };
        Ok(())
    }
}
