//! Polls, and votes of accounts in them.

use super::*;
use crate::model::OutboxState;

/// The choices of each poll.
const CHOICES: u32 = 2;

impl Plain {
    /// Makes a post that a server has a poll for an account; returns whether it is new.
    pub(in super::super) fn receive_poll(&mut self, account: i64, id: i64) -> bool {
        let is_known = self.post(id).is_some_and(|(_, post)| post.published) && self.accounts.contains(&account);
        let Some(post) = self.written(id).filter(|post| is_known && !post.polls.contains_key(&account)) else {
            return false;
        };
        post.polls.insert(account, None);
        true
    }

    /// What an account voted for in a poll, and whether its server may not have the vote; `None` if it has not voted.
    pub(in super::super) fn vote_of(&self, account: i64, id: i64) -> Option<(u32, bool)> {
        let (_, post) = self.post(id)?;
        let queued = self.queued_vote(account, id).filter(|it| it.state != OutboxState::Failed);
        let sent = || Some((post.polls.get(&account).copied()??, false));
        queued.and_then(|it| Some((it.choice?, true))).or_else(sent)
    }

    fn queued_vote(&self, account: i64, id: i64) -> Option<&PlainEntry> {
        self.outbox.iter().find(|it| (it.account, it.action, it.post) == (account, OutboxAction::Vote, id))
    }

    pub(in super::super) fn vote(&mut self, account: i64, id: i64, choice: u32) -> Done {
        let id = self.target(id)?;
        let (row, post) = self.post(id).ok_or(Refused)?;
        let can_vote = post.polls.contains_key(&account) && row.author != account;
        if !can_vote || self.vote_of(account, id).is_some() || choice >= CHOICES {
            return Err(Refused);
        }
        self.remove_vote(account, id);
        self.queue_vote(account, id, choice);
        Ok(())
    }

    pub(in super::super) fn take_back_vote(&mut self, account: i64, id: i64) -> Done {
        let id = self.target(id)?;
        let queued = self.queued_vote(account, id).ok_or(Refused)?;
        if !matches!(queued.state, OutboxState::Pending | OutboxState::Failed) {
            return Err(Refused);
        }
        self.remove_vote(account, id);
        Ok(())
    }

    fn remove_vote(&mut self, account: i64, id: i64) {
        self.outbox.retain(|it| (it.account, it.action, it.post) != (account, OutboxAction::Vote, id));
    }
}
