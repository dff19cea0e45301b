//! Authors as files describe them.

use std::io::Read;

use super::address::{is_web, resolve};
use super::archive::{Archive, file_name};
use super::report::skipped;
use super::{ReadError, Sink, Stopped};
use crate::model::{AboutMe, DisplayName, ImportItem, Nickname, Picture, RemoteUser, UserKind};

/// Longest display name that is imported, in characters; the rest is cut off.
const LONGEST_NAME: usize = 64;
/// Longest profile text that is imported, in characters; the rest is cut off.
const LONGEST_ABOUT: usize = 500;

/// Returns a remote user of whom only a name and an address are known.
pub(super) fn person(nick: &str, host: &str, url: String) -> RemoteUser {
    RemoteUser {
        url,
        nickname: Nickname::for_remote(nick, host),
        kind: UserKind::Remote,
        display_name: None,
        about_me: None,
        email: None,
        last_seen: None,
    }
}

/// Reads the owner's avatar from a file of the archive; an item that says why, if that fails.
pub(super) fn avatar(archive: &mut Archive, name: &str) -> ImportItem {
    let mut bytes = Vec::new();
    let read = archive.open_file(name).map(|file| file.take(Picture::MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
    let picture = match read {
        Ok(Ok(_)) => Picture::parse(bytes).map_err(|error| error.to_string()),
        Ok(Err(error)) => Err(ReadError::file(name, &error).to_string()),
        Err(error) => Err(error.to_string()),
    };
    picture.map_or_else(|why| skipped(file_name(name), why), ImportItem::Avatar)
}

/// Emits the address of the owner's avatar, if a feed names one on the web. It is resolved against the feed's own.
pub(super) fn avatar_url(feed: Option<&str>, named: Option<&str>, emit: &mut Sink<'_>) -> Result<(), Stopped> {
    let named = named.map(str::trim).filter(|named| !named.is_empty());
    let found = named.and_then(|named| resolve(feed, named)).filter(|url| is_web(url));
    found.map_or(Ok(()), |url| emit(ImportItem::AvatarUrl(url)))
}

/// Returns the host of an address with its port, without `www.` or user.
pub(super) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = host.rsplit('@').next().unwrap_or(host);
    host.strip_prefix("www.").unwrap_or(host)
}

/// Returns as much of a text as fits a display name.
pub(super) fn display_name(text: &str) -> Option<DisplayName> {
    let text: String = text.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    DisplayName::parse(&text).ok().flatten()
}

/// Returns as much of a text as fits a profile text.
pub(super) fn about_me(text: &str) -> Option<AboutMe> {
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').take(LONGEST_ABOUT).collect();
    AboutMe::parse(&text).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn host_of_address_has_its_port_and_no_user_or_www() {
        for (url, host) in [
            ("https://example.com/feed.txt", "example.com"),
            ("gopher://u@www.example.com:70/1", "example.com:70"),
            ("example.com?x", "example.com"),
            ("", ""),
        ] {
            assert_eq!(host_of(url), host);
        }
    }
}
