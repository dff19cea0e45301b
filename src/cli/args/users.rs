//! Arguments of the `user` commands.

use std::ffi::OsString;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum UserCommand {
    /// Add a user; the first one becomes the active user
    Add {
        /// Nickname of the user
        #[arg(value_name = "NICK")]
        nickname: String,
        #[command(flatten)]
        profile: ProfileFields,
    },
    /// List users
    List {
        /// Reverse the order
        #[arg(long)]
        reverse: bool,
        /// Sort by
        #[arg(long, value_enum, default_value_t = UserSort::Nickname)]
        sort: UserSort,
        /// Print JSON Lines
        #[arg(long)]
        json: bool,
    },
    /// Show a user's profile
    Show {
        /// Nickname of the user
        #[arg(value_name = "NICK")]
        nickname: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Edit a user's profile; an empty text clears a field
    Edit {
        /// Nickname of the user
        #[arg(value_name = "NICK")]
        nickname: String,
        #[command(flatten)]
        profile: ProfileFields,
        /// Avatar: a PNG, JPEG, GIF or WebP file of at most 1 MB
        #[arg(long, value_name = "FILE")]
        avatar: Option<OsString>,
    },
    /// Change a user's nickname
    Rename {
        /// Nickname of the user
        old: String,
        /// New nickname
        new: String,
    },
    /// Delete a user and all their posts; asks first
    Delete {
        /// Nickname of the user
        #[arg(value_name = "NICK")]
        nickname: String,
        /// Do not ask for confirmation
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ProfileFields {
    /// Email address
    #[arg(long, value_name = "EMAIL")]
    pub(in crate::cli) email: Option<String>,
    /// Display name
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) name: Option<String>,
    /// Profile text
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) about: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum UserSort {
    Nickname,
    /// Most recently seen first
    Recent,
    /// Most posts first
    Posts,
}
