//! What the person chose, as the screens use it: the theme for this terminal. It knows nothing of the store.

use std::env;

use super::view::Theme;
use crate::config::{Background, Config, Depth, Settings};

/// The settings, and what the screens make of them.
#[derive(Debug)]
pub(super) struct Chosen {
    config: Config,
    depth: Depth,
    background: Background,
    theme: Theme,
}

impl Chosen {
    pub(super) fn new(config: Config, depth: Depth) -> Self {
        let background = Background::told(env::var("COLORFGBG").ok().as_deref());
        let mut chosen = Self { config, depth, background, theme: Theme::new(false) };
        chosen.dress();
        chosen
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.config.settings
    }

    pub(super) fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Makes the theme anew.
    fn dress(&mut self) {
        let palette = self.config.palette(self.background, self.depth);
        self.theme = Theme::of(&palette, self.depth);
    }
}
