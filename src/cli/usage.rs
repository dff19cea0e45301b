//! Errors of the command line, each in one line that names the help of the command.

use std::error::Error;
use std::ffi::OsString;
use std::num::ParseIntError;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use super::args::Args;

/// How many similar commands are listed for one that does not exist.
const MAX_SIMILAR: usize = 3;

/// Returns what to type where a path or an address is in place of the format of an import.
fn missing_format(error: &clap::Error) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let value = text(ContextKind::InvalidValue).filter(|_| text(ContextKind::InvalidArg) == Some("<FORMAT>"))?;
    if value.starts_with("http://") || value.starts_with("https://") {
        return Some(format!("{value} is not a format: to follow it, run microblog follow {value}"));
    }
    Path::new(value).exists().then(|| format!("{value} is not a format: run microblog import auto {value}"))
}

/// Returns clap's error in one line: what is wrong, and the command whose `--help` explains more.
pub(super) fn in_one_line(error: &clap::Error, arguments: &[OsString]) -> String {
    if let Some(text) = missing_format(error) {
        return text;
    }
    let (path, command) = command_of(arguments);
    let problem = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            let names: Vec<_> = visible(&command).collect();
            format!("{path} needs a command: {}", names.join(", "))
        }
        ErrorKind::InvalidSubcommand => unknown_command(error, &path, &command),
        _ => match error.source() {
            Some(source) if source.is::<ParseIntError>() => {
                let text = first_paragraph(error);
                let found = text.strip_suffix(&source.to_string()).unwrap_or(&text);
                format!("{found}give a whole number such as 20")
            }
            _ => first_paragraph(error),
        },
    };
    format!("{problem}; see {path} --help")
}

/// Returns the command that the arguments name, and its words, such as `microblog user add`. Errors in the arguments are ignored.
fn command_of(arguments: &[OsString]) -> (String, Command) {
    let (mut path, mut command) = ("microblog".to_owned(), Args::command());
    let matches = Args::command().ignore_errors(true).try_get_matches_from(arguments);
    let mut named = matches.as_ref().ok().and_then(clap::ArgMatches::subcommand);
    while let Some((name, inner)) = named
        && let Some(found) = command.find_subcommand(name).cloned()
    {
        path = format!("{path} {name}");
        command = found;
        named = inner.subcommand();
    }
    (path, command)
}

/// Returns the names of the commands that the help lists.
fn visible(command: &Command) -> impl Iterator<Item = &str> {
    command.get_subcommands().filter(|command| !command.is_hide_set()).map(Command::get_name)
}

/// Says that there is no such command, with those that are spelled like it, the most similar first.
fn unknown_command(error: &clap::Error, path: &str, command: &Command) -> String {
    let found = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(found)) => found.as_str(),
        _ => "",
    };
    let similar = match error.get(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::String(similar)) => std::slice::from_ref(similar),
        Some(ContextValue::Strings(similar)) => similar,
        _ => &[],
    };
    // The most similar comes last. Aliases are left out, since the help does not list them.
    let similar = similar.iter().rev().map(String::as_str).filter(|name| visible(command).any(|known| known == *name));
    let similar: Vec<_> = similar.take(MAX_SIMILAR).collect();
    match similar[..] {
        [] => format!("there is no command {found:?} in {path}"),
        _ => format!("there is no command {found:?} in {path}: similar are {}", similar.join(", ")),
    }
}

/// Returns the text of an error without the usage, with its tips behind it.
fn first_paragraph(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let lines = text.lines().take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let mut joined = String::new();
    for line in lines.map(str::trim).filter(|line| !line.is_empty()) {
        let (separator, line) = match line.strip_prefix("tip: ") {
            Some(tip) => ("; ", tip),
            None if joined.is_empty() => ("", line),
            None => (" ", line),
        };
        joined.push_str(separator);
        joined.push_str(line);
    }
    joined
}
