//! Decides what the server of an account may change. It speaks for its own users; what it says about users of other
//! servers is hearsay, and changes nothing that another source brought.

use rusqlite::{Connection, OptionalExtension, params};

use super::Result;
use super::remote::site;
use crate::model::{PostId, UserId, UserKind};

/// Returns the host of a site, without its port. This machine has several names.
fn host(site: &str) -> &str {
    let host = match site.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => site,
    };
    if ["127.0.0.1", "[::1]"].contains(&host) { "localhost" } else { host }
}

/// Returns whether two ids are of the same host. An id without a host is of no other one.
pub(super) fn is_same_host(one: &str, other: &str) -> bool {
    match (site(one), site(other)) {
        (Some(one), Some(other)) => host(&one) == host(&other),
        (one, other) => one == other,
    }
}

/// Returns whether a server speaks for what is at an address: it is at its host, or at a subdomain of that.
pub(super) fn speaks_for(server: &str, address: &str) -> bool {
    let Some(found) = site(address) else { return false };
    let (own, found) = (host(server).to_ascii_lowercase(), host(&found));
    let own = own.strip_prefix("www.").unwrap_or(&own);
    found == own || found.strip_suffix(own).is_some_and(|rest| rest.ends_with('.'))
}

/// Returns whether the server of another account speaks for what is at an address.
pub(super) fn is_of_other_account(connection: &Connection, server: &str, address: &str) -> Result<bool> {
    let mut statement = connection.prepare_cached("SELECT DISTINCT server FROM account WHERE server <> ?1")?;
    let mut rows = statement.query([server])?;
    while let Some(row) = rows.next()? {
        if speaks_for(&row.get::<_, String>(0)?, address) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns whether accounts on a server, and only they, brought a post.
fn brought(connection: &Connection, server: &str, post: PostId) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT ifnull(min(a.server = ?2), 0) FROM server_status s INDEXED BY server_status_post
         CROSS JOIN account a ON a.user = s.user WHERE s.post = ?1",
    )?;
    Ok(statement.query_row(params![post, server], |row| row.get(0))?)
}

/// Returns whether a server may change what is stored of a user who has this address, and their posts: it is their own
/// server, or no other source is known to have brought them.
pub(super) fn may_change_user(connection: &Connection, server: &str, user: UserId, address: &str) -> Result<bool> {
    if speaks_for(server, address) {
        return Ok(true);
    }
    let mut subscribed = connection.prepare_cached("SELECT 1 FROM subscription WHERE user = ?1")?;
    if subscribed.exists([user])? || is_of_other_account(connection, server, address)? {
        return Ok(false);
    }
    let mut oldest = connection.prepare_cached(
        "SELECT id FROM post INDEXED BY post_author_created_at WHERE author = ?1 AND boost_of IS NULL
         ORDER BY created_at LIMIT 1",
    )?;
    match oldest.query_row([user], |row| row.get(0)).optional()? {
        Some(post) => brought(connection, server, post),
        None => Ok(true),
    }
}

/// Returns whether the server of an account may change a post that is stored: it is the account's own, its author is on
/// that server, or no other source brought it.
pub(super) fn may_change_post(
    connection: &Connection,
    (account, server): (UserId, &str),
    author: UserId,
    post: PostId,
) -> Result<bool> {
    if author == account {
        return Ok(true);
    }
    let mut statement = connection.prepare_cached("SELECT url, kind FROM user WHERE id = ?1")?;
    let (url, kind): (Option<String>, UserKind) =
        statement.query_row([author], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some(url) = url.filter(|_| kind == UserKind::Remote) else { return Ok(false) };
    if speaks_for(server, &url) {
        return Ok(true);
    }
    let mut subscribed = connection.prepare_cached("SELECT 1 FROM subscription WHERE user = ?1")?;
    Ok(!subscribed.exists([author])?
        && !is_of_other_account(connection, server, &url)?
        && brought(connection, server, post)?)
}

#[cfg(test)]
mod tests {
    use super::{is_same_host, speaks_for};

    #[test]
    fn server_speaks_for_its_host_and_subdomains_only() {
        for (server, address, expected) in [
            ("m.example", "https://m.example/users/ada", true),
            ("m.example:8443", "https://m.example/users/ada", true),
            ("m.example", "https://social.m.example/users/ada", true),
            ("www.m.example", "https://m.example/users/ada", true),
            ("127.0.0.1:8801", "http://127.0.0.1:8801/susan", true),
            ("127.0.0.1:3910", "http://localhost:3900/users/ada", true),
            ("m.example", "https://evilm.example/users/ada", false),
            ("social.m.example", "https://m.example/users/ada", false),
            ("m.example", "https://m.example.evil.example/users/ada", false),
            ("m.example", "https://evil.example/@m.example", false),
            ("m.example", "acct:ada@m.example", true),
            ("m.example", "ada", false),
        ] {
            assert_eq!(speaks_for(server, address), expected, "{server} {address}");
        }
    }

    #[test]
    fn ids_of_two_hosts_are_different() {
        assert!(is_same_host("https://m.example/1", "http://www.m.example:80/users/ada"));
        assert!(!is_same_host("https://m.example/1", "https://evil.example/users/ada"));
        assert!(!is_same_host("17", "https://evil.example/users/ada"));
    }
}
