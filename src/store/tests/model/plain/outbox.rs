//! The outbox of accounts.

use super::*;
use crate::model::{OutboxAction, OutboxState};
use crate::store::outbox::{PARENT_DELETED, PARENT_UNKNOWN, POST_UNKNOWN};

/// What the server says when it refuses something.
pub(in super::super) const NO: &str = "no";

/// An action of an account that its server does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct PlainEntry {
    pub(in super::super) account: i64,
    pub(in super::super) action: OutboxAction,
    /// The post; users of the model are on no server.
    pub(in super::super) post: i64,
    pub(in super::super) state: OutboxState,
    pub(in super::super) id: i64,
    pub(in super::super) error: Option<&'static str>,
    /// What a vote is for.
    pub(super) choice: Option<u32>,
    /// Whether the server knew the post when it was queued.
    known: bool,
}

impl PlainEntry {
    pub(in super::super) fn requeue(&mut self) {
        self.state = OutboxState::Pending;
        self.error = None;
    }
}

/// Returns whether the server cannot have it.
fn is_here_only(state: OutboxState) -> bool {
    matches!(state, OutboxState::Pending | OutboxState::Failed)
}

impl Plain {
    fn find(&mut self, account: i64, action: OutboxAction, post: i64) -> Option<&mut PlainEntry> {
        self.outbox.iter_mut().rev().find(|it| (it.account, it.action, it.post) == (account, action, post))
    }

    fn queue(&mut self, account: i64, action: OutboxAction, post: i64) {
        let known = self.uri(post);
        self.last_entry += 1;
        let (id, state) = (self.last_entry, OutboxState::Pending);
        self.outbox.push(PlainEntry { account, action, post, state, id, error: None, choice: None, known });
    }

    pub(super) fn queue_vote(&mut self, account: i64, post: i64, choice: u32) {
        self.queue(account, OutboxAction::Vote, post);
        self.outbox.last_mut().into_iter().for_each(|it| it.choice = Some(choice));
    }

    /// Returns whether the server knows a post that exists or was deleted.
    fn uri(&self, post: i64) -> bool {
        matches!(self.rows.get(&post).map(|row| &row.content), Some(Content::Post(written)) if written.published)
    }

    pub(super) fn queue_post(&mut self, author: i64, post: i64) {
        if self.accounts.contains(&author) {
            self.queue(author, OutboxAction::Post, post);
        }
    }

    pub(super) fn queue_edit(&mut self, author: i64, post: i64) {
        if !self.accounts.contains(&author) {
            return;
        }
        let known = self.uri(post);
        match self.find(author, OutboxAction::Post, post) {
            Some(entry) if entry.state == OutboxState::Unsure => {}
            Some(entry) => return entry.requeue(),
            None if known => {}
            None => return,
        }
        match self.find(author, OutboxAction::Edit, post) {
            Some(entry) if is_here_only(entry.state) => entry.requeue(),
            _ => self.queue(author, OutboxAction::Edit, post),
        }
    }

    pub(super) fn queue_delete(&mut self, owner: i64, post: i64) {
        if !self.accounts.contains(&owner) {
            return;
        }
        self.outbox.retain(|it| {
            (it.account, it.action, it.post) != (owner, OutboxAction::Edit, post) || !is_here_only(it.state)
        });
        let known = self.uri(post);
        match self.find(owner, OutboxAction::Post, post) {
            Some(entry) if is_here_only(entry.state) => {
                entry.state = OutboxState::Withdrawn;
                entry.error = None;
            }
            None if !known => {}
            _ => self.queue(owner, OutboxAction::Delete, post),
        }
    }

    pub(super) fn queue_restored(&mut self, owner: i64, post: i64) {
        if !self.accounts.contains(&owner) {
            return;
        }
        if let Some(entry) = self.find(owner, OutboxAction::Post, post)
            && entry.state == OutboxState::Withdrawn
        {
            entry.requeue();
            return;
        }
        let last =
            self.outbox.iter().rposition(|it| (it.account, it.action, it.post) == (owner, OutboxAction::Delete, post));
        if let Some(last) = last.filter(|last| is_here_only(self.outbox[*last].state)) {
            self.outbox.remove(last);
        }
    }

    pub(super) fn queue_reaction(&mut self, user: i64, action: OutboxAction, post: i64) {
        let has_entry = self.outbox.iter().any(|it| it.action == OutboxAction::Post && it.post == post);
        if !self.accounts.contains(&user) || !self.uri(post) && !has_entry {
            return;
        }
        let inverse = action.inverse();
        let taken_back =
            self.outbox.iter().rposition(|it| it.account == user && Some(it.action) == inverse && it.post == post);
        if let Some(place) = taken_back.filter(|place| is_here_only(self.outbox[*place].state)) {
            self.outbox.remove(place);
            return;
        }
        match self.find(user, action, post) {
            Some(entry) if is_here_only(entry.state) => entry.requeue(),
            _ => self.queue(user, action, post),
        }
    }

    /// Removes what belongs to a post that is gone for good.
    pub(super) fn forget_queued(&mut self, post: i64) {
        let outlives = |action| matches!(action, OutboxAction::Delete | OutboxAction::Unboost);
        self.outbox.retain(|it| it.post != post || it.state == OutboxState::Unsure || outlives(it.action));
    }

    /// The state of the entry that publishes a post.
    fn publication(&self, post: i64) -> Option<OutboxState> {
        self.outbox.iter().find(|it| it.action == OutboxAction::Post && it.post == post).map(|it| it.state)
    }

    /// Returns the next entry that can be sent; what can never be sent fails.
    pub(in super::super) fn next_to_send(&mut self, account: i64) -> Option<PlainEntry> {
        for place in 0..self.outbox.len() {
            let entry = self.outbox[place];
            if entry.account != account || entry.state != OutboxState::Pending {
                continue;
            }
            let error = if entry.action == OutboxAction::Post {
                match self.answers(entry.post) {
                    None => None,
                    Some(parent) => match self.publication(parent) {
                        Some(OutboxState::Withdrawn) => Some(PARENT_DELETED),
                        Some(_) => continue,
                        None if self.uri(parent) => None,
                        None if self.row(parent).is_some() => Some(PARENT_UNKNOWN),
                        None => Some(PARENT_DELETED),
                    },
                }
            } else {
                match self.publication(entry.post) {
                    Some(state) if state != OutboxState::Withdrawn => continue,
                    _ if self.uri(entry.post) || entry.known => None,
                    _ => Some(POST_UNKNOWN),
                }
            };
            if error.is_none() {
                return Some(entry);
            }
            self.outbox[place].state = OutboxState::Failed;
            self.outbox[place].error = error;
        }
        None
    }

    /// Stores the result of sending an entry; `None` if the server has it.
    pub(in super::super) fn sent(&mut self, entry: PlainEntry, state: Option<OutboxState>) {
        let Some(place) = self.outbox.iter().position(|it| *it == entry) else { return };
        match state {
            Some(state) => {
                self.outbox[place].state = state;
                self.outbox[place].error = Some(NO);
            }
            None => {
                self.outbox.remove(place);
                if let Some(post) = self.written(entry.post) {
                    match entry.action {
                        OutboxAction::Vote => {
                            post.polls.entry(entry.account).and_modify(|vote| *vote = entry.choice);
                        }
                        // No server has it then.
                        OutboxAction::Delete => post.polls.clear(),
                        _ => {}
                    }
                }
                if entry.action == OutboxAction::Post {
                    if let Some(Content::Post(post)) = self.rows.get_mut(&entry.post).map(|row| &mut row.content) {
                        post.published = true;
                    }
                    self.outbox.iter_mut().filter(|it| it.post == entry.post).for_each(|it| it.known = true);
                }
            }
        }
    }

    /// The first entry about the text of a post.
    pub(in super::super) fn delivery(&self, post: i64) -> Option<&PlainEntry> {
        let about_text = |it: &&PlainEntry| {
            it.post == post
                && matches!(it.action, OutboxAction::Post | OutboxAction::Edit)
                && it.state != OutboxState::Withdrawn
        };
        self.outbox.iter().find(about_text)
    }
}
