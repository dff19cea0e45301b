//! The command that exports posts.
//!
//! Selects the posts and the format and decides where they go. The formats themselves are in `transfer::export`.

mod address;
pub(super) mod files;
mod hashes;
pub(super) mod writer;

use std::io::{self, IsTerminal};
use std::path::Path;

use indicatif::ProgressBar;

use super::args::transfer::{Export, ExportFormat, ExportOf};
use super::confirm::confirm;
use super::progress::counting;
use super::{CliError, Context};
use crate::model::{Timeline, User};
use crate::output_file;
use crate::store::{Store, UserOrder};
use crate::text::pluralize;
use files::{Files, Target};
use writer::{Exported, Exporter, Selection};

/// Exports posts; returns what was exported.
pub(super) fn export(context: &mut Context, args: &Export) -> Result<Exported, CliError> {
    check(args)?;
    let store = context.store()?;
    let users = selected_users(&store, args)?;
    let target = Target::of(args.path.as_deref())?;
    check_target(&target, args, users.len())?;
    let db = context.path()?;
    if !may_replace(context, &target, args)? {
        context.out.line("nothing changed")?;
        return Ok(Exported::default());
    }
    let name = args.path.as_deref().unwrap_or(Path::new("-")).display();
    let posts_on_terminal = matches!(target, Target::Stdout) && io::stdout().is_terminal();
    let bar = if context.args.quiet || posts_on_terminal || !io::stderr().is_terminal() {
        ProgressBar::hidden()
    } else {
        counting(users.iter().map(|user| user.posts).sum(), "{bar:40} {pos} of {len} posts, {per_sec}")
    };
    let selection = selection(context, &store, args)?;
    let files = Files::new(&target, &db, context.out.terminal)?;
    let selection = (selection, store.pinned_ids()?);
    let exported = Exporter::new((&store, args), users, selection, files, bar).run(&target)?;
    if exported.private > 0 {
        let posts = pluralize(exported.private, "private post");
        context.note(&format!("left out {posts}: export them with --private"));
    }
    if target.is_file() {
        context.out.clean_line(&format!("exported {} to {name}", pluralize(exported.posts, "post")))?;
    }
    Ok(exported)
}

/// Returns whether the target may be written; asks if something would be replaced.
pub(super) fn may_replace(context: &Context, target: &Target, args: &Export) -> Result<bool, CliError> {
    if let Target::File(file) = target {
        output_file::check(file, &context.path()?, None)?;
    }
    let name = args.path.as_deref().unwrap_or(Path::new("-")).display();
    match target.existing().filter(|_| !args.force) {
        Some(kind) => confirm(&format!("{kind}{name} will be replaced"), "--force"),
        None => Ok(true),
    }
}

/// Checks combinations of options that clap cannot express.
fn check(args: &Export) -> Result<(), CliError> {
    let usage = |why: &str| Err(CliError::Usage(why.to_owned()));
    if let (Some(since), Some(until)) = (args.since, args.until)
        && since >= until
    {
        return usage("--since must be earlier than --until: swap them, or leave one out");
    }
    if let Some(url) = args.url.as_ref().filter(|url| !address::is_url(url)) {
        return usage(&format!("{url:?} is not a URL: give one such as https://example.org/feed.xml"));
    }
    let selects = !args.user.is_empty() || args.since.is_some() || args.until.is_some();
    if args.format == ExportFormat::Jsonl && selects {
        return usage("jsonl exports the whole database: leave out --user, --since and --until");
    }
    let of = &args.of;
    let selects_of = of.thread.is_some() || of.search.is_some() || of.list.is_some() || of.tag.is_some();
    if selects_of && matches!(args.format, ExportFormat::Jsonl | ExportFormat::Opml | ExportFormat::Twtxt) {
        return usage("--thread, --search, --list and --tag are for markdown, html, jsonfeed and atom");
    }
    Ok(())
}

/// Checks that the format can be written to the target.
pub(super) fn check_target(target: &Target, args: &Export, users: usize) -> Result<(), CliError> {
    let is_folder = matches!(target, Target::Folder(_));
    let why = match args.format {
        ExportFormat::Jsonl | ExportFormat::Jsonfeed | ExportFormat::Atom | ExportFormat::Opml if is_folder => {
            "this format is a single file: name a file, not a folder"
        }
        ExportFormat::Twtxt if users != 1 && !is_folder => {
            "a twtxt feed has one user: name one with --user NICK, or name a folder for one feed per user"
        }
        _ => return Ok(()),
    };
    // Whether another path is a folder depends on the files.
    let path = args.path.as_deref().map(|path| path.as_os_str().as_encoded_bytes());
    let is_certain = path.is_none_or(|path| path == b"-" || path.ends_with(b"/"));
    Err(if is_certain { CliError::Usage(why.to_owned()) } else { CliError::Failed(why.to_owned()) })
}

/// Returns the posts of the thread, search, list or tag that is exported, if one is named.
fn selection(context: &Context, store: &Store, args: &Export) -> Result<Option<Selection>, CliError> {
    if let Some(id) = args.of.thread {
        let posts = store.thread(id)?.into_iter().filter_map(|node| node.post);
        let keys = posts.map(|post| post.key).collect();
        return Ok(Some(Selection { title: format!("Thread of #{id}"), keys }));
    }
    let viewer = context.viewer(store, false)?;
    let (title, timeline) = match &args.of {
        ExportOf { search: Some(query), .. } => (query.clone(), Timeline::Search(query.clone())),
        ExportOf { list: Some(name), .. } => {
            let (owner, name) = (context.actor(store)?.id, name);
            let name = store.list(owner, name)?.name;
            (name.clone(), Timeline::List(owner, name))
        }
        ExportOf { tag: Some(tag), .. } => {
            let tag = tag.trim_start_matches('#');
            (format!("#{tag}"), Timeline::Tag(tag.to_owned()))
        }
        _ => return Ok(None),
    };
    Ok(Some(Selection { title, keys: store.timeline_keys(&timeline, viewer)? }))
}

/// Returns the users whose posts are exported, each once.
fn selected_users(store: &Store, args: &Export) -> Result<Vec<User>, CliError> {
    if args.user.is_empty() {
        return Ok(store.users(UserOrder::Nickname, false)?);
    }
    let mut users: Vec<User> = Vec::new();
    for nickname in &args.user {
        let user = store.user(nickname)?;
        if !users.iter().any(|known| known.id == user.id) {
            users.push(user);
        }
    }
    Ok(users)
}
