//! Saves texts that could not be stored in files, so that no failure loses what was written.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use crate::output_file;

/// Prefix of the name of a file.
const PREFIX: &str = "microblog-draft-";

/// Writes a text to a new file that only its owner can read, and returns its path.
///
/// The file is created in `folder`, or in the directory for temporary files if that fails.
///
/// # Errors
/// When neither is writable.
pub fn save(text: &str, folder: &Path) -> io::Result<PathBuf> {
    let write = |folder: &Path| output_file::write_new(folder, PREFIX, text);
    write(folder).or_else(|_| write(&env::temp_dir()))
}

#[cfg(test)]
mod tests {
    use super::save;

    #[test]
    fn text_is_saved_in_the_folder_or_the_temporary_directory() {
        let folder = tempfile::tempdir().unwrap();
        for target in [folder.path().to_owned(), folder.path().join("missing")] {
            let file = save("precious\nwords", &target).unwrap();
            assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious\nwords");
            assert_eq!(file.starts_with(folder.path()), target == folder.path());
            std::fs::remove_file(file).unwrap();
        }
    }
}
