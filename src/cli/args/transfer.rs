//! Arguments of `import`, `export` and `demo`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use crate::model::{PostId, Timestamp};

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Export {
    /// Output format
    #[arg(value_enum)]
    pub(in crate::cli) format: ExportFormat,
    /// Output file, or a folder for several files [default: standard output]
    ///
    /// A path that ends in a slash is a folder, which is created if missing.
    pub(in crate::cli) path: Option<PathBuf>,
    /// Only posts by these users [default: all users]
    #[arg(long, value_name = "NICK", num_args = 1..)]
    pub(in crate::cli) user: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) of: ExportOf,
    /// Only posts at or after this time: 2026-01-31, "2026-01-31 18:30", or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(in crate::cli) since: Option<Timestamp>,
    /// Only posts before this time
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(in crate::cli) until: Option<Timestamp>,
    /// Include private posts
    #[arg(long)]
    pub(in crate::cli) private: bool,
    /// URL where the feed will be published; for a folder, the URL of the folder
    ///
    /// The feed names itself by it, and others use it to reply to its posts. Not needed for html.
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) url: Option<String>,
    /// Replace existing files without asking
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// Write the older posts of a long twtxt feed to archives beside it.
    #[arg(skip)]
    pub(in crate::cli) archives: bool,
}

/// The posts of one thread, search, list or tag.
#[derive(Debug, Default, ClapArgs)]
#[group(multiple = false)]
pub(in crate::cli) struct ExportOf {
    /// Only the thread of this post
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) thread: Option<PostId>,
    /// Only posts that match a search
    #[arg(long, value_name = "QUERY", allow_hyphen_values = true)]
    pub(in crate::cli) search: Option<String>,
    /// Only posts by the users in one of your lists
    #[arg(long, value_name = "LIST")]
    pub(in crate::cli) list: Option<String>,
    /// Only posts with a tag
    #[arg(long)]
    pub(in crate::cli) tag: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ExportFormat {
    /// The whole database without loss, in one file for import jsonl
    Jsonl,
    /// A twtxt feed of one user, or a folder with one feed per user
    Twtxt,
    /// A JSON Feed 1.1 file for feed readers
    Jsonfeed,
    /// An Atom feed file for feed readers
    Atom,
    /// Text to read or print: one file, or a folder with one file per year
    Markdown,
    /// Web pages: one page, or a folder with one page per month
    Html,
    /// The feeds you follow, for other feed readers; a .csv lists accounts
    Opml,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Import {
    /// Format of the source; auto detects it
    #[arg(value_enum)]
    pub(in crate::cli) format: ImportFormat,
    /// Files, folders, .zip or .tar.gz archives, or - for standard input
    ///
    /// Archives are read as they are; you need not unpack them. A folder that is no archive stands for the feeds in it.
    /// Of several sources each is imported as a whole or not at all.
    #[arg(value_name = "PATH", required = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// The source is yours: you can switch to its user
    #[arg(long)]
    pub(in crate::cli) mine: bool,
    /// Import private posts too; export leaves them out unless you give --private there too
    #[arg(long)]
    pub(in crate::cli) private: bool,
    /// Take changes too: edited posts with their history, and profiles; without it, posts that are here stay as they are
    #[arg(long)]
    pub(in crate::cli) update: bool,
    /// Leave the imported posts unread; by default an archive that comes for the first time is read
    #[arg(long, conflicts_with = "read")]
    pub(in crate::cli) unread: bool,
    /// Mark the imported posts as read; by default new posts of a source that you imported before are unread
    #[arg(long)]
    pub(in crate::cli) read: bool,
    /// Import nothing; show what would be imported
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// A jsonl dump is yours: it may change the users of this database
    ///
    /// Without it, a dump adds what is of others, and what would change your users is listed and left out.
    #[arg(long)]
    pub(in crate::cli) trust: bool,
    /// Maximum number of posts to import
    #[arg(long, value_name = "N")]
    pub(in crate::cli) limit: Option<u64>,
    /// Write everything that was skipped, with reasons, to this file; without it the first 20 are listed
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) report: Option<PathBuf>,
    /// Replace an existing report
    #[arg(long, requires = "report")]
    pub(in crate::cli) force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ImportFormat {
    /// Detect the format
    Auto,
    /// A twtxt feed, with the archives of older posts it names if they are beside it
    Twtxt,
    /// A saved JSON Feed
    Jsonfeed,
    /// A saved RSS feed
    Rss,
    /// A saved Atom feed
    Atom,
    /// A Mastodon account archive, packed or not, or its outbox.json
    Mastodon,
    /// An X account archive, packed or not, or its tweets.js
    X,
    /// The database of the Flask Mega-Tutorial (app.db), from any chapter
    Flask,
    /// A file written by export jsonl; merged into a database that is not empty
    Jsonl,
    /// A list of feeds to follow: OPML, following_accounts.csv, the configuration of twtxt, or an address per line
    Opml,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Demo {
    /// Number of posts
    #[arg(long, value_name = "N")]
    pub(in crate::cli) posts: Option<usize>,
    /// Number of users
    #[arg(long, value_name = "N")]
    pub(in crate::cli) users: Option<usize>,
    /// Write the sample database to a new file instead of opening it
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) to: Option<PathBuf>,
}
