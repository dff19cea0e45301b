//! Nicknames for the users of feeds.

use url::Url;

use crate::model::{ImportItem, Nickname, RemoteUser};

/// Returns the nickname for the user of a feed that was fetched: the name that it gives itself, and its host.
pub(super) fn nickname_of(url: &Url, items: &[ImportItem]) -> Nickname {
    let owner = items.iter().find_map(|item| match item {
        ImportItem::Owner(owner) => Some(local_part(owner)),
        _ => None,
    });
    nickname(url, owner.as_deref())
}

/// Returns the nickname for the user of a feed: a name, and the host of the feed with its port.
#[must_use]
pub fn nickname(url: &Url, name: Option<&str>) -> Nickname {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let last = url.path_segments().and_then(|mut segments| segments.rfind(|part| !part.is_empty()));
    let last = last.and_then(|last| last.split('.').find(|part| !part.is_empty()));
    Nickname::for_remote(name.or(last).unwrap_or("feed"), &host)
}

/// Returns the nickname of a remote user without the host.
fn local_part(user: &RemoteUser) -> String {
    let nickname = user.nickname.as_str();
    nickname.split_once('@').map_or(nickname, |(local, _)| local).to_owned()
}
