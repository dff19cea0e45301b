//! The theme: a style for each role and a color for each user, as far as the terminal can show them.

use std::sync::LazyLock;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use crate::config::{Color as Chosen, ColorDepth, Paint, Palette, Rgb};
use crate::text::identicon;

/// Styles by role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Plain text and its background, wherever no other style applies.
    text: Style,
    /// Focus, the cursor, the current timeline.
    pub accent: Style,
    /// Secondary text.
    pub dim: Style,
    /// Rules and borders.
    pub rule: Style,
    /// Emphasized text.
    pub strong: Style,
    /// A link.
    pub link: Style,
    /// A tag.
    pub tag: Style,
    /// A mention.
    pub mention: Style,
    /// A warning.
    pub warn: Style,
    /// An error.
    pub error: Style,
    /// A search match.
    pub hit: Style,
    /// Removed text in an edit history.
    pub removed: Style,
    /// Added text in an edit history.
    pub added: Style,
    /// A badge over other content.
    pub pill: Style,
    authors: Vec<Style>,
}

impl Theme {
    /// Returns a palette's theme on a terminal with a color depth.
    #[must_use]
    pub fn of(palette: &Palette, depth: ColorDepth) -> Self {
        let behind = if depth == ColorDepth::None { Chosen::Own } else { palette.behind(depth) };
        let palette = palette.clone().reduced(depth);
        Self {
            text: style(Paint { bg: behind, ..palette.text }),
            accent: style(palette.accent),
            dim: style(palette.dim),
            rule: style(palette.rule),
            strong: style(palette.strong),
            link: style(palette.link),
            tag: style(palette.tag),
            mention: style(palette.mention),
            warn: style(palette.warn),
            error: style(palette.error),
            hit: style(palette.hit),
            removed: style(palette.removed),
            added: style(palette.added),
            pill: style(palette.pill),
            authors: palette.authors.into_iter().map(style).collect(),
        }
    }

    /// Returns the theme for a terminal of unknown background, with or without colors.
    #[must_use]
    pub fn new(color: bool) -> Self {
        fn either(depth: ColorDepth) -> Theme {
            Theme::of(&Palette::built_in("either"), depth)
        }
        static THEMES: [LazyLock<Theme>; 2] =
            [LazyLock::new(|| either(ColorDepth::None)), LazyLock::new(|| either(ColorDepth::Indexed))];
        THEMES[usize::from(color)].clone()
    }

    /// Returns the color of a nickname, always the same one.
    #[must_use]
    pub fn author(&self, nickname: &str) -> Style {
        let at = identicon::color(nickname).checked_rem(self.authors.len());
        at.map_or_else(Style::new, |at| self.authors[at])
    }

    /// Applies the theme's text color and background to all cells that have none.
    pub fn fill(&self, buffer: &mut Buffer) {
        let (fg, bg) = (self.text.fg.unwrap_or_default(), self.text.bg.unwrap_or_default());
        if (fg, bg) == (Color::Reset, Color::Reset) {
            return;
        }
        for cell in &mut buffer.content {
            if cell.fg == Color::Reset {
                cell.fg = fg;
            }
            if cell.bg == Color::Reset {
                cell.bg = bg;
            }
        }
    }
}

fn style(paint: Paint) -> Style {
    let effects = [
        (paint.bold, Modifier::BOLD),
        (paint.dim, Modifier::DIM),
        (paint.italic, Modifier::ITALIC),
        (paint.underlined, Modifier::UNDERLINED),
        (paint.reversed, Modifier::REVERSED),
        (paint.crossed, Modifier::CROSSED_OUT),
    ];
    let effects = effects.into_iter().filter(|(wanted, _)| *wanted).fold(Modifier::empty(), |all, (_, it)| all | it);
    let style = Style::new().add_modifier(effects);
    let style = color(paint.fg).map_or(style, |fg| style.fg(fg));
    color(paint.bg).map_or(style, |bg| style.bg(bg))
}

pub(super) fn color(color: Chosen) -> Option<Color> {
    match color {
        Chosen::Own => None,
        Chosen::Indexed(index) => Some(Color::Indexed(index)),
        Chosen::Rgb(Rgb(red, green, blue)) => Some(Color::Rgb(red, green, blue)),
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;

    #[test]
    fn fill_leaves_colored_cells_alone() {
        let theme = Theme::of(&Palette::built_in("gruvbox"), ColorDepth::True);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 3, 1));
        buffer.set_string(0, 0, "ab", theme.pill);
        theme.fill(&mut buffer);
        let (pill, empty) = (&buffer[(0, 0)], &buffer[(2, 0)]);
        assert_eq!((pill.fg, pill.bg), (Color::Rgb(0x28, 0x28, 0x28), Color::Rgb(0xfa, 0xbd, 0x2f)));
        assert_eq!((empty.fg, empty.bg), (Color::Rgb(0xeb, 0xdb, 0xb2), Color::Rgb(0x28, 0x28, 0x28)));
    }

    #[test]
    fn text_ranks_differ_without_colors() {
        for name in crate::config::theme_names(None) {
            let theme = Theme::of(&Palette::built_in(&name), ColorDepth::None);
            let colored = |style: Style| style.fg.is_some() || style.bg.is_some();
            assert!(![theme.text, theme.accent, theme.author("john")].into_iter().any(colored), "{name}");
            assert_ne!(theme.dim, theme.strong);
            assert_ne!(theme.dim, theme.text);
        }
    }
}
