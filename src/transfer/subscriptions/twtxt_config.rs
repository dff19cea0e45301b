//! The configuration file of the twtxt client, an INI file as Python's `configparser` reads it:
//! `nick = URL` in the section `[following]`.

use std::collections::HashSet;
use std::io::{self, Write};

use super::{Entry, Subscription};

const SECTION: &str = "following";

pub(super) fn is_config(text: &str) -> bool {
    text.lines().any(|line| section(line) == Some(SECTION))
}

/// Returns the name of the section that a line starts.
fn section(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix('[')?.split_once(']')?;
    Some(name.trim())
}

pub(super) fn read(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut is_inside = false;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(name) = section(line) {
            is_inside = name == SECTION;
            continue;
        }
        let line = line.trim();
        if !is_inside || line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let (nick, url) = line.split_once(['=', ':']).unwrap_or(("", line));
        // In the values of such a file, `%%` is a percent sign.
        let address = url.trim().replace("%%", "%");
        let title = Some(nick.trim().to_owned()).filter(|nick| !nick.is_empty());
        entries.push((format!("line {number}"), Subscription { address, title, ..Subscription::default() }));
    }
    entries
}

/// Writes the section with the feeds; accounts are left out.
pub(super) fn write(out: &mut dyn Write, subscriptions: &[Subscription]) -> io::Result<()> {
    writeln!(out, "[{SECTION}]")?;
    let mut taken = HashSet::new();
    for feed in subscriptions.iter().filter(|one| !one.is_account()) {
        let nick = nick(feed);
        let mut free = nick.clone();
        for number in 2.. {
            // `configparser` compares keys in lower case, and refuses a file with one of them twice.
            if taken.insert(free.to_lowercase()) {
                break;
            }
            free = format!("{nick}{number}");
        }
        writeln!(out, "{free} = {}", feed.address.replace('%', "%%"))?;
    }
    Ok(())
}

/// Returns a title without what cannot be in a key.
fn nick(feed: &Subscription) -> String {
    let title = feed.title.as_deref().unwrap_or_default();
    let is_allowed = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    let nick: String = title.chars().map(|c| if c.is_whitespace() { '_' } else { c }).filter(is_allowed).collect();
    let nick = nick.trim_matches('_');
    if !nick.is_empty() {
        return nick.to_owned();
    }
    let host = feed.address.split("://").nth(1).unwrap_or_default().split(['/', ':', '?', '#']).next();
    host.filter(|host| !host.is_empty()).unwrap_or("feed").to_owned()
}
