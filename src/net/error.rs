//! Why a request failed, worded for people.

use std::io;
use std::time::Duration;

use thiserror::Error;

/// Why a request failed.
#[derive(Debug, Error)]
pub enum NetError {
    /// The settings or `--offline` forbid requests.
    #[error("offline: no request was sent; start without --offline, and set offline = false in the settings")]
    Offline,
    /// The name has no address, or no name server responded.
    #[error("{0} does not exist, or no name server responded")]
    HostNotFound(String),
    /// The server refused the connection or cannot be reached.
    #[error("cannot connect to {host}: {why}")]
    Connect {
        /// The host, with its port.
        host: String,
        /// The reason of the system.
        why: io::Error,
    },
    /// The server was too slow.
    #[error("{0} took too long to respond")]
    Timeout(String),
    /// The connection ended before the response did.
    #[error("{0} closed the connection before the response was complete")]
    Closed(String),
    /// The certificate is invalid, or no secure connection could be made.
    #[error("no secure connection to {host}: {why}")]
    Tls {
        /// The host, with its port.
        host: String,
        /// The reason.
        why: String,
    },
    /// The answer is larger than allowed, counted after decompression.
    #[error("the response is larger than {} MiB", .0 / (1024 * 1024))]
    TooLarge(u64),
    /// The headers of the response are larger than allowed.
    #[error("the headers of the response are larger than {} KiB", .0 / 1024)]
    HeadersTooLarge(usize),
    /// The answer is not HTTP.
    #[error("{host} does not respond in HTTP: {why}")]
    Protocol {
        /// The host, with its port.
        host: String,
        /// The reason.
        why: String,
    },
    /// The server redirects more often than allowed.
    #[error("redirected more than {0} times")]
    TooManyRedirects(usize),
    /// The server redirects in a circle.
    #[error("redirected in a circle, back to {0}")]
    RedirectLoop(String),
    /// The server redirects from `https` to `http`.
    #[error("redirected from https to {0}, which is not secure")]
    Downgrade(String),
    /// The server redirects to what is no HTTP address.
    #[error("redirected to {0:?}, which is not an http or https address")]
    BadRedirect(String),
    /// A server redirects a request with a token to another server, which must not see it.
    #[error("redirected to {0}, another server: the access token was not sent there")]
    OtherServer(String),
    /// A public server leads to an address of a private network.
    #[error("{0} leads to a private address")]
    PrivateAddress(String),
    /// The server responded with an error.
    #[error("HTTP {code}{}", reason(*.code))]
    Status {
        /// The status code.
        code: u16,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
}

impl NetError {
    /// Whether the resource is gone for good (410).
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Status { code: 410, .. })
    }

    /// Returns how long the server asked to wait, if it did.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// What the common status codes mean, as people know them.
fn reason(code: u16) -> &'static str {
    match code {
        401 => ": a login is needed",
        403 => ": forbidden",
        404 => ": not found",
        410 => ": gone",
        429 => ": too many requests",
        500..=599 => ": the server has a problem",
        _ => "",
    }
}
