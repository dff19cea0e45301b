//! What can be typed about people, reactions, searches and what one reads.

use clap::{Args as ClapArgs, Subcommand};

use crate::model::{PostId, Purpose, Timestamp};

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Nicknames {
    #[arg(required = true, value_name = "NICK")]
    pub(in crate::cli) nicknames: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Ids {
    #[arg(required = true, value_name = "ID")]
    pub(in crate::cli) ids: Vec<PostId>,
}

/// Whose list is wanted.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Whose {
    /// Whose [default: the active user's]
    #[arg(value_name = "NICK")]
    pub(in crate::cli) nickname: Option<String>,
    /// As JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

/// Whose posts are counted.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Counted {
    /// Whose [default: everybody's]
    #[arg(value_name = "NICK")]
    pub(in crate::cli) nickname: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

/// A list of one's own.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Own {
    /// As JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct One {
    pub(in crate::cli) id: PostId,
    /// As JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Delete {
    #[arg(required = true, value_name = "ID")]
    pub(in crate::cli) ids: Vec<PostId>,
    /// For good, at once; else it can be undone for a day
    #[arg(long)]
    pub(in crate::cli) now: bool,
    /// Bring deleted posts back
    #[arg(long, conflicts_with = "now")]
    pub(in crate::cli) undo: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Edit {
    pub(in crate::cli) id: PostId,
    /// The new text, or - for standard input
    #[arg(value_name = "TEXT")]
    pub(in crate::cli) text: Vec<String>,
    /// Edit it in $EDITOR
    #[arg(long)]
    pub(in crate::cli) editor: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Search {
    /// Words that all must stand in a post; "a phrase", -word, word*, *part*, from:NICK, to:NICK, #tag, has:link,
    /// is:reply, since:DATE, until:DATE
    // One argument may begin with a minus; of more, flags could not be told apart.
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    pub(in crate::cli) query: Option<String>,
    #[arg(value_name = "QUERY", hide = true)]
    pub(in crate::cli) more: Vec<String>,
    /// Best first, instead of newest first
    #[arg(long, conflicts_with_all = ["before"])]
    pub(in crate::cli) rank: bool,
    /// Search users, by nickname, name and what they say of themselves
    #[arg(long, conflicts_with_all = ["rank", "save"])]
    pub(in crate::cli) users: bool,
    /// Keep the search under a name
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) save: Option<String>,
    /// List the searches that are kept
    #[arg(long, conflicts_with_all = ["query", "save"])]
    pub(in crate::cli) saved: bool,
    /// Forget a search that is kept
    #[arg(long, value_name = "NAME", conflicts_with_all = ["query", "save", "saved"])]
    pub(in crate::cli) forget: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(in crate::cli) limit: usize,
    /// Only posts older than this one
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) before: Option<PostId>,
    /// What is muted and filtered too
    #[arg(long)]
    pub(in crate::cli) muted: bool,
    /// As JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Notifications {
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(in crate::cli) limit: usize,
    /// Only what happened before this moment
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(in crate::cli) before: Option<Timestamp>,
    /// Only what was not seen yet
    #[arg(long)]
    pub(in crate::cli) unread: bool,
    /// Mark all as seen
    #[arg(long)]
    pub(in crate::cli) read: bool,
    /// As JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum FilterCommand {
    /// Hide posts with a word, a phrase or a #tag
    Add {
        #[arg(required = true, value_name = "PHRASE")]
        phrase: Vec<String>,
        /// Show such posts as one line that says why
        #[arg(long)]
        fold: bool,
        /// When the filter ends
        #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
        until: Option<Timestamp>,
    },
    /// List one's filters
    List {
        /// As JSON Lines
        #[arg(long)]
        json: bool,
    },
    /// Remove filters, each by its phrase
    Remove {
        #[arg(required = true, value_name = "PHRASE")]
        phrases: Vec<String>,
    },
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Drafts {
    #[command(subcommand)]
    pub(in crate::cli) command: Option<DraftCommand>,
    /// As JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct WhichDraft {
    id: Option<PostId>,
    /// The one that edits the post
    #[arg(long, requires = "id")]
    edit: bool,
}

impl WhichDraft {
    pub(in crate::cli) fn purpose(&self) -> Purpose {
        match self.id {
            Some(post) if self.edit => Purpose::Edit { post, edits: 0 },
            id => Purpose::replying_to(id),
        }
    }
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum DraftCommand {
    /// List what was not posted (the default)
    List,
    /// Print the draft that answers a post, or that of a new post
    Show(WhichDraft),
    /// Throw away the draft that answers a post, or that of a new post
    Delete(WhichDraft),
}
