//! Why a call failed.

use std::time::Duration;

use thiserror::Error;

use super::json::text;
use crate::model::Timestamp;
use crate::net::{Answer, NetError};

/// Longest words of a server that are shown, in characters.
const LONGEST_WORDS: usize = 200;
/// How long to wait if a server that limits calls does not say how long.
const PAUSE: Duration = Duration::from_secs(300);

/// Why a call failed.
#[derive(Debug, Error)]
pub enum ApiError {
    /// The access token is missing, expired or revoked (401).
    #[error("{server} does not accept the access token: log in again")]
    Unauthorized {
        /// The host.
        server: String,
    },
    /// The server understood the call and does not carry it out (403, 422 and other 4xx).
    #[error("{server} refused: {words}")]
    Refused {
        /// The host.
        server: String,
        /// The status code.
        status: u16,
        /// The words of the server, in one line.
        words: String,
    },
    /// What the call names does not exist (404, 410).
    #[error("{server} does not have it, or not anymore")]
    Gone {
        /// The host.
        server: String,
    },
    /// Too many calls (429).
    #[error("{server} limits the number of requests")]
    RateLimited {
        /// The host.
        server: String,
        /// When calls are allowed again.
        until: Timestamp,
    },
    /// The server has a problem (5xx).
    #[error("{server} has a problem: HTTP {status}")]
    Unavailable {
        /// The host.
        server: String,
        /// The status code.
        status: u16,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// No answer came. It is unknown whether a call that changes something was carried out, unless no connection was
    /// made.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The answer is not what the API promises. A call that changes something was probably carried out.
    #[error("{server} sent an unexpected response: {what}")]
    Unexpected {
        /// The host.
        server: String,
        /// What is wrong with it.
        what: String,
    },
}

impl ApiError {
    /// Returns whether the same call can succeed later without a change.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Unavailable { .. } | Self::Net(_) | Self::Unexpected { .. })
    }

    /// Returns whether the server certainly did not carry out the call.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        match self {
            Self::Unauthorized { .. } | Self::Refused { .. } | Self::Gone { .. } | Self::RateLimited { .. } => true,
            Self::Net(why) => matches!(
                why,
                NetError::Offline | NetError::HostNotFound(_) | NetError::Connect { .. } | NetError::Tls { .. }
            ),
            Self::Unavailable { .. } | Self::Unexpected { .. } => false,
        }
    }

    /// Returns the error that an answer means.
    pub(super) fn of_answer(server: String, answer: &Answer, now: Timestamp) -> Self {
        match answer.status {
            401 => Self::Unauthorized { server },
            404 | 410 => Self::Gone { server },
            429 => Self::RateLimited { server, until: allowed_again(answer, now) },
            status @ 500..=599 => Self::Unavailable { server, status, retry_after: answer.retry_after() },
            status @ 400..=499 => Self::Refused { server, status, words: words(answer) },
            status => Self::Unexpected { server, what: format!("HTTP {status}") },
        }
    }
}

/// Returns when calls are allowed again, at most a day from now.
fn allowed_again(answer: &Answer, now: Timestamp) -> Timestamp {
    let later = |wait: Duration| {
        let micros = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(now.micros().saturating_add(micros))
    };
    if let Some(wait) = answer.retry_after() {
        return later(wait);
    }
    let reset = answer.header("x-ratelimit-reset").and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok());
    reset.map_or_else(|| later(PAUSE), |reset| Timestamp::from(reset).clamp(now, later(crate::net::DAY)))
}

/// Returns what the server says about an error, in one line.
fn words(answer: &Answer) -> String {
    let json = serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap_or_default();
    let found = text(&json["error_description"]).or_else(|| text(&json["error"]));
    let line: String =
        found.unwrap_or_default().chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_WORDS).collect();
    if line.trim().is_empty() { format!("HTTP {}", answer.status) } else { line.trim().to_owned() }
}
