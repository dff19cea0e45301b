//! The commands: everything you can do on the screens, for scripts too.
//!
//! Parses arguments, calls the store and prints. It contains no SQL and does not know how screens are drawn.

mod account;
mod args;
mod catch_up;
mod completions;
mod confirm;
mod db;
mod deliver;
mod demo;
mod doctor;
mod drafts;
mod error;
mod export;
mod feeds;
mod filter;
mod follow;
mod import;
mod lists;
mod man;
mod migrate;
mod on_this_day;
mod outbox;
mod pins;
mod posts;
mod print;
mod progress;
mod publish;
mod reactions;
mod refresh;
mod schedule;
mod search;
mod settings;
mod signals;
mod social;
mod stats;
mod sync;
mod tabs;
mod timeline;
mod usage;
mod user_lists;
mod users;
mod version;
mod vote;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::config::{self, Config};
use crate::crash;
use crate::model::{User, UserId, UserKind};
use crate::store::{DatabaseError, Store, StoreError, UserOrder, Viewer};
use crate::text::{Confusables, clean_line};
use crate::tui;
use crate::tui::keys::Keymap;
use args::transfer::ExportFormat;
use args::{Args, Command};
pub use error::CliError;
use print::Printer;
use progress::Progress;
use reactions::Reaction;
use social::SocialAction;

/// Runs the program with these arguments, the first of which is the program's name.
///
/// Errors are printed in one line on standard error. A closed pipe on standard output counts as success.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<_> = arguments.into_iter().collect();
    let args = match Args::try_parse_from(&arguments) {
        Ok(args) => args,
        Err(error) if !error.use_stderr() => return exit_code(print_help(&error)),
        Err(error) => return exit_code(Err(CliError::Usage(usage::in_one_line(&error, &arguments)))),
    };
    // Without a handler, a write beyond the file size limit would kill the program instead of returning an error.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
    crash::install_hook();
    exit_code(crash::catch(|| run(args)).unwrap_or_else(|crash| Err(crash.into())))
}

fn print_help(help: &clap::Error) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    write!(out, "{}", help.render())?;
    Ok(out.flush()?)
}

/// Prints the error, if there is one, and returns the exit code.
fn exit_code(result: Result<(), CliError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(CliError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error is closed too, the exit code is the only way left to report the error.
            let _ = writeln!(io::stderr(), "error: {}", clean_line(&error.to_string()));
            ExitCode::from(error.status())
        }
    }
}

/// Global options, settings and output: what every command works with.
struct Context {
    args: args::Global,
    config: Config,
    out: Printer,
    /// The authors of scheduled posts that this command has posted.
    scheduled_authors: RefCell<BTreeSet<UserId>>,
}

impl Context {
    /// Opens the database, prints a notice if that upgraded it, and posts the scheduled posts that are due.
    fn store(&self) -> Result<Store, CliError> {
        let (mut store, notice) = self.open()?;
        if let Some(notice) = notice {
            self.note(&notice);
        }
        schedule::post_due(self, &mut store);
        if self.out.terminal {
            let users = store.users(UserOrder::Nickname, false)?;
            let _ = self.out.confusables.set(Confusables::find(&users));
        }
        Ok(store)
    }

    /// Opens the database and returns a notice to print, if there is one.
    fn open(&self) -> Result<(Store, Option<String>), CliError> {
        let path = self.path()?;
        let (store, opened) = if self.args.read_only {
            Store::open_read_only(&path)?
        } else {
            let mut progress = Progress::new(self.args.quiet);
            Store::open_with_progress(&path, &mut |step| progress.show(step))?
        };
        let log_unseen = "the newest posts may be missing: the database's log cannot be read in a read-only directory";
        let notice =
            opened.upgraded.as_ref().map(db::moved).or_else(|| opened.log_ignored.then(|| log_unseen.to_owned()));
        Ok((store, notice))
    }

    /// Prints a notice on standard error unless `--quiet` is set. A failed write is ignored.
    fn note(&self, text: &str) {
        if !self.args.quiet {
            let _ = writeln!(io::stderr(), "{}", clean_line(text));
        }
    }

    fn path(&self) -> Result<std::path::PathBuf, CliError> {
        match &self.args.db {
            Some(path) => Ok(config::expand_home(path)),
            None => Ok(config::default_db_path()?),
        }
    }

    /// Returns the user the command acts as: the one named with `--as`, or the active user.
    fn actor(&self, store: &Store) -> Result<User, CliError> {
        match &self.args.actor {
            Some(nickname) => match store.user(nickname)? {
                user if user.kind == UserKind::Remote => Err(StoreError::RemoteUser(user.nickname).into()),
                user => Ok(user),
            },
            None => store.active_user()?.map_or_else(|| Err(self.no_active_user(store)), Ok),
        }
    }

    /// Returns the user timelines are read as; without a user, everything is shown.
    fn viewer(&self, store: &Store, muted: bool) -> Result<Viewer, CliError> {
        let user = match &self.args.actor {
            Some(nickname) => Some(store.user(nickname)?),
            None => store.active_user()?,
        };
        Ok(Viewer { user: user.map(|user| user.id), include_muted: muted })
    }

    fn no_active_user(&self, store: &Store) -> CliError {
        match store.users(UserOrder::Nickname, false) {
            Ok(users) if !users.is_empty() => CliError::NobodyActive,
            _ => CliError::NoUser,
        }
    }
}

fn run(args: Args) -> Result<(), CliError> {
    let mut config = Config::load(args.global.config.as_deref());
    let keymap = tui::keymap(&mut config);
    let out = Printer::new(args.global.color, &config);
    let mut context = Context { args: args.global, config, out, scheduled_authors: RefCell::default() };
    // These print problems as results, or nothing that is not a candidate.
    let is_silent = matches!(args.command, Some(Command::Doctor(_) | Command::CompleteWords(_)));
    for problem in context.config.problems.iter().filter(|_| !is_silent) {
        context.note(&format!("warning: {}", context.config.describe(problem)));
    }
    let Some(command) = args.command else { return open_screens(&context) };
    run_command(&mut context, command, &keymap)?;
    Ok(context.out.flush()?)
}

fn run_command(context: &mut Context, command: Command, keymap: &Keymap) -> Result<(), CliError> {
    let changes_posts = matches!(command, Command::Post(_) | Command::Reply(_) | Command::Edit(_) | Command::Delete(_));
    match command {
        Command::User(command) => users::run(context, command)?,
        Command::Account(command) => account::run(context, command)?,
        Command::Login(args) => account::add(context, &args)?,
        Command::Sync(args) => sync::sync(context, &args)?,
        Command::Switch { nickname } => users::switch(context, &nickname)?,
        Command::Whoami => users::whoami(context)?,
        Command::Post(args) => posts::post(context, &args.text, args.reply_to, &args.options)?,
        Command::Reply(args) => posts::post(context, &args.text, Some(args.id), &args.options)?,
        Command::Show { id, json } => timeline::show(context, id, json)?,
        Command::Edit(args) => posts::edit(context, &args)?,
        Command::Delete(args) => posts::delete(context, &args)?,
        Command::History(args) => posts::history(context, &args)?,
        Command::Timeline(args) => timeline::timeline(context, &args)?,
        Command::Thread { id, json } => timeline::thread(context, id, json)?,
        Command::CatchUp(args) => catch_up::catch_up(context, &args)?,
        Command::Tabs(args) => tabs::tabs(context, &args)?,
        Command::Pin(args) => pins::pin(context, &args)?,
        Command::Unpin(args) => pins::unpin(context, &args)?,
        Command::Pinned(args) => pins::pinned(context, &args)?,
        Command::Search(args) => search::search(context, &args)?,
        Command::Follow(args) => follow::follow(context, &args)?,
        Command::Unfollow(args) => follow::unfollow(context, &args)?,
        Command::Feeds(args) => feeds::feeds(context, &args)?,
        Command::Publish(args) => publish::publish(context, &args)?,
        Command::Refresh(args) => refresh::refresh(context, &args)?,
        Command::Following(args) => social::following(context, &args)?,
        Command::Followers(args) => social::followers(context, &args)?,
        Command::Mute(args) => social::act(context, SocialAction::Mute, &args)?,
        Command::Unmute(args) => social::act(context, SocialAction::Unmute, &args)?,
        Command::Muted(args) => social::muted(context, &args)?,
        Command::Filter(command) => filter::filter(context, command)?,
        Command::List(command) => user_lists::list(context, &command)?,
        Command::Like(args) => reactions::react(context, Reaction::Like, &args)?,
        Command::Unlike(args) => reactions::react(context, Reaction::Unlike, &args)?,
        Command::Boost(args) => reactions::react(context, Reaction::Boost, &args)?,
        Command::Unboost(args) => reactions::react(context, Reaction::Unboost, &args)?,
        Command::Bookmark(args) => reactions::react(context, Reaction::Bookmark, &args)?,
        Command::Unbookmark(args) => reactions::react(context, Reaction::Unbookmark, &args)?,
        Command::Vote(args) => vote::vote(context, &args)?,
        Command::LikedBy(args) => reactions::liked_by(context, &args)?,
        Command::BoostedBy(args) => reactions::boosted_by(context, &args)?,
        Command::Notifications(args) => social::notifications(context, &args)?,
        Command::Unread(args) => social::unread(context, &args)?,
        Command::Stats(args) => stats::stats(context, &args)?,
        Command::Drafts(args) => drafts::drafts(context, &args)?,
        Command::Schedule(args) => schedule::schedule(context, &args)?,
        Command::Outbox(args) => outbox::run(context, &args)?,
        Command::Import(args) => import::import(context, &args)?,
        Command::OnThisDay(args) => on_this_day::on_this_day(context, &args)?,
        Command::Export(args) if args.format == ExportFormat::Opml => lists::export(context, &args)?,
        Command::Export(args) => drop(export::export(context, &args)?),
        Command::Demo(args) => demo::demo(context, &args)?,
        Command::Db(command) => db::run(context, &command)?,
        Command::Config(command) => settings::run(context, keymap, command)?,
        Command::Doctor(args) => doctor::doctor(context, &args)?,
        Command::Help { command } => context.out.bytes(help(&command)?.as_bytes())?,
        Command::Completions { shell } => context.out.bytes(&completions::script(shell))?,
        Command::CompleteWords(args) => completions::complete(context, &args)?,
        Command::Man { all } => man::man(context, all.as_deref())?,
    }
    if changes_posts {
        publish::after_change(context)?;
    }
    schedule::deliver(context)
}

/// Returns the help of a command, which is named by its words, such as `user add`.
fn help(words: &[String]) -> Result<String, CliError> {
    let mut root = Args::command();
    root.build();
    let mut command = &mut root;
    for word in words {
        let known = command.get_name().to_owned();
        command = command.find_subcommand_mut(word).ok_or_else(|| {
            CliError::Usage(format!("there is no command {word:?} in {known}: list the commands with microblog help"))
        })?;
    }
    Ok(command.render_long_help().to_string())
}

/// Opens the screens; a database newer than the program is offered read-only.
fn open_screens(context: &Context) -> Result<(), CliError> {
    tui::check_terminal()?;
    let (store, notice) = match context.open() {
        Err(CliError::Store(error))
            if matches!(*error, StoreError::Database(DatabaseError::Newer { readable: true, .. })) =>
        {
            let answers = [('r', "open it read-only")];
            let theme = tui::first_theme(context.config.clone(), context.out.terminal_colors);
            match tui::choose(&error.to_string(), &answers, &theme)? {
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
    let options = tui::Options {
        actor,
        depth: context.out.terminal_colors,
        config: context.config.clone(),
        notice,
        temporary: false,
        offline: context.args.offline,
    };
    Ok(tui::run(store, options)?)
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self::Store(Box::new(error))
    }
}
