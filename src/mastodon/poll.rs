//! Polls of statuses.

use chrono::DateTime;
use serde_json::Value;

use super::json::{id, text};
use crate::model::{Poll, PollChoice, Timestamp};

/// Most choices that are read. Mastodon allows 4, others a few dozen.
const MAX_CHOICES: usize = 100;
/// Longest text of a choice, in characters.
const MAX_TITLE: usize = 500;

/// Reads a poll; none without an id or choices, as where a status has none.
pub(super) fn read(json: &Value) -> Option<Poll> {
    let choice = |choice: &Value| PollChoice {
        title: text(&choice["title"]).unwrap_or_default().chars().take(MAX_TITLE).collect(),
        votes: choice["votes_count"].as_u64(),
    };
    let choices: Vec<_> = json["options"].as_array()?.iter().take(MAX_CHOICES).map(choice).collect();
    let number = |value: &Value| value.as_u64().and_then(|at| u32::try_from(at).ok());
    let is_choice = |at: &u32| (*at as usize) < choices.len();
    let own = json["own_votes"].as_array().into_iter().flatten().filter_map(number).filter(is_choice);
    let mut own_votes: Vec<u32> = own.collect();
    own_votes.sort_unstable();
    own_votes.dedup();
    let closes_at = text(&json["expires_at"]).and_then(|at| DateTime::parse_from_rfc3339(&at).ok());
    Some(Poll {
        id: id(&json["id"])?,
        is_multiple: json["multiple"].as_bool().unwrap_or(false),
        closes_at: closes_at.map(|at| Timestamp::from(at).micros()),
        is_closed: json["expired"].as_bool().unwrap_or(false),
        voters: json["voters_count"].as_u64(),
        has_voted: json["voted"].as_bool().unwrap_or(false) || !own_votes.is_empty(),
        own_votes,
        choices,
        is_pending: false,
    })
    .filter(|poll| !poll.choices.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn poll_is_read_with_its_choices_and_own_votes() {
        let poll = read(&json!({
            "id": "7", "expires_at": "1970-01-01T00:00:01Z", "expired": true, "multiple": true, "voters_count": 3,
            "voted": true, "own_votes": [1, 0, 1, 9, "a"],
            "options": [{"title": "tea", "votes_count": 3}, {"title": "mate", "votes_count": null}],
        }))
        .unwrap();
        assert_eq!((poll.closes_at, poll.is_closed, poll.is_multiple), (Some(1_000_000), true, true));
        assert_eq!((poll.has_voted, poll.own_votes), (true, vec![0, 1]));
        let votes: Vec<_> = poll.choices.iter().map(|choice| (choice.title.as_str(), choice.votes)).collect();
        assert_eq!(votes, [("tea", Some(3)), ("mate", None)]);
    }

    #[test]
    fn poll_without_id_or_choices_is_none() {
        for json in [json!(null), json!({"id": "7"}), json!({"id": "7", "options": []}), json!({"options": [{}]})] {
            assert_eq!(read(&json), None, "{json}");
        }
        let hostile = json!({"id": 7, "options": [{"title": [1]}], "own_votes": {}, "expires_at": 1, "voted": "yes"});
        let poll = read(&hostile).unwrap();
        assert_eq!((poll.id.as_str(), poll.has_voted, poll.closes_at), ("7", false, None));
    }
}
