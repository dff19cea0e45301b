//! Threads for what may take long, each with a connection of its own. Results come as events; nobody waits for them.

mod context;
mod import;
mod jobs;
pub(super) mod worker;

pub(super) use jobs::Job;
