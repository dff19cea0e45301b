//! The import that the screens start.

use std::env;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::context::Context;
use crate::import::{ImportError, SourceFormat, Sources, summary};
use crate::model::{Nickname, Skipped, Timestamp, UserId, UserKind};
use crate::store::{ImportOptions, ImportStats, StoreError};
use crate::text::{pluralize, with_thousands};
use crate::tui::run_effect::actions;
use crate::tui::state::{Direction, ImportSummary, Message, UndoableAction};

/// Skipped items that the summary names; the others are counted.
const NAMED: usize = 8;

/// Imports what is at a typed path, or at several paths; returns the summary, or why nothing was imported.
pub(super) fn run(
    context: &Context<'_>,
    path: &str,
    import_as: Option<Nickname>,
    reader: Option<UserId>,
) -> Result<ImportSummary, String> {
    import(context, path, import_as, reader).map_err(|error| error.to_string())
}

fn import(
    context: &Context<'_>,
    path: &str,
    import_as: Option<Nickname>,
    reader: Option<UserId>,
) -> Result<ImportSummary, ImportError> {
    let started = Instant::now();
    let mut sources = Sources::open(SourceFormat::Auto, &paths(path))?;
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
    let authors = sources.owners().map(|owner| store.user_by_id(owner)).collect::<Result<Vec<_>, _>>()?;
    let mut not_followed = Vec::new();
    for user in authors.into_iter().filter(|user| user.kind == UserKind::Remote) {
        if reader.map(|reader| store.relation(reader, user.id)).transpose()?.is_some_and(|relation| !relation.follows) {
            not_followed.push((user.id, user.nickname));
        }
    }
    Ok(ImportSummary {
        summary,
        notes: with_counts(&stats, notes),
        label: format!("imported {}", pluralize(stats.posts, "post")),
        added: sources.added().to_vec(),
        authors: not_followed,
    })
}

/// Undoes or redoes an import; where it is canceled, it stays as it was.
///
/// # Errors
/// When the database cannot be opened, or the job was superseded.
pub(super) fn reverse(
    context: &Context<'_>,
    user: UserId,
    direction: Direction,
    action: UndoableAction,
) -> Result<Message, StoreError> {
    let mut store = context.open_to_write()?;
    (context.publish)(store.interrupt_handle());
    let message = actions::run(&mut store, user, direction, action);
    if context.stop.load(Ordering::Relaxed) && matches!(message, Message::Performed { result: Err(_), .. }) {
        return Ok(Message::Imported(Err("canceled: nothing was changed".to_owned())));
    }
    Ok(message)
}

/// Returns the paths that were typed or dragged into the terminal: several, quoted or with escaped spaces as in a shell, unless
/// the whole text is a path.
fn paths(typed: &str) -> Vec<PathBuf> {
    let whole = expand(typed);
    if whole.exists() {
        return vec![whole];
    }
    let words: Vec<PathBuf> = shell_words::split(typed).unwrap_or_default().iter().map(|word| expand(word)).collect();
    // Where none is there, the error names what was typed.
    if words.iter().any(|path| path.exists()) { words } else { vec![whole] }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_paths_are_read_as_in_a_shell() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.txt", "b c.txt", "it's.txt"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let base = folder.path().display();
        let path = |name: &str| folder.path().join(name);
        for (typed, expected) in [
            (format!("{base}/a.txt"), vec![path("a.txt")]),
            (format!("{base}/b c.txt"), vec![path("b c.txt")]),
            (format!("{base}/it's.txt"), vec![path("it's.txt")]),
            (format!("{base}/b\\ c.txt"), vec![path("b c.txt")]),
            (format!("{base}/a.txt '{base}/b c.txt'"), vec![path("a.txt"), path("b c.txt")]),
            (format!("\"{base}/b c.txt\"  {base}/a.txt "), vec![path("b c.txt"), path("a.txt")]),
            (format!("{base}/a.txt {base}/b\\ c.txt"), vec![path("a.txt"), path("b c.txt")]),
            (format!("{base}/a.txt {base}/none.txt"), vec![path("a.txt"), path("none.txt")]),
            (format!("{base}/no such file"), vec![path("no such file")]),
        ] {
            assert_eq!(paths(&typed), expected, "{typed}");
        }
    }
}
