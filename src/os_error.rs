//! Errors of the operating system for which the standard library has no kind, in words.

use std::fs::File;
use std::io;

/// The cause when no more files can be opened, and what to do about it.
pub const TOO_MANY_FILES: &str = "too many files are open; raise the limit with ulimit -n";

/// Codes of too many open files, in this process (`EMFILE`) and in the whole system (`ENFILE`).
const TOO_MANY_FILES_CODES: [i32; 2] = if cfg!(windows) { [4, 4] } else { [24, 23] };
/// Files that SQLite needs for a database: the file, its log and its index, and the directory to be synced.
const FILES_OF_A_DATABASE: usize = 4;

/// Returns an error in words, with what to do where that is known.
#[must_use]
pub fn describe(error: &io::Error) -> String {
    match error.kind() {
        _ if is_too_many_files(error) => TOO_MANY_FILES.to_owned(),
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// Returns whether a file could not be opened because too many are open.
fn is_too_many_files(error: &io::Error) -> bool {
    // An error of a temporary file has only the text of the system's error in it, not its code.
    let is = |code: i32| match error.raw_os_error() {
        Some(found) => found == code,
        None => error.to_string().contains(&format!("(os error {code})")),
    };
    TOO_MANY_FILES_CODES.into_iter().any(is)
}

/// Returns whether this process cannot open the files of one more database, which SQLite reports like a missing permission.
#[must_use]
pub fn is_out_of_files() -> bool {
    // The root directory, since opening and closing a database would drop its locks.
    let mut open = Vec::new();
    for _ in 0..FILES_OF_A_DATABASE {
        match File::open("/") {
            Ok(file) => open.push(file),
            Err(error) => return is_too_many_files(&error),
        }
    }
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::io;

    use super::{TOO_MANY_FILES, describe};

    #[test]
    fn limit_on_open_files_is_found_within_other_errors() {
        let system = |code| io::Error::from_raw_os_error(code);
        assert_eq!(describe(&system(24)), TOO_MANY_FILES);
        let wrapped = |code| io::Error::other(format!("{} at path \"/tmp/x\"", system(code)));
        assert_eq!(describe(&wrapped(23)), TOO_MANY_FILES);
        assert_ne!(describe(&wrapped(13)), TOO_MANY_FILES);
        assert_eq!([2, 13].map(|code| describe(&system(code))), ["there is no such file", "permission denied"]);
    }
}
