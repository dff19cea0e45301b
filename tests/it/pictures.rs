//! Avatars, from archives and files to the screen.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::Shell;
use crate::common::pty::{Folder, Screen};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

#[test]
fn avatar_is_set_removed_or_refused_with_readable_error() {
    let shell = Shell::with_users();
    let (png, other) = (fixture("mastodon/avatar.png"), shell.path("other.png"));
    let avatar = |file: &Path| ["user", "edit", "john", "--avatar", file.to_str().unwrap()].map(str::to_owned);
    let run = |args: &[String]| shell.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
    run(&avatar(&png)).stdout("updated @john\n").check();
    let count = |shell: &Shell| {
        let lines = shell.path("all.jsonl");
        let wrote = format!("exported 0 posts to {}\n", lines.display());
        shell.run(&["export", "jsonl", lines.to_str().unwrap(), "--force"]).stdout(&wrote).check();
        fs::read_to_string(lines).unwrap().matches(r#"{"avatar":{"user":"john","picture":"iVBORw0K"#).count()
    };
    assert_eq!(count(&shell), 1);
    let name = other.display();
    for (bytes, why) in [
        (None, format!("error: cannot read {name}: there is no such file\n")),
        (
            Some(&b"text"[..]),
            format!("error: {name}: not a PNG, JPEG, GIF or WebP picture: convert it to one of these\n"),
        ),
        (
            Some(&fs::read(&png).unwrap()[..90]),
            format!("error: {name}: the picture is damaged: save it again as PNG or JPEG\n"),
        ),
    ] {
        if let Some(bytes) = bytes {
            fs::write(&other, bytes).unwrap();
        }
        run(&avatar(&other)).stderr(&why).status(1).check();
    }
    assert_eq!(count(&shell), 1, "what was there stays");
    shell.run(&["user", "edit", "john", "--avatar", ""]).stdout("updated @john\n").check();
    assert_eq!(count(&shell), 0);
}

/// Returns a database with an imported archive, and john as the active user.
fn sample() -> Folder {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["import", "mastodon", fixture("mastodon").to_str().unwrap()]);
    folder
}

/// Opens the timeline "all" in a terminal of that name.
fn open(folder: &Folder, term: &str) -> Screen {
    let mut command = Screen::program(&folder.db());
    if term == "WezTerm" {
        command.env("TERM_PROGRAM", term);
    } else {
        command.env("TERM", term);
        command.env_remove("TERM_PROGRAM");
    }
    if term != "xterm" {
        command.env("COLORTERM", "truecolor");
    }
    for name in ["TMUX", "STY", "ZELLIJ"] {
        command.env_remove(name);
    }
    let mut screen = Screen::start(command, 60, 20);
    if term == "xterm-kitty" {
        screen.writes(",a=q,U=1,").keys("\u{1b}_Gi=31;OK\u{1b}\\");
    }
    screen.keys("2").shows("Ada L.");
    screen
}

const SENT: &str = "\u{1b}_Ga=T,U=1,i=4194306,f=32,s=48,v=48,c=4,r=2,q=2,m=1;";
const CELL: &str = "\u{10eeee}\u{305}\u{30d}";

#[test]
fn kitty_gets_each_image_once_and_deletes_them_at_exit() {
    let folder = sample();
    let mut screen = open(&folder, "xterm-kitty");
    screen.writes(SENT).wait("a picture", |screen| screen.contents().contains(CELL));
    screen.keys("?").shows("Timelines").wait("no picture", |screen| !screen.contents().contains('\u{10eeee}'));
    screen.keys("q").wait("a picture", |screen| screen.contents().contains(CELL));
    screen.keys("jjkk").keys("q");
    let seen = screen.ends();
    assert_eq!(seen.matches(SENT).count(), 1);
    assert!(seen.rfind("\u{1b}_Ga=d,d=I,i=4194306,q=2\u{1b}\\") > seen.rfind(CELL));
}

#[test]
fn old_kitty_without_response_gets_blocks() {
    let folder = sample();
    let mut command = Screen::program(&folder.db());
    command.env("TERM", "xterm-kitty");
    for name in ["TERM_PROGRAM", "TMUX", "STY", "ZELLIJ"] {
        command.env_remove(name);
    }
    let mut screen = Screen::start(command, 60, 20);
    screen.writes(",a=q,U=1,").keys("\u{1b}[?62;c2").shows("Ada L.");
    screen.wait("the color of a face", |screen| face(screen, vt100::Color::Rgb(240, 190, 60)));
    let seen = screen.keys("q").ends();
    assert!(!seen.contains("\u{1b}_Ga=T") && !seen.contains('\u{10eeee}'));
}

/// Whether the cells at the positions of avatars have a color.
fn face(screen: &vt100::Screen, color: vt100::Color) -> bool {
    let places = (0..20).flat_map(|row| (2..6).map(move |column| (row, column)));
    places.filter_map(|(row, column)| screen.cell(row, column)).any(|cell| cell.fgcolor() == color)
}

#[test]
fn wezterm_gets_images_again_after_they_were_covered() {
    let folder = sample();
    let mut screen = open(&folder, "WezTerm");
    let sent = "\u{1b}]1337;File=inline=1;width=4;height=1;";
    screen.writes(sent).keys("?").shows("Timelines").keys("q").shows("Ada L.").keys("q");
    let seen = screen.ends();
    assert!(!seen.contains("\u{1b}_G") && !seen.contains('\u{10eeee}'));
    // The image was drawn before the help covered it, and again afterwards.
    let covered = seen.find("Timelines").unwrap();
    assert!(seen[..covered].contains(sent) && seen[covered..].contains(sent));
}

#[test]
fn terminal_that_reports_sixel_gets_sixel_images() {
    let folder = sample();
    let ask = "\u{1b}[16t\u{1b}[c";
    let background = "\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\";
    for (term, answers, sixel) in [
        ("xterm-256color", "\u{1b}[6;20;10t\u{1b}[?62;4;22c", true),
        ("xterm", "\u{1b}[6;20;10t\u{1b}[?62;4;22c", true),
        // Without the cell size, the size of an image on the screen is unknown.
        ("xterm-256color", "\u{1b}[?62;4;22c", false),
        ("xterm-256color", "\u{1b}[6;20;10t\u{1b}[?62;22c", false),
        ("xterm-kitty", "\u{1b}[6;20;10t\u{1b}[?62;4;22c", false),
    ] {
        let mut screen = open(&folder, term);
        // Keys that arrive before, inside and after a response are still handled as keys.
        screen.writes(ask).keys(&["c", "one ", background, answers, "two"].concat()).shows("one two");
        if sixel {
            screen.writes("\u{1b}P0;1;0q\"1;1;40;36#0;2;");
        }
        screen.keys("\u{13}").shows("posted").keys("?").shows("Timelines").keys("q").shows("Ada L.").keys("q");
        let seen = screen.ends();
        assert_eq!(seen.contains("\u{1b}P"), sixel, "{term} {answers:?}");
        let covered = seen.find("Timelines").unwrap();
        assert_eq!(seen[covered..].contains("\u{1b}P0;1;0q\"1;1;40;36#0;2;"), sixel, "it comes back: {term}");
    }
}

#[test]
fn other_terminals_get_blocks_or_nothing_by_setting() {
    let folder = sample();
    let config = folder.0.path().join("config/microblog");
    fs::create_dir_all(&config).unwrap();
    for (term, setting, blocks) in
        [("xterm-256color", "auto", true), ("xterm-kitty", "blocks", true), ("xterm-kitty", "off", false)]
    {
        fs::write(config.join("config.toml"), format!("images = \"{setting}\"\n")).unwrap();
        let mut screen = open(&folder, term);
        let face = |screen: &vt100::Screen| face(screen, vt100::Color::Rgb(240, 190, 60));
        if blocks {
            screen.wait("the color of a face", face);
        }
        assert!(blocks || !face(screen.parser.screen()));
        let seen = screen.keys("q").ends();
        assert!(!seen.contains("\u{1b}_Ga=T") && !seen.contains('\u{10eeee}'), "{term} {setting}");
    }
}
