//! Completion in shells.
//!
//! The scripts for bash, zsh and fish run the hidden command `complete-words`, which knows the commands, their options and
//! what is in the database. For the other shells clap writes scripts that know commands and options only.

mod bash;
mod candidates;
mod parse;

use clap::{Command, CommandFactory};
use clap_complete::generate;
use clap_complete::shells::{Elvish, PowerShell};
use clap_complete_nushell::Nushell;

use super::args::Args;
use super::args::completions::{CompleteWords, Shell};
use super::{CliError, Context};
use bash::BashLine;
use candidates::Candidate;
use parse::Position;

/// Returns the completion script for a shell.
pub(super) fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    let mut command = visible(&Args::command());
    let name = "microblog";
    match shell {
        Shell::Bash => return include_bytes!("../../assets/completions/microblog.bash").to_vec(),
        Shell::Zsh => return include_bytes!("../../assets/completions/microblog.zsh").to_vec(),
        Shell::Fish => return include_bytes!("../../assets/completions/microblog.fish").to_vec(),
        Shell::Elvish => generate(Elvish, &mut command, name, &mut script),
        Shell::Powershell => generate(PowerShell, &mut command, name, &mut script),
        Shell::Nushell => generate(Nushell, &mut command, name, &mut script),
    }
    script
}

/// Returns a command without its hidden subcommands, which clap's scripts would offer.
fn visible(command: &Command) -> Command {
    let about = command.get_about().cloned().unwrap_or_default();
    let subcommands: Vec<Command> = command.get_subcommands().filter(|sub| !sub.is_hide_set()).map(visible).collect();
    Command::new(command.get_name().to_owned())
        .about(about)
        .disable_help_subcommand(true)
        .args(command.get_arguments().cloned())
        .subcommands(subcommands)
}

/// Prints the candidates for the last word: first `words`, or `files` if the shell shall complete paths itself, then a
/// candidate per line. A database that cannot be read has no candidates; nothing is ever upgraded or written.
pub(super) fn complete(context: &mut Context, args: &CompleteWords) -> Result<(), CliError> {
    let words: Vec<String> = args.words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let lines = match (args.shell, words.split_last()) {
        (_, None) => vec![],
        (Shell::Bash, _) => complete_bash(context, &words),
        // fish gives the word at the cursor with its quotes, which are like those of bash.
        (Shell::Fish, Some((current, before))) => {
            complete_plain(context, before, &BashLine::parse(current, "").current)
        }
        (_, Some((current, before))) => complete_plain(context, before, current),
    };
    for line in lines {
        context.out.line(&line)?;
    }
    Ok(())
}

/// Completes a word after others; the lines have a tab before the description.
fn complete_plain(context: &Context, before: &[String], current: &str) -> Vec<String> {
    let Some(found) = find(context, before, current) else { return vec!["files".to_owned()] };
    let line = |candidate: Candidate| match candidate.description {
        Some(about) => format!("{}\t{about}", candidate.value),
        None => candidate.value,
    };
    ["words".to_owned()].into_iter().chain(found.into_iter().map(line)).collect()
}

/// Completes the line of bash before the cursor, given with the characters that break its words and the kind of the
/// completion; the lines are what bash inserts, quoted.
fn complete_bash(context: &Context, words: &[String]) -> Vec<String> {
    let [line, breaks, kind] = words else { return vec![] };
    let line = BashLine::parse(line, breaks);
    let Some(found) = find(context, &line.before, &line.current) else { return vec!["files".to_owned()] };
    // bash only lists the candidates then, and inserts none.
    let is_list = kind == "63";
    let insertion = |candidate: Candidate| match candidate.description {
        Some(about) if is_list => Some(format!("{}  {about}", candidate.value)),
        _ => line.insertion(&candidate.value),
    };
    ["words".to_owned()].into_iter().chain(found.into_iter().filter_map(insertion)).collect()
}

/// Returns the candidates for a word after others; `None` if it is a path.
fn find(context: &Context, before: &[String], current: &str) -> Option<Vec<Candidate>> {
    let mut root = Args::command();
    root.build();
    let position = Position::find(&root, before, current);
    candidates::find(context, &root, &position)
}
