//! Bringing in what was written elsewhere, on a thread of its own with a store of its own. It knows nothing of the
//! screens' state.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::state::{ImportSummary, Message};
use crate::crash;
use crate::import::{ImportError, Source, SourceFormat};
use crate::model::{Nickname, Skipped, Timestamp};
use crate::store::{ImportOptions, ImportStats, Store};
use crate::text::{pluralize, with_thousands};

/// So many skipped things are named; the others are counted.
const NAMED: usize = 8;
/// How long each picture of the sign that something goes on stands.
const PICTURE: Duration = Duration::from_millis(100);

/// An import that is under way.
#[derive(Debug)]
pub(super) struct Importer {
    shared: Arc<Shared>,
    ended: Receiver<Result<ImportSummary, String>>,
    begun: Instant,
}

#[derive(Debug, Default)]
struct Shared {
    stop: AtomicBool,
    /// How many posts were read.
    posts: AtomicU64,
}

impl Importer {
    /// Begins to bring in what lies at a path that was typed.
    pub(super) fn start(db: &Path, path: &str, under: Option<Nickname>) -> Self {
        let shared = Arc::new(Shared::default());
        let (send, ended) = channel();
        let (theirs, db, path) = (Arc::clone(&shared), db.to_owned(), place(path));
        thread::spawn(move || {
            let result = crash::catch(|| bring(&theirs, &db, &path, under));
            let result = match result {
                Ok(Ok(brought)) => Ok(brought),
                Ok(Err(why)) => Err(why.to_string()),
                Err(fault) => Err(fault.to_string()),
            };
            // Nobody listens once the screens are left.
            let _ = send.send(result);
        });
        Self { shared, ended, begun: Instant::now() }
    }

    /// Lets it end, with nothing brought in.
    pub(super) fn stop(&self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }

    /// How far it is, or what came of it.
    pub(super) fn news(&self) -> Message {
        match self.ended.try_recv() {
            Ok(result) => Message::Imported(result),
            Err(TryRecvError::Disconnected) => Message::Imported(Err("the import broke off".to_owned())),
            Err(TryRecvError::Empty) => {
                let picture = self.begun.elapsed().as_millis() / PICTURE.as_millis();
                Message::ImportProgress(self.shared.posts.load(Ordering::Relaxed), picture)
            }
        }
    }
}

impl Drop for Importer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What a path that was typed means: `~/` is one's own folder, and `-` a file of that name, for standard input is the
/// keyboard.
fn place(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ if path == "-" => PathBuf::from("./-"),
        _ => PathBuf::from(path),
    }
}

fn bring(shared: &Shared, db: &Path, path: &Path, under: Option<Nickname>) -> Result<ImportSummary, ImportError> {
    let begun = Instant::now();
    let mut source = Source::open(SourceFormat::Auto, path)?;
    if shared.stop.load(Ordering::Relaxed) {
        return Err(ImportError::Stopped);
    }
    let (mut store, _) = Store::open(db)?;
    let now = Timestamp::now();
    let options = ImportOptions {
        now,
        import_as: under,
        claim_owner: false,
        include_private: false,
        limit: None,
        dry_run: false,
    };
    let mut notes = Vec::new();
    let mut skip = |one: Skipped| {
        if notes.len() < NAMED {
            notes.push(format!("skipped {}: {}", one.place, one.why));
        }
    };
    let mut progress = |taken: &ImportStats| shared.posts.store(taken.posts + taken.known, Ordering::Relaxed);
    let taken = source.import(&mut store, &options, &mut skip, &mut progress, &shared.stop)?;
    Ok(told(taken, source.format(), begun.elapsed(), notes))
}

fn told(taken: ImportStats, format: &str, took: Duration, mut notes: Vec<String>) -> ImportSummary {
    let mut parts = vec![format!("{} from {format}", pluralize(taken.posts, "post"))];
    let others =
        [(taken.users, "new user"), (taken.follows, "follow"), (taken.likes, "like"), (taken.bookmarks, "bookmark")];
    parts.extend(others.iter().filter(|(count, _)| *count > 0).map(|(count, one)| pluralize(*count, one)));
    for (count, what) in [(taken.known, "here before"), (taken.skipped, "skipped")] {
        parts.extend((count > 0).then(|| format!("{} {what}", with_thousands(count))));
    }
    let unnamed = taken.skipped.saturating_sub(notes.len() as u64);
    if unnamed > 0 {
        notes.push(format!("… and {} more: microblog import --report FILE lists them all", with_thousands(unnamed)));
    }
    if taken.private_skipped > 0 {
        let left = pluralize(taken.private_skipped, "private post");
        notes.insert(0, format!("left out {left}: microblog import --private brings them in"));
    }
    ImportSummary { summary: format!("brought in {}, in {:.1} s", parts.join(", "), took.as_secs_f64()), notes }
}
