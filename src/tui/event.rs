//! What reaches the loop through its channel.

use std::io;

use super::state::Message;
use super::terminal::parser::Input;

/// Something that happened outside of the loop.
#[derive(Debug)]
pub enum Event {
    /// The terminal sent a key, a mouse event, a paste or an answer.
    Input(Input),
    /// The window has a new size.
    Resized,
    /// A signal asks the program to quit.
    Quit,
    /// A signal asks the program to suspend itself.
    Suspend,
    /// The terminal is gone, or cannot be read.
    TerminalLost(io::Error),
    /// A worker finished a job.
    Worker(Box<Report>),
    /// A program that was started fails: why, and what to do.
    ProgramFailed(String),
}

/// The result of a job.
#[derive(Debug, PartialEq)]
pub struct Report {
    /// The worker that did it.
    pub task: Task,
    /// The number of the job.
    pub number: u64,
    /// The result.
    pub message: Message,
}

/// What a worker is for. Each has its own thread, so that none waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Searches and statistics.
    Query,
    /// Unread counts.
    Unread,
    /// The list of users.
    Users,
    /// Avatars.
    Avatars,
    /// Imports.
    Import,
    /// Refreshes of feeds.
    Refresh,
    /// Following an address.
    Follow,
    /// Publishing your feed.
    Publish,
    /// Sending what accounts did.
    Outbox,
}
