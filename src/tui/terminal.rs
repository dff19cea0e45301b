//! Taking over the terminal, and giving it back whatever happens.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Stdout, Write, stdout};

use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
    PushKeyboardEnhancementFlags,
};
use crossterm::style::Print;
use crossterm::terminal::{self, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, execute};
use ratatui::backend::Backend;
use ratatui::buffer::Cell;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal};
use signal_hook::consts::SIGSTOP;
use signal_hook::low_level::raise;

use super::input::{self, Input};
use super::kitty;
use super::pictures::{Drawn, Looks, Pictures};
use super::standing::Window;
use super::steady::Steady;
use crate::model::UserId;
use crate::text::is_clean;

/// Reports of buttons and the wheel, with places beyond column 223; crossterm's own capture reports each movement too,
/// of which nothing is made here.
/// <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h2-Mouse-Tracking>
const MOUSE_ON: &str = "\u{1b}[?1000h\u{1b}[?1006h";
const MOUSE_OFF: &str = "\u{1b}[?1006l\u{1b}[?1000l";

/// Bytes of a frame that are written at once: all of one at 200×50, so that no half of it is ever seen.
const FRAME: usize = 32 * 1024;

/// The terminal, ours until this is dropped.
pub(super) struct Screen {
    /// Where frames are drawn.
    pub(super) terminal: Terminal<Steady<BufWriter<Stdout>>>,
    /// The mouse is listened to.
    mouse: bool,
    /// Whose pictures the terminal was sent, and which.
    sent: BTreeMap<UserId, u64>,
    /// What it reports.
    pub(super) input: Input,
    /// How many pixels wide a cell is, and how high, where the terminal was asked and told it.
    cell: Option<(u16, u16)>,
}

impl Screen {
    /// Takes the terminal over: raw mode, alternate screen, bracketed paste, and told-apart keys where
    /// the terminal knows how.
    pub(super) fn open() -> io::Result<Self> {
        take()?;
        let frames = BufWriter::with_capacity(FRAME, stdout());
        let terminal = Terminal::new(Steady::new(frames)).inspect_err(|_| give_back())?;
        Ok(Self { terminal, mouse: false, sent: BTreeMap::new(), input: Input::default(), cell: None })
    }

    /// Draws a frame. What a widget let through of what was typed or pasted stops here: no cell holds a character
    /// that acts on the terminal or on its neighbours.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(|frame| {
            draw(frame);
            let wrong = |cell: &&mut Cell| !is_clean(cell.symbol()) && !kitty::is_cell(cell.symbol());
            for cell in frame.buffer_mut().content.iter_mut().filter(wrong) {
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

    /// Whether the terminal told just now that it can be sent sixels. Where the size of a cell is not known, it cannot.
    pub(super) fn learns_sixel(&mut self) -> bool {
        let Some(answers) = self.input.take_answers() else { return false };
        self.cell = answers.cell;
        answers.sixel == Some(true) && self.window().is_some()
    }

    /// What the window is like, as far as that is needed for sixels.
    fn window(&mut self) -> Option<Window> {
        Window::of(self.terminal.backend_mut().window_size().ok()?, self.cell)
    }

    /// Sends the terminal the pictures that it draws and does not have yet, and has it forget those that went.
    pub(super) fn send(&mut self, pictures: &Pictures) -> io::Result<()> {
        let window = if pictures.drawn() == Drawn::Sixel { self.window() } else { None };
        let terminal = self.terminal.backend_mut();
        if terminal.inline.take(pictures) | terminal.send_sixels(window) {
            self.redraw()?;
        }
        let mut out = String::new();
        for (user, small) in pictures.all().filter(|_| pictures.drawn() == Drawn::Sent) {
            if let Looks::Pixels(pixels) = &small.looks
                && self.sent.insert(user, small.stamp) != Some(small.stamp)
            {
                out.push_str(&kitty::send(user, pixels));
            }
        }
        self.sent.retain(|user, _| {
            let stays = pictures.drawn() == Drawn::Sent && pictures.of(*user).is_some();
            if !stays {
                out.push_str(&kitty::forget(*user));
            }
            stays
        });
        if out.is_empty() { Ok(()) } else { self.ask(&out) }
    }

    /// Lends the terminal to another program while `work` runs.
    pub(super) fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        give_back();
        let done = work();
        take()?;
        let mouse = std::mem::take(&mut self.mouse);
        self.listen(mouse)?;
        self.redraw()?;
        Ok(done)
    }

    /// Has all of the next frame drawn, whatever stands on the screen.
    pub(super) fn redraw(&mut self) -> io::Result<()> {
        self.sent.clear();
        // Unlike `clear`, this does not ask the terminal where the cursor is, and so cannot wait for an answer in vain.
        let size = self.terminal.size()?;
        self.terminal.resize(Rect::new(0, 0, size.width, size.height))
    }

    /// Gives the terminal back to the shell until the person comes back.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        self.lend(|| raise(SIGSTOP))?
    }

    /// Listens to the mouse, or no longer: then the terminal selects text with it.
    pub(super) fn listen(&mut self, mouse: bool) -> io::Result<()> {
        if mouse == self.mouse {
            return Ok(());
        }
        self.mouse = mouse;
        execute!(stdout(), Print(if mouse { MOUSE_ON } else { MOUSE_OFF }))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.send(&Pictures::default());
        give_back();
    }
}

fn take() -> io::Result<()> {
    input::take();
    terminal::enable_raw_mode()?;
    // Terminals that do not know the enhancement ignore it, so there is no need to ask and wait.
    let flags = PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES);
    execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste, flags).inspect_err(|_| give_back())
}

/// Errors are of no use here: there is no terminal left to tell them to.
fn give_back() {
    let _ = execute!(stdout(), Print(MOUSE_OFF), PopKeyboardEnhancementFlags, DisableBracketedPaste);
    let _ = execute!(stdout(), LeaveAlternateScreen, cursor::Show);
    let _ = terminal::disable_raw_mode();
    input::wait_in_reads(true);
    let _ = stdout().flush();
}
