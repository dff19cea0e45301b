//! The clipboard: through the terminal, which works over `ssh` too, and through the program that the desktop has for it.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write, stdout};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Duration;

use data_encoding::BASE64;

use crate::text::clean;

/// How long tmux may take to answer.
const TMUX_WAIT: Duration = Duration::from_millis(300);

/// How far a copied text came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) enum Copied {
    /// To the clipboard, as far as a program can know.
    Clipboard,
    /// To tmux, which by default drops what it is sent.
    Tmux,
}

/// Returns the program that sets the clipboard of the desktop, if the desktop is on this machine.
#[must_use]
pub fn desktop_program() -> Option<&'static str> {
    program(|name| env::var_os(name).filter(|value| !value.is_empty()))?.first().copied()
}

/// Copies a text to the clipboard.
///
/// # Errors
/// When the terminal fails. A system without a clipboard program, or with one that fails, is no error: many have none.
pub(in crate::tui) fn copy(text: &str) -> io::Result<Copied> {
    let text = cleaned(text);
    let environment = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(command) = program(environment) {
        // The program is not waited for, since some take long.
        start_program(command, &text);
    }
    let in_tmux = environment("TMUX").is_some();
    if in_tmux {
        let done = start_program(&["tmux", "load-buffer", "-w", "-"], &text);
        if done.recv_timeout(TMUX_WAIT) == Ok(true) {
            return Ok(Copied::Clipboard);
        }
    }
    let mut out = stdout();
    out.write_all(sequence(&text).as_bytes())?;
    out.flush()?;
    Ok(if in_tmux { Copied::Tmux } else { Copied::Clipboard })
}

/// Cleans a text, since it will be pasted elsewhere; tabs stay, because lines of twtxt have them.
fn cleaned(text: &str) -> String {
    text.split('\t').map(clean).collect::<Vec<_>>().join("\t")
}

/// Returns the sequence that sets the clipboard of the terminal, OSC 52. Base64 holds no control characters.
/// <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h3-Operating-System-Commands>
fn sequence(text: &str) -> String {
    format!("\u{1b}]52;c;{}\u{7}", BASE64.encode(text.as_bytes()))
}

/// Returns the command line that sets the clipboard of the desktop. Over `ssh` there is none, since the desktop of the
/// remote machine is not where the user is.
fn program(environment: impl Fn(&str) -> Option<OsString>) -> Option<&'static [&'static str]> {
    let has = |name| environment(name).is_some();
    if has("SSH_CONNECTION") || has("SSH_TTY") {
        None
    } else if cfg!(target_os = "macos") {
        Some(&["pbcopy"])
    } else if cfg!(windows) || has("WSL_DISTRO_NAME") {
        Some(&["clip.exe"])
    } else if has("WAYLAND_DISPLAY") {
        Some(&["wl-copy"])
    } else if has("DISPLAY") {
        Some(&["xclip", "-selection", "clipboard"])
    } else {
        None
    }
}

/// Runs a program with a text as its input, on a thread of its own; the channel says whether it succeeded.
fn start_program(command: &'static [&'static str], text: &str) -> Receiver<bool> {
    let (send, done) = sync_channel(1);
    let text = text.to_owned();
    // Without a thread the channel is closed, as if the program had failed; the terminal still gets the text.
    let _ = thread::Builder::new().spawn(move || {
        let _ = send.send(run_program(command, &text));
    });
    done
}

/// Runs a program with a text as its input, without a shell; returns true when it succeeded.
fn run_program(command: &[&str], text: &str) -> bool {
    let [program, arguments @ ..] = command else { return false };
    let child =
        Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else { return false };
    // A program that does not read all of it does not want it.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(text.as_bytes()));
    child.wait().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copied_text_is_cleaned_and_encoded() {
        assert_eq!(sequence(&cleaned("hello")), "\u{1b}]52;c;aGVsbG8=\u{7}");
        assert_eq!(sequence(&cleaned("a\tb")), "\u{1b}]52;c;YQli\u{7}");
        assert_eq!(cleaned("\u{1b}[2J\u{202e}x"), "␛[2Jx");
        let sequence = sequence(&"\u{1b}]52;c;!\u{7}\u{9c}".repeat(99));
        assert_eq!(sequence.matches(|c: char| c.is_control()).count(), 2);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn program_matches_the_desktop_and_is_none_over_ssh() {
        for (set, wanted) in [
            (&["WAYLAND_DISPLAY", "DISPLAY"][..], Some("wl-copy")),
            (&["DISPLAY"], Some("xclip")),
            (&["WSL_DISTRO_NAME", "DISPLAY"], Some("clip.exe")),
            (&["DISPLAY", "SSH_TTY"], None),
            (&[], None),
        ] {
            let found = program(|name| set.contains(&name).then(|| "1".into()));
            assert_eq!(found.map(|command| command[0]), wanted, "{set:?}");
        }
    }
}
