//! Items that an import skipped: the first ones are printed, all of them go to the report file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::cli::{CliError, Context};
use crate::model::Skipped;
use crate::output_file;
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
    pub(super) fn new(report: Option<&Path>, force: bool) -> Result<Self, CliError> {
        Ok(Self { report: report.map(|path| Report::create(path, force)).transpose()?, count: 0, lines: Vec::new() })
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
    out: Out,
    failed: Option<io::Error>,
}

enum Out {
    /// A pipe or a device, which is written to directly.
    Device(BufWriter<File>),
    /// A temporary file, renamed when it is finished.
    File(BufWriter<NamedTempFile>),
}

impl Report {
    fn create(path: &Path, force: bool) -> Result<Self, CliError> {
        let out = match fs::metadata(path) {
            Ok(found) if found.is_file() && !force => {
                let why = format!("{} already exists: replace it with --force", path.display());
                return Err(CliError::Failed(why));
            }
            Ok(found) if !found.is_file() => {
                File::options().write(true).open(path).map(|file| Out::Device(BufWriter::new(file)))
            }
            _ => output_file::create_beside(path).map(|file| Out::File(BufWriter::new(file))),
        };
        let out = out.map_err(|error| cannot_write(path, &error))?;
        Ok(Self { path: path.to_owned(), out, failed: None })
    }

    fn line(&mut self, line: &str) {
        let line = clean_line(line);
        let written = match &mut self.out {
            Out::Device(out) => writeln!(out, "{line}"),
            Out::File(out) => writeln!(out, "{line}"),
        };
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }

    /// Writes what is buffered and moves the file into place.
    fn finish(self) -> Result<(), CliError> {
        let Self { path, out, failed } = self;
        let finish = || match out {
            Out::Device(mut out) => out.flush(),
            Out::File(out) => {
                let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.as_file().sync_all()?;
                file.persist(&path).map(drop).map_err(|error| error.error)
            }
        };
        failed.map_or_else(finish, Err).map_err(|error| cannot_write(&path, &error))
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> CliError {
    CliError::Failed(format!("cannot write {}: {}", path.display(), output_file::describe(error)))
}
