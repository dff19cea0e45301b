use super::*;
use crate::model::{Body, NewPost, NewUser, Nickname, PostId, Timestamp};
use crate::tui::state::Message;
use crate::tui::{App, Options};

/// A time in 2026, in microseconds.
const NOW: i64 = 1_767_225_600_000_000;

/// Makes a database with Ada, who is active, and Bo and Cy, whom she follows.
fn database() -> (tempfile::TempDir, Store, [UserId; 3]) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
    let now = Timestamp::from_micros(NOW);
    let users = ["ada", "bo", "cy"].map(|name| {
        let new = NewUser::named(Nickname::parse(name).unwrap());
        store.add_user(&new, now).unwrap().id
    });
    store.set_active_user(users[0], now).unwrap();
    store.follow(users[0], &users[1..], now).unwrap();
    (folder, store, users)
}

/// Adds a post that was written so many microseconds after [`NOW`].
fn add_post(store: &mut Store, author: UserId, text: &str, after: i64, reply_to: Option<PostId>) -> PostId {
    let (body, created_at) = (Body::written(text).unwrap(), Timestamp::from_micros(NOW + after));
    store.add_post(&NewPost { author, body, created_at, reply_to, source: None }).unwrap()
}

fn opened(store: Store) -> App {
    let mut app = App::new(store, Options::default(), (80, 24));
    app.settle();
    app
}

#[test]
fn group_is_marked_as_read_and_the_next_one_is_opened() {
    let (folder, mut store, [ada, bo, _]) = database();
    let tea = add_post(&mut store, bo, "tea?", 0, None);
    add_post(&mut store, bo, "yes", 0, Some(tea));
    let rye = add_post(&mut store, bo, "rye", 0, None);
    let mut app = opened(store);
    let act = |app: &mut App, action: Action| {
        app.send(Message::Act(action));
        app.settle();
        app.state.screen::<CatchUp>().map_or_else(Vec::new, shown)
    };
    let title = |app: &App| ListScreen::title(app.state.screen::<CatchUp>().unwrap(), &app.state);
    let rows = |read: [bool; 2]| {
        let titles = ["thread of 2 posts by @bo", "1 post by @bo"].map(str::to_owned);
        titles.into_iter().zip(read).collect::<Vec<_>>()
    };
    assert_eq!(act(&mut app, Action::Show(NAME)), rows([false, false]));
    assert_eq!(title(&app), "catch up · 3 unread · busiest threads first");
    assert_eq!(act(&mut app, Action::MarkRead), rows([true, false]));
    assert_eq!(act(&mut app, Action::Send), rows([true, true]));
    assert_eq!(title(&app), "catch up · 0 unread · busiest threads first");
    assert_eq!(act(&mut app, Action::Undo), rows([true, false]));
    assert_eq!(title(&app), "catch up · 1 unread · busiest threads first");
    act(&mut app, Action::ExpandReplies);
    assert_eq!(app.state.notice.as_ref().unwrap().text, NO_OLDER);
    act(&mut app, Action::Accept);
    let crate::tui::state::Detail::Thread(thread) = &app.state.detail else { panic!("{:?}", app.state.detail) };
    assert_eq!(thread.of, rye);
    let (store, _) = Store::open(&folder.path().join("m.db")).unwrap();
    assert_eq!(store.unread(ada, &[Timeline::Home(ada)], 9).unwrap(), [0]);
    assert_ne!(rye, PostId(tea.0));
}

/// The titles of the groups, and whether each was read.
fn shown(screen: &CatchUp) -> Vec<(String, bool)> {
    let row = |row: &CatchUpRow| match row {
        CatchUpRow::Group(group) => (group.title(), screen.is_read(group)),
        CatchUpRow::Post(post) => (post.body.as_str().to_owned(), screen.read.contains(&post.key)),
        CatchUpRow::Link(link) => (link.url.clone(), false),
    };
    screen.list.items.iter().map(row).collect()
}

#[test]
fn row_of_an_author_shows_the_time_and_the_text_of_the_newest_post() {
    let ada = Nickname::parse("ada").unwrap();
    let post = |n: i64, text: &str| {
        Post::plain(PostId(n), UserId(2), ada.clone(), Body::written(text).unwrap(), Timestamp::from_micros(n))
    };
    let screen = CatchUp::new(UserId(1), vec![post(2, "newer"), post(1, "older")], HashMap::new(), Arrival(9));
    let state = crate::tui::screens::initial_state(Timestamp::from_micros(0), (80, 24));
    let spans = ListScreen::row(&screen, &state, &screen.list.items[0], 60, &Theme::new(false));
    let text: String = spans.iter().map(|span| span.content.as_ref()).collect();
    assert_eq!(text, "● 2 posts by @ada  newer");
}

#[test]
fn older_posts_are_offered_when_the_mark_of_a_timeline_is_undone() {
    let (folder, mut store, [_, bo, _]) = database();
    for n in 0..90 {
        add_post(&mut store, bo, "rye", n, None);
    }
    let mut app = opened(store);
    let act = |app: &mut App, action: Action| {
        app.send(Message::Act(action));
        app.settle();
    };
    act(&mut app, Action::MarkRead);
    act(&mut app, Action::Show(NAME));
    act(&mut app, Action::Undo);
    act(&mut app, Action::ExpandReplies);
    assert_eq!(app.state.screen::<CatchUp>().unwrap().posts.len(), app.state.tabs[0].unread, "it was empty before");
    act(&mut app, Action::Redo);
    act(&mut app, Action::Close);
    add_post(&mut Store::open(&folder.path().join("m.db")).unwrap().0, bo, "rye", 100, None);
    app.send(Message::StoreChanged);
    app.settle();
    act(&mut app, Action::Show(NAME));
    let title = |app: &App| ListScreen::title(app.state.screen::<CatchUp>().unwrap(), &app.state);
    assert_eq!(title(&app), "catch up · 1 unread · busiest threads first");
    act(&mut app, Action::Undo);
    let before = title(&app);
    assert!(before.starts_with("catch up · newest 1 of ") && before.contains(" · + older"), "{before}");
    act(&mut app, Action::ExpandReplies);
    let unread = app.state.tabs[0].unread;
    assert!(unread > 50, "those that were on the screen stay read");
    assert_eq!(title(&app), format!("catch up · {unread} unread · busiest threads first"));
}

#[test]
fn passed_groups_are_read_and_older_posts_and_links_are_listed() {
    let (folder, mut store, [ada, bo, cy]) = database();
    for n in 0..LOADED as i64 + 2 {
        let (author, text) = if n == 1 { (cy, "see https://a.example") } else { (bo, "rye") };
        add_post(&mut store, author, text, n, None);
    }
    let mut app = opened(store);
    let act = |app: &mut App, action: Action| {
        app.send(Message::Act(action));
        app.settle();
        let screen = app.state.screen::<CatchUp>().unwrap();
        (ListScreen::title(screen, &app.state), shown(screen))
    };
    let (title, rows) = act(&mut app, Action::Show(NAME));
    assert_eq!(title, "catch up · newest 400 of 402 unread · + older · busiest threads first");
    assert_eq!(rows, [("400 posts by @bo".to_owned(), false)]);
    let (title, rows) = act(&mut app, Action::ExpandReplies);
    assert_eq!(title, "catch up · 402 unread · busiest threads first");
    let row = |title: &str, read| (title.to_owned(), read);
    let all = [row("401 posts by @bo", false), row("1 post by @cy", false), row("https://a.example", false)];
    assert_eq!(rows, all);
    assert_eq!(act(&mut app, Action::Bottom).1[2], all[2]);
    act(&mut app, Action::Top);
    let (_, rows) = act(&mut app, Action::Down);
    assert_eq!(rows[..2], [row("401 posts by @bo", true), row("1 post by @cy", false)]);
    act(&mut app, Action::Top);
    let (_, rows) = act(&mut app, Action::Accept);
    assert_eq!((rows.len(), rows[1].clone()), (3 + 401, row("rye", true)), "the posts of the group");
    let (_, rows) = act(&mut app, Action::Accept);
    assert_eq!(rows.len(), 3);
    let (title, _) = act(&mut app, Action::NextField);
    assert!(title.ends_with("newest first"), "{title}");
    app.run_deferred();
    let (store, _) = Store::open(&folder.path().join("m.db")).unwrap();
    assert_eq!(store.unread(ada, &[Timeline::Home(ada)], 9).unwrap(), [1]);
}

#[test]
fn groups_that_were_passed_are_unread_again_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
    let now = Timestamp::from_micros(1_767_225_600_000_000);
    let mut user = |name: &str| store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), now).unwrap();
    let ada = user("ada");
    let others = ["bo", "cy", "dan"].map(|name| user(name).id);
    store.set_active_user(ada.id, now).unwrap();
    store.follow(ada.id, &others, now).unwrap();
    for author in others {
        let body = Body::written("rye").unwrap();
        store.add_post(&NewPost { author, body, created_at: now, reply_to: None, source: None }).unwrap();
    }
    let mut app = App::new(store, Options::default(), (80, 24));
    app.settle();
    let act = |app: &mut App, action: Action| {
        app.send(Message::Act(action));
        app.settle();
        let notice = app.state.notice.as_ref().map(|notice| notice.text.clone()).unwrap_or_default();
        let shown = app.state.screen::<CatchUp>().map(|screen| {
            let read: Vec<bool> = shown(screen).into_iter().map(|(_, read)| read).collect();
            (screen.list.cursor, read)
        });
        (shown, notice)
    };
    act(&mut app, Action::Show(NAME));
    let passed = "marked 1 post as read · z undoes it".to_owned();
    let undone = "undone: marked 1 post as read".to_owned();
    assert_eq!(act(&mut app, Action::Down), (Some((1, vec![true, false, false])), passed.clone()));
    assert_eq!(act(&mut app, Action::Down), (Some((2, vec![true, true, false])), passed));
    assert_eq!(act(&mut app, Action::Undo), (Some((1, vec![true, false, false])), undone.clone()));
    assert_eq!(act(&mut app, Action::Undo), (Some((0, vec![false; 3])), undone.clone()));
    let (other, _) = Store::open(&folder.path().join("m.db")).unwrap();
    assert_eq!(other.unread(ada.id, &[Timeline::Home(ada.id)], 9).unwrap(), [3]);
    act(&mut app, Action::Down);
    assert_eq!(act(&mut app, Action::Accept), (None, String::new()), "the thread is shown");
    assert_eq!(act(&mut app, Action::Undo), (None, undone));
    assert_eq!(act(&mut app, Action::Back).0, Some((0, vec![false, true, false])));
}

#[test]
fn posts_that_the_replies_of_the_reader_connect_are_one_group() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
    let now = Timestamp::from_micros(1_767_225_600_000_000);
    let mut user = |name: &str| store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), now).unwrap().id;
    let (ada, bo, cy) = (user("ada"), user("bo"), user("cy"));
    store.set_active_user(ada, now).unwrap();
    store.follow(ada, &[bo, cy], now).unwrap();
    let mut post = |author, reply_to| {
        let body = Body::written("rye").unwrap();
        store.add_post(&NewPost { author, body, created_at: now, reply_to, source: None }).unwrap()
    };
    let root = post(ada, None);
    let of_bo = post(bo, Some(root));
    let of_ada = post(ada, Some(of_bo));
    let of_cy = post(cy, Some(of_ada));
    store.delete_posts(ada, &[of_ada], now).unwrap();
    let mut app = App::new(store, Options::default(), (80, 24));
    app.settle();
    app.send(Message::Act(Action::Show(NAME)));
    let screen = app.state.screen::<CatchUp>().unwrap();
    assert_eq!(shown(screen), [("thread of 2 posts by @bo, @cy".to_owned(), false)]);
    let CatchUpRow::Group(group) = &screen.list.items[0] else { panic!("{:?}", screen.list) };
    assert_eq!(group.posts.iter().map(|post| post.id).collect::<Vec<_>>(), [of_bo, of_cy]);
}
