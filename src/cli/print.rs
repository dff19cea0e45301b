//! Prints results on standard output, for people and for programs.

mod json;
mod post;
mod records;
mod user;

use std::cell::OnceCell;
use std::env;
use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use anstyle::{Ansi256Color, RgbColor, Style};
use serde::Serialize;

use super::args::ColorChoice;
use crate::config::{Background, Color, ColorDepth, Config, Paint, Palette, Rgb};
use crate::model::Timestamp;
use crate::text::{Clock, Confusables, clean, clean_line, datetime, escape_json, identicon};

/// Maximum width of wrapped text, in columns: longer lines are tiring to read.
const MAX_COLUMNS: u16 = 100;

/// Standard output. On a terminal, text from others is cleaned; elsewhere it is printed exactly.
pub(super) struct Printer {
    out: BufWriter<Stdout>,
    /// Standard output is a terminal.
    pub(super) terminal: bool,
    /// The colors of the terminal; none if the environment or the user asks for none.
    pub(super) terminal_colors: ColorDepth,
    /// The colors in use: those of the terminal, limited by the settings.
    depth: ColorDepth,
    palette: Palette,
    /// The palette reduced to `depth`, made at first use, since most commands print no names.
    reduced: OnceCell<Palette>,
    /// Users whose nicknames look like others', set when a terminal is printed to.
    pub(super) confusables: OnceCell<Confusables>,
    columns: usize,
    clock: Clock,
}

impl Printer {
    /// Creates a printer that follows `--color`, the environment and the settings.
    pub(super) fn new(choice: ColorChoice, config: &Config) -> Self {
        let terminal = io::stdout().is_terminal();
        let variable = |name| env::var(name).ok();
        let is_colored = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => wants_colors(terminal, variable),
        };
        let terminal_colors = if is_colored {
            ColorDepth::from_env(variable("COLORTERM").as_deref(), variable("TERM").as_deref())
        } else {
            ColorDepth::None
        };
        let depth = config.settings.depth(terminal_colors);
        let background = Background::from_colorfgbg(variable("COLORFGBG").as_deref());
        let columns = terminal_size::terminal_size().map_or(MAX_COLUMNS, |(width, _)| width.0.min(MAX_COLUMNS));
        Self {
            out: BufWriter::new(io::stdout()),
            terminal,
            terminal_colors,
            depth,
            palette: config.palette(background, depth),
            reduced: OnceCell::new(),
            confusables: OnceCell::new(),
            columns: usize::from(columns),
            clock: config.settings.times.clock,
        }
    }

    /// Formats a time in full: `Sat 14 Mar 2026, 15:09 +01:00`.
    pub(super) fn full_time(&self, time: Timestamp) -> String {
        datetime::absolute(time, self.clock)
    }

    /// Formats a time in short: `2026-03-14 15:09`.
    pub(super) fn short_time(&self, time: Timestamp) -> String {
        datetime::brief(time, self.clock)
    }

    /// Prints a line as it is. It must not contain text from others.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// Prints a line that may contain text from others: cleaned on a terminal, exact elsewhere.
    pub(super) fn clean_line(&mut self, text: &str) -> io::Result<()> {
        let line = self.cleaned(text);
        self.line(&line)
    }

    /// Prints a text that may have several lines: cleaned on a terminal, exact elsewhere.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        let text = if self.terminal { clean(text).into_owned() } else { text.to_owned() };
        self.line(&text)
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)
    }

    /// Prints what was done to each of several posts or users, or why nothing was to be done.
    pub(super) fn changes(
        &mut self,
        changes: impl IntoIterator<Item = (impl Display, bool)>,
        done: &str,
        otherwise: &str,
    ) -> io::Result<()> {
        changes.into_iter().try_for_each(|(name, is_changed)| {
            let line = if is_changed { format!("{done} {name}") } else { format!("{name} {otherwise}") };
            self.clean_line(&line)
        })
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Prints a value as one line of JSON, with characters that act on a terminal escaped.
    pub(super) fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        let json = serde_json::to_string(value)?;
        writeln!(self.out, "{}", escape_json(&json))
    }

    /// Adds a style to a text if colors are in use.
    fn styled(&self, style: Style, text: &str) -> String {
        if self.depth > ColorDepth::None { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// Returns a user's color, the same as on the screens.
    fn author_style(&self, nickname: &str) -> Style {
        let palette = self.reduced.get_or_init(|| self.palette.clone().reduced(self.depth));
        style(palette.author(identicon::color(nickname)))
    }

    /// Returns a one-line text, cleaned on a terminal.
    pub(super) fn cleaned(&self, text: &str) -> String {
        if self.terminal { clean_line(text).into_owned() } else { text.to_owned() }
    }

    /// Returns a nickname; on a terminal cleaned, and marked if it looks like an older one.
    fn nickname(&self, nickname: &str) -> String {
        match self.confusables.get() {
            Some(confusables) if self.terminal => confusables.label(nickname).into_owned(),
            _ => self.cleaned(nickname),
        }
    }
}

/// Returns whether the environment asks for colors. `NO_COLOR` wins over `CLICOLOR_FORCE`, which forces colors where
/// there is no terminal. <https://bixense.com/clicolors/>
fn wants_colors(terminal: bool, variable: impl Fn(&'static str) -> Option<String>) -> bool {
    let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
    if is_set("NO_COLOR") {
        return false;
    }
    if is_set("CLICOLOR_FORCE") && variable("CLICOLOR_FORCE").is_none_or(|value| value != "0") {
        return true;
    }
    let is_off = variable("CLICOLOR").is_some_and(|value| value == "0");
    terminal && !is_off && variable("TERM").is_none_or(|term| term != "dumb")
}

fn style(paint: Paint) -> Style {
    let color = match paint.fg {
        Color::Own => None,
        Color::Indexed(index) => Some(Ansi256Color(index).into()),
        Color::Rgb(Rgb(red, green, blue)) => Some(RgbColor(red, green, blue).into()),
    };
    let style = Style::new().fg_color(color);
    if paint.bold { style.bold() } else { style }
}

#[cfg(test)]
mod tests {
    use super::wants_colors;

    #[test]
    fn environment_decides_about_colors() {
        for (terminal, variables, expected) in [
            (true, &[][..], true),
            (false, &[], false),
            (true, &[("TERM", "dumb")], false),
            (true, &[("CLICOLOR", "0")], false),
            (true, &[("CLICOLOR", "1")], true),
            (false, &[("CLICOLOR", "1")], false),
            (false, &[("CLICOLOR_FORCE", "1")], true),
            (false, &[("CLICOLOR_FORCE", "0")], false),
            (true, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
            (true, &[("NO_COLOR", "")], true),
        ] {
            let variable =
                |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(wants_colors(terminal, variable), expected, "{terminal} {variables:?}");
        }
    }
}
