//! The person's clipboard: by way of their terminal, which works over `ssh` too, and by the program that their system has
//! for it. It knows nothing of what is copied.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write, stdout};
use std::process::{Command, Stdio};
use std::thread;

use data_encoding::BASE64;

use crate::text::clean;

/// Puts a text on the clipboard.
///
/// # Errors
/// When the terminal fails. That the system has no program for it, or one that fails, is no error: many have none.
pub(super) fn copy(text: &str) -> io::Result<()> {
    let text = harmless(text);
    if let Some(command) = program(|name| env::var_os(name).filter(|value| !value.is_empty())) {
        let given = text.clone();
        // Some take their time, and none is waited for.
        thread::spawn(move || hand_over(command, &given));
    }
    let mut out = stdout();
    out.write_all(sequence(&text).as_bytes())?;
    out.flush()
}

/// What is pasted elsewhere is cleaned, but for the tabs, which are a part of twtxt's lines.
fn harmless(text: &str) -> String {
    text.split('\t').map(clean).collect::<Vec<_>>().join("\t")
}

/// The sequence by which a terminal is told, OSC 52. Base64 holds nothing that acts.
/// <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h3-Operating-System-Commands>
fn sequence(text: &str) -> String {
    format!("\u{1b}]52;c;{}\u{7}", BASE64.encode(text.as_bytes()))
}

/// The program that takes a text for the clipboard of the screen that the person sits at, and its arguments. Over `ssh`
/// there is none: the clipboard of the machine at the other end is nobody's.
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

/// Hands a text to a program, without a shell; one that is not there is passed over.
fn hand_over(command: &[&str], text: &str) {
    let [program, arguments @ ..] = command else { return };
    let child =
        Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else { return };
    // What it does not take, it does not want.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(text.as_bytes()));
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_acts_on_the_terminal_that_copies_it() {
        assert_eq!(sequence(&harmless("hello")), "\u{1b}]52;c;aGVsbG8=\u{7}");
        assert_eq!(sequence(&harmless("a\tb")), "\u{1b}]52;c;YQli\u{7}");
        assert_eq!(harmless("\u{1b}[2J\u{202e}x"), "␛[2Jx");
        let sequence = sequence(&"\u{1b}]52;c;!\u{7}\u{9c}".repeat(99));
        assert_eq!(sequence.matches(|c: char| c.is_control()).count(), 2);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_clipboard_is_that_of_the_screen_one_sits_at() {
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
