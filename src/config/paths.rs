//! Where things lie on this machine. It knows nothing of what is in them.

use std::io;
use std::path::PathBuf;

use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use thiserror::Error;

use super::file::make;

/// Why there is no place for a file of the program's.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The environment names no home.
    #[error("no home directory is set: name the database with --db FILE")]
    NoHome,
    /// The environment names no home, and so no place for settings.
    #[error("no home directory is set: name the file of the settings with --config FILE")]
    NoSettings,
    /// The data directory cannot be made.
    #[error("cannot make the directory {}: {why}; name the database with --db FILE", .path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What stands in the way.
        why: io::Error,
    },
}

fn strategy() -> Option<impl AppStrategy> {
    let app =
        AppStrategyArgs { top_level_domain: String::new(), author: String::new(), app_name: "microblog".to_owned() };
    choose_app_strategy(app).ok()
}

/// Where the settings lie unless a file is named: `config.toml` in the platform's directory for them. There
/// need be none.
///
/// # Errors
/// When there is no home.
pub fn default_config_path() -> Result<PathBuf, ConfigError> {
    Ok(strategy().ok_or(ConfigError::NoSettings)?.config_dir().join("config.toml"))
}

/// Where the database lies unless one is named: `microblog.db` in the platform's data directory. Makes
/// that directory, for its owner's eyes only.
///
/// # Errors
/// When there is no home, or the directory cannot be made.
pub fn default_db_path() -> Result<PathBuf, ConfigError> {
    let folder = strategy().ok_or(ConfigError::NoHome)?.data_dir();
    make(&folder).map_err(|why| ConfigError::Directory { path: folder.clone(), why })?;
    Ok(folder.join("microblog.db"))
}
