//! Feeds that are followed over HTTP.

use super::{Timestamp, User, UserId};

/// A feed that is followed over HTTP. It is bound to one user, who is the author of everything that it contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The user whom it is bound to.
    pub user: User,
    /// The address as it was followed, which identifies it.
    pub url: String,
    /// The address that is fetched: where the server redirected to for good.
    pub fetch_url: String,
    /// What the server sent to recognize this version of the feed.
    pub version: FeedVersion,
    /// When it was fetched last, successfully or not.
    pub checked_at: Option<Timestamp>,
    /// When it was fetched successfully for the last time.
    pub fetched_at: Option<Timestamp>,
    /// When it last had changed.
    pub changed_at: Option<Timestamp>,
    /// When it is due again.
    pub next_at: Timestamp,
    /// How often in a row it could not be fetched.
    pub failures: u32,
    /// Since when it could not be fetched.
    pub failing_since: Option<Timestamp>,
    /// Why it could not be fetched.
    pub error: Option<String>,
    /// The server says that it is gone for good, so it is not fetched anymore.
    pub is_gone: bool,
    /// It was fetched from the public internet, so its name may not lead to a private address later.
    pub is_public: bool,
}

/// How the last fetch of a feed ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedState {
    /// It was not fetched yet.
    New,
    /// It had changed.
    Changed,
    /// It was as before.
    Unchanged,
    /// It could not be fetched.
    Failing,
    /// It is gone for good.
    Gone,
}

impl FeedState {
    /// Returns its name for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "ok",
            Self::Unchanged => "unchanged",
            Self::Failing => "failing",
            Self::Gone => "gone",
        }
    }
}

/// The avatar that a feed names, to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedAvatar {
    /// The user of the feed.
    pub user: UserId,
    /// Its address.
    pub url: String,
    /// The `ETag` and `Last-Modified` headers of the picture that is stored, as they were received.
    pub version: FeedVersion,
    /// Whether the feed was fetched from the public internet, so that the avatar must be there too.
    pub is_public: bool,
}

/// By what a version of a feed is recognized.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedVersion {
    /// The `ETag` header, as it was received.
    pub etag: Option<String>,
    /// The `Last-Modified` header, as it was received.
    pub last_modified: Option<String>,
    /// A hash of the content.
    pub hash: Option<Vec<u8>>,
}

impl Subscription {
    /// Makes a feed that was never fetched, for tests.
    #[cfg(test)]
    pub fn unfetched(user: User, url: &str) -> Self {
        Self {
            user,
            url: url.to_owned(),
            fetch_url: url.to_owned(),
            version: FeedVersion::default(),
            checked_at: None,
            fetched_at: None,
            changed_at: None,
            next_at: Timestamp::MIN,
            failures: 0,
            failing_since: None,
            error: None,
            is_gone: false,
            is_public: true,
        }
    }

    /// Returns its state.
    #[must_use]
    pub fn state(&self) -> FeedState {
        match (self.is_gone, self.failures, self.checked_at) {
            (true, ..) => FeedState::Gone,
            (false, 1.., _) => FeedState::Failing,
            (false, 0, None) => FeedState::New,
            (false, 0, Some(checked)) if self.changed_at.is_none_or(|changed| changed < checked) => {
                FeedState::Unchanged
            }
            (false, 0, Some(_)) => FeedState::Changed,
        }
    }

    /// Returns whether it is due. A time of the last fetch that is still to come means that the clock was put back.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        !self.is_gone && (self.next_at <= now || self.checked_at.is_some_and(|checked| checked > now))
    }

    /// Returns whether its server asked to wait until it is due: by 429, too many requests, or 503, out of service.
    #[must_use]
    pub fn must_wait(&self) -> bool {
        let error = self.error.as_deref().unwrap_or_default();
        ["HTTP 429", "HTTP 503"].iter().any(|status| error.starts_with(status))
    }
}

/// The result of fetching a feed, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedCheck {
    /// When it was fetched.
    pub at: Timestamp,
    /// When it is due again.
    pub next_at: Timestamp,
    /// Whether it was fetched from the public internet.
    pub is_public: bool,
    /// The result.
    pub result: FeedResult,
}

/// Whether a feed changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedResult {
    /// It is as it was.
    Unchanged {
        /// The address to fetch from now on, if that changed.
        moved_to: Option<String>,
        /// By what this version is recognized, if the server sent something else for the same content.
        version: Option<FeedVersion>,
    },
    /// It has another content.
    Changed {
        /// The address to fetch from now on, if that changed.
        moved_to: Option<String>,
        /// By what this version is recognized.
        version: FeedVersion,
    },
    /// It could not be fetched.
    Failed {
        /// The reason, in words.
        error: String,
        /// The server says that it is gone for good.
        is_gone: bool,
    },
}
