//! Mentions in a text, completed with the hosts of the users whom they mean.

use serde_json::Value;

use crate::model::Nickname;
use crate::transfer::author::host_of;

/// Appends the host to the nicknames that a text mentions; returns the users that they mean.
pub(super) fn name_hosts(words: &mut String, tags: &[Value]) -> Vec<(String, String)> {
    let mut mentions = Vec::new();
    for tag in tags.iter().filter(|tag| tag["type"] == "Mention") {
        let (Some(name), Some(href)) = (tag["name"].as_str(), tag["href"].as_str()) else { continue };
        let name = name.trim_start_matches('@');
        let (nick, host) = name.split_once('@').unwrap_or((name, host_of(href)));
        let (short, whole) = (format!("@{nick}"), format!("@{nick}@{host}"));
        let ends = |text: &str| !text.starts_with(|c: char| c == '@' || Nickname::is_allowed_char(c) && c != '.');
        let starts = |text: &str| !text.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '@' | '_' | '.'));
        let mut found = words.match_indices(&short).map(|(at, _)| at);
        let at = found.find(|at| starts(&words[..*at]) && ends(&words[at + short.len()..]));
        if let Some(at) = at {
            words.replace_range(at..at + short.len(), &whole);
        }
        mentions.push((whole[1..].to_owned(), href.to_owned()));
    }
    mentions
}
