//! What can be typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::social_args::{
    Counted, Delete, Drafts, Edit, FilterCommand, Ids, Nicknames, Notifications, One, Own, Search, Whose,
};
use crate::model::{PostId, Timestamp};

const IMPORT_EXAMPLES: &str = "\
Examples:
  microblog import auto archive.zip --dry-run   what would come
  microblog import auto archive.zip             all of it, as ada@example.social
  microblog import twtxt feed.txt --as ada      as posts of ada, on whose behalf one writes
  microblog import mastodon archive.tar.gz --private --report skipped.txt
  curl -s https://example.org/feed.json | microblog import jsonfeed -";

const EXPORT_EXAMPLES: &str = "\
Examples:
  microblog export jsonl everything.jsonl       to keep, or to bring in elsewhere
  microblog export html pages/                  a page a month, and a list of them
  microblog export twtxt feed.txt --user ada --url https://example.org/feed.txt
  microblog export markdown --user ada --since 2026-01-01 --until 2027-01-01 | less";

/// A microblog that lives in a terminal and in one SQLite file. Without a command it opens the screens.
#[derive(Debug, Parser)]
#[command(name = "microblog", version, max_term_width = 100, disable_help_subcommand = true)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Global {
    /// The database [default: microblog.db in the platform's data directory]
    #[arg(long, global = true, value_name = "FILE", env = "MICROBLOG_DB", hide_env_values = true)]
    pub(super) db: Option<PathBuf>,
    /// The settings [default: config.toml in the platform's directory for them]
    #[arg(long, global = true, value_name = "FILE", env = "MICROBLOG_CONFIG", hide_env_values = true)]
    pub(super) config: Option<PathBuf>,
    /// Act as this user [default: the active user]
    #[arg(long = "as", global = true, value_name = "NICK", env = "MICROBLOG_USER", hide_env_values = true)]
    pub(super) actor: Option<String>,
    /// Change nothing: read the database as it is
    #[arg(long, global = true)]
    pub(super) read_only: bool,
    /// Use colours
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub(super) color: When,
    /// Say nothing but results and errors
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add, list, show, change and delete users
    #[command(subcommand)]
    User(UserCommand),
    /// Make a user the active one
    Switch {
        #[arg(value_name = "NICK")]
        nickname: String,
    },
    /// Print the active user's nickname
    Whoami,
    /// Write a post
    Post(Post),
    /// Print one post
    Show {
        id: PostId,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Give a post of one's own another text
    Edit(Edit),
    /// Delete posts of one's own
    Delete(Delete),
    /// Print all that a post said, and what changed
    History(One),
    /// Print posts, newest first
    Timeline(Timeline),
    /// Print a post with what it answers and all that answers it
    Thread {
        id: PostId,
        /// As JSON Lines
        #[arg(long)]
        json: bool,
    },
    /// Search posts, newest first, or users
    Search(Search),
    /// Follow users
    Follow(Nicknames),
    /// Follow users no longer
    Unfollow(Nicknames),
    /// List whom a user follows, the newest first
    Following(Whose),
    /// List who follows a user, the newest first
    Followers(Whose),
    /// See no posts of users in one's timelines
    Mute(Nicknames),
    /// See their posts again
    Unmute(Nicknames),
    /// List whom one mutes
    Muted(Own),
    /// Hide posts by what they say
    #[command(subcommand)]
    Filter(FilterCommand),
    /// Like posts
    Like(Ids),
    /// Like posts no longer
    Unlike(Ids),
    /// Pass posts on to one's followers
    Boost(Ids),
    /// Take boosts back
    Unboost(Ids),
    /// Keep posts for oneself
    Bookmark(Ids),
    /// Keep posts no longer
    Unbookmark(Ids),
    /// List who likes a post, the newest first
    LikedBy(One),
    /// List who boosted a post, the newest first
    BoostedBy(One),
    /// List who followed, answered, mentioned, liked and boosted one
    Notifications(Notifications),
    /// Count what one has not read, in each timeline
    Unread(Own),
    /// Count posts: by month, hour, word and tag, and who answers whom; of a user, or of everybody
    Stats(Counted),
    /// List, show and delete what was not posted
    Drafts(Drafts),
    /// Bring in what was written elsewhere, with --as as posts of that user
    ///
    /// All of a source comes in, or nothing of it. What is here already comes once, however often it is brought in. Who
    /// wrote it becomes a user named nick@host, or with --as it comes under a user of one's own, added if need be.
    #[command(after_long_help = IMPORT_EXAMPLES)]
    Import(Import),
    /// Write posts out for other programs and people, or everything there is
    ///
    /// A file is whole or not there, whatever ends the work before. All formats but jsonl leave out boosts, and private
    /// posts unless they are asked for.
    #[command(after_long_help = EXPORT_EXAMPLES)]
    Export(Export),
    /// Look around in a sample world, thrown away at the end
    Demo(Demo),
    /// The database itself
    #[command(subcommand)]
    Db(DbCommand),
    /// The settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print a completion script for a shell
    Completions { shell: Shell },
    /// Print the manual page
    Man,
}

/// What the posts become, and where.
#[derive(Debug, ClapArgs)]
pub(super) struct Export {
    /// What they become
    #[arg(value_enum)]
    pub(super) format: Out,
    /// The file, or a folder for several [default: standard output]
    ///
    /// A path is a folder if there is one, or if it ends in a slash: then it is made.
    pub(super) path: Option<PathBuf>,
    /// Only the posts of these users [default: everybody's]
    #[arg(long, value_name = "NICK", num_args = 1..)]
    pub(super) user: Vec<String>,
    /// Only posts of this moment or newer: 2026-01-31, "2026-01-31 18:30", or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(super) since: Option<Timestamp>,
    /// Only posts older than this moment
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(super) until: Option<Timestamp>,
    /// Posts that were brought in as private too
    #[arg(long)]
    pub(super) private: bool,
    /// The address at which the feed will be found; of a folder, the address of the folder
    ///
    /// A feed names itself by it, and by it others answer its posts; html needs none.
    #[arg(long, value_name = "URL")]
    pub(super) url: Option<String>,
    /// Replace what is there, without a question
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Out {
    /// Everything there is, without loss, in one file for import jsonl
    Jsonl,
    /// A twtxt feed of one user, or a folder with a feed each
    Twtxt,
    /// A JSON Feed 1.1 in one file, for feed readers
    Jsonfeed,
    /// An Atom feed in one file, for feed readers
    Atom,
    /// Text to read or print: one file, or a folder with a file a year
    Markdown,
    /// For a browser: one page, or a folder with a page a month
    Html,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print where the settings lie
    Path,
    /// Print all settings as they stand, with what they mean: a file to start from
    Show,
}

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Add a user; the first one becomes the active user
    Add {
        #[arg(value_name = "NICK")]
        nickname: String,
        #[command(flatten)]
        profile: Profile,
    },
    /// List users by nickname
    List {
        /// The other way round
        #[arg(long)]
        reverse: bool,
        /// The order
        #[arg(long, value_enum, default_value_t = Sort::Nickname)]
        sort: Sort,
        /// As JSON Lines
        #[arg(long)]
        json: bool,
    },
    /// Print a user's profile
    Show {
        #[arg(value_name = "NICK")]
        nickname: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Change a user's profile; an empty text clears a field
    Edit {
        #[arg(value_name = "NICK")]
        nickname: String,
        #[command(flatten)]
        profile: Profile,
        /// What they look like: a PNG, JPEG, GIF or WebP of at most 1 MB
        #[arg(long, value_name = "FILE")]
        avatar: Option<OsString>,
    },
    /// Give a user another nickname
    Rename { old: String, new: String },
    /// Delete a user and all their posts, after a question
    Delete {
        #[arg(value_name = "NICK")]
        nickname: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, ClapArgs)]
pub(super) struct Profile {
    /// The address
    #[arg(long, value_name = "E")]
    pub(super) email: Option<String>,
    /// The name to show
    #[arg(long, value_name = "N")]
    pub(super) name: Option<String>,
    /// A few words about them
    #[arg(long, value_name = "T")]
    pub(super) about: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Sort {
    Nickname,
    /// Those seen last first
    Recent,
    /// Those with the most posts first
    Posts,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Post {
    /// The text, or - for standard input
    #[arg(value_name = "TEXT")]
    pub(super) text: Vec<String>,
    /// The post that it answers
    #[arg(long, value_name = "ID")]
    pub(super) reply_to: Option<PostId>,
    /// When it was written [default: now]
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(super) at: Option<Timestamp>,
    /// Write it in $EDITOR
    #[arg(long)]
    pub(super) editor: bool,
    /// Make a text that is too long several posts, each answering the one before
    #[arg(long)]
    pub(super) thread: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Timeline {
    #[command(subcommand)]
    pub(super) which: Option<Which>,
    /// At most so many posts
    #[arg(long, global = true, value_name = "N", default_value_t = 20)]
    pub(super) limit: usize,
    /// Only posts older than this one
    #[arg(long, global = true, value_name = "ID")]
    pub(super) before: Option<PostId>,
    /// Only posts of this moment or newer
    #[arg(long, global = true, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(super) since: Option<Timestamp>,
    /// Only posts older than this moment
    #[arg(long, global = true, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(super) until: Option<Timestamp>,
    /// Oldest first
    #[arg(long, global = true)]
    pub(super) reverse: bool,
    /// What is muted and filtered too
    #[arg(long, global = true)]
    pub(super) muted: bool,
    /// As JSON Lines
    #[arg(long, global = true)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Which {
    /// Posts and boosts of those whom one follows, and one's own
    Home,
    /// Everybody's posts (the default)
    All,
    /// The posts and boosts of one user
    User {
        #[arg(value_name = "NICK")]
        nickname: String,
        /// Only their answers
        #[arg(long, conflicts_with = "likes")]
        replies: bool,
        /// The posts that they like
        #[arg(long)]
        likes: bool,
    },
    /// The posts of a tag
    Tag { tag: String },
    /// The posts that mention one
    Mentions,
    /// The posts that one likes
    Likes,
    /// The posts that one keeps
    Bookmarks,
    /// The posts that a saved search finds
    Saved { name: String },
}

#[derive(Debug, ClapArgs)]
pub(super) struct Import {
    /// What it is; auto finds that out
    #[arg(value_enum)]
    pub(super) format: Format,
    /// A file, a folder, a .zip, a .tar.gz, or - for standard input
    ///
    /// An archive need not be unpacked; nothing of it is ever unpacked into a folder.
    pub(super) path: PathBuf,
    /// It is one's own: its user can be switched to
    #[arg(long)]
    pub(super) mine: bool,
    /// Bring in private posts too; export keeps them back unless it is told the same
    #[arg(long)]
    pub(super) private: bool,
    /// Bring nothing in, and say what would come
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Bring in so many posts at most
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u64>,
    /// Write all that was skipped, and why, to this file; without it the first 20 are named
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Format {
    /// Whatever it looks like
    Auto,
    /// A twtxt feed, with the archives of older posts that it names, if they lie beside it
    Twtxt,
    /// A saved JSON Feed, as a user with posts
    Jsonfeed,
    /// A saved RSS feed, as a user with posts
    Rss,
    /// A saved Atom feed, as a user with posts
    Atom,
    /// An account's archive from Mastodon, packed or not, or its outbox.json
    Mastodon,
    /// An account's archive from X, packed or not, or its tweets.js
    X,
    /// The database of the Flask Mega-Tutorial, app.db, of any of its chapters
    Flask,
    /// What export jsonl wrote; into a database that is not empty it is merged
    Jsonl,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Demo {
    /// So many posts
    #[arg(long, value_name = "N")]
    pub(super) posts: Option<usize>,
    /// So many users
    #[arg(long, value_name = "N")]
    pub(super) users: Option<usize>,
    /// Write the world to a new file instead of opening it
    #[arg(long, value_name = "FILE")]
    pub(super) to: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum DbCommand {
    /// Print where the database lies
    Path,
    /// Print the version of its schema
    Version,
    /// Bring its schema to the newest version
    Upgrade,
    /// Take its schema one version back, or to the one named
    Downgrade {
        /// The version to go back to
        #[arg(long, value_name = "N")]
        to: Option<usize>,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Copy it to a new file, while others go on writing, and prove the copy
    Backup {
        /// The new file [default: beside the database, named after the time]
        file: Option<PathBuf>,
    },
    /// Bring back a backup; what it replaces is kept
    Restore {
        /// The backup
        file: PathBuf,
    },
    /// Look for damage, and say what mends it
    Check,
    /// Build anew what can be made from the posts; save what can be read of a damaged file
    Repair {
        /// Where the readable rows of a damaged file go [default: beside it]
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Print its numbers
    Stats {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Give back the room that deleted posts took
    Vacuum,
    /// Let the members of a group of the system read and write the database, which must lie in a directory of its own
    #[cfg(unix)]
    Share {
        #[arg(value_name = "GROUP")]
        group: String,
    },
    /// Record a migration from the change of the schema wanted, in the folder of the program's source
    Migrate {
        #[arg(value_name = "NAME")]
        name: String,
    },
}
