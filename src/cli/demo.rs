//! The command that opens or writes the sample database.

use std::fs;
use std::io::{self, IsTerminal};

use indicatif::ProgressBar;

use super::args::transfer::Demo;
use super::progress::counting;
use super::signals::stop_on_signals;
use super::{CliError, Context};
use crate::demo::{self, Size};
use crate::model::Timestamp;
use crate::store::Store;
use crate::text::pluralize;
use crate::tui;

pub(super) fn demo(context: &mut Context, args: &Demo) -> Result<(), CliError> {
    let size = Size { posts: args.posts.unwrap_or(demo::SMALL.posts), users: args.users.unwrap_or(demo::SMALL.users) };
    if size.users == 0 {
        return Err(CliError::Usage("a sample database needs users: give --users 1 or more".to_owned()));
    }
    if let Some(path) = &args.to {
        if path.exists() {
            return Err(CliError::Failed(format!("{} already exists: name a new file", path.display())));
        }
        stop_on_signals()?;
        let (mut store, _) = Store::open(path)?;
        let filled = fill(&mut store, size, demo::END);
        drop(store);
        if filled.is_err() {
            let _ = fs::remove_file(path);
        }
        filled?;
        let (posts, users) = (pluralize(size.posts as u64, "post"), pluralize(size.users as u64, "user"));
        let line = format!("wrote {posts} by {users} to {}", path.display());
        return Ok(context.out.clean_line(&line)?);
    }
    tui::check_terminal()?;
    let folder = tempfile::tempdir()?;
    let (mut store, _) = Store::open(&folder.path().join("demo.db"))?;
    fill(&mut store, size, Timestamp::now())?;
    let config = context.config.clone();
    Ok(tui::run(
        store,
        tui::Options { depth: context.out.terminal_colors, config, temporary: true, ..tui::Options::default() },
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
