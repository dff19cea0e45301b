//! What the requests of a worker need: the settings, and the access tokens beside their file.

use std::path::PathBuf;

use crate::config::Settings;
use crate::sync::{Fetcher, SyncError, Tokens};

/// The settings for requests.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) struct RequestSettings {
    /// The settings; they say whether requests are allowed.
    pub settings: Settings,
    /// The path of their file.
    pub path: Option<PathBuf>,
}

impl RequestSettings {
    /// Returns what sends the requests.
    pub(super) fn fetcher(&self) -> Result<Fetcher, SyncError> {
        Fetcher::new(&self.settings, false)
    }

    /// Returns the access tokens of accounts.
    pub(super) fn tokens(&self) -> Result<Tokens, SyncError> {
        Ok(Tokens::beside(self.path.as_deref())?)
    }
}
