//! A microblog as one would write it down on paper: all of it in memory, each question answered by looking at everything.
//! It knows nothing of the store, which is held against it.

mod outbox;
mod reactions;
mod reading;
mod schedule;
mod votes;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use self::outbox::{NO, PlainEntry};
pub(super) use self::schedule::PlainScheduled;
use super::words::{Query, tags, words};
use crate::model::{NotificationKind, OutboxAction};

/// What was deleted goes for good after a day.
const KEPT: i64 = 24 * 3600 * 1_000_000;

#[derive(Debug, Clone, Default)]
pub(super) struct Plain {
    pub(super) users: BTreeMap<i64, PlainUser>,
    /// Posts and boosts by their number; deleted ones too, until they go for good.
    pub(super) rows: BTreeMap<i64, Row>,
    pub(super) notifications: Vec<PlainNotification>,
    pub(super) active: Option<i64>,
    last_user: i64,
    pub(super) last_row: i64,
    pub(super) accounts: BTreeSet<i64>,
    pub(super) outbox: Vec<PlainEntry>,
    /// The last id of an entry of the outbox.
    pub(super) last_entry: i64,
    /// What is to be posted later.
    pub(super) scheduled: Vec<PlainScheduled>,
    /// The last id of a scheduled post.
    pub(super) last_scheduled: i64,
}

#[derive(Debug, Clone, Default)]
pub(super) struct PlainUser {
    pub(super) nickname: String,
    /// Followed users, and since when.
    pub(super) follows: BTreeMap<i64, i64>,
    pub(super) mutes: BTreeSet<i64>,
    /// Phrases, and whether they fold.
    pub(super) filters: BTreeMap<String, bool>,
    /// The users in their only list; `None` if they have none.
    pub(super) list: Option<BTreeSet<i64>>,
    /// Which notifications they have seen.
    pub(super) seen: PlainSeen,
    /// What they have read, by the name of the timeline.
    pub(super) read: BTreeMap<String, PlainRead>,
    pub(super) draft: String,
    /// The timelines that are pinned as tabs.
    pub(super) tabs: Vec<PlainTimeline>,
}

/// The notifications that were seen: all up to a time, and those in ranges.
#[derive(Debug, Clone, Default)]
pub(super) struct PlainSeen {
    up_to: Option<i64>,
    ranges: Vec<(i64, i64)>,
    /// Of which kinds all were seen up to a time.
    kinds: Vec<(NotificationKind, i64)>,
}

impl PlainSeen {
    pub(super) fn contains(&self, kind: NotificationKind, at: i64) -> bool {
        self.up_to.is_some_and(|up_to| at <= up_to)
            || self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&at))
            || self.kinds.iter().any(|(seen, up_to)| *seen == kind && at <= *up_to)
    }

    pub(super) fn mark_up_to(&mut self, kinds: &[NotificationKind], up_to: i64) {
        if kinds.len() == NotificationKind::ALL.len() {
            self.up_to = self.up_to.max(Some(up_to));
        } else {
            self.kinds.extend(kinds.iter().map(|kind| (*kind, up_to)));
        }
    }
}

/// What was read of a timeline, as ids of rows of posts and boosts.
#[derive(Debug, Clone, Default)]
pub(super) struct PlainRead {
    pub(super) read: BTreeSet<i64>,
    /// What was not in the timeline when something was read: it is unread or read if it comes into it later.
    pub(super) elsewhere: BTreeSet<i64>,
}

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) author: i64,
    pub(super) moment: i64,
    pub(super) content: Content,
    deleted: Option<Deleted>,
}

#[derive(Debug, Clone)]
pub(super) enum Content {
    Post(PlainPost),
    Boost(i64),
}

#[derive(Debug, Clone, Default)]
pub(super) struct PlainPost {
    /// The revisions, oldest first, each with its timestamp.
    pub(super) versions: Vec<(String, i64)>,
    pub(super) answers: Option<i64>,
    /// The mentioned users, and the names as written.
    pub(super) names: BTreeMap<i64, String>,
    /// The recipients: mentioned users and the author of the parent.
    pub(super) to: BTreeSet<i64>,
    pub(super) likes: BTreeMap<i64, i64>,
    pub(super) bookmarks: BTreeSet<i64>,
    /// When its author pinned it.
    pub(super) pinned: Option<i64>,
    /// The server of its author's account has it.
    pub(super) published: bool,
    /// Accounts whose servers know it as a poll, each with the choice that it voted for.
    pub(super) polls: BTreeMap<i64, Option<u32>>,
}

impl PlainPost {
    pub(super) fn body(&self) -> &str {
        self.versions.last().map_or("", |(body, _)| body)
    }
}

#[derive(Debug, Clone, Copy)]
struct Deleted {
    at: i64,
    /// It was a boost of this post, and went with it.
    with: Option<i64>,
}

/// A notification of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlainNotification {
    pub(super) user: i64,
    pub(super) at: i64,
    pub(super) kind: NotificationKind,
    pub(super) actor: i64,
    pub(super) post: Option<i64>,
}

/// A timeline of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlainTimeline {
    Home,
    All,
    User(i64),
    Replies(i64),
    Likes(i64),
    Mentions,
    Bookmarks,
    List,
    Tag(&'static str),
    Search(Query),
}

impl PlainTimeline {
    /// Whether posts of the reader are in it beside those of others.
    pub(super) fn mixes_own_posts(self) -> bool {
        matches!(self, Self::Home | Self::All | Self::Mentions | Self::Tag(_) | Self::List)
    }
}

/// A place in a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) key: i64,
    pub(super) post: i64,
    pub(super) boost: Option<i64>,
    /// The phrase by which it is folded.
    pub(super) collapsed: Option<String>,
}

/// It cannot be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused;

type Done = Result<(), Refused>;

/// As names are compared; those of these tests have no other letters.
pub(super) fn key(name: &str) -> String {
    name.to_lowercase()
}

impl Plain {
    pub(super) fn row(&self, id: i64) -> Option<&Row> {
        self.rows.get(&id).filter(|row| row.deleted.is_none())
    }

    /// The post of a number or, of a boost's, the post boosted.
    pub(super) fn target(&self, id: i64) -> Result<i64, Refused> {
        match self.row(id).map(|row| &row.content) {
            Some(Content::Post(_)) => Ok(id),
            Some(Content::Boost(of)) => Ok(*of),
            None => Err(Refused),
        }
    }

    pub(super) fn post(&self, id: i64) -> Option<(&Row, &PlainPost)> {
        self.row(id).and_then(|row| if let Content::Post(post) = &row.content { Some((row, post)) } else { None })
    }

    fn written(&mut self, id: i64) -> Option<&mut PlainPost> {
        match &mut self.rows.get_mut(&id)?.content {
            Content::Post(post) => Some(post),
            Content::Boost(_) => None,
        }
    }

    pub(super) fn posts(&self) -> impl Iterator<Item = (i64, &Row, &PlainPost)> {
        self.rows.keys().filter_map(|id| self.post(*id).map(|(row, post)| (*id, row, post)))
    }

    /// Boosts: their number, who boosted, and what, the oldest first.
    pub(super) fn boosts(&self) -> Vec<(i64, &Row, i64)> {
        let boost = |id: &i64| {
            let row = self.row(*id)?;
            if let Content::Boost(of) = row.content { Some((*id, row, of)) } else { None }
        };
        let mut boosts: Vec<_> = self.rows.keys().filter_map(boost).collect();
        boosts.sort_by_key(|(_, row, _)| row.moment);
        boosts
    }

    /// Returns the parent of a post that exists or was deleted.
    pub(super) fn answers(&self, id: i64) -> Option<i64> {
        if let Content::Post(post) = &self.rows.get(&id)?.content { post.answers } else { None }
    }

    pub(super) fn called(&self, name: &str) -> Option<i64> {
        self.users.iter().find(|(_, user)| key(&user.nickname) == key(name)).map(|(id, _)| *id)
    }

    fn free(&self, wanted: i64) -> i64 {
        let taken: BTreeSet<i64> = self.rows.values().map(|row| row.moment).collect();
        (wanted..).find(|moment| !taken.contains(moment)).unwrap_or(wanted)
    }

    fn notify(&mut self, user: i64, kind: NotificationKind, actor: i64, post: Option<i64>, at: i64) {
        if user == actor {
            return;
        }
        let taken: BTreeSet<i64> = self
            .notifications
            .iter()
            .filter(|notification| notification.user == user)
            .map(|notification| notification.at)
            .collect();
        let at = (at..).find(|at| !taken.contains(at)).unwrap_or(at);
        self.notifications.push(PlainNotification { user, at, kind, actor, post });
    }

    fn unnotify(&mut self, user: i64, kind: NotificationKind, actor: i64, post: Option<i64>) {
        self.notifications.retain(|it| (it.user, it.kind, it.actor, it.post) != (user, kind, actor, post));
    }

    fn add(&mut self, author: i64, moment: i64, content: Content) -> i64 {
        self.last_row += 1;
        self.rows.insert(self.last_row, Row { author, moment, content, deleted: None });
        self.last_row
    }

    /// Returns the users that a text mentions, in its order.
    fn named(&self, body: &str) -> Vec<(i64, String)> {
        let names = body.split_whitespace().filter_map(|word| Some(word.strip_prefix('@')?.trim_end_matches(',')));
        let mut found: Vec<(i64, String)> = Vec::new();
        for name in names {
            if let Some(user) = self.called(name).filter(|user| !found.iter().any(|(known, _)| known == user)) {
                found.push((user, name.to_owned()));
            }
        }
        found
    }

    /// Rebuilds the mentions as an upgrade does: older versions do not store them, so they are resolved among current users.
    pub(super) fn find_names(&mut self) {
        for id in self.rows.keys().copied().collect::<Vec<_>>() {
            let Some((_, post)) = self.post(id) else { continue };
            let answered = post.answers.and_then(|id| self.row(id)).map(|row| row.author);
            let named = post.versions.first().map_or_else(Vec::new, |(body, _)| self.named(body));
            let Some(post) = self.written(id) else { continue };
            post.to = named.iter().map(|(user, _)| *user).chain(answered).collect();
            post.names = named.into_iter().collect();
        }
    }

    pub(super) fn add_user(&mut self, nickname: &str) -> Done {
        if self.called(nickname).is_some() {
            return Err(Refused);
        }
        self.last_user += 1;
        // The first one becomes active; so does one who comes where nobody is left.
        if self.users.is_empty() {
            self.active = Some(self.last_user);
        }
        self.users.insert(self.last_user, PlainUser { nickname: nickname.to_owned(), ..PlainUser::default() });
        Ok(())
    }

    pub(super) fn rename(&mut self, user: i64, nickname: &str) -> Done {
        if self.called(nickname).is_some_and(|other| other != user) {
            return Err(Refused);
        }
        self.users.entry(user).and_modify(|person| person.nickname = nickname.to_owned());
        Ok(())
    }

    /// All that is theirs goes, and all that they did.
    pub(super) fn delete_user(&mut self, user: i64) -> Done {
        self.users.remove(&user);
        for person in self.users.values_mut() {
            person.follows.remove(&user);
            person.mutes.remove(&user);
            person.list.iter_mut().for_each(|list| list.retain(|member| *member != user));
        }
        let theirs: Vec<i64> = self.rows.iter().filter(|(_, row)| row.author == user).map(|(id, _)| *id).collect();
        theirs.into_iter().for_each(|id| self.forget(id));
        for row in self.rows.values_mut() {
            if let Content::Post(post) = &mut row.content {
                post.names.remove(&user);
                post.likes.remove(&user);
                post.bookmarks.remove(&user);
                post.polls.remove(&user);
            }
        }
        self.notifications.retain(|notification| notification.user != user && notification.actor != user);
        self.active = self.active.filter(|active| *active != user);
        self.accounts.remove(&user);
        self.scheduled.retain(|it| it.author != user);
        self.outbox.retain(|it| it.account != user);
        Ok(())
    }

    /// A row goes for good, and the boosts that are there of it, or went with it.
    fn forget(&mut self, id: i64) {
        self.rows.remove(&id);
        self.forget_queued(id);
        self.rows.retain(|_, row| {
            let goes = matches!(row.content, Content::Boost(of) if of == id)
                && row.deleted.is_none_or(|deleted| deleted.with == Some(id));
            !goes
        });
    }

    pub(super) fn write(&mut self, author: i64, body: &str, at: i64, answers: Option<i64>) -> Done {
        let answers = answers.map(|id| self.target(id)).transpose()?;
        let answered = answers.and_then(|id| self.row(id)).map(|row| row.author);
        let named = self.named(body);
        let moment = self.free(at);
        let post = PlainPost {
            versions: vec![(body.to_owned(), moment)],
            answers,
            to: named.iter().map(|(user, _)| *user).chain(answered).collect(),
            names: named.iter().cloned().collect(),
            ..PlainPost::default()
        };
        let id = self.add(author, moment, Content::Post(post));
        self.queue_post(author, id);
        if let Some(user) = answered {
            self.notify(user, NotificationKind::Replied, author, Some(id), moment);
        }
        for (user, _) in named.into_iter().filter(|(user, _)| Some(*user) != answered) {
            self.notify(user, NotificationKind::Mentioned, author, Some(id), moment);
        }
        Ok(())
    }

    pub(super) fn edit(&mut self, owner: i64, id: i64, body: &str, now: i64) -> Done {
        let id = self.target(id)?;
        let (row, post) = self.post(id).ok_or(Refused)?;
        if row.author != owner {
            return Err(Refused);
        }
        if post.body() == body {
            return Ok(());
        }
        let answered = post.answers.and_then(|id| self.row(id)).map(|row| row.author);
        let (named, before) = (self.named(body), post.names.clone());
        let post = self.written(id).ok_or(Refused)?;
        post.versions.push((body.to_owned(), now));
        post.to = named.iter().map(|(user, _)| *user).chain(answered).collect();
        post.names = named.iter().cloned().collect();
        for (user, _) in named.into_iter().filter(|(user, _)| !before.contains_key(user) && Some(*user) != answered) {
            self.notify(user, NotificationKind::Mentioned, owner, Some(id), now);
        }
        self.queue_edit(owner, id);
        Ok(())
    }

    pub(super) fn delete(&mut self, owner: i64, ids: &[i64], now: i64) -> Done {
        if !ids.iter().all(|id| self.row(*id).is_some_and(|row| row.author == owner)) {
            return Err(Refused);
        }
        for id in ids {
            if let Some(Content::Boost(of)) = self.row(*id).map(|row| row.content.clone()) {
                self.queue_reaction(owner, OutboxAction::Unboost, of);
                self.unboost_one(owner, *id, of, now);
            } else if self.row(*id).is_some() {
                self.queue_delete(owner, *id);
                for (at, row) in &mut self.rows {
                    let with = matches!(row.content, Content::Boost(of) if of == *id).then_some(*id);
                    if (at == id || with.is_some()) && row.deleted.is_none() {
                        row.deleted = Some(Deleted { at: now, with });
                    }
                }
            }
        }
        let old: Vec<i64> = self
            .rows
            .iter()
            .filter(|(_, row)| row.deleted.is_some_and(|it| it.at < now - KEPT))
            .map(|(id, _)| *id)
            .collect();
        old.into_iter().for_each(|id| self.forget(id));
        Ok(())
    }

    pub(super) fn restore(&mut self, owner: i64, ids: &[i64]) -> Done {
        let deleted = |id: &i64| self.rows.get(id).is_some_and(|row| row.author == owner && row.deleted.is_some());
        if !ids.iter().all(deleted) {
            return Err(Refused);
        }
        // A boosted post is restored before its boosts.
        let mut order: Vec<i64> = ids.to_vec();
        order.sort_by_key(|id| matches!(self.rows[id].content, Content::Boost(_)));
        for id in order {
            match self.rows.get(&id).map(|row| (row.content.clone(), row.deleted)) {
                Some((Content::Post(_), _)) => {
                    for (at, row) in &mut self.rows {
                        if *at == id || row.deleted.is_some_and(|deleted| deleted.with == Some(id)) {
                            row.deleted = None;
                        }
                    }
                }
                Some((Content::Boost(of), Some(deleted))) => self.restore_boost(id, of, deleted)?,
                _ => {}
            }
        }
        for id in ids.iter().collect::<BTreeSet<_>>() {
            match self.row(*id).map(|row| &row.content) {
                Some(Content::Post(_)) => self.queue_restored(owner, *id),
                Some(Content::Boost(of)) => self.queue_reaction(owner, OutboxAction::Boost, *of),
                None => {}
            }
        }
        Ok(())
    }

    /// A boost comes back when what it boosts is there, or with it. If the user boosted it again, only the later boost stays.
    fn restore_boost(&mut self, id: i64, of: i64, deleted: Deleted) -> Done {
        let Some(original) = self.rows.get(&of) else { return Err(Refused) };
        let (author, there) = (original.author, original.deleted.is_none());
        let (booster, moment) = (self.rows[&id].author, self.rows[&id].moment);
        let again = self.rows.iter().any(|(other, row)| {
            *other != id
                && row.author == booster
                && matches!(row.content, Content::Boost(post) if post == of)
                && row.deleted.is_none_or(|deleted| deleted.with.is_some())
        });
        if again {
            self.rows.remove(&id);
            return Ok(());
        }
        if deleted.with.is_none() {
            self.notify(author, NotificationKind::Boosted, booster, Some(of), moment);
        }
        let deleted = (!there).then_some(Deleted { with: Some(of), ..deleted });
        self.rows.entry(id).and_modify(|row| row.deleted = deleted);
        Ok(())
    }

    pub(super) fn purge(&mut self, ids: &[i64]) -> Done {
        for id in ids {
            if self.rows.get(id).is_some_and(|row| row.deleted.is_some()) {
                self.forget(*id);
            }
        }
        Ok(())
    }
}
