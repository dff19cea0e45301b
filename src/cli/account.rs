//! The commands on accounts.

use std::env;
use std::io::{self, BufRead, IsTerminal, Write};

use serde::Serialize;

use super::args::account::{AccountAdd, AccountCommand, AccountRemove};
use super::confirm::confirm;
use super::{CliError, Context};
use crate::model::{Account, AccountState, Timestamp};
use crate::store::Store;
use crate::sync::{Fetcher, Login, NewLogin, Tokens};
use crate::text::pluralize;

/// Longest code that is read, in bytes.
const LONGEST_CODE: usize = 4_096;

pub(super) fn run(context: &mut Context, command: AccountCommand) -> Result<(), CliError> {
    match command {
        AccountCommand::Add(args) => add(context, &args),
        AccountCommand::List { json } => list(context, json),
        AccountCommand::Remove(args) => remove(context, &args),
    }
}

pub(super) fn add(context: &mut Context, args: &AccountAdd) -> Result<(), CliError> {
    let mut store = context.store()?;
    let tokens = Tokens::beside(context.config.path.as_deref())?;
    let fetcher = Fetcher::new(&context.config.settings, context.args.offline)?;
    let login = Login::new(&fetcher, &args.address)?;
    let account = match &args.token_command {
        Some(command) => login.with_command(command, &mut store, &tokens)?,
        None => {
            let login = login.register()?;
            let code = ask_for_code(&login, args.no_browser)?;
            login.finish(&code, &mut store, &tokens)?
        }
    };
    let nickname = &account.user.nickname;
    context.out.clean_line(&format!("logged in to {} as @{nickname}", account.server))?;
    context.note(&format!("read it with microblog sync, and switch to it with microblog switch {nickname}"));
    Ok(())
}

/// Shows the page of the server, and reads the code that the user copies from there.
fn ask_for_code(login: &NewLogin, no_browser: bool) -> Result<String, CliError> {
    let url = login.url();
    let mut err = io::stderr();
    writeln!(err, "Allow microblog to use your account, on this page:\n\n{url}\n")?;
    // Over SSH the browser would open on the other machine.
    let is_remote = env::var_os("SSH_CONNECTION").is_some();
    if !no_browser && !is_remote && io::stdin().is_terminal() {
        // The address is printed, so it does not matter if there is no browser.
        let _ = open::that_detached(url.as_str());
    }
    write!(err, "Code: ")?;
    err.flush()?;
    let mut code = String::new();
    io::Read::take(io::stdin().lock(), LONGEST_CODE as u64).read_line(&mut code)?;
    if code.trim().is_empty() {
        return Err(CliError::Failed("no code: nothing was added".to_owned()));
    }
    Ok(code)
}

fn list(context: &mut Context, json: bool) -> Result<(), CliError> {
    let accounts = context.store()?.accounts()?;
    if accounts.is_empty() && !json {
        context.note("no accounts: add one with microblog account add susan@mastodon.example");
    }
    for account in &accounts {
        if json {
            context.out.json(&JsonAccount::of(account))?;
        } else {
            let state = describe(context, account);
            context.out.clean_line(&format!("{}  @{}  {state}", account.address(), account.user.nickname))?;
        }
    }
    Ok(())
}

/// Describes the state of an account: `ok, synchronized 2026-03-14 15:09`.
fn describe(context: &Context, account: &Account) -> String {
    let time = |at: Timestamp| context.out.short_time(at);
    let error = account.error.as_deref().unwrap_or_default();
    let state = match (account.state(), account.failing_since) {
        (AccountState::NeedsLogin, _) => {
            format!("the access token is not accepted: log in again with microblog account add {}", account.address())
        }
        (AccountState::Failing, Some(since)) => format!("failing since {}: {error}", time(since)),
        (AccountState::New, _) => return "not synchronized yet".to_owned(),
        (state, _) => state.word().to_owned(),
    };
    account.synced_at.map_or_else(|| state.clone(), |at| format!("{state}, synchronized {}", time(at)))
}

fn remove(context: &mut Context, args: &AccountRemove) -> Result<(), CliError> {
    let mut store = context.store()?;
    let account = find(&store, &args.address)?;
    let user = &account.user;
    let posts = pluralize(user.posts, "post");
    let consequence = if args.delete {
        format!("@{} and {posts} will be deleted here", user.nickname)
    } else {
        format!("you will be logged out of {}; @{} and {posts} stay", account.address(), user.nickname)
    };
    if !args.yes && !confirm(&consequence, "--yes")? {
        return Ok(context.out.line("nothing changed")?);
    }
    store.remove_account(user.id)?;
    if args.delete {
        store.delete_user(user.id)?;
    }
    Tokens::beside(context.config.path.as_deref())?.remove(&account.address())?;
    Ok(context.out.clean_line(&format!("removed {}", account.address()))?)
}

/// Returns the account with an address, or of the user with a nickname.
pub(super) fn find(store: &Store, word: &str) -> Result<Account, CliError> {
    let wanted = word.trim().trim_start_matches('@');
    let accounts = store.accounts()?;
    let is_it = |account: &&Account| {
        account.address().eq_ignore_ascii_case(wanted) || account.user.nickname.as_str().eq_ignore_ascii_case(wanted)
    };
    let unknown = || CliError::Failed(format!("{word:?} is not one of your accounts: see microblog account list"));
    accounts.iter().find(is_it).cloned().ok_or_else(unknown)
}

/// An account in JSON. Field names are stable.
#[derive(Serialize)]
struct JsonAccount<'a> {
    address: String,
    user: &'a str,
    state: &'static str,
    character_limit: u32,
    last_success: Option<String>,
    next_try: Option<String>,
    failures: u32,
    failing_since: Option<String>,
    error: Option<&'a str>,
}

impl<'a> JsonAccount<'a> {
    fn of(account: &'a Account) -> Self {
        Self {
            address: account.address(),
            user: account.user.nickname.as_str(),
            state: account.state().word(),
            character_limit: account.character_limit,
            last_success: account.synced_at.map(Timestamp::rfc3339),
            next_try: (!account.needs_login).then(|| account.next_at.rfc3339()),
            failures: account.failures,
            failing_since: account.failing_since.map(Timestamp::rfc3339),
            error: account.error.as_deref(),
        }
    }
}
