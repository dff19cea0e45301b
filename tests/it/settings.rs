//! Settings: the commands about them, errors in them, and that they apply as soon as the file is saved.

use std::fs;
use std::path::Path;

use crate::common::Shell;
use crate::common::pty::{CTRL_C, Folder, Screen};

/// Saves a settings file in the test's configuration folder.
fn set(folder: &Path, text: &str) {
    let folder = folder.join("config/microblog");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("new"), text).unwrap();
    fs::rename(folder.join("new"), folder.join("config.toml")).unwrap();
}

#[test]
fn config_path_and_show_print_the_settings() {
    let shell = Shell::new();
    let path = shell.path("config/microblog/config.toml");
    shell.run(&["config", "path"]).stdout(&format!("{}\n", path.display())).check();
    shell
        .run(&["--config", "my.toml", "config", "path"])
        .stdout("my.toml\n")
        .stderr("warning: there is no settings file my.toml: the defaults are used\n")
        .check();
    let shown = |shell: &Shell| {
        let output = shell.command().args(["config", "show"]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        String::from_utf8(output.stdout).unwrap()
    };
    set(shell.folder.path(), "theme = \"nord\"\npost_limit = 500");
    let text = shown(&shell);
    assert!(text.contains("\ntheme = \"nord\"\n") && text.contains("\npost_limit = 500\n"), "{text}");
    // The output is a file with the same settings.
    set(shell.folder.path(), &text);
    assert_eq!(shown(&shell), text);
}

#[test]
fn invalid_setting_warns_and_the_command_runs() {
    let shell = Shell::with_users();
    let path = shell.path("config/microblog/config.toml");
    set(shell.folder.path(), "mouse = 7\n\ncolor = 1");
    let path = path.display();
    let warned = format!(
        "warning: {path}:1: mouse cannot be 7: use true or false\nwarning: {path}:3: there is no setting color: did you mean colors?\n"
    );
    shell.run(&["whoami"]).stdout("john\n").stderr(&warned).check();
    shell.run(&["-q", "whoami"]).stdout("john\n").check();
}

/// Waits until a text is shown in a color, given by its index or as RGB.
#[track_caller]
fn painted(screen: &mut Screen, text: &str, color: vt100::Color) {
    screen.wait(&format!("{text} in {color:?}"), |screen| {
        let rows: Vec<String> = screen.rows(0, screen.size().1).collect();
        let found = rows.iter().enumerate().find_map(|(row, line)| {
            let column = line.chars().collect::<String>().find(text)?;
            Some((row as u16, line[..column].chars().count() as u16))
        });
        found.and_then(|(row, column)| screen.cell(row, column)).is_some_and(|cell| cell.fgcolor() == color)
    });
}

const BLUE_EITHER: vt100::Color = vt100::Color::Rgb(0x18, 0x76, 0xd4);
const BLUE_DARK: vt100::Color = vt100::Color::Rgb(0x72, 0xae, 0xeb);
const BLUE_LIGHT: vt100::Color = vt100::Color::Rgb(0x15, 0x55, 0x96);

fn with_true_color(folder: &Folder) -> Screen {
    let mut command = Screen::program(&folder.db());
    command.env("COLORTERM", "truecolor");
    Screen::start(command, 100, 30)
}

#[test]
fn theme_follows_the_background_that_the_terminal_reports() {
    for (answer, color) in [("rgb:ffff/ffff/f0f0", BLUE_LIGHT), ("rgb:28/28/28", BLUE_DARK)] {
        let folder = Folder::new();
        folder.run(&["user", "add", "john"]);
        let mut screen = with_true_color(&folder);
        // The first screen does not wait for a late response.
        painted(screen.shows("Press c"), "microblog", BLUE_EITHER);
        assert!(String::from_utf8_lossy(&screen.seen).contains("\u{1b}]11;?\u{1b}\\"));
        screen.keys(&format!("\u{1b}]11;{answer}\u{1b}\\"));
        painted(&mut screen, "microblog", color);
        // No part of the response was a key: 1 would switch timelines, b boost, and a colon open the palette.
        screen.keys("c").shows("john writes").keys("hello").shows("hello");
        assert!(!screen.text().contains("rgb"), "{}", screen.text());
        screen.keys(CTRL_C).ends();
    }
}

#[test]
fn first_frame_has_the_colors_for_a_background_that_was_reported_in_time() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    let mut screen = with_true_color(&folder);
    // It is there before the program asks, however slow this machine is.
    screen.keys("\u{1b}]11;rgb:ffff/ffff/f0f0\u{1b}\\");
    painted(screen.shows("Press c"), "microblog", BLUE_LIGHT);
    let seen = String::from_utf8_lossy(&screen.seen).into_owned();
    assert!(!seen.contains("38;2;24;118;212"), "a frame was drawn in the colors for either background: {seen:?}");
    screen.keys(CTRL_C).ends();
}

#[test]
fn settings_open_in_the_editor_and_apply() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    let mut command = Screen::program(&folder.db());
    // It gets the file as its only argument.
    command.env("VISUAL", "sh -c 'echo post_limit = 5 >> \"$0\"'");
    let mut screen = Screen::start(command, 100, 30);
    screen.shows("Press c").keys(",").shows("settings reloaded").keys("q").ends();
    let text = fs::read_to_string(folder.0.path().join("config/microblog/config.toml")).unwrap();
    assert!(text.starts_with("# Settings of microblog.") && text.ends_with("post_limit = 5\n"), "{text}");
}

#[test]
fn saved_settings_apply_at_once() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    set(folder.0.path(), "theme = \"no such\"");
    let mut screen = with_true_color(&folder);
    screen.shows("config.toml:1: there is no theme \"no such\"");
    set(folder.0.path(), "theme = \"gruvbox\"");
    painted(screen.shows("settings reloaded"), "microblog", vt100::Color::Rgb(0xfa, 0xbd, 0x2f));
    let behind = screen.parser.screen().cell(10, 10).unwrap().bgcolor();
    assert_eq!(behind, vt100::Color::Rgb(0x28, 0x28, 0x28));
    set(folder.0.path(), "theme = \"gruvbox\"\nmouse = \"no\"");
    screen.shows("config.toml:2: mouse cannot be \"no\": use true or false");
    fs::remove_file(folder.0.path().join("config/microblog/config.toml")).unwrap();
    painted(screen.shows("settings reloaded"), "microblog", BLUE_EITHER);
    screen.keys("q").ends();
}

#[test]
fn changed_keys_work_at_once_and_are_shown() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    let mut screen = folder.open(100, 30);
    screen.shows("c post").keys("?").shows("1…9 ").keys("/").shows(" /").keys("new p").shows("new post");
    screen
        .hides("jump to top")
        .keys("qqq")
        .shows("No matching shortcut")
        .keys("\u{1b}")
        .shows("jump to top")
        .keys("\u{1b}");
    screen.shows("Press c");
    set(folder.0.path(), "[keys]\nnew-post = [\"f2\", \"ctrl-w\"]\nhelp = \"f1\"\nlike = \"f1\"");
    screen.shows("config.toml:4: f1 is help in line 3 and like in line 4: help keeps it");
    screen.keys("j").shows("F2 post").hides("c post").keys("c").keys("\u{1b}OP").shows("jump to top");
    screen.keys("/").keys("new p").shows("F2 ^W").keys("\u{1b}").shows("jump to top").keys("q");
    screen.shows("F2 post").keys("\u{17}").shows("john writes").keys(CTRL_C).ends();
}

#[test]
fn invalid_key_warns_in_commands_too() {
    let shell = Shell::with_users();
    let path = shell.path("config/microblog/config.toml");
    set(shell.folder.path(), "[keys]\nlike = \"hyper-x\"\npreset = \"vi\"");
    let path = path.display();
    let warned = format!(
        "warning: {path}:2: there is no key \"hyper-x\": write a character, or a name such as ctrl-s, alt-x, \
         shift-tab, f5, space or pagedown\n\
         warning: {path}:3: there is no preset \"vi\" of keys: it is default, emacs, vim\n"
    );
    shell.run(&["whoami"]).stdout("john\n").stderr(&warned).check();
}

#[test]
fn theme_is_previewed_in_the_palette_and_saved_when_chosen() {
    let gold = vt100::Color::Rgb(0xfa, 0xbd, 0x2f);
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    set(folder.0.path(), "# Mine.\nmouse = false # for now\n");
    let mut screen = with_true_color(&folder);
    painted(screen.shows("Press c"), "microblog", BLUE_EITHER);
    screen.keys(":").shows("Commands").keys("gruvbox").shows("theme: gruvbox");
    painted(&mut screen, "microblog", gold);
    screen.keys("\u{1b}[B");
    painted(&mut screen, "microblog", vt100::Color::Rgb(0x07, 0x66, 0x78));
    screen.keys("\u{1b}");
    painted(screen.hides("theme: gruvbox"), "microblog", BLUE_EITHER);
    screen.keys(":").shows("Commands").keys("gruvbox").shows("theme: gruvbox");
    painted(&mut screen, "microblog", gold);
    screen
        .keys("\r")
        .hides("theme: gruvbox")
        .keys(":")
        .shows("Commands")
        .keys("keys vim")
        .shows("keys: vim")
        .keys("\r");
    screen.hides("keys: vim").keys("j").shows("i post").keys("q").ends();
    let stored = fs::read_to_string(folder.0.path().join("config/microblog/config.toml")).unwrap();
    assert_eq!(stored, "# Mine.\nmouse = false # for now\ntheme = \"gruvbox\"\n\n[keys]\npreset = \"vim\"\n");
    painted(&mut with_true_color(&folder), "microblog", gold);
}

#[test]
fn post_limit_setting_is_applied() {
    let shell = Shell::with_users();
    set(shell.folder.path(), "post_limit = 10");
    shell.fails(
        &["post", "eleven char"],
        1,
        "the post has 11 of 10 characters: shorten it by 1, or post it as a thread with --thread",
    );
    shell.run(&["post", "--thread", "one two three"]).stdout("posted 1 2 3\n").check();
    set(shell.folder.path(), "post_limit = 500");
    shell.run(&["post", &"a".repeat(500)]).stdout("posted 4\n").check();
    shell.fails(&["edit", "4", &"a".repeat(501)], 1, "the post has 501 of 500 characters: shorten it by 1");
}

#[test]
fn clock_setting_changes_shown_times() {
    let shell = Shell::with_users();
    shell.run(&["post", "--at", "2026-03-14 15:09", "tea"]).stdout("posted 1\n").check();
    for (clock, time) in [("12", "2026-03-14 3:09 PM"), ("24", "2026-03-14 15:09")] {
        set(shell.folder.path(), &format!("clock = {clock}"));
        let output = shell.command().args(["show", "1"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(time), "{text}");
    }
}

#[test]
fn editor_setting_overrides_the_environment() {
    let shell = Shell::with_users();
    set(shell.folder.path(), "editor = \"sed -i 's/$/ by ours/'\"");
    let output = shell.command().args(["post", "--editor", "written"]).env("EDITOR", "false").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "posted 1\n", "{output:?}");
    let output = shell.command().args(["show", "1"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("written by ours"));
}

#[test]
fn screens_apply_every_setting() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["user", "add", "susan"]);
    folder.run(&["post", "a #first one"]);
    set(folder.0.path(), "timeline = \"mentions\"\npost_limit = 500\neditor = \"sed -i 's/$/!/'\"\nrefresh = 3600000");
    let mut screen = folder.open(100, 30);
    screen.shows("No mentions yet").keys("2").shows("a #first one").keys("c").shows(" 500 ").keys("so");
    screen.shows(" 498 ").keys("\u{f}").shows("so!").keys("\u{1b}").hides("close (draft saved)");
    // Changes of other processes appear only after a reload, or after the refresh interval.
    folder.run(&["--as", "susan", "post", "another one"]);
    screen.keys("?").shows("Timelines").keys("q").hides("Timelines").hides("1 new");
    set(folder.0.path(), "refresh = 250");
    screen.shows("1 new").keys(CTRL_C).ends();
}
