//! Commands print everything that the screens show, line by line, for screen readers and pipes.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot continue has failed.

mod common;

use common::Shell;
use microblog::model::{Post, Purpose};
use microblog::store::Store;
use microblog::tui::state::{Action, Detail, Message, Offered, Overlay, Pane, State};
use microblog::tui::{App, Options};

/// A command, and what a screen shows that it must print.
type Expected = (Vec<String>, Vec<String>);

fn expect(command: &str, facts: impl IntoIterator<Item = impl ToString>) -> Expected {
    (command.split(' ').map(str::to_owned).collect(), facts.into_iter().map(|fact| fact.to_string()).collect())
}

/// Returns words of a body that no screen breaks.
fn words(post: &Post) -> impl Iterator<Item = String> {
    post.body.as_str().split_whitespace().filter(|word| word.is_ascii()).take(4).map(str::to_owned)
}

/// Returns the commands that print what a screen over the panes shows. A new screen needs one to compile.
fn over(overlay: &Overlay) -> Vec<Expected> {
    match overlay {
        Overlay::Welcome(_) => vec![expect("user add --help", ["NICK", "--email"])],
        Overlay::Picker(picker) => {
            vec![expect("user list", picker.found.items.iter().map(|user| user.nickname.as_str().to_owned()))]
        }
        Overlay::Commands(shown) => {
            let here = shown.all.iter().filter(|command| !command.keys.is_empty() && !command.what.contains(':'));
            vec![expect("config show", here.map(|command| command.what.clone()))]
        }
        Overlay::Help(_) => vec![expect("config show", ["ctrl-d", "reply", "bookmark/unbookmark"])],
        Overlay::Search(search) => vec![
            expect(&format!("search {}* --limit 50", search.query.text()), search.found.items.iter().flat_map(words)),
            expect(&format!("search --users {}", search.query.text()), search.users.iter().map(|user| &user.nickname)),
        ],
        Overlay::Told(list) => {
            vec![expect("notifications", list.items.iter().take(20).map(|item| item.nickname.as_str().to_owned()))]
        }
        Overlay::Drafts(list) => {
            let whose = list.items.iter().map(|kept| match kept.purpose {
                Purpose::New => "new post".to_owned(),
                Purpose::Reply(id) => format!("answers #{id}"),
                Purpose::Edit { post, .. } => format!("edits #{post}"),
            });
            vec![expect("drafts", whose.chain(["precious".to_owned()]))]
        }
        Overlay::Split(_) => vec![expect("post --help", ["--thread"])],
        Overlay::Offer(offer) => offer.list.items.iter().filter_map(offered).collect(),
        Overlay::Stats(shown) => {
            let stats = shown.found.as_ref().unwrap();
            let names = stats.words.iter().map(|(word, _)| word.clone()).chain([stats.posts.to_string()]);
            vec![expect("stats", names), expect("stats --json", ["\"days\":[{\"name\":\"20"])]
        }
        Overlay::Filter(_) => vec![expect("filter list", ["dull  collapsed"])],
        Overlay::Import(_) => vec![expect("import --help", ["mastodon", "--dry-run"])],
        Overlay::Delete(post) => vec![expect(&format!("show {}", post.id), words(post))],
        Overlay::DraftConflict(taken) => vec![expect(&format!("drafts --as {}", taken.user.nickname), [&taken.theirs])],
    }
}

/// Returns the command that prints what a menu item leads to.
fn offered(offered: &Offered) -> Option<Expected> {
    match offered {
        Offered::Link(link) => Some(expect(&format!("search {link}"), [link])),
        Offered::Saved(kept) => Some(expect("search --saved", [&kept.name, &kept.query])),
        // These hold posts, which `show` and `timeline` print.
        Offered::Timeline(_) | Offered::Text { .. } => None,
    }
}

/// Returns the commands that print what the panes show.
fn panes(state: &State) -> Vec<Expected> {
    let tab = state.current().unwrap();
    let timeline = format!("timeline {} --limit 100", tab.timeline.key());
    let detail = match &state.detail {
        Detail::Empty => None,
        Detail::Thread(thread) => {
            let posts = thread.places.iter().filter_map(|place| place.post.as_ref());
            Some(expect(&format!("thread {}", thread.of), posts.flat_map(words)))
        }
        Detail::Profile(profile) => {
            let user = &profile.user;
            let facts = [user.posts, profile.numbers.following, profile.numbers.followers].map(|n| n.to_string());
            Some(expect(&format!("user show {}", user.nickname), facts))
        }
        Detail::Versions { of, versions, .. } => {
            Some(expect(&format!("history {of}"), (1..=versions.len()).map(|n| format!("version {n} "))))
        }
    };
    let unread = state.unread.notifications.to_string();
    let mut expected = vec![expect("unread", [unread]), expect(&timeline, tab.list.items.iter().flat_map(words))];
    expected.extend(detail);
    expected
}

struct Walk {
    shell: Shell,
    session: App,
    seen: Vec<String>,
}

impl Walk {
    fn act(&mut self, action: Action) -> &mut Self {
        self.session.send(Message::Act(action));
        self.session.settle();
        self
    }

    /// Runs the commands for the current screen, and asserts that they print everything on it.
    #[track_caller]
    fn check_commands(&mut self) {
        let state = &self.session.state;
        let commands = state.overlay.as_ref().map_or_else(|| panes(state), over);
        assert!(!commands.is_empty());
        for (command, facts) in commands {
            let output = self.shell.command().args(["--color", "never"]).args(&command).output().unwrap();
            let said = String::from_utf8(output.stdout).unwrap();
            let command = command.join(" ");
            assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
            assert!(!said.contains(|c: char| c.is_control() && c != '\n'), "{command}: {said:?}");
            for fact in &facts {
                assert!(said.contains(fact.as_str()), "{command} does not say {fact:?}: {said}");
            }
            self.seen.push(command);
        }
    }
}

#[test]
fn commands_print_what_every_screen_shows() {
    let shell = Shell::new();
    let run = |args: &[&str]| {
        let output = shell.command().args(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let db = shell.path("m.db");
    run(&["demo", "--posts", "300", "--users", "8", "--to", db.to_str().unwrap()]);
    let posted = run(&["post", "precious words, and https://example.com/a"]);
    run(&["edit", posted.trim().trim_start_matches("posted "), "precious words at last, and https://example.com/a"]);
    run(&["filter", "add", "--fold", "dull"]);
    run(&["search", "--save", "rain", "rain -snow"]);
    let session = App::new(Store::open(&db).unwrap().0, Options::default(), (120, 40));
    let mut walk = Walk { shell, session, seen: vec![] };
    walk.session.settle();
    walk.act(Action::Top).check_commands();
    for (open, close) in [
        (Action::SwitchUser, Action::Close),
        (Action::Commands, Action::Close),
        (Action::Help, Action::Back),
        (Action::Notifications, Action::Close),
        (Action::Stats, Action::Close),
        (Action::GoToTimeline, Action::Close),
        (Action::AddFilter, Action::Close),
        (Action::Import, Action::Close),
        (Action::Delete, Action::Close),
    ] {
        walk.act(open).check_commands();
        walk.act(close);
        assert_eq!(walk.session.state.overlay, None, "{open:?}");
    }
    for open in [Action::EditHistory, Action::Profile, Action::Open] {
        walk.session.state.focus = Pane::Timeline;
        walk.act(open).check_commands();
    }
    walk.act(Action::Search);
    walk.session.send(Message::Paste("garden".to_owned()));
    walk.session.settle();
    walk.check_commands();
    walk.act(Action::Close);
    walk.session.send(Message::Draft {
        author: walk.session.state.active.as_ref().unwrap().id,
        reply_to: None,
        text: String::new(),
    });
    walk.session.send(Message::Paste("precious ".repeat(40)));
    walk.act(Action::Send).check_commands();
    walk.act(Action::Close).act(Action::Close).act(Action::Drafts).check_commands();
    walk.seen.sort();
    walk.seen.dedup();
    assert!(walk.seen.len() >= 18, "{:?}", walk.seen);
}
