//! Takes the terminal over, and gives it back whatever happens. The only part of the screens that writes to it.

pub(super) mod backend;
pub(super) mod browser;
pub(super) mod clipboard;
pub(super) mod input;
mod latin;
pub mod parser;
pub(super) mod query;

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Stdout, Write, stdout};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
    PushKeyboardEnhancementFlags,
};
use crossterm::style::Print;
use crossterm::terminal::{self, Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, execute};
use ratatui::backend::Backend;
use ratatui::buffer::Cell;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal};

use super::TuiError;
use super::event::Event;
use super::images::avatars::{AvatarCache, ImageProtocol, Rendering};
use super::images::kitty;
use super::images::sixel_layer::Window;
use crate::model::UserId;
use crate::text::is_clean;
use backend::StableBackend;
use input::InputThread;

/// Turns on reports of buttons and the wheel, with positions beyond column 223. crossterm's own sequence asks for each
/// movement too, which nothing here uses.
/// <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h2-Mouse-Tracking>
const MOUSE_ON: &str = "\u{1b}[?1000h\u{1b}[?1006h";
const MOUSE_OFF: &str = "\u{1b}[?1006l\u{1b}[?1000l";

/// Moves to the start of a line below all that is on the screen. With an alternate screen this is undone by leaving it;
/// without one, the shell must not go on in the middle of the last frame.
const FRESH_LINE: &str = "\u{1b}[9999;1H\r\n";

/// Bytes of a frame that are written at once: all of one at 200×50, so that no half of it is ever visible.
const FRAME: usize = 32 * 1024;

/// How long after a question its answer may come; later ones would be typed into the shell after leaving.
const ANSWER_WAIT: Duration = Duration::from_millis(200);

/// How long after a question the first frame waits for the answer. Terminals answer in a few milliseconds, and a frame in
/// the wrong colors would flash.
const FIRST_FRAME_WAIT: Duration = Duration::from_millis(30);

/// The terminal, taken over until this is dropped.
pub(super) struct Screen {
    /// Draws the frames.
    pub(super) terminal: Terminal<StableBackend<BufWriter<Stdout>>>,
    /// Mouse reports are on.
    mouse: bool,
    /// Users whose avatars were sent to the terminal, with the stamps of these.
    sent: BTreeMap<UserId, u64>,
    /// Reads the terminal; dropped before the terminal is given back.
    input: Option<InputThread>,
    /// When the last question was asked, until its answer came.
    asked: Option<Instant>,
    /// The width and the height of a cell in pixels, if the terminal reported it.
    pub(super) cell: Option<(u16, u16)>,
}

impl Screen {
    /// Takes the terminal over: raw mode, alternate screen, bracketed paste, and unambiguous keys where the terminal
    /// has them; what it sends goes to a channel.
    ///
    /// # Errors
    /// When the terminal fails, or its input cannot be read.
    pub(super) fn open(events: Sender<Event>) -> Result<Self, TuiError> {
        take_over()?;
        let frames = BufWriter::with_capacity(FRAME, stdout());
        let opened = InputThread::start(events)
            .and_then(|input| Ok((input, Terminal::new(StableBackend::new(frames)).map_err(TuiError::from)?)))
            .inspect_err(|_| give_back());
        let (input, terminal) = opened?;
        Ok(Self { terminal, mouse: false, sent: BTreeMap::new(), input: Some(input), asked: None, cell: None })
    }

    /// Draws a frame. Characters that act on the terminal or on their neighbors end here, whatever a widget let pass.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(|frame| {
            draw(frame);
            let harmful = |cell: &&mut Cell| !is_clean(cell.symbol()) && !kitty::is_placeholder(cell.symbol());
            for cell in frame.buffer_mut().content.iter_mut().filter(harmful) {
                cell.set_char('\u{fffd}');
            }
        })?;
        Ok(())
    }

    /// Asks the terminal questions; the answers come as events.
    pub(super) fn ask(&mut self, questions: &str) -> io::Result<()> {
        self.asked = Some(Instant::now());
        write(questions)
    }

    /// Notes that the last question was answered.
    pub(super) fn answered(&mut self) {
        self.asked = None;
    }

    /// Returns when the first frame is drawn at the latest, whether or not the terminal has answered.
    pub(super) fn first_frame_deadline(&self) -> Option<Instant> {
        Some(self.asked? + FIRST_FRAME_WAIT)
    }

    /// Returns how long an answer may still be on its way; `None` when none is expected.
    pub(super) fn answer_wait(&self) -> Option<Duration> {
        ANSWER_WAIT.checked_sub(self.asked?.elapsed())
    }

    /// Returns the window, if its cells have a known size in pixels.
    pub(super) fn window(&mut self) -> Option<Window> {
        Window::of(self.terminal.backend_mut().window_size().ok()?, self.cell)
    }

    /// Sends the terminal new avatars, and deletes those that are gone.
    pub(super) fn send_avatars(&mut self, avatars: &AvatarCache) -> io::Result<()> {
        let window = if avatars.protocol() == ImageProtocol::Sixel { self.window() } else { None };
        let terminal = self.terminal.backend_mut();
        if terminal.images.update(avatars) | terminal.set_sixel_window(window) {
            self.redraw()?;
        }
        let mut out = String::new();
        for (user, thumbnail) in avatars.all().filter(|_| avatars.protocol() == ImageProtocol::Kitty) {
            if let Rendering::Pixels(pixels) = &thumbnail.rendering
                && self.sent.insert(user, thumbnail.stamp) != Some(thumbnail.stamp)
            {
                out.push_str(&kitty::send(user, pixels));
            }
        }
        self.sent.retain(|user, _| {
            let stays = avatars.protocol() == ImageProtocol::Kitty && avatars.of(*user).is_some();
            if !stays {
                out.push_str(&kitty::delete(*user));
            }
            stays
        });
        if out.is_empty() { Ok(()) } else { write(&out) }
    }

    /// Lends the terminal to another program while `work` runs; nothing is read meanwhile.
    pub(super) fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        if let Some(input) = &mut self.input {
            input.pause();
        }
        give_back();
        let done = work();
        take_over()?;
        if let Some(input) = &mut self.input {
            input.resume();
        }
        let mouse = std::mem::take(&mut self.mouse);
        self.set_mouse(mouse)?;
        self.redraw()?;
        Ok(done)
    }

    /// Has the next frame drawn whole, whatever is on the screen.
    pub(super) fn redraw(&mut self) -> io::Result<()> {
        self.sent.clear();
        // `Terminal::clear` would ask for the position of the cursor, and wait for an answer that may never come.
        let size = self.terminal.size()?;
        self.terminal.resize(Rect::new(0, 0, size.width, size.height))
    }

    /// Suspends the program, and gives the terminal back to the shell until it is continued.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        self.lend(stop_process)?
    }

    /// Turns mouse reports on or off; without them the terminal selects text with the mouse.
    pub(super) fn set_mouse(&mut self, mouse: bool) -> io::Result<()> {
        if mouse == self.mouse {
            return Ok(());
        }
        self.mouse = mouse;
        write(if mouse { MOUSE_ON } else { MOUSE_OFF })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.send_avatars(&AvatarCache::default());
        self.input = None;
        give_back();
    }
}

#[cfg(unix)]
fn stop_process() -> io::Result<()> {
    signal_hook::low_level::raise(signal_hook::consts::SIGSTOP)
}

/// Elsewhere programs are not suspended.
#[cfg(not(unix))]
fn stop_process() -> io::Result<()> {
    Ok(())
}

/// Writes to the terminal at once.
fn write(text: &str) -> io::Result<()> {
    let mut out = stdout();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn take_over() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    // Terminals that do not know these flags ignore them, so there is no need to ask and wait. The second one has them
    // say which key of a Latin layout was pressed.
    let flags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES | KeyboardEnhancementFlags::REPORT_ALTERNATE_KEYS;
    execute!(
        stdout(),
        EnterAlternateScreen,
        // Where there is no alternate screen, this is the shell's, with text that no frame would cover.
        Clear(ClearType::All),
        EnableBracketedPaste,
        PushKeyboardEnhancementFlags(flags)
    )
    .inspect_err(|_| give_back())
}

/// Gives the terminal back. Errors are ignored: there is no terminal left to show them on.
fn give_back() {
    let _ = execute!(stdout(), Print(MOUSE_OFF), PopKeyboardEnhancementFlags, DisableBracketedPaste);
    let _ = execute!(stdout(), Print(FRESH_LINE), LeaveAlternateScreen, cursor::Show);
    let _ = terminal::disable_raw_mode();
    let _ = stdout().flush();
}
