//! Arguments of the `outbox` commands.

use clap::{Args as ClapArgs, Subcommand};

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Outbox {
    #[command(subcommand)]
    pub(in crate::cli) command: Option<OutboxCommand>,
    /// Print JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum OutboxCommand {
    /// List what your accounts' servers do not have yet (default)
    List,
    /// Send everything that waits, now
    Send,
    /// Send entries again that were not sent
    Retry {
        /// Numbers of entries, as microblog outbox lists them
        #[arg(required = true, value_name = "ENTRY")]
        ids: Vec<i64>,
    },
    /// Discard entries
    ///
    /// A post that was not published is deleted, and can be restored for a day. Other actions stay done here.
    Discard {
        /// Numbers of entries, as microblog outbox lists them
        #[arg(required = true, value_name = "ENTRY")]
        ids: Vec<i64>,
    },
    /// Edit a post that was not sent, and send it
    Edit {
        /// Number of the entry, as microblog outbox lists it
        #[arg(value_name = "ENTRY")]
        id: i64,
        /// New text, or - for standard input
        #[arg(value_name = "TEXT")]
        text: Vec<String>,
        /// Edit the text in $EDITOR
        #[arg(long)]
        editor: bool,
    },
}
