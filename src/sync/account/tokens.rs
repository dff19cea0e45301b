//! Access tokens, in a file of their own beside the settings that only its owner can read. They are never in the
//! database, so that no copy, export or log contains them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::net::Secret;
use crate::shell;

/// The name of the file.
const NAME: &str = "accounts.toml";
/// The name of the file that a process locks while it changes the other.
const LOCK_NAME: &str = "accounts.toml.lock";
/// Maximum size of the file, in bytes.
const MAX_BYTES: u64 = 1 << 20;
const HEADER: &str =
    "# Access tokens of your accounts, written by microblog account add. Keep this file to yourself.\n\n";

/// Why there is no token, or it could not be stored.
#[derive(Debug, Error)]
pub enum TokenError {
    /// There is no home directory.
    #[error("no home directory is set: name the settings file with --config FILE")]
    NoHome,
    /// There is no token of the account.
    #[error("there is no access token of {0}: log in again with microblog account add {0}")]
    Missing(String),
    /// The file cannot be read or written.
    #[error("{}: {why}", .path.display())]
    File {
        /// Path of the file.
        path: PathBuf,
        /// The cause.
        why: io::Error,
    },
    /// The file is not valid. Its content is not quoted, because it is secret.
    #[error("{} is not valid: delete it, and log in again with microblog account add", .0.display())]
    Invalid(PathBuf),
    /// The command failed.
    #[error("the command for the access token of {address} failed: {why}")]
    Command {
        /// The address of the account.
        address: String,
        /// The cause.
        why: String,
    },
}

/// Where the token of an account comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSource {
    /// The file itself.
    Stored(Secret),
    /// A command of the shell that prints it, such as one of a password manager.
    Command(String),
}

/// The file of access tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    path: PathBuf,
}

/// An entry of the file.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Entry {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_command: Option<String>,
}

impl Tokens {
    /// Returns the file beside the settings file.
    ///
    /// # Errors
    /// When there is no path for a settings file.
    pub fn beside(settings: Option<&Path>) -> Result<Self, TokenError> {
        let settings = settings.ok_or(TokenError::NoHome)?;
        Ok(Self { path: settings.with_file_name(NAME) })
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the token of an account, which may run a command.
    ///
    /// # Errors
    /// When there is none, the file cannot be read, or the command fails.
    pub fn get(&self, address: &str) -> Result<Secret, TokenError> {
        match self.read()?.remove(address) {
            Some(Entry { token_command: Some(command), .. }) => run(address, &command),
            Some(Entry { token: Some(token), .. }) => Ok(Secret::new(token)),
            _ => Err(TokenError::Missing(address.to_owned())),
        }
    }

    /// Stores where the token of an account comes from.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn set(&self, address: &str, source: &TokenSource) -> Result<(), TokenError> {
        let _lock = self.lock();
        let mut entries = self.read()?;
        let entry = match source {
            TokenSource::Stored(token) => Entry { token: Some(token.reveal().to_owned()), token_command: None },
            TokenSource::Command(command) => Entry { token: None, token_command: Some(command.clone()) },
        };
        entries.insert(address.to_owned(), entry);
        self.write(&entries)
    }

    /// Deletes the token of an account.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn remove(&self, address: &str) -> Result<(), TokenError> {
        let _lock = self.lock();
        let mut entries = self.read()?;
        if entries.remove(address).is_some() { self.write(&entries) } else { Ok(()) }
    }

    /// Waits until no other process changes the file, so that no change is lost. A file system without locks has none.
    fn lock(&self) -> Option<File> {
        let mut options = File::options();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        crate::output_file::create_folders(self.path.parent()?).ok()?;
        let file = options.open(self.path.with_file_name(LOCK_NAME)).ok()?;
        file.lock().ok()?;
        Some(file)
    }

    fn read(&self) -> Result<BTreeMap<String, Entry>, TokenError> {
        let failed = |why| TokenError::File { path: self.path.clone(), why };
        match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(failed(error)),
            // Opening a pipe would wait for a writer.
            Ok(found) if !found.is_file() => return Err(TokenError::Invalid(self.path.clone())),
            Ok(_) => {}
        }
        let mut text = String::new();
        File::open(&self.path).and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text)).map_err(failed)?;
        toml::from_str(&text).map_err(|_| TokenError::Invalid(self.path.clone()))
    }

    /// Replaces the file atomically. A temporary file can only be read by its owner.
    fn write(&self, entries: &BTreeMap<String, Entry>) -> Result<(), TokenError> {
        let failed = |why| TokenError::File { path: self.path.clone(), why };
        let text = toml::to_string(entries).map_err(|error| failed(io::Error::other(error.to_string())))?;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        crate::output_file::create_folders(folder).map_err(failed)?;
        let mut file = tempfile::Builder::new().prefix(".accounts-").tempfile_in(folder).map_err(failed)?;
        file.write_all(HEADER.as_bytes()).and_then(|()| file.write_all(text.as_bytes())).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&self.path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// Runs a command of the shell, and returns the first line that it prints.
pub(super) fn run(address: &str, command: &str) -> Result<Secret, TokenError> {
    let failed = |why: String| TokenError::Command { address: address.to_owned(), why };
    let output = shell::command(command).output().map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        let last = errors.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        return Err(failed(format!("{}: {last}", output.status)));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| failed("its output is not UTF-8".to_owned()))?;
    let token = text.lines().map(str::trim).find(|line| !line.is_empty());
    token.map(Secret::new).ok_or_else(|| failed("it printed nothing".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_token_is_read_back_and_only_by_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::beside(Some(&folder.path().join("config.toml"))).unwrap();
        assert!(matches!(tokens.get("a@b"), Err(TokenError::Missing(address)) if address == "a@b"));
        tokens.set("a@b", &TokenSource::Stored(Secret::new("t\"1"))).unwrap();
        tokens.set("c@d:80", &TokenSource::Command("printf 'x y\\nz'".to_owned())).unwrap();
        assert_eq!(tokens.get("a@b").unwrap().reveal(), "t\"1");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(tokens.path()).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(tokens.get("c@d:80").unwrap().reveal(), "x y");
        }
        tokens.remove("a@b").unwrap();
        assert!(tokens.get("a@b").is_err());
        fs::write(tokens.path(), "secret = [").unwrap();
        let error = tokens.get("a@b").unwrap_err().to_string();
        assert!(error.contains("is not valid") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn tokens_that_are_stored_at_the_same_time_are_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::beside(Some(&folder.path().join("config.toml"))).unwrap();
        std::thread::scope(|scope| {
            for number in 0..16 {
                let tokens = &tokens;
                scope.spawn(move || {
                    let token = TokenSource::Stored(Secret::new(format!("token {number}")));
                    tokens.set(&format!("user{number}@b"), &token).unwrap();
                });
            }
        });
        assert_eq!(tokens.read().unwrap().len(), 16);
    }

    #[cfg(unix)]
    #[test]
    fn failing_token_command_is_reported_without_its_output() {
        let error = run("a@b", "echo secret; echo locked >&2; exit 3").unwrap_err().to_string();
        assert!(error.contains("locked") && !error.contains("secret"), "{error}");
        assert!(run("a@b", "true").unwrap_err().to_string().contains("printed nothing"));
    }
}
