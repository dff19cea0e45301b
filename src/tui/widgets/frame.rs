//! A bordered window over the panes.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear};

use super::Theme;
use crate::text::{truncate, width};

/// Clears an area, draws a border around it, and returns the area inside.
pub fn border(area: Rect, theme: &Theme, frame: &mut Frame<'_>) -> Rect {
    frame.render_widget(Clear, area);
    clear_cut_letters(area, frame);
    let block = Block::bordered().border_type(BorderType::Rounded).border_style(theme.rule);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    inside
}

/// Clears the wide letters whose second halves an area covers: they would cover its left border.
fn clear_cut_letters(area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let Some(x) = area.x.checked_sub(1).filter(|x| *x >= buffer.area.x) else { return };
    for y in area.y..area.bottom() {
        if width(buffer[(x, y)].symbol()) > 1 {
            buffer[(x, y)].set_symbol(" ");
        }
    }
}

/// Clears an area, draws a border with a title around it, and returns the area inside the border.
pub fn draw(title: &str, area: Rect, theme: &Theme, frame: &mut Frame<'_>) -> Rect {
    let inside = border(area, theme, frame);
    let title = format!(" {} ", truncate(title, usize::from(inside.width).saturating_sub(2)));
    let line = Rect { width: u16::try_from(width(&title)).unwrap_or(0), height: 1, ..inside };
    let line = Rect { y: area.y, ..line }.intersection(area);
    // The title must not inherit the style of the border.
    frame.render_widget(Clear, line);
    frame.render_widget(Line::styled(title, theme.accent.patch(theme.strong)), line);
    inside
}
