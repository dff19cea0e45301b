//! The looks: a style a role, and a colour a user, as the terminal can show them.

use std::sync::LazyLock;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use crate::config::{Color as Chosen, ColorDepth, Paint, Palette, Rgb};
use crate::text::identicon;

/// Styles by role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// What is painted where nothing else is: text, and the background behind it.
    text: Style,
    /// The program's own colour: focus, the cursor, the current timeline.
    pub accent: Style,
    /// What is there but does not matter now.
    pub dim: Style,
    /// Lines between panes.
    pub rule: Style,
    /// What matters.
    pub strong: Style,
    /// A link.
    pub link: Style,
    /// A tag.
    pub tag: Style,
    /// A mention.
    pub mention: Style,
    /// Something to look out for.
    pub warn: Style,
    /// Something failed.
    pub error: Style,
    /// What was looked for.
    pub hit: Style,
    /// What a text says no longer.
    pub removed: Style,
    /// What a text says by now.
    pub added: Style,
    /// A small sign over other things.
    pub pill: Style,
    authors: Vec<Style>,
}

impl Theme {
    /// A theme on a terminal with so many colours.
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

    /// The looks before anything is known of the terminal but whether it shows colours.
    #[must_use]
    pub fn new(color: bool) -> Self {
        fn either(depth: ColorDepth) -> Theme {
            Theme::of(&Palette::built_in("either"), depth)
        }
        static LOOKS: [LazyLock<Theme>; 2] =
            [LazyLock::new(|| either(ColorDepth::None)), LazyLock::new(|| either(ColorDepth::Indexed))];
        LOOKS[usize::from(color)].clone()
    }

    /// The colour of a user, always the same for a nickname.
    #[must_use]
    pub fn author(&self, nickname: &str) -> Style {
        let at = identicon::color(nickname).checked_rem(self.authors.len());
        at.map_or_else(Style::new, |at| self.authors[at])
    }

    /// Paints what was drawn in no colour of its own with those of the theme.
    pub(super) fn fill(&self, buffer: &mut Buffer) {
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
    fn a_theme_fills_only_what_has_no_colour_of_its_own() {
        let theme = Theme::of(&Palette::built_in("gruvbox"), ColorDepth::True);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 3, 1));
        buffer.set_string(0, 0, "ab", theme.pill);
        theme.fill(&mut buffer);
        let (pill, empty) = (&buffer[(0, 0)], &buffer[(2, 0)]);
        assert_eq!((pill.fg, pill.bg), (Color::Rgb(0x28, 0x28, 0x28), Color::Rgb(0xfa, 0xbd, 0x2f)));
        assert_eq!((empty.fg, empty.bg), (Color::Rgb(0xeb, 0xdb, 0xb2), Color::Rgb(0x28, 0x28, 0x28)));
    }

    #[test]
    fn without_colours_the_ranks_of_text_are_still_told_apart() {
        for name in crate::config::theme_names(None) {
            let theme = Theme::of(&Palette::built_in(&name), ColorDepth::None);
            let colored = |style: Style| style.fg.is_some() || style.bg.is_some();
            assert!(![theme.text, theme.accent, theme.author("john")].into_iter().any(colored), "{name}");
            assert_ne!(theme.dim, theme.strong);
            assert_ne!(theme.dim, theme.text);
        }
    }
}
