//! What the person chose, as the screens use it: the theme for this terminal, and the keys. It knows nothing of the store.

use std::env;
use std::sync::Arc;

use super::keys::Keymap;
use super::pictures::Drawn;
use super::view::Theme;
use super::{answers, background, inline, kitty};
use crate::config::{AUTO, Background, ColorDepth, Config, Images, Keys, Rgb, Settings, theme_names};

/// The settings, and what the screens make of them.
#[derive(Debug)]
pub(super) struct Chosen {
    config: Config,
    /// What the environment tells of the terminal's colours.
    told: ColorDepth,
    background: Background,
    /// How the terminal said that it draws pictures.
    draws: Option<Drawn>,
    theme: Theme,
    keymap: Arc<Keymap>,
}

impl Chosen {
    pub(super) fn new(mut config: Config, told: ColorDepth) -> Self {
        let background = Background::from_colorfgbg(env::var("COLORFGBG").ok().as_deref());
        let keymap = keymap(&mut config);
        let theme = theme(&config, told, background);
        Self { config, told, background, draws: None, theme, keymap }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.config.settings
    }

    pub(super) fn theme(&self) -> &Theme {
        &self.theme
    }

    pub(super) fn keymap(&self) -> Arc<Keymap> {
        Arc::clone(&self.keymap)
    }

    /// The first thing that is wrong with the settings.
    pub(super) fn problem(&self) -> Option<String> {
        self.config.problems.first().map(|problem| self.config.describe_briefly(problem))
    }

    /// What the terminal can be asked, as far as the answers would change anything; its background comes first.
    pub(super) fn questions(&self) -> Vec<&'static str> {
        // The console of Linux prints such questions.
        if self.told == ColorDepth::None || env::var_os("TERM").is_some_and(|term| term == "linux") {
            return vec![];
        }
        let background = (self.told > ColorDepth::Sixteen).then_some(background::QUESTION);
        let pictures = kitty::is_likely(|name| env::var_os(name)).then_some(kitty::QUESTION);
        background.into_iter().chain(pictures).chain([answers::QUESTION]).collect()
    }

    /// How pictures of users are drawn: where there are few colours, not by us.
    pub(super) fn pictures(&self) -> Drawn {
        let settings = &self.config.settings;
        match (settings.depth(self.told), settings.images) {
            (ColorDepth::None, _) | (_, Images::Off) => Drawn::Not,
            (ColorDepth::Sixteen, Images::Auto) => self.draws.unwrap_or_default(),
            (ColorDepth::Sixteen, Images::Blocks) => Drawn::Not,
            (_, Images::Auto) if inline::is_spoken(|name| env::var_os(name)) => Drawn::Inline,
            (depth, Images::Auto) => self.draws.unwrap_or(Drawn::Blocks(depth)),
            (depth, Images::Blocks) => Drawn::Blocks(depth),
        }
    }

    /// Takes in how the terminal said that it draws pictures. What it is sent once goes before what it is sent often.
    pub(super) fn draws(&mut self, drawn: Drawn) {
        if self.draws != Some(Drawn::Sent) {
            self.draws = Some(drawn);
        }
    }

    /// Takes in what the terminal's background is.
    pub(super) fn stands_on(&mut self, color: Rgb) {
        self.background = Background::of_color(color);
        self.dress();
    }

    /// Reads the settings again if they were written since; gives back what is wrong with them.
    pub(super) fn renew(&mut self) -> Option<Vec<String>> {
        if !self.config.is_stale() {
            return None;
        }
        self.config.reload();
        self.apply();
        Some(self.config.problems.iter().map(|problem| self.config.describe_briefly(problem)).collect())
    }

    /// Shows a theme until another is shown.
    pub(super) fn wear(&mut self, name: &str) {
        let depth = self.config.settings.depth(self.told);
        self.theme = Theme::of(&self.config.palette_of(name, self.background, depth), depth);
    }

    /// The names of all themes.
    pub(super) fn themes(&self) -> Vec<String> {
        let mut names = vec![AUTO.to_owned()];
        names.extend(theme_names(self.config.themes().as_deref()));
        names
    }

    /// Sets something in the person's file, and reads it; gives back what is wrong there. Where it cannot be written,
    /// the theme is the chosen one again.
    pub(super) fn choose(&mut self, setting: &[&str], value: &str) -> Result<Vec<String>, String> {
        if let Err(why) = self.config.choose(setting, value) {
            self.dress();
            return Err(why.to_string());
        }
        self.apply();
        Ok(self.config.problems.iter().map(|problem| self.config.describe_briefly(problem)).collect())
    }

    /// Makes of the settings what the screens use.
    fn apply(&mut self) {
        self.keymap = keymap(&mut self.config);
        self.dress();
    }

    /// Makes the theme anew.
    fn dress(&mut self) {
        self.theme = theme(&self.config, self.told, self.background);
    }
}

/// The theme that is set, as this terminal shows it.
fn theme(config: &Config, told: ColorDepth, background: Background) -> Theme {
    let depth = config.settings.depth(told);
    Theme::of(&config.palette(background, depth), depth)
}

/// The keys that are set; what is wrong with them becomes a problem of the settings.
#[must_use]
pub fn keymap(config: &mut Config) -> Arc<Keymap> {
    if config.settings.keys == Keys::default() {
        return Keymap::plain();
    }
    let (keymap, problems) = Keymap::new(&config.settings.keys);
    let new: Vec<_> = problems.into_iter().filter(|problem| !config.problems.contains(problem)).collect();
    config.problems.extend(new);
    config.problems.sort_by_key(|problem| problem.line);
    Arc::new(keymap)
}
