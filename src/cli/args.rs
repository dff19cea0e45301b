//! The command line: global options, commands and their arguments.

pub(super) mod account;
pub(super) mod completions;
pub(super) mod db;
pub(super) mod follow;
pub(super) mod outbox;
pub(super) mod posts;
pub(super) mod social;
pub(super) mod transfer;
pub(super) mod users;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use super::version;
use crate::model::PostId;
use account::{AccountAdd, AccountCommand, Sync};
use completions::{CompleteWords, Shell};
use db::DbCommand;
use follow::{Follow, Publish, Refresh, Unfollow};
use outbox::Outbox;
use posts::{CatchUp, Delete, Drafts, Edit, OnThisDay, Post, PostArg, Reply, Schedule, Tabs, Timeline};
use social::{FilterCommand, Json, List, NicknameArgs, Notifications, PostArgs, Search, StatsOf, UserArg, Vote};
use transfer::{Demo, Export, Import};
use users::UserCommand;

const IMPORT_EXAMPLES: &str = "\
Examples:
  microblog import auto archive.zip --dry-run   show what would be imported
  microblog import auto archive.zip             everything, as ada@example.social
  microblog import twtxt feed.txt --as ada      as posts of your user ada
  microblog import mastodon archive.tar.gz --private --report skipped.txt
  curl -s https://example.org/feed.json | microblog import jsonfeed -";

const EXPORT_EXAMPLES: &str = "\
Examples:
  microblog export jsonl everything.jsonl       a full copy, for import jsonl
  microblog export html pages/                  one page per month and an index
  microblog export twtxt feed.txt --user ada --url https://example.org/feed.txt
  microblog export markdown --user ada --since 2026-01-01 --until 2027-01-01 | less";

/// A microblog in your terminal, stored in one SQLite file. Without a command it opens the screens.
#[derive(Debug, Parser)]
#[command(
    name = "microblog",
    version,
    long_version = version::LONG.as_str(),
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    /// Database file [default: microblog.db in the platform's data directory]
    #[arg(long, global = true, value_name = "FILE", env = "MICROBLOG_DB", hide_env_values = true)]
    pub(super) db: Option<PathBuf>,
    /// Settings file [default: config.toml in the platform's configuration directory]
    #[arg(long, global = true, value_name = "FILE", env = "MICROBLOG_CONFIG", hide_env_values = true)]
    pub(super) config: Option<PathBuf>,
    /// Act as this user [default: the active user]
    #[arg(long = "as", global = true, value_name = "NICK", env = "MICROBLOG_USER", hide_env_values = true)]
    pub(super) actor: Option<String>,
    /// Open the database read-only
    #[arg(long, global = true)]
    pub(super) read_only: bool,
    /// Never use the network
    #[arg(long, global = true)]
    pub(super) offline: bool,
    /// When to use colors
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = ColorChoice::Auto)]
    pub(super) color: ColorChoice,
    /// Print only results and errors
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
}

/// When output is colored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add, list, show, edit and delete users
    #[command(subcommand, alias = "users")]
    User(UserCommand),
    /// Log in to a Mastodon account, list and remove your accounts
    ///
    /// An account is one more user that you can switch to. Access tokens are in accounts.toml beside the settings file,
    /// never in the database.
    #[command(subcommand, alias = "accounts")]
    Account(AccountCommand),
    /// Log in to an account: account add
    #[command(hide = true)]
    Login(AccountAdd),
    /// Read what is new on the servers of your accounts
    ///
    /// Home, notifications, your posts, bookmarks, likes, and who you follow. The exit status is 1 only if all failed.
    Sync(Sync),
    /// Switch the active user
    Switch {
        /// Nickname of the user
        #[arg(value_name = "NICK")]
        nickname: String,
    },
    /// Print the active user's nickname
    Whoami,
    /// Write a post
    #[command(aliases = ["toot", "tweet", "write", "compose"])]
    Post(Post),
    /// Reply to a post
    Reply(Reply),
    /// Show a post
    #[command(alias = "view")]
    Show {
        /// Id of the post, such as 42
        id: PostId,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Edit your post
    Edit(Edit),
    /// Delete your posts
    #[command(aliases = ["remove", "rm"])]
    Delete(Delete),
    /// Show a post's edit history
    History(PostArg),
    /// List posts, newest first
    #[command(alias = "tl")]
    Timeline(Timeline),
    /// Show a post with the posts it replies to and all its replies
    Thread {
        /// Id of the post, such as 42
        id: PostId,
        /// Print JSON Lines
        #[arg(long)]
        json: bool,
    },
    /// List, pin, move and rename the timelines that stay open on the screens
    #[command(alias = "tab")]
    Tabs(Tabs),
    /// Catch up with what is new at home: threads, authors, boosts and links
    ///
    /// With --markdown --read it is a mail that cron can send.
    CatchUp(CatchUp),
    /// List posts of this day in earlier years
    OnThisDay(OnThisDay),
    /// Search posts (newest first) or users
    #[command(alias = "find")]
    Search(Search),
    /// Follow users, and feeds over HTTP
    ///
    /// An address may be that of a feed (twtxt, RSS, Atom, JSON Feed), of a page that names its feeds, or of an account
    /// such as @susan@mastodon.example. Its posts are fetched now, and again by refresh and while the screens are open.
    Follow(Follow),
    /// Unfollow users and feeds; their posts stay
    Unfollow(Unfollow),
    /// List the feeds you follow, and their state
    #[command(alias = "subscriptions")]
    Feeds(Json),
    /// Fetch the feeds and accounts that are due, or the ones you name
    ///
    /// Prints a line for each feed that changed or failed. The exit status is 1 only if all failed, so it is fit for cron.
    Refresh(Refresh),
    /// Write your public posts as a feed that others can follow, and upload it
    ///
    /// The file is replaced at once, never half. Then the command of the settings is run, if there is one.
    Publish(Publish),
    /// List the users that a user follows, newest first
    Following(UserArg),
    /// List a user's followers, newest first
    Followers(UserArg),
    /// Mute users: hide their posts from your timelines
    Mute(NicknameArgs),
    /// Unmute users
    Unmute(NicknameArgs),
    /// List the users you mute
    Muted(Json),
    /// Hide or collapse posts by words, phrases and tags
    #[command(subcommand, alias = "filters")]
    Filter(FilterCommand),
    /// Manage lists of users, each of which is a timeline
    #[command(alias = "lists")]
    List(List),
    /// Like posts (favorite)
    #[command(aliases = ["favorite", "favourite", "fav", "star"])]
    Like(PostArgs),
    /// Unlike posts
    #[command(aliases = ["unfavorite", "unfavourite", "unfav", "unstar"])]
    Unlike(PostArgs),
    /// Boost posts (repost)
    #[command(aliases = ["repost", "reblog", "share"])]
    Boost(PostArgs),
    /// Unboost posts
    #[command(aliases = ["unrepost", "unreblog", "unshare"])]
    Unboost(PostArgs),
    /// Bookmark posts: only you see your bookmarks
    Bookmark(PostArgs),
    /// Remove bookmarks
    Unbookmark(PostArgs),
    /// Vote in the poll of a post, or show it
    ///
    /// A server counts votes, so only accounts can vote. The vote is sent like a post: what you do offline is sent later.
    #[command(alias = "poll")]
    Vote(Vote),
    /// Pin posts of yours to your profile
    Pin(PostArgs),
    /// Unpin posts
    Unpin(PostArgs),
    /// List the posts that a user pinned
    Pinned(UserArg),
    /// List the users who like a post, newest first
    LikedBy(PostArg),
    /// List the users who boosted a post, newest first
    BoostedBy(PostArg),
    /// List your notifications
    Notifications(Notifications),
    /// Show unread counts
    Unread(Json),
    /// Show statistics
    ///
    /// Posts by month and hour, most used words and tags, and replies between users.
    #[command(alias = "statistics")]
    Stats(StatsOf),
    /// List, show and delete drafts
    #[command(alias = "draft")]
    Drafts(Drafts),
    /// List, edit, delete and post scheduled posts
    ///
    /// post --in 2h and post --on "tomorrow 9:00" schedule a post. The next command that runs at that time posts it, or the
    /// screens if they are open; refresh in cron does too.
    #[command(alias = "scheduled")]
    Schedule(Schedule),
    /// List what your accounts' servers do not have yet; send, edit or discard it
    ///
    /// What you do as an account is done here at once, and sent to its server once: after each command, by sync, and by the
    /// screens.
    Outbox(Outbox),
    /// Import posts from other services and formats
    ///
    /// A source is imported whole or not at all. Importing it again adds only what is new. Its author becomes a user
    /// named nick@host; with --as NICK the posts become those of your user NICK, who is added if missing.
    #[command(after_long_help = IMPORT_EXAMPLES)]
    Import(Import),
    /// Export posts, or the whole database
    ///
    /// A file is written completely or not at all. Every format but jsonl leaves out boosts, and private posts unless
    /// you give --private.
    #[command(after_long_help = EXPORT_EXAMPLES)]
    Export(Export),
    /// Explore a temporary sample database
    Demo(Demo),
    /// Manage the database
    #[command(subcommand, alias = "database")]
    Db(DbCommand),
    /// Check the program and its surroundings, for a bug report
    ///
    /// Each line is ok, a warning with what to do, or an error. Nothing private is printed: no posts, names or counts, and ~
    /// for your home directory. The exit status is 1 if there is an error, and 0 otherwise.
    Doctor(Json),
    /// Show the settings and where they are stored
    #[command(subcommand, alias = "settings")]
    Config(ConfigCommand),
    /// Print a completion script for a shell
    #[command(after_long_help = completions::INSTALL)]
    Completions {
        /// Shell to print it for
        shell: Shell,
    },
    /// Print the candidates for a word of a command line; completion scripts run it
    #[command(hide = true)]
    CompleteWords(CompleteWords),
    /// Print the manual page
    Man {
        /// Write the pages of all commands and of the settings file into this folder instead
        #[arg(long, value_name = "DIR")]
        all: Option<PathBuf>,
    },
    /// Show help on a command
    Help {
        /// Words of the command, such as user add
        #[arg(value_name = "COMMAND")]
        command: Vec<String>,
    },
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print the path of the settings file
    Path,
    /// Print all current settings with explanations, ready to use as a settings file
    Show,
}

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory};

    use super::Args;

    /// Returns the arguments of a command and of those below it that the help lists without a description.
    fn undescribed(command: &Command) -> Vec<String> {
        let arguments = command.get_arguments().filter(|argument| argument.get_help().is_none());
        let own = arguments.map(|argument| format!("{} {argument}", command.get_name()));
        let below = command.get_subcommands().filter(|command| !command.is_hide_set()).flat_map(undescribed);
        own.chain(below).collect()
    }

    #[test]
    fn every_argument_has_a_description() {
        assert_eq!(undescribed(&Args::command()), [""; 0]);
    }
}
