//! The command that records a migration, for developers of the program.

use std::path::Path;

use super::{CliError, Context};
use crate::store::record;

pub(super) fn migrate(context: &mut Context, name: &str) -> Result<(), CliError> {
    let recorded = record(Path::new("."), name)?;
    for note in &recorded.notes {
        context.note(note);
    }
    match &recorded.saved {
        Some(folder) => context.out.line(&format!("New migration saved as {}", folder.display()))?,
        None => context.out.line("nothing to record: src/store/schema.sql and the migrations agree")?,
    }
    Ok(context.out.line(&format!("Current database version: {}", recorded.version))?)
}
