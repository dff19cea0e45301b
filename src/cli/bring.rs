//! Commands that fill a database: import, and the sample world.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use indicatif::ProgressBar;

use super::args::{self, Format};
use super::progress::counting;
use super::{CliError, Context};
use crate::demo::{self, Size};
use crate::model::{NewPost, NewUser, Nickname, Timestamp};
use crate::store::Store;
use crate::transfer::twtxt;
use crate::tui;

/// So many skipped lines are named; the others are counted.
const NAMED: usize = 20;

pub(super) fn import(context: &mut Context, format: Format, path: &Path) -> Result<(), CliError> {
    let bytes = read(path)?;
    let feed = match format {
        Format::Twtxt => twtxt::parse(&bytes),
    };
    let Some(nickname) = &context.args.actor else {
        let nick = feed.nick.as_deref().unwrap_or("NICK");
        return Err(CliError::Usage(format!("say whose posts these are, for example with --as {nick}")));
    };
    let user = NewUser::named(Nickname::parse(nickname.trim().trim_start_matches('@'))?);
    let mut store = context.store()?;
    let (added, known) = store.bulk(|bulk| {
        let (author, _) = bulk.find_or_add_user(&user, Timestamp::now())?;
        let (mut added, mut known) = (0, 0);
        for post in &feed.posts {
            let (body, source) = (post.body.clone(), Some(post.source.clone()));
            let new = NewPost { author, body, created_at: post.created_at, reply_to: None, source };
            *if bulk.add_post(&new)?.is_some() { &mut added } else { &mut known } += 1;
        }
        Ok((added, known))
    })?;
    let skipped = feed.skipped.len();
    for line in feed.skipped.iter().take(NAMED) {
        context.note(&format!("skipped line {}: {}", line.line, line.why));
    }
    if skipped > NAMED {
        context.note(&format!("… and {} more", skipped - NAMED));
    }
    let line = format!("imported {added} posts as {}; {known} known already, {skipped} lines skipped", user.nickname);
    Ok(context.out.say(&line)?)
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    fs::read(path).map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            io::ErrorKind::IsADirectory => "it is a directory; name a file in it".to_owned(),
            _ => error.to_string(),
        };
        CliError::File(format!("cannot read {}: {why}", path.display()))
    })
}

pub(super) fn demo(context: &mut Context, args: &args::Demo) -> Result<(), CliError> {
    let size = Size { posts: args.posts.unwrap_or(demo::SMALL.posts), users: args.users.unwrap_or(demo::SMALL.users) };
    if size.users == 0 {
        return Err(CliError::Usage("a world needs somebody: give --users 1 or more".to_owned()));
    }
    if let Some(path) = &args.to {
        if path.exists() {
            return Err(CliError::File(format!("{} exists already: name a new file", path.display())));
        }
        let (mut store, _) = Store::open(path)?;
        fill(&mut store, size, demo::END)?;
        let line = format!("wrote {} posts by {} users to {}", size.posts, size.users, path.display());
        return Ok(context.out.say(&line)?);
    }
    tui::check_terminal()?;
    let folder = tempfile::tempdir()?;
    let (mut store, _) = Store::open(&folder.path().join("demo.db"))?;
    fill(&mut store, size, Timestamp::now())?;
    Ok(tui::run(
        store,
        tui::Options { depth: context.out.told, config: context.config.clone(), ..tui::Options::default() },
    )?)
}

fn fill(store: &mut Store, size: Size, end: Timestamp) -> Result<(), CliError> {
    let bar = if io::stderr().is_terminal() {
        counting(size.posts as u64, "{bar:40} {pos} of {len} posts, {per_sec}")
    } else {
        ProgressBar::hidden()
    };
    demo::fill(store, size, end, &mut |done| bar.set_position(done))?;
    bar.finish_and_clear();
    Ok(())
}
