//! Polls that the servers of accounts know.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Timestamp;

/// A poll of a post, as the server of an account returned it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Poll {
    /// The id that the server uses for it.
    pub id: String,
    /// The choices, in their order.
    pub choices: Vec<PollChoice>,
    /// Whether several choices can be voted for.
    pub is_multiple: bool,
    /// When it closes, in microseconds; none if it never does or the server does not say.
    pub closes_at: Option<i64>,
    /// Whether the server says that it is closed.
    pub is_closed: bool,
    /// How many people voted, if the server says.
    pub voters: Option<u64>,
    /// Whether the account has voted. An author counts as one who has.
    pub has_voted: bool,
    /// The numbers of the choices that the account voted for, from 0.
    pub own_votes: Vec<u32>,
    /// Whether the vote of the account is still to be sent.
    #[serde(skip)]
    pub is_pending: bool,
}

/// A choice of a poll.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PollChoice {
    /// Its text.
    pub title: String,
    /// How many voted for it; none while the server hides that.
    pub votes: Option<u64>,
}

/// Why a vote is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VoteError {
    /// The poll is closed.
    #[error("the poll is closed")]
    Closed,
    /// The account has voted.
    #[error("you have voted in this poll already")]
    AlreadyVoted,
    /// The author of a poll cannot vote in it.
    #[error("you cannot vote in your own poll")]
    OwnPoll,
    /// The server has the vote, or may have it.
    #[error("a vote that was sent cannot be taken back")]
    Sent,
    /// The vote names no choice.
    #[error("name at least one choice, such as 1")]
    NoChoice,
    /// The vote names several choices of a poll that takes one.
    #[error("this poll takes one choice, not {0}")]
    OneChoiceOnly(usize),
    /// There is no such choice.
    #[error("the poll has no choice {found}: it has 1 to {count}")]
    UnknownChoice {
        /// The number that was given, from 1.
        found: u64,
        /// How many there are.
        count: usize,
    },
}

impl Poll {
    /// Returns whether nobody can vote any more.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.is_closed || self.closes_at.is_some_and(|at| at <= now.micros())
    }

    /// Returns the choices to vote for, in order and each once, if the account can vote for them.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn ballot(&self, choices: &[u32], now: Timestamp) -> Result<Vec<u32>, VoteError> {
        if self.is_over(now) {
            return Err(VoteError::Closed);
        }
        if self.has_voted {
            return Err(VoteError::AlreadyVoted);
        }
        let mut choices = choices.to_vec();
        choices.sort_unstable();
        choices.dedup();
        if let Some(unknown) = choices.iter().find(|choice| **choice as usize >= self.choices.len()) {
            return Err(VoteError::UnknownChoice { found: u64::from(*unknown) + 1, count: self.choices.len() });
        }
        match choices.len() {
            0 => Err(VoteError::NoChoice),
            1 => Ok(choices),
            _ if self.is_multiple => Ok(choices),
            several => Err(VoteError::OneChoiceOnly(several)),
        }
    }

    /// Returns the texts of the choices with these numbers.
    #[must_use]
    pub fn titles(&self, choices: &[u32]) -> Vec<&str> {
        choices.iter().filter_map(|at| Some(self.choices.get(*at as usize)?.title.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll(is_multiple: bool) -> Poll {
        let choice = |title: &str| PollChoice { title: title.to_owned(), votes: None };
        Poll { choices: vec![choice("tea"), choice("mate"), choice("rye")], is_multiple, ..Poll::default() }
    }

    #[test]
    fn ballot_has_each_choice_once_in_order() {
        let now = Timestamp::from_micros(10);
        assert_eq!(poll(true).ballot(&[2, 0, 2], now), Ok(vec![0, 2]));
        assert_eq!(poll(false).ballot(&[1, 1], now), Ok(vec![1]));
        assert_eq!(poll(true).titles(&[0, 2, 9]), ["tea", "rye"]);
    }

    #[test]
    fn vote_that_the_poll_does_not_take_is_refused() {
        let now = Timestamp::from_micros(10);
        assert_eq!(poll(false).ballot(&[], now), Err(VoteError::NoChoice));
        assert_eq!(poll(false).ballot(&[0, 1], now), Err(VoteError::OneChoiceOnly(2)));
        assert_eq!(poll(true).ballot(&[0, 3], now), Err(VoteError::UnknownChoice { found: 4, count: 3 }));
        let voted = Poll { has_voted: true, ..poll(false) };
        assert_eq!(voted.ballot(&[0], now), Err(VoteError::AlreadyVoted));
        for closed in [Poll { is_closed: true, ..poll(false) }, Poll { closes_at: Some(10), ..poll(false) }] {
            assert_eq!(closed.ballot(&[0], now), Err(VoteError::Closed));
        }
        assert!(!Poll { closes_at: Some(11), ..poll(false) }.is_over(now));
    }
}
