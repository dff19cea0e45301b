//! Scheduled posts of the plain model.

use super::{Done, Plain, PlainTimeline};

/// A post, or a thread, that is to be posted later.
#[derive(Debug, Clone)]
pub(in super::super) struct PlainScheduled {
    pub(in super::super) id: i64,
    pub(in super::super) author: i64,
    pub(in super::super) body: String,
    /// How many posts follow it in its thread, with the same text.
    pub(in super::super) rest: usize,
    pub(in super::super) answers: Option<i64>,
    pub(in super::super) at: i64,
}

impl PlainScheduled {
    /// Changes the text and the time; it is no thread any more.
    pub(in super::super) fn change(&mut self, body: &str, at: i64) {
        (self.body, self.rest, self.at) = (body.to_owned(), 0, at);
    }
}

impl Plain {
    pub(in super::super) fn schedule(
        &mut self,
        author: i64,
        body: &str,
        rest: usize,
        answers: Option<i64>,
        at: i64,
    ) -> Done {
        let answers = answers.map(|id| self.target(id)).transpose()?;
        self.last_scheduled += 1;
        self.scheduled.push(PlainScheduled {
            id: self.last_scheduled,
            author,
            body: body.to_owned(),
            rest,
            answers,
            at,
        });
        Ok(())
    }

    /// The scheduled posts of a user, the next one first.
    pub(in super::super) fn scheduled_by(&self, user: i64) -> Vec<PlainScheduled> {
        let mut found: Vec<_> = self.scheduled.iter().filter(|one| one.author == user).cloned().collect();
        found.sort_by_key(|one| (one.at, one.id));
        found
    }

    /// Posts what is due. Replies to deleted posts wait.
    pub(in super::super) fn post_due(&mut self, now: i64) {
        let can = |one: &PlainScheduled| one.answers.is_none_or(|id| self.row(id).is_some());
        let mut due: Vec<_> = self.scheduled.iter().filter(|one| one.at <= now && can(one)).cloned().collect();
        due.sort_by_key(|one| (one.at, one.id));
        for one in due {
            let mut answers = one.answers;
            for _ in 0..=one.rest {
                let written = self.write(one.author, &one.body, now, answers);
                assert_eq!(written, Ok(()));
                answers = Some(self.last_row);
            }
            self.scheduled.retain(|known| known.id != one.id);
        }
    }

    /// The pinned tabs of a user: each timeline once, without those of users who are deleted.
    pub(in super::super) fn tabs(&self, user: i64) -> Vec<PlainTimeline> {
        let mut found: Vec<PlainTimeline> = Vec::new();
        for tab in &self.users[&user].tabs {
            let is_there = match tab {
                PlainTimeline::User(id) | PlainTimeline::Replies(id) | PlainTimeline::Likes(id) => {
                    self.users.contains_key(id)
                }
                _ => true,
            };
            if is_there && !found.contains(tab) {
                found.push(*tab);
            }
        }
        found
    }
}
