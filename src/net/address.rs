//! What a person types to follow somebody: an HTTP address or a `@user@host` handle, validated.

use std::fmt;

use thiserror::Error;
use url::Url;

/// Longest address that is accepted, in bytes. Servers refuse longer ones, and a line of a report stays readable.
const LONGEST: usize = 2_048;

/// An address that can be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A feed, or a page that names its feeds. Always `http` or `https`, without credentials and fragment.
    Url(Url),
    /// An account on a server that answers WebFinger (RFC 7033).
    Handle {
        /// The name before the second `@`.
        user: String,
        /// The server's name, lower case, with its port if one was given.
        host: String,
    },
}

/// Why a text is not an address that can be followed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AddressError {
    /// The text is neither an address nor a handle.
    #[error("{0:?} is not an address: type one such as https://example.org/feed.xml or @susan@mastodon.example")]
    Invalid(String),
    /// The scheme is not HTTP.
    #[error("{address:?} uses {scheme}: only http and https addresses can be followed")]
    Scheme {
        /// The text.
        address: String,
        /// Its scheme, such as `ftp`.
        scheme: String,
    },
    /// The address holds a user name or a password, which would end up in the database and in exports.
    #[error("{0:?} contains a user name or password: remove the part before the @")]
    Credentials(String),
    /// The address is longer than 2,048 bytes.
    #[error("the address is {0} bytes long: at most 2048 are allowed")]
    TooLong(usize),
}

impl Address {
    /// Parses what a person typed. An address without a scheme means `https`.
    ///
    /// # Errors
    /// When the text is no address, not HTTP, too long, or holds credentials.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.len() > LONGEST {
            return Err(AddressError::TooLong(text.len()));
        }
        let invalid = || AddressError::Invalid(text.to_owned());
        if let Some(handle) = text.strip_prefix("acct:").or_else(|| text.strip_prefix('@')) {
            return parse_handle(handle).ok_or_else(invalid);
        }
        if let Some(handle) = parse_handle(text) {
            return Ok(handle);
        }
        let url = match Url::parse(text) {
            Ok(url) if url.has_host() || text.contains("://") => url,
            // `example.org:8080/feed` parses as a scheme without a host.
            _ if text.contains("://") || !text.contains(['.', ':', '/']) => return Err(scheme_or(text, invalid())),
            _ => match Url::parse(text) {
                Ok(other) if is_other_scheme(&other) => return Err(scheme_or(text, invalid())),
                _ => Url::parse(&format!("https://{text}")).map_err(|_| invalid())?,
            },
        };
        check(url, text)
    }
}

/// Checks an address that a document or a redirect names; it follows the same rules as one that is typed.
fn check(mut url: Url, text: &str) -> Result<Address, AddressError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressError::Scheme { address: text.to_owned(), scheme: url.scheme().to_owned() });
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(AddressError::Invalid(text.to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::Credentials(text.to_owned()));
    }
    url.set_fragment(None);
    Ok(Address::Url(url))
}

/// Whether a parsed text names a scheme of another kind, such as `mailto:` or `file:`, and not a host with its port.
fn is_other_scheme(url: &Url) -> bool {
    let is_port =
        url.path().split('/').next().is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
    !is_port && !url.scheme().contains('.')
}

fn scheme_or(text: &str, otherwise: AddressError) -> AddressError {
    match Url::parse(text) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            AddressError::Scheme { address: text.to_owned(), scheme: url.scheme().to_owned() }
        }
        _ => otherwise,
    }
}

fn parse_handle(handle: &str) -> Option<Address> {
    let (user, host) = handle.split_once('@')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if user.is_empty() || user.len() > 64 || !user.chars().all(is_name) {
        return None;
    }
    // The URL parser validates and normalizes the host, international names included.
    let url = Url::parse(&format!("https://{host}/")).ok()?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return None;
    }
    let name = url.host_str().filter(|name| !name.is_empty())?;
    let host = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
    Some(Address::Handle { user: user.to_owned(), host })
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => f.write_str(url.as_str()),
            Self::Handle { user, host } => write!(f, "@{user}@{host}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_normalized() {
        let cases = [
            ("https://example.org/twtxt.txt", "https://example.org/twtxt.txt"),
            ("  http://example.org  ", "http://example.org/"),
            ("example.org", "https://example.org/"),
            ("example.org/feed.xml#top", "https://example.org/feed.xml"),
            ("example.org:8080/feed", "https://example.org:8080/feed"),
            ("localhost:8080/feed", "https://localhost:8080/feed"),
            ("127.0.0.1:80", "https://127.0.0.1:80/"),
            ("HTTPS://EXAMPLE.org/A", "https://example.org/A"),
            ("https://bücher.example/", "https://xn--bcher-kva.example/"),
            ("http://[::1]:8080/feed", "http://[::1]:8080/feed"),
            ("@susan@mastodon.example", "@susan@mastodon.example"),
            ("acct:susan@Mastodon.Example", "@susan@mastodon.example"),
            ("@susan@127.0.0.1:8801", "@susan@127.0.0.1:8801"),
            ("susan@Mastodon.Example", "@susan@mastodon.example"),
            ("susan@127.0.0.1:8801", "@susan@127.0.0.1:8801"),
        ];
        for (typed, expected) in cases {
            assert_eq!(Address::parse(typed).map(|address| address.to_string()), Ok(expected.to_owned()), "{typed:?}");
        }
    }

    #[test]
    fn other_texts_are_refused_with_the_reason() {
        let scheme = |text: &str, scheme: &str| AddressError::Scheme { address: text.into(), scheme: scheme.into() };
        let invalid = |text: &str| AddressError::Invalid(text.into());
        let cases = [
            ("", invalid("")),
            ("susan", invalid("susan")),
            ("two words.example", invalid("two words.example")),
            ("https://", invalid("https://")),
            ("@susan", invalid("@susan")),
            ("@@host.example", invalid("@@host.example")),
            ("@a@host.example/path", invalid("@a@host.example/path")),
            ("@a b@host.example", invalid("@a b@host.example")),
            ("ftp://example.org/x", scheme("ftp://example.org/x", "ftp")),
            ("file:///etc/passwd", scheme("file:///etc/passwd", "file")),
            ("mailto:susan@example.org", scheme("mailto:susan@example.org", "mailto")),
            ("javascript:alert(1)", scheme("javascript:alert(1)", "javascript")),
            (
                "https://susan:secret@example.org/",
                AddressError::Credentials("https://susan:secret@example.org/".into()),
            ),
        ];
        for (typed, expected) in cases {
            assert_eq!(Address::parse(typed), Err(expected), "{typed:?}");
        }
        let long = format!("https://example.org/{}", "a".repeat(3_000));
        assert_eq!(Address::parse(&long), Err(AddressError::TooLong(3_020)));
    }
}
