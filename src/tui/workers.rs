//! Threads for jobs that may take long, each with a connection of its own. Results arrive as events.

mod context;
mod feeds;
mod import;
mod jobs;
mod outbox;
mod paths;
mod requests;
pub(super) mod worker;

pub(super) use jobs::Job;
pub(super) use requests::RequestSettings;
