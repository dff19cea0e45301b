//! The commands: everything that a person can do on the screens, for scripts too.
//!
//! Reads arguments, calls the store, prints. It knows no SQL and nothing of how the screens are drawn.

mod args;
mod bring;
mod db;
mod error;
mod export;
mod finding;
mod lines;
mod migrate;
mod output;
mod people;
mod posts;
mod progress;
mod reactions;
mod settings;
mod social_args;
mod stats;
mod users;
mod writing;

use std::ffi::OsString;
use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::config::{self, Config};
use crate::crash;
use crate::model::{Home, User};
use crate::store::{DatabaseError, Store, StoreError, UserOrder, Viewer};
use crate::text::{Confusables, clean_line};
use crate::tui;
use args::{Args, Command};
pub use error::CliError;
use output::Output;
use people::Deed;
use progress::Progress;
use reactions::Reaction;

/// Runs the program with these arguments, the first of which is its name. Errors are one line on standard
/// error; a reader that stops reading is no error.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) if !error.use_stderr() => return finish(print_help(&error)),
        Err(error) => return finish(Err(CliError::Usage(error::in_one_line(&error)))),
    };
    // A file that would grow past its limit is an error of that write, and not the end of the program.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
    crash::install_hook();
    finish(crash::catch(|| run(args)).unwrap_or_else(|fault| Err(fault.into())))
}

fn print_help(help: &clap::Error) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    write!(out, "{}", help.render())?;
    Ok(out.flush()?)
}

fn finish(result: Result<(), CliError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(CliError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error is gone too, the status is all that is left to say.
            let _ = writeln!(io::stderr(), "error: {}", clean_line(&error.to_string()));
            ExitCode::from(error.status())
        }
    }
}

/// What every command works with.
struct Context {
    args: args::Global,
    config: Config,
    out: Output,
}

impl Context {
    /// Opens the database, and says so when that upgraded it.
    fn store(&self) -> Result<Store, CliError> {
        let (store, notice) = self.open()?;
        if let Some(notice) = notice {
            self.note(&notice);
        }
        if self.out.terminal {
            let users = store.users(UserOrder::Nickname, false)?;
            let _ = self.out.alike.set(Confusables::find(&users));
        }
        Ok(store)
    }

    /// Opens the database; what there is to say of that comes with it.
    fn open(&self) -> Result<(Store, Option<String>), CliError> {
        let path = self.path()?;
        let (store, opened) = if self.args.read_only {
            Store::open_read_only(&path)?
        } else {
            let mut progress = Progress::new(self.args.quiet);
            Store::open_with_progress(&path, &mut |step| progress.show(step))?
        };
        let unseen = "the newest posts may be missing: their log cannot be read where nothing can be written";
        let notice = opened.upgraded.as_ref().map(db::moved).or_else(|| opened.log_ignored.then(|| unseen.to_owned()));
        Ok((store, notice))
    }

    /// Says something that is no result on standard error; if nobody listens there, nothing is lost.
    fn note(&self, text: &str) {
        if !self.args.quiet {
            let _ = writeln!(io::stderr(), "{}", clean_line(text));
        }
    }

    fn path(&self) -> Result<std::path::PathBuf, CliError> {
        match &self.args.db {
            Some(path) => Ok(path.clone()),
            None => Ok(config::default_db_path()?),
        }
    }

    /// On whose behalf the command acts: the user named with `--as`, or the active one.
    fn actor(&self, store: &Store) -> Result<User, CliError> {
        match &self.args.actor {
            Some(nickname) => match store.user(nickname)? {
                user if user.home == Home::Remote => Err(StoreError::RemoteUser(user.nickname).into()),
                user => Ok(user),
            },
            None => store.active_user()?.map_or_else(|| Err(self.nobody(store)), Ok),
        }
    }

    /// For whom timelines are read: nobody, while there is nobody on whose behalf one could.
    fn viewer(&self, store: &Store, muted: bool) -> Result<Viewer, CliError> {
        let user = match &self.args.actor {
            Some(nickname) => Some(store.user(nickname)?),
            None => store.active_user()?,
        };
        Ok(Viewer { user: user.map(|user| user.id), include_muted: muted })
    }

    fn nobody(&self, store: &Store) -> CliError {
        match store.users(UserOrder::Nickname, false) {
            Ok(users) if !users.is_empty() => CliError::NobodyActive,
            _ => CliError::NoUser,
        }
    }
}

fn run(args: Args) -> Result<(), CliError> {
    let mut config = Config::load(args.global.config.as_deref());
    let keymap = tui::keymap(&mut config);
    let out = Output::new(args.global.color, &config);
    let mut context = Context { args: args.global, config, out };
    for problem in &context.config.problems {
        context.note(&format!("warning: {}", context.config.describe(problem)));
    }
    let Some(command) = args.command else { return open_screens(&context) };
    match command {
        Command::User(command) => users::run(&mut context, command)?,
        Command::Switch { nickname } => users::switch(&mut context, &nickname)?,
        Command::Whoami => {
            let user = context.actor(&context.store()?)?;
            context.out.say(user.nickname.as_str())?;
        }
        Command::Post(post) => writing::post(&mut context, post)?,
        Command::Edit(edit) => writing::edit(&mut context, &edit)?,
        Command::History(one) => writing::history(&mut context, &one)?,
        Command::Drafts(drafts) => writing::drafts(&mut context, &drafts)?,
        Command::Search(search) => finding::search(&mut context, &search)?,
        Command::Follow(names) => people::act(&mut context, Deed::Follow, &names)?,
        Command::Unfollow(names) => people::act(&mut context, Deed::Unfollow, &names)?,
        Command::Mute(names) => people::act(&mut context, Deed::Mute, &names)?,
        Command::Unmute(names) => people::act(&mut context, Deed::Unmute, &names)?,
        Command::Following(whose) => people::following(&mut context, &whose)?,
        Command::Followers(whose) => people::followers(&mut context, &whose)?,
        Command::Muted(own) => people::muted(&mut context, &own)?,
        Command::Filter(command) => people::filter(&mut context, command)?,
        Command::Notifications(args) => people::notifications(&mut context, &args)?,
        Command::Unread(own) => people::unread(&mut context, &own)?,
        Command::Stats(whose) => stats::stats(&mut context, &whose)?,
        Command::Like(ids) => reactions::react(&mut context, Reaction::Like, &ids)?,
        Command::Unlike(ids) => reactions::react(&mut context, Reaction::Unlike, &ids)?,
        Command::Boost(ids) => reactions::react(&mut context, Reaction::Boost, &ids)?,
        Command::Unboost(ids) => reactions::react(&mut context, Reaction::Unboost, &ids)?,
        Command::Bookmark(ids) => reactions::react(&mut context, Reaction::Bookmark, &ids)?,
        Command::Unbookmark(ids) => reactions::react(&mut context, Reaction::Unbookmark, &ids)?,
        Command::LikedBy(one) => reactions::liked_by(&mut context, &one)?,
        Command::BoostedBy(one) => reactions::boosted_by(&mut context, &one)?,
        Command::Show { id, json } => posts::show(&mut context, id, json)?,
        Command::Delete(delete) => writing::delete(&mut context, &delete)?,
        Command::Timeline(timeline) => posts::timeline(&mut context, &timeline)?,
        Command::Thread { id, json } => posts::thread(&mut context, id, json)?,
        Command::Import(import) => bring::import(&mut context, &import)?,
        Command::Export(args) => export::export(&mut context, &args)?,
        Command::Demo(demo) => bring::demo(&mut context, &demo)?,
        Command::Db(command) => db::run(&mut context, &command)?,
        Command::Config(command) => settings::run(&mut context, &keymap, command)?,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "microblog", &mut script);
            context.out.bytes(&script)?;
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Args::command()).render(&mut page)?;
            context.out.bytes(&page)?;
        }
    }
    Ok(context.out.flush()?)
}

/// Asks whether what would happen is meant; a script must have said so already.
fn confirm(what: &str) -> Result<bool, CliError> {
    if !io::stdin().is_terminal() {
        return Err(CliError::Usage(format!("{what}: add --yes if that is meant")));
    }
    let mut err = io::stderr();
    write!(err, "{}. Go on? [y/N] ", clean_line(what))?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn open_screens(context: &Context) -> Result<(), CliError> {
    tui::check_terminal()?;
    let (store, notice) = match context.open() {
        Err(CliError::Store(error))
            if matches!(*error, StoreError::Database(DatabaseError::Newer { readable: true, .. })) =>
        {
            let answers = [('r', "read it without changing it")];
            match tui::choose(
                &error.to_string(),
                &answers,
                &tui::first_theme(context.config.clone(), context.out.told),
            )? {
                Some(_) => (Store::open_read_only(&context.path()?)?.0, None),
                None => return Err(CliError::Store(error)),
            }
        }
        opened => opened?,
    };
    if let Some(notice) = &notice {
        context.note(notice);
    }
    let actor = match &context.args.actor {
        Some(nickname) => Some(store.user(nickname)?),
        None => None,
    };
    let options = tui::Options { actor, depth: context.out.told, config: context.config.clone(), notice };
    Ok(tui::run(store, options)?)
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self::Store(Box::new(error))
    }
}
