//! The outbox with the real program: each action reaches the server once, whatever happens to program and server.

use std::process::Stdio;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value;

use crate::common::Shell;
use crate::common::api::{Api, TOKEN};
use crate::common::kills::{kill_after, kills};
use crate::common::pty::{PATIENCE, SEND, Screen};

fn run(shell: &Shell, args: &[&str]) -> (Option<i32>, String) {
    let output = shell.command().args(args).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// Returns a database whose active user is an account on a server.
fn world() -> (Shell, Api) {
    let (shell, api) = (Shell::new(), Api::start());
    let address = format!("susan@{}", api.host());
    let (code, text) = run(&shell, &["account", "add", &address, "--token-command", &format!("echo {TOKEN}")]);
    assert_eq!(code, Some(0), "{text}");
    let nickname = address.replace(':', "_");
    assert_eq!(run(&shell, &["switch", &nickname]).0, Some(0));
    (shell, api)
}

/// Returns the texts that the server has, in its order.
fn texts(api: &Api) -> Vec<String> {
    let text = |status: &Value| {
        let content = status["content"].as_str().unwrap();
        content.trim_start_matches("<p>").trim_end_matches("</p>").to_owned()
    };
    api.change(|state| state.posted.iter().map(text).collect())
}

/// Sends until nothing is left.
#[track_caller]
fn send_all(shell: &Shell) {
    let deadline = Instant::now() + PATIENCE.max(Duration::from_secs(90));
    while !run(shell, &["outbox", "--json"]).1.is_empty() {
        assert!(Instant::now() < deadline, "{}", run(shell, &["outbox"]).1);
        run(shell, &["outbox", "send"]);
    }
}

#[test]
fn posts_written_offline_are_sent_once_and_in_order() {
    let (shell, api) = world();
    let (code, text) = run(&shell, &["--offline", "post", "the first"]);
    assert_eq!(code, Some(0), "{text}");
    let mut expected = vec!["the first".to_owned()];
    for number in 1..=10 {
        let reply = format!("reply {number}");
        assert_eq!(run(&shell, &["--offline", "reply", &number.to_string(), &reply]).0, Some(0));
        expected.push(reply);
    }
    assert_eq!(texts(&api), [""; 0]);
    send_all(&shell);
    assert_eq!(texts(&api), expected);
    let parents = api.change(|state| {
        let ids: Vec<Value> = state.posted.iter().map(|status| status["id"].clone()).collect();
        let parents: Vec<Value> = state.posted.iter().map(|status| status["in_reply_to_id"].clone()).collect();
        parents[1..].iter().zip(&ids).all(|(parent, id)| parent == id)
    });
    assert!(parents, "each reply is to the post before it");
    run(&shell, &["sync"]);
    assert_eq!(texts(&api), expected);
    assert_eq!(run(&shell, &["timeline", "all", "--limit", "99"]).1.matches("reply 10").count(), 1);
}

#[test]
fn post_whose_answer_was_lost_is_found_on_the_server() {
    let (shell, api) = world();
    api.change(|state| state.silent = 1);
    run(&shell, &["post", "only once"]);
    assert_eq!(texts(&api), ["only once"]);
    send_all(&shell);
    run(&shell, &["sync"]);
    assert_eq!(texts(&api), ["only once"]);
    assert_eq!(run(&shell, &["timeline", "all"]).1.matches("only once").count(), 1);
}

#[test]
fn post_may_be_as_long_as_the_server_allows() {
    let (shell, api) = world();
    // The server of the test allows 700 characters, and the setting 140.
    let long = "x".repeat(700);
    assert_eq!(run(&shell, &["post", &long]).0, Some(0));
    assert_eq!(texts(&api).concat(), long);
    let (code, text) = run(&shell, &["post", &format!("{long}y")]);
    assert!(code == Some(1) && text.contains("700"), "{text}");
    let mut screen = Screen::open(&shell.path("m.db"), 100, 30);
    screen.shows("↗").keys("c").shows(" 700 ");
}

#[test]
fn links_mentions_and_warnings_count_as_on_the_server() {
    let (shell, api) = world();
    // A link counts as 23 characters, a mention without its host.
    let text = format!("https://example.com/{} @ada@example.com {}", "y".repeat(200), "x".repeat(700 - 23 - 6));
    assert_eq!(run(&shell, &["post", &text]).0, Some(0));
    assert_eq!(texts(&api).concat(), text);
    let (code, error) = run(&shell, &["post", &format!("{text}z")]);
    assert!(code == Some(1) && error.contains("701 of 700"), "{error}");
    let (code, error) = run(&shell, &["post", "--warning", "cake", &text]);
    assert!(code == Some(1) && error.contains("704 of 700"), "{error}");
    let mut screen = Screen::open(&shell.path("m.db"), 100, 30);
    screen.shows("↗").keys("c").shows(" 700 ").keys(&format!("https://example.com/{}", "y".repeat(20))).shows(" 677 ");
}

/// Returns a field of the newest status that the server has.
fn newest(api: &Api, field: &str) -> Value {
    api.change(|state| state.posted.last().unwrap()[field].clone())
}

#[test]
fn reply_to_private_post_is_sent_as_privately() {
    let (shell, api) = world();
    for (at, visibility) in ["unlisted", "private", "direct"].into_iter().enumerate() {
        api.post(1);
        api.change(|state| state.home[at]["visibility"] = visibility.into());
        run(&shell, &["sync"]);
        let posts = run(&shell, &["timeline", "all", "--json"]).1;
        let mut posts = posts.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let id = posts.find(|post| post["body"] == format!("post {}", at + 1)).unwrap()["id"].to_string();
        assert_eq!(run(&shell, &["reply", &id, "for you alone"]).0, Some(0));
        assert_eq!(newest(&api, "visibility"), visibility);
        let (code, text) = run(&shell, &["reply", &id, "--visibility", "public", "still"]);
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains("as the post that it replies to"), "{text}");
        assert_eq!(newest(&api, "visibility"), visibility);
    }
}

#[test]
fn server_that_widens_an_audience_is_not_trusted_with_the_next_post() {
    let (shell, api) = world();
    api.change(|state| state.shows_all_to_everyone = true);
    let (code, text) = run(&shell, &["post", "--visibility", "followers", "the first"]);
    assert!(code == Some(0) && text.contains("made post 1 public"), "{text}");
    let (code, text) = run(&shell, &["post", "--visibility", "followers", "the second"]);
    assert!(code == Some(1) && text.contains("choose another --visibility, or post it with --anyway"), "{text}");
    let (code, text) = run(&shell, &["post", "--in", "2h", "--visibility", "followers", "later"]);
    assert!(code == Some(1) && text.contains("post it with --anyway"), "{text}");
    assert_eq!(run(&shell, &["post", "--visibility", "direct", "the third"]).0, Some(0));
    assert_eq!(run(&shell, &["post", "the fourth"]).0, Some(0));
    assert_eq!(run(&shell, &["post", "--visibility", "followers", "--anyway", "the fifth"]).0, Some(0));
    assert_eq!(texts(&api), ["the first", "the third", "the fourth", "the fifth"]);
    let mut screen = Screen::open(&shell.path("m.db"), 100, 30);
    screen.shows("↗").keys("c").shows("· public").keys("\x16").keys("\x16").shows("· for followers");
    screen.keys("asked").keys(SEND).shows("to more people").keys(SEND).shows("posted #5");
}

#[test]
fn details_of_a_post_reach_the_server() {
    let (shell, api) = world();
    std::fs::write(shell.path("cat.png"), b"\x89PNG of a cat").unwrap();
    let details = ["--visibility", "followers", "--warning", "a  cat", "--language", "en"];
    let media = ["--media", "cat.png", "--alt", "A cat asleep"];
    let (code, text) = run(&shell, &[&["post", "look"][..], &details, &media].concat());
    assert_eq!(code, Some(0), "{text}");
    for (field, value) in [("visibility", "private"), ("spoiler_text", "a cat"), ("language", "en")] {
        assert_eq!(newest(&api, field), value);
    }
    assert_eq!(newest(&api, "media_ids"), serde_json::json!(["media-1"]));
    let uploads = api.change(|state| std::mem::take(&mut state.uploads));
    let upload = String::from_utf8_lossy(&uploads[0]);
    for part in ["filename=\"cat.png\"", "image/png", "PNG of a cat", "A cat asleep"] {
        assert!(upload.contains(part), "{upload}");
    }
    // The same details wait with a scheduled post.
    let scheduled = [&["post", "later", "--in", "2h"][..], &details].concat();
    assert_eq!(run(&shell, &scheduled).0, Some(0));
    assert_eq!(run(&shell, &["schedule", "now", "1"]).0, Some(0));
    send_all(&shell);
    assert_eq!((newest(&api, "visibility"), newest(&api, "spoiler_text")), ("private".into(), "a cat".into()));
}

#[test]
fn invalid_details_are_refused_and_nothing_is_posted() {
    let (shell, api) = world();
    let cases: [(&[&str], &str); 5] = [
        (&["--media", "no.png"], "cannot attach no.png"),
        (&["--media", "."], "it is not a file"),
        (&["--language", "e n"], "\"e n\" is not a language tag"),
        (&["--visibility", "nobody"], "public, unlisted, followers, direct"),
        (&["--media", "m.db", "--alt", "one", "--alt", "two"], "2 descriptions for 1 files"),
    ];
    for (options, expected) in cases {
        let (code, text) = run(&shell, &[&["post", "text"][..], options].concat());
        assert!(code.is_some_and(|code| code != 0) && text.contains(expected), "{text}");
    }
    assert_eq!(texts(&api), [""; 0]);
    assert_eq!(run(&shell, &["timeline", "all", "--json"]).1, "");
}

#[test]
fn refused_post_keeps_its_text_and_the_words_of_the_server() {
    let (shell, api) = world();
    api.fail("/api/v1/statuses", 422, &[], "{\"error\":\"Validation failed: Text is rude\"}");
    let (code, text) = run(&shell, &["post", "rude words"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("Validation failed: Text is rude"), "{text}");
    let listed = run(&shell, &["outbox"]).1;
    assert!(listed.contains("rude words") && listed.contains("Text is rude"), "{listed}");
}

#[test]
fn kill_while_posting_leaves_each_post_on_the_server_once() {
    let (shell, api) = world();
    let count = kills().min(40);
    for number in 0..count {
        let mut command = shell.command();
        command.args(["post", &format!("post {number}")]).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().unwrap();
        kill_after(child, Duration::from_millis(number as u64 * 120 / count as u64));
    }
    send_all(&shell);
    run(&shell, &["sync"]);
    let (_, listed) = run(&shell, &["timeline", "all", "--json", "--limit", "999"]);
    let mut here: Vec<String> = listed
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["body"].as_str().unwrap().to_owned())
        .collect();
    let mut there = texts(&api);
    here.sort();
    there.sort();
    assert_eq!(here, there);
    there.dedup();
    assert_eq!(here.len(), there.len(), "each post is there once");
}

#[test]
fn post_on_the_screens_reaches_the_server() {
    let (shell, api) = world();
    let mut screen = Screen::open(&shell.path("m.db"), 100, 30);
    screen.shows("↗").keys("c").shows("writes").keys("from the screens").keys(SEND).shows("posted #1");
    let deadline = Instant::now() + PATIENCE;
    while texts(&api).is_empty() {
        assert!(Instant::now() < deadline, "nothing was sent");
        screen.hides("no such text");
    }
    assert_eq!(texts(&api), ["from the screens"]);
}

#[test]
fn like_with_an_unexpected_answer_is_checked_on_the_server() {
    let (shell, api) = world();
    api.post(2);
    assert_eq!(run(&shell, &["sync"]).0, Some(0));
    api.fail("/favourite", 200, &[], "<html>welcome</html>");
    run(&shell, &["like", "1"]);
    let listed = run(&shell, &["outbox"]).1;
    assert!(listed.contains("like 1") && listed.contains("unexpected response"), "{listed}");
    // The server carried out the second one, although it does not say so.
    api.change(|state| state.home[1]["favourited"] = true.into());
    run(&shell, &["like", "2"]);
    api.change(|state| state.faults.clear());
    send_all(&shell);
    let liked = api.change(|state| state.home.iter().filter(|status| status["favourited"] == true).count());
    assert_eq!(liked, 2);
}

#[test]
fn scheduled_post_of_an_account_is_sent_by_the_command_that_posts_it() {
    let (shell, api) = world();
    assert_eq!(run(&shell, &["post", "later", "--on", "2999-01-01"]).0, Some(0));
    Connection::open(shell.path("m.db")).unwrap().execute("UPDATE scheduled_post SET post_at = 0", []).unwrap();
    let (code, text) = run(&shell, &["whoami"]);
    assert!(code == Some(0) && text.contains("sent 1 action"), "{text}");
    assert_eq!(texts(&api), ["later"]);
    assert_eq!(run(&shell, &["post", "now", "--on", "2999-01-01"]).0, Some(0));
    assert_eq!(run(&shell, &["schedule", "now", "2"]).0, Some(0));
    assert_eq!(texts(&api), ["later", "now"]);
}

#[test]
fn refused_post_is_edited_and_sent_from_the_outbox_on_the_screens() {
    let (shell, api) = world();
    api.fail("/api/v1/statuses", 422, &[], "{\"error\":\"Validation failed: Text is rude\"}");
    assert_eq!(run(&shell, &["post", "rude words"]).0, Some(1));
    let mut screen = Screen::open(&shell.path("m.db"), 110, 30);
    screen.shows("not sent: ").keys("!").shows("send again").shows("Text is rude");
    api.change(|state| state.faults.clear());
    screen.keys("e").shows("rude words").keys(", but kind").keys(SEND).keys("!").shows("Nothing to send");
    assert_eq!(texts(&api), ["rude words, but kind"]);
}

#[test]
fn restored_post_that_the_server_has_deleted_is_said_to_be_only_here() {
    let (shell, _api) = world();
    assert_eq!(run(&shell, &["post", "gone"]).0, Some(0));
    assert_eq!(run(&shell, &["--offline", "delete", "1"]).0, Some(0));
    let (_, text) = run(&shell, &["delete", "--undo", "1"]);
    assert!(!text.contains("only"), "the server still has it: {text}");
    assert_eq!(run(&shell, &["delete", "1"]).0, Some(0));
    let (_, text) = run(&shell, &["delete", "--undo", "1"]);
    assert!(text.contains("restored here only: 127.0.0.1:"), "{text}");
}

#[test]
fn private_post_is_found_on_a_server_that_lists_only_public_ones() {
    let (shell, api) = world();
    api.change(|state| (state.lists_public_only, state.silent) = (true, 2));
    assert_eq!(run(&shell, &["--offline", "post", "for everyone"]).0, Some(0));
    assert_eq!(run(&shell, &["--offline", "post", "for followers"]).0, Some(0));
    let audience = "INSERT INTO origin (post, audience) VALUES (2, 2) ON CONFLICT (post) DO UPDATE SET audience = 2";
    Connection::open(shell.path("m.db")).unwrap().execute(audience, []).unwrap();
    send_all(&shell);
    assert_eq!(texts(&api), ["for everyone", "for followers"]);
    assert_eq!(run(&shell, &["outbox"]).1.matches("perhaps").count(), 0);
}

#[test]
fn post_waits_on_the_screens_as_long_as_the_settings_say() {
    let (shell, api) = world();
    let settings = shell.path("config/microblog/config.toml");
    let open = |delay: &str| {
        std::fs::write(&settings, format!("[feeds]\nsend_delay = \"{delay}\"\n")).unwrap();
        let mut screen = Screen::open(&shell.path("m.db"), 100, 30);
        screen.shows("↗").keys("c").shows("writes").keys(&format!("waits {delay}")).keys(SEND).shows("posted");
        screen
    };
    let mut screen = open("1h");
    screen.shows("sending");
    std::thread::sleep(Duration::from_secs(7));
    assert_eq!(texts(&api), [""; 0]);
    screen.keys("z").shows("undone: posted #1");
    drop(screen);
    assert_eq!(run(&shell, &["outbox", "--json"]).1, "");
    let _screen = open("0s");
    let deadline = Instant::now() + PATIENCE;
    while texts(&api).is_empty() {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(100));
    }
    // The draft that was taken back is continued.
    assert!(texts(&api).concat().ends_with("waits 0s"));
}
