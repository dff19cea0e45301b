//! Polls and quotes: posts from elsewhere have the choices of a poll as lines of the text, with the votes, and the address of a
//! quoted post at its end.

use super::datetime::{Clock, brief};
use super::{clean_line, pluralize, with_thousands};
use crate::model::{Poll, PollChoice, Timestamp};

/// Returns whether a text has the choices of a poll: at least two lines such as `- tea (3)`, one below the other. A server
/// may hide the votes of some.
#[must_use]
pub fn has_poll(text: &str) -> bool {
    let (mut choices, mut has_votes) = (0, false);
    for line in text.lines().chain([""]) {
        if let Some(choice) = line.strip_prefix("- ") {
            choices += 1;
            has_votes |= votes(choice).is_some();
        } else if choices > 1 && has_votes {
            return true;
        } else {
            (choices, has_votes) = (0, false);
        }
    }
    false
}

/// Describes a poll in one line: who voted, for what you voted, and until when it is open; empty if nothing is known.
#[must_use]
pub fn poll_state(poll: &Poll) -> String {
    let mut parts = Vec::new();
    match poll.voters {
        Some(1) => parts.push("1 person voted".to_owned()),
        Some(voters) => parts.push(format!("{} people voted", with_thousands(voters))),
        None => {}
    }
    if !poll.own_votes.is_empty() {
        let pending = if poll.is_pending { " (not sent yet)" } else { "" };
        parts.push(format!("you voted for {}{pending}", clean_line(&poll.titles(&poll.own_votes).join(", "))));
    }
    match (poll.is_closed, poll.closes_at) {
        (true, _) => parts.push("closed".to_owned()),
        (false, Some(at)) => parts.push(format!("open until {}", brief(Timestamp::from_micros(at), Clock::default()))),
        (false, None) => {}
    }
    parts.join(" · ")
}

/// Describes the votes of a choice: `3 votes (60 %)`; none while the server hides them.
#[must_use]
pub fn choice_votes(poll: &Poll, choice: &PollChoice) -> Option<String> {
    let votes = choice.votes?;
    let all = poll.choices.iter().filter_map(|choice| choice.votes).fold(0_u64, u64::saturating_add);
    let all = poll.voters.unwrap_or(all).max(votes);
    let percent = if all == 0 { 0 } else { u128::from(votes) * 100 / u128::from(all) };
    Some(format!("{} ({percent} %)", pluralize(votes, "vote")))
}

/// Returns whether two texts differ at most in the votes of the choices of a poll.
#[must_use]
pub fn is_same_but_votes(one: &str, other: &str) -> bool {
    (has_poll(one) || has_poll(other)) && one.lines().map(without_votes).eq(other.lines().map(without_votes))
}

/// Returns a text without the address of a quoted post at its end.
#[must_use]
pub fn without_quote(text: &str) -> &str {
    text.rsplit_once("\n\nRE: ")
        .filter(|(_, address)| !address.contains(char::is_whitespace))
        .map_or(text, |(text, _)| text)
}

/// Returns a line without the votes of a choice.
fn without_votes(line: &str) -> &str {
    let choice = line.strip_prefix("- ").filter(|choice| votes(choice).is_some());
    choice.and_then(|_| line.rsplit_once(" (")).map_or(line, |(title, _)| title)
}

/// Returns a text with the votes of a poll at its choices.
#[must_use]
pub fn with_votes(text: &str, poll: &Poll) -> String {
    let choice_of = |line: &str| {
        let title = without_votes(line).strip_prefix("- ")?;
        let choice = poll.choices.iter().find(|choice| choice.title == title)?;
        Some(format!("- {title} ({})", choice.votes?))
    };
    let lines: Vec<_> = text.split('\n').map(|line| choice_of(line).unwrap_or_else(|| line.to_owned())).collect();
    lines.join("\n")
}

/// Returns the votes of a choice.
fn votes(choice: &str) -> Option<u64> {
    choice.strip_suffix(')')?.rsplit_once(" (")?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{choice_votes, has_poll, is_same_but_votes, poll_state, with_votes};
    use crate::model::{Poll, PollChoice};

    #[test]
    fn choices_with_votes_are_a_poll_and_a_list_is_none() {
        for poll in
            ["tea?\n- tea (3)\n- mate (0)", "- tea (3)\n- mate\n\nRE: https://a.example", "- a (1)\n- b (2)\nmore"]
        {
            assert!(has_poll(poll), "{poll:?}");
        }
        for other in
            ["", "- tea (3)", "- tea\n- mate", "- tea (3)\n\n- mate (1)", "tea (3)\nmate (1)", "- a (b)\n- c (d)"]
        {
            assert!(!has_poll(other), "{other:?}");
        }
    }
    #[test]
    fn texts_that_differ_in_votes_only_are_the_same_poll() {
        let old = "tea?\n- tea (3)\n- mate (0)";
        for (new, is_same) in [
            ("tea?\n- tea (4)\n- mate (10)", true),
            ("tea?\n- tea\n- mate", true),
            ("tea?\n- tea (4)\n- coffee (0)", false),
            ("tea!\n- tea (3)\n- mate (0)", false),
            ("tea?\n- tea (3)", false),
        ] {
            assert_eq!(is_same_but_votes(old, new), is_same, "{new:?}");
        }
        assert!(!is_same_but_votes("one (1)\ntwo (2)", "one (2)\ntwo (2)"));
    }

    #[test]
    fn state_of_a_poll_says_who_voted_and_until_when() {
        let choice = |title: &str, votes| PollChoice { title: title.to_owned(), votes };
        let poll = Poll { choices: vec![choice("tea", Some(2)), choice("mate", Some(1))], ..Poll::default() };
        assert_eq!(poll_state(&poll), "");
        assert_eq!(
            poll.choices.iter().filter_map(|one| choice_votes(&poll, one)).collect::<Vec<_>>(),
            ["2 votes (66 %)", "1 vote (33 %)"]
        );
        let voted = Poll { own_votes: vec![1], is_pending: true, voters: Some(1), is_closed: true, ..poll };
        assert_eq!(poll_state(&voted), "1 person voted · you voted for mate (not sent yet) · closed");
        assert_eq!(choice_votes(&voted, &choice("rye", None)), None);
        assert_eq!(choice_votes(&Poll::default(), &choice("rye", Some(0))).as_deref(), Some("0 votes (0 %)"));
    }

    #[test]
    fn votes_are_written_at_their_choices() {
        let choice = |title: &str, votes| PollChoice { title: title.to_owned(), votes };
        let choices = vec![choice("tea", Some(4)), choice("mate (hot)", Some(1)), choice("rye", None)];
        let poll = Poll { choices, ..Poll::default() };
        let text = with_votes("tea?\n- tea\n- mate (hot) (0)\n- rye\n\n- other", &poll);
        assert_eq!(text, "tea?\n- tea (4)\n- mate (hot) (1)\n- rye\n\n- other");
    }
}
