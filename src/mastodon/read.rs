//! Calls that read.

use serde_json::Value;

use super::account::{Account, Relationship};
use super::client::Client;
use super::error::ApiError;
use super::json::{elements, text};
use super::notification::Notice;
use super::page::{Page, Paging};
use super::status::Status;

/// The posts around a status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// The posts that it replies to, the first one first.
    pub ancestors: Vec<Status>,
    /// The replies to it, each after its parent.
    pub descendants: Vec<Status>,
}

impl Client {
    /// Returns the account of the token.
    ///
    /// # Errors
    /// When the call fails.
    pub fn verify_credentials(&self) -> Result<Account, ApiError> {
        let json = match self.get(&["api", "v1", "accounts", "verify_credentials"], &[]) {
            // The call has nothing else that could be wrong; snac answers so.
            Err(ApiError::Refused { server, status: 422, .. }) => return Err(ApiError::Unauthorized { server }),
            found => found?,
        };
        Account::read(&json).ok_or_else(|| self.unexpected("it is no account"))
    }

    /// Returns a page of the home timeline.
    ///
    /// # Errors
    /// When the call fails.
    pub fn home(&self, paging: Paging<'_>) -> Result<Page<Status>, ApiError> {
        self.statuses(&["api", "v1", "timelines", "home"], paging)
    }

    /// Returns a page of the posts of an account, boosts included.
    ///
    /// # Errors
    /// When the call fails.
    pub fn account_statuses(&self, account: &str, paging: Paging<'_>) -> Result<Page<Status>, ApiError> {
        self.statuses(&["api", "v1", "accounts", account, "statuses"], paging)
    }

    /// Returns a page of your bookmarks.
    ///
    /// # Errors
    /// When the call fails.
    pub fn bookmarks(&self, paging: Paging<'_>) -> Result<Page<Status>, ApiError> {
        self.statuses(&["api", "v1", "bookmarks"], paging)
    }

    /// Returns a page of the posts that you like.
    ///
    /// # Errors
    /// When the call fails.
    pub fn likes(&self, paging: Paging<'_>) -> Result<Page<Status>, ApiError> {
        self.statuses(&["api", "v1", "favourites"], paging)
    }

    /// Returns a page of your notifications.
    ///
    /// # Errors
    /// When the call fails.
    pub fn notifications(&self, paging: Paging<'_>) -> Result<Page<Notice>, ApiError> {
        self.page(&["api", "v1", "notifications"], paging, Notice::read, |notice| &notice.id)
    }

    /// Returns a page of the accounts that an account follows.
    ///
    /// # Errors
    /// When the call fails.
    pub fn following(&self, account: &str, paging: Paging<'_>) -> Result<Page<Account>, ApiError> {
        self.page(&["api", "v1", "accounts", account, "following"], paging, Account::read, |account| &account.id)
    }

    /// Returns how you are related to an account.
    ///
    /// # Errors
    /// When the call fails.
    pub fn relationship(&self, account: &str) -> Result<Relationship, ApiError> {
        let json = self.get(&["api", "v1", "accounts", "relationships"], &[("id[]", account)])?;
        Ok(Relationship::read(&json[0]))
    }

    /// Returns a status by the id that this server uses.
    ///
    /// # Errors
    /// When the call fails.
    pub fn status(&self, id: &str) -> Result<Status, ApiError> {
        let json = self.get(&["api", "v1", "statuses", id], &[])?;
        Status::read(&json).ok_or_else(|| self.unexpected("it is no status"))
    }

    /// Returns the posts around a status.
    ///
    /// # Errors
    /// When the call fails.
    pub fn context(&self, id: &str) -> Result<Context, ApiError> {
        let mut json = self.get(&["api", "v1", "statuses", id, "context"], &[])?;
        let mut read = |name: &str| elements(json[name].take()).iter().filter_map(Status::read).collect();
        Ok(Context { ancestors: read("ancestors"), descendants: read("descendants") })
    }

    /// Returns the text of your status as it was written, to edit it.
    ///
    /// # Errors
    /// When the call fails.
    pub fn source(&self, id: &str) -> Result<String, ApiError> {
        let json = self.get(&["api", "v1", "statuses", id, "source"], &[])?;
        text(&json["text"]).ok_or_else(|| self.unexpected("it has no text"))
    }

    /// Returns all versions of a status as they were received, the oldest first. Their texts are HTML.
    ///
    /// # Errors
    /// When the call fails.
    pub fn history(&self, id: &str) -> Result<Vec<Value>, ApiError> {
        Ok(elements(self.get(&["api", "v1", "statuses", id, "history"], &[])?))
    }

    /// Finds the status with an address, which the server fetches if it does not have it.
    ///
    /// # Errors
    /// When the call fails.
    pub fn find_status(&self, uri: &str) -> Result<Option<Status>, ApiError> {
        let json = self.search(uri, "statuses")?;
        Ok(json["statuses"].as_array().into_iter().flatten().find_map(Status::read))
    }

    /// Finds the account with an address or as `nick@host`, which the server fetches if it does not have it.
    ///
    /// # Errors
    /// When the call fails.
    pub fn find_account(&self, address: &str) -> Result<Option<Account>, ApiError> {
        let json = self.search(address, "accounts")?;
        Ok(json["accounts"].as_array().into_iter().flatten().find_map(Account::read))
    }

    fn search(&self, text: &str, kind: &str) -> Result<Value, ApiError> {
        self.get(&["api", "v2", "search"], &[("q", text), ("resolve", "true"), ("type", kind), ("limit", "1")])
    }

    fn statuses(&self, path: &[&str], paging: Paging<'_>) -> Result<Page<Status>, ApiError> {
        self.page(path, paging, Status::read, |status| &status.id)
    }
}
