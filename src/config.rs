//! What a person chose: their settings, themes and keys, and where these and the database lie.
//!
//! All that can be set is a field of [`Settings`], for the screens and the commands alike. A wrong setting never
//! keeps the program from starting: it is reported with its line, and the default stands. This room knows
//! nothing of the terminal; what the names of keys and actions mean is known to the screens.

mod color;
mod file;
mod locale;
mod paths;
mod settings;
mod theme;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

pub use color::{Color, ColorDepth, Rgb, indexed_color};
pub use file::FileError;
pub use paths::{ConfigError, default_config_path, default_db_path};
pub use settings::{Binding, Colors, FirstTimeline, Images, Keys, Settings, StartAt, show};
pub use theme::{PLAIN, Paint, Palette, names as theme_names};

/// The theme that follows the terminal's background.
pub const AUTO: &str = "auto";

/// Something in a person's own files that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, if it is one in the file of the settings.
    pub line: Option<usize>,
    /// What was found, and what is allowed.
    pub what: String,
}

/// The settings as they were read, and where from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// The file; none where there is no home to have it in.
    pub path: Option<PathBuf>,
    /// What is set.
    pub settings: Settings,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// The file was named, so it is to be there.
    named: bool,
    stamp: Vec<Stamp>,
}

/// What tells that a file was written: when, and how long it is; none while it is not there.
type Stamp = Option<(SystemTime, u64)>;

impl Config {
    /// Reads the settings: those of a file that was named, or else the person's own, if they have any.
    #[must_use]
    pub fn load(named: Option<&Path>) -> Self {
        Self::read(named.map(Path::to_owned).or_else(|| default_config_path().ok()), named.is_some())
    }

    fn read(path: Option<PathBuf>, named: bool) -> Self {
        let text = path.as_ref().filter(|path| named || path.exists()).map(|path| file::read(path));
        let (settings, problems) = match text {
            None => (Settings::default(), vec![]),
            Some(Ok(text)) => Settings::parse(&text),
            Some(Err(why)) => (Settings::default(), vec![Problem { line: None, what: why.to_string() }]),
        };
        let mut config = Self { path, named, settings, problems, stamp: vec![] };
        config.stamp = config.stamp();
        if config.settings.theme != AUTO
            && let Err(what) = Palette::load(&config.settings.theme, config.themes().as_deref())
        {
            config.problems.push(Problem { line: config.settings.theme_line, what });
        }
        config
    }

    /// Reads the same file again.
    pub fn reload(&mut self) {
        *self = Self::read(self.path.take(), self.named);
    }

    /// Sets something in the file, whose other lines stay as they are, and reads it again.
    ///
    /// # Errors
    /// When the file cannot be read, is wrong as TOML, or cannot be written; it is as it was then.
    pub fn choose(&mut self, setting: &[&str], value: &str) -> Result<(), FileError> {
        let path = self.path.as_ref().ok_or(FileError::Nowhere)?;
        file::set(path, setting, value)?;
        self.reload();
        Ok(())
    }

    /// The folder of a person's own themes.
    #[must_use]
    pub fn themes(&self) -> Option<PathBuf> {
        Some(self.path.as_ref()?.parent()?.join("themes"))
    }

    /// Whether the settings, or the theme, were written since they were read.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.stamp() != self.stamp
    }

    fn stamp(&self) -> Vec<Stamp> {
        let theme = self.themes().map(|folder| folder.join(format!("{}.toml", self.settings.theme)));
        let stamp = |path: &Path| {
            let kind = fs::metadata(path).ok()?;
            Some((kind.modified().ok()?, kind.len()))
        };
        self.path.iter().chain(&theme).map(|path| stamp(path)).collect()
    }

    /// A problem in one line, with the file and its line.
    #[must_use]
    pub fn describe(&self, problem: &Problem) -> String {
        match (&self.path, problem.line) {
            (Some(path), Some(line)) => format!("{}:{line}: {}", path.display(), problem.what),
            _ => problem.what.clone(),
        }
    }

    /// The same where there is little room: with the name of the file only.
    #[must_use]
    pub fn describe_briefly(&self, problem: &Problem) -> String {
        let name = self.path.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
        match (name, problem.line) {
            (Some(name), Some(line)) => format!("{name}:{line}: {}", problem.what),
            _ => problem.what.clone(),
        }
    }

    /// The palette that was chosen, for a background that is dark, light, or not known.
    #[must_use]
    pub fn palette(&self, background: Background, depth: ColorDepth) -> Palette {
        self.palette_of(&self.settings.theme, background, depth)
    }

    /// The palette of another name.
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

/// What stands behind the text in a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Background {
    /// Light text stands on it.
    Dark,
    /// Dark text stands on it.
    Light,
    /// The terminal did not tell.
    #[default]
    Unknown,
}

impl Background {
    /// What a colour is, as a background.
    #[must_use]
    pub fn of_color(color: Rgb) -> Self {
        // Where black and white are read equally well.
        if color.luminance() < 0.179 { Self::Dark } else { Self::Light }
    }

    /// What the variable `COLORFGBG` tells: numbers of the palette, the last of which is the background's.
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
