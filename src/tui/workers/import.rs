//! The import that the screens start.

use std::env;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::context::Context;
use crate::import::{ImportError, SourceFormat, Sources, summary};
use crate::model::{Nickname, Skipped, Timestamp};
use crate::store::{ImportOptions, ImportStats};
use crate::text::{pluralize, with_thousands};
use crate::tui::state::ImportSummary;

/// Skipped items that the summary names; the others are counted.
const NAMED: usize = 8;

/// Imports what is at a typed path; returns the summary, or why nothing was imported.
pub(super) fn run(context: &Context<'_>, path: &str, import_as: Option<Nickname>) -> Result<ImportSummary, String> {
    import(context, path, import_as).map_err(|error| error.to_string())
}

fn import(context: &Context<'_>, path: &str, import_as: Option<Nickname>) -> Result<ImportSummary, ImportError> {
    let started = Instant::now();
    let mut sources = Sources::open(SourceFormat::Auto, &[expand(path)])?;
    if context.stop.load(Ordering::Relaxed) {
        return Err(ImportError::Stopped);
    }
    let mut store = context.open_to_write()?;
    let options = ImportOptions { import_as, ..ImportOptions::new(Timestamp::now()) };
    let mut notes = Vec::new();
    let mut skip = |skipped: Skipped| {
        if notes.len() < NAMED {
            notes.push(skipped.notice());
        }
    };
    let mut progress = |stats: &ImportStats| context.done.store(stats.posts + stats.known, Ordering::Relaxed);
    let stats = sources.import(&mut store, &options, &mut skip, &mut progress, context.stop)?;
    let summary =
        format!("{} ({:.1} s)", summary(&stats, &sources.description(), false), started.elapsed().as_secs_f64());
    Ok(ImportSummary { summary, notes: with_counts(&stats, notes) })
}

/// Expands a typed path: `~/` is the home directory, and `-` a file of that name, since standard input is the keyboard.
fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ if path == "-" => PathBuf::from("./-"),
        _ => PathBuf::from(path),
    }
}

/// Adds to the named items how many others were skipped, and how many private posts.
fn with_counts(stats: &ImportStats, mut notes: Vec<String>) -> Vec<String> {
    let unnamed = stats.skipped.saturating_sub(notes.len() as u64);
    if unnamed > 0 {
        notes.push(format!("… and {} more: microblog import --report FILE lists them all", with_thousands(unnamed)));
    }
    if stats.private_skipped > 0 {
        let left = pluralize(stats.private_skipped, "private post");
        notes.insert(0, format!("skipped {left}: microblog import --private imports them"));
    }
    notes
}
