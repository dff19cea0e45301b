//! A question before the screens, when there is nothing yet that they could show. It knows nothing of the
//! store.

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::{TuiError, check_terminal, layout, terminal, view::Theme};
use crate::text::{clean, wrap};

/// Columns of the text.
const WIDE: u16 = 66;

/// One of the answers: its key, and what it does.
pub type Answer = (char, &'static str);

/// Shows a text and waits for one of the answers; none when the person wants none of them.
///
/// # Errors
/// When there is no terminal, or it fails.
pub fn choose(text: &str, answers: &[Answer], theme: &Theme) -> Result<Option<char>, TuiError> {
    check_terminal()?;
    let mut screen = terminal::Screen::open()?;
    loop {
        screen.draw(|frame| draw(text, answers, theme, frame))?;
        let Event::Key(key) = event::read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        match key.code {
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => return Ok(None),
            KeyCode::Esc | KeyCode::Char('q') => return Ok(None),
            KeyCode::Char(c) if answers.iter().any(|(key, _)| *key == c) => return Ok(Some(c)),
            _ => {}
        }
    }
}

/// Draws the question in the middle.
fn draw(text: &str, answers: &[Answer], theme: &Theme, frame: &mut Frame<'_>) {
    let all = frame.area();
    let columns = WIDE.min(all.width.saturating_sub(4));
    let text = clean(text);
    let mut lines: Vec<Line<'_>> =
        wrap(&text, usize::from(columns)).into_iter().map(|line| Line::raw(text[line].to_owned())).collect();
    lines.push(Line::default());
    for (key, what) in answers.iter().chain(&[('q', "quit")]) {
        let key = Span::styled(format!("{key}  "), theme.accent.add_modifier(Modifier::BOLD));
        lines.push(Line::from(vec![key, Span::raw(*what)]));
    }
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let area = layout::centered(all, columns, rows.min(all.height));
    for (line, y) in lines.into_iter().zip(area.y..area.bottom()) {
        frame.render_widget(line, Rect { y, height: 1, ..area });
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;

    #[test]
    fn a_question_fits_every_window() {
        let text = "m.db is of version 9, and microblog knows versions up to 4.\u{1b}[2J";
        for (width, height) in [(80, 24), (30, 8), (3, 2), (1, 1)] {
            let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
            terminal.draw(|frame| draw(text, &[('r', "read it")], &Theme::new(true), frame)).unwrap();
            if width == 80 {
                let shown = terminal.backend().to_string();
                assert!(shown.contains("r  read it") && shown.contains("q  quit"), "{shown}");
                assert!(shown.contains("up to 4.␛[2J"), "{shown}");
            }
        }
    }
}
