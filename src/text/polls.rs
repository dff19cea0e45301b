//! Polls: posts from elsewhere have their choices as lines of the text, with the votes.

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

/// Returns the votes of a choice.
fn votes(choice: &str) -> Option<u64> {
    choice.strip_suffix(')')?.rsplit_once(" (")?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::has_poll;

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
}
