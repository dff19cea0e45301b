//! Mentions in a text, completed with the hosts of the users whom they mean.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

use crate::model::Nickname;
use crate::transfer::author::host_of;

/// Longest nickname that is looked for, in characters.
const LONGEST: usize = 64;

/// Appends the host to the nicknames that a text mentions, each at its first place, in one pass; returns the users that
/// they mean.
pub(super) fn name_hosts(words: &mut String, tags: &[Value]) -> Vec<(String, String)> {
    let mut mentions = Vec::new();
    let mut hosts: HashMap<&str, VecDeque<&str>> = HashMap::new();
    for tag in tags.iter().filter(|tag| tag["type"] == "Mention") {
        let (Some(name), Some(href)) = (tag["name"].as_str(), tag["href"].as_str()) else { continue };
        let name = name.trim_start_matches('@');
        let (nick, host) = name.split_once('@').unwrap_or((name, host_of(href)));
        hosts.entry(nick).or_default().push_back(host);
        mentions.push((format!("{nick}@{host}"), href.to_owned()));
    }
    let (mut named, mut copied) = (String::new(), 0);
    for (at, _) in words.match_indices('@') {
        if words[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '@' | '_' | '.')) {
            continue;
        }
        let host = nicknames(&words[at + 1..]).find_map(|nick| Some((nick, hosts.get_mut(nick)?.pop_front()?)));
        if let Some((nick, host)) = host {
            let end = at + 1 + nick.len();
            named.extend([&words[copied..end], "@", host]);
            copied = end;
        }
    }
    if copied > 0 {
        named.push_str(&words[copied..]);
        *words = named;
    }
    mentions
}

/// Returns the nicknames that the start of a text can be, the longest first: a dot may end a sentence or belong to it.
fn nicknames(text: &str) -> impl Iterator<Item = &str> {
    let run = text.find(|c: char| !Nickname::is_allowed_char(c)).unwrap_or(text.len());
    let longest = text.char_indices().nth(LONGEST + 1).map_or(text.len(), |(at, _)| at);
    let start = &text[..run.min(longest)];
    let is_whole = run <= longest && !text[run..].starts_with('@');
    let dots = start.rmatch_indices('.').map(|(at, _)| &start[..at]);
    is_whole.then_some(start).into_iter().chain(dots)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn first_places_of_nicknames_get_their_hosts() {
        let tag = |name: &str| json!({"type": "Mention", "name": name, "href": "https://a.example/@x"});
        let tags = ["@ada@a.example", "ada@b.example", "ada.b@c.example", "@eve"].map(tag);
        for (text, named) in [
            ("@ada, @ada. @ada", "@ada@a.example, @ada@b.example. @ada"),
            ("x@ada @adam /@ada @ada@z.example @ada.b", "x@ada @adam /@ada @ada@z.example @ada.b@c.example"),
            ("@eve: hi", "@eve@a.example: hi"),
            ("plain text", "plain text"),
        ] {
            let mut words = text.to_owned();
            assert_eq!(name_hosts(&mut words, &tags).len(), 4);
            assert_eq!(words, named);
        }
    }

    #[test]
    fn many_mentions_are_named_in_one_pass() {
        let count = 20_000;
        let tags: Vec<Value> = (0..count)
            .map(|n| json!({"type": "Mention", "name": format!("u{n}"), "href": "https://a.example/"}))
            .collect();
        let mut words = (0..count).rev().map(|n| format!("@u{n} ")).collect::<String>() + &"@".repeat(count);
        name_hosts(&mut words, &tags);
        assert_eq!(words.matches("@a.example ").count(), count);
    }
}
