//! Output files of an export. They are written under temporary names and moved into place when all of them are
//! finished, so that a failed or canceled export leaves nothing behind.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use tempfile::{NamedTempFile, TempPath};

use crate::cli::CliError;
use crate::output_file;
use crate::text::clean_line;

/// Size of write buffers, in bytes.
const BUFFER: usize = 256 * 1024;

/// Where an export goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Target {
    /// Standard output.
    Stdout,
    /// A pipe or a device, which is written to directly.
    Device(PathBuf),
    /// A file, which may exist.
    File(PathBuf),
    /// A folder, which may exist.
    Folder(PathBuf),
}

impl Target {
    /// Returns the target that a path names. It is a folder if there is one, or if the path ends in a slash.
    pub(in crate::cli) fn of(path: Option<&Path>) -> Result<Self, CliError> {
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else { return Ok(Self::Stdout) };
        let ends_in_slash = path.as_os_str().as_encoded_bytes().ends_with(b"/");
        // The components leave out a slash at the end, so that a file is found there too.
        let bare: PathBuf = path.components().collect();
        // A symbolic link is kept; the file it points to is replaced.
        let real = fs::canonicalize(&bare).unwrap_or(bare);
        Ok(match fs::metadata(&real) {
            Ok(found) if found.is_dir() => Self::Folder(real),
            Ok(found) if found.is_file() && !ends_in_slash => Self::File(real),
            Ok(found) if found.is_file() => {
                return Err(CliError::Failed(format!("{} is a file, not a folder", path.display())));
            }
            Ok(_) => Self::Device(real),
            Err(_) if ends_in_slash => Self::Folder(real),
            Err(_) => Self::File(real),
        })
    }

    /// Returns whether it is a file or a folder, so that standard output is free for a summary.
    pub(in crate::cli) fn is_file(&self) -> bool {
        matches!(self, Self::File(_) | Self::Folder(_))
    }

    /// Returns the path; none for standard output.
    pub(in crate::cli) fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdout => None,
            Self::Device(path) | Self::File(path) | Self::Folder(path) => Some(path),
        }
    }

    /// If something exists there, returns the words that precede its path in a message.
    pub(in crate::cli) fn existing(&self) -> Option<&'static str> {
        match self {
            Self::File(path) if path.exists() => Some(""),
            Self::Folder(path) if fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some()) => {
                Some("files in ")
            }
            _ => None,
        }
    }
}

/// The files of an export.
#[derive(Debug, Default)]
pub(in crate::cli) struct Files {
    finished: Vec<(TempPath, PathBuf)>,
    /// The database, which is never replaced.
    db: PathBuf,
    /// Standard output is a terminal, so text is cleaned.
    terminal: bool,
    /// A folder that was created for them. It is removed if they are not.
    new_folder: Option<NewFolder>,
    stopped: Arc<AtomicBool>,
}

/// A new folder, which is removed when dropped if it is empty.
#[derive(Debug)]
struct NewFolder(PathBuf);

impl Drop for NewFolder {
    fn drop(&mut self) {
        // Fails if the folder is not empty, which is what is wanted.
        let _ = fs::remove_dir(&self.0);
    }
}

/// A file that is being written.
#[derive(Debug)]
pub(in crate::cli) struct OutputFile {
    out: Out,
    to: Option<PathBuf>,
    stopped: Arc<AtomicBool>,
}

#[derive(Debug)]
enum Out {
    Stdout(BufWriter<io::Stdout>),
    Terminal(CleanedStdout),
    Device(BufWriter<fs::File>),
    File(BufWriter<NamedTempFile>),
}

impl Files {
    /// Prepares a target; `^C` and SIGTERM cancel the export from then on.
    pub(in crate::cli) fn new(target: &Target, db: &Path, terminal: bool) -> Result<Self, CliError> {
        let mut files = Self { db: db.to_owned(), terminal, ..Self::default() };
        if let Target::Folder(folder) = target
            && !folder.exists()
        {
            output_file::create_folder(folder).map_err(|error| cannot_write(folder, &error))?;
            files.new_folder = Some(NewFolder(folder.clone()));
        }
        if target.is_file() {
            for signal in [SIGINT, SIGTERM] {
                // The second signal ends the program at once.
                signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&files.stopped))?;
                signal_hook::flag::register(signal, Arc::clone(&files.stopped))?;
            }
        }
        Ok(files)
    }

    /// Creates a file; without a path, opens standard output.
    pub(in crate::cli) fn create(&self, path: Option<&Path>) -> Result<OutputFile, CliError> {
        let stopped = Arc::clone(&self.stopped);
        let Some(path) = path else {
            let out = match self.terminal {
                true => Out::Terminal(CleanedStdout { line: Vec::new() }),
                false => Out::Stdout(BufWriter::with_capacity(BUFFER, io::stdout())),
            };
            return Ok(OutputFile { out, to: None, stopped });
        };
        let cannot = |error: io::Error| cannot_write(path, &error);
        let out = if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            let file = fs::OpenOptions::new().write(true).open(path).map_err(cannot)?;
            Out::Device(BufWriter::with_capacity(BUFFER, file))
        } else {
            output_file::check(path, &self.db, None)?;
            Out::File(BufWriter::with_capacity(BUFFER, output_file::create_beside(path).map_err(cannot)?))
        };
        Ok(OutputFile { out, to: Some(path.to_owned()), stopped })
    }

    /// Finishes a file. It gets its name in [`Files::persist`].
    pub(in crate::cli) fn finish(&mut self, file: OutputFile) -> Result<(), CliError> {
        let OutputFile { out, to, .. } = file;
        let cannot = |error: io::Error| match &to {
            Some(path) => cannot_write(path, &error),
            None => CliError::Io(error),
        };
        match out {
            Out::Stdout(mut out) => out.flush().map_err(cannot),
            Out::Terminal(mut out) => out.end().map_err(cannot),
            Out::Device(mut out) => out.flush().map_err(cannot),
            Out::File(out) => {
                let file = out.into_inner().map_err(|error| cannot(error.into_error()))?;
                file.as_file().sync_all().map_err(cannot)?;
                self.finished.extend(to.map(|to| (file.into_temp_path(), to)));
                Ok(())
            }
        }
    }

    /// Moves all finished files into place.
    pub(in crate::cli) fn persist(mut self) -> Result<(), CliError> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(stopped());
        }
        for (file, to) in std::mem::take(&mut self.finished) {
            file.persist(&to).map_err(|error| cannot_write(&to, &error.error))?;
        }
        Ok(())
    }
}

impl OutputFile {
    /// Changes the path at which the file will be.
    pub(in crate::cli) fn rename(&mut self, path: &Path) {
        self.to = Some(path.to_owned());
    }

    /// Calls `write` with the output, unless the export was canceled.
    pub(in crate::cli) fn write(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), CliError> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(stopped());
        }
        let written = match &mut self.out {
            Out::Stdout(out) => write(out),
            Out::Terminal(out) => write(out),
            Out::Device(out) => write(out),
            Out::File(out) => write(out),
        };
        written.map_err(|error| match &self.to {
            Some(path) => cannot_write(path, &error),
            None => CliError::Io(error),
        })
    }
}

fn stopped() -> CliError {
    CliError::Failed("canceled: nothing was written".to_owned())
}

fn cannot_write(path: &Path, error: &io::Error) -> CliError {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return CliError::Io(io::ErrorKind::BrokenPipe.into());
    }
    let why = output_file::describe(error);
    CliError::Failed(format!("cannot write {}: {why}; no partial file is left", path.display()))
}

/// Standard output on a terminal: lines are cleaned.
#[derive(Debug)]
struct CleanedStdout {
    /// The current line, not yet complete.
    line: Vec<u8>,
}

impl CleanedStdout {
    fn end(&mut self) -> io::Result<()> {
        if self.line.is_empty() { Ok(()) } else { self.write_all(b"\n") }
    }
}

impl Write for CleanedStdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if self.line.ends_with(b"\n") {
                let line = String::from_utf8_lossy(&self.line[..self.line.len() - 1]).replace('\t', " ");
                writeln!(io::stdout(), "{}", clean_line(&line))?;
                self.line.clear();
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush()
    }
}
