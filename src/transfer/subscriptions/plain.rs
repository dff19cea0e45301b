//! Lists with an address per line. Newsboat's file `urls` adds tags behind it, one of which is the title: `"~Title"`.

use std::io::{self, Write};

use super::{Entry, Subscription};
use crate::transfer::address::is_web;

pub(super) fn is_address(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    is_web(first) || first.starts_with("feed:")
}

pub(super) fn read(text: &str) -> Vec<Entry> {
    let lines = (1..).zip(text.lines().map(str::trim));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let entries = lines.filter_map(|(number, line)| {
        let (address, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        // A line such as `"query:Unread:unread = yes"` is a search of Newsboat.
        if address.starts_with('"') {
            return None;
        }
        let tags = tags(rest);
        let title = tags.iter().find_map(|tag| tag.strip_prefix('~')).map(str::to_owned);
        let folder = tags.into_iter().find(|tag| !tag.starts_with(['~', '!']));
        let subscription =
            Subscription { address: address.to_owned(), title, page: None, folders: folder.into_iter().collect() };
        Some((format!("line {number}"), subscription))
    });
    entries.collect()
}

/// Splits tags, some of which are in quotes.
fn tags(text: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (tag, after) = match rest.strip_prefix('"') {
            Some(inside) => inside.split_once('"').unwrap_or((inside, "")),
            None if first == '#' => break,
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        tags.extend(Some(tag.trim().to_owned()).filter(|tag| !tag.is_empty()));
        rest = after.trim_start();
    }
    tags
}

/// Writes the addresses of feeds and accounts.
pub(super) fn write(out: &mut dyn Write, subscriptions: &[Subscription]) -> io::Result<()> {
    subscriptions.iter().try_for_each(|one| writeln!(out, "{}", one.address))
}
