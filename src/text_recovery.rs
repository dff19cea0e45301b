//! Keeps a text that the store could not take in a file of its own, so that no failure costs a word. It knows
//! nothing of what the text is.

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes a text to a new file that only its owner can read: in the directory wanted, else in that for
/// temporary files.
///
/// # Errors
/// When neither can be written.
pub fn save(text: &str, folder: &Path) -> io::Result<PathBuf> {
    write(text, folder).or_else(|_| write(text, &env::temp_dir()))
}

fn write(text: &str, folder: &Path) -> io::Result<PathBuf> {
    let mut file = tempfile::Builder::new().prefix("microblog-draft-").suffix(".txt").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file.keep().map_err(|error| error.error)?.1)
}

#[cfg(test)]
mod tests {
    use super::save;

    #[test]
    fn a_text_is_kept_whole_wherever_there_is_a_place() {
        let folder = tempfile::tempdir().unwrap();
        for place in [folder.path().to_owned(), folder.path().join("missing")] {
            let file = save("precious\nwords", &place).unwrap();
            assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious\nwords");
            assert_eq!(file.starts_with(folder.path()), place == folder.path());
            std::fs::remove_file(file).unwrap();
        }
    }
}
