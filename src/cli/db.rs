//! The `db` commands. Each prints the schema version last, as the scripts of the Flask Mega-Tutorial did.

mod repair;

use std::path::Path;

use indicatif::HumanBytes;
use serde::Serialize;

use super::args::db::DbCommand;
use super::confirm::confirm;
use super::progress::Progress;
use super::signals::stop_on_signals;
use super::{CliError, Context, migrate};
use crate::model::Timestamp;
use crate::store::{Contents, Database, DatabaseError, Loss, Migrated, Stats, Step, Store, StoreError};
use crate::text::{pluralize, with_thousands};

pub(super) fn run(context: &mut Context, command: &DbCommand) -> Result<(), CliError> {
    if !matches!(command, DbCommand::Downgrade { .. }) {
        // A downgrade asks first.
        stop_on_signals()?;
    }
    let version = match command {
        DbCommand::Path => return path(context),
        DbCommand::Migrate { name } => return migrate::migrate(context, name),
        DbCommand::Stats { json: true } => return stats_json(context),
        DbCommand::Version => open_or_create(context)?.version(),
        DbCommand::Upgrade => upgrade(context)?,
        DbCommand::Downgrade { to, yes } => downgrade(context, *to, *yes)?,
        DbCommand::Backup { file, no_verify } => backup(context, file.as_deref(), !no_verify)?,
        DbCommand::Restore { file } => restore(context, file)?,
        DbCommand::Check { quick } => check(context, *quick)?,
        DbCommand::Repair { to } => repair::repair(context, to.as_deref())?,
        DbCommand::Stats { json: false } => stats(context)?,
        DbCommand::Vacuum => vacuum(context)?,
        #[cfg(unix)]
        DbCommand::Share { group } => share(context, group)?,
    };
    Ok(context.out.line(&format!("Current database version: {version}"))?)
}

fn path(context: &mut Context) -> Result<(), CliError> {
    let path = context.path()?;
    if context.out.terminal {
        return Ok(context.out.clean_line(&path.to_string_lossy())?);
    }
    // A script gets the exact bytes, even if they are not valid text.
    context.out.bytes(path.as_os_str().as_encoded_bytes())?;
    Ok(context.out.bytes(b"\n")?)
}

/// Posts in databases before this version may have been stored under other rules for tags, mentions and words.
const OLDER_RULES: usize = 24;

/// Describes an upgrade or downgrade in one line.
pub(super) fn moved(moved: &Migrated) -> String {
    let verb = if moved.from < moved.to { "upgraded" } else { "downgraded" };
    let copy = moved.copy.as_ref().map_or(String::new(), |copy| format!("; a copy from before is {}", copy.display()));
    let is_older = moved.copy.is_some() && moved.from < OLDER_RULES && moved.to >= OLDER_RULES;
    let repair =
        if is_older { "; microblog db repair applies today's rules for tags and words to older posts" } else { "" };
    format!("{verb} the database from version {} to {}{copy}{repair}", moved.from, moved.to)
}

/// Opens the database as it is, for a command that only reads.
fn open_for_reading(context: &Context) -> Result<Database, CliError> {
    let path = context.path()?;
    Ok(if context.args.read_only { Database::open_read_only(&path)? } else { Database::open(&path)? })
}

/// Opens the database as it is, and creates it if it is missing, as every other command does.
fn open_or_create(context: &Context) -> Result<Database, CliError> {
    let path = context.path()?;
    match open_for_reading(context) {
        Err(CliError::Store(error))
            if !context.args.read_only && matches!(*error, StoreError::Database(DatabaseError::Missing(_))) =>
        {
            Store::open(&path)?;
            Ok(Database::open(&path)?)
        }
        database => database,
    }
}

/// Opens the database as it is, for a command that writes.
fn open_for_writing(context: &Context) -> Result<Database, CliError> {
    check_writable(context)?;
    Ok(Database::open(&context.path()?)?)
}

fn check_writable(context: &Context) -> Result<(), CliError> {
    if context.args.read_only { Err(StoreError::Database(DatabaseError::OpenedReadOnly).into()) } else { Ok(()) }
}

fn upgrade(context: &mut Context) -> Result<usize, CliError> {
    check_writable(context)?;
    let mut database = open_or_create(context)?;
    let mut progress = Progress::new(context.args.quiet);
    let done = database.upgrade(&mut |step| progress.show(step))?;
    drop(progress);
    let line = done.as_ref().map_or("the database is already at the newest version".to_owned(), moved);
    context.out.clean_line(&line)?;
    Ok(database.version())
}

fn downgrade(context: &mut Context, to: Option<usize>, yes: bool) -> Result<usize, CliError> {
    let mut database = open_for_writing(context)?;
    let to = match (to, database.version()) {
        (Some(to), _) => to,
        (None, 0) => return Err(StoreError::Database(DatabaseError::NoSuchVersion { wanted: 0, found: 0 }).into()),
        (None, version) => version - 1,
    };
    let losses = database.losses(to)?;
    if !losses.is_empty() && !yes {
        let lost = losses.iter().map(describe_loss).collect::<Vec<_>>().join(", ");
        let from = database.version();
        if !confirm(&format!("downgrading from version {from} to {to} loses {lost}"), "--yes")? {
            context.out.line("nothing changed")?;
            return Ok(from);
        }
    }
    let mut progress = Progress::new(context.args.quiet);
    stop_on_signals()?;
    let done = database.downgrade(to, &mut |step| progress.show(step))?;
    drop(progress);
    if let Some(done) = done {
        context.out.clean_line(&moved(&done))?;
    }
    context.note("the next command that reads or writes posts upgrades it again, and so do the screens");
    Ok(database.version())
}

fn describe_loss(loss: &Loss) -> String {
    let rows = pluralize(loss.rows, "row");
    match &loss.column {
        Some(column) => format!("{}.{column} of {rows}", loss.table),
        None => format!("{rows} of {}", loss.table),
    }
}

fn describe_contents(contents: &Contents) -> String {
    format!("{} and {}", pluralize(contents.users, "user"), pluralize(contents.posts, "post"))
}

fn backup(context: &mut Context, file: Option<&Path>, verified: bool) -> Result<usize, CliError> {
    let path = context.path()?;
    let database = open_for_reading(context)?;
    let to = file.map_or_else(|| Database::default_backup_path(&path, Timestamp::now()), Path::to_owned);
    let mut progress = Progress::new(context.args.quiet);
    let contents = database.backup(&to, verified, &mut |step| progress.show(step))?;
    drop(progress);
    let to = to.display();
    let line = match contents {
        Some(contents) => format!("backed up {} to {to} and verified the copy", describe_contents(&contents)),
        None => format!("backed up the database to {to}; verify the copy with microblog --db {to} db check"),
    };
    context.out.clean_line(&line)?;
    Ok(database.version())
}

fn restore(context: &mut Context, file: &Path) -> Result<usize, CliError> {
    check_writable(context)?;
    let path = context.path()?;
    let mut progress = Progress::new(context.args.quiet);
    let restored = Database::restore(file, &path, &mut |step| progress.show(step))?;
    drop(progress);
    let contents = describe_contents(&restored.contents);
    context.out.clean_line(&format!("restored {contents} from {}", file.display()))?;
    let version = Database::open(&path)?.version();
    if restored.from < version {
        context.out.line(&format!("upgraded the backup from version {} to {version}", restored.from))?;
    }
    if let Some(replaced) = restored.replaced {
        context.out.clean_line(&format!("the previous database is saved as {}", replaced.display()))?;
    }
    Ok(version)
}

fn check(context: &mut Context, quick: bool) -> Result<usize, CliError> {
    let path = context.path()?;
    let read_only = context.args.read_only;
    let mut database =
        if read_only { Database::open_to_check_read_only(&path)? } else { Database::open_to_repair(&path)? };
    let mut progress = Progress::new(context.args.quiet);
    progress.show(Step::Checking);
    let problems = if quick { database.check_quickly()? } else { database.check(&mut |step| progress.show(step))? };
    drop(progress);
    for problem in &problems {
        context.out.clean_line(&format!("problem: {}", problem.description))?;
    }
    if problems.is_empty() {
        let checked =
            if quick { "schema, tables and indexes" } else { "pages, foreign keys, schema, counts and search index" };
        context.out.line(&format!("no problems found in {checked}"))?;
        return Ok(database.version());
    }
    context.out.line(&format!("Current database version: {}", database.version()))?;
    context.out.flush()?;
    let advice = if problems.iter().all(|problem| problem.repairable) {
        "repair it with microblog db repair"
    } else {
        "save what can be read into a new file with microblog db repair, or restore a backup with microblog db restore FILE"
    };
    Err(CliError::Failed(format!("found {}: {advice}", pluralize(problems.len() as u64, "problem"))))
}

fn stats(context: &mut Context) -> Result<usize, CliError> {
    let stats = open_for_reading(context)?.stats()?;
    let time = |time: Option<Timestamp>| time.map_or("none".to_owned(), |time| context.out.full_time(time));
    let facts = [
        ("users", with_thousands(stats.users)),
        ("posts", with_thousands(stats.posts)),
        ("drafts", with_thousands(stats.drafts)),
        ("oldest post", time(stats.oldest)),
        ("newest post", time(stats.newest)),
        ("size", format!("{} in {}", HumanBytes(stats.bytes), pluralize(stats.pages, "page"))),
        ("free", HumanBytes(stats.free).to_string()),
        ("search index", HumanBytes(stats.search).to_string()),
    ];
    for (name, value) in facts {
        context.out.line(&format!("{name:<12}  {value}"))?;
    }
    Ok(stats.version)
}

#[derive(Serialize)]
struct JsonStats {
    version: usize,
    users: u64,
    posts: u64,
    drafts: u64,
    oldest: Option<String>,
    newest: Option<String>,
    bytes: u64,
    pages: u64,
    free: u64,
    search: u64,
}

fn stats_json(context: &mut Context) -> Result<(), CliError> {
    let Stats { version, users, posts, drafts, oldest, newest, bytes, pages, free, search } =
        open_for_reading(context)?.stats()?;
    let (oldest, newest) = (oldest.map(|time| time.rfc3339()), newest.map(|time| time.rfc3339()));
    let stats = JsonStats { version, users, posts, drafts, oldest, newest, bytes, pages, free, search };
    Ok(context.out.json(&stats)?)
}

fn vacuum(context: &mut Context) -> Result<usize, CliError> {
    let mut database = open_for_writing(context)?;
    let mut progress = Progress::new(context.args.quiet);
    progress.show(Step::Checking);
    let (before, after) = database.vacuum()?;
    drop(progress);
    context.out.line(&format!("shrunk from {} to {}", HumanBytes(before), HumanBytes(after)))?;
    Ok(database.version())
}

#[cfg(unix)]
fn share(context: &mut Context, group: &str) -> Result<usize, CliError> {
    let database = open_for_writing(context)?;
    let private = database.private_posts()?;
    let closed = database.share(group)?;
    if private > 0 {
        let posts = pluralize(private, "post");
        context.note(&format!("warning: {group} can now read {posts} that were only for followers or mentioned users"));
    }
    let line = format!("members of {group} can now read and write the database, as any of its users");
    context.out.clean_line(&line)?;
    if let Some(folder) = closed {
        let folder = folder.display();
        context.note(&format!("{folder} does not let them in: run chmod g+x {folder}, or move the database"));
    }
    Ok(database.version())
}
