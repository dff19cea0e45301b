//! The loop: waits for the next event, applies all that are there, and draws once.
//!
//! The terminal, signals and workers send events into one channel. The loop waits on it until the next tick or the next
//! frame of a spinner, and never for anything else, but for a program to which it lent the terminal.

use std::env;
use std::io;
use std::process::Command;
use std::time::{Duration, Instant};

use super::app::{App, TICK};
use super::event::Event;
use super::images::avatars::ImageProtocol;
use super::keys::{self, Action};
use super::state::{Message, TerminalEffect};
use super::terminal::clipboard::Copied;
use super::terminal::parser::Input;
use super::terminal::query::Answer;
use super::terminal::{Screen, browser, clipboard};
use crate::editor;
use crate::model::Timestamp;

/// How long events are applied before a frame is drawn, where they come without end.
const BATCH: Duration = Duration::from_millis(50);
/// At every so many ticks, once a second, the size of the window is asked for: a signal usually reports a change before.
const TICKS_PER_SIZE: u32 = 4;

/// Waits until the terminal has reported its background if the first frame depends on it, but not for long: some terminals
/// do not answer.
///
/// # Errors
/// When the terminal fails or is gone.
pub(super) fn await_background(screen: &mut Screen, app: &mut App) -> io::Result<()> {
    while app.awaits_background()
        && !app.state.quit
        && let Some(deadline) = screen.first_frame_deadline()
        && let Some(event) = app.next_event(deadline)
    {
        // The answer about its attributes is the last one, after which there is no deadline.
        apply(screen, app, event)?;
    }
    Ok(())
}

/// Runs until the user quits, a signal ends the program, or the terminal is gone.
///
/// # Errors
/// When the terminal fails or is gone.
pub(super) fn run(screen: &mut Screen, app: &mut App) -> io::Result<()> {
    let mut due = Some(Instant::now());
    let (mut tick, mut ticks) = (Instant::now() + TICK, 0_u32);
    while !app.state.quit {
        if due.is_some_and(|due| due <= Instant::now()) {
            draw(screen, app)?;
            due = None;
        }
        let first = match app.ready_event() {
            // Writes that no frame shows wait until no key does.
            None if app.has_deferred() => {
                due = earlier(due, now_if(app.run_next_deferred()));
                continue;
            }
            None => app.next_event(earlier(due, app.next_wakeup()).map_or(tick, |wakeup| wakeup.min(tick))),
            event => event,
        };
        due = earlier(due, apply_batch(screen, app, first)?);
        let mut changed = app.update_spinners();
        if Instant::now() >= tick {
            (tick, ticks) = (Instant::now() + TICK, ticks.wrapping_add(1));
            changed |= app.tick(Timestamp::now());
            changed |= ticks.is_multiple_of(TICKS_PER_SIZE) && size_changed(screen, app)?;
        }
        due = earlier(due, now_if(changed));
    }
    Ok(())
}

fn now_if(changed: bool) -> Option<Instant> {
    changed.then(Instant::now)
}

fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    a.into_iter().chain(b).min()
}

/// Applies an event, and those that are there already; returns when the next frame is due, if the screen changed.
fn apply_batch(screen: &mut Screen, app: &mut App, first: Option<Event>) -> io::Result<Option<Instant>> {
    let end = Instant::now() + BATCH;
    let (mut due, mut next) = (None, first);
    while let Some(event) = next {
        due = earlier(due, apply(screen, app, event)?.map(|wait| Instant::now() + wait));
        if app.state.quit || Instant::now() >= end {
            break;
        }
        next = app.ready_event();
    }
    Ok(due)
}

/// Applies an event; returns how long the next frame can wait, if the screen changed.
fn apply(screen: &mut Screen, app: &mut App, event: Event) -> io::Result<Option<Duration>> {
    match event {
        Event::Input(Input::Answer(answer)) => apply_answer(screen, app, answer),
        Event::Input(input) => {
            app.input(input);
            for effect in app.take_terminal_effects() {
                run_effect(screen, app, effect)?;
            }
            screen.set_mouse(app.state.settings.mouse)?;
            return Ok(Some(Duration::ZERO));
        }
        Event::Resized => {}
        Event::Quit => app.quit_by_signal(),
        Event::Suspend => screen.suspend()?,
        Event::TerminalLost(error) => return Err(error),
        Event::Worker(report) => return Ok(app.report(*report)),
        Event::ProgramFailed(why) => app.send(Message::Failed(why)),
    }
    Ok(Some(Duration::ZERO))
}

/// Applies what the terminal said about itself.
fn apply_answer(screen: &mut Screen, app: &mut App, answer: Answer) {
    match answer {
        Answer::Background(color) => app.set_background(color),
        Answer::KittyImages => app.set_image_protocol(ImageProtocol::Kitty),
        Answer::KeyboardProtocol => {}
        Answer::CellSize(width, height) => screen.cell = Some((width, height)),
        // Sixels need the size of a cell.
        Answer::Attributes { sixel } => {
            screen.answered();
            if sixel && screen.window().is_some() {
                app.set_image_protocol(ImageProtocol::Sixel);
            }
        }
    }
}

/// Carries out a terminal effect.
fn run_effect(screen: &mut Screen, app: &mut App, effect: TerminalEffect) -> io::Result<()> {
    match effect {
        TerminalEffect::CopyText(text) => {
            if clipboard::copy(&text)? == Copied::Tmux {
                app.send(Message::Notice("sent to tmux, which has a clipboard only with set-clipboard on".to_owned()));
            }
        }
        TerminalEffect::OpenLink(link) => {
            let command = app.state.settings.browser.trim().to_owned();
            let settings = keys::of(&app.state, Action::EditSettings);
            let why = format!("browser \"{command}\" failed: change it in the settings ({settings})");
            let events = app.event_sender();
            let failed = move |_| {
                // Fails only when the loop has ended.
                let _ = events.send(Event::ProgramFailed(why));
            };
            if let Err(error) = browser::open_link(&link, &command, failed) {
                let copy = keys::of(&app.state, Action::CopyMenu);
                let what = if error.kind() == io::ErrorKind::NotFound { "was not found" } else { "cannot be started" };
                let why = match command.as_str() {
                    "" => format!(
                        "no browser opened: set browser in the settings ({settings}), or copy the link with {copy}"
                    ),
                    command => format!("browser \"{command}\" {what}: change it in the settings ({settings})"),
                };
                app.send(Message::Failed(why));
            }
        }
        TerminalEffect::EditText(text, command) => {
            let edited = screen.lend(|| editor::edit(&text, &command))?;
            app.send(Message::Edited(edited.map_err(|error| error.to_string())));
        }
        TerminalEffect::EditSettings(command) => match app.create_settings_file() {
            Ok(path) => {
                if let Err(error) = screen.lend(|| editor::edit_file(&path, &command))? {
                    app.send(Message::Failed(error.to_string()));
                }
            }
            Err(why) => app.send(Message::Failed(why)),
        },
        TerminalEffect::OpenSample => {
            if let Err(error) = screen.lend(open_sample)? {
                app.send(Message::Failed(format!("cannot open the sample: {error}")));
            }
        }
        TerminalEffect::Redraw => screen.redraw()?,
        TerminalEffect::Suspend => screen.suspend()?,
    }
    Ok(())
}

/// Opens the sample database until it is quit.
fn open_sample() -> io::Result<()> {
    let status = Command::new(env::current_exe()?).arg("demo").status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
}

/// Draws a frame.
fn draw(screen: &mut Screen, app: &mut App) -> io::Result<()> {
    // A resize before signals were caught is not reported.
    let size = screen.terminal.size()?;
    if (size.width, size.height) != app.state.size {
        app.send(Message::Resize(size.width, size.height));
    }
    screen.send_avatars(&app.state.avatars)?;
    screen.draw(|frame| app.draw(frame))
}

/// Returns true when the window was resized and no signal said so.
fn size_changed(screen: &Screen, app: &App) -> io::Result<bool> {
    let size = screen.terminal.size()?;
    Ok((size.width, size.height) != app.state.size)
}
