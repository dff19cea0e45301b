//! Reads and writes lists of subscriptions: OPML, the `following_accounts.csv` of Mastodon, the configuration of the
//! twtxt client, and plain lists of addresses.

mod accounts;
mod address;
mod opml;
mod plain;
mod twtxt_config;

use std::collections::HashSet;
use std::io::{self, Write};

use super::encoding;
use crate::model::Skipped;
use address::address;

/// A feed or an account to follow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subscription {
    /// The URL of a feed, or an account such as `ada@example.com`.
    pub address: String,
    /// The name that the list has for it.
    pub title: Option<String>,
    /// The web page of the feed.
    pub page: Option<String>,
    /// The folders that contain it, from the outermost one.
    pub folders: Vec<String>,
}

impl Subscription {
    /// Returns whether the address is an account, not a URL.
    #[must_use]
    pub fn is_account(&self) -> bool {
        !self.address.contains("://")
    }
}

/// The format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// Outline Processor Markup Language, <https://opml.org/spec2.opml>.
    Opml,
    /// The accounts that a Mastodon account follows, as a table.
    Accounts,
    /// The configuration file of the twtxt client, with a section `[following]`.
    TwtxtConfig,
    /// An address per line, as in the file `urls` of Newsboat.
    Plain,
}

/// What a list contains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubscriptionList {
    /// The subscriptions, each address once, in their order.
    pub subscriptions: Vec<Subscription>,
    /// The entries that cannot be followed.
    pub skipped: Vec<Skipped>,
}

/// An entry of a list: its location, and the subscription, whose address is not checked yet.
type Entry = (String, Subscription);

/// Returns the format of a list of subscriptions; `None` if a text is no such list.
#[must_use]
pub fn detect_list(bytes: &[u8]) -> Option<ListFormat> {
    format_of(&encoding::decode(bytes).0)
}

/// Reads a list of subscriptions; `None` if it is in no known format.
#[must_use]
pub fn read_list(bytes: &[u8]) -> Option<SubscriptionList> {
    let text = encoding::decode(bytes).0;
    let entries = match format_of(&text)? {
        ListFormat::Opml => opml::read(&text),
        ListFormat::Accounts => accounts::read(&text),
        ListFormat::TwtxtConfig => twtxt_config::read(&text),
        ListFormat::Plain => plain::read(&text),
    };
    let mut list = SubscriptionList::default();
    let mut seen = HashSet::new();
    for (place, subscription) in entries {
        match address(&subscription.address) {
            Some(address) if seen.insert(address.clone()) => {
                list.subscriptions.push(Subscription { address, ..subscription });
            }
            Some(_) => {}
            None => {
                let why = format!("{:?} is neither a web address nor an account", subscription.address);
                list.skipped.push(Skipped { place, why, imported: false });
            }
        }
    }
    Some(list)
}

/// Returns why a list is not one of subscriptions, although it looks like one: servers write the accounts that somebody blocks or
/// mutes, and bookmarks, in the same form. `name` is the name of its file.
#[must_use]
pub fn refusal(name: &str, bytes: &[u8]) -> Option<&'static str> {
    let text = encoding::decode(bytes).0;
    let is_table = match format_of(&text)? {
        ListFormat::Accounts => true,
        ListFormat::Plain => false,
        ListFormat::Opml | ListFormat::TwtxtConfig => return None,
    };
    let name = name.to_lowercase();
    let is_named = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if is_named(&["block", "mute", "muting"]) {
        return Some("it lists accounts that are blocked or muted");
    }
    if !is_table {
        return (is_named(&["bookmark"]) && name.ends_with(".csv")).then_some("it lists bookmarked posts");
    }
    match accounts::lists_followed(&text) {
        Some(true) => None,
        Some(false) => Some("it lists accounts that are muted"),
        // Blocked accounts are a table without a header; so are followed ones of some servers.
        None => (name.ends_with(".csv") && !is_named(&["follow", "friend"]))
            .then_some("it does not say that its accounts are followed"),
    }
}

/// Writes a list of subscriptions; `title` is the title of an OPML document.
///
/// Accounts are left out where the format has only addresses, and the other way around.
///
/// # Errors
/// As `out`.
pub fn write_list(
    out: &mut dyn Write,
    format: ListFormat,
    title: &str,
    subscriptions: &[Subscription],
) -> io::Result<()> {
    match format {
        ListFormat::Opml => opml::write(out, title, subscriptions),
        ListFormat::Accounts => accounts::write(out, subscriptions),
        ListFormat::TwtxtConfig => twtxt_config::write(out, subscriptions),
        ListFormat::Plain => plain::write(out, subscriptions),
    }
}

fn format_of(text: &str) -> Option<ListFormat> {
    let text = text.trim_start();
    if text.starts_with('<') {
        return opml::is_opml(text).then_some(ListFormat::Opml);
    }
    if twtxt_config::is_config(text) {
        return Some(ListFormat::TwtxtConfig);
    }
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    if accounts::is_table(first) {
        return Some(ListFormat::Accounts);
    }
    plain::is_address(first).then_some(ListFormat::Plain)
}

#[cfg(test)]
mod tests;
