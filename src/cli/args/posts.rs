//! Arguments of commands that write and list posts.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use crate::model::{Audience, PostId, Purpose, ScheduledId, Timestamp};

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Post {
    /// Text, or - for standard input
    #[arg(value_name = "TEXT")]
    pub(in crate::cli) text: Vec<String>,
    /// Reply to this post
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) reply_to: Option<PostId>,
    #[command(flatten)]
    pub(in crate::cli) options: PostOptions,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Reply {
    /// Id of the post, such as 42
    pub(in crate::cli) id: PostId,
    /// Text, or - for standard input
    #[arg(value_name = "TEXT")]
    pub(in crate::cli) text: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) options: PostOptions,
}

/// Options of every command that writes a new post.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct PostOptions {
    /// Date of the post [default: now]
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(in crate::cli) at: Option<Timestamp>,
    #[command(flatten)]
    pub(in crate::cli) when: PostTime,
    /// Write the text in $EDITOR
    #[arg(long)]
    pub(in crate::cli) editor: bool,
    /// Split a text that is too long into a thread
    #[arg(long)]
    pub(in crate::cli) thread: bool,
    /// Quote a post below the text: the start of it, its author and its address
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) quote: Option<PostId>,
    #[command(flatten)]
    pub(in crate::cli) details: DetailOptions,
}

/// What a post has besides its text.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct DetailOptions {
    /// Who can read it; a reply has no more readers than the post it replies to [default: public]
    #[arg(long, value_name = "WHO", value_enum)]
    pub(in crate::cli) visibility: Option<Visibility>,
    /// Post even if your server showed such a post to more people before
    #[arg(long)]
    pub(in crate::cli) anyway: bool,
    /// Content warning: the text is shown only when the reader asks for it
    #[arg(long, value_name = "TEXT", aliases = ["cw", "spoiler"])]
    pub(in crate::cli) warning: Option<String>,
    /// Language of the text, such as en or pt-BR
    #[arg(long, value_name = "TAG")]
    pub(in crate::cli) language: Option<String>,
    /// Attach a picture, a video or a sound; can be given several times
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) media: Vec<PathBuf>,
    /// Describe an attached file for those who cannot see it: the first text describes the first file
    #[arg(long, value_name = "TEXT", requires = "media")]
    pub(in crate::cli) alt: Vec<String>,
}

/// Who can read a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Visibility {
    /// Everyone
    Public,
    /// Everyone, but it is not listed in public timelines
    Unlisted,
    /// Your followers
    #[value(alias = "private")]
    Followers,
    /// Users mentioned in the post
    Direct,
}

impl From<Visibility> for Audience {
    fn from(visibility: Visibility) -> Self {
        match visibility {
            Visibility::Public => Self::Public,
            Visibility::Unlisted => Self::Unlisted,
            Visibility::Followers => Self::Followers,
            Visibility::Direct => Self::Direct,
        }
    }
}

/// When a post is to be posted.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct PostTime {
    /// Schedule it: post it after this time, such as 2h or 3d
    #[arg(long = "in", value_name = "DURATION", value_parser = Timestamp::parse_ahead, conflicts_with_all = ["at", "post_on"])]
    post_in: Option<Timestamp>,
    /// Schedule it: post it at this time, such as "tomorrow 9:00", "friday 18:30" or "2027-01-01 00:00"
    #[arg(long = "on", value_name = "TIME", value_parser = Timestamp::parse_ahead, conflicts_with = "at")]
    post_on: Option<Timestamp>,
}

impl PostTime {
    /// Returns the time for which the post is scheduled.
    pub(in crate::cli) fn time(&self) -> Option<Timestamp> {
        self.post_in.or(self.post_on)
    }
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Schedule {
    #[command(subcommand)]
    pub(in crate::cli) command: Option<ScheduleCommand>,
    /// Print JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ScheduleCommand {
    /// List your scheduled posts, the next one first (default)
    List,
    /// Change the text or the time of a scheduled post
    Edit(ScheduleEdit),
    /// Delete scheduled posts
    #[command(aliases = ["remove", "cancel"])]
    Delete {
        /// Numbers of scheduled posts, as microblog schedule lists them
        #[arg(required = true, value_name = "NUMBER")]
        ids: Vec<ScheduledId>,
    },
    /// Post scheduled posts now
    Now {
        /// Numbers of scheduled posts, as microblog schedule lists them
        #[arg(required = true, value_name = "NUMBER")]
        ids: Vec<ScheduledId>,
    },
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ScheduleEdit {
    /// Number of the scheduled post, as microblog schedule lists it
    #[arg(value_name = "NUMBER")]
    pub(in crate::cli) id: ScheduledId,
    /// New text, or - for standard input [default: the same text]
    #[arg(value_name = "TEXT")]
    pub(in crate::cli) text: Vec<String>,
    /// Edit the text in $EDITOR
    #[arg(long)]
    pub(in crate::cli) editor: bool,
    /// Post it after this time, such as 2h or 3d
    #[arg(long = "in", value_name = "DURATION", value_parser = Timestamp::parse_ahead, conflicts_with = "on")]
    pub(in crate::cli) after: Option<Timestamp>,
    /// Post it at this time, such as "tomorrow 9:00"
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse_ahead)]
    pub(in crate::cli) on: Option<Timestamp>,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Edit {
    /// Id of the post, such as 42
    pub(in crate::cli) id: PostId,
    /// New text, or - for standard input
    #[arg(value_name = "TEXT")]
    pub(in crate::cli) text: Vec<String>,
    /// Edit the text in $EDITOR
    #[arg(long)]
    pub(in crate::cli) editor: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Delete {
    /// Ids of posts, such as 42
    #[arg(required = true, value_name = "ID")]
    pub(in crate::cli) ids: Vec<PostId>,
    /// Delete permanently; without it you can undo for a day
    #[arg(long)]
    pub(in crate::cli) now: bool,
    /// Restore deleted posts
    #[arg(long, conflicts_with = "now")]
    pub(in crate::cli) undo: bool,
}

/// One post, with the choice of JSON.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct PostArg {
    /// Id of the post, such as 42
    pub(in crate::cli) id: PostId,
    /// Print JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Timeline {
    #[command(subcommand)]
    pub(in crate::cli) which: Option<TimelineName>,
    /// Maximum number of posts
    #[arg(long, global = true, value_name = "N", default_value_t = 20)]
    pub(in crate::cli) limit: usize,
    /// Only posts older than this post
    #[arg(long, global = true, value_name = "ID")]
    pub(in crate::cli) before: Option<PostId>,
    /// Only posts at or after this time
    #[arg(long, global = true, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(in crate::cli) since: Option<Timestamp>,
    /// Only posts before this time
    #[arg(long, global = true, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(in crate::cli) until: Option<Timestamp>,
    /// List the oldest posts first
    #[arg(long, global = true)]
    pub(in crate::cli) reverse: bool,
    /// Include muted and filtered posts
    #[arg(long, global = true)]
    pub(in crate::cli) muted: bool,
    /// Only posts that you have not read
    #[arg(long, global = true, conflicts_with_all = ["since", "reverse", "muted"])]
    pub(in crate::cli) unread: bool,
    /// Print JSON Lines
    #[arg(long, global = true)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum TimelineName {
    /// Your posts, and posts and boosts of the users you follow (default)
    Home,
    /// Everyone's posts
    All,
    /// A user's posts and boosts
    User {
        /// Nickname of the user
        #[arg(value_name = "NICK")]
        nickname: String,
        /// Only their replies
        #[arg(long, conflicts_with = "likes")]
        replies: bool,
        /// The posts they like
        #[arg(long)]
        likes: bool,
    },
    /// Posts with a tag
    Tag {
        /// Tag, with or without the #
        tag: String,
    },
    /// Posts that mention you
    Mentions,
    /// Posts you like
    Likes,
    /// Posts you bookmarked
    Bookmarks,
    /// Posts and boosts of the users in one of your lists
    List {
        /// Name of the list
        #[arg(value_name = "LIST")]
        list: String,
    },
    /// Results of a saved search
    Saved {
        /// Name of the saved search
        name: String,
    },
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Tabs {
    #[command(subcommand)]
    pub(in crate::cli) command: Option<TabsCommand>,
    /// Print JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum TabsCommand {
    /// List your pinned timelines (default)
    List,
    /// Pin a timeline, so that it stays open
    Pin {
        #[command(subcommand)]
        which: TimelineName,
    },
    /// Unpin a timeline: by its number, or named as it was pinned
    #[command(aliases = ["close", "delete", "remove"], args_conflicts_with_subcommands = true, arg_required_else_help = true)]
    Unpin {
        /// Number of the timeline, as microblog tabs lists it
        #[arg(value_name = "NUMBER")]
        number: Option<usize>,
        #[command(subcommand)]
        which: Option<TimelineName>,
    },
    /// Move a timeline to another place
    Move {
        /// Number of the timeline, as microblog tabs lists it
        #[arg(value_name = "NUMBER")]
        number: usize,
        /// Number that it is to have
        #[arg(value_name = "PLACE")]
        to: usize,
    },
    /// Rename a timeline; without a name it has its usual one again
    Rename {
        /// Number of the timeline, as microblog tabs lists it
        #[arg(value_name = "NUMBER")]
        number: usize,
        /// New name
        #[arg(value_name = "NAME")]
        name: Vec<String>,
    },
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct CatchUp {
    /// Posts of your home timeline at or after this time, such as yesterday or 2d [default: those that you have not read]
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(in crate::cli) since: Option<Timestamp>,
    /// Order of the groups
    #[arg(long, value_name = "ORDER", value_enum, default_value_t = GroupOrder::Threads)]
    pub(in crate::cli) by: GroupOrder,
    /// Maximum number of posts, the newest ones
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    pub(in crate::cli) limit: usize,
    /// Mark these posts as read
    #[arg(long)]
    pub(in crate::cli) read: bool,
    /// Print Markdown, as for a mail
    #[arg(long, conflicts_with = "json")]
    pub(in crate::cli) markdown: bool,
    /// Print JSON Lines: a group or a link in each
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct OnThisDay {
    /// Another day
    #[arg(long, value_name = "DATE", value_parser = Timestamp::parse)]
    pub(in crate::cli) day: Option<Timestamp>,
    /// Posts by everyone instead of your home timeline
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Maximum number of posts of each year
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(in crate::cli) limit: usize,
    /// Print JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

/// The order of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum GroupOrder {
    /// Threads, the busiest first, then single posts by author
    Threads,
    /// The group with the newest post first
    Time,
    /// All posts by author
    Author,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Drafts {
    #[command(subcommand)]
    pub(in crate::cli) command: Option<DraftCommand>,
    /// Print JSON Lines
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum DraftCommand {
    /// List your drafts (default)
    List,
    /// Show the draft of a new post, or of a reply to a post
    Show(DraftArg),
    /// Discard the draft of a new post, or of a reply to a post
    #[command(alias = "discard")]
    Delete(DraftArg),
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct DraftArg {
    /// Id of the post that the draft replies to or edits [default: the draft of a new post]
    id: Option<PostId>,
    /// The draft of an edit of that post
    #[arg(long, requires = "id")]
    edit: bool,
    /// Which draft, where two terminals wrote several
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    number: u32,
}

impl DraftArg {
    /// Returns what the named draft is for.
    pub(in crate::cli) fn purpose(&self) -> Purpose {
        match self.id {
            Some(post) if self.edit => Purpose::Edit { post, edits: 0 },
            id => Purpose::replying_to(id),
        }
    }

    /// Returns the slot of the named draft.
    pub(in crate::cli) fn slot(&self) -> u32 {
        self.number - 1
    }
}
