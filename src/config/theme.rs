//! Themes: which paint each role of the screens has. Each is a file; those that come with the program lie in
//! `assets/themes`, a person's own in the folder `themes` beside the settings. It knows nothing of the terminal.

use std::fs;
use std::path::Path;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::color::{Color, ColorDepth, Rgb, indexed_color};
use super::file::{self, line_of};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/themes");

/// The theme for a terminal that shows no colours.
pub const PLAIN: &str = "plain";

/// How a piece of text is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub struct Paint {
    /// The text itself.
    pub fg: Color,
    /// What is behind it.
    pub bg: Color,
    /// Heavy.
    pub bold: bool,
    /// Faint.
    pub dim: bool,
    /// Slanted.
    pub italic: bool,
    /// With a line below.
    pub underlined: bool,
    /// Text and background changed places.
    pub reversed: bool,
    /// With a line through.
    pub crossed: bool,
}

impl TryFrom<String> for Paint {
    type Error = String;

    /// Reads words such as `bold underlined #83a598 on black`.
    fn try_from(text: String) -> Result<Self, String> {
        let mut paint = Self::default();
        let mut behind = false;
        for word in text.split_whitespace() {
            match word {
                "bold" => paint.bold = true,
                "dim" => paint.dim = true,
                "italic" => paint.italic = true,
                "underlined" => paint.underlined = true,
                "reversed" => paint.reversed = true,
                "crossed" => paint.crossed = true,
                "on" => behind = true,
                _ => *(if behind { &mut paint.bg } else { &mut paint.fg }) = color(word)?,
            }
        }
        Ok(paint)
    }
}

/// The names of the terminal's own sixteen, by their numbers.
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
            "{word:?} is no colour and no style: write #rrggbb, a number up to 255, default, one of {}, with or \
             without bright-, and bold, dim, italic, underlined, reversed or crossed",
            NAMES.join(", ")
        )
    })
}

/// The paints of a theme, by role.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Palette {
    /// The backgrounds on which it is to be read; with `fill`, that one.
    #[serde(deserialize_with = "backgrounds")]
    pub on: Vec<Rgb>,
    /// The background that it paints; without, it leaves the terminal's own.
    #[serde(deserialize_with = "fill")]
    pub fill: Option<Rgb>,
    /// Text.
    pub text: Paint,
    /// The program's own colour: focus, the cursor, the current timeline.
    pub accent: Paint,
    /// What is there but does not matter now.
    pub dim: Paint,
    /// Lines between panes.
    pub rule: Paint,
    /// What matters.
    pub strong: Paint,
    /// A link.
    pub link: Paint,
    /// A tag.
    pub tag: Paint,
    /// A mention.
    pub mention: Paint,
    /// Something to look out for.
    pub warn: Paint,
    /// Something failed.
    pub error: Paint,
    /// What was looked for.
    pub hit: Paint,
    /// What a text says no longer.
    pub removed: Paint,
    /// What a text says by now.
    pub added: Paint,
    /// A small sign over other things.
    pub pill: Paint,
    /// The colours that users are told apart by.
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
    text.parse().map_err(|()| format!("{text:?} is no background: write #rrggbb"))
}

impl Palette {
    /// Reads a theme.
    ///
    /// # Errors
    /// The line, and what is wrong there.
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

    /// A theme that comes with the program; there is one of that name, or it is plain.
    #[must_use]
    pub fn built_in(name: &str) -> Self {
        let text = BUILT_IN.get_file(format!("{name}.toml")).and_then(include_dir::File::contents_utf8);
        text.and_then(|text| Self::parse(text).ok()).unwrap_or_default()
    }

    /// The theme of a name: a person's own, if there is one, else one that comes with the program.
    ///
    /// # Errors
    /// In one line: that there is none, or what is wrong with it.
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

    /// The same with the colours of a terminal that may have fewer: such that what can be read can still be
    /// read.
    #[must_use]
    pub fn reduced(mut self, depth: ColorDepth) -> Self {
        if depth == ColorDepth::None {
            return Self::built_in(PLAIN);
        }
        let behind = self.fill.map(|fill| fill.reduced(depth, &[]));
        if let Some(Color::Indexed(index)) = behind {
            self.on = vec![indexed_color(index)];
        }
        let on = std::mem::take(&mut self.on);
        let lower = |color: Color, on: &[Rgb]| match color {
            Color::Rgb(rgb) => rgb.reduced(depth, on),
            color => color,
        };
        let mut authors = Vec::new();
        for (role, paint) in self.paints_mut() {
            paint.bg = lower(paint.bg, &[]);
            let own = match paint.bg {
                Color::Own => None,
                Color::Indexed(index) => Some(vec![indexed_color(index)]),
                Color::Rgb(bg) => Some(vec![bg]),
            };
            let on = if role == RULE { &[] } else { own.as_deref().unwrap_or(&on) };
            paint.fg = match paint.fg {
                Color::Rgb(rgb) if role == AUTHORS => rgb.reduced_beside(depth, on, &authors),
                color => lower(color, on),
            };
            authors.extend((role == AUTHORS).then_some(paint.fg));
        }
        self.on = on;
        self
    }

    /// What stands behind everything.
    #[must_use]
    pub fn behind(&self, depth: ColorDepth) -> Color {
        self.fill.map_or(Color::Own, |fill| fill.reduced(depth, &[]))
    }

    /// All the paints with the names of their roles.
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

    /// The paint of a user, by the number that their nickname makes.
    #[must_use]
    pub fn author(&self, number: usize) -> Paint {
        number.checked_rem(self.authors.len()).map_or_else(Paint::default, |at| self.authors[at])
    }
}

/// The only role that is no text.
const RULE: &str = "rule";
/// The role of several colours, which are to be told apart.
const AUTHORS: &str = "authors";

/// A name becomes part of a path, so it is of letters, digits and `-` and `_` only.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

/// The names of all themes: those that come with the program, and a person's own.
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
