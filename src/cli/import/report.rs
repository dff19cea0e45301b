//! Items that an import skipped: the first ones are printed, all of them go to the report file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::cli::{CliError, Context};
use crate::model::Skipped;
use crate::text::{clean_line, with_thousands};

/// Number of skipped items that are printed; the others are counted.
const PRINTED: u64 = 20;

/// Collects skipped items.
pub(super) struct SkippedItems {
    report: Option<Report>,
    count: u64,
    lines: Vec<String>,
}

impl SkippedItems {
    /// Starts a collection that also goes to a report file, if one is named.
    pub(super) fn new(report: Option<&Path>) -> Result<Self, CliError> {
        Ok(Self { report: report.map(Report::create).transpose()?, count: 0, lines: Vec::new() })
    }

    /// Adds a skipped item.
    pub(super) fn add(&mut self, item: &Skipped) {
        let line = format!("{}: {}", item.place, item.why);
        if let Some(report) = &mut self.report {
            report.line(&line);
        }
        if self.count < PRINTED {
            self.lines.push(item.notice());
        }
        self.count += 1;
    }

    /// Finishes the report file and prints the first items.
    pub(super) fn print(self, context: &Context) -> Result<(), CliError> {
        let hint = if self.report.is_some() { "" } else { "; list them all with --report FILE" };
        self.report.map(Report::finish).transpose()?;
        for line in &self.lines {
            context.note(line);
        }
        if self.count > PRINTED {
            context.note(&format!("… and {} more{hint}", with_thousands(self.count - PRINTED)));
        }
        Ok(())
    }
}

/// The report file.
struct Report {
    path: PathBuf,
    out: BufWriter<File>,
    failed: Option<io::Error>,
}

impl Report {
    fn create(path: &Path) -> Result<Self, CliError> {
        let file = File::create(path).map_err(|error| cannot_write(path, &error))?;
        Ok(Self { path: path.to_owned(), out: BufWriter::new(file), failed: None })
    }

    fn line(&mut self, line: &str) {
        if let Err(error) = writeln!(self.out, "{}", clean_line(line)) {
            self.failed.get_or_insert(error);
        }
    }

    fn finish(mut self) -> Result<(), CliError> {
        let flushed = self.out.flush();
        let failed = self.failed.map_or(flushed, Err);
        failed.map_err(|error| cannot_write(&self.path, &error))
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> CliError {
    CliError::File(format!("cannot write {}: {error}", path.display()))
}
