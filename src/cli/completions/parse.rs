//! Finds out what a word of a command line is, by the words before it.

use clap::{Arg, ArgAction, Command};

/// What a word is, and what the words before it say.
#[derive(Debug, Default)]
pub(super) struct Position<'a> {
    /// The names of the commands, without the program's: `["user", "edit"]`.
    pub(super) path: Vec<&'a str>,
    /// The option whose value is completed, or the positional argument.
    pub(super) argument: Option<&'a Arg>,
    /// Whether an option can be completed.
    pub(super) options: bool,
    /// Whether a command can be completed.
    pub(super) commands: bool,
    /// The part of the word before the value, such as `--color=`.
    pub(super) lead: String,
    /// The part of the word that is completed.
    pub(super) prefix: String,
    /// The values of positional arguments before the word.
    pub(super) values: Vec<String>,
    /// The value of `--db`.
    pub(super) db: Option<String>,
    /// The value of `--as`.
    pub(super) actor: Option<String>,
}

impl<'a> Position<'a> {
    /// Finds the position of `current` after the words `before`, the first of which is the program's name.
    pub(super) fn find(root: &'a Command, before: &[String], current: &str) -> Self {
        let mut position = Self { prefix: current.to_owned(), ..Self::default() };
        let mut command = root;
        let mut option: Option<&Arg> = None;
        let mut only_positionals = false;
        for word in before.iter().skip(1) {
            if let Some(option) = option.take() {
                position.remember(option, word);
            } else if only_positionals || word == "-" || !word.starts_with('-') {
                match command.find_subcommand(word).filter(|_| position.values.is_empty() && !only_positionals) {
                    Some(subcommand) => {
                        position.path.push(subcommand.get_name());
                        command = subcommand;
                    }
                    None => position.values.push(word.clone()),
                }
            } else if word == "--" {
                only_positionals = true;
            } else if let Some((name, value)) = word.split_once('=') {
                if let Some(option) = find_option(command, name) {
                    position.remember(option, value);
                }
            } else {
                option = find_option(command, word).filter(|option| takes_value(option));
            }
        }
        position.classify(command, option, only_positionals);
        position
    }

    /// Sets what the current word is.
    fn classify(&mut self, command: &'a Command, option: Option<&'a Arg>, only_positionals: bool) {
        let positionals = self.values.len();
        if option.is_some() {
            self.argument = option;
        } else if self.prefix.starts_with('-') && self.prefix.len() > 1 && !only_positionals {
            match self.prefix.split_once('=') {
                None => self.options = true,
                Some((name, value)) => {
                    self.argument = find_option(command, name).filter(|option| takes_value(option));
                    (self.lead, self.prefix) = (format!("{name}="), value.to_owned());
                }
            }
        } else {
            self.commands = positionals == 0 && !only_positionals;
            // The last argument may take all words that follow.
            let mut all = command.get_positionals().filter(|argument| !argument.is_hide_set());
            let last = command.get_positionals().last().filter(|last| repeats(last));
            self.argument = all.nth(positionals).or(last);
        }
    }

    fn remember(&mut self, option: &Arg, value: &str) {
        match option.get_id().as_str() {
            "db" => self.db = Some(value.to_owned()),
            "actor" => self.actor = Some(value.to_owned()),
            _ => {}
        }
    }
}

/// Returns the option with a name such as `--limit`, or the last of short options such as `-qh`.
fn find_option<'a>(command: &'a Command, word: &str) -> Option<&'a Arg> {
    command.get_arguments().find(|argument| match word.strip_prefix("--") {
        Some(long) => argument.get_long_and_visible_aliases().is_some_and(|names| names.contains(&long)),
        None => word.chars().last() == argument.get_short(),
    })
}

fn takes_value(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Set | ArgAction::Append)
}

fn repeats(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Append)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Args;

    /// Describes the position of the last word of a line.
    fn describe(line: &str) -> String {
        let mut root = Args::command();
        root.build();
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let (current, before) = words.split_last().unwrap();
        let position = Position::find(&root, before, current);
        let argument = position.argument.map_or("-", |argument| argument.get_id().as_str());
        let kinds = [(position.commands, " commands"), (position.options, " options")];
        let kinds: String = kinds.iter().filter(|(is_set, _)| *is_set).map(|(_, kind)| *kind).collect();
        format!("{}: {argument}{kinds} {}{}", position.path.join(" "), position.lead, position.prefix)
    }

    #[test]
    fn words_before_the_cursor_decide_what_is_completed() {
        for (line, expected) in [
            ("microblog ", ": - commands "),
            ("microblog us", ": - commands us"),
            ("microblog user edit su", "user edit: nickname commands su"),
            ("microblog users edit ", "user edit: nickname commands "),
            ("microblog user edit susan --na", "user edit: - options --na"),
            ("microblog user edit --name x su", "user edit: nickname commands su"),
            ("microblog --db x.db --as hal timeline tag ho", "timeline tag: tag commands ho"),
            ("microblog --color al", ": color al"),
            ("microblog timeline --color=al", "timeline: color --color=al"),
            ("microblog -q follow a b c", "follow: names c"),
            ("microblog import auto fi", "import: paths fi"),
            ("microblog post -- --as", "post: text --as"),
            ("microblog user rename a b c", "user rename: - c"),
            ("microblog --nothing ", ": - commands "),
        ] {
            assert_eq!(describe(line), expected, "{line}");
        }
    }

    #[test]
    fn database_and_user_are_those_of_the_line() {
        let mut root = Args::command();
        root.build();
        let words = ["microblog", "--db", "a.db", "follow", "--as=hal"].map(str::to_owned);
        let position = Position::find(&root, &words, "");
        assert_eq!((position.db.as_deref(), position.actor.as_deref()), (Some("a.db"), Some("hal")));
    }
}
