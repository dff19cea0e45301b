//! Arguments of commands about follows, reactions, searches and notifications.

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use crate::model::{NotificationKind, PostId, Timestamp};

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct NicknameArgs {
    /// Nicknames of users
    #[arg(required = true, value_name = "NICK")]
    pub(in crate::cli) nicknames: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct PostArgs {
    /// Ids of posts, such as 42
    #[arg(required = true, value_name = "ID")]
    pub(in crate::cli) ids: Vec<PostId>,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Vote {
    /// Id of the post, such as 42
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: PostId,
    /// Numbers or texts of the choices; without any the poll is shown
    #[arg(value_name = "CHOICE")]
    pub(in crate::cli) choices: Vec<String>,
    /// Print the poll as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

/// The user whose list is printed.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct UserArg {
    /// User [default: the active user]
    #[arg(value_name = "NICK")]
    pub(in crate::cli) nickname: Option<String>,
    /// Print JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

/// The user whose posts are counted.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct StatsOf {
    /// User [default: all users]
    #[arg(value_name = "NICK")]
    pub(in crate::cli) nickname: Option<String>,
    /// What you have read at home, by author and by day
    #[arg(long, conflicts_with = "nickname")]
    pub(in crate::cli) reading: bool,
    /// Print JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

/// The choice of JSON, for commands without other arguments.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Json {
    /// Print JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Search {
    /// Words that a post must all contain; also "a phrase", -word, word*, *part*, from:NICK, to:NICK, #tag, has:link,
    /// has:image, has:poll, is:reply, is:unread, in:LIST, lang:CODE, since:DATE, until:DATE
    // A single argument may start with a minus. With several, words could be taken for flags.
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    pub(in crate::cli) query: Option<String>,
    /// More words of the search
    #[arg(value_name = "QUERY", hide = true)]
    pub(in crate::cli) more: Vec<String>,
    /// Sort by relevance instead of by date
    #[arg(long, conflicts_with_all = ["before"])]
    pub(in crate::cli) rank: bool,
    /// How many of the newest matches --rank compares
    #[arg(long, value_name = "N", default_value_t = 10_000, requires = "rank")]
    pub(in crate::cli) among: usize,
    /// Search users by nickname, display name and profile text
    #[arg(long, conflicts_with_all = ["rank", "save"])]
    pub(in crate::cli) users: bool,
    /// Save the search under a new name
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) save: Option<String>,
    /// List your saved searches
    #[arg(long, conflicts_with_all = ["query", "save"])]
    pub(in crate::cli) saved: bool,
    /// Delete a saved search
    #[arg(long, alias = "forget", value_name = "NAME", conflicts_with_all = ["query", "save", "saved"])]
    pub(in crate::cli) delete: Option<String>,
    /// Maximum number of results
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(in crate::cli) limit: usize,
    /// Only posts older than this post
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) before: Option<PostId>,
    /// Include muted and filtered posts
    #[arg(long)]
    pub(in crate::cli) muted: bool,
    /// Print JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Notifications {
    /// Maximum number of notifications
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(in crate::cli) limit: usize,
    /// Only notifications before this time
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(in crate::cli) before: Option<Timestamp>,
    /// Only unread notifications
    #[arg(long)]
    pub(in crate::cli) unread: bool,
    /// Only these kinds, such as reply,mention
    #[arg(long, value_name = "KIND", value_enum, value_delimiter = ',')]
    pub(in crate::cli) kind: Vec<KindName>,
    /// Mark all notifications as read, or all of these kinds
    #[arg(long)]
    pub(in crate::cli) read: bool,
    /// Print JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

/// The kind of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum KindName {
    #[value(alias = "followed")]
    Follow,
    #[value(aliases = ["replied", "answered"])]
    Reply,
    #[value(alias = "mentioned")]
    Mention,
    #[value(alias = "liked")]
    Like,
    #[value(alias = "boosted")]
    Boost,
}

impl KindName {
    /// Returns the kind that is named.
    pub(in crate::cli) fn kind(self) -> NotificationKind {
        match self {
            Self::Follow => NotificationKind::Followed,
            Self::Reply => NotificationKind::Replied,
            Self::Mention => NotificationKind::Mentioned,
            Self::Like => NotificationKind::Liked,
            Self::Boost => NotificationKind::Boosted,
        }
    }
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct List {
    #[command(subcommand)]
    pub(in crate::cli) command: Option<ListCommand>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ListCommand {
    /// Create a list, empty or with users
    #[command(alias = "new")]
    Create {
        /// Name of the list
        #[arg(value_name = "LIST")]
        list: String,
        /// Nicknames of users
        #[arg(value_name = "NICK")]
        nicknames: Vec<String>,
    },
    /// Add users to a list
    Add {
        /// Name of the list
        #[arg(value_name = "LIST")]
        list: String,
        /// Nicknames of users
        #[arg(required = true, value_name = "NICK")]
        nicknames: Vec<String>,
    },
    /// Remove users from a list
    Remove {
        /// Name of the list
        #[arg(value_name = "LIST")]
        list: String,
        /// Nicknames of users
        #[arg(required = true, value_name = "NICK")]
        nicknames: Vec<String>,
    },
    /// Rename a list
    Rename {
        /// Name of the list
        #[arg(value_name = "LIST")]
        list: String,
        /// New name
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Delete a list; its users and their posts stay
    Delete {
        /// Name of the list
        #[arg(value_name = "LIST")]
        list: String,
    },
    /// Show your lists (default), or the users in one
    #[command(alias = "list")]
    Show {
        /// Name of the list [default: all lists]
        #[arg(value_name = "LIST")]
        list: Option<String>,
        /// Print JSON Lines
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum FilterCommand {
    /// Hide posts with a word, a phrase or a #tag
    Add {
        /// Word, phrase or #tag
        #[arg(required = true, value_name = "PHRASE")]
        phrase: Vec<String>,
        /// Collapse such posts into one line instead of hiding them
        #[arg(long, alias = "fold")]
        collapse: bool,
        /// Time at which the filter ends
        #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
        until: Option<Timestamp>,
    },
    /// List your filters
    List {
        /// Print JSON Lines
        #[arg(long)]
        json: bool,
    },
    /// Remove filters by their phrases
    Remove {
        /// Words, phrases or #tags
        #[arg(required = true, value_name = "PHRASE")]
        phrases: Vec<String>,
    },
}
