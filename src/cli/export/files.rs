//! Files that come to be whole or not at all: written beside under other names, and given theirs when all of them are
//! complete. Whatever ends the work before, `^C` too, leaves nothing behind.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use tempfile::{NamedTempFile, TempPath};

use crate::cli::CliError;
use crate::text::clean_line;

/// How an unfinished file is named.
const PREFIX: &str = ".microblog-";
const SUFFIX: &str = ".tmp";
/// Bytes that are written at a time.
const BUFFER: usize = 256 * 1024;

/// Where posts go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// Standard output.
    Stdout,
    /// A pipe or a device, which is written to as it is.
    Device(PathBuf),
    /// A file, which may be there already.
    File(PathBuf),
    /// A folder, which may be there already.
    Folder(PathBuf),
}

impl Target {
    /// What a path names: a folder if it is one, or ends like one.
    pub(super) fn of(path: Option<&Path>) -> Result<Self, CliError> {
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else { return Ok(Self::Stdout) };
        let ends_like_one = path.as_os_str().as_encoded_bytes().ends_with(b"/");
        // The components leave out what stands at the end: a file is found behind it too.
        let bare: PathBuf = path.components().collect();
        // A link stays a link: what it points to is replaced.
        let real = fs::canonicalize(&bare).unwrap_or(bare);
        Ok(match fs::metadata(&real) {
            Ok(found) if found.is_dir() => Self::Folder(real),
            Ok(found) if found.is_file() && !ends_like_one => Self::File(real),
            Ok(found) if found.is_file() => {
                return Err(CliError::Usage(format!("{} is a file, not a folder", path.display())));
            }
            Ok(_) => Self::Device(real),
            Err(_) if ends_like_one => Self::Folder(real),
            Err(_) => Self::File(real),
        })
    }

    /// Whether it is a file or a folder of them, and not where the posts themselves are what is told.
    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::File(_) | Self::Folder(_))
    }

    /// The one file; none for standard output.
    pub(super) fn file(&self) -> Option<&Path> {
        match self {
            Self::Stdout => None,
            Self::Device(path) | Self::File(path) | Self::Folder(path) => Some(path),
        }
    }

    /// What stands before the path, in words, where something is there already.
    pub(super) fn taken(&self) -> Option<&'static str> {
        match self {
            Self::File(path) if path.exists() => Some(""),
            Self::Folder(path) if fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some()) => {
                Some("files in ")
            }
            _ => None,
        }
    }
}

/// Files that are being written.
#[derive(Debug, Default)]
pub(super) struct Files {
    complete: Vec<(TempPath, PathBuf)>,
    /// Only their owner may read them.
    private: bool,
    /// Standard output is a terminal, which gets no control characters.
    terminal: bool,
    /// A folder that was made for them, and goes if they do not come to be.
    made: Option<MadeFolder>,
    stopped: Arc<AtomicBool>,
}

/// A folder that goes again, if it stays empty.
#[derive(Debug)]
struct MadeFolder(PathBuf);

impl Drop for MadeFolder {
    fn drop(&mut self) {
        // One that holds something is not removed.
        let _ = fs::remove_dir(&self.0);
    }
}

/// A file that is being written.
#[derive(Debug)]
pub(super) struct Open {
    out: Out,
    to: Option<PathBuf>,
    stopped: Arc<AtomicBool>,
}

#[derive(Debug)]
enum Out {
    Stdout(BufWriter<io::Stdout>),
    Terminal(Cleaned),
    Device(BufWriter<fs::File>),
    File(BufWriter<NamedTempFile>),
}

impl Files {
    /// Ready to write to a target.
    pub(super) fn new(target: &Target, private: bool, terminal: bool) -> Result<Self, CliError> {
        let mut files = Self { private, terminal, ..Self::default() };
        if let Target::Folder(folder) = target
            && !folder.exists()
        {
            fs::create_dir(folder).map_err(|error| cannot_write(folder, &error))?;
            files.made = Some(MadeFolder(folder.clone()));
        }
        if target.is_file() {
            for signal in [SIGINT, SIGTERM] {
                // Who is not obeyed at once asks twice.
                signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&files.stopped))?;
                signal_hook::flag::register(signal, Arc::clone(&files.stopped))?;
            }
        }
        Ok(files)
    }

    /// Begins a file; none is standard output.
    pub(super) fn open(&self, path: Option<&Path>) -> Result<Open, CliError> {
        let stopped = Arc::clone(&self.stopped);
        let Some(path) = path else {
            let out = match self.terminal {
                true => Out::Terminal(Cleaned { line: Vec::new() }),
                false => Out::Stdout(BufWriter::with_capacity(BUFFER, io::stdout())),
            };
            return Ok(Open { out, to: None, stopped });
        };
        let cannot = |error: io::Error| cannot_write(path, &error);
        let out = if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            let file = fs::OpenOptions::new().write(true).open(path).map_err(cannot)?;
            Out::Device(BufWriter::with_capacity(BUFFER, file))
        } else {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut file = tempfile::Builder::new();
            file.prefix(PREFIX).suffix(SUFFIX);
            #[cfg(unix)]
            if !self.private {
                use std::os::unix::fs::PermissionsExt;
                file.permissions(fs::Permissions::from_mode(0o666));
            }
            Out::File(BufWriter::with_capacity(BUFFER, file.tempfile_in(folder).map_err(cannot)?))
        };
        Ok(Open { out, to: Some(path.to_owned()), stopped })
    }

    /// Ends a file; it has its name only after [`Files::keep`].
    pub(super) fn close(&mut self, file: Open) -> Result<(), CliError> {
        let Open { out, to, .. } = file;
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
                self.complete.extend(to.map(|to| (file.into_temp_path(), to)));
                Ok(())
            }
        }
    }

    /// Gives all files their names.
    pub(super) fn keep(mut self) -> Result<(), CliError> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(stopped());
        }
        for (file, to) in std::mem::take(&mut self.complete) {
            file.persist(&to).map_err(|error| cannot_write(&to, &error.error))?;
        }
        Ok(())
    }
}

impl Open {
    /// Writes something, unless one was asked to stop.
    pub(super) fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(stopped());
        }
        let done = match &mut self.out {
            Out::Stdout(out) => write(out),
            Out::Terminal(out) => write(out),
            Out::Device(out) => write(out),
            Out::File(out) => write(out),
        };
        done.map_err(|error| match &self.to {
            Some(path) => cannot_write(path, &error),
            None => CliError::Io(error),
        })
    }
}

fn stopped() -> CliError {
    CliError::File("stopped: nothing was written".to_owned())
}

fn cannot_write(path: &Path, error: &io::Error) -> CliError {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return CliError::Io(io::ErrorKind::BrokenPipe.into());
    }
    let why = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "its folder cannot be written; check the permissions".to_owned()
        }
        io::ErrorKind::FileTooLarge => "it would be larger than files may be here".to_owned(),
        _ => error.to_string(),
    };
    CliError::File(format!("cannot write {}: {why}; nothing is left of it", path.display()))
}

/// A terminal, to which text from others goes only cleaned.
#[derive(Debug)]
struct Cleaned {
    /// The line that is not complete yet.
    line: Vec<u8>,
}

impl Cleaned {
    fn end(&mut self) -> io::Result<()> {
        if self.line.is_empty() { Ok(()) } else { self.write_all(b"\n") }
    }
}

impl Write for Cleaned {
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
