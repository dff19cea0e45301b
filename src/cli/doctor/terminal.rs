//! Findings about the terminal: its colors, images, keys and clipboard.

use std::process::{Command, Stdio};

use super::Finding;
use super::environment::{is_installed, variable};
use crate::cli::Context;
use crate::config::ColorDepth;
use crate::tui::{self, TerminalAnswers};

pub(super) fn findings(context: &Context) -> Vec<Finding> {
    let mut findings = vec![terminal(), colors(context)];
    match tui::ask_terminal() {
        Ok(answers) => findings.extend(abilities(&answers)),
        Err(_) => findings.push(Finding::ok("images", "not known: there is no terminal to ask")),
    }
    findings.push(clipboard());
    findings
}

fn terminal() -> Finding {
    let term = variable("TERM");
    let program = variable("TERM_PROGRAM").map_or(String::new(), |program| format!(" in {program}"));
    let inside = match (variable("TMUX"), variable("STY")) {
        (Some(_), _) => ", inside tmux",
        (_, Some(_)) => ", inside screen",
        _ => "",
    };
    match term.as_deref() {
        Some("dumb") | None => {
            let found = term.map_or("TERM is not set".to_owned(), |term| format!("TERM={term}"));
            Finding::warning("terminal", found, "the screens need a terminal; the commands work")
        }
        Some(term) => Finding::ok("terminal", format!("TERM={term}{program}{inside}")),
    }
}

fn colors(context: &Context) -> Finding {
    let depth = match context.out.terminal_colors {
        ColorDepth::True => "16 million",
        ColorDepth::Indexed => "256",
        ColorDepth::Sixteen => "16",
        ColorDepth::None => "none",
    };
    let why = ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "COLORTERM"].into_iter().find(|name| variable(name).is_some());
    let why = why.map_or(String::new(), |name| format!(", {name} is set"));
    let piped = if context.out.terminal { "" } else { ", the output is no terminal" };
    Finding::ok("colors", format!("{depth}{why}{piped}"))
}

fn abilities(answers: &TerminalAnswers) -> Vec<Finding> {
    if !answers.answered {
        let advice = "avatars are drawn as blocks, and the theme does not follow the background";
        return vec![Finding::warning("images", "the terminal does not answer questions", advice)];
    }
    let images = match (answers.kitty_images, answers.sixel) {
        (true, _) => "kitty's protocol",
        (_, true) => "sixel",
        _ => "none, avatars are drawn as blocks",
    };
    let background = match answers.background {
        Some(background) => format!("{background:?}").to_lowercase(),
        None => "not known".to_owned(),
    };
    let keys = if answers.keyboard_protocol { "unambiguous keys" } else { "plain keys: Ctrl+Enter is Enter" };
    vec![Finding::ok("images", images), Finding::ok("background", background), Finding::ok("keyboard", keys)]
}

fn clipboard() -> Finding {
    let desktop = tui::clipboard_program();
    if let Some(program) = desktop.filter(|program| !is_installed(program)) {
        let found = format!("{program} is not installed");
        return Finding::warning("clipboard", found, "install it; until then the terminal must take what y copies");
    }
    if variable("TMUX").is_some() && tmux_setting("set-clipboard").is_none_or(|value| value == "off") {
        let advice = "add set -s set-clipboard on to ~/.tmux.conf";
        return Finding::warning("clipboard", "tmux keeps what y copies to itself", advice);
    }
    match (desktop, variable("TMUX")) {
        (Some(program), _) => Finding::ok("clipboard", format!("{program}, and the terminal (OSC 52)")),
        (None, Some(_)) => Finding::ok("clipboard", "tmux, which copies to the terminal"),
        (None, None) => Finding::ok("clipboard", "the terminal (OSC 52)"),
    }
}

/// Returns a setting of the tmux server.
fn tmux_setting(name: &str) -> Option<String> {
    let output = Command::new("tmux").args(["show-options", "-sv", name]).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
