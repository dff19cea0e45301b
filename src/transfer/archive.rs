//! A file, folder or archive as named files that can be read one after the other.
//!
//! Archives are untrusted. Links, absolute paths and paths out of the archive are ignored, overlapping members and those
//! that expand to hundreds of times their size are refused, and nothing is unpacked into a folder.

mod packed;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use zip::ZipArchive;

use super::{ReadError, encoding};
use crate::text::pluralize;

/// How many times its size an archive may expand to, and the bytes that are allowed on top.
const RATIO: u64 = 200;
const SPARE: u64 = 16 << 20;
/// Maximum depth of folders.
const DEEPEST: usize = 8;
/// Maximum number of files; more are ignored.
pub(super) const MOST: usize = 1_000_000;
/// The feed in archives of micro.blog.
const FEED: &str = "feed.json";

/// Files by their names.
#[derive(Debug)]
pub struct Archive {
    /// Name for messages.
    pub name: String,
    names: Vec<String>,
    kind: Kind,
    /// The address that it was fetched from.
    url: Option<String>,
    /// Bytes that may still be unpacked, in all files together.
    budget: u64,
    /// Bytes that one member may have, unpacked.
    member_budget: u64,
    /// Ends every read once it is set.
    stop: Arc<AtomicBool>,
}

#[derive(Debug)]
enum Kind {
    /// One file, which can be read again.
    File(File),
    /// What a server sent.
    Memory(Vec<u8>),
    Folder(PathBuf),
    /// The members by their names.
    Zip(Box<ZipArchive<File>>, HashMap<String, usize>),
    /// Offset and length of the members in one temporary file, since a tar cannot be read out of order.
    Tar(File, BTreeMap<String, (u64, u64)>),
}

impl Archive {
    /// Opens a path; `-` is standard input.
    ///
    /// # Errors
    /// If it does not exist or cannot be read.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let stop = Arc::<AtomicBool>::default();
        let name = path.display().to_string();
        let wrong = |error: io::Error| ReadError::file(&name, &error);
        if name == "-" {
            let mut input = Stoppable { inner: io::stdin().lock(), stop: &stop };
            let file = temporary_copy(&mut input).map_err(wrong)?;
            return Self::of_file("standard input".to_owned(), file, stop);
        }
        let found = fs::metadata(path).map_err(wrong)?;
        if found.is_dir() {
            let mut names = Vec::new();
            list(path, "", 0, &mut names).map_err(wrong)?;
            return Ok(Self {
                name,
                names,
                kind: Kind::Folder(path.to_owned()),
                url: None,
                budget: u64::MAX,
                member_budget: u64::MAX,
                stop,
            });
        }
        let file = File::open(path).map_err(wrong)?;
        // A pipe, for example.
        let file = if found.is_file() {
            file
        } else {
            temporary_copy(&mut Stoppable { inner: file, stop: &stop }).map_err(wrong)?
        };
        Self::of_file(name, file, stop)
    }

    fn of_file(name: String, mut file: File, stop: Arc<AtomicBool>) -> Result<Self, ReadError> {
        let wrong = |error: io::Error| ReadError::file(&name, &error);
        let mut head = Vec::new();
        (&mut file).take(512).read_to_end(&mut head).map_err(wrong)?;
        let size = file.seek(SeekFrom::End(0)).map_err(wrong)?;
        file.rewind().map_err(wrong)?;
        if head.is_empty() {
            return Err(ReadError::Content(format!("{name} is empty: there is nothing to import")));
        }
        let mut budget = size.saturating_mul(RATIO) + SPARE;
        let (names, kind) = if head.starts_with(b"PK") {
            zip(&name, file)?
        } else if let Some(unpacked) = packed::unpack(&head, &file) {
            let mut reader =
                Bounded { inner: Stoppable { inner: unpacked, stop: &stop }, left: &mut budget, member: u64::MAX };
            packed_kind(&name, &mut reader).map_err(wrong)?
        } else if packed::is_tar(&head) {
            let mut reader =
                Bounded { inner: Stoppable { inner: file, stop: &stop }, left: &mut budget, member: u64::MAX };
            tar(&mut reader).map_err(wrong)?
        } else {
            (vec![name.clone()], Kind::File(file))
        };
        if let Kind::File(file) = &kind
            && file.metadata().is_ok_and(|found| found.len() == 0)
        {
            return Err(ReadError::Content(format!("{name} is empty: there is nothing to import")));
        }
        // Readers look into a file several times: for the author, for the posts, and for what they refer to.
        Ok(Self { name, names, kind, url: None, budget: budget.saturating_mul(4), member_budget: budget, stop })
    }

    /// Wraps what a server sent for an address. It is read as it is, even if it is packed.
    #[must_use]
    pub fn fetched(url: &str, bytes: Vec<u8>) -> Self {
        Self {
            name: url.to_owned(),
            names: vec![url.to_owned()],
            kind: Kind::Memory(bytes),
            url: Some(url.to_owned()),
            budget: u64::MAX,
            member_budget: u64::MAX,
            stop: Arc::default(),
        }
    }

    /// Returns the address that it was fetched from.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Returns the flag that makes every further read fail once it is set.
    #[must_use]
    pub fn stop_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    /// Returns the names of the files.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns the name of the only file, or of the only feed among several.
    ///
    /// # Errors
    /// If there are several files, or none; `what` is what was expected.
    pub fn single_file(&self, what: &str) -> Result<String, ReadError> {
        match &self.names[..] {
            [name] => Ok(name.clone()),
            [] => Err(ReadError::Content(format!("{} contains no files: name the {what} itself", self.name))),
            several => self.find(FEED).ok_or_else(|| {
                let count = pluralize(several.len() as u64, "file");
                ReadError::Content(format!("{} contains {count}: name the {what} among them", self.name))
            }),
        }
    }

    /// Returns whether this is a single file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        matches!(self.kind, Kind::File(_) | Kind::Memory(_))
    }

    /// Finds a file by its name without folders; the least nested one, since archives often have a folder around them.
    #[must_use]
    pub fn find(&self, base: &str) -> Option<String> {
        let fits = |name: &&String| file_name(name) == base;
        self.names.iter().filter(fits).min_by_key(|name| name.matches('/').count()).cloned()
    }

    /// Opens a file.
    ///
    /// # Errors
    /// If it cannot be read, or is encrypted.
    pub fn open_file(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        let wrong = |error: io::Error| ReadError::file(name, &error);
        let stop = &self.stop;
        Ok(match &mut self.kind {
            Kind::File(_) if name != self.name => {
                // The archive of older posts that a feed names is next to it.
                let beside = Path::new(&self.name).with_file_name(file_name(name));
                Box::new(Stoppable { inner: regular_file(&beside).map_err(wrong)?, stop })
            }
            Kind::Memory(bytes) if name == self.name => Box::new(Stoppable { inner: bytes.as_slice(), stop }),
            Kind::Memory(_) => return Err(wrong(io::ErrorKind::NotFound.into())),
            Kind::File(file) => {
                file.rewind().map_err(wrong)?;
                Box::new(Stoppable { inner: file, stop })
            }
            Kind::Folder(root) => Box::new(Stoppable { inner: regular_file(&root.join(name)).map_err(wrong)?, stop }),
            Kind::Zip(archive, members) => {
                let at = members.get(name).copied().ok_or_else(|| wrong(io::ErrorKind::NotFound.into()))?;
                let member = archive.by_index(at).map_err(|error| zip_error(name, &error))?;
                Box::new(Bounded {
                    inner: Stoppable { inner: member, stop },
                    left: &mut self.budget,
                    member: self.member_budget,
                })
            }
            Kind::Tar(file, members) => {
                let (start, length) =
                    members.get(name).copied().ok_or_else(|| wrong(io::ErrorKind::NotFound.into()))?;
                file.seek(SeekFrom::Start(start)).map_err(wrong)?;
                Box::new(Stoppable { inner: file.take(length), stop })
            }
        })
    }

    /// Opens a text file; UTF-16 is converted to UTF-8.
    ///
    /// # Errors
    /// As [`Archive::open_file`].
    pub fn open_text(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        let input = self.open_file(name)?;
        encoding::utf8_reader(input).map_err(|error| ReadError::file(name, &error))
    }

    /// Reads a small text file whole; `None` if it does not exist. `base` is its name without folders.
    ///
    /// # Errors
    /// If it cannot be read, or is longer than `most` bytes.
    pub fn read_named(&mut self, base: &str, most: u64) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(name) = self.find(base) else { return Ok(None) };
        let input = self.open_text(&name)?;
        read_all(input, &name, most).map(Some)
    }

    /// Reads a file whole.
    ///
    /// # Errors
    /// As [`Archive::read_named`].
    pub fn read_file(&mut self, name: &str, most: u64) -> Result<Vec<u8>, ReadError> {
        read_all(self.open_file(name)?, name, most)
    }

    /// Returns the path of a file in a folder, or its name in an archive.
    #[must_use]
    pub fn path_of(&self, name: &str) -> String {
        match &self.kind {
            Kind::Folder(root) => {
                let path = root.join(name);
                std::path::absolute(&path).unwrap_or(path).display().to_string()
            }
            _ => name.to_owned(),
        }
    }
}

fn read_all(input: impl Read, name: &str, most: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    input.take(most + 1).read_to_end(&mut bytes).map_err(|error| ReadError::file(name, &error))?;
    if bytes.len() as u64 > most {
        return Err(ReadError::Content(format!("{name} is longer than {} MB: that is no such file", most >> 20)));
    }
    Ok(bytes)
}

/// Opens a regular file; reading a pipe or a device might never end.
fn regular_file(path: &Path) -> io::Result<File> {
    if fs::metadata(path)?.is_file() { File::open(path) } else { Err(io::Error::other("it is not a regular file")) }
}

/// Copies what can be read only once to a temporary file that is deleted when it is closed.
fn temporary_copy(input: &mut impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(input, &mut file)?;
    file.rewind()?;
    Ok(file)
}

/// Returns the last part of a name.
pub(super) fn file_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Lists the files of a folder without links, which may lead anywhere.
fn list(folder: &Path, before: &str, depth: usize, names: &mut Vec<String>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type()?;
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        if kind.is_file() && names.len() < MOST {
            names.push(name);
        } else if kind.is_dir() && depth < DEEPEST {
            list(&entry.path(), &format!("{name}/"), depth + 1, names)?;
        }
    }
    Ok(())
}

fn zip_error(name: &str, error: &zip::result::ZipError) -> ReadError {
    let why = error.to_string();
    if why.to_lowercase().contains("password") {
        return ReadError::Content(format!("{name} is encrypted: unpack it with its password, and import the folder"));
    }
    ReadError::Content(format!("{name} cannot be read as a zip archive ({why}): fetch it again"))
}

fn zip(name: &str, file: File) -> Result<(Vec<String>, Kind), ReadError> {
    let wrong = |error: &zip::result::ZipError| zip_error(name, error);
    let mut archive = ZipArchive::new(file).map_err(|error| wrong(&error))?;
    let (mut names, mut members, mut ranges) = (Vec::new(), HashMap::new(), Vec::new());
    for at in 0..archive.len().min(MOST) {
        let member = archive.by_index_raw(at).map_err(|error| wrong(&error))?;
        // Some programs on Windows write backslashes.
        let path = member.name().map_err(|error| wrong(&error))?.replace('\\', "/");
        if member.encrypted() {
            let why = format!("{name} is encrypted: unpack it with its password, and import the folder");
            return Err(ReadError::Content(why));
        }
        if let Some(start) = member.data_start() {
            ranges.push((member.header_start(), start + member.compressed_size()));
        }
        if member.is_file() && !member.is_symlink() && !path.ends_with('/') && packed::stays_inside(Path::new(&path)) {
            members.insert(path.clone(), at);
            names.push(path);
        }
    }
    ranges.sort_unstable();
    if ranges.windows(2).any(|pair| pair[1].0 < pair[0].1) {
        let why = format!("{name} has members that overlap, as a decompression bomb does: leave it alone");
        return Err(ReadError::Content(why));
    }
    Ok((names, Kind::Zip(Box::new(archive), members)))
}

/// Reads what was packed: a tar archive, or a single file.
fn packed_kind(name: &str, input: &mut impl Read) -> io::Result<(Vec<String>, Kind)> {
    let mut head = Vec::new();
    input.by_ref().take(512).read_to_end(&mut head)?;
    let is_tar = packed::is_tar(&head);
    let mut input = io::Cursor::new(head).chain(input);
    if is_tar { tar(&mut input) } else { Ok((vec![name.to_owned()], Kind::File(temporary_copy(&mut input)?))) }
}

fn tar(input: &mut impl Read) -> io::Result<(Vec<String>, Kind)> {
    let packed::Tar { names, file, members } = packed::read_tar(input)?;
    Ok((names, Kind::Tar(file, members)))
}

/// A reader that fails once a flag is set.
struct Stoppable<'s, R> {
    inner: R,
    stop: &'s AtomicBool,
}

impl<R: Read> Read for Stoppable<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) { Err(io::Error::other("stopped")) } else { self.inner.read(buffer) }
    }
}

/// A reader that fails when an archive expands to more than it may.
struct Bounded<'b, R> {
    inner: R,
    /// Bytes that all members together may still have.
    left: &'b mut u64,
    /// Bytes that this one may still have.
    member: u64,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let rest = |left: u64| {
            left.checked_sub(read as u64).ok_or_else(|| {
                io::Error::other(
                    "it expands to hundreds of times its size, as a decompression bomb does: leave it alone",
                )
            })
        };
        (*self.left, self.member) = (rest(*self.left)?, rest(self.member)?);
        Ok(read)
    }
}
