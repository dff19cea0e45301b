//! Hostile text from others in every field: only the sequences that our own drawing writes reach the terminal.

use std::path::Path;

use crate::common::pty::{CTRL_C, ENTER, ESC, Folder, Screen};
use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt, SeedableRng};
use rusqlite::{Connection, params};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Sequences that our drawing writes: their intermediate characters and their final byte.
const OURS: &[(&str, &str)] = &[("", "HJKmABCDG"), ("?", "hl"), (">", "u"), ("<", "u")];
/// Terminal modes that we set.
const MODES: &[&str] = &["?25", "?1000", "?1006", "?1049", "?2004"];

/// Returns the first sequence in the output that our own drawing does not write.
fn foreign(bytes: &[u8]) -> Option<String> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Some("bytes that are not UTF-8".to_owned()) };
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c == '\u{1b}' {
            // Queries for the background color, the cell size, and the terminal's features.
            let asked = rest.strip_prefix("]11;?\u{1b}\\").unwrap_or(rest);
            if let Some(asked) = asked.trim_start_matches('\u{1b}').strip_prefix("[16t\u{1b}[c") {
                rest = asked;
                continue;
            }
            let Some(body) = rest.strip_prefix('[') else { return Some(format!("ESC {:?}", rest.chars().next())) };
            let end = body.find(|c: char| ('@'..='~').contains(&c)).unwrap_or(body.len());
            let (parameters, last) = (&body[..end], body[end..].chars().next().unwrap_or('?'));
            let kind = if parameters.starts_with(['?', '>', '<']) { &parameters[..1] } else { "" };
            let known = OURS.iter().any(|(start, ends)| *start == kind && ends.contains(last));
            let plain = parameters[kind.len()..].chars().all(|c| c.is_ascii_digit() || c == ';');
            if !known || !plain || (kind == "?" && !MODES.contains(&parameters)) {
                return Some(format!("ESC [{parameters}{last}"));
            }
            rest = &body[end + 1..];
        } else if !is_harmless(c) {
            return Some(format!("{c:?} before {:?}", rest.chars().take(20).collect::<String>()));
        }
    }
    None
}

/// Whether a character is visible, or only joins its neighbors.
fn is_harmless(c: char) -> bool {
    use GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, Surrogate, Unassigned};
    let acts = matches!(
        c.general_category(),
        Control | Format | LineSeparator | ParagraphSeparator | PrivateUse | Surrogate | Unassigned
    );
    // Unicode classes signs that precede a number as formats, although they are visible.
    let sign =
        matches!(c, '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{110bd}');
    !acts || sign || matches!(c, '\r' | '\n' | '\u{200c}' | '\u{200d}')
}

/// The Big List of Naughty Strings, and worse ones.
fn hostile_strings(random: &mut ChaCha8Rng) -> Vec<String> {
    let naughty = include_str!("../fixtures/blns.json");
    let mut strings: Vec<String> = serde_json::from_str(naughty).unwrap();
    assert!(strings.len() > 500);
    let worse = [
        "\u{1b}]0;owned\u{7}",
        "\u{1b}]52;c;b3duZWQ=\u{1b}\\",
        "\u{1b}[2J\u{1b}[31mred",
        "\u{1b}P+q544e\u{1b}\\",
        "\u{1b}_Gf=100\u{1b}\\",
        "\u{9b}31m",
        "\u{9d}0;owned\u{9c}",
        "a\u{85}b\u{2028}c\u{2029}d",
        "\u{202e}gnitirw\u{202c} \u{2066}x\u{2069} \u{61c}",
        "z\u{200b}w\u{feff}s\u{2060}\u{ad}",
        "\u{e0001}\u{e0067}\u{e007f}",
        "\u{e000}\u{f0000}\u{378}\u{ffff}\u{fff9}",
        "\u{1161}\u{301}\u{fe0f}\u{200d}",
        "\u{7f}\u{8}\u{8}\u{8}\u{8}",
        "\u{600}\u{600}\u{600}1",
    ];
    strings.extend(worse.map(str::to_owned));
    strings.push("x".repeat(1_000_000));
    strings.push(format!("a{}", "\u{301}".repeat(100_000)));
    strings.push("👩\u{200d}".repeat(10_000));
    for _ in 0..100 {
        let mut bytes = vec![0; random.random_range(1..400)];
        random.fill_bytes(&mut bytes);
        strings.push(String::from_utf8_lossy(&bytes).into_owned());
        strings.push((0..40).map(|_| char::from_u32(random.random_range(0..0x30_00)).unwrap_or('x')).collect());
    }
    strings.retain(|text| !text.trim_matches([' ', '\t', '\r', '\n']).is_empty() && !text.contains('\0'));
    strings
}

/// Writes them into a database without any check, as in a file that another person sends: as nicknames, names,
/// descriptions, email addresses, posts and their remote ids, tags, filters, drafts and saved searches.
fn fill(db: &Path, strings: &[String]) {
    let connection = Connection::open(db).unwrap();
    connection.execute_batch("PRAGMA ignore_check_constraints = ON; BEGIN").unwrap();
    for (at, text) in strings.iter().enumerate() {
        let id = at as i64 + 100;
        let text = text.replace('\0', "");
        let short: String = text.chars().take(200).collect();
        let name = format!("{short}{at}");
        let user = "INSERT INTO user (id, nickname, nickname_key, email, email_key, display_name, about_me)
                    VALUES (?1, ?2, ?3, ?2, ?3, ?4, ?4)";
        connection.execute(user, params![id, name, name.to_lowercase(), short]).unwrap();
        let post = "INSERT INTO post (id, author, body, created_at, source, reply_to) VALUES (?1, ?1, ?2, ?1, ?3, ?4)";
        connection.execute(post, params![id, text, short, (at % 3 == 1).then_some(id - 1)]).unwrap();
        let boost = "INSERT INTO post (id, author, created_at, boost_of) VALUES (10000 + ?1, ?1, 10000 + ?1, ?1)";
        connection.execute(boost, [id]).unwrap();
        connection.execute("INSERT INTO follow (follower, followed, since) VALUES (?1, 1, ?1)", [id]).unwrap();
        connection
            .execute("INSERT INTO notification (user, created_at, kind, actor) VALUES (1, ?1, 1, ?1)", [id])
            .unwrap();
        let draft = "INSERT INTO draft (user, reply_to, body, saved_at) VALUES (1, ?1, ?2, ?1)";
        connection.execute(draft, params![id, short]).unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
}

#[test]
fn hostile_text_on_screens_sends_no_foreign_escape_sequence() {
    let seed = std::process::id().into();
    println!("seed {seed}");
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    fill(&folder.db(), &hostile_strings(&mut ChaCha8Rng::seed_from_u64(seed)));
    let mut screen = folder.open(250, 100);
    // The help appears and disappears only after everything before it was drawn.
    let drawn = |screen: &mut Screen, keys: &str| {
        screen.keys(keys).keys("?").shows("Timelines").keys("q").hides("Timelines");
    };
    screen.shows("john").keys("2").shows("1 boost");
    for _ in 0..30 {
        drawn(&mut screen, "\u{1b}[6~");
    }
    screen.keys("N").shows("followed you").keys("q").hides("followed you");
    screen.keys("D").shows("drafts").keys("G").keys("q").hides("discard");
    for key in [ENTER, "u", "q", "\t", "G", "u", "G"] {
        drawn(&mut screen, key);
    }
    for _ in 0..5 {
        drawn(&mut screen, "ku");
    }
    screen.keys(CTRL_C).ends();
    assert_eq!(foreign(&screen.seen), None);
}

#[test]
fn commands_on_a_terminal_print_clean_lines() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    let strings = hostile_strings(&mut ChaCha8Rng::seed_from_u64(7));
    fill(&folder.db(), &strings);
    let nobody = "nobody\u{1b}]0;owned\u{7}\u{202e}";
    let commands: &[&[&str]] = &[
        &["timeline", "all", "--limit", "2000"],
        &["user", "list"],
        &["notifications"],
        &["drafts"],
        &["drafts", "show", "103"],
        &["show", "500"],
        &["thread", "101"],
        &["history", "640"],
        &["search", "e*"],
        &["followers", "john"],
        &["timeline", "all", "--json", "--limit", "2000"],
        &["user", "show", nobody],
        &["search", nobody],
        &["import", "twtxt", nobody],
        &["db", "restore", nobody],
        &["--db", nobody, "user", "list", "--read-only"],
        &[nobody],
    ];
    for arguments in commands {
        let mut command = Screen::program(&folder.db());
        command.args(*arguments);
        let mut screen = Screen::start(command, 100, 30);
        let seen = screen.rest();
        assert!(!seen.is_empty(), "{arguments:?} says nothing");
        assert_eq!(foreign(seen), None, "{arguments:?}");
    }
}

#[test]
fn commands_in_a_pipe_print_the_exact_text() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    let strings = hostile_strings(&mut ChaCha8Rng::seed_from_u64(7));
    fill(&folder.db(), &strings);
    let lines = folder.run(&["timeline", "all", "--json", "--limit", "2000"]);
    assert!(!lines.contains(|c: char| c.is_control() && c != '\n'));
    let bodies: std::collections::HashSet<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["body"].as_str().unwrap().to_owned())
        .collect();
    for text in &strings {
        assert!(bodies.contains(text), "{text:?} is gone");
    }
}

#[test]
fn hostile_paste_and_search_are_shown_harmlessly() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["post", "hello"]);
    let mut screen = folder.open(100, 30);
    screen.shows("hello").keys("c").shows("john writes");
    for text in ["\u{202e}bidi\u{202c} ", "\u{9b}31m", "\u{e000}", "\u{200b}", "\u{7f}", "\u{1}"] {
        screen.keys(&format!("\u{1b}[200~{text}\u{1b}[201~"));
    }
    screen.keys("seen").shows("seen").keys(ESC).hides("john writes").keys("/").shows("both words");
    screen.keys("\u{1b}[200~\u{202e}\u{9b}2J\u{1}nothing\u{1b}[201~").shows("no posts").keys("\u{14}").shows("7 /");
    screen.keys(CTRL_C).ends();
    assert_eq!(foreign(&screen.seen), None);
}

#[test]
fn scanner_finds_foreign_escape_sequences() {
    for good in ["plain", "\u{1b}[1;31mred\u{1b}[0m", "\u{1b}[?25l\u{1b}[10;3H世界 👨‍👩‍👧‍👦"] {
        assert_eq!(foreign(good.as_bytes()), None, "{good:?}");
    }
    for bad in ["\u{1b}]0;x\u{7}", "\u{1b}c", "\u{1b}[?1003h", "\u{1b}[6n", "\u{9b}", "\u{202e}", "\u{7}", "\u{e000}"] {
        assert!(foreign(bad.as_bytes()).is_some(), "{bad:?}");
    }
    assert!(foreign(b"\xff").is_some());
}
