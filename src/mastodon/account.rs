//! Accounts of a server.

use serde_json::Value;

use super::json::id;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The id that this server uses.
    pub id: String,
    /// The address that identifies the account everywhere.
    pub uri: String,
    /// `nick@host`; without the host for an account of this server.
    pub acct: String,
    /// The answer as it was received.
    pub json: Value,
}

impl Account {
    /// Reads an account; none without an id and an address.
    pub(super) fn read(json: &Value) -> Option<Self> {
        Some(Self {
            id: id(&json["id"])?,
            uri: id(&json["uri"]).or_else(|| id(&json["url"]))?,
            acct: id(&json["acct"]).or_else(|| id(&json["username"]))?,
            json: json.clone(),
        })
    }
}

/// How you are related to an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Relationship {
    /// You follow it.
    pub following: bool,
    /// You asked to follow it, and it has to agree.
    pub requested: bool,
    /// You mute it.
    pub muting: bool,
}

impl Relationship {
    pub(super) fn read(json: &Value) -> Self {
        let is = |name: &str| json[name].as_bool().unwrap_or(false);
        Self { following: is("following"), requested: is("requested"), muting: is("muting") }
    }
}
