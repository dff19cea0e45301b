//! Servers, by their host.

use std::fmt;

use url::Url;

use crate::net::is_loopback;

/// A server: its scheme, its host and its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    root: Url,
}

impl Server {
    /// Returns the server of a host such as `mastodon.example` or `127.0.0.1:8801`; none if that is no host. Requests use
    /// HTTPS, and HTTP only on this machine.
    #[must_use]
    pub fn of_host(host: &str) -> Option<Self> {
        let https = Url::parse(&format!("https://{host}/")).ok()?;
        let is_bare = https.path() == "/" && https.query().is_none() && https.fragment().is_none();
        if !is_bare || !https.username().is_empty() || https.password().is_some() || https.host_str()?.is_empty() {
            return None;
        }
        let root = if is_loopback(&https) { Url::parse(&format!("http://{host}/")).ok()? } else { https };
        Some(Self { root })
    }

    /// Returns the host, with its port unless that is the usual one.
    #[must_use]
    pub fn host(&self) -> String {
        let name = self.root.host_str().unwrap_or_default();
        self.root.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
    }

    /// Returns the address of a path such as `["api", "v1", "statuses", ID]`; each part is encoded.
    pub(super) fn address(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.root.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::Server;

    #[test]
    fn http_is_used_on_this_machine_only() {
        for (host, root) in [
            ("mastodon.example", Some("https://mastodon.example/api")),
            ("Mastodon.Example:8443", Some("https://mastodon.example:8443/api")),
            ("127.0.0.1:8801", Some("http://127.0.0.1:8801/api")),
            ("localhost:3900", Some("http://localhost:3900/api")),
            ("192.168.1.2", Some("https://192.168.1.2/api")),
            ("a/b", None),
            ("a@b", None),
            ("", None),
        ] {
            let address = Server::of_host(host).map(|server| server.address(&["api"], &[]).to_string());
            assert_eq!(address.as_deref(), root, "{host}");
        }
    }

    #[test]
    fn id_with_slash_stays_one_segment() {
        let server = Server::of_host("a.example").unwrap();
        let url = server.address(&["api", "v1", "statuses", "1/../x"], &[("q", "a&b")]);
        assert_eq!(url.as_str(), "https://a.example/api/v1/statuses/1%2F..%2Fx?q=a%26b");
    }
}
