//! The settings in the form that the screens use: the theme for this terminal, the keymap, and how avatars are drawn. It
//! does not know the store.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::images::avatars::ImageProtocol;
use super::images::{iterm, kitty};
use super::keys::Keymap;
use super::screens;
use super::terminal::query;
use super::widgets::Theme;
use crate::config::{AUTO, Background, ColorDepth, Config, Images, Keys, Rgb, Settings, theme_names};

/// The settings, and what follows from them and from the terminal.
#[derive(Debug)]
pub(super) struct Preferences {
    config: Config,
    /// The color depth that the environment names.
    detected: ColorDepth,
    background: Background,
    /// The terminal reported its background.
    has_background: bool,
    /// How the terminal said that it draws images.
    reported: Option<ImageProtocol>,
    theme: Theme,
    keymap: Arc<Keymap>,
}

impl Preferences {
    pub(super) fn new(mut config: Config, detected: ColorDepth) -> Self {
        let background = Background::from_colorfgbg(env::var("COLORFGBG").ok().as_deref());
        let keymap = keymap(&mut config);
        let theme = theme(&config, detected, background);
        Self { config, detected, background, has_background: false, reported: None, theme, keymap }
    }

    /// Returns the settings.
    /// Returns the path of the settings file.
    pub(super) fn path(&self) -> Option<&Path> {
        self.config.path.as_deref()
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.config.settings
    }

    /// Returns the theme that is shown.
    pub(super) fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Returns the keymap.
    pub(super) fn keymap(&self) -> Arc<Keymap> {
        Arc::clone(&self.keymap)
    }

    /// Returns the first problem of the settings.
    pub(super) fn problem(&self) -> Option<String> {
        self.config.problems.first().map(|problem| self.config.describe_briefly(problem))
    }

    /// Returns whether the theme follows the background of the terminal, which has not reported it.
    pub(super) fn awaits_background(&self) -> bool {
        let settings = &self.config.settings;
        let follows = settings.theme == AUTO && settings.depth(self.detected) > ColorDepth::Sixteen;
        follows && !self.has_background
    }

    /// Returns how avatars are drawn. With sixteen colors, blocks would not look like anything.
    pub(super) fn image_protocol(&self) -> ImageProtocol {
        let settings = &self.config.settings;
        match (settings.depth(self.detected), settings.images) {
            (ColorDepth::None, _) | (_, Images::Off) | (ColorDepth::Sixteen, Images::Blocks) => ImageProtocol::None,
            (ColorDepth::Sixteen, Images::Auto) => self.reported.unwrap_or_default(),
            (_, Images::Auto) if iterm::is_supported(|name| env::var_os(name)) => ImageProtocol::Iterm,
            (depth, Images::Auto) => self.reported.unwrap_or(ImageProtocol::Blocks(depth)),
            (depth, Images::Blocks) => ImageProtocol::Blocks(depth),
        }
    }

    /// Sets how the terminal said that it draws images. Kitty's protocol wins, since it sends each image once.
    pub(super) fn set_image_protocol(&mut self, protocol: ImageProtocol) {
        if self.reported != Some(ImageProtocol::Kitty) {
            self.reported = Some(protocol);
        }
    }

    /// Sets the background color of the terminal.
    pub(super) fn set_background(&mut self, color: Rgb) {
        (self.background, self.has_background) = (Background::of_color(color), true);
        self.rebuild_theme();
    }

    /// Reads the settings again if their file changed; returns their problems then.
    pub(super) fn reload_if_changed(&mut self) -> Option<Vec<String>> {
        if !self.config.is_stale() {
            return None;
        }
        self.config.reload();
        self.rebuild();
        Some(self.problems())
    }

    /// Shows a theme until another one is shown.
    pub(super) fn preview_theme(&mut self, name: &str) {
        let depth = self.config.settings.depth(self.detected);
        self.theme = Theme::of(&self.config.palette_of(name, self.background, depth), depth);
    }

    /// Returns the names of all themes.
    pub(super) fn themes(&self) -> Vec<String> {
        let mut names = vec![AUTO.to_owned()];
        names.extend(theme_names(self.config.themes().as_deref()));
        names
    }

    /// Changes a setting in the file, and reads the file; returns its problems. When it cannot be written, the theme is
    /// the saved one again.
    pub(super) fn change(&mut self, setting: &[&str], value: &str) -> Result<Vec<String>, String> {
        if let Err(why) = self.config.set(setting, value) {
            self.rebuild_theme();
            return Err(why.to_string());
        }
        self.rebuild();
        Ok(self.problems())
    }

    /// Returns the settings file, which is made if there is none.
    pub(super) fn create_file(&self) -> Result<PathBuf, String> {
        self.config.create_file().map(Path::to_owned).map_err(|error| error.to_string())
    }

    fn problems(&self) -> Vec<String> {
        self.config.problems.iter().map(|problem| self.config.describe_briefly(problem)).collect()
    }

    fn rebuild(&mut self) {
        self.keymap = keymap(&mut self.config);
        self.rebuild_theme();
    }

    fn rebuild_theme(&mut self) {
        self.theme = theme(&self.config, self.detected, self.background);
    }
}

/// Returns the questions to the terminal whose answers would change anything; that for its background comes first.
pub(super) fn questions(detected: ColorDepth) -> String {
    // The console of Linux prints such questions.
    if detected == ColorDepth::None || env::var_os("TERM").is_some_and(|term| term == "linux") {
        return String::new();
    }
    let background = (detected > ColorDepth::Sixteen).then_some(query::BACKGROUND);
    let images = kitty::is_likely(|name| env::var_os(name)).then_some(query::KITTY_IMAGES);
    background.into_iter().chain(images).chain([query::ATTRIBUTES]).collect()
}

/// Returns the theme of the settings for a terminal.
fn theme(config: &Config, detected: ColorDepth, background: Background) -> Theme {
    let depth = config.settings.depth(detected);
    Theme::of(&config.palette(background, depth), depth)
}

/// Returns the keymap of the settings; what is wrong with it is added to their problems.
#[must_use]
pub fn keymap(config: &mut Config) -> Arc<Keymap> {
    if config.settings.keys == Keys::default() {
        return screens::default_keymap();
    }
    let (keymap, problems) = Keymap::new(&config.settings.keys, &screens::bindings());
    let new: Vec<_> = problems.into_iter().filter(|problem| !config.problems.contains(problem)).collect();
    config.problems.extend(new);
    config.problems.sort_by_key(|problem| problem.line);
    Arc::new(keymap)
}
