//! Keys as terminals send them: of other layouts, in unfinished sequences, and among answers of the terminal.

use std::time::{Duration, Instant};

use crate::common::pty::{CTRL_C, Folder, PATIENCE, Screen};

/// John's timeline with one post, on a screen of 100×30.
fn open() -> (Folder, Screen) {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["post", "hello there"]);
    let mut screen = folder.open(100, 30);
    screen.shows("hello there").shows("? ");
    (folder, screen)
}

#[test]
fn redraw_and_suspend_work_from_the_palette() {
    let (_folder, mut screen) = open();
    screen.keys(":redraw screen").shows("redraw screen");
    // As if another program had cleared the whole terminal.
    screen.parser = vt100::Parser::new(30, 100, 0);
    screen.keys("\r").shows("hello there").keys(":suspend").shows("suspend").keys("\r");
    screen.wait("the shell's screen", |screen| !screen.alternate_screen());
    let end = Instant::now() + PATIENCE;
    while !screen.parser.screen().alternate_screen() {
        assert!(Instant::now() < end, "it never came back");
        let id = screen.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-CONT", &id]).status().unwrap().success());
        if let Ok(bytes) = screen.bytes.recv_timeout(Duration::from_millis(20)) {
            screen.take(&bytes);
        }
    }
    screen.shows("hello there").keys(CTRL_C).ends();
}

#[test]
fn ctrl_with_a_letter_of_another_script_is_the_latin_key() {
    let (folder, mut screen) = open();
    // Ctrl+S and Ctrl+C of a Russian layout, the first with its base-layout code.
    screen.keys("c").shows("140").keys("проба").shows("проба").keys("\u{1b}[1099::115;5u").shows("posted #2");
    screen.keys("\u{1b}[1089;5u").ends();
    assert!(folder.run(&["timeline"]).contains("проба"));
}

#[test]
fn plain_letter_of_another_script_is_the_latin_key_outside_of_text() {
    let (_folder, mut screen) = open();
    // The key of `c` opens the composer, and types its own letter there.
    screen.keys("с").shows("140").keys("с").shows("139").keys(CTRL_C).ends();
}

#[test]
fn base_layout_codes_are_asked_for() {
    let (_folder, mut screen) = open();
    screen.keys(CTRL_C);
    assert!(screen.ends().contains("\u{1b}[>5u"), "disambiguated keys and alternate keys");
}

#[test]
fn later_background_answers_type_nothing() {
    let (_folder, mut screen) = open();
    let answer = "\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\";
    screen.keys("c").shows("140").keys(answer).keys("one ").keys(answer).keys(&answer.repeat(3)).keys("two");
    screen.shows("one two").shows("133").keys(CTRL_C).ends();
}

#[test]
fn ctrl_c_quits_behind_an_unfinished_sequence() {
    for started in ["\u{1b}[1;5", "\u{1b}[", "\u{1b}O", "\u{1b}]11;rgb", "\u{1b}[200~half a paste"] {
        let (_folder, mut screen) = open();
        screen.keys(started);
        std::thread::sleep(Duration::from_millis(200));
        screen.keys(CTRL_C).ends();
    }
}

#[test]
fn megabytes_without_an_end_hold_up_no_key() {
    let (_folder, mut screen) = open();
    screen.keys("\u{1b}]52;c;").keys(&"x".repeat(2_000_000)).keys("\u{7}").keys("c").shows("140");
    screen.keys(CTRL_C).ends();
}
