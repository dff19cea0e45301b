//! What lies at a path: a file, a folder or an archive, as named files that can be read one after the other.
//!
//! Archives come from others. Links, absolute paths and paths that lead out of the archive are left out; what expands
//! to hundreds of times its size is refused; nothing is ever unpacked into a folder.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

use flate2::read::GzDecoder;
use zip::ZipArchive;

use super::ReadError;
use crate::text::pluralize;

/// How many times its size an archive may expand to, and what is allowed on top.
const RATIO: u64 = 200;
const SPARE: u64 = 16 << 20;
/// How deep folders are looked into.
const DEEPEST: usize = 8;
/// More files than this are no archive of posts.
const MOST: usize = 1_000_000;
/// Of a tar archive, which cannot be read out of order, these are kept aside while it is read.
const KEPT: [&str; 6] = ["json", "js", "csv", "txt", "xml", "rss"];
/// And what the owner looks like, whatever its kind.
const AVATAR: &str = "avatar";

/// Files by their names.
#[derive(Debug)]
pub struct Archive {
    /// What it is called.
    pub name: String,
    names: Vec<String>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// One file, which can be read again.
    File(File),
    Folder(PathBuf),
    Zip {
        archive: Box<ZipArchive<File>>,
        size: u64,
    },
    Tar(BTreeMap<String, File>),
}

impl Archive {
    /// Opens what lies at a path; `-` is standard input.
    ///
    /// # Errors
    /// When there is nothing, or it is an archive that cannot be read.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let name = path.display().to_string();
        let wrong = |error: io::Error| ReadError::file(&name, &error);
        if name == "-" {
            let file = kept_aside(&mut io::stdin().lock()).map_err(wrong)?;
            return Self::of_file("standard input".to_owned(), file);
        }
        let found = fs::metadata(path).map_err(wrong)?;
        if found.is_dir() {
            let mut names = Vec::new();
            list(path, "", 0, &mut names).map_err(wrong)?;
            return Ok(Self { name, names, kind: Kind::Folder(path.to_owned()) });
        }
        let file = File::open(path).map_err(wrong)?;
        // A pipe, say.
        let file = if found.is_file() { file } else { kept_aside(&mut { file }).map_err(wrong)? };
        Self::of_file(name, file)
    }

    fn of_file(name: String, mut file: File) -> Result<Self, ReadError> {
        let wrong = |error: io::Error| ReadError::file(&name, &error);
        let mut head = Vec::new();
        (&mut file).take(4).read_to_end(&mut head).map_err(wrong)?;
        let size = file.seek(SeekFrom::End(0)).map_err(wrong)?;
        file.rewind().map_err(wrong)?;
        if head.is_empty() {
            return Err(ReadError::Content(format!("{name} is empty: there is nothing to bring in")));
        }
        if head.starts_with(b"PK") {
            return zip(name, file, size);
        }
        if head.starts_with(&[0x1f, 0x8b]) {
            return tar(name, file, size);
        }
        let names = vec![name.clone()];
        Ok(Self { name, names, kind: Kind::File(file) })
    }

    /// The names of the files.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of the one file that there is.
    ///
    /// # Errors
    /// When there are several, or none; `what` says what was looked for.
    pub fn single_file(&self, what: &str) -> Result<String, ReadError> {
        match &self.names[..] {
            [name] => Ok(name.clone()),
            [] => Err(ReadError::Content(format!("{} holds no files: name the {what} itself", self.name))),
            several => {
                let count = pluralize(several.len() as u64, "file");
                Err(ReadError::Content(format!("{} holds {count}: name the {what} among them", self.name)))
            }
        }
    }

    /// Whether it is one file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        matches!(self.kind, Kind::File(_))
    }

    /// The file of that name that lies least deep, since archives come with a folder around them.
    #[must_use]
    pub fn find(&self, base: &str) -> Option<String> {
        let fits = |name: &&String| file_name(name) == base;
        self.names.iter().filter(fits).min_by_key(|name| name.matches('/').count()).cloned()
    }

    /// Opens a file to be read.
    ///
    /// # Errors
    /// When it cannot be read, or is encrypted.
    pub fn open_file(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        let wrong = |error: io::Error| ReadError::file(name, &error);
        Ok(match &mut self.kind {
            Kind::File(_) if name != self.name => {
                // What a feed names as its archive lies beside it, if at all.
                let beside = Path::new(&self.name).with_file_name(file_name(name));
                Box::new(File::open(beside).map_err(wrong)?)
            }
            Kind::File(file) => {
                file.rewind().map_err(wrong)?;
                Box::new(file)
            }
            Kind::Folder(root) => Box::new(File::open(root.join(name)).map_err(wrong)?),
            Kind::Zip { archive, size } => {
                let most = size.saturating_mul(RATIO) + SPARE;
                let entry = archive.by_name(name).map_err(|error| zip_error(name, &error))?;
                Box::new(Bounded { inner: entry, left: most })
            }
            Kind::Tar(files) => {
                let file = files.get_mut(name).ok_or_else(|| wrong(io::ErrorKind::NotFound.into()))?;
                file.rewind().map_err(wrong)?;
                Box::new(file)
            }
        })
    }

    /// The whole of a small file; none if there is no such file.
    ///
    /// # Errors
    /// When it cannot be read, or is longer than it may be.
    pub fn read_named(&mut self, base: &str, most: u64) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(name) = self.find(base) else { return Ok(None) };
        self.read_file(&name, most).map(Some)
    }

    /// The same by its whole name.
    ///
    /// # Errors
    /// As [`Archive::read_named`].
    pub fn read_file(&mut self, name: &str, most: u64) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        let read = self.open_file(name)?.take(most + 1).read_to_end(&mut bytes);
        read.map_err(|error| ReadError::file(name, &error))?;
        if bytes.len() as u64 > most {
            return Err(ReadError::Content(format!("{name} is longer than {} MB: that is no such file", most >> 20)));
        }
        Ok(bytes)
    }

    /// Where a file of it lies, in words that lead there.
    #[must_use]
    pub fn path_of(&self, name: &str) -> String {
        match &self.kind {
            Kind::Folder(root) => root.join(name).display().to_string(),
            _ => name.to_owned(),
        }
    }
}

/// What can be read only once, in a file that can be read again, and goes with it.
fn kept_aside(input: &mut impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(input, &mut file)?;
    file.rewind()?;
    Ok(file)
}

/// The last part of a name.
pub(super) fn file_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Lists the files of a folder; links are passed over, since they may lead anywhere.
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

/// Whether a path in an archive stays in it.
fn stays_inside(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

fn zip_error(name: &str, error: &zip::result::ZipError) -> ReadError {
    let why = error.to_string();
    if why.to_lowercase().contains("password") {
        return ReadError::Content(format!("{name} is encrypted: unpack it with its password, and import the folder"));
    }
    ReadError::Content(format!("{name} cannot be read as a zip archive ({why}): fetch it again"))
}

fn zip(name: String, file: File, size: u64) -> Result<Archive, ReadError> {
    let mut archive = ZipArchive::new(file).map_err(|error| zip_error(&name, &error))?;
    let mut names = Vec::new();
    for at in 0..archive.len().min(MOST) {
        let entry = archive.by_index_raw(at).map_err(|error| zip_error(&name, &error))?;
        let inside = entry.enclosed_name().is_some_and(|path| stays_inside(&path));
        let member = entry.name().map_err(|error| zip_error(&name, &error))?.into_owned();
        if entry.encrypted() {
            return Err(ReadError::Content(format!(
                "{name} is encrypted: unpack it with its password, and import the folder"
            )));
        }
        if entry.is_file() && !entry.is_symlink() && inside && !member.starts_with('/') && !member.contains('\\') {
            names.push(member);
        }
    }
    Ok(Archive { name, names, kind: Kind::Zip { archive: Box::new(archive), size } })
}

fn tar(name: String, file: File, size: u64) -> Result<Archive, ReadError> {
    let wrong = |error: io::Error| ReadError::file(&name, &error);
    let most = size.saturating_mul(RATIO) + SPARE;
    let mut archive = tar::Archive::new(Bounded { inner: GzDecoder::new(file), left: most });
    let (mut names, mut files) = (Vec::new(), BTreeMap::new());
    for entry in archive.entries().map_err(wrong)? {
        let mut entry = entry.map_err(wrong)?;
        let path = entry.path().map_err(wrong)?.into_owned();
        if !entry.header().entry_type().is_file() || !stays_inside(&path) || names.len() >= MOST {
            continue;
        }
        let member = path.to_string_lossy().trim_start_matches("./").to_owned();
        let avatar = path.file_stem().is_some_and(|stem| stem == AVATAR);
        if avatar || path.extension().is_some_and(|extension| KEPT.iter().any(|kept| extension == *kept)) {
            files.insert(member.clone(), kept_aside(&mut entry).map_err(wrong)?);
        }
        names.push(member);
    }
    Ok(Archive { name, names, kind: Kind::Tar(files) })
}

/// A reader that ends in an error when more comes than could be meant.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            io::Error::other("it expands to hundreds of times its size, as a bomb does: leave it alone")
        })?;
        Ok(read)
    }
}
