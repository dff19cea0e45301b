//! Accounts on a server in this process: what is read, what stays of a gap, and what faults do.

use std::fs;

use microblog::config::{Config, Settings};
use microblog::model::{PostId, Timestamp};
use microblog::store::Store;
use microblog::sync::{FetchedContext, Fetcher, Tokens, fetch_context, fetch_profile};
use microblog::tui::keys::Action;
use microblog::tui::state::Message;
use microblog::tui::{App, Options};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::Shell;
use crate::common::api::{Api, TOKEN, account, status};
use crate::common::site::{Page, Site};

const SUSAN: &str = "--as";

/// Logs in with a token; returns the nickname of the account's user.
fn log_in(shell: &Shell, api: &Api) -> String {
    let (code, text) =
        run(shell, &["account", "add", &format!("susan@{}", api.host()), "--token-command", &format!("echo {TOKEN}")]);
    assert_eq!(code, Some(0), "{text}");
    format!("susan@{}", api.host().replace(':', "_"))
}

fn run(shell: &Shell, args: &[&str]) -> (Option<i32>, String) {
    let output = shell.command().args(args).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[track_caller]
fn sync(shell: &Shell, expected: &str) {
    let (code, text) = run(shell, &["sync"]);
    let text = text.split_once(": ").map_or(text.as_str(), |(_, what)| what).trim_end();
    assert_eq!((code, text), (Some(0), expected));
}

fn records(shell: &Shell, args: &[&str]) -> Vec<Value> {
    let (code, text) = run(shell, args);
    assert_eq!(code, Some(0), "{text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The texts of the home timeline, oldest first.
fn home(shell: &Shell, nickname: &str) -> Vec<String> {
    let posts = records(shell, &[SUSAN, nickname, "timeline", "--json", "--limit", "9999"]);
    posts.iter().rev().map(|post| post["body"].as_str().unwrap().to_owned()).collect()
}

fn numbered(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("post {number}")).collect()
}

fn world() -> (Shell, Api, String) {
    let (shell, api) = (Shell::new(), Api::start());
    api.change(|state| state.following.push(account("ada")));
    let nickname = log_in(&shell, &api);
    (shell, api, nickname)
}

#[test]
fn first_sync_leaves_newest_20_home_posts_unread() {
    let (shell, api, nickname) = world();
    api.post(50);
    sync(&shell, "50 new posts");
    assert_eq!(home(&shell, &nickname), numbered(50));
    let (_, unread) = run(&shell, &[SUSAN, &nickname, "unread"]);
    assert!(unread.starts_with("home           20\n"), "{unread}");
    api.post(3);
    sync(&shell, "3 new posts");
    let (_, unread) = run(&shell, &[SUSAN, &nickname, "unread"]);
    assert!(unread.starts_with("home           23\n"), "{unread}");
    sync(&shell, "0 new posts");
}

#[test]
fn gap_after_long_absence_is_filled_without_holes() {
    let (shell, api, nickname) = world();
    api.post(10);
    sync(&shell, "10 new posts");
    api.post(200);
    // The newest page comes, and then the connection fails in the middle of the gap.
    let sixtieth = status(60, "ada")["id"].as_str().unwrap().to_owned();
    api.fail(&format!("min_id={}", status(50, "ada")["id"].as_str().unwrap()), 503, &[], "");
    let (code, text) = run(&shell, &["sync"]);
    assert_eq!(code, Some(1), "{text}");
    let texts = home(&shell, &nickname);
    assert_eq!(texts.len(), 10 + 40 + 40, "the newest page, and one page of the gap: {sixtieth}");
    assert_eq!(texts[..50], numbered(50)[..]);
    assert_eq!(texts[50..], numbered(210)[170..]);
    api.change(|state| state.faults.clear());
    api.post(5);
    sync(&shell, "125 new posts");
    assert_eq!(home(&shell, &nickname), numbered(215));
}

#[test]
fn cursor_that_the_server_deleted_leaves_no_hole() {
    let (shell, api, nickname) = world();
    api.post(10);
    sync(&shell, "10 new posts");
    api.post(100);
    // The newest status that was read has another id now.
    api.change(|state| state.home[9]["id"] = json!("other"));
    sync(&shell, "100 new posts");
    assert_eq!(home(&shell, &nickname), numbered(110));
}

#[test]
fn edited_status_keeps_its_history_and_counts_stay_apart() {
    let (shell, api, nickname) = world();
    api.post(2);
    sync(&shell, "2 new posts");
    api.change(|state| {
        state.home[1]["content"] = json!("<p>corrected</p>");
        state.home[1]["edited_at"] = json!("2026-03-01T00:00:00Z");
    });
    sync(&shell, "0 new posts, 1 edited");
    let (_, history) = run(&shell, &["history", "2"]);
    assert!(history.contains("as it was") && history.contains("corrected"), "{history}");
    let posts = records(&shell, &[SUSAN, &nickname, "timeline", "--json"]);
    assert_eq!(posts[0]["likes"], 0, "likes of the server are not ours");
}

#[test]
fn boost_reply_and_direct_post_are_linked() {
    let (shell, api, nickname) = world();
    let mut boost = status(3, "ada");
    boost["reblog"] = status(1, "eve");
    let mut reply = status(4, "ada");
    // Its parent comes later, in another page.
    reply["in_reply_to_id"] = status(2, "susan")["id"].clone();
    reply["visibility"] = json!("direct");
    api.change(|state| state.home.extend([boost, reply]));
    sync(&shell, "3 new posts");
    let posts = records(&shell, &[SUSAN, &nickname, "timeline", "--json"]);
    assert_eq!((posts[0]["audience"].as_str(), posts[1]["body"].as_str()), (Some("direct"), Some("post 1")));
    assert_eq!((&posts[1]["author"], posts[1]["boost_of"].is_null()), (&json!("ada@127.0.0.1"), false));
    let id = posts[0]["id"].to_string();
    api.change(|state| state.home.push(status(2, "susan")));
    sync(&shell, "1 new post");
    let (_, shown) = run(&shell, &["show", &id, "--json"]);
    assert!(!shown.contains("\"reply_to\":null"), "{shown}");
}

#[test]
fn notifications_arrive_as_ours_and_unknown_kinds_are_skipped() {
    let (shell, api, nickname) = world();
    let notice = |id: usize, kind: &str, about: Option<Value>| {
        json!({"id": format!("n{id}"), "type": kind, "created_at": format!("2026-02-01T00:0{id}:00Z"),
            "account": account("eve"), "status": about})
    };
    api.change(|state| state.notifications.push(notice(1, "follow", None)));
    sync(&shell, "0 new posts");
    let unread = |shell: &Shell| records(shell, &[SUSAN, &nickname, "notifications", "--unread", "--json"]);
    assert_eq!(unread(&shell).len(), 0, "the first ones are read");
    api.change(|state| {
        state.notifications.push(notice(2, "favourite", Some(status(1, "susan"))));
        state.notifications.push(notice(3, "admin.sign_up", None));
        state.notifications.push(notice(4, "mention", Some(status(2, "eve"))));
    });
    sync(&shell, "2 new posts");
    sync(&shell, "0 new posts");
    let kinds: Vec<String> = unread(&shell).iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["mention", "like"], "late ones are unread all the same");
}

#[test]
fn post_deleted_here_does_not_come_again() {
    let (shell, api, nickname) = world();
    api.change(|state| state.home.push(status(1, "susan")));
    sync(&shell, "1 new post");
    let (code, text) = run(&shell, &[SUSAN, &nickname, "delete", "1"]);
    assert_eq!(code, Some(0), "{text}");
    sync(&shell, "0 new posts");
    assert_eq!(home(&shell, &nickname), numbered(0));
}

#[test]
fn user_who_is_known_by_a_feed_too_gets_posts_from_the_server() {
    let (shell, api, nickname) = world();
    api.post(1);
    sync(&shell, "1 new post");
    let connection = rusqlite::Connection::open(shell.path("m.db")).unwrap();
    let followed = "INSERT INTO subscription (user, url, fetch_url, next_at)
        SELECT id, 'http://127.0.0.1/@ada.rss', 'http://127.0.0.1/@ada.rss', 9000000000000000000 FROM user WHERE url LIKE '%/users/ada'";
    assert_eq!(connection.execute(followed, []).unwrap(), 1);
    api.post(1);
    sync(&shell, "1 new post");
    assert_eq!(home(&shell, &nickname), numbered(2));
}

#[test]
fn refused_token_asks_to_log_in_and_nothing_more_is_sent() {
    let (shell, api, _) = world();
    // Some servers send no words with it.
    api.fail("/api/v1", 401, &[], "");
    let (code, text) = run(&shell, &["sync"]);
    assert!(code == Some(1) && text.contains("does not accept the access token: log in again"), "{text}");
    let (_, list) = run(&shell, &["account", "list"]);
    assert!(list.contains("log in again with microblog account add susan@127.0.0.1:"), "{list}");
    api.requests();
    run(&shell, &["refresh"]);
    assert_eq!(api.requests(), [""; 0]);
    api.change(|state| state.faults.clear());
    log_in(&shell, &api);
    sync(&shell, "0 new posts");
}

#[test]
fn limit_of_the_server_is_obeyed() {
    let (shell, api, _) = world();
    api.fail("/api/v1/timelines", 429, &[("Retry-After", "1000")], "{\"error\": \"Too many requests\"}");
    let (code, text) = run(&shell, &["sync"]);
    assert!(code == Some(1) && text.contains("limits the number of requests"), "{text}");
    let account = &records(&shell, &["account", "list", "--json"])[0];
    assert_eq!((account["state"].as_str(), account["failures"].as_u64()), (Some("failing"), Some(1)));
    api.requests();
    run(&shell, &["refresh"]);
    assert_eq!(api.requests(), [""; 0], "nothing is sent before the time that the server names");
}

#[test]
fn malformed_answers_change_nothing() {
    let (shell, api, nickname) = world();
    api.post(2);
    sync(&shell, "2 new posts");
    for body in ["", "[", "{}", "null", "\u{1}", "<html>"] {
        api.change(|state| state.faults.clear());
        api.fail("/api/v1/timelines", 200, &[], body);
        let (code, text) = run(&shell, &["sync"]);
        assert!(code == Some(1) && text.contains("unexpected response"), "{body:?}: {text}");
    }
    for body in ["[1, null, {}, {\"id\": 7}, [[]]]", "[]"] {
        api.change(|state| state.faults.clear());
        api.fail("/api/v1/timelines", 200, &[], body);
        sync(&shell, "0 new posts");
    }
    api.change(|state| state.faults.clear());
    api.post(1);
    sync(&shell, "1 new post");
    assert_eq!(home(&shell, &nickname), numbered(3));
}

#[test]
fn token_is_in_no_other_file_and_in_no_output() {
    let (shell, api) = (Shell::new(), Api::start());
    fs::create_dir(shell.path("settings")).unwrap();
    let add = |token: &str| {
        let output = shell
            .command()
            .env("MICROBLOG_CONFIG", shell.path("settings/config.toml"))
            .args(["account", "add", &format!("susan@{}", api.host()), "--token-command", &format!("printf {token}")])
            .output()
            .unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    assert!(add("wrong").contains("does not accept the access token"));
    assert!(!add(TOKEN).contains(TOKEN));
    for file in ["m.db", "m.db-wal"] {
        let bytes = fs::read(shell.path(file)).unwrap_or_default();
        assert!(!bytes.windows(TOKEN.len()).any(|part| part == TOKEN.as_bytes()), "{file}");
    }
    assert!(fs::read_to_string(shell.path("settings/accounts.toml")).unwrap().contains(TOKEN));
}

#[test]
fn removed_account_leaves_its_posts_and_no_token() {
    let (shell, api, nickname) = world();
    api.post(2);
    sync(&shell, "2 new posts");
    shell.fails(
        &["account", "remove", &nickname],
        2,
        &format!("you will be logged out of susan@{}; @{nickname} and 0 posts stay: add --yes to confirm", api.host()),
    );
    let (code, text) = run(&shell, &["account", "remove", &nickname, "--yes"]);
    assert_eq!((code, text), (Some(0), format!("removed susan@{}\n", api.host())));
    assert_eq!(home(&shell, &nickname).len(), 2);
    assert!(!fs::read_to_string(shell.path("config/microblog/accounts.toml")).unwrap().contains(TOKEN));
}

#[test]
fn replies_around_a_post_are_fetched_once() {
    let (shell, api, nickname) = world();
    api.post(1);
    sync(&shell, "1 new post");
    let mut reply = status(9, "eve");
    reply["in_reply_to_id"] = status(1, "ada")["id"].clone();
    api.change(|state| state.replies.push(reply));
    for new in [1, 0] {
        assert_eq!(fetched_context(&shell, PostId(1)), FetchedContext::Posts(new));
    }
    let (_, thread) = run(&shell, &["thread", "1"]);
    assert!(thread.contains("post 9"), "{thread}");
    let (_, unread) = run(&shell, &[SUSAN, &nickname, "unread"]);
    assert!(unread.starts_with("home           1\n"), "a fetched reply is read: {unread}");
}

/// Fetches the posts around a post, as a thread that is opened on the screens does.
fn fetched_context(shell: &Shell, post: PostId) -> FetchedContext {
    let (mut store, _) = Store::open(&shell.path("m.db")).unwrap();
    let account = store.accounts().unwrap().remove(0);
    let (fetcher, tokens) = connection(shell);
    fetch_context(&mut store, &fetcher, &tokens, &account, post).unwrap()
}

fn connection(shell: &Shell) -> (Fetcher, Tokens) {
    let fetcher = Fetcher::new(&Settings::default(), false).unwrap();
    (fetcher, Tokens::beside(Some(&shell.path("config/microblog/config.toml"))).unwrap())
}

#[test]
fn follows_and_unfollows_on_the_server_arrive_with_the_next_sync() {
    let (shell, api, nickname) = world();
    sync(&shell, "0 new posts");
    let following = || {
        let found = records(&shell, &["following", &nickname, "--json"]);
        found.iter().map(|user| user["nickname"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(following(), ["ada@127.0.0.1"]);
    api.change(|state| state.following.push(account("eve")));
    sync(&shell, "0 new posts");
    assert_eq!(following().len(), 2);
    api.change(|state| state.following.retain(|account| account["acct"] != "ada"));
    sync(&shell, "0 new posts");
    assert_eq!(following(), ["eve@127.0.0.1"]);
    // Whom the account has asked to follow, and who has not agreed yet, stays followed here.
    api.change(|state| {
        state.requested = vec!["a-eve".to_owned()];
        state.following.clear();
    });
    sync(&shell, "0 new posts");
    assert_eq!(following(), ["eve@127.0.0.1"]);
}

#[test]
fn unfollow_that_the_server_does_not_have_yet_is_not_undone_by_a_sync() {
    let (shell, api, nickname) = world();
    sync(&shell, "0 new posts");
    api.fail("/unfollow", 503, &[], "");
    run(&shell, &[SUSAN, &nickname, "unfollow", "ada@127.0.0.1"]);
    run(&shell, &["sync"]);
    assert_eq!(records(&shell, &["following", &nickname, "--json"]).len(), 0);
}

#[test]
fn post_that_was_deleted_on_the_server_is_deleted_when_its_thread_is_opened() {
    let (shell, api, nickname) = world();
    api.post(2);
    sync(&shell, "2 new posts");
    assert_eq!(run(&shell, &[SUSAN, &nickname, "bookmark", "2", "--offline"]).0, Some(0));
    api.change(|state| state.home.clear());
    assert_eq!(fetched_context(&shell, PostId(1)), FetchedContext::Deleted);
    assert_eq!(fetched_context(&shell, PostId(2)), FetchedContext::Posts(0), "bookmarked posts stay");
    assert_eq!(home(&shell, &nickname), ["post 2"]);
}

#[test]
fn counts_of_the_server_are_shown_beside_ours() {
    let (shell, api, nickname) = world();
    api.post(1);
    sync(&shell, "1 new post");
    let (_, shown) = run(&shell, &[SUSAN, &nickname, "show", "1"]);
    assert!(shown.ends_with(&format!("on {}: 1 reply, 2 boosts, 3 likes\n", api.host())), "{shown}");
    let (_, json) = run(&shell, &[SUSAN, &nickname, "show", "1", "--json"]);
    assert!(json.contains("\"likes\":0"), "{json}");
}

#[test]
fn profile_is_fetched_from_the_server() {
    let (shell, api, _) = world();
    sync(&shell, "0 new posts");
    api.change(|state| {
        state.following[0]["note"] = json!("<p>I count <b>engines</b></p>");
        state.following[0]["display_name"] = json!("Ada L.");
    });
    let (mut store, _) = Store::open(&shell.path("m.db")).unwrap();
    let (fetcher, tokens) = connection(&shell);
    let account = store.accounts().unwrap().remove(0);
    let ada = store.user("ada@127.0.0.1").unwrap().id;
    for changed in [true, false] {
        assert_eq!(fetch_profile(&mut store, &fetcher, &tokens, &account, ada).unwrap(), changed);
    }
    let user = store.user_by_id(ada).unwrap();
    assert_eq!(user.about_me.unwrap().as_str(), "I count engines");
}

#[test]
fn account_follows_another_account_on_its_server() {
    let (shell, api, nickname) = world();
    sync(&shell, "0 new posts");
    let (code, text) = run(&shell, &[SUSAN, &nickname, "follow", &format!("@eve@{}", api.host())]);
    assert!(code == Some(0) && text.contains("followed @eve@127.0.0.1"), "{text}");
    assert!(api.change(|state| state.following.iter().any(|account| account["acct"] == "eve")));
    sync(&shell, "0 new posts");
    let following = records(&shell, &["following", &nickname, "--json"]);
    assert_eq!(following.len(), 2, "{following:?}");
    assert_eq!(records(&shell, &["feeds", "--json"]).len(), 0, "no feed is followed");
}

#[test]
fn avatar_of_a_user_of_the_server_is_fetched_once_and_kept() {
    let (shell, api) = (Shell::new(), Api::start());
    let picture = fs::read("tests/fixtures/mastodon/avatar.png").unwrap();
    let site = Site::start();
    site.set("/ada.png", Page::new(&picture[..]).with("ETag", "\"1\""));
    log_in(&shell, &api);
    let post_by_ada = |avatar: &str| {
        api.post(1);
        api.change(|state| state.home.last_mut().unwrap()["account"]["avatar_static"] = avatar.into());
        run(&shell, &["sync"]);
    };
    let stored = || {
        let connection = Connection::open(shell.path("m.db")).unwrap();
        let mut statement = connection.prepare("SELECT picture FROM avatar").unwrap();
        let pictures = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        pictures.collect::<Result<Vec<_>, _>>().unwrap()
    };
    let settings = shell.path("config/microblog/config.toml");
    fs::write(&settings, "images = \"off\"\n").unwrap();
    post_by_ada(&site.url("/ada.png"));
    assert_eq!((site.lines(), stored().len()), (vec![], 0), "images are off");
    fs::write(&settings, "").unwrap();
    post_by_ada(&site.url("/ada.png"));
    post_by_ada(&site.url("/ada.png"));
    assert_eq!((site.lines(), stored()), (vec!["GET /ada.png".to_owned()], vec![picture.clone()]));
    let connection = Connection::open(shell.path("m.db")).unwrap();
    connection.execute("UPDATE account_avatar SET checked_at = 0", ()).unwrap();
    post_by_ada(&site.url("/ada.png"));
    assert!(site.requests().concat().contains("\nif-none-match: \"1\""));
    // A picture that cannot be fetched leaves the one that is here.
    post_by_ada(&site.url("/gone.png"));
    assert_eq!(stored(), [picture]);
    assert_eq!(run(&shell, &["sync"]).0, Some(0));
}

#[test]
fn account_is_due_as_often_as_the_settings_say() {
    let (shell, api) = (Shell::new(), Api::start());
    log_in(&shell, &api);
    for (settings, seconds) in [("", 54), ("[feeds]\nsync = \"2h\"\n", 6_480)] {
        fs::write(shell.path("config/microblog/config.toml"), settings).unwrap();
        assert_eq!(run(&shell, &["sync"]).0, Some(0));
        let connection = Connection::open(shell.path("m.db")).unwrap();
        let wait = connection.query_row("SELECT (next_at - checked_at) / 1000000 FROM account", [], |row| row.get(0));
        assert_eq!(wait, Ok(seconds), "{settings}");
    }
}

#[test]
fn account_that_another_process_adds_is_synchronized_by_open_screens() {
    let (shell, api) = (Shell::new(), Api::start());
    api.change(|state| state.following.push(account("ada")));
    api.post(3);
    shell.run(&["user", "add", "john"]).stdout("added @john, now the active user\n").check();
    let mut config = Config::default();
    config.path = Some(shell.path("config/microblog/config.toml"));
    let store = Store::open(&shell.path("m.db")).unwrap().0;
    let mut app = App::new(store, Options { config, ..Options::default() }, (120, 40));
    app.settle();
    let mut now = Timestamp::now();
    let mut tick = || {
        now = Timestamp::from_micros(now.micros() + 1_000_000);
        app.tick(now);
        app.settle();
    };
    tick();
    log_in(&shell, &api);
    (0..3).for_each(|_| tick());
    app.send(Message::Act(Action::NextUser));
    app.settle();
    let home = app.state.current().unwrap();
    let bodies: Vec<_> = home.list.items.iter().rev().map(|post| post.body.as_str()).collect();
    assert_eq!(bodies, numbered(3));
}
