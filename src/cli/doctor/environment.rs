//! Variables of the environment, and the programs that it finds.

use std::env;
use std::path::Path;

use crate::config;

/// Returns a variable of the environment that is set and not empty.
pub(super) fn variable(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.to_string_lossy().into_owned()).filter(|value| !value.is_empty())
}

/// Returns whether a program is a path of a file, or in one of the folders of `PATH`.
pub(super) fn is_installed(program: &str) -> bool {
    let path = config::expand_home(Path::new(program));
    if path.components().count() > 1 {
        return path.is_file();
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    let names = [program.to_owned(), format!("{program}.exe")];
    env::split_paths(&folders).any(|folder| names.iter().any(|name| folder.join(name).is_file()))
}
