//! Completion in real shells: what it offers, and that no name breaks out of the command line.
//!
//! A shell that is not installed is skipped with a message, unless `MICROBLOG_TEST_SHELLS` is set.

use std::env;
use std::fs;
use std::process::Command;
use std::time::Instant;

use crate::common::Shell as Folder;
use crate::common::pty::Screen;
use microblog::demo::{self, Size};
use microblog::store::Store;
use portable_pty::CommandBuilder;
use rusqlite::Connection;

/// Names that would run `touch`, or change the line, if they were inserted as they are; each starts with another letter.
const HOSTILE: &[&str] = &[
    "a$(touch owned)",
    "b`touch owned`",
    "c; touch owned; ",
    "d' ; touch owned ; '",
    "e\" ; touch owned ; \"",
    "f & touch owned &",
    "g | touch owned",
    "h > owned",
    "i\\",
    "j*",
    "k!! !e !$",
    "l~",
    "m{1,2}",
    "n(touch owned)",
    "o=(touch owned)",
    "p<(touch owned)",
    "q\u{2019}; touch owned",
    "r#x",
    "s ${IFS} $HOME",
    "t?[a-z]",
    "u two words",
    "w^v:s/a/b",
    "x%self",
    "y\t\u{7f}touch owned",
    "z@x",
];

/// A shell, and what makes it ready.
struct Shell {
    name: &'static str,
    arguments: &'static [&'static str],
    /// A part of its first prompt.
    prompt: &'static str,
    setup: &'static [&'static str],
}

const BASH: Shell = Shell {
    name: "bash",
    arguments: &["--norc", "--noprofile", "-i"],
    prompt: "> ",
    setup: &["bind 'set bell-style none'", "source <(microblog completions bash)"],
};
const ZSH: Shell = Shell {
    name: "zsh",
    arguments: &["-f", "-i"],
    prompt: "> ",
    setup: &["autoload -Uz compinit && compinit -u", "source <(microblog completions zsh)"],
};
const FISH: Shell = Shell {
    name: "fish",
    arguments: &["--no-config", "-i"],
    prompt: "~",
    setup: &["function fish_prompt; echo -n '> '; end", "microblog completions fish | source"],
};

impl Shell {
    /// Whether the shell is installed; says so if it is not.
    fn is_installed(&self) -> bool {
        let installed = Command::new(self.name).arg("--version").output().is_ok();
        assert!(installed || env::var_os("MICROBLOG_TEST_SHELLS").is_none(), "{} is not installed", self.name);
        if !installed {
            println!("not checked: {} is not installed", self.name);
        }
        installed
    }

    /// Starts the shell in the folder, with the program in its `PATH`.
    fn start(&self, folder: &Folder) -> Screen {
        let mut command = CommandBuilder::new(self.name);
        command.args(self.arguments);
        command.env_clear();
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_microblog")).parent().unwrap();
        command.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", program.display()));
        command.env("HOME", folder.folder.path());
        command.env("MICROBLOG_DB", folder.path("m.db"));
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("PS1", "> ");
        command.env("INPUTRC", "/dev/null");
        command.cwd(folder.folder.path());
        let mut screen = Screen::start(command, 120, 40);
        screen.shows(self.prompt);
        screen
    }

    fn ready(&self, folder: &Folder) -> Screen {
        let mut screen = self.start(folder);
        for line in self.setup {
            screen.keys(line).keys("\r");
        }
        screen.keys("echo ready-$(echo now)\r").shows("ready-now");
        screen
    }
}

/// Returns a folder with two users, and a saved search for each hostile name that finds the post `found-LETTER`.
fn hostile_folder() -> Folder {
    let folder = Folder::with_users();
    let mut store = Store::open(&folder.path("m.db")).unwrap().0;
    let john = store.user("john").unwrap();
    for name in HOSTILE {
        let word = format!("found{}", &name[..1]);
        let output = folder.command().args(["post", &word]).output().unwrap();
        assert!(output.status.success());
        store.save_search(john.id, name, &word).unwrap();
    }
    folder
}

/// Completes each hostile name after each of the quotes, runs the command, and waits for what that name finds.
fn complete_hostile_names(shell: &Shell, quotes: &[&str]) {
    if !shell.is_installed() {
        return;
    }
    let folder = hostile_folder();
    for quote in quotes {
        let mut screen = shell.ready(&folder);
        for name in HOSTILE {
            let letter = &name[..1];
            screen.keys(&format!("microblog timeline saved {quote}{letter}\t"));
            if name.contains('\t') {
                // A name with control characters is never offered; the line is cleared.
                screen.keys("\u{15}");
                continue;
            }
            screen.keys("\r").shows(&format!("found{letter}"));
            screen.keys("clear\r").hides(&format!("found{letter}"));
        }
        screen.keys("echo ready-$(echo again)\r").shows("ready-again");
    }
    assert!(!folder.path("owned").exists(), "{}: a name was run as a command", shell.name);
}

#[test]
fn hostile_names_cannot_break_out_of_bash() {
    complete_hostile_names(&BASH, &["", "'", "\""]);
}

#[test]
fn hostile_names_cannot_break_out_of_zsh() {
    complete_hostile_names(&ZSH, &["", "'", "\""]);
}

#[test]
fn hostile_names_cannot_break_out_of_fish() {
    complete_hostile_names(&FISH, &["", "'", "\""]);
}

#[test]
fn hostile_nickname_of_a_changed_database_is_inserted_quoted() {
    for shell in [BASH, ZSH, FISH].iter().filter(|shell| shell.is_installed()) {
        let folder = Folder::with_users();
        let nickname = "eve$(touch owned);`touch owned`'\"";
        let sql = "UPDATE user SET nickname = ?1, nickname_key = ?1, about_me = 'her profile' WHERE nickname = 'susan'";
        Connection::open(folder.path("m.db")).unwrap().execute(sql, [nickname]).unwrap();
        let mut screen = shell.ready(&folder);
        screen.keys("microblog user show ev\t\r").shows("her profile");
        screen.keys("microblog user show @ev\t\r").keys("echo ready-$(echo again)\r").shows("ready-again");
        assert!(!folder.path("owned").exists(), "{}", shell.name);
    }
}

#[test]
fn commands_users_tags_posts_formats_and_files_are_completed() {
    for shell in [BASH, ZSH, FISH].iter().filter(|shell| shell.is_installed()) {
        let folder = Folder::with_users();
        folder.run(&["post", "bread and #sourdough"]).stdout("posted 1\n").check();
        folder.run(&["user", "add", "maya@example.org"]).stdout("added @maya@example.org\n").check();
        fs::write(folder.path("feed.txt"), "").unwrap();
        let mut screen = shell.ready(&folder);
        for (typed, completed) in [
            ("microblog unbook\t", "microblog unbookmark"),
            ("microblog user sh\tsus\t", "microblog user show susan"),
            ("microblog user show maya@ex\t", "microblog user show maya@example.org"),
            ("microblog --as jo\twho\t", "microblog --as john whoami"),
            ("microblog timeline tag so\t", "microblog timeline tag sourdough"),
            ("microblog like \t", "microblog like 1"),
            ("microblog import jsonf\tfee\t", "microblog import jsonfeed feed.txt"),
            ("microblog export html --user=su\t", "microblog export html --user=susan"),
            ("microblog timeline --color=al\t", "microblog timeline --color=always"),
            ("microblog user list --rev\t", "microblog user list --reverse"),
        ] {
            screen.keys(typed).shows(completed).keys("\u{15}");
            screen.keys("clear\r").hides(completed);
        }
        // A nickname is never completed to the name of a file.
        screen.keys("microblog user show fee\t").keys("\u{15}").keys("echo end-$(echo of)\r").shows("end-of");
        assert!(!screen.text().contains("feed.txt"), "{}", shell.name);
    }
}

#[test]
fn zsh_script_can_be_sourced_before_compinit() {
    if !ZSH.is_installed() {
        return;
    }
    let folder = Folder::with_users();
    let mut screen = ZSH.start(&folder);
    screen.keys("source <(microblog completions zsh); echo status-$?\r").shows("status-0");
    for word in ["compdef", "not found", "error"] {
        assert!(!screen.text().contains(word), "{}", screen.text());
    }
    screen.keys("autoload -Uz compinit && compinit -u\r").keys("echo ready-$(echo now)\r").shows("ready-now");
    screen.keys("microblog user show sus\t").shows("microblog user show susan");
}

#[test]
fn zsh_loads_the_script_from_its_folder_of_functions() {
    if !ZSH.is_installed() {
        return;
    }
    let folder = Folder::with_users();
    fs::create_dir(folder.path("functions")).unwrap();
    let script = folder.command().args(["completions", "zsh"]).output().unwrap().stdout;
    fs::write(folder.path("functions/_microblog"), script).unwrap();
    let mut screen = ZSH.start(&folder);
    screen.keys("fpath=(~/functions $fpath); autoload -Uz compinit && compinit -u; echo ready-$(echo now)\r");
    screen.shows("ready-now");
    for _ in 0..2 {
        screen.keys("microblog user show sus\t").shows("microblog user show susan").keys("\u{15}");
        screen.keys("clear\r").hides("susan");
    }
}

#[test]
fn completion_changes_nothing_and_says_nothing_without_a_database() {
    let folder = Folder::new();
    folder.run(&["complete-words", "fish", "--", "microblog", "user", "show", ""]).stdout("words\n").check();
    assert!(!folder.path("m.db").exists());
    crate::common::old_database(&folder.path("m.db"), 3, 2);
    let before = fs::read(folder.path("m.db")).unwrap();
    folder.run(&["complete-words", "fish", "--", "microblog", "user", "show", ""]).stdout("words\n").check();
    assert_eq!(fs::read(folder.path("m.db")).unwrap(), before);
}

#[test]
fn all_shells_have_scripts_without_hidden_commands() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell", "nushell"] {
        let output = folder.command().args(["completions", shell]).output().unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(script.contains("microblog") && output.stderr.is_empty(), "{shell}");
        assert!(!script.contains("record a migration") && !script.contains("Record a migration"), "{shell}");
        if !["bash", "zsh", "fish"].contains(&shell) {
            assert!(script.contains("unbookmark") && !script.contains("complete-words"), "{shell}");
        }
    }
}

/// Run it with `cargo test --release --test it completions -- --ignored --nocapture`.
#[test]
#[ignore = "measures, with a million posts"]
fn completion_at_a_million_posts_takes_less_than_20_ms() {
    let folder = Folder::new();
    let (mut store, _) = Store::open(&folder.path("m.db")).unwrap();
    demo::fill(&mut store, Size { posts: 1_000_000, users: 2_000 }, demo::END, &mut |_| {}).unwrap();
    drop(store);
    let lines: [&[&str]; 6] = [
        &["user", "show", ""],
        &["user", "show", "ma"],
        &["timeline", "tag", ""],
        &["like", ""],
        &["edit", ""],
        &["timeline", "saved", ""],
    ];
    for line in lines {
        let mut times: Vec<_> = (0..21)
            .map(|_| {
                let started = Instant::now();
                let mut command = folder.command();
                let output = command.args(["complete-words", "zsh", "--", "microblog"]).args(line).output().unwrap();
                assert!(output.stdout.starts_with(b"words\n"));
                started.elapsed()
            })
            .collect();
        times.sort();
        println!("{}: {:.1?} (median of 21)", line.join(" "), times[10]);
        assert!(times[10].as_millis() < 20, "{line:?}: {:?}", times[10]);
    }
}
