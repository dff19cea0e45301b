//! Commands print everything that the screens show, line by line, for screen readers and pipes.

use crate::common::Shell;
use microblog::model::{OpenDraft, OutboxEntry, Post, Purpose};
use microblog::store::Store;
use microblog::tui::keys::Action;
use microblog::tui::screens;
use microblog::tui::screens::delete_post::DeletePosts;
use microblog::tui::screens::drafts::Drafts;
use microblog::tui::screens::menu::{Menu, MenuRow};
use microblog::tui::screens::notifications::Notifications;
use microblog::tui::screens::on_this_day::OnThisDay;
use microblog::tui::screens::outbox::Outbox;
use microblog::tui::screens::palette::Palette;
use microblog::tui::screens::search::Search;
use microblog::tui::screens::statistics::Statistics;
use microblog::tui::screens::user_picker::UserPicker;
use microblog::tui::state::{Detail, DraftConflict, Message, Pane, State};
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

/// Returns the commands that print what the topmost screen shows. A new screen needs some to pass.
fn over(state: &State) -> Vec<Expected> {
    if let Some(picker) = state.screen::<UserPicker>() {
        vec![expect("user list", picker.found.items.iter().map(|user| user.nickname.as_str().to_owned()))]
    } else if let Some(shown) = state.screen::<Palette>() {
        let here = shown.all.iter().filter(|command| !command.keys.is_empty() && !command.label.contains(':'));
        vec![expect("config show", here.map(|command| command.label.clone()))]
    } else if let Some(search) = state.screen::<Search>() {
        vec![
            expect(&format!("search {}* --limit 50", search.query.text()), search.found.items.iter().flat_map(words)),
            expect(&format!("search --users {}", search.query.text()), search.users.iter().map(|user| &user.nickname)),
        ]
    } else if let Some(shown) = state.screen::<Notifications>() {
        let names = shown.list.items.iter().take(20).flat_map(|group| &group.actors);
        let names = names.map(|(_, nickname)| nickname.as_str().to_owned());
        vec![expect("notifications", names)]
    } else if let Some(shown) = state.screen::<Drafts>() {
        let purposes = shown.list.items.iter().map(|draft| match draft.purpose {
            Purpose::New => "new post".to_owned(),
            Purpose::Reply(id) => format!("answers #{id}"),
            Purpose::Edit { post, .. } => format!("edits #{post}"),
        });
        vec![expect("drafts", purposes.chain(["precious".to_owned()]))]
    } else if let Some(shown) = state.screen::<Outbox>() {
        vec![expect("outbox", shown.list.items.iter().map(OutboxEntry::subject))]
    } else if let Some(menu) = state.screen::<Menu>() {
        menu.list.items.iter().filter_map(offered).collect()
    } else if let Some(shown) = state.screen::<Statistics>() {
        let stats = shown.found.as_ref().unwrap();
        let names = stats.words.iter().map(|(word, _)| word.clone()).chain([stats.posts.to_string()]);
        vec![expect("stats", names), expect("stats --json", ["\"days\":[{\"name\":\"20"])]
    } else if let Some(shown) = state.screen::<OnThisDay>() {
        vec![expect("on-this-day --limit 50", shown.list.items.iter().flat_map(words))]
    } else if let Some(shown) = state.screen::<DeletePosts>() {
        vec![expect(&format!("show {}", shown.posts[0].id), words(&shown.posts[0]))]
    } else if let Some(shown) = state.screen::<DraftConflict>() {
        vec![expect(&format!("drafts --as {}", shown.user.nickname), [&shown.theirs])]
    } else {
        match state.topmost().unwrap().name().0 {
            "welcome" => vec![expect("user add --help", ["NICK", "--email"])],
            "first-steps" => vec![expect("--help", ["demo", "import", "post"])],
            "help" => vec![expect("config show", ["ctrl-d", "reply", "bookmark/unbookmark"])],
            "thread-preview" => vec![expect("post --help", ["--thread"])],
            "feeds" => vec![expect("feeds", ["feed@f.example", "https://f.example/feed"])],
            "scheduled" => vec![expect("schedule", ["precious later"])],
            "follow-address" | "well-known-feeds" => vec![expect("follow --help", ["@susan@example.org"])],
            "go-to-date" => vec![expect("timeline --help", ["--until"])],
            "catch-up" => vec![expect("catch-up --limit 400", ["thread of", "post"])],
            "lists" | "new-list" => vec![expect("list show", ["friends  0 users"])],
            "filter" => vec![expect("filter list", ["dull  collapsed"])],
            "import" => vec![expect("import --help", ["mastodon", "--dry-run"])],
            other => panic!("no command prints what the screen {other} shows"),
        }
    }
}

/// Returns the command that prints what a menu item leads to.
fn offered(offered: &MenuRow) -> Option<Expected> {
    match offered {
        MenuRow::Link(link) => Some(expect(&format!("search {link}"), [link])),
        MenuRow::SavedSearch(kept) => Some(expect("search --saved", [&kept.name, &kept.query])),
        // These hold posts, which `show` and `timeline` print.
        MenuRow::Quoted(_) | MenuRow::Timeline(_) | MenuRow::Text { .. } => None,
    }
}

/// Returns the commands that print what the panes show.
fn panes(state: &State) -> Vec<Expected> {
    let tab = state.current().unwrap();
    let timeline = format!("timeline {} --limit 100", tab.timeline.key());
    let detail = match &state.detail {
        Detail::Empty => None,
        Detail::Thread(thread) => {
            let posts = thread.nodes.iter().filter_map(|node| node.post.as_ref());
            Some(expect(&format!("thread {}", thread.of), posts.flat_map(words)))
        }
        Detail::Profile(profile) => {
            let user = &profile.user;
            let facts = [user.posts, profile.numbers.following, profile.numbers.followers].map(|n| n.to_string());
            let pinned = profile.pinned.iter().flat_map(words);
            Some(expect(&format!("user show {}", user.nickname), facts.into_iter().chain(pinned)))
        }
        Detail::History { of, revisions, .. } => {
            Some(expect(&format!("history {of}"), (1..=revisions.len()).map(|n| format!("version {n} "))))
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
        let commands = if state.screens.is_empty() { panes(state) } else { over(state) };
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
    run(&["pin", posted.trim().trim_start_matches("posted ")]);
    run(&["post", "--in", "2h", "precious later"]);
    run(&["filter", "add", "--fold", "dull"]);
    run(&["list", "create", "friends"]);
    run(&["search", "--save", "rain", "rain -snow"]);
    std::fs::write(shell.path("urls"), "https://f.example/feed ada\n").unwrap();
    run(&["--offline", "import", "opml", "urls"]);
    let session = App::new(Store::open(&db).unwrap().0, Options { offline: true, ..Options::default() }, (120, 40));
    let mut walk = Walk { shell, session, seen: vec![] };
    walk.session.settle();
    walk.act(Action::Top).check_commands();
    for (open, close) in [
        (Action::Show(screens::user_picker::NAME), Action::Close),
        (Action::Show(screens::palette::NAME), Action::Close),
        (Action::Show(screens::help::NAME), Action::Back),
        (Action::Show(screens::notifications::NAME), Action::Close),
        (Action::Show(screens::statistics::NAME), Action::Close),
        (Action::GoToTimeline, Action::Close),
        (Action::Show(screens::filter::NAME), Action::Close),
        (Action::Show(screens::feeds::NAME), Action::Close),
        (Action::Show(screens::outbox::NAME), Action::Close),
        (Action::Show(screens::catch_up::NAME), Action::Close),
        (Action::Show(screens::go_to_date::NAME), Action::Close),
        (Action::Show(screens::on_this_day::NAME), Action::Close),
        (Action::Show(screens::scheduled::NAME), Action::Close),
        (Action::Show(screens::lists::NAME), Action::Close),
        (Action::Show(screens::follow_address::NAME), Action::Close),
        (Action::Show(screens::well_known_feeds::NAME), Action::Close),
        (Action::Show(screens::import::NAME), Action::Close),
        (Action::Delete, Action::Close),
    ] {
        walk.act(open).check_commands();
        walk.act(close);
        assert!(walk.session.state.screens.is_empty(), "{open:?}");
    }
    for open in [Action::EditHistory, Action::Profile, Action::Open] {
        walk.session.state.focus = Pane::Timeline;
        walk.act(open).check_commands();
    }
    walk.act(Action::Show(screens::search::NAME));
    walk.session.send(Message::Paste("garden".to_owned()));
    walk.session.settle();
    walk.check_commands();
    walk.act(Action::Close);
    walk.session.send(Message::Draft {
        author: walk.session.state.active.as_ref().unwrap().id,
        reply_to: None,
        draft: OpenDraft::default(),
    });
    walk.session.send(Message::Paste("precious ".repeat(40)));
    walk.act(Action::Send).check_commands();
    walk.act(Action::Close).act(Action::Close).act(Action::Show(screens::drafts::NAME)).check_commands();
    walk.seen.sort();
    walk.seen.dedup();
    assert!(walk.seen.len() >= 18, "{:?}", walk.seen);
}
