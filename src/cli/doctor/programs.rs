//! Findings about the programs that are run: the editor and the browser.

use super::Finding;
use super::environment::{is_installed, variable};

/// Programs that open links on Linux and its kin, in the order in which they are tried.
const OPENERS: [&str; 5] = ["xdg-open", "gio", "gnome-open", "kde-open", "wslview"];

pub(super) fn findings(setting: &str) -> [Finding; 2] {
    [editor(setting), browser()]
}

fn editor(setting: &str) -> Finding {
    let sources =
        [("the settings", Some(setting.to_owned())), ("VISUAL", variable("VISUAL")), ("EDITOR", variable("EDITOR"))];
    let named = sources.into_iter().find_map(|(source, line)| {
        let line = line.filter(|line| !line.trim().is_empty())?;
        Some((source, line))
    });
    let Some((source, line)) = named else {
        return Finding::warning("editor", "none is set", "set EDITOR, for example EDITOR=nano");
    };
    // Only the name of the program: its arguments are nobody's business.
    let program = shell_words::split(&line).ok().and_then(|words| words.into_iter().next());
    match program {
        Some(program) if is_installed(&program) => Finding::ok("editor", format!("{program}, by {source}")),
        Some(program) => {
            Finding::warning("editor", format!("{program}, by {source}, is not installed"), "install it, or set EDITOR")
        }
        None => Finding::warning("editor", format!("{source} is not a command"), "set EDITOR to the name of an editor"),
    }
}

fn browser() -> Finding {
    if cfg!(any(target_os = "macos", windows)) {
        return Finding::ok("browser", "links are opened by the system");
    }
    match OPENERS.into_iter().find(|program| is_installed(program)) {
        Some(program) => Finding::ok("browser", format!("links are opened by {program}")),
        None => Finding::warning("browser", "no program opens links", "install xdg-utils; Y copies a link"),
    }
}
