//! A scrollable page of text.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Theme;
use crate::text::{pluralize, width};

/// Draws the lines from index `scroll` on. The number of lines below is shown at the end of `title`, if it fits there.
pub fn draw(lines: Vec<Line<'static>>, scroll: usize, area: Rect, title: Rect, theme: &Theme, frame: &mut Frame<'_>) {
    let whole = lines.iter().rposition(|line| line.width() > 0).map_or(0, |last| last + 1);
    for (line, y) in lines.into_iter().skip(scroll).zip(area.y..area.bottom()) {
        frame.render_widget(line, Rect { y, height: 1, ..area });
    }
    let below = whole.saturating_sub(scroll + usize::from(area.height));
    if below > 0 {
        let hint = format!(" ↓ {}", pluralize(below as u64, "more line"));
        let columns = u16::try_from(width(&hint)).unwrap_or(u16::MAX);
        let end = Rect { x: title.right().saturating_sub(columns + 1), width: columns, ..title }.intersection(title);
        let buffer = frame.buffer_mut();
        if end.width == columns && end.positions().all(|at| buffer[at].symbol() == " ") {
            // The title's style extends to the end of its line.
            end.positions().for_each(|at| buffer[at].reset());
            frame.render_widget(Line::styled(hint, theme.dim), end);
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;

    fn drawn(lines: &[&'static str], scroll: usize, title: &'static str) -> Vec<String> {
        let mut terminal = Terminal::new(TestBackend::new(24, 3)).unwrap();
        let draw_all = |frame: &mut Frame<'_>| {
            let first = Rect { height: 1, ..frame.area() };
            frame.render_widget(title, first);
            let area = Rect { y: 1, height: 2, ..frame.area() };
            draw(lines.iter().copied().map(Line::from).collect(), scroll, area, first, &Theme::new(false), frame);
        };
        terminal.draw(draw_all).unwrap();
        let rows = terminal.backend().buffer().content.chunks(24);
        rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned()).collect()
    }

    #[test]
    fn number_of_lines_below_is_shown_where_it_fits() {
        let lines = ["a", "b", "c", "d", ""];
        for (scroll, title, shown) in [
            (0, "title", ["title    ↓ 2 more lines", "a", "b"]),
            (1, "title", ["title     ↓ 1 more line", "b", "c"]),
            (2, "title", ["title", "c", "d"]),
            (0, "a title too long", ["a title too long", "a", "b"]),
        ] {
            assert_eq!(drawn(&lines, scroll, title), shown);
        }
    }
}
