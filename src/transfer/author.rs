//! Who a file says that its author is.

use std::io::Read;

use super::archive::{Archive, file_name};
use super::{ReadError, skipped};
use crate::model::{AboutMe, DisplayName, Home, ImportItem, Nickname, Picture, RemoteUser};

/// Somebody of whom only a name and an address are known.
pub(super) fn person(nick: &str, host: &str, url: String) -> RemoteUser {
    RemoteUser {
        url,
        nickname: Nickname::for_remote(nick, host),
        home: Home::Remote,
        display_name: None,
        about_me: None,
        email: None,
        last_seen: None,
    }
}

/// What the owner of an archive looks like, from the file of it of that name; or why that is not taken.
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

/// The host of an address, without what is not told apart by people.
pub(super) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = host.rsplit('@').next().unwrap_or(host);
    let host = host.split(':').next().unwrap_or(host);
    host.strip_prefix("www.").unwrap_or(host)
}

/// As much of a text as fits a name.
pub(super) fn display_name(text: &str) -> Option<DisplayName> {
    let text: String = text.chars().filter(|c| !c.is_control()).take(64).collect();
    DisplayName::parse(&text).ok().flatten()
}

/// As much of a text as fits a few words about oneself.
pub(super) fn about_me(text: &str) -> Option<AboutMe> {
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').take(500).collect();
    AboutMe::parse(&text).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn the_host_of_an_address_is_found() {
        for (url, host) in [
            ("https://example.com/feed.txt", "example.com"),
            ("gopher://u@www.example.com:70/1", "example.com"),
            ("example.com?x", "example.com"),
            ("", ""),
        ] {
            assert_eq!(host_of(url), host);
        }
    }
}
