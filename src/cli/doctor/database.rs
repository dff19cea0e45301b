//! Findings about the database file.

use std::path::Path;
use std::time::Duration;

use indicatif::HumanBytes;

use super::Finding;
use crate::cli::{CliError, Context};
use crate::config;
use crate::store::{Database, DatabaseError, Refreshes, StoreError, schema_version};

/// How long the quick check may take; it reads the whole file.
const CHECK_TIME: Duration = Duration::from_secs(5);

/// Returns the findings, and what became of refreshing feeds if the file says it.
pub(super) fn findings(context: &Context) -> Result<(Vec<Finding>, Option<Refreshes>), CliError> {
    let path = match &context.args.db {
        Some(path) => config::expand_home(path),
        None => config::locate_default_db()?,
    };
    let is_write_ahead = Database::has_write_ahead_log(&path);
    let database = match Database::open_read_only(&path) {
        Ok(database) => database,
        Err(StoreError::Database(DatabaseError::Missing(_))) => {
            let found = format!("no {}", path.display());
            let advice = "run microblog, and enter a nickname to create it";
            return Ok((vec![Finding::warning("database", found, advice)], None));
        }
        Err(error) => {
            let mut findings = vec![Finding::error("database", error.to_string())];
            findings.extend(permissions(&path));
            return Ok((findings, None));
        }
    };
    let (bytes, log) = database.sizes();
    let mut findings = vec![
        Finding::ok("database", format!("{}, {}", path.display(), HumanBytes(bytes))),
        version(database.version()),
        journal(is_write_ahead, log),
        Finding::ok("locks", "files can be locked"),
        integrity(&database),
    ];
    findings.extend(permissions(&path));
    // A damaged file is a finding of its own.
    Ok((findings, database.refreshes().ok().flatten()))
}

fn version(found: usize) -> Finding {
    let known = schema_version();
    if found == known {
        return Finding::ok("schema", format!("version {found}, the newest"));
    }
    Finding::ok("schema", format!("version {found}; the next start upgrades it to {known}, and makes a copy first"))
}

fn journal(is_write_ahead: bool, log: u64) -> Finding {
    if is_write_ahead {
        return Finding::ok("log", format!("write-ahead, {}", HumanBytes(log)));
    }
    let advice = "the next start turns it on; if it stays off, the drive does not allow it";
    Finding::warning("log", "the write-ahead log is off", advice)
}

fn integrity(database: &Database) -> Finding {
    match database.quick_check(CHECK_TIME) {
        Ok(Some(faults)) if faults.is_empty() => Finding::ok("integrity", "quick check passed"),
        Ok(Some(faults)) => {
            let more = "microblog db check lists everything, microblog db repair repairs it or saves the rows";
            Finding::error("integrity", format!("{}: {more}", faults.join("; ")))
        }
        Ok(None) => {
            let found = format!("no fault found in {} seconds of checking", CHECK_TIME.as_secs());
            Finding::warning("integrity", found, "microblog db check checks everything")
        }
        Err(error) => Finding::error("integrity", error.to_string()),
    }
}

/// Returns who can read and write the file.
fn permissions(path: &Path) -> Option<Finding> {
    let metadata = std::fs::metadata(path).ok()?;
    let shown = path.display();
    if !Database::is_writable(path) {
        let found = format!("{shown} or its directory is not writable");
        return Some(Finding::warning("permissions", found, "only --read-only works; change them with chmod u+w"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o007 != 0 {
            let found = format!("mode {mode:03o}: every user of this machine can read it");
            return Some(Finding::warning("permissions", found, format!("chmod o= {shown}")));
        }
        let who = if mode & 0o070 == 0 { "only you can read it" } else { "your group can read it too" };
        Some(Finding::ok("permissions", format!("mode {mode:03o}: {who}")))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        Some(Finding::ok("permissions", "writable"))
    }
}
