//! The choice of what is to be done, by name.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::text::{clean_line, truncate, width};
use crate::tui::layout;
use crate::tui::state::{Command, Commands};
use crate::tui::widgets::{Theme, frame as window, rows};

pub(super) fn draw(shown: &Commands, size: (u16, u16), theme: &Theme, frame: &mut Frame<'_>) {
    let area = layout::commands(size);
    let inside = window::draw("do", area, theme, frame);
    let query = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), height: 1, ..inside };
    frame.render_widget(Line::styled(":", theme.accent), Rect { width: 1, ..query });
    frame.render_widget(&shown.query.0, Rect { x: query.x + 2, width: query.width.saturating_sub(2), ..query });
    if shown.query.text().is_empty() {
        let hint =
            truncate("what, or a theme, or #tag, or @user", usize::from(query.width.saturating_sub(4))).into_owned();
        let behind = Rect { x: query.x + 4, width: query.width.saturating_sub(4), ..query };
        frame.render_widget(Line::styled(hint, theme.dim), behind);
    }
    let below = layout::commands_list(size);
    if shown.found.items.is_empty() {
        return frame.render_widget(Line::styled(" nothing of that name", theme.dim), below);
    }
    let columns = usize::from(below.width);
    rows::draw(&shown.found, below, frame, |at, command| vec![row(command, at == shown.found.cursor, columns, theme)]);
}

fn row(command: &Command, selected: bool, columns: usize, theme: &Theme) -> Line<'static> {
    let keys = truncate(&command.keys, columns / 2).into_owned();
    let room = columns.saturating_sub(width(&keys) + 4);
    let what = truncate(&clean_line(&command.what), room).into_owned();
    let gap = " ".repeat(room.saturating_sub(width(&what)) + 1);
    let (bar, style) = if selected { ("▌ ", theme.strong) } else { ("  ", Style::new()) };
    let spans =
        vec![Span::styled(bar, theme.accent), Span::styled(what, style), Span::raw(gap), Span::styled(keys, theme.dim)];
    Line::from(spans)
}
