//! Settings, themes and keys, and the default paths of their files and of the database.
//!
//! Every setting is a field of [`Settings`], used by screens and commands. A wrong setting never prevents the program
//! from starting: it is reported with its line, and the default applies. This module does not know the terminal; the
//! screens validate the names of keys and actions.

mod color;
mod feeds;
mod file;
mod locale;
mod paths;
mod setting;
mod settings;
mod theme;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

pub use color::{Color, ColorDepth, Rgb, indexed_color};
pub use feeds::{Feeds, Publish};
pub use file::FileError;
pub use paths::{ConfigError, default_config_path, default_db_path, expand_home, locate_default_db};
pub use settings::{Binding, Colors, FirstTimeline, Images, Keys, Settings, StartAt, show};
pub use theme::{PLAIN, Paint, Palette, names as theme_names};

/// The theme that follows the terminal's background.
pub const AUTO: &str = "auto";

/// A problem in a settings or theme file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line in the settings file, if the problem is there.
    pub line: Option<usize>,
    /// What was found and what is allowed.
    pub what: String,
}

/// The settings and the file they come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// The settings file; `None` if there is no home directory.
    pub path: Option<PathBuf>,
    /// The settings.
    pub settings: Settings,
    /// Problems found in the files.
    pub problems: Vec<Problem>,
    /// The file was named on the command line, so it must exist.
    is_required: bool,
    stamp: Vec<Stamp>,
}

/// Modification time and size of a file; `None` if it does not exist.
type Stamp = Option<(SystemTime, u64)>;

/// Returns the lines of a settings file that set nothing yet: each setting becomes a comment.
fn commented(settings: &str) -> String {
    let mut text =
        "# Settings of microblog. To change one, remove the # before it, and before the\n# [name] above it if there is one.\n\n".to_owned();
    for line in settings.lines() {
        let is_comment = line.is_empty() || line.starts_with('#');
        text.push_str(if is_comment { "" } else { "# " });
        text.push_str(line);
        text.push('\n');
    }
    text
}

impl Config {
    /// Loads the named settings file, or the default one if it exists.
    #[must_use]
    pub fn load(path: Option<&Path>) -> Self {
        Self::read(path.map(expand_home).or_else(|| default_config_path().ok()), path.is_some())
    }

    fn read(path: Option<PathBuf>, is_required: bool) -> Self {
        let text = path.as_ref().filter(|path| is_required || path.exists()).map(|path| file::read(path));
        let (settings, problems) = match text {
            None => (Settings::default(), vec![]),
            Some(Ok(text)) => Settings::parse(&text),
            Some(Err(why)) => (Settings::default(), vec![Problem { line: None, what: why.to_string() }]),
        };
        let mut config = Self { path, is_required, settings, problems, stamp: vec![] };
        config.stamp = config.stamp();
        if config.settings.theme != AUTO
            && let Err(what) = Palette::load(&config.settings.theme, config.themes().as_deref())
        {
            config.problems.push(Problem { line: config.settings.theme_line, what });
        }
        config
    }

    /// Loads the same file again.
    pub fn reload(&mut self) {
        *self = Self::read(self.path.take(), self.is_required);
    }

    /// Changes one setting in the file, keeps all other lines, and loads the file again.
    ///
    /// # Errors
    /// When the file cannot be read, is not valid TOML, or cannot be written. It is unchanged then.
    pub fn set(&mut self, setting: &[&str], value: &str) -> Result<(), FileError> {
        let path = self.path.as_ref().ok_or(FileError::NoHome)?;
        file::set(path, setting, value)?;
        self.reload();
        Ok(())
    }

    /// Returns the settings file, which is made if there is none, with its first lines saying what can be set.
    ///
    /// # Errors
    /// When there is no home directory, or the file cannot be written.
    pub fn create_file(&self) -> Result<&Path, FileError> {
        let path = self.path.as_deref().ok_or(FileError::NoHome)?;
        if !path.exists() {
            file::create(path, &commented(&settings::show(&Settings::default())))?;
        }
        Ok(path)
    }

    /// Returns the folder of the user's own themes.
    #[must_use]
    pub fn themes(&self) -> Option<PathBuf> {
        Some(self.path.as_ref()?.parent()?.join("themes"))
    }

    /// Returns whether the settings file or the theme file changed since it was loaded.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.stamp() != self.stamp
    }

    fn stamp(&self) -> Vec<Stamp> {
        let theme = self.themes().map(|folder| folder.join(format!("{}.toml", self.settings.theme)));
        let stamp = |path: &Path| {
            let metadata = fs::metadata(path).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        self.path.iter().chain(&theme).map(|path| stamp(path)).collect()
    }

    /// Describes a problem in one line, with the path and line number.
    #[must_use]
    pub fn describe(&self, problem: &Problem) -> String {
        match (&self.path, problem.line) {
            (Some(path), Some(line)) => format!("{}:{line}: {}", path.display(), problem.what),
            _ => problem.what.clone(),
        }
    }

    /// Describes a problem in one line, with only the file name and line number.
    #[must_use]
    pub fn describe_briefly(&self, problem: &Problem) -> String {
        let name = self.path.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
        match (name, problem.line) {
            (Some(name), Some(line)) => format!("{name}:{line}: {}", problem.what),
            _ => problem.what.clone(),
        }
    }

    /// Loads the palette of the current theme.
    #[must_use]
    pub fn palette(&self, background: Background, depth: ColorDepth) -> Palette {
        self.palette_of(&self.settings.theme, background, depth)
    }

    /// Loads the palette of a named theme.
    #[must_use]
    pub fn palette_of(&self, name: &str, background: Background, depth: ColorDepth) -> Palette {
        let name = match name {
            AUTO if depth == ColorDepth::Sixteen => "sixteen",
            AUTO => background.theme(),
            name => name,
        };
        Palette::load(name, self.themes().as_deref()).unwrap_or_else(|_| Palette::built_in(background.theme()))
    }
}

/// The terminal's background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Background {
    /// Dark, with light text.
    Dark,
    /// Light, with dark text.
    Light,
    /// Not known.
    #[default]
    Unknown,
}

impl Background {
    /// Classifies a background color.
    #[must_use]
    pub fn of_color(color: Rgb) -> Self {
        // At this luminance, black and white text have the same contrast.
        if color.luminance() < 0.179 { Self::Dark } else { Self::Light }
    }

    /// Detects the background from the value of `COLORFGBG`: palette indexes, the last of which is the background's.
    #[must_use]
    pub fn from_colorfgbg(colorfgbg: Option<&str>) -> Self {
        match colorfgbg.and_then(|text| text.rsplit(';').next()?.parse().ok()) {
            Some(0..=6 | 8) => Self::Dark,
            Some(7 | 9..=15) => Self::Light,
            _ => Self::Unknown,
        }
    }

    fn theme(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Unknown => "either",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

#[cfg(test)]
mod tests;
