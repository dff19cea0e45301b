//! A server of the Mastodon API in this process, for one account, whose faults a test decides.

use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};
use tiny_http::{Header, Method, Request, Response, Server};

pub const TOKEN: &str = "token-of-susan";

/// What the server knows and how it behaves.
#[derive(Default)]
pub struct State {
    /// Statuses of the home timeline, the oldest first.
    pub home: Vec<Value>,
    pub notifications: Vec<Value>,
    pub bookmarks: Vec<Value>,
    pub following: Vec<Value>,
    /// Ids of accounts that susan has asked to follow.
    pub requested: Vec<String>,
    /// The replies to every status.
    pub replies: Vec<Value>,
    pub faults: Vec<Fault>,
    /// Statuses by susan that were created here, the oldest first.
    pub posted: Vec<Value>,
    /// Every status is public, whatever its author asks for, as on some servers.
    pub shows_all_to_everyone: bool,
    /// Bodies of uploads.
    pub uploads: Vec<Vec<u8>>,
    /// Votes as `POLL [CHOICES]`.
    pub votes: Vec<String>,
    /// So many statuses are created, or votes counted, without an answer, as by a server that dies.
    pub silent: usize,
    /// The list of susan's statuses has only public ones, and always the same page, as that of snac.
    pub lists_public_only: bool,
    /// Addresses that were requested.
    pub requests: Vec<String>,
}

/// What is sent in place of the answer to requests whose address contains a text.
#[derive(Clone)]
pub struct Fault {
    address: String,
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

pub struct Api {
    server: Arc<Server>,
    state: Arc<Mutex<State>>,
}

impl Api {
    pub fn start() -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let state = Arc::<Mutex<State>>::default();
        for _ in 0..2 {
            let (server, state) = (Arc::clone(&server), Arc::clone(&state));
            thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    answer(request, &state);
                }
            });
        }
        Self { server, state }
    }

    pub fn host(&self) -> String {
        self.server.server_addr().to_string()
    }

    pub fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap())
    }

    /// Adds statuses by ada, numbered from one after the last.
    pub fn post(&self, count: usize) {
        self.change(|state| {
            for _ in 0..count {
                let status = status(state.home.len() + 1, "ada");
                state.home.push(status);
            }
        });
    }

    /// Answers requests whose address contains a text with this.
    pub fn fail(&self, address: &str, status: u16, headers: &[(&str, &str)], body: &str) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let fault = Fault { address: address.to_owned(), status, headers, body: body.to_owned() };
        self.change(|state| state.faults.push(fault));
    }

    pub fn requests(&self) -> Vec<String> {
        self.change(|state| std::mem::take(&mut state.requests))
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.server.unblock();
        self.server.unblock();
    }
}

pub fn account(name: &str) -> Value {
    json!({
        "id": format!("a-{name}"), "username": name, "acct": name, "display_name": "", "note": "",
        "url": format!("http://127.0.0.1/@{name}"), "uri": format!("http://127.0.0.1/users/{name}"),
    })
}

/// A status; its id is a text that sorts in no order.
pub fn status(number: usize, name: &str) -> Value {
    let id = format!("{:x}-{number}", number.wrapping_mul(2_654_435_761) % 65_536);
    let minute = number % 60;
    let hour = number / 60;
    json!({
        "id": id, "uri": format!("http://127.0.0.1/users/{name}/statuses/{number}"),
        "url": format!("http://127.0.0.1/@{name}/{number}"), "account": account(name),
        "content": format!("<p>post {number}</p>"), "visibility": "public", "spoiler_text": "",
        "created_at": format!("2026-02-{:02}T{:02}:{minute:02}:00.000Z", 1 + hour / 24, hour % 24),
        "favourited": false, "favourites_count": 3, "reblogs_count": 2, "replies_count": 1, "mentions": [], "media_attachments": [],
    })
}

fn answer(mut request: Request, state: &Mutex<State>) {
    let mut bytes = Vec::new();
    let _ = request.as_reader().read_to_end(&mut bytes);
    let body = String::from_utf8_lossy(&bytes).into_owned();
    let url = request.url().to_owned();
    let mut state = state.lock().unwrap();
    state.requests.push(format!("{} {url}", request.method()));
    let fault = state.faults.iter().find(|fault| url.contains(&fault.address)).cloned();
    let is_allowed = request
        .headers()
        .iter()
        .any(|header| header.field.equiv("Authorization") && header.value.as_str() == format!("Bearer {TOKEN}"));
    let (status, headers, body) = match fault {
        Some(Fault { status, headers, body, .. }) => (status, headers, body),
        None if !is_allowed && !url.starts_with("/api/v2/instance") => (401, Vec::new(), String::new()),
        None if *request.method() == Method::Post && url == "/api/v1/statuses" => {
            let json = create(&mut state, &body);
            if state.silent > 0 {
                state.silent -= 1;
                (502, Vec::new(), String::new())
            } else {
                (200, Vec::new(), json.to_string())
            }
        }
        None if *request.method() == Method::Post && url == "/api/v2/media" => {
            state.uploads.push(bytes);
            let id = format!("media-{}", state.uploads.len());
            (200, Vec::new(), json!({"id": id, "url": "http://127.0.0.1/cat.png"}).to_string())
        }
        None if url.ends_with("/votes") => {
            let json = vote(&mut state, &url, &body);
            if state.silent > 0 {
                state.silent -= 1;
                (502, Vec::new(), String::new())
            } else {
                (200, Vec::new(), json.to_string())
            }
        }
        None if url.ends_with("/favourite") => {
            let found = state.home.iter_mut().find(|status| url.contains(status["id"].as_str().unwrap()));
            let status = found.expect("a status of the home timeline");
            status["favourited"] = true.into();
            (200, Vec::new(), status.to_string())
        }
        None if url.ends_with("/follow") => {
            let name = url.trim_end_matches("/follow").rsplit('-').next().unwrap().to_owned();
            state.following.push(account(&name));
            (200, Vec::new(), json!({"following": true}).to_string())
        }
        None if *request.method() == Method::Delete => {
            let id = url.rsplit('/').next().unwrap_or_default();
            state.home.retain(|status| status["id"] != id);
            state.posted.retain(|status| status["id"] != id);
            (200, Vec::new(), "{}".to_owned())
        }
        None => {
            let (status, json) = read(&state, &url);
            (status, Vec::new(), json.to_string())
        }
    };
    drop(state);
    let mut response = Response::from_string(body).with_status_code(status);
    for (name, value) in headers {
        response.add_header(Header::from_bytes(name, value).unwrap());
    }
    let _ = request.respond(response);
}

/// Counts a vote of susan. As some servers do, this one counts a second one too.
fn vote(state: &mut State, url: &str, body: &str) -> Value {
    let id = url.trim_end_matches("/votes").rsplit('/').next().unwrap();
    let choices = serde_json::from_str::<Value>(body).unwrap()["choices"].take();
    state.votes.push(format!("{id} {choices}"));
    let status = state.home.iter_mut().find(|status| status["poll"]["id"] == id).expect("a poll");
    let poll = &mut status["poll"];
    for choice in choices.as_array().unwrap() {
        let at: usize = choice.as_str().unwrap().parse().unwrap();
        let count = &mut poll["options"][at]["votes_count"];
        *count = (count.as_u64().unwrap() + 1).into();
    }
    let own: Vec<u64> = choices.as_array().unwrap().iter().map(|at| at.as_str().unwrap().parse().unwrap()).collect();
    (poll["voted"], poll["own_votes"], poll["voters_count"]) = (true.into(), own.into(), 1.into());
    poll.clone()
}

/// Creates a status. As some servers do, this one does not recognize a repeated request by its key.
fn create(state: &mut State, body: &str) -> Value {
    let draft: Value = serde_json::from_str(body).unwrap();
    let number = 10_000 + state.posted.len();
    let mut status = status(number, "susan");
    let text = draft["status"].as_str().unwrap();
    status["content"] = format!("<p>{text}</p>").into();
    status["in_reply_to_id"] = draft["in_reply_to_id"].clone();
    for field in ["visibility", "spoiler_text", "language"] {
        if field == "visibility" && state.shows_all_to_everyone {
            continue;
        }
        if let Some(value) = draft.get(field).filter(|value| !value.is_null()) {
            status[field] = value.clone();
        }
    }
    let media = draft["media_ids"].as_array().into_iter().flatten();
    status["media_ids"] = media.cloned().collect();
    let now = microblog::model::Timestamp::now();
    status["created_at"] = now.rfc3339().into();
    state.posted.push(status.clone());
    status
}

fn read(state: &State, url: &str) -> (u16, Value) {
    let path = url.split('?').next().unwrap();
    let found = match path {
        "/api/v1/accounts/verify_credentials" => account("susan"),
        "/api/v2/instance" => {
            json!({"version": "4.4.0", "configuration": {"statuses": {"max_characters": 700, "characters_reserved_per_url": 23}}})
        }
        "/api/v1/notifications" => page(&state.notifications, url),
        "/api/v1/bookmarks" => page(&state.bookmarks, url),
        "/api/v1/accounts/a-susan/following" => page(&state.following, url),
        "/api/v1/favourites" => json!([]),
        "/api/v1/accounts/relationships" => {
            let has = |id: &str| url.ends_with(&format!("={id}"));
            let is_following = state.following.iter().any(|one| has(one["id"].as_str().unwrap()));
            json!([{"following": is_following, "requested": state.requested.iter().any(|id| has(id))}])
        }
        "/api/v2/search" => {
            let names = ["ada", "eve", "susan"].map(account);
            let mut accounts = state.following.iter().chain(&names);
            let encoded = |one: &Value| one["uri"].as_str().unwrap().replace(':', "%3A").replace('/', "%2F");
            let handle = |one: &Value| one["acct"].as_str().unwrap().to_owned() + "%40";
            let found = accounts.find(|one| {
                url.contains(&format!("q={}&", encoded(one))) || url.contains(&format!("q={}", handle(one)))
            });
            json!({"accounts": found.into_iter().collect::<Vec<_>>(), "statuses": []})
        }
        "/api/v1/accounts/a-susan/statuses" if state.lists_public_only => {
            let is_public = |status: &&Value| status["visibility"] == "public";
            Value::Array(state.posted.iter().rev().filter(is_public).cloned().collect())
        }
        "/api/v1/accounts/a-susan/statuses" => page(&state.posted, url),
        "/api/v1/timelines/home" if state.lists_public_only => {
            Value::Array(state.posted.iter().chain(&state.home).rev().cloned().collect())
        }
        "/api/v1/timelines/home" => page(&state.home, url),
        _ => {
            let id = path.strip_prefix("/api/v1/statuses/").unwrap_or_default();
            let (id, rest) = id.split_once('/').unwrap_or((id, ""));
            if let Some(own) = state.posted.iter().find(|status| status["id"] == id) {
                return (200, own.clone());
            }
            let Some(at) = state.home.iter().position(|status| status["id"] == id) else {
                return (404, json!({"error": "Record not found"}));
            };
            match rest {
                "context" => json!({"ancestors": [], "descendants": state.replies}),
                "history" => {
                    let first = json!({"content": "<p>as it was</p>", "created_at": state.home[at]["created_at"]});
                    json!([first, state.home[at]])
                }
                _ => state.home[at].clone(),
            }
        }
    };
    (200, found)
}

/// A page as Mastodon makes it: `min_id` asks for the items that follow it directly.
fn page(items: &[Value], url: &str) -> Value {
    let value = |name: &str| {
        let query = url.split_once('?')?.1;
        query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
    };
    let position = |id: &str| items.iter().position(|item| item["id"] == id);
    let limit: usize = value("limit").map_or(20, |limit| limit.parse().unwrap());
    let end = value("max_id").and_then(|id| position(&id)).unwrap_or(items.len());
    let found = match value("min_id") {
        Some(id) => {
            let start = position(&id).map_or(0, |at| at + 1).min(end);
            &items[start..end.min(start + limit)]
        }
        None => &items[end.saturating_sub(limit)..end],
    };
    Value::Array(found.iter().rev().cloned().collect())
}
