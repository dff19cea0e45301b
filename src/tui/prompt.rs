//! A question that is asked before there are screens. It does not know the store.

use std::sync::mpsc::channel;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::event::Event;
use super::terminal::Screen;
use super::terminal::parser::Input;
use super::{TuiError, check_terminal, layout, widgets::Theme};
use crate::text::{clean, wrap};

/// Most columns of the text.
const COLUMNS: u16 = 66;

/// An answer: its key, and what it does.
pub type Answer = (char, &'static str);

/// Shows a text, and waits for one of the answers; `None` when the user quits.
///
/// # Errors
/// When there is no terminal, or it fails.
pub fn choose(text: &str, answers: &[Answer], theme: &Theme) -> Result<Option<char>, TuiError> {
    check_terminal()?;
    let (sender, events) = channel();
    let mut screen = Screen::open(sender)?;
    loop {
        screen.draw(|frame| draw(text, answers, theme, frame))?;
        match events.recv() {
            Ok(Event::Input(Input::Key(press))) => {
                let keys = [Some(press.event), press.latin];
                if let Some(answer) = keys.into_iter().flatten().find_map(|key| read(key, answers)) {
                    return Ok(answer);
                }
            }
            Ok(Event::Suspend) => screen.suspend()?,
            Ok(Event::TerminalLost(error)) => return Err(error.into()),
            Ok(Event::Quit) | Err(_) => return Ok(None),
            Ok(Event::Input(_) | Event::Resized | Event::Worker(_) | Event::ProgramFailed(_)) => {}
        }
    }
}

/// Returns the answer of a key; `Some(None)` for those that quit.
fn read(key: KeyEvent, answers: &[Answer]) -> Option<Option<char>> {
    match key.code {
        _ if key.kind == KeyEventKind::Release => None,
        KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => Some(None),
        KeyCode::Esc | KeyCode::Char('q') => Some(None),
        KeyCode::Char(c) if answers.iter().any(|(key, _)| *key == c) => Some(Some(c)),
        _ => None,
    }
}

/// Draws the text and the answers in the middle.
fn draw(text: &str, answers: &[Answer], theme: &Theme, frame: &mut Frame<'_>) {
    let all = frame.area();
    let columns = COLUMNS.min(all.width.saturating_sub(4));
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
    fn prompt_fits_every_window() {
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

    #[test]
    fn only_answers_and_keys_that_quit_end_the_prompt() {
        let answers = [('r', "read it")];
        let key = |code, modifiers| read(KeyEvent::new(code, modifiers), &answers);
        for (code, modifiers, answer) in [
            (KeyCode::Char('r'), KeyModifiers::NONE, Some(Some('r'))),
            (KeyCode::Char('q'), KeyModifiers::NONE, Some(None)),
            (KeyCode::Esc, KeyModifiers::NONE, Some(None)),
            (KeyCode::Char('c'), KeyModifiers::CONTROL, Some(None)),
            (KeyCode::Char('c'), KeyModifiers::NONE, None),
        ] {
            assert_eq!(key(code, modifiers), answer, "{code:?}");
        }
    }
}
