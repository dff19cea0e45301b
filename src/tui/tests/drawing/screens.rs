//! The screens that are shown to be as they were: each by its name and what leads to it.

use super::*;
use crate::model::{AboutMe, OutboxEntry, OutboxId, Poll, PollChoice, Relation, SavedSearch, Subscription, UserList};
use crate::text::SearchHint;
use crate::tui::list::List;
use crate::tui::screens::feeds::Feeds;
use crate::tui::screens::notifications::Notifications;
use crate::tui::screens::outbox::Outbox;
use crate::tui::state::ImportSummary;
use crate::tui::thread::Reactions;

/// What leads to a screen from the timeline.
type Fill = fn(&mut State);

/// All screens, each named.
pub(super) const SCREENS: &[(&str, Fill)] = &[
    ("home", |_| {}),
    ("thread", |state| {
        state.focus = Pane::Detail;
        update(state, Message::Thread(PostId(1), tree()));
        let [likes, boosts] = [0, 4].map(|from| others().into_iter().skip(from).map(|user| user.nickname).collect());
        update(state, Message::Reactions(PostId(1), Reactions { likes, boosts, on_server: None }));
    }),
    ("thread_deep", |state| {
        state.focus = Pane::Detail;
        update(state, Message::Thread(PostId(1), tree()));
        (0..16).for_each(|_| act(state, Action::Down));
        act(state, Action::ExpandReplies);
    }),
    ("profile", |state| {
        state.focus = Pane::Detail;
        let shown = profile(state);
        update(state, shown);
    }),
    ("edit_history", |state| {
        state.focus = Pane::Detail;
        update(state, Message::EditHistory(PostId(1), revisions()));
    }),
    ("stats", |state| {
        act(state, Action::Show(crate::tui::screens::statistics::NAME));
        update(state, Message::Stats(1, Box::new(stats())));
    }),
    ("stats_below", |state| {
        act(state, Action::Show(crate::tui::screens::statistics::NAME));
        update(state, Message::Stats(1, Box::new(stats())));
        act(state, Action::Bottom);
    }),
    ("search", |state| act(state, Action::Show(crate::tui::screens::search::NAME))),
    ("hits", |state| {
        act(state, Action::Show(crate::tui::screens::search::NAME));
        type_in(state, "wo");
        let users = state.shown_users().cloned().collect();
        let posts = odder_posts().into_iter().rev().chain(odd_posts()).collect();
        update(
            state,
            Message::SearchResults {
                number: 2,
                posts,
                more: true,
                users,
                hints: vec![SearchHint::NoUser("nobody".to_owned())],
            },
        );
    }),
    ("notifications", |state| drop(update(state, loaded(notifications())))),
    ("drafts", |state| drop(update(state, Message::Drafts(kept())))),
    ("timelines", |state| {
        act(state, Action::Bottom);
        act(state, Action::GoToTimeline);
        let name = "👩🏽‍🚀 أشياء 俳句".to_owned();
        update(
            state,
            Message::SavedSearches(vec![SavedSearch { name, query: "#bread -dull \"a phrase\"".to_owned() }]),
        );
    }),
    ("lists", |state| {
        let author = state.selected().map(|post| (post.author, post.nickname.clone()));
        let lists = [("friends", 3), ("👩🏽‍🚀 أشياء 俳句 \u{202e}\u{1b}[2J", 1)]
            .map(|(name, members)| UserList { name: name.to_owned(), members });
        update(state, Message::Lists { author, lists: lists.into_iter().zip([true, false]).collect() });
    }),
    ("filter", |state| act(state, Action::Show(crate::tui::screens::filter::NAME))),
    ("feeds", |state| drop(update(state, Message::ScreenLoaded(Box::new(feeds(state)))))),
    ("outbox", |state| drop(update(state, Message::ScreenLoaded(Box::new(outbox(state)))))),
    ("vote", |state| {
        let choice = |(title, votes): (&str, u64)| PollChoice { title: title.to_owned(), votes: Some(votes) };
        let choices = [("tea", 3), ("mate", 0), ("👩🏽‍🚀 أشياء 俳句 \u{202e}\u{1b}[2J", 12_345), (&"long ".repeat(40), 1)];
        let choices = choices.map(choice).to_vec();
        let poll = Poll { choices, voters: Some(12_349), is_multiple: true, ..Poll::default() };
        update(state, Message::Poll(PostId(1), Box::new(poll)));
        act(state, Action::Timeline(1));
    }),
    ("well_known_feeds", |state| act(state, Action::Show(crate::tui::screens::well_known_feeds::NAME))),
    ("follow_address", |state| act(state, Action::Show(crate::tui::screens::follow_address::NAME))),
    ("import", |state| act(state, Action::Show(crate::tui::screens::import::NAME))),
    ("imported", |state| {
        act(state, Action::Show(crate::tui::screens::import::NAME));
        let notes =
            ["left out: 3 boosts of others", "skipped: line 7: no date \u{202e}\u{1b}[2J", &"a long note ".repeat(20)];
        let notes = notes.map(str::to_owned).to_vec();
        update(
            state,
            Message::Imported(Ok(ImportSummary {
                summary: "1234 posts of ada@example.social".to_owned(),
                notes,
                ..ImportSummary::default()
            })),
        );
    }),
    ("picker", |state| act(state, Action::Show(crate::tui::screens::user_picker::NAME))),
    ("palette", |state| act(state, Action::Show(crate::tui::screens::palette::NAME))),
    ("help", |state| act(state, Action::Show(crate::tui::screens::help::NAME))),
    ("compose", |state| {
        let text = "既に 👨‍👩‍👧‍👦 e\u{301} for @susan, see #tag and https://example.com/a".to_owned();
        update(state, Message::Draft { author: UserId(1), reply_to: odd_posts().pop(), draft: drafted(&text) });
    }),
    ("completion", |state| {
        update(state, Message::Draft { author: UserId(1), reply_to: None, draft: drafted("good bread, @") });
        type_in(state, "s");
        let found = ["susan", "s\u{301}ébastien.de.la.très.longue.maison@example.social"].map(str::to_owned).to_vec();
        update(state, Message::Completions("@s".to_owned(), found));
    }),
    ("split", |state| {
        let text = "a long text, word by word, and 俳句 👨‍👩‍👧‍👦 ".repeat(12);
        update(state, Message::Draft { author: UserId(1), reply_to: None, draft: drafted(&text) });
        act(state, Action::Send);
    }),
    ("delete", |state| act(state, Action::Delete)),
    ("welcome", |state| drop(update(state, Message::Users(LoadedUsers::new(vec![], None))))),
];

/// The notifications of the active user, as they are loaded.
pub(super) fn loaded(notifications: Vec<Notification>) -> Message {
    Message::ScreenLoaded(Box::new(Notifications::new(UserId(1), notifications)))
}

/// A screen of that size.
pub(super) fn shown(size: (u16, u16), fill: Fill) -> State {
    let mut state = state(size);
    let posts = odder_posts().into_iter().chain(odd_posts()).collect();
    let timeline = Timeline::Home(UserId(1));
    let me = state.active.clone();
    let crowd = me.iter().cloned().chain(others()).collect();
    update(&mut state, Message::Users(LoadedUsers::new(crowd, me.clone())));
    let arrived = crate::model::Arrival(i64::MAX);
    update(&mut state, Message::Page { timeline, place: PageStart::Newest, posts, more: false, arrived });
    fill(&mut state);
    state
}

fn act(state: &mut State, action: Action) {
    update(state, Message::Act(action));
}

fn type_in(state: &mut State, text: &str) {
    for letter in text.chars() {
        let key = tui_textarea::Input { key: tui_textarea::Key::Char(letter), ..tui_textarea::Input::default() };
        update(state, Message::Input(key));
    }
}

/// Feeds in every state.
fn feeds(state: &State) -> Feeds {
    let ago = |minutes: i64| Timestamp::from_micros(state.now.micros() - minutes * 60_000_000);
    let address = |at: usize| format!("https://example.org/{}feed.xml", "long/".repeat(at * 9));
    let feed = |(at, user): (usize, User)| Subscription {
        checked_at: Some(ago(at as i64)),
        fetched_at: (at != 1).then(|| ago(at as i64 * 50)),
        next_at: ago(-9),
        failures: u32::from(at == 2),
        failing_since: (at == 2).then(|| ago(200)),
        error: (at == 2 || at == 3).then(|| "HTTP 503: the server has a \u{202e}problem".to_owned()),
        is_gone: at == 3,
        ..Subscription::unfetched(user, &address(at))
    };
    Feeds { list: List::new(others().into_iter().enumerate().map(feed).collect()) }
}

/// Entries of the outbox in every state.
fn outbox(state: &State) -> Outbox {
    use crate::model::{OutboxAction, OutboxState};
    let entry = |(at, (action, how_far, error)): (usize, (OutboxAction, OutboxState, Option<&str>))| OutboxEntry {
        id: OutboxId(at as i64),
        account: UserId(1),
        nickname: Nickname::parse("susan").unwrap(),
        action,
        post: (action != OutboxAction::Follow).then_some(PostId(at as i64 + 1)),
        target: (action == OutboxAction::Follow).then(|| others().pop().unwrap().nickname),
        text: (action != OutboxAction::Follow).then(|| "Rye bread at last,\nwith 俳句 and \u{202e}seeds".to_owned()),
        state: how_far,
        queued_at: Timestamp::from_micros(state.now.micros() - at as i64 * 300_000_000),
        due_at: state.now,
        attempts: 1,
        error: error.map(str::to_owned),
        choices: vec![],
    };
    let entries = [
        (OutboxAction::Post, OutboxState::Sending, None),
        (OutboxAction::Edit, OutboxState::Failed, Some("m.example refused: Text is \u{1b}[31mtoo long")),
        (OutboxAction::Post, OutboxState::Unsure, Some("m.example has several posts with this text")),
        (OutboxAction::Like, OutboxState::Pending, Some("m.example limits the number of requests")),
        (OutboxAction::Follow, OutboxState::Pending, None),
    ];
    let mut list = List::new(entries.into_iter().enumerate().map(entry).collect());
    list.select(1);
    Outbox { list }
}

/// Users with names of many scripts, long and short.
fn others() -> Vec<User> {
    let names = ["susan", "俳句_俳句_俳句_俳句", "مريم", "किताब", "x", "ada.lovelace.of.london@example.social"];
    let user = |(at, name): (usize, &str)| User { posts: 10_u64.pow(at as u32), ..User::named(at as i64 + 2, name) };
    names.into_iter().enumerate().map(user).collect()
}

/// What else others write: lines without words, what has no width, and 2,000 characters in one go.
fn odder_posts() -> Vec<Post> {
    let lines = format!("begun{}ended", "\n".repeat(30));
    let texts = [
        "\n\n\u{200b}\n\n\n.",
        &lines,
        "zero\u{200b}width\u{200d} and \u{feff}marks",
        "👩🏽‍🚀🏳️‍🌈 किताब นี่ กำ",
        &"long ".repeat(400),
    ];
    let first = odd_posts().remove(0);
    let make = |(n, text): (usize, &str)| Post {
        id: PostId(100 + n as i64),
        key: Timestamp::from_micros(first.key.micros() + 60_000_000 - n as i64),
        body: Body::imported(text).unwrap(),
        ..first.clone()
    };
    texts.into_iter().enumerate().map(make).collect()
}

fn profile(state: &State) -> Message {
    let mut user = state.active.clone().unwrap();
    user.about_me =
        AboutMe::parse("Bäckerin in 京都.\nمرحبا, e\u{301}\u{301} 👨‍👩‍👧‍👦 and words that go on and on and on").unwrap();
    user.display_name = DisplayName::parse("Äußerst \u{202e}lang 俳句俳句俳句").unwrap();
    let today = state.now.micros() / 86_400_000_000;
    Message::Profile(Box::new(Profile {
        numbers: FollowCounts { following: 3, followers: 2 },
        relation: Some(Relation { follows: true, followed: true, muted: true }),
        tags: ["Brot", "俳句", "وسم", "a_very_long_tag_that_somebody_wrote", "x"]
            .map(|tag| (tag.to_owned(), 3))
            .to_vec(),
        activity: vec![(today - 30, 1), (today - 3, 9), (today, 2)],
        ..Profile::empty(user)
    }))
}

fn revisions() -> Vec<Revision> {
    let texts = ["Rye bread, again", "Rye bread at last, with 俳句 and seeds", "Rye bread at last,\nwith 👨‍👩‍👧‍👦 and seeds"];
    let posts = odd_posts();
    let revision = |(at, text): (usize, &str)| Revision {
        body: Body::imported(text).unwrap(),
        written_at: posts[3 - at].created_at,
    };
    texts.into_iter().enumerate().map(revision).collect()
}

fn notifications() -> Vec<Notification> {
    use NotificationKind::{Boosted, Followed, Liked, Mentioned, Replied};
    let posts = odd_posts().into_iter().chain(odder_posts());
    let kinds = [Replied, Mentioned, Liked, Boosted, Followed].into_iter().cycle();
    let notification = |((post, kind), actor): ((Post, NotificationKind), User)| Notification {
        at: post.created_at,
        kind,
        actor: actor.id,
        nickname: actor.nickname,
        unread: post.id.0 % 2 == 0,
        post: (kind != Followed).then_some(post),
    };
    posts.zip(kinds).zip(others().into_iter().cycle()).map(notification).collect()
}

fn kept() -> Vec<DraftRow> {
    let purposes =
        [Purpose::New, Purpose::Reply(PostId(1)), Purpose::Edit { post: PostId(2), edits: 1 }].into_iter().cycle();
    let kept = |(at, (post, purpose)): (usize, (Post, Purpose))| DraftRow {
        purpose,
        slot: 0,
        text: post.body.as_str().to_owned(),
        saved_at: post.created_at,
        orphaned: at > 3,
        parent_author: Some(post.nickname),
    };
    odd_posts().into_iter().chain(odder_posts()).zip(purposes).enumerate().map(kept).collect()
}

/// Numbers of many posts, with words that are hard to show.
pub(super) fn stats() -> Stats {
    let day = Timestamp::parse("2026-03-14T15:12:00Z").unwrap().micros() / 86_400_000_000;
    let count = |text: &str, posts| (text.to_owned(), posts);
    let name = |name| Nickname::parse(name).unwrap();
    Stats {
        of: None,
        posts: 1_234_567,
        months: (0..200).map(|month| (2010 * 12 + month, month as u64 * 97 % 311)).filter(|(_, n)| n % 7 > 0).collect(),
        hours: std::array::from_fn(|hour| hour as u64 * 5),
        days: (0..300).map(|n| (day - 300 + n, n as u32 % 9)).collect(),
        words: vec![count("garden", 99), count("\u{202e}\u{1b}[2J", 3), count(&"long".repeat(60), 1)],
        tags: vec![count("世界", 1_000_000), count("x", 1)],
        replies: vec![(name("maya"), name("hal"), 12)],
        sample_size: 20_000,
    }
}
