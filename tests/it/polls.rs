//! Polls of posts with the real program: read, voted in, and sent once.

use serde_json::{Value, json};

use crate::common::Shell;
use crate::common::api::{Api, TOKEN, status};

/// Runs a command; returns its exit status and everything that it printed.
fn run(shell: &Shell, args: &[&str]) -> (Option<i32>, String) {
    let output = shell.command().args(args).output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

/// Returns a database with a poll of the home timeline, and the id of its post.
fn world(is_multiple: bool) -> (Shell, Api, String) {
    let (shell, api) = (Shell::new(), Api::start());
    let address = format!("susan@{}", api.host());
    let (code, text) = run(&shell, &["account", "add", &address, "--token-command", &format!("echo {TOKEN}")]);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(run(&shell, &["switch", &address.replace(':', "_")]).0, Some(0));
    let mut post = status(1, "ada");
    let choice = |title: &str| json!({"title": title, "votes_count": 0});
    let choices: Vec<Value> = ["tea", "mate", "rye"].into_iter().map(choice).collect();
    post["poll"] = json!({
        "id": "poll-1", "expires_at": "2099-01-01T00:00:00Z", "expired": false, "multiple": is_multiple,
        "voters_count": 0, "voted": false, "own_votes": [], "options": choices,
    });
    api.change(|state| state.home.push(post));
    run(&shell, &["sync"]);
    let post: Value =
        serde_json::from_str(run(&shell, &["timeline", "all", "--json"]).1.lines().next().unwrap()).unwrap();
    (shell, api, post["id"].to_string())
}

fn poll(shell: &Shell, id: &str) -> Value {
    serde_json::from_str(&run(shell, &["vote", id, "--json"]).1).unwrap()
}

#[test]
fn vote_offline_is_sent_once_when_online() {
    let (shell, api, id) = world(true);
    let (code, text) = run(&shell, &["--offline", "vote", &id, "3", "Tea"]);
    assert!(code == Some(0) && text.contains(&format!("voted in {id} for tea, rye")), "{text}");
    assert_eq!(api.change(|state| state.votes.clone()), [""; 0]);
    let (_, text) = run(&shell, &["show", &id]);
    assert!(text.contains("you voted for tea, rye (not sent yet)"), "{text}");
    assert!(run(&shell, &["outbox"]).1.contains(&format!("vote {id} for 1, 3")));
    run(&shell, &["sync"]);
    run(&shell, &["sync"]);
    assert_eq!(api.change(|state| state.votes.clone()), [r#"poll-1 ["0","2"]"#]);
    let poll = poll(&shell, &id);
    assert_eq!((&poll["voted"], &poll["pending"], &poll["voters"]), (&true.into(), &false.into(), &1.into()));
    assert_eq!(poll["choices"][2], json!({"number": 3, "title": "rye", "votes": 1, "own": true}));
    let (_, text) = run(&shell, &["show", &id]);
    assert!(text.contains("- tea (1)") && text.contains("1 person voted · you voted for tea, rye"), "{text}");
    let (code, text) = run(&shell, &["vote", &id, "2"]);
    assert!(code == Some(1) && text.contains("you have voted in this poll already"), "{text}");
}

#[test]
fn vote_whose_answer_was_lost_is_not_sent_again() {
    let (shell, api, id) = world(false);
    api.change(|state| state.silent = 1);
    run(&shell, &["vote", &id, "1"]);
    assert_eq!(api.change(|state| state.votes.clone()), [r#"poll-1 ["0"]"#]);
    run(&shell, &["outbox", "retry", "1"]);
    assert_eq!(run(&shell, &["outbox", "--json"]).1, "");
    assert_eq!(api.change(|state| state.votes.clone()), [r#"poll-1 ["0"]"#]);
}

#[test]
fn vote_that_the_server_refuses_says_why() {
    let (shell, api, id) = world(false);
    api.fail("/votes", 422, &[], r#"{"error": "Validation failed: The poll has already ended"}"#);
    let (code, text) = run(&shell, &["vote", &id, "mate"]);
    assert!(code == Some(1) && text.contains("The poll has already ended"), "{text}");
    assert_eq!(poll(&shell, &id)["voted"], false);
    assert!(run(&shell, &["outbox"]).1.contains("not sent"));
    let (code, _) = run(&shell, &["outbox", "discard", "1"]);
    assert_eq!((code, run(&shell, &["outbox", "--json"]).1.as_str()), (Some(0), ""));
}

#[test]
fn vote_that_the_poll_does_not_take_is_refused_at_once() {
    let (shell, _api, id) = world(false);
    for (choices, why) in [
        (&["1", "2"][..], "this poll takes one choice, not 2"),
        (&["4"], "the poll has no choice 4: it has 1 to 3"),
        (&["0"], "the poll has no choice 0: it has 1 to 3"),
        (&["coffee"], "the poll has no choice \"coffee\": it has tea, mate, rye"),
    ] {
        let (code, text) = run(&shell, &[&["vote", &id], choices].concat());
        assert!(code.is_some_and(|code| code > 0) && text.contains(why), "{text}");
    }
    assert_eq!(run(&shell, &["user", "add", "john"]).0, Some(0));
    let (code, text) = run(&shell, &["--as", "john", "vote", &id, "1"]);
    assert!(code == Some(1) && text.contains("john has no account on a server"), "{text}");
    let (_, text) = run(&shell, &["vote", &id]);
    assert!(text.contains("  1  tea  0 votes (0 %)\n") && text.contains("open until 2099"), "{text}");
}
