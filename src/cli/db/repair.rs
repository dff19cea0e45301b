//! The command that repairs a database, or saves the readable rows of one that is too damaged.

use std::path::{Path, PathBuf};

use crate::cli::progress::Progress;
use crate::cli::{CliError, Context};
use crate::store::{Database, DatabaseError, StoreError};
use crate::text::pluralize;

/// Rebuilds what can be derived from posts; if the file itself is damaged, salvages its rows into a new file.
/// Returns the schema version.
pub(super) fn repair(context: &mut Context, to: Option<&Path>) -> Result<usize, CliError> {
    let mut progress = Progress::new(context.args.quiet);
    if context.args.read_only {
        return Err(StoreError::Database(DatabaseError::OpenedReadOnly).into());
    }
    let rebuilt = match Database::open_to_repair(&context.path()?).map_err(CliError::from) {
        Ok(mut database) => {
            let problems = database.rebuild(&mut |step| progress.show(step))?;
            problems.map(|problems| (problems, database.version()))
        }
        Err(CliError::Store(error)) if matches!(*error, StoreError::Database(DatabaseError::Damaged)) => None,
        Err(error) => return Err(error),
    };
    drop(progress);
    let Some((problems, version)) = rebuilt else { return salvage(context, to) };
    for problem in &problems {
        context.out.clean_line(&format!("repaired: {}", problem.description))?;
    }
    context.out.line("rebuilt indexes, counts and search index")?;
    Ok(version)
}

fn salvage(context: &mut Context, to: Option<&Path>) -> Result<usize, CliError> {
    let path = context.path()?;
    let to = to.map_or_else(|| default_salvage_file(&path), Path::to_owned);
    let mut progress = Progress::new(context.args.quiet);
    let salvaged =
        Database::salvage(&path, &to, &mut |step| progress.show(step)).map_err(|error| match error {
            StoreError::Database(DatabaseError::Damaged) => CliError::Failed(format!(
                "no table of {} can be read, since the list of tables is damaged: restore a backup with microblog db restore FILE",
                path.display()
            )),
            error => error.into(),
        })?;
    drop(progress);
    context.note(&format!("{} is damaged and was not changed", path.display()));
    for (table, rows) in &salvaged.saved {
        context.out.clean_line(&format!("saved {} of {table}", pluralize(*rows, "row")))?;
    }
    if salvaged.placeholder_authors > 0 {
        context
            .out
            .line(&format!("added placeholders for {}", pluralize(salvaged.placeholder_authors, "lost author")))?;
    }
    if salvaged.lost_posts > 0 {
        context.out.line(&format!("lost {}", pluralize(salvaged.lost_posts, "post")))?;
    }
    let line = format!("the rows are in {0}: restore them with microblog db restore {0}", to.display());
    context.out.clean_line(&line)?;
    Ok(Database::open(&to)?.version())
}

fn default_salvage_file(path: &Path) -> PathBuf {
    let mut name = path.file_name().map(ToOwned::to_owned).unwrap_or_default();
    name.push(".salvaged");
    path.with_file_name(name)
}
