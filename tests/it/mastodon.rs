//! Accounts on two real servers, mastodon-mock and snac, which `.ci/servers` starts. `MICROBLOG_TEST_MOCK` is the host of
//! the first, and `MICROBLOG_TEST_SNAC` the folder of the data of the second; without them these tests do nothing.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use microblog::mastodon::{Client, Paging, Server, StatusDraft};
use microblog::net::{self, Call, Method, Options, Payload, Secret};
use serde_json::Value;
use url::Url;

use crate::common::Shell;
use crate::common::kills::kill_after;
use crate::common::proxy::{Line, Proxy};

fn mock() -> Option<String> {
    let host = env::var("MICROBLOG_TEST_MOCK").ok();
    if host.is_none() {
        eprintln!("not run: MICROBLOG_TEST_MOCK is not set; see .ci/servers");
    }
    host
}

/// The data of snac.
struct Snac {
    data: PathBuf,
}

impl Snac {
    fn find() -> Option<Self> {
        let data = env::var_os("MICROBLOG_TEST_SNAC").map(PathBuf::from);
        if data.is_none() {
            eprintln!("not run: MICROBLOG_TEST_SNAC is not set; see .ci/servers");
        }
        data.map(|data| Self { data })
    }

    fn host(&self) -> String {
        let text = fs::read_to_string(self.data.join("server.json")).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["host"].as_str().unwrap().to_owned()
    }

    fn password(&self, user: &str) -> String {
        let text = fs::read_to_string(self.data.join("passwords")).unwrap();
        text.lines().find_map(|line| line.strip_prefix(user)).unwrap().trim().to_owned()
    }
}

fn http() -> Arc<net::Client> {
    Arc::new(net::Client::new(Options { user_agent: "test".to_owned(), ..Options::default() }).unwrap())
}

fn run(shell: &Shell, args: &[&str]) -> String {
    let output = shell.command().args(args).output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{args:?}: {text}");
    text
}

fn records(shell: &Shell, args: &[&str]) -> Vec<Value> {
    run(shell, args).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Logs in as a person does: opens the page, allows the program, and copies the code. `page` is what the browser does: it
/// gets the address and returns the code.
fn log_in(shell: &Shell, address: &str, page: impl FnOnce(&Url) -> String) -> Client {
    let mut child = shell
        .command()
        .args(["account", "add", address, "--no-browser"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let url = loop {
        let mut line = String::new();
        assert_ne!(stderr.read_line(&mut line).unwrap(), 0, "no address is printed");
        if let Ok(url) = Url::parse(line.trim()) {
            break url;
        }
    };
    let code = page(&url);
    child.stdin.take().unwrap().write_all(format!("{code}\n").as_bytes()).unwrap();
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert!(child.wait().unwrap().success(), "{rest}");
    let file = fs::read_to_string(shell.path("config/microblog/accounts.toml")).unwrap();
    let token = file.lines().find_map(|line| line.strip_prefix("token = ")).unwrap().trim_matches('"').to_owned();
    let server = Server::of_host(address.split_once('@').unwrap().1).unwrap();
    Client::new(http(), server, Some(Secret::new(token)))
}

/// Sends a form as a browser does; returns the body.
fn send_form(url: &Url, path: &str, fields: &[(&str, String)]) -> String {
    let url = url.join(path).unwrap();
    let call =
        Call { method: Method::Post, url: &url, payload: Payload::Form(fields), token: None, idempotency_key: None };
    String::from_utf8(http().call(&call).unwrap().body).unwrap()
}

fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
}

fn snac_login(shell: &Shell, snac: &Snac, user: &str) -> Client {
    snac_login_at(shell, snac, user, &snac.host())
}

/// Logs in to snac through a host that passes requests on to it.
fn snac_login_at(shell: &Shell, snac: &Snac, user: &str, host: &str) -> Client {
    log_in(shell, &format!("{user}@{host}"), |url| {
        let fields = [
            ("login", user.to_owned()),
            ("passwd", snac.password(user)),
            ("redir", parameter(url, "redirect_uri")),
            ("cid", parameter(url, "client_id")),
        ];
        send_form(url, "/oauth/x-snac-login", &fields)
    })
}

fn mock_login(shell: &Shell, host: &str, user: &str) -> Client {
    log_in(shell, &format!("{user}@{host}"), |url| {
        let mut fields = vec![("username", user.to_owned()), ("state", String::new())];
        fields.extend(["redirect_uri", "client_id", "scope"].map(|name| (name, parameter(url, name))));
        let page = send_form(url, "/oauth/authorize", &fields);
        page.split_once("code: ").unwrap().1.split('<').next().unwrap().to_owned()
    })
}

/// Synchronizes until something is true, for at most three minutes: servers deliver in the background, and snac delivers the
/// posts of another test first.
fn sync_until(shell: &Shell, is_true: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(180);
    loop {
        run(shell, &["sync"]);
        if is_true() {
            return;
        }
        assert!(Instant::now() < end, "it never arrived");
        thread::sleep(Duration::from_millis(300));
    }
}

fn texts(shell: &Shell) -> Vec<String> {
    let posts = records(shell, &["timeline", "--json", "--limit", "9999"]);
    posts.iter().map(|post| post["body"].as_str().unwrap().to_owned()).collect()
}

fn draft(text: &str) -> StatusDraft<'_> {
    StatusDraft { text, ..StatusDraft::default() }
}

fn create(client: &Client, draft: &StatusDraft<'_>) -> String {
    client.create_status(draft, draft.text).unwrap().id
}

/// A text that no other test writes.
fn unique(text: &str) -> String {
    let nanos = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    format!("{text} {nanos}")
}

#[test]
fn login_of_another_account_is_refused() {
    let Some(snac) = Snac::find() else { return };
    let shell = Shell::new();
    let output = shell
        .command()
        .args(["account", "add", &format!("susan@{}", snac.host()), "--token-command", "echo wrong"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && text.contains("does not accept the access token"), "{text}");
    assert_eq!(run(&shell, &["account", "list", "--json"]), "");
}

#[test]
fn home_after_absence_has_no_holes_on_both_servers() {
    let both: Vec<(Shell, Client)> = [
        Snac::find().map(|snac| {
            let shell = Shell::new();
            let client = snac_login(&shell, &snac, "susan");
            (shell, client)
        }),
        mock().map(|host| {
            let shell = Shell::new();
            let client = mock_login(&shell, &host, "alan");
            (shell, client)
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    for (shell, client) in both {
        let before = unique("before");
        create(&client, &draft(&before));
        sync_until(&shell, || texts(&shell).contains(&before));
        let written: BTreeSet<String> = (0..60).map(|number| format!("{before} and {number}")).collect();
        for text in &written {
            create(&client, &draft(text));
        }
        run(&shell, &["sync"]);
        run(&shell, &["sync"]);
        let found = texts(&shell);
        assert_eq!(found.iter().filter(|text| written.contains(*text)).count(), 60, "each once: {}", client.server());
    }
}

#[test]
fn snac_users_follow_mention_reply_and_boost() {
    let Some(snac) = Snac::find() else { return };
    let (susans, hals) = (Shell::new(), Shell::new());
    let (susan, hal) = (snac_login(&susans, &snac, "susan"), snac_login(&hals, &snac, "hal"));
    let id_of = |client: &Client, name: &str| {
        client.find_account(&format!("{name}@{}", snac.host())).unwrap().expect("the account").id
    };
    susan.follow(&id_of(&susan, "hal")).unwrap();
    hal.follow(&id_of(&hal, "susan")).unwrap();
    let text = unique("how are you");
    // Snac finds no address with a port in a text.
    let mention = format!("@hal {text}");
    let status = susan.create_status(&draft(&mention), &text).unwrap();
    // Whom an account follows is read once an hour, and the server may confirm it later than that.
    let everything = |shell: &Shell| records(shell, &["timeline", "all", "--json", "--limit", "9999"]);
    let texts = |shell: &Shell| -> Vec<String> {
        everything(shell).iter().map(|post| post["body"].as_str().unwrap().to_owned()).collect()
    };
    let has = |shell: &Shell, text: &str| texts(shell).iter().any(|found| found.contains(text));
    sync_until(&hals, || has(&hals, &text));
    sync_until(&hals, || {
        let found = records(&hals, &["notifications", "--json"]);
        found
            .iter()
            .any(|one| one["kind"] == "mention" && one["body"].as_str().is_some_and(|body| body.contains(&text)))
    });
    // The reply of hal comes to susan as one, though each database has other ids.
    let at_hal = hal.find_status(&status.uri).unwrap().expect("the status");
    let reply = unique("fine");
    create(&hal, &StatusDraft { text: &reply, in_reply_to_id: Some(&at_hal.id), ..StatusDraft::default() });
    sync_until(&susans, || has(&susans, &reply));
    let replied = everything(&susans);
    let found = replied.iter().find(|post| post["body"].as_str().unwrap().contains(&reply)).unwrap();
    let parent = replied.iter().find(|post| post["body"].as_str().unwrap().contains(&text)).unwrap();
    assert_eq!(found["reply_to"], parent["id"]);
    // A like changes the id that snac uses; the post stays one.
    hal.like(&at_hal.id).unwrap();
    sync_until(&susans, || {
        let found = records(&susans, &["notifications", "--json"]);
        found.iter().any(|one| one["kind"] == "like")
    });
    run(&hals, &["sync"]);
    assert_eq!(texts(&hals).iter().filter(|found| found.contains(&text)).count(), 1);
}

#[test]
fn mock_status_with_everything_is_read() {
    let Some(host) = mock() else { return };
    let shell = Shell::new();
    let client = mock_login(&shell, &host, "grace");
    let text = unique("everything");
    let choices = ["tea".to_owned(), "coffee".to_owned()];
    let poll = microblog::mastodon::NewPoll { choices: &choices, seconds: 3_600, is_multiple: false };
    let draft = StatusDraft {
        text: &text,
        warning: Some("drinks"),
        visibility: Some("private"),
        language: Some("en"),
        poll: Some(poll),
        ..StatusDraft::default()
    };
    let id = create(&client, &draft);
    sync_until(&shell, || texts(&shell).iter().any(|found| found.starts_with(&text)));
    let post = records(&shell, &["timeline", "--json", "--limit", "9999"])
        .into_iter()
        .find(|post| post["body"].as_str().unwrap().starts_with(&text))
        .unwrap();
    assert_eq!(post["audience"], "followers");
    assert!(post["body"].as_str().unwrap().contains("- tea (0)\n- coffee (0)"), "{post}");
    // The key makes it one, however often it is sent.
    assert_eq!(client.create_status(&draft, &text).unwrap().id, id);
    let edited = unique("edited");
    client.edit_status(&id, &StatusDraft { text: &edited, ..StatusDraft::default() }).unwrap();
    sync_until(&shell, || texts(&shell).iter().any(|found| found.starts_with(&edited)));
    let history = records(&shell, &["history", &post["id"].to_string(), "--json"]);
    let bodies: Vec<&str> = history.iter().map(|version| version["body"].as_str().unwrap()).collect();
    assert!(bodies.len() == 2 && bodies[0].starts_with(&text) && bodies[1].starts_with(&edited), "{bodies:?}");
}

#[test]
fn mock_counts_a_vote_for_the_second_choice() {
    let Some(host) = mock() else { return };
    let (author, voter) = (Shell::new(), Shell::new());
    let client = mock_login(&author, &host, "grace");
    mock_login(&voter, &host, "ada");
    let text = unique("vote");
    let choices = ["tea".to_owned(), "coffee".to_owned()];
    let poll = microblog::mastodon::NewPoll { choices: &choices, seconds: 3_600, is_multiple: false };
    let id = create(&client, &StatusDraft { poll: Some(poll), ..draft(&text) });
    sync_until(&voter, || texts(&voter).iter().any(|found| found.starts_with(&text)));
    let posts = records(&voter, &["timeline", "--json", "--limit", "9999"]);
    let post = posts.into_iter().find(|post| post["body"].as_str().unwrap().starts_with(&text)).unwrap();
    run(&voter, &["vote", &post["id"].to_string(), "coffee"]);
    let poll = client.status(&id).unwrap().poll.unwrap();
    assert_eq!(poll.choices.iter().map(|choice| choice.votes).collect::<Vec<_>>(), [Some(0), Some(1)]);
}

#[test]
fn mock_faults_lose_and_double_nothing() {
    let Some(host) = mock() else { return };
    let shell = Shell::new();
    let client = mock_login(&shell, &host, "katherine");
    run(&shell, &["sync"]);
    let text = unique("after the fault");
    create(&client, &draft(&text));
    for effect in [r#"{"type":"ratelimit"}"#, r#"{"type":"status","status":503}"#, r#"{"type":"malformed"}"#] {
        let fault =
            format!(r#"{{"match":{{"methods":["GET"],"path":"/api/v1/timelines/home"}},"effect":{effect},"count":1}}"#);
        let url = Url::parse(&format!("http://{host}/api/v1/_mock/faults")).unwrap();
        let call = Call {
            method: Method::Post,
            url: &url,
            payload: Payload::Json(&fault),
            token: None,
            idempotency_key: None,
        };
        assert_eq!(http().call(&call).unwrap().status / 100, 2, "{effect}");
        let output = shell.command().arg("sync").output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{effect}");
    }
    run(&shell, &["sync"]);
    assert_eq!(texts(&shell).iter().filter(|found| **found == text).count(), 1);
}

#[test]
fn snac_users_follow_mention_reply_boost_and_like_with_the_program_alone() {
    let Some(snac) = Snac::find() else { return };
    let (susans, hals) = (Shell::new(), Shell::new());
    for (shell, name) in [(&susans, "susan"), (&hals, "hal")] {
        snac_login(shell, &snac, name);
        run(shell, &["switch", &format!("{name}@{}", snac.host().replace(':', "_"))]);
    }
    let notified = |shell: &Shell, kind: &str, text: &str| {
        let found = records(shell, &["notifications", "--json", "--limit", "999"]);
        found.iter().any(|one| {
            one["kind"] == kind && (text.is_empty() || one["body"].as_str().is_some_and(|body| body.contains(text)))
        })
    };
    let id_of = |shell: &Shell, text: &str| {
        let posts = records(shell, &["timeline", "all", "--json", "--limit", "9999"]);
        let found = posts.iter().find(|post| post["body"].as_str().is_some_and(|body| body.contains(text)));
        found.map(|post| post["id"].to_string())
    };
    run(&susans, &["follow", &format!("@hal@{}", snac.host())]);
    run(&hals, &["follow", &format!("@susan@{}", snac.host())]);
    sync_until(&hals, || notified(&hals, "follow", ""));
    let text = unique("what do you think");
    run(&susans, &["post", &format!("@hal {text}")]);
    sync_until(&hals, || notified(&hals, "mention", &text));
    let reply = unique("I agree");
    run(&hals, &["reply", &id_of(&hals, &text).unwrap(), &reply]);
    sync_until(&susans, || id_of(&susans, &reply).is_some());
    run(&hals, &["boost", &id_of(&hals, &text).unwrap()]);
    run(&hals, &["like", &id_of(&hals, &text).unwrap()]);
    sync_until(&susans, || notified(&susans, "boost", &text) && notified(&susans, "like", &text));
    for shell in [&susans, &hals] {
        assert_eq!(run(shell, &["outbox", "--json"]), "");
        let posts = records(shell, &["timeline", "all", "--json", "--limit", "9999"]);
        for text in [&text, &reply] {
            let has = |post: &&Value| {
                post["boost_of"].is_null() && post["body"].as_str().is_some_and(|body| body.contains(text))
            };
            assert_eq!(posts.iter().filter(has).count(), 1, "{text} is here once");
        }
    }
}

/// How often a command is killed in these tests, unless `MICROBLOG_TEST_KILLS` says otherwise: each kill can cost ten seconds.
const KILLS: usize = 8;

/// Returns how often each text is among the statuses of the account of a client.
fn statuses(client: &Client) -> std::collections::BTreeMap<String, usize> {
    let own = client.verify_credentials().unwrap();
    let mut found = std::collections::BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut before: Option<String> = None;
    loop {
        let paging = Paging { before: before.as_deref(), limit: Some(40), ..Paging::default() };
        let page = client.account_statuses(&own.id, paging).unwrap();
        // Snac sends the same page again.
        let new: Vec<_> = page.items.iter().filter(|status| seen.insert(status.uri.clone())).collect();
        for status in &new {
            *found.entry(microblog::transfer::html_text(&status.content)).or_default() += 1;
        }
        if new.is_empty() || page.older.is_none() {
            return found;
        }
        before = page.older;
    }
}

/// Kills the program at every moment while it posts through a slow connection, or one that is cut; returns how many posts
/// the user is asked about.
fn post_while_killed(shell: &Shell, client: &Client, proxy: &Proxy) -> usize {
    let count = env::var("MICROBLOG_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let prefix = unique("killed");
    let lines = [Line::Good, Line::CutResponse, Line::Slow, Line::CutRequest];
    for number in 0..count {
        proxy.set(lines[number % lines.len()]);
        let mut command = shell.command();
        command.args(["post", &format!("{prefix} and {number}")]).stdout(Stdio::null()).stderr(Stdio::null());
        // The moments are spread over all kinds of connections.
        let moment = (number * 37 % count) as u64 * 700 / count as u64;
        kill_after(command.spawn().unwrap(), Duration::from_millis(moment));
    }
    proxy.set(Line::Good);
    let is_open = |entry: &Value| entry["state"] != "unsure" && entry["state"] != "failed";
    let end = Instant::now() + Duration::from_secs(60 + 12 * count as u64);
    let left = loop {
        let _ = shell.command().args(["outbox", "send"]).output().unwrap();
        let left = records(shell, &["outbox", "--json"]);
        if !left.iter().any(is_open) {
            break left;
        }
        assert!(Instant::now() < end, "{left:?}");
        thread::sleep(Duration::from_millis(500));
    };
    let asked: BTreeSet<&str> = left.iter().filter_map(|entry| entry["text"].as_str()).collect();
    run(shell, &["sync"]);
    let there = statuses(client);
    let here: Vec<String> = texts(shell).into_iter().filter(|text| text.starts_with(&prefix)).collect();
    for text in here.iter().filter(|text| !asked.contains(text.as_str())) {
        assert_eq!(there.get(text), Some(&1), "{text} is there once");
    }
    let mut distinct = here.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), here.len(), "each post is here once");
    for (text, times) in there.iter().filter(|(text, _)| text.starts_with(&prefix)) {
        assert!(*times == 1 || asked.contains(text.as_str()), "{text} is there {times} times");
        assert!(here.contains(text), "{text} is here too");
    }
    eprintln!(
        "{}: {count} kills, {} cuts, {} posts here, {} asked about",
        client.server(),
        proxy.cuts(),
        here.len(),
        asked.len()
    );
    asked.len()
}

#[test]
fn snac_has_each_post_once_although_the_program_is_killed_and_connections_are_cut() {
    let Some(snac) = Snac::find() else { return };
    let (shell, proxy) = (Shell::new(), Proxy::start(&snac.host()));
    let client = snac_login_at(&shell, &snac, "susan", proxy.host());
    run(&shell, &["switch", &format!("susan@{}", proxy.host().replace(':', "_"))]);
    post_while_killed(&shell, &client, &proxy);
}

#[test]
fn mock_has_each_post_once_although_the_program_is_killed_and_connections_are_cut() {
    let Some(host) = mock() else { return };
    let (shell, proxy) = (Shell::new(), Proxy::start(&host));
    let client = mock_login(&shell, proxy.host(), "ada");
    run(&shell, &["switch", &format!("ada@{}", proxy.host().replace(':', "_"))]);
    assert_eq!(post_while_killed(&shell, &client, &proxy), 0, "the server recognizes requests by their keys");
}
