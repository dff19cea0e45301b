//! Default paths of the database and the settings.

use std::io;
use std::path::{Path, PathBuf};

use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use thiserror::Error;

use crate::output_file;

/// Why there is no default path.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// No home directory is set, so there is no default database.
    #[error("no home directory is set: name the database with --db FILE")]
    NoHome,
    /// No home directory is set, so there is no default settings file.
    #[error("no home directory is set: name the settings file with --config FILE")]
    NoSettings,
    /// The data directory cannot be created.
    #[error("cannot create the directory {}: {why}; name the database with --db FILE", .path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// The cause.
        why: io::Error,
    },
}

fn strategy() -> Option<impl AppStrategy> {
    let app =
        AppStrategyArgs { top_level_domain: String::new(), author: String::new(), app_name: "microblog".to_owned() };
    choose_app_strategy(app).ok()
}

/// Returns the default settings file: `config.toml` in the platform's configuration directory. It may not exist.
///
/// # Errors
/// When no home directory is set.
pub fn default_config_path() -> Result<PathBuf, ConfigError> {
    Ok(strategy().ok_or(ConfigError::NoSettings)?.config_dir().join("config.toml"))
}

/// Returns the default database as [`default_db_path`] does, and creates nothing.
///
/// # Errors
/// When no home directory is set.
pub fn locate_default_db() -> Result<PathBuf, ConfigError> {
    Ok(strategy().ok_or(ConfigError::NoHome)?.data_dir().join("microblog.db"))
}

/// Returns the default database: `microblog.db` in the platform's data directory. Creates that directory, readable by
/// its owner only.
///
/// # Errors
/// When no home directory is set, or the directory cannot be created.
pub fn default_db_path() -> Result<PathBuf, ConfigError> {
    let folder = strategy().ok_or(ConfigError::NoHome)?.data_dir();
    output_file::create_folders(&folder).map_err(|why| ConfigError::Directory { path: folder.clone(), why })?;
    Ok(folder.join("microblog.db"))
}

/// Expands `~` at the start of a path to the home directory, as shells do where a path is not quoted.
#[must_use]
pub fn expand_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), etcetera::home_dir()) {
        (Ok(rest), Ok(home)) if rest.as_os_str().is_empty() => home,
        (Ok(rest), Ok(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::expand_home;

    #[test]
    fn tilde_is_the_home_directory() {
        let home = etcetera::home_dir().unwrap();
        assert_eq!(expand_home(Path::new("~/notes/m.db")), home.join("notes/m.db"));
        assert_eq!(expand_home(Path::new("~")), home);
        for path in ["/a/~/b", "m.db", "~ada/m.db"] {
            assert_eq!(expand_home(Path::new(path)), Path::new(path));
        }
    }
}
