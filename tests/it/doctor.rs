//! `microblog doctor` in different surroundings: everything that it prints.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::common::Shell;
use crate::common::pty::Screen;
use crate::common::site::{Page, Site};
use indicatif::HumanBytes;
use portable_pty::CommandBuilder;
use rusqlite::Connection;

/// Surroundings without anything of this machine, and what `doctor` prints in them.
struct Surroundings {
    shell: Shell,
    variables: Vec<(&'static str, String)>,
    arguments: Vec<&'static str>,
    lines: Vec<(&'static str, String)>,
}

impl Surroundings {
    /// Returns those of a sound system, with a database that has two users.
    fn sound() -> Self {
        let shell = Shell::with_users();
        Self::of(shell).line("database", &format!("ok       database     ~/m.db, {}", "SIZE"))
    }

    fn of(shell: Shell) -> Self {
        let folder = shell.folder.path().to_str().unwrap().to_owned();
        fs::create_dir_all(shell.path("bin")).unwrap();
        for program in ["nano", "xdg-open"] {
            script(&shell.path("bin").join(program), "exit 0");
        }
        let newest = crate::common::newest();
        let version = env!("CARGO_PKG_VERSION");
        let sqlite = microblog::store::sqlite_version();
        let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
        let variables = vec![
            ("HOME", folder.clone()),
            ("XDG_CONFIG_HOME", format!("{folder}/config")),
            ("MICROBLOG_DB", format!("{folder}/m.db")),
            ("PATH", format!("{folder}/bin")),
            ("TERM", "xterm-256color".to_owned()),
            ("LANG", "en_US.UTF-8".to_owned()),
            ("TZ", "UTC".to_owned()),
            ("EDITOR", "nano -w".to_owned()),
        ];
        let lines = [
            ("version", format!("ok       version      microblog {version}, SQLite {sqlite}")),
            ("system", format!("ok       system       {system} {machine}")),
            ("database", String::new()),
            ("schema", format!("ok       schema       version {newest}, the newest")),
            ("log", "ok       log          write-ahead, 0 B".to_owned()),
            ("locks", "ok       locks        files can be locked".to_owned()),
            ("integrity", "ok       integrity    quick check passed".to_owned()),
            ("permissions", "ok       permissions  mode 600: only you can read it".to_owned()),
            ("settings", "ok       settings     no ~/config/microblog/config.toml, so the defaults apply".to_owned()),
            ("terminal", "ok       terminal     TERM=xterm-256color".to_owned()),
            ("colors", "ok       colors       none, the output is no terminal".to_owned()),
            ("images", "ok       images       not known: there is no terminal to ask".to_owned()),
            ("clipboard", "ok       clipboard    the terminal (OSC 52)".to_owned()),
            ("locale", "ok       locale       en_US.UTF-8".to_owned()),
            ("time zone", "ok       time zone    +00:00, by TZ=UTC".to_owned()),
            ("network", "ok       network      no proxy".to_owned()),
            ("editor", "ok       editor       nano, by EDITOR".to_owned()),
            ("browser", "ok       browser      links are opened by xdg-open".to_owned()),
        ];
        Self { shell, variables, arguments: vec!["doctor"], lines: lines.into() }
    }

    fn set(mut self, name: &'static str, value: &str) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.to_owned()));
        self
    }

    /// Expects another line for a check; an empty one for none.
    fn line(mut self, check: &str, line: &str) -> Self {
        self.lines.iter_mut().find(|(known, _)| *known == check).unwrap().1 = line.to_owned();
        self
    }

    fn without(mut self, checks: &[&str]) -> Self {
        self.lines.retain(|(check, _)| !checks.contains(check));
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_microblog"));
        command.env_clear().envs(self.variables.clone()).args(&self.arguments).current_dir(self.shell.folder.path());
        command
    }

    #[track_caller]
    fn check(self, status: i32, error: &str) {
        self.check_output(self.command(), status, error);
    }

    #[track_caller]
    fn check_output(&self, mut command: Command, status: i32, error: &str) {
        let output = command.output().unwrap();
        let size = fs::metadata(self.shell.path("m.db")).map_or(0, |metadata| metadata.len());
        let expected: String = self.lines.iter().map(|(_, line)| format!("{line}\n")).collect();
        let expected = expected.replace("SIZE", &HumanBytes(size).to_string());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(
            (text(&output.stdout), text(&output.stderr), output.status.code()),
            (expected, error.to_owned(), Some(status))
        );
    }
}

fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

const ONE_ERROR: &str = "error: doctor found 1 error: the lines above say what to do\n";

#[test]
fn sound_database_has_only_good_lines_and_is_left_as_it_is() {
    let surroundings = Surroundings::sound();
    let before = fs::read(surroundings.shell.path("m.db")).unwrap();
    surroundings.check_output(surroundings.command(), 0, "");
    assert_eq!(fs::read(surroundings.shell.path("m.db")).unwrap(), before);
    let files = fs::read_dir(surroundings.shell.folder.path()).unwrap().count();
    assert_eq!(files, 2, "the database and the programs");
}

#[test]
fn missing_database_is_a_warning_and_is_not_created() {
    let surroundings = Surroundings::of(Shell::new())
        .without(&["schema", "log", "locks", "integrity", "permissions"])
        .line("database", "warning  database     no ~/m.db: run microblog, and enter a nickname to create it");
    surroundings.check_output(surroundings.command(), 0, "");
    assert!(!surroundings.shell.path("m.db").exists());
}

#[test]
fn missing_database_in_the_default_place_creates_no_folder() {
    let mut surroundings = Surroundings::of(Shell::new())
        .without(&["schema", "log", "locks", "integrity", "permissions"])
        .line(
            "database",
            "warning  database     no ~/.local/share/microblog/microblog.db: run microblog, and enter a nickname to create it",
        );
    surroundings.variables.retain(|(name, _)| *name != "MICROBLOG_DB");
    surroundings.check_output(surroundings.command(), 0, "");
    assert!(!surroundings.shell.path(".local").exists());
}

#[test]
fn damaged_database_is_an_error_with_ways_out() {
    let surroundings = Surroundings::sound();
    let path = surroundings.shell.path("m.db");
    let root: i64 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'saved_search'", [], |row| row.get(0))
        .unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let at = (usize::try_from(root).unwrap() - 1) * 4_096;
    bytes[at..at + 4_096].fill(0x5a);
    fs::write(&path, bytes).unwrap();
    surroundings
        .line(
            "integrity",
            "error    integrity    the database is damaged: microblog db check says where, microblog db repair saves what can be read, \
             microblog db restore FILE restores a backup",
        )
        .check(1, ONE_ERROR);
    // Another program's file is an error of the database itself.
    let other = Surroundings::of(Shell::new());
    fs::write(other.shell.path("m.db"), [b'x'; 5_000]).unwrap();
    fs::set_permissions(other.shell.path("m.db"), fs::Permissions::from_mode(0o644)).unwrap();
    other
        .without(&["schema", "log", "locks", "integrity"])
        .line(
            "database",
            "error    database     ~/m.db is not a database of this program, and was left as it is: name another file with --db",
        )
        .line("permissions", "warning  permissions  mode 644: every user of this machine can read it: chmod o= ~/m.db")
        .check(1, ONE_ERROR);
}

#[test]
fn read_only_database_is_a_warning() {
    let surroundings = Surroundings::sound().line(
        "permissions",
        "warning  permissions  ~/m.db or its directory is not writable: only --read-only works; change them with chmod u+w",
    );
    let folder = surroundings.shell.folder.path();
    for (path, mode) in [(surroundings.shell.path("m.db"), 0o444), (folder.to_owned(), 0o555)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    // root may write everything.
    let mut command = Command::new("/usr/bin/setpriv");
    command.args(["--reuid=65534", "--clear-groups", env!("CARGO_BIN_EXE_microblog"), "doctor"]);
    command.env_clear().envs(surroundings.variables.clone()).current_dir(folder);
    if Command::new("/usr/bin/setpriv").args(["--reuid=65534", "true"]).status().is_ok_and(|status| status.success()) {
        surroundings.check_output(command, 0, "");
    } else {
        surroundings.check_output(surroundings.command(), 0, "");
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn newer_database_is_an_error_that_names_both_versions() {
    let surroundings = Surroundings::sound().without(&["schema", "log", "locks", "integrity"]);
    Connection::open(surroundings.shell.path("m.db")).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let (version, newest) = (env!("CARGO_PKG_VERSION"), crate::common::newest());
    surroundings
        .line(
            "database",
            &format!(
                "error    database     ~/m.db has version 999, but microblog {version} knows versions up to {newest}: use the newer \
                 program that made it, or read it without changing it with --read-only"
            ),
        )
        .check(1, ONE_ERROR);
}

#[test]
fn last_refresh_and_feeds_that_fail_are_named() {
    let shell = Shell::with_users();
    let site = Site::start();
    site.set("/tw.txt", Page::new("# nick = ada\n2026-01-01T10:00:00Z\tone\n"));
    assert!(shell.command().args(["follow", &site.url("/tw.txt")]).output().unwrap().status.success());
    let at = |sql: &str| Connection::open(shell.path("m.db")).unwrap().execute_batch(sql).unwrap();
    at("UPDATE subscription SET checked_at = 1772366400000000");
    let network = |shell: &Shell| {
        let surroundings = Surroundings::of(Shell { folder: tempfile::tempdir().unwrap() });
        let output = surroundings.command().env("MICROBLOG_DB", shell.path("m.db")).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().find(|line| line.contains(" network ")).unwrap().to_owned()
    };
    assert_eq!(network(&shell), "ok       network      no proxy; feeds were refreshed at 2026-03-01 12:00 UTC");
    at("UPDATE subscription SET failures = 2");
    assert_eq!(
        network(&shell),
        "warning  network      no proxy; feeds were refreshed at 2026-03-01 12:00 UTC, 1 feed failed: microblog feeds says which and why"
    );
}

#[test]
fn older_database_is_not_upgraded() {
    let shell = Shell::new();
    crate::common::old_database(&shell.path("m.db"), 3, 2);
    fs::set_permissions(shell.path("m.db"), fs::Permissions::from_mode(0o660)).unwrap();
    let newest = crate::common::newest();
    Surroundings::of(shell)
        .line("database", "ok       database     ~/m.db, SIZE")
        .line(
            "schema",
            &format!("ok       schema       version 3; the next start upgrades it to {newest}, and makes a copy first"),
        )
        .line("permissions", "ok       permissions  mode 660: your group can read it too")
        .check(0, "");
}

#[test]
fn tmux_that_keeps_copied_texts_is_a_warning() {
    for (value, line) in [
        (
            "off",
            "warning  clipboard    tmux keeps what y copies to itself: add set -s set-clipboard on to ~/.tmux.conf",
        ),
        ("external", "ok       clipboard    tmux, which copies to the terminal"),
    ] {
        let surroundings = Surroundings::sound()
            .set("TMUX", "/tmp/tmux-0/default,1,0")
            .set("TERM", "tmux-256color")
            .line("terminal", "ok       terminal     TERM=tmux-256color, inside tmux")
            .line("clipboard", line);
        script(
            &surroundings.shell.path("bin/tmux"),
            &format!("[ \"$*\" = 'show-options -sv set-clipboard' ] && echo {value}"),
        );
        surroundings.check(0, "");
    }
}

#[test]
fn environment_decides_about_colors_locale_network_and_programs() {
    Surroundings::sound()
        .set("NO_COLOR", "1")
        .set("TERM", "dumb")
        .set("LANG", "de_DE@euro")
        .set("https_proxy", "http://susan:secret@proxy.example")
        .set("EDITOR", "ed --secret")
        .set("WAYLAND_DISPLAY", "wayland-0")
        .set("PATH", "/nowhere")
        .line("terminal", "warning  terminal     TERM=dumb: the screens need a terminal; the commands work")
        .line("colors", "ok       colors       none, NO_COLOR is set, the output is no terminal")
        .line(
            "clipboard",
            "warning  clipboard    wl-copy is not installed: install it; until then the terminal must take what y copies",
        )
        .line(
            "locale",
            "warning  locale       de_DE@euro is not UTF-8: characters beyond ASCII may look wrong; set LANG=C.UTF-8, or another \
             UTF-8 locale",
        )
        .line("network", "ok       network      proxy by https_proxy")
        .line("editor", "warning  editor       ed, by EDITOR, is not installed: install it, or set EDITOR")
        .line("browser", "warning  browser      no program opens links: install xdg-utils; Y copies a link")
        .check(0, "");
}

#[test]
fn problems_of_the_settings_are_warnings_with_their_lines() {
    let surroundings = Surroundings::sound();
    fs::create_dir_all(surroundings.shell.path("config/microblog")).unwrap();
    fs::write(surroundings.shell.path("config/microblog/config.toml"), "theme = \"nothing\"\neditor = \"\"\n").unwrap();
    let output = surroundings.command().output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find(|line| line.contains(" settings ")).unwrap();
    assert!(line.starts_with("warning  settings     ~/config/microblog/config.toml:1: "), "{line}");
    assert!(line.ends_with(": the default applies until you change it"), "{line}");
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
}

#[test]
fn json_has_one_object_for_each_line() {
    let mut surroundings = Surroundings::sound();
    surroundings.arguments.push("--json");
    let text = String::from_utf8(surroundings.command().output().unwrap().stdout).unwrap();
    assert_eq!(text.lines().count(), surroundings.lines.len());
    let first = format!(
        "{{\"status\":\"ok\",\"check\":\"version\",\"found\":\"microblog {}, SQLite {}\",\"advice\":null}}",
        env!("CARGO_PKG_VERSION"),
        microblog::store::sqlite_version()
    );
    assert_eq!(text.lines().next(), Some(first.as_str()));
}

#[test]
fn nothing_private_is_printed() {
    let surroundings = Surroundings::sound().set("SECRET", "word");
    surroundings.shell.run(&["post", "a private thought"]).stdout("posted 1\n").check();
    let text = String::from_utf8(surroundings.command().output().unwrap().stdout).unwrap();
    let folder = surroundings.shell.folder.path().to_str().unwrap();
    for private in ["john", "susan", "thought", folder, "-w", "1 post", "2 users"] {
        assert!(!text.contains(private), "{private} in\n{text}");
    }
}

#[test]
fn terminal_is_asked_what_it_can_do() {
    let surroundings = Surroundings::sound();
    for (answer, lines) in [
        (
            "\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\\u{1b}_Gi=31;OK\u{1b}\\\u{1b}[?0u\u{1b}[?62;4c",
            [
                "ok       images       kitty's protocol",
                "ok       background   light",
                "ok       keyboard     unambiguous keys",
            ],
        ),
        (
            "\u{1b}[?62;22c",
            [
                "ok       images       none, avatars are drawn as blocks",
                "ok       background   not known",
                "ok       keyboard     plain keys: Ctrl+Enter is Enter",
            ],
        ),
        ("", ["warning  images       the terminal does not answer questions", "", ""]),
    ] {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_microblog"));
        command.arg("doctor");
        command.env_clear();
        for (name, value) in &surroundings.variables {
            command.env(name, value);
        }
        let mut screen = Screen::start(command, 120, 40);
        screen.writes("\u{1b}[c").keys(answer);
        for line in lines {
            screen.shows(line);
        }
        screen.shows("links are opened by xdg-open");
        screen.rest();
    }
}
