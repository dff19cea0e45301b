//! Authors of the entries of a feed: each is a user of their own, if the feed is not theirs.

use std::collections::HashSet;

use super::address::is_web;
use super::author::{display_name, host_of, person};
use crate::model::RemoteUser;

/// An author as a feed names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FeedAuthor {
    pub(super) name: String,
    pub(super) uri: Option<String>,
}

impl FeedAuthor {
    /// Returns an author by name and address, one of which may be missing.
    pub(super) fn new(name: Option<String>, uri: Option<String>) -> Option<Self> {
        let uri = uri.filter(|uri| is_web(uri));
        let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let name = match name {
            Some(name) if is_web(&name) => Some(last_segment(&name).to_owned()),
            name => name,
        };
        let name = name.or_else(|| uri.as_deref().map(|uri| last_segment(uri).to_owned()))?;
        Some(Self { name, uri })
    }

    /// Parses an author in RSS: `name`, `address`, `address (name)` or `name <address>`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if is_web(text) {
            return Self::new(None, Some(text.to_owned()));
        }
        let bracketed = [('(', ')'), ('（', '）')].iter().find_map(|(open, close)| {
            let (before, rest) = text.split_once(*open)?;
            let name = rest.split(*close).next()?.trim();
            (before.contains('@') && !before.trim().contains(' ') && !name.is_empty()).then(|| name.to_owned())
        });
        let name = bracketed.or_else(|| {
            let (name, rest) = text.split_once('<')?;
            (rest.contains('@') && !name.trim().is_empty()).then(|| name.trim().trim_matches('"').to_owned())
        });
        let name = name.unwrap_or_else(|| match text.split_once('@') {
            // Only the part before the host of an email address is a name.
            Some((local, host)) if !local.is_empty() && host.contains('.') && !text.contains(' ') => local.to_owned(),
            _ => text.to_owned(),
        });
        Self::new(Some(name), None)
    }

    /// Returns the name without marks such as `@` and `/u/`.
    fn nick(&self) -> &str {
        let name = self.name.trim_start_matches('@');
        name.strip_prefix("/u/").or_else(|| name.strip_prefix("u/")).unwrap_or(name)
    }

    fn key(&self) -> String {
        self.nick().to_lowercase()
    }
}

fn last_segment(url: &str) -> &str {
    url.trim_end_matches('/').rsplit('/').next().unwrap_or(url)
}

/// Decides whose the entries of a feed are.
#[derive(Debug)]
pub(super) struct Authors {
    /// The feed's own author and title.
    owner: Option<FeedAuthor>,
    title: String,
    host: String,
    /// Names of the authors of entries.
    names: HashSet<String>,
    /// Whether there are entries without an author, which are the feed's own.
    anonymous: bool,
    /// Users that were returned before.
    known: HashSet<String>,
}

impl Authors {
    /// Starts with what a feed says of itself; `url` is its address.
    pub(super) fn new(owner: Option<FeedAuthor>, title: &str, url: &str) -> Self {
        let host = if url.contains("://") { host_of(url) } else { url };
        Self {
            owner,
            title: title.to_owned(),
            host: host.to_owned(),
            names: HashSet::new(),
            anonymous: false,
            known: HashSet::new(),
        }
    }

    /// Adds the author of an entry; all must be known before [`Authors::user`] can decide.
    pub(super) fn add(&mut self, author: Option<&FeedAuthor>) {
        match author {
            Some(author) => drop(self.names.insert(author.key())),
            None => self.anonymous = true,
        }
    }

    fn is_owner(&self, author: &FeedAuthor) -> bool {
        let (key, title) = (author.key(), self.title.to_lowercase());
        if title == key || title.contains(&format!("@{key}")) {
            return true;
        }
        match &self.owner {
            Some(owner) => owner.key() == key,
            None => self.names.len() == 1 && !self.anonymous,
        }
    }

    /// Returns the user who wrote an entry, and whether it is the first of theirs; `None` for the owner of the feed.
    ///
    /// Their id is made of the host of the feed, so that no feed can write as somebody from elsewhere.
    pub(super) fn user(&mut self, author: Option<&FeedAuthor>) -> Option<(RemoteUser, bool)> {
        let author = author.filter(|author| !self.is_owner(author))?;
        let name = author.uri.as_deref().and_then(|uri| uri.split_once("://")).map_or(author.nick(), |(_, rest)| rest);
        let mut user = person(author.nick(), &self.host, format!("author:{}/{name}", self.host));
        user.display_name = display_name(author.nick());
        let is_new = self.known.insert(user.url.clone());
        Some((user, is_new))
    }
}

#[cfg(test)]
mod tests {
    use super::{Authors, FeedAuthor};

    #[test]
    fn authors_are_parsed_in_every_form() {
        for (text, name) in [
            ("Ada L.", "Ada L."),
            ("ada@example.com (Ada)", "Ada"),
            ("z@example.com（名）", "名"),
            ("Ada <ada@example.com>", "Ada"),
            ("ada@example.com", "ada"),
            ("@bob", "@bob"),
            ("https://lemmy.example/u/bob", "bob"),
        ] {
            assert_eq!(FeedAuthor::parse(text).map(|author| author.name).as_deref(), Some(name), "{text}");
        }
        assert_eq!(FeedAuthor::parse(" "), None);
    }

    #[test]
    fn authors_of_a_feed_of_several_are_users_of_their_own() {
        let author = |name: &str| FeedAuthor::parse(name).unwrap();
        let mut authors = Authors::new(None, "Bob / @bob", "https://planet.example/feed");
        for name in ["@bob", "/u/ada", "/u/ada"] {
            authors.add(Some(&author(name)));
        }
        assert_eq!(authors.user(Some(&author("@bob"))), None);
        let (user, is_new) = authors.user(Some(&author("/u/ada"))).unwrap();
        assert_eq!((user.nickname.as_str(), user.url.as_str()), ("ada@planet.example", "author:planet.example/ada"));
        assert!(is_new && !authors.user(Some(&author("/u/ada"))).unwrap().1);
    }

    #[test]
    fn only_author_of_a_feed_is_its_owner() {
        let author = FeedAuthor::parse("Ada").unwrap();
        let mut authors = Authors::new(None, "A blog", "https://a.example/feed");
        authors.add(Some(&author));
        assert_eq!(authors.user(Some(&author)), None);
    }
}
