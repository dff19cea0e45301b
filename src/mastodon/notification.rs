//! Notifications of a server.

use serde_json::Value;

use super::account::Account;
use super::json::text;
use super::status::Status;

/// A notification of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The id that this server uses.
    pub id: String,
    /// `mention`, `favourite`, `reblog`, `follow`, or a kind that is not known here.
    pub kind: String,
    /// When it happened, as RFC 3339.
    pub created_at: Option<String>,
    /// The account that caused it.
    pub account: Account,
    /// The status that it is about.
    pub status: Option<Status>,
}

impl Notice {
    /// Reads a notification; none without an id and an account.
    pub(super) fn read(json: &Value) -> Option<Self> {
        Some(Self {
            id: text(&json["id"])?,
            kind: text(&json["type"])?,
            created_at: text(&json["created_at"]),
            account: Account::read(&json["account"])?,
            status: Status::read(&json["status"]),
        })
    }
}
