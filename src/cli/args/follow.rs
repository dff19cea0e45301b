//! Arguments of the commands on feeds.

use std::path::PathBuf;

use clap::Args as ClapArgs;

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Follow {
    /// Nicknames of users here; or addresses of feeds, pages that name a feed, or accounts such as @susan@example.org
    #[arg(required = true, value_name = "NICK|URL")]
    pub(in crate::cli) names: Vec<String>,
    /// Which feed to follow if a page names several
    #[arg(long, value_name = "N")]
    pub(in crate::cli) feed: Option<usize>,
    /// Also fetch the older posts of feeds, from the archives that they name on their own server
    #[arg(long)]
    pub(in crate::cli) all: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Unfollow {
    /// Nicknames of users, or addresses of feeds
    #[arg(required = true, value_name = "NICK|URL")]
    pub(in crate::cli) names: Vec<String>,
    /// Also delete the users whose feeds these are, with all their posts
    #[arg(long)]
    pub(in crate::cli) delete: bool,
    /// Delete without asking
    #[arg(short, long, requires = "delete")]
    pub(in crate::cli) yes: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Refresh {
    /// Feeds to fetch at once [default: all feeds that are due]
    #[arg(value_name = "NICK|URL")]
    pub(in crate::cli) names: Vec<String>,
    /// Fetch all feeds, except those fetched within the last seconds and those whose servers ask to wait
    #[arg(long, conflicts_with = "names")]
    pub(in crate::cli) now: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Publish {
    /// File to write: .txt for twtxt, .json for JSON Feed, .xml or .atom for Atom [default: the setting]
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) to: Option<PathBuf>,
    /// Address under which others fetch the file [default: the setting]
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) url: Option<String>,
    /// Write the file, and do not run the command of the settings
    #[arg(long)]
    pub(in crate::cli) no_command: bool,
}
