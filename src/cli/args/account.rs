//! Arguments of the `account` commands.

use clap::{Args as ClapArgs, Subcommand};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AccountCommand {
    /// Log in to an account, and add it as a user
    ///
    /// Opens the page of the server on which you allow microblog to use your account, or prints its address; then asks for
    /// the code that the page shows. Logging in again replaces the access token.
    #[command(alias = "login")]
    Add(AccountAdd),
    /// List your accounts, and their state
    List {
        /// Print JSON Lines
        #[arg(long)]
        json: bool,
    },
    /// Log out of an account; asks first
    ///
    /// Its user and their posts stay, unless you give --delete. Nothing changes on the server.
    Remove(AccountRemove),
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct AccountAdd {
    /// Address of the account, such as susan@mastodon.example
    pub(in crate::cli) address: String,
    /// Command that prints an access token, such as one of your password manager; it is run each time
    #[arg(long, value_name = "CMD")]
    pub(in crate::cli) token_command: Option<String>,
    /// Print the address of the page, and do not open it
    #[arg(long)]
    pub(in crate::cli) no_browser: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct AccountRemove {
    /// Address of the account, or nickname of its user
    #[arg(value_name = "ADDRESS|NICK")]
    pub(in crate::cli) address: String,
    /// Also delete its user and their posts here
    #[arg(long)]
    pub(in crate::cli) delete: bool,
    /// Do not ask for confirmation
    #[arg(short, long)]
    pub(in crate::cli) yes: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Sync {
    /// Accounts to read [default: all accounts]
    #[arg(value_name = "ADDRESS|NICK")]
    pub(in crate::cli) accounts: Vec<String>,
}
