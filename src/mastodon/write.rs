//! Calls that change something.

use serde_json::{Map, Value, json};

use super::account::Relationship;
use super::client::Client;
use super::error::ApiError;
use super::json::text;
use super::poll;
use super::status::Status;
use crate::model::Poll;
use crate::net::{Method, Payload, Upload};

/// A status to create, or the new content of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatusDraft<'a> {
    /// The text.
    pub text: &'a str,
    /// The id of the status that it replies to.
    pub in_reply_to_id: Option<&'a str>,
    /// `public`, `unlisted`, `private` or `direct`; the default of the account if none is given. An edit cannot change it.
    pub visibility: Option<&'a str>,
    /// The content warning.
    pub warning: Option<&'a str>,
    /// The code of its language, such as `en`.
    pub language: Option<&'a str>,
    /// Ids of uploaded media.
    pub media_ids: &'a [String],
    /// A poll.
    pub poll: Option<NewPoll<'a>>,
}

/// A poll to create.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewPoll<'a> {
    /// The choices.
    pub choices: &'a [String],
    /// For how long it is open, in seconds.
    pub seconds: u64,
    /// Whether several choices can be voted for.
    pub is_multiple: bool,
}

/// An uploaded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// The id for [`StatusDraft::media_ids`].
    pub id: String,
    /// Whether the server still processes it, so that a status with it may be refused.
    pub is_processing: bool,
}

impl StatusDraft<'_> {
    fn json(&self) -> String {
        let mut fields = Map::new();
        fields.insert("status".to_owned(), self.text.into());
        let texts = [
            ("in_reply_to_id", self.in_reply_to_id),
            ("visibility", self.visibility),
            ("spoiler_text", self.warning),
            ("language", self.language),
        ];
        for (name, value) in texts {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value.into());
            }
        }
        if !self.media_ids.is_empty() {
            fields.insert("media_ids".to_owned(), self.media_ids.into());
        }
        if let Some(poll) = &self.poll {
            let poll = json!({"options": poll.choices, "expires_in": poll.seconds, "multiple": poll.is_multiple});
            fields.insert("poll".to_owned(), poll);
        }
        Value::Object(fields).to_string()
    }
}

impl Client {
    /// Creates a status. A server that knows `key` creates one however often it is called; not all do.
    ///
    /// # Errors
    /// When the call fails. See [`ApiError::is_certain`] for whether the status may exist.
    pub fn create_status(&self, draft: &StatusDraft<'_>, key: &str) -> Result<Status, ApiError> {
        let json = self.change(Method::Post, &["api", "v1", "statuses"], Payload::Json(&draft.json()), Some(key))?;
        self.read_status(&json)
    }

    /// Replaces the content of your status.
    ///
    /// # Errors
    /// When the call fails.
    pub fn edit_status(&self, id: &str, draft: &StatusDraft<'_>) -> Result<Status, ApiError> {
        let json = self.change(Method::Put, &["api", "v1", "statuses", id], Payload::Json(&draft.json()), None)?;
        self.read_status(&json)
    }

    /// Deletes your status. One that does not exist counts as deleted.
    ///
    /// # Errors
    /// When the call fails.
    pub fn delete_status(&self, id: &str) -> Result<(), ApiError> {
        match self.change(Method::Delete, &["api", "v1", "statuses", id], Payload::Empty, None) {
            Ok(_) | Err(ApiError::Gone { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Likes a status.
    ///
    /// # Errors
    /// When the call fails.
    pub fn like(&self, id: &str) -> Result<Status, ApiError> {
        self.act_on_status(id, "favourite")
    }

    /// Unlikes a status.
    ///
    /// # Errors
    /// When the call fails.
    pub fn unlike(&self, id: &str) -> Result<Status, ApiError> {
        self.act_on_status(id, "unfavourite")
    }

    /// Boosts a status; returns the boost.
    ///
    /// # Errors
    /// When the call fails.
    pub fn boost(&self, id: &str) -> Result<Status, ApiError> {
        self.act_on_status(id, "reblog")
    }

    /// Unboosts a status. `id` is that of the boosted status.
    ///
    /// # Errors
    /// When the call fails.
    pub fn unboost(&self, id: &str) -> Result<Status, ApiError> {
        self.act_on_status(id, "unreblog")
    }

    /// Bookmarks a status.
    ///
    /// # Errors
    /// When the call fails.
    pub fn bookmark(&self, id: &str) -> Result<Status, ApiError> {
        self.act_on_status(id, "bookmark")
    }

    /// Removes the bookmark of a status.
    ///
    /// # Errors
    /// When the call fails.
    pub fn unbookmark(&self, id: &str) -> Result<Status, ApiError> {
        self.act_on_status(id, "unbookmark")
    }

    /// Follows an account.
    ///
    /// # Errors
    /// When the call fails.
    pub fn follow(&self, account: &str) -> Result<Relationship, ApiError> {
        self.act_on_account(account, "follow")
    }

    /// Unfollows an account.
    ///
    /// # Errors
    /// When the call fails.
    pub fn unfollow(&self, account: &str) -> Result<Relationship, ApiError> {
        self.act_on_account(account, "unfollow")
    }

    /// Mutes an account.
    ///
    /// # Errors
    /// When the call fails.
    pub fn mute(&self, account: &str) -> Result<Relationship, ApiError> {
        self.act_on_account(account, "mute")
    }

    /// Unmutes an account.
    ///
    /// # Errors
    /// When the call fails.
    pub fn unmute(&self, account: &str) -> Result<Relationship, ApiError> {
        self.act_on_account(account, "unmute")
    }

    /// Votes in a poll for the choices with these numbers, from 0; returns the poll, if the server answers with it.
    ///
    /// # Errors
    /// When the call fails.
    pub fn vote(&self, poll: &str, choices: &[u32]) -> Result<Option<Poll>, ApiError> {
        // Texts are what a form has: snac takes every number of JSON for 0.
        let choices: Vec<_> = choices.iter().map(u32::to_string).collect();
        let body = json!({ "choices": choices }).to_string();
        let json = self.change(Method::Post, &["api", "v1", "polls", poll, "votes"], Payload::Json(&body), None)?;
        Ok(poll::read(&json))
    }

    /// Uploads a file with its description.
    ///
    /// # Errors
    /// When the call fails.
    pub fn upload(&self, upload: &Upload, description: &str) -> Result<Media, ApiError> {
        let fields = [("description", description.to_owned())];
        let payload = || Payload::Multipart(&fields, upload);
        let json = match self.change(Method::Post, &["api", "v2", "media"], payload(), None) {
            Err(ApiError::Gone { .. }) => self.change(Method::Post, &["api", "v1", "media"], payload(), None)?,
            found => found?,
        };
        let id = text(&json["id"]).ok_or_else(|| self.unexpected("the file has no id"))?;
        Ok(Media { id, is_processing: json["url"].is_null() })
    }

    /// Returns an uploaded file, to ask whether the server has processed it.
    ///
    /// # Errors
    /// When the call fails.
    pub fn media(&self, id: &str) -> Result<Media, ApiError> {
        let json = self.get(&["api", "v1", "media", id], &[])?;
        Ok(Media { id: id.to_owned(), is_processing: json["url"].is_null() })
    }

    fn act_on_status(&self, id: &str, action: &str) -> Result<Status, ApiError> {
        let json = self.change(Method::Post, &["api", "v1", "statuses", id, action], Payload::Empty, None)?;
        self.read_status(&json)
    }

    fn act_on_account(&self, id: &str, action: &str) -> Result<Relationship, ApiError> {
        let json = self.change(Method::Post, &["api", "v1", "accounts", id, action], Payload::Empty, None)?;
        Ok(Relationship::read(&json))
    }

    fn read_status(&self, json: &Value) -> Result<Status, ApiError> {
        Status::read(json).ok_or_else(|| self.unexpected("it is no status"))
    }
}
