//! Themes: the paint of each role on the screens.
//!
//! Each theme is a file. Built-in themes are in `assets/themes`, the user's own in the folder `themes` beside the settings
//! file.

use std::fs;
use std::path::Path;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::color::{Color, ColorDepth, Rgb, indexed_color};
use super::file::{self, line_of};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/themes");

/// The theme for terminals without colors.
pub const PLAIN: &str = "plain";

/// Colors and attributes of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub struct Paint {
    /// Text color.
    pub fg: Color,
    /// Background color.
    pub bg: Color,
    /// Bold text.
    pub bold: bool,
    /// Dim text.
    pub dim: bool,
    /// Italic text.
    pub italic: bool,
    /// Underlined text.
    pub underlined: bool,
    /// Text and background colors swapped.
    pub reversed: bool,
    /// Struck-through text.
    pub crossed: bool,
}

impl TryFrom<String> for Paint {
    type Error = String;

    /// Parses words such as `bold underlined #83a598 on black`.
    fn try_from(text: String) -> Result<Self, String> {
        let mut paint = Self::default();
        let mut is_background = false;
        for word in text.split_whitespace() {
            match word {
                "bold" => paint.bold = true,
                "dim" => paint.dim = true,
                "italic" => paint.italic = true,
                "underlined" => paint.underlined = true,
                "reversed" => paint.reversed = true,
                "crossed" => paint.crossed = true,
                "on" => is_background = true,
                _ => *(if is_background { &mut paint.bg } else { &mut paint.fg }) = color(word)?,
            }
        }
        Ok(paint)
    }
}

/// Names of the terminal's first eight colors, by index.
const NAMES: [&str; 8] = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

fn color(word: &str) -> Result<Color, String> {
    let (bright, name) = word.strip_prefix("bright-").map_or((0, word), |name| (8, name));
    if let Some(at) = NAMES.iter().position(|known| *known == name) {
        return Ok(Color::Indexed(at as u8 + bright));
    }
    if word == "default" {
        return Ok(Color::Own);
    }
    if let Ok(index) = word.parse() {
        return Ok(Color::Indexed(index));
    }
    word.parse().map(Color::Rgb).map_err(|()| {
        format!(
            "{word:?} is not a color or style: use #rrggbb, a number up to 255, default, or one of {}, with or \
             without bright-; styles are bold, dim, italic, underlined, reversed and crossed",
            NAMES.join(", ")
        )
    })
}

/// A theme: one paint per role.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Palette {
    /// Backgrounds on which text must be readable; if `fill` is set, only that one.
    #[serde(deserialize_with = "backgrounds")]
    pub on: Vec<Rgb>,
    /// Background color; `None` keeps the terminal's.
    #[serde(deserialize_with = "fill")]
    pub fill: Option<Rgb>,
    /// Normal text.
    pub text: Paint,
    /// Accents: focus, cursor, current timeline.
    pub accent: Paint,
    /// Secondary text.
    pub dim: Paint,
    /// Dividers between panes.
    pub rule: Paint,
    /// Emphasized text.
    pub strong: Paint,
    /// A link.
    pub link: Paint,
    /// A tag.
    pub tag: Paint,
    /// A mention.
    pub mention: Paint,
    /// Warnings.
    pub warn: Paint,
    /// Errors.
    pub error: Paint,
    /// Search matches.
    pub hit: Paint,
    /// Removed text in a diff.
    pub removed: Paint,
    /// Added text in a diff.
    pub added: Paint,
    /// Small labels drawn over other content.
    pub pill: Paint,
    /// Colors of users.
    pub authors: Vec<Paint>,
}

fn backgrounds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Rgb>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| rgb(text)).collect::<Result<_, _>>().map_err(serde::de::Error::custom)
}

fn fill<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Rgb>, D::Error> {
    rgb(&String::deserialize(deserializer)?).map(Some).map_err(serde::de::Error::custom)
}

fn rgb(text: &str) -> Result<Rgb, String> {
    text.parse().map_err(|()| format!("{text:?} is not a background color: use #rrggbb"))
}

impl Palette {
    /// Parses a theme.
    ///
    /// # Errors
    /// The line number and what is wrong there.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut palette: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            (line, error.message().lines().collect::<Vec<_>>().join(" "))
        })?;
        if let Some(fill) = palette.fill {
            palette.on = vec![fill];
        }
        Ok(palette)
    }

    /// Returns a built-in theme; for an unknown name, one without colors.
    #[must_use]
    pub fn built_in(name: &str) -> Self {
        let text = BUILT_IN.get_file(format!("{name}.toml")).and_then(include_dir::File::contents_utf8);
        text.and_then(|text| Self::parse(text).ok()).unwrap_or_default()
    }

    /// Loads a theme by name: the user's own if there is one, else a built-in one.
    ///
    /// # Errors
    /// One line: there is no such theme, or what is wrong with it.
    pub fn load(name: &str, folder: Option<&Path>) -> Result<Self, String> {
        let own = folder.map(|folder| folder.join(format!("{name}.toml"))).filter(|path| path.exists());
        if let Some(path) = own.filter(|_| is_name(name)) {
            let text = file::read(&path).map_err(|why| why.to_string())?;
            return Self::parse(&text).map_err(|(line, why)| format!("{}:{line}: {why}", path.display()));
        }
        if names(folder).iter().any(|known| known == name) {
            return Ok(Self::built_in(name));
        }
        Err(format!("there is no theme {name:?}: choose auto, {}", names(folder).join(", ")))
    }

    /// Reduces the theme to a color depth such that text stays readable.
    #[must_use]
    pub fn reduced(mut self, depth: ColorDepth) -> Self {
        if depth == ColorDepth::None {
            return Self::built_in(PLAIN);
        }
        let background = self.fill.map(|fill| fill.reduced(depth, &[]));
        if let Some(Color::Indexed(index)) = background {
            self.on = vec![indexed_color(index)];
        }
        let on = std::mem::take(&mut self.on);
        let reduce = |color: Color, on: &[Rgb]| match color {
            Color::Rgb(rgb) => rgb.reduced(depth, on),
            color => color,
        };
        let mut authors = Vec::new();
        for (role, paint) in self.paints_mut() {
            paint.bg = reduce(paint.bg, &[]);
            let own = match paint.bg {
                Color::Own => None,
                Color::Indexed(index) => Some(vec![indexed_color(index)]),
                Color::Rgb(bg) => Some(vec![bg]),
            };
            let on = if role == RULE { &[] } else { own.as_deref().unwrap_or(&on) };
            paint.fg = match paint.fg {
                Color::Rgb(rgb) if role == AUTHORS => rgb.reduced_beside(depth, on, &authors),
                color => reduce(color, on),
            };
            authors.extend((role == AUTHORS).then_some(paint.fg));
        }
        self.on = on;
        self
    }

    /// Returns the background of the screen.
    #[must_use]
    pub fn behind(&self, depth: ColorDepth) -> Color {
        self.fill.map_or(Color::Own, |fill| fill.reduced(depth, &[]))
    }

    /// Returns all paints with the names of their roles.
    fn paints_mut(&mut self) -> Vec<(&'static str, &mut Paint)> {
        let Self {
            on: _,
            fill: _,
            text,
            accent,
            dim,
            rule,
            strong,
            link,
            tag,
            mention,
            warn,
            error,
            hit,
            removed,
            added,
            pill,
            authors,
        } = self;
        let mut paints = vec![
            ("text", text),
            ("accent", accent),
            ("dim", dim),
            (RULE, rule),
            ("strong", strong),
            ("link", link),
            ("tag", tag),
            ("mention", mention),
            ("warn", warn),
            ("error", error),
            ("hit", hit),
            ("removed", removed),
            ("added", added),
            ("pill", pill),
        ];
        paints.extend(authors.iter_mut().map(|paint| (AUTHORS, paint)));
        paints
    }

    /// Returns the paint of a user by the index from [`identicon::color`](crate::text::identicon::color).
    #[must_use]
    pub fn author(&self, number: usize) -> Paint {
        number.checked_rem(self.authors.len()).map_or_else(Paint::default, |at| self.authors[at])
    }
}

/// The only role that is not text.
const RULE: &str = "rule";
/// The role with several colors, which must differ from each other.
const AUTHORS: &str = "authors";

/// Returns whether a theme name is safe in a path: only letters, digits, `-` and `_`.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

/// Returns the names of all themes, built-in and the user's own, sorted.
#[must_use]
pub fn names(folder: Option<&Path>) -> Vec<String> {
    let stem = |path: &Path| {
        let name = path.file_stem()?.to_str().filter(|name| is_name(name))?;
        path.extension().is_some_and(|extension| extension == "toml").then(|| name.to_owned())
    };
    let own = folder.and_then(|folder| fs::read_dir(folder).ok());
    let own = own.into_iter().flatten().filter_map(|entry| stem(&entry.ok()?.path()));
    let mut names: Vec<String> = BUILT_IN.files().filter_map(|file| stem(file.path())).chain(own).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests;
