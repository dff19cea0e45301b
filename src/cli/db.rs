//! Commands about the database itself. Each prints its version last, as the tutorial's scripts did.

use std::path::{Path, PathBuf};

use indicatif::HumanBytes;
use serde::Serialize;

use super::args::DbCommand;
use super::progress::Progress;
use super::{CliError, Context, confirm, migrate};
use crate::model::Timestamp;
use crate::store::{Contents, Database, DatabaseError, Loss, Migrated, Stats, Store, StoreError};
use crate::text::{pluralize, with_thousands};

pub(super) fn run(context: &mut Context, command: &DbCommand) -> Result<(), CliError> {
    let version = match command {
        DbCommand::Path => {
            let path = context.path()?;
            if context.out.terminal {
                return Ok(context.out.say(&path.to_string_lossy())?);
            }
            // A script gets the name as it is, even if it is no text.
            context.out.bytes(path.as_os_str().as_encoded_bytes())?;
            return Ok(context.out.bytes(b"\n")?);
        }
        DbCommand::Migrate { name } => return migrate::migrate(context, name),
        DbCommand::Stats { json: true } => return stats_json(context),
        DbCommand::Version => open_or_make(context)?.version(),
        DbCommand::Upgrade => upgrade(context)?,
        DbCommand::Downgrade { to, yes } => downgrade(context, *to, *yes)?,
        DbCommand::Backup { file } => backup(context, file.as_deref())?,
        DbCommand::Restore { file } => restore(context, file)?,
        DbCommand::Check => check(context)?,
        DbCommand::Repair { to } => repair(context, to.as_deref())?,
        DbCommand::Stats { json: false } => stats(context)?,
        DbCommand::Vacuum => vacuum(context)?,
        #[cfg(unix)]
        DbCommand::Share { group } => share(context, group)?,
    };
    Ok(context.out.line(&format!("Current database version: {version}"))?)
}

/// What moving a database did, in a line.
pub(super) fn moved(moved: &Migrated) -> String {
    let verb = if moved.from < moved.to { "upgraded" } else { "downgraded" };
    let copy =
        moved.copy.as_ref().map_or(String::new(), |copy| format!("; the copy from before is {}", copy.display()));
    format!("{verb} the database from version {} to {}{copy}", moved.from, moved.to)
}

/// The database as it is, for a command that only looks.
fn open_to_look(context: &Context) -> Result<Database, CliError> {
    let path = context.path()?;
    Ok(if context.args.read_only { Database::open_read_only(&path)? } else { Database::open(&path)? })
}

/// The database as it is; one that is not there is made, as every other command would.
fn open_or_make(context: &Context) -> Result<Database, CliError> {
    let path = context.path()?;
    match open_to_look(context) {
        Err(CliError::Store(error))
            if !context.args.read_only && matches!(*error, StoreError::Database(DatabaseError::Missing(_))) =>
        {
            Store::open(&path)?;
            Ok(Database::open(&path)?)
        }
        database => database,
    }
}

/// The database as it is, for a command that changes it.
fn open_to_change(context: &Context) -> Result<Database, CliError> {
    if context.args.read_only {
        return Err(StoreError::Database(DatabaseError::OpenedReadOnly).into());
    }
    Ok(Database::open(&context.path()?)?)
}

fn upgrade(context: &mut Context) -> Result<usize, CliError> {
    if context.args.read_only {
        return Err(StoreError::Database(DatabaseError::OpenedReadOnly).into());
    }
    let mut database = open_or_make(context)?;
    let mut progress = Progress::new(context.args.quiet);
    let done = database.upgrade(&mut |step| progress.show(step))?;
    drop(progress);
    let line = done.as_ref().map_or("the database is at the newest version".to_owned(), moved);
    context.out.say(&line)?;
    Ok(database.version())
}

fn downgrade(context: &mut Context, to: Option<usize>, yes: bool) -> Result<usize, CliError> {
    let mut database = open_to_change(context)?;
    let to = match (to, database.version()) {
        (Some(to), _) => to,
        (None, 0) => return Err(StoreError::Database(DatabaseError::NoSuchVersion { wanted: 0, found: 0 }).into()),
        (None, version) => version - 1,
    };
    let losses = database.losses(to)?;
    if !losses.is_empty() && !yes {
        let lost = losses.iter().map(in_words).collect::<Vec<_>>().join(", ");
        let from = database.version();
        let asked = format!("going from version {from} to {to} loses {lost}");
        if !confirm(&asked)? {
            context.out.line("nothing changed")?;
            return Ok(from);
        }
    }
    let mut progress = Progress::new(context.args.quiet);
    let done = database.downgrade(to, &mut |step| progress.show(step))?;
    drop(progress);
    if let Some(done) = done {
        context.out.say(&moved(&done))?;
    }
    context.note("the next command that reads or writes posts, or the screens, will upgrade it again");
    Ok(database.version())
}

fn in_words(loss: &Loss) -> String {
    let rows = pluralize(loss.rows, "row");
    match &loss.column {
        Some(column) => format!("{}.{column} of {rows}", loss.table),
        None => format!("{rows} of {}", loss.table),
    }
}

fn holding(contents: &Contents) -> String {
    format!("{} and {}", pluralize(contents.users, "user"), pluralize(contents.posts, "post"))
}

fn backup(context: &mut Context, file: Option<&Path>) -> Result<usize, CliError> {
    let path = context.path()?;
    let database = open_to_look(context)?;
    let to = file.map_or_else(|| Database::default_backup_path(&path, Timestamp::now()), Path::to_owned);
    let mut progress = Progress::new(context.args.quiet);
    let contents = database.backup(&to, &mut |step| progress.show(step))?;
    drop(progress);
    context.out.say(&format!("backed up {} to {}, and proved the copy", holding(&contents), to.display()))?;
    Ok(database.version())
}

fn restore(context: &mut Context, file: &Path) -> Result<usize, CliError> {
    if context.args.read_only {
        return Err(StoreError::Database(DatabaseError::OpenedReadOnly).into());
    }
    let path = context.path()?;
    let mut progress = Progress::new(context.args.quiet);
    let restored = Database::restore(file, &path, &mut |step| progress.show(step))?;
    drop(progress);
    context.out.say(&format!("restored {} from {}", holding(&restored.contents), file.display()))?;
    let version = Database::open(&path)?.version();
    if restored.from < version {
        context.out.line(&format!("upgraded them from version {} to {version}", restored.from))?;
    }
    if let Some(replaced) = restored.replaced {
        context.out.say(&format!("what was there is kept as {}", replaced.display()))?;
    }
    Ok(version)
}

fn check(context: &mut Context) -> Result<usize, CliError> {
    let database = open_to_look(context)?;
    let mut progress = Progress::new(context.args.quiet);
    let problems = database.check(&mut |step| progress.show(step))?;
    drop(progress);
    for problem in &problems {
        context.out.say(&format!("problem: {}", problem.description))?;
    }
    if problems.is_empty() {
        context.out.line("sound: pages, foreign keys, schema, counts and search index")?;
        return Ok(database.version());
    }
    context.out.line(&format!("Current database version: {}", database.version()))?;
    context.out.flush()?;
    let mended = if problems.iter().all(|problem| problem.repairable) {
        "microblog db repair mends that"
    } else {
        "microblog db repair saves what can be read into a new file; microblog db restore FILE restores a backup"
    };
    let count = problems.len() as u64;
    Err(CliError::File(format!("{} found: {mended}", pluralize(count, "problem"))))
}

fn repair(context: &mut Context, to: Option<&Path>) -> Result<usize, CliError> {
    let path = context.path()?;
    let mut progress = Progress::new(context.args.quiet);
    let mut show = |step| progress.show(step);
    // A file that is too damaged to be opened can only be read from.
    let mended = match open_to_change(context) {
        Ok(mut database) => database.rebuild(&mut show)?.map(|problems| (problems, database.version())),
        Err(CliError::Store(error)) if matches!(*error, StoreError::Database(DatabaseError::Damaged)) => None,
        Err(error) => return Err(error),
    };
    if let Some((problems, version)) = mended {
        drop(progress);
        for problem in &problems {
            context.out.say(&format!("mended: {}", problem.description))?;
        }
        context.out.line("built anew: indexes, counts and search index")?;
        return Ok(version);
    }
    let to = to.map_or_else(|| default_salvage(&path), Path::to_owned);
    let salvaged = Database::salvage(&path, &to, &mut show).map_err(|error| match error {
        StoreError::Database(DatabaseError::Damaged) => CliError::File(format!(
            "nothing of {} can be read, since the list of its tables is damaged: bring a backup back with microblog db restore FILE",
            path.display()
        )),
        error => error.into(),
    })?;
    drop(progress);
    context.note(&format!("{} is damaged, and was left as it is", path.display()));
    for (table, rows) in &salvaged.saved {
        context.out.say(&format!("saved {} of {table}", pluralize(*rows, "row")))?;
    }
    if salvaged.placeholder_authors > 0 {
        context.out.line(&format!("named {}", pluralize(salvaged.placeholder_authors, "lost author")))?;
    }
    if salvaged.lost_posts > 0 {
        context.out.line(&format!("lost {}", pluralize(salvaged.lost_posts, "post")))?;
    }
    let line = format!("the rows are in {0}: bring them back with microblog db restore {0}", to.display());
    context.out.say(&line)?;
    Ok(Database::open(&to)?.version())
}

fn default_salvage(path: &Path) -> PathBuf {
    let mut name = path.file_name().map(ToOwned::to_owned).unwrap_or_default();
    name.push(".salvaged");
    path.with_file_name(name)
}

fn stats(context: &mut Context) -> Result<usize, CliError> {
    let stats = open_to_look(context)?.stats()?;
    let moment = |moment: Option<Timestamp>| moment.map_or("none".to_owned(), |it| context.out.moment(it));
    let facts = [
        ("users", with_thousands(stats.users)),
        ("posts", with_thousands(stats.posts)),
        ("drafts", with_thousands(stats.drafts)),
        ("oldest post", moment(stats.oldest)),
        ("newest post", moment(stats.newest)),
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
        open_to_look(context)?.stats()?;
    let (oldest, newest) = (oldest.map(|at| at.rfc3339()), newest.map(|at| at.rfc3339()));
    let stats = JsonStats { version, users, posts, drafts, oldest, newest, bytes, pages, free, search };
    Ok(context.out.json(&stats)?)
}

fn vacuum(context: &mut Context) -> Result<usize, CliError> {
    let mut database = open_to_change(context)?;
    let mut progress = Progress::new(context.args.quiet);
    progress.show(crate::store::Step::Checking);
    let (before, after) = database.vacuum()?;
    drop(progress);
    context.out.line(&format!("from {} to {}", HumanBytes(before), HumanBytes(after)))?;
    Ok(database.version())
}

#[cfg(unix)]
fn share(context: &mut Context, group: &str) -> Result<usize, CliError> {
    let database = open_to_change(context)?;
    let closed = database.share(group)?;
    context.out.say(&format!("the members of {group} can now read and write the database, as any of its users"))?;
    if let Some(folder) = closed {
        context
            .note(&format!("{} lets none of them through to it: chmod g+x it, or move the database", folder.display()));
    }
    Ok(database.version())
}
