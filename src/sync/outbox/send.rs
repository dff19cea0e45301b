//! Sends one entry of the outbox.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::outcome::{DeliveryOptions, Outcome, later, retry_at};
use crate::attach::MAX_SIZE;
use crate::mastodon::{ApiError, Client, Status, StatusDraft};
use crate::model::{Account, Attachment, Audience, OutboxAction, Outgoing, PostId, SentPost, Timestamp};
use crate::net::Upload;
use crate::store::{Store, StoreError};
use crate::sync::SyncError;

/// How long a file is waited for that the server still processes.
const PROCESSING: Duration = Duration::from_secs(30);
/// Time between two questions whether it is processed.
const PAUSE: Duration = Duration::from_millis(500);

/// Why an entry was not sent.
pub(super) enum SendError {
    Api(ApiError),
    /// It can never be sent, for this reason.
    Impossible(String),
    Store(StoreError),
}

impl From<ApiError> for SendError {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<StoreError> for SendError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Sends entries of one account.
pub(super) struct Sender<'s> {
    pub(super) client: Client,
    pub(super) account: &'s Account,
    pub(super) options: DeliveryOptions,
}

impl Sender<'_> {
    /// Sends an entry, and returns what became of it.
    pub(super) fn send(&self, store: &Store, outgoing: &Outgoing) -> Result<Outcome, SyncError> {
        match self.try_to_send(store, outgoing) {
            Ok(outcome) => Ok(outcome),
            Err(SendError::Store(error)) => Err(error.into()),
            Err(SendError::Impossible(why)) => Ok(Outcome::Failed(why)),
            Err(SendError::Api(error)) => Ok(self.explain(outgoing, &error)),
        }
    }

    fn try_to_send(&self, store: &Store, outgoing: &Outgoing) -> Result<Outcome, SendError> {
        match outgoing.action {
            OutboxAction::Post => self.publish(store, outgoing),
            OutboxAction::Edit => self.edit(store, outgoing),
            OutboxAction::Delete => self.delete(store, outgoing),
            OutboxAction::Like => self.on_status(store, outgoing, Client::like),
            OutboxAction::Unlike => self.on_status(store, outgoing, Client::unlike),
            OutboxAction::Boost => self.on_status(store, outgoing, Client::boost),
            OutboxAction::Unboost => self.on_status(store, outgoing, Client::unboost),
            OutboxAction::Bookmark => self.on_status(store, outgoing, Client::bookmark),
            OutboxAction::Unbookmark => self.on_status(store, outgoing, Client::unbookmark),
            OutboxAction::Follow => self.on_account(store, outgoing, Client::follow),
            OutboxAction::Unfollow => self.on_account(store, outgoing, Client::unfollow),
            OutboxAction::Mute => self.on_account(store, outgoing, Client::mute),
            OutboxAction::Unmute => self.on_account(store, outgoing, Client::unmute),
            OutboxAction::Vote => self.vote(store, outgoing),
        }
    }

    /// Returns what an error means for an entry.
    fn explain(&self, outgoing: &Outgoing, error: &ApiError) -> Outcome {
        let (now, why) = (Timestamp::now(), error.to_string());
        let retry = retry_at(now, outgoing.attempts);
        match error {
            ApiError::Unauthorized { .. } => Outcome::NeedsLogin(why),
            ApiError::Refused { .. } | ApiError::Gone { .. } => Outcome::Failed(why),
            ApiError::RateLimited { until, .. } => {
                Outcome::Postponed { until: *until, why, may_be_sent: outgoing.tried_at.is_some() }
            }
            ApiError::Unavailable { retry_after, .. } => {
                let until = retry_after.map_or(retry, |wait| later(now, wait));
                Outcome::Postponed { until, why, may_be_sent: true }
            }
            ApiError::Net(_) | ApiError::Unexpected { .. } => {
                let may_be_sent = !error.is_certain() || outgoing.tried_at.is_some();
                Outcome::Postponed { until: retry, why, may_be_sent }
            }
        }
    }

    fn publish(&self, store: &Store, outgoing: &Outgoing) -> Result<Outcome, SendError> {
        let parent = match &outgoing.reply_to {
            Some(uri) => Some(self.status(store, outgoing, self.parent(store, outgoing)?, uri)?.id),
            None => None,
        };
        if let Some(outcome) = self.reconcile(store, outgoing, parent.as_deref())? {
            return Ok(outcome);
        }
        let media_ids = self.upload(&outgoing.details.attachments)?;
        let draft = StatusDraft {
            text: &outgoing.text,
            in_reply_to_id: parent.as_deref(),
            visibility: Some(visibility(outgoing.details.audience)),
            warning: outgoing.details.warning.as_deref(),
            language: outgoing.details.language.as_deref(),
            media_ids: &media_ids,
            ..StatusDraft::default()
        };
        match self.client.create_status(&draft, &outgoing.idempotency_key) {
            Ok(status) => Ok(published(outgoing, &status)),
            // The id of the parent may have changed: some servers do that.
            Err(ApiError::Gone { .. }) if parent.is_some() => {
                Err(SendError::Impossible(format!("{} does not know the post that it replies to", self.account.server)))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn parent(&self, store: &Store, outgoing: &Outgoing) -> Result<Option<PostId>, SendError> {
        let Some(post) = outgoing.post else { return Ok(None) };
        match store.post(post) {
            Ok(post) => Ok(post.reply_to.map(|parent| parent.id)),
            Err(StoreError::UnknownPost(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn edit(&self, store: &Store, outgoing: &Outgoing) -> Result<Outcome, SendError> {
        let id = self.status_of(store, outgoing)?.id;
        let draft = StatusDraft {
            text: &outgoing.text,
            warning: outgoing.details.warning.as_deref(),
            language: outgoing.details.language.as_deref(),
            ..StatusDraft::default()
        };
        let status = self.client.edit_status(&id, &draft)?;
        Ok(Outcome::Done(Some(status.content)))
    }

    /// Deletes a post. One that the server does not have is deleted.
    fn delete(&self, store: &Store, outgoing: &Outgoing) -> Result<Outcome, SendError> {
        let id = match self.status_of(store, outgoing) {
            Ok(status) => status.id,
            Err(SendError::Impossible(_) | SendError::Api(ApiError::Gone { .. })) => return Ok(Outcome::Done(None)),
            Err(error) => return Err(error),
        };
        self.client.delete_status(&id)?;
        // A server without this call says that there is nothing at its address, as if the post were deleted.
        match self.client.status(&id) {
            Ok(_) => Err(SendError::Impossible(format!("{} does not delete posts: do it there", self.account.server))),
            Err(ApiError::Gone { .. } | ApiError::Refused { .. }) => Ok(Outcome::Done(None)),
            Err(error) => Err(error.into()),
        }
    }

    fn on_status(
        &self,
        store: &Store,
        outgoing: &Outgoing,
        act: impl Fn(&Client, &str) -> Result<Status, ApiError>,
    ) -> Result<Outcome, SendError> {
        let status = self.status_of(store, outgoing)?;
        // An earlier request may have been carried out.
        if outgoing.tried_at.is_some() && is_done(outgoing.action, &status) == Some(true) {
            return Ok(Outcome::Done(None));
        }
        match act(&self.client, &status.id) {
            Ok(_) => Ok(Outcome::Done(None)),
            Err(error @ ApiError::Unexpected { .. }) => self.check_status(store, outgoing, error),
            Err(error) => Err(error.into()),
        }
    }

    /// Asks the server whether it did something to a status although its answer does not say so.
    fn check_status(&self, store: &Store, outgoing: &Outgoing, error: ApiError) -> Result<Outcome, SendError> {
        match is_done(outgoing.action, &self.status_of(store, outgoing)?) {
            Some(true) => Ok(Outcome::Done(None)),
            Some(false) => Err(error.into()),
            None => Ok(Outcome::Unsure(error.to_string())),
        }
    }

    /// Votes in the poll of a post, unless an earlier request did.
    fn vote(&self, store: &Store, outgoing: &Outgoing) -> Result<Outcome, SendError> {
        let server = &self.account.server;
        let Some(poll) = self.status_of(store, outgoing)?.poll else {
            return Err(SendError::Impossible(format!("{server} says that the post has no poll")));
        };
        if poll.has_voted && poll.own_votes == outgoing.choices {
            return Ok(Outcome::Voted(Some(Box::new(poll))));
        }
        // Some servers add a second vote to the first one.
        if poll.has_voted {
            return Err(SendError::Impossible(format!("{server} says that you have voted in this poll already")));
        }
        Ok(Outcome::Voted(self.client.vote(&poll.id, &outgoing.choices)?.map(Box::new)))
    }

    fn on_account<T>(
        &self,
        store: &Store,
        outgoing: &Outgoing,
        act: impl Fn(&Client, &str) -> Result<T, ApiError>,
    ) -> Result<Outcome, SendError> {
        let unknown = || SendError::Impossible(format!("{} does not know the user", self.account.server));
        let target = outgoing.target.ok_or_else(unknown)?;
        let nickname = store.user_by_id(target)?.nickname;
        let uri = outgoing.remote_id.as_deref().unwrap_or_default();
        let mut found = self.client.find_account(uri)?;
        // Not every server finds addresses, and for some the users of their own have no host.
        for name in [nickname.as_str(), nickname.as_str().split('@').next().unwrap_or_default()] {
            if found.is_none() {
                found = self.client.find_account(name)?.filter(|found| found.uri == uri);
            }
        }
        let found = found.ok_or_else(unknown)?;
        act(&self.client, &found.id)?;
        Ok(Outcome::Done(None))
    }

    /// Returns the post that an entry is about as the server has it.
    fn status_of(&self, store: &Store, outgoing: &Outgoing) -> Result<Status, SendError> {
        let uri = outgoing.remote_id.as_deref().unwrap_or_default();
        self.status(store, outgoing, outgoing.post, uri)
    }

    /// Returns a post as the server has it. Ids can change, so the stored one is checked by the address.
    fn status(&self, store: &Store, outgoing: &Outgoing, post: Option<PostId>, uri: &str) -> Result<Status, SendError> {
        let stored = match post {
            Some(post) => store.server_status(outgoing.account, post)?,
            None => None,
        };
        if let Some(stored) = stored {
            match self.client.status(&stored.id) {
                Ok(status) if status.uri == uri => return Ok(status),
                Ok(_) | Err(ApiError::Gone { .. } | ApiError::Refused { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        match self.client.find_status(uri)? {
            Some(status) => Ok(status),
            None => Err(SendError::Impossible(format!("{} does not know the post {uri}", self.account.server))),
        }
    }

    /// Uploads attachments; returns their ids on the server.
    fn upload(&self, attachments: &[Attachment]) -> Result<Vec<String>, SendError> {
        attachments.iter().filter_map(|attachment| Some((attachment, attachment.file.as_deref()?))).try_fold(
            Vec::new(),
            |mut ids, (attachment, file)| {
                let upload = read_file(Path::new(file), attachment.kind.as_deref())?;
                let description = attachment.description.as_deref().unwrap_or_default();
                let mut media = self.client.upload(&upload, description)?;
                let mut waited = Duration::ZERO;
                while media.is_processing && waited < PROCESSING {
                    thread::sleep(PAUSE);
                    waited += PAUSE;
                    media = self.client.media(&media.id)?;
                }
                ids.push(media.id);
                Ok(ids)
            },
        )
    }
}

fn read_file(path: &Path, media_type: Option<&str>) -> Result<Upload, SendError> {
    let failed = |why: String| SendError::Impossible(format!("{}: {why}", path.display()));
    let file = File::open(path).map_err(|error| failed(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(MAX_SIZE + 1).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err(failed(format!("it is larger than {} MiB", MAX_SIZE >> 20)));
    }
    let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let media_type = media_type.unwrap_or("application/octet-stream").to_owned();
    Ok(Upload { field: "file".to_owned(), file_name, media_type, bytes })
}

/// Returns whether a status is as an action makes it, if the server says so.
fn is_done(action: OutboxAction, status: &Status) -> Option<bool> {
    match action {
        OutboxAction::Like => status.is_liked,
        OutboxAction::Unlike => status.is_liked.map(|is| !is),
        OutboxAction::Boost => status.is_boosted,
        OutboxAction::Unboost => status.is_boosted.map(|is| !is),
        OutboxAction::Bookmark => status.is_bookmarked,
        OutboxAction::Unbookmark => status.is_bookmarked.map(|is| !is),
        _ => None,
    }
}

/// Returns the word of the API for an audience.
fn visibility(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "public",
        Audience::Unlisted => "unlisted",
        Audience::Followers => "private",
        Audience::Direct => "direct",
    }
}

/// Returns the audience that a server names; public if it says nothing, so that nothing seems more private than it is.
fn audience(visibility: Option<&str>) -> Audience {
    match visibility {
        Some("unlisted") => Audience::Unlisted,
        Some("private" | "mutuals_only") => Audience::Followers,
        Some("direct") => Audience::Direct,
        _ => Audience::Public,
    }
}

/// Returns the result of a post that the server has.
pub(super) fn published(outgoing: &Outgoing, status: &Status) -> Outcome {
    let audience = audience(status.visibility.as_deref());
    Outcome::Published {
        post: SentPost {
            uri: status.uri.clone(),
            url: status.json["url"].as_str().map(str::to_owned),
            original: Some(status.content.clone()),
            audience,
        },
        status: status.on_server(),
        changed_to: (audience != outgoing.details.audience).then_some(audience),
    }
}
