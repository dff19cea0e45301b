//! Asks the terminal what it can do, without showing the screens.

use std::io::{Write, stdout};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use crossterm::terminal;

use super::event::Event;
use super::terminal::input::InputThread;
use super::terminal::parser::Input;
use super::terminal::query::{ATTRIBUTES, Answer, BACKGROUND, KEYBOARD, KITTY_IMAGES};
use super::{TuiError, check_terminal};
use crate::config::Background;

/// How long the terminal may take to answer; over `ssh` it is far away.
const WAIT: Duration = Duration::from_millis(500);

/// What the terminal said about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TerminalAnswers {
    /// It answers questions at all.
    pub answered: bool,
    /// Its background.
    pub background: Option<Background>,
    /// It draws images by kitty's protocol.
    pub kitty_images: bool,
    /// It draws sixels.
    pub sixel: bool,
    /// It can report all keys unambiguously.
    pub keyboard_protocol: bool,
}

/// Asks the terminal, and waits for its answers.
///
/// # Errors
/// When there is no terminal, or it fails.
pub fn ask_terminal() -> Result<TerminalAnswers, TuiError> {
    check_terminal()?;
    let (sender, events) = channel();
    terminal::enable_raw_mode()?;
    let answers = InputThread::start(sender).and_then(|input| {
        let mut out = stdout();
        write!(out, "{BACKGROUND}{KITTY_IMAGES}{KEYBOARD}{ATTRIBUTES}").and_then(|()| out.flush())?;
        let end = Instant::now() + WAIT;
        let mut answers = TerminalAnswers::default();
        while let Ok(event) = events.recv_timeout(end.saturating_duration_since(Instant::now())) {
            let Event::Input(Input::Answer(answer)) = event else { continue };
            match answer {
                Answer::Background(color) => answers.background = Some(Background::of_color(color)),
                Answer::KittyImages => answers.kitty_images = true,
                Answer::CellSize(..) => {}
                Answer::KeyboardProtocol => answers.keyboard_protocol = true,
                Answer::Attributes { sixel } => {
                    (answers.answered, answers.sixel) = (true, sixel);
                    break;
                }
            }
        }
        drop(input);
        Ok(answers)
    });
    terminal::disable_raw_mode()?;
    answers
}
