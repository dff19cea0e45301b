//! Taking over the terminal, and giving it back whatever happens.

use std::io::{self, Stdout, Write, stdout};

use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
    PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{self, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, execute};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};

use crate::text::is_clean;

/// The terminal, ours until this is dropped.
pub(super) struct Screen {
    /// Where frames are drawn.
    pub(super) terminal: Terminal<CrosstermBackend<Stdout>>,
}

impl Screen {
    /// Takes the terminal over: raw mode, alternate screen, bracketed paste, and told-apart keys where
    /// the terminal knows how.
    pub(super) fn open() -> io::Result<Self> {
        take()?;
        let terminal = Terminal::new(CrosstermBackend::new(stdout())).inspect_err(|_| give_back())?;
        Ok(Self { terminal })
    }

    /// Draws a frame. What a widget let through of what was typed or pasted stops here: no cell holds a character
    /// that acts on the terminal or on its neighbours.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(|frame| {
            draw(frame);
            for cell in frame.buffer_mut().content.iter_mut().filter(|cell| !is_clean(cell.symbol())) {
                cell.set_char('\u{fffd}');
            }
        })?;
        Ok(())
    }

    /// Asks the terminal something; the answer comes with what it reports.
    pub(super) fn ask(&mut self, question: &str) -> io::Result<()> {
        stdout().write_all(question.as_bytes())?;
        stdout().flush()
    }

    /// Lends the terminal to another program while `work` runs.
    pub(super) fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        give_back();
        let done = work();
        take()?;
        self.terminal.clear()?;
        Ok(done)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    // Terminals that do not know the enhancement ignore it, so there is no need to ask and wait.
    let flags = PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES);
    execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste, flags).inspect_err(|_| give_back())
}

/// Errors are of no use here: there is no terminal left to tell them to.
fn give_back() {
    let _ = execute!(stdout(), PopKeyboardEnhancementFlags, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    let _ = terminal::disable_raw_mode();
    let _ = stdout().flush();
}
