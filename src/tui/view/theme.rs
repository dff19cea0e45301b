//! The looks: a style a role, and a colour a user.

use ratatui::style::{Color, Modifier, Style};

use crate::text::looks;

/// Styles by role. Foreground and background are the terminal's own but where something is set off.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    color: bool,
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
}

impl Theme {
    /// The looks, with colours or with none.
    #[must_use]
    pub fn new(color: bool) -> Self {
        let plain = Style::new();
        let painted = |index| if color { plain.fg(Color::Indexed(index)) } else { plain };
        Self {
            color,
            accent: painted(33),
            dim: if color { painted(245) } else { plain.add_modifier(Modifier::DIM) },
            rule: if color { painted(240) } else { plain.add_modifier(Modifier::DIM) },
            strong: plain.add_modifier(Modifier::BOLD),
            link: painted(33).add_modifier(Modifier::UNDERLINED),
            tag: painted(37),
            mention: painted(33).add_modifier(Modifier::BOLD),
            warn: painted(172).add_modifier(Modifier::BOLD),
            error: painted(160).add_modifier(Modifier::BOLD),
            hit: plain.add_modifier(Modifier::REVERSED),
            removed: painted(160).add_modifier(Modifier::CROSSED_OUT),
            added: painted(33).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            pill: painted(33).add_modifier(Modifier::REVERSED | Modifier::BOLD),
        }
    }

    /// The colour of a user, always the same for a nickname.
    #[must_use]
    pub fn author(&self, nickname: &str) -> Style {
        if !self.color {
            return Style::new();
        }
        Style::new().fg(Color::Indexed(looks::color(nickname)))
    }
}
