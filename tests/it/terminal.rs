//! The program and its terminal: mouse, clipboard, links, suspending, and window sizes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::common::pty::{CTRL_C, Folder, PATIENCE, Screen};

const CTRL_Z: &str = "\u{1a}";
const MOUSE_ON: &str = "\u{1b}[?1000h";
const MOUSE_OFF: &str = "\u{1b}[?1000l";

/// Opens a timeline with posts of another year, so that their times are shown the same way at any time.
fn folder(posts: &[&str]) -> Folder {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    for (n, post) in posts.iter().enumerate() {
        folder.run(&["post", post, "--at", &format!("2019-03-{:02}", n + 1)]);
    }
    folder
}

fn signal(screen: &Screen, name: &str) {
    let id = screen.child.process_id().unwrap().to_string();
    assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
}

/// Clicks on a shown text with xterm's SGR mouse protocol, which counts from 1.
fn click(screen: &mut Screen, text: &str) {
    screen.shows(text);
    let rows: Vec<String> = screen.parser.screen().rows(0, u16::MAX).collect();
    let row = rows.iter().position(|row| row.contains(text)).unwrap();
    let column = rows[row].find(text).map(|at| rows[row][..at].chars().count()).unwrap();
    let (x, y) = (column + 1, row + 1);
    screen.keys(&format!("\u{1b}[<0;{x};{y}M\u{1b}[<0;{x};{y}m"));
}

#[test]
fn mouse_selects_and_opens_and_is_released_at_exit() {
    let folder = folder(&["first", "second about #bread", "third"]);
    let mut screen = folder.open(120, 30);
    screen.shows("third");
    click(&mut screen, "first");
    screen.keys("y").shows("copied text");
    click(&mut screen, "#bread");
    screen.shows("#bread").hides("third");
    click(&mut screen, "1 home");
    screen.shows("third");
    screen.keys(CTRL_C);
    let seen = screen.ends();
    assert!(seen.rfind(MOUSE_OFF) > seen.rfind(MOUSE_ON), "{seen:?}");
    assert!(seen.contains("\u{1b}]52;c;Zmlyc3Q="), "the post that was clicked: {seen:?}");
}

#[test]
fn mouse_is_released_for_the_editor_and_by_signals() {
    let folder = folder(&["first"]);
    // An editor that runs until its pipe is written to.
    let gate = folder.0.path().join("gate");
    assert!(Command::new("mkfifo").arg(&gate).status().unwrap().success());
    let mut command = Screen::program(&folder.db());
    command.env("VISUAL", format!("sh -c 'cat {}' editor", gate.display()));
    let mut screen = Screen::start(command, 100, 30);
    screen.shows("first").keys("c").shows("140").keys("\u{f}");
    screen.wait("the shell's screen", |screen| !screen.alternate_screen());
    fs::write(&gate, "").unwrap();
    screen.wait("ours", vt100::Screen::alternate_screen);
    screen.shows("140").keys("x").shows("139");
    signal(&screen, "-TERM");
    let seen = screen.ends();
    assert_eq!(seen.matches(MOUSE_ON).count(), 2, "at the start and after the editor");
    assert!(seen.rfind(MOUSE_OFF) > seen.rfind(MOUSE_ON));
}

#[test]
fn mouse_setting_false_leaves_the_mouse_to_the_terminal() {
    let folder = folder(&["first"]);
    let config = folder.0.path().join("config/microblog");
    fs::create_dir_all(&config).unwrap();
    fs::write(config.join("config.toml"), "mouse = false\n").unwrap();
    let mut screen = folder.open(100, 30);
    screen.shows("first").keys(CTRL_C);
    assert!(!screen.ends().contains(MOUSE_ON));
}

#[test]
fn suspended_program_restores_the_terminal_and_redraws() {
    let folder = folder(&["first"]);
    for stop in [None, Some("-TSTP")] {
        let mut screen = folder.open(100, 30);
        screen.shows("first");
        match stop {
            None => drop(screen.keys(CTRL_Z)),
            Some(name) => signal(&screen, name),
        }
        screen.wait("the shell's screen", |screen| !screen.alternate_screen());
        assert!(String::from_utf8_lossy(&screen.seen).ends_with("\u{1b}[?25h"), "the cursor is shown");
        // The terminal is restored just before the program stops: before that, it cannot be resumed.
        let end = Instant::now() + PATIENCE;
        while !screen.parser.screen().alternate_screen() {
            assert!(Instant::now() < end, "it never came back");
            signal(&screen, "-CONT");
            if let Ok(bytes) = screen.bytes.recv_timeout(Duration::from_millis(20)) {
                screen.take(&bytes);
            }
        }
        screen.shows("first").keys("c").shows("140").keys(CTRL_C);
        assert!(screen.ends().contains(MOUSE_ON));
    }
}

#[test]
fn copied_text_is_sent_as_base64() {
    let folder = folder(&["hello"]);
    let mut screen = folder.open(100, 30);
    screen.shows("hello").keys("y").shows("copied text");
    screen.keys("Y").shows("twtxt").keys("3").shows("copied ID").keys(CTRL_C);
    let seen = screen.ends();
    let copied: Vec<&str> = seen.split("\u{1b}]52;c;").skip(1).filter_map(|rest| rest.split('\u{7}').next()).collect();
    assert_eq!(copied, ["aGVsbG8=", "MQ=="]);
}

#[test]
fn copied_text_reaches_the_system_clipboard() {
    let folder = folder(&["hello $(id)\n'there'"]);
    let [copied, program] = ["copied", "xclip"].map(|name| folder.0.path().join(name));
    let script = format!(
        "#!/bin/sh\n[ \"$*\" = '-selection clipboard' ] && cat > {0}.part && mv {0}.part {0}\n",
        copied.display()
    );
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Screen::program(&folder.db());
    command.env("PATH", format!("{}:/usr/bin:/bin", folder.0.path().display()));
    command.env("DISPLAY", ":0");
    for name in ["WAYLAND_DISPLAY", "SSH_TTY", "SSH_CONNECTION", "WSL_DISTRO_NAME"] {
        command.env_remove(name);
    }
    let mut screen = Screen::start(command, 100, 30);
    screen.shows("hello").keys("y").writes("\u{1b}]52;c;");
    let end = Instant::now() + PATIENCE;
    while !copied.exists() {
        assert!(Instant::now() < end, "nothing was copied");
        std::thread::yield_now();
    }
    assert_eq!(fs::read_to_string(copied).unwrap(), "hello $(id)\n'there'");
    screen.keys(CTRL_C).ends();
}

#[test]
fn pasted_megabyte_is_saved_to_a_file() {
    let folder = folder(&["hello"]);
    let mut screen = folder.open(200, 30);
    let text = "a word and another, ".repeat(60_000);
    screen.shows("hello").keys("c").shows("writes").keys("before ");
    screen.keys(&format!("\u{1b}[200~{text}\u{1b}[201~")).shows("the pasted text is saved in ");
    let screenful = screen.text();
    let file = screenful.lines().last().and_then(|line| line.split(" is saved in ").nth(1)).unwrap().trim();
    assert_eq!(fs::read_to_string(file).unwrap(), text);
    screen.keys("after").shows("before after").keys(CTRL_C).ends();
}

#[test]
fn link_is_opened_by_the_system_opener() {
    let folder = folder(&["see https://a.example/x?y=1&z=$(id) and gemini://b.example/"]);
    let opened = folder.0.path().join("opened");
    let opener = folder.0.path().join("xdg-open");
    fs::write(&opener, format!("#!/bin/sh\nprintf '%s\\n' \"$@\" > {0}.part\nmv {0}.part {0}\n", opened.display()))
        .unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Screen::program(&folder.db());
    command.env("PATH", format!("{}:/usr/bin:/bin", folder.0.path().display()));
    let mut screen = Screen::start(command, 100, 30);
    screen.shows("see https").keys("o").shows("open link").keys("1");
    screen.shows("opening https://a.example/x?y=1&z=");
    let end = Instant::now() + PATIENCE;
    while !opened.exists() {
        assert!(Instant::now() < end, "nothing was opened");
        std::thread::yield_now();
    }
    assert_eq!(fs::read_to_string(opened).unwrap(), "https://a.example/x?y=1&z=$(id)\n");
    screen.keys(CTRL_C).ends();
}

#[test]
fn browser_that_is_missing_or_fails_is_reported_in_a_line() {
    let folder = folder(&["see https://a.example/x"]);
    let config = folder.0.path().join("config.toml");
    for (browser, said) in [
        ("/nonexistent", "browser \"/nonexistent\" was not found: change it in the settings (,)"),
        ("false", "browser \"false\" failed: change it in the settings (,)"),
    ] {
        fs::write(&config, format!("browser = \"{browser}\"\n")).unwrap();
        let mut command = Screen::program(&folder.db());
        command.env("MICROBLOG_CONFIG", &config);
        let mut screen = Screen::start(command, 100, 30);
        screen.shows("see https").keys("o").shows(said);
        screen.keys(CTRL_C).ends();
    }
}

#[test]
fn redraw_replaces_output_of_another_program() {
    let folder = folder(&["hello", "second 世界"]);
    let mut screen = folder.open(100, 30);
    screen.shows("second").shows("? help");
    let whole = screen.text();
    // As if the whole terminal had been cleared.
    screen.parser = vt100::Parser::new(30, 100, 0);
    screen.keys("\u{c}");
    screen.wait("the same screen again", |screen| screen.contents() == whole);
    screen.keys(CTRL_C).ends();
}

#[test]
fn many_window_sizes_end_in_a_complete_screen() {
    let folder = folder(&["first", "second 世界", "third 👨‍👩‍👧‍👦 family"]);
    let mut screen = folder.open(120, 40);
    screen.shows("third");
    for n in 0..500 {
        screen.resize(40 + n * 7 % 160, 10 + n * 3 % 50);
    }
    screen.resize(100, 30);
    let mut calm = folder.open(100, 30);
    calm.shows("third").shows("? help");
    let whole = calm.text();
    screen.wait("the same screen as without a storm", |screen| screen.contents() == whole);
    screen.keys(CTRL_C).ends();
    calm.keys(CTRL_C).ends();
}

/// What a terminal without an alternate screen makes of what the program wrote: it ignores that sequence.
fn without_alternate_screen(seen: &[u8], before: &str) -> vt100::Parser {
    let text = String::from_utf8_lossy(seen).replace("\u{1b}[?1049h", "").replace("\u{1b}[?1049l", "");
    let mut parser = vt100::Parser::new(30, 100, 0);
    parser.process(before.as_bytes());
    parser.process(text.as_bytes());
    parser
}

#[test]
fn first_frame_covers_old_output_without_an_alternate_screen() {
    let folder = folder(&["hello"]);
    let mut screen = folder.open(100, 30);
    screen.shows("hello").shows("? ");
    let parser = without_alternate_screen(&screen.seen, &format!("{}\r\n", "X".repeat(90)).repeat(40));
    assert!(!parser.screen().contents().contains('X'), "{}", parser.screen().contents());
    screen.keys(CTRL_C);
    let seen = screen.ends();
    let parser = without_alternate_screen(seen.as_bytes(), "");
    let (row, column) = parser.screen().cursor_position();
    assert_eq!((column, parser.screen().rows(0, 100).nth(usize::from(row)).unwrap().trim()), (0, ""));
}

#[test]
fn inside_tmux_text_is_copied_through_its_buffer() {
    for (script, notice) in [
        ("[ \"$*\" = 'load-buffer -w -' ] && cat > copied.part && mv copied.part copied", None),
        ("exit 1", Some("sent to tmux")),
    ] {
        let folder = folder(&["hello"]);
        let program = folder.0.path().join("tmux");
        fs::write(&program, format!("#!/bin/sh\ncd {}\n{script}\n", folder.0.path().display())).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = Screen::program(&folder.db());
        command.env("PATH", format!("{}:/usr/bin:/bin", folder.0.path().display()));
        command.env("TMUX", "/tmp/tmux-0/default,1,0");
        let mut screen = Screen::start(command, 100, 30);
        screen.shows("hello").keys("y");
        match notice {
            Some(notice) => drop(screen.shows(notice).writes("\u{1b}]52;c;aGVsbG8=")),
            None => {
                screen.shows("copied");
                assert_eq!(fs::read_to_string(folder.0.path().join("copied")).unwrap(), "hello");
            }
        }
        screen.keys(CTRL_C).ends();
    }
}

#[test]
fn without_a_thread_the_error_says_what_to_do() {
    use std::os::unix::fs::MetadataExt;
    if fs::metadata("/proc/self").unwrap().uid() != 0 || Command::new("setpriv").arg("--version").output().is_err() {
        println!("not tried: it takes root and setpriv");
        return;
    }
    for (limit, text) in [(1, "cannot start a thread"), (2, "cannot start a thread")] {
        let folder = Folder::new();
        fs::set_permissions(folder.0.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let mut command = portable_pty::CommandBuilder::new("setpriv");
        let script = format!("ulimit -u {limit}; exec \"$@\"");
        command.args(["--reuid=54321", "--regid=54321", "--clear-groups", "bash", "-c", &script, "bash"]);
        command.args([env!("CARGO_BIN_EXE_microblog"), "--db"]);
        command.arg(folder.db());
        command.cwd(folder.0.path());
        command.env("TERM", "xterm-256color");
        for name in ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
            command.env(name, folder.0.path().join("home"));
        }
        let mut screen = Screen::start(command, 100, 30);
        if limit > 1 {
            screen.shows("Welcome").keys("john\r").shows("first steps").keys("q").shows("Press");
            screen.keys("/").keys("word").shows(text).keys(CTRL_C);
        }
        // With one thread, the terminal is not even taken over.
        let seen = if limit == 1 { String::from_utf8_lossy(screen.rest()).into_owned() } else { screen.ends() };
        assert_eq!(seen.contains(&format!("error: {text}")), limit == 1, "{seen:?}");
        assert!(!seen.contains("report"), "it is no crash: {seen:?}");
    }
}

#[test]
fn cursor_is_visible_at_the_insertion_point_and_on_the_selected_row() {
    /// The cell at the visible cursor, or left of it.
    fn at_cursor(screen: &vt100::Screen, left: u16) -> Option<&str> {
        let (row, column) = screen.cursor_position();
        let cell = screen.cell(row, column.checked_sub(left)?)?;
        (!screen.hide_cursor()).then(|| cell.contents())
    }
    let folder = folder(&["first", "second"]);
    let mut screen = folder.open(100, 20);
    screen.shows("first").keys("j").shows("#1");
    screen.wait("the cursor on the selected row", |screen| at_cursor(screen, 0) == Some("▌"));
    for open in ["c", "/", ":", "a", "I"] {
        screen.keys(open).keys("abxyz").shows("abxyz");
        screen.wait("the cursor behind the text", |screen| at_cursor(screen, 1) == Some("z"));
        screen.keys("\u{1b}").hides("abxyz");
    }
    screen.keys(CTRL_C).ends();
}
