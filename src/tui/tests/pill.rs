//! The pill counts what is unread above the screen, as the header does.

use super::*;
use crate::model::{Body, NewPost, PostDetails, PostId, Timeline, User, UserId};
use crate::tui::measure::timeline::unread_above;
use crate::tui::screens::catch_up;

/// Ada, who follows Bo, and reads in an app on a database that others write to.
pub(super) struct World {
    folder: tempfile::TempDir,
    pub(super) ada: User,
    pub(super) bo: User,
    clock: i64,
}

impl World {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let now = Timestamp::now();
        let mut user = |name| store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), now).unwrap();
        let (ada, bo) = (user("ada"), user("bo"));
        store.set_active_user(ada.id, now).unwrap();
        store.follow(ada.id, &[bo.id], now).unwrap();
        Self { folder, ada, bo, clock: now.micros() - 1_000_000 }
    }

    pub(super) fn store(&self) -> Store {
        Store::open(&self.folder.path().join("m.db")).unwrap().0
    }

    pub(super) fn post(&mut self, author: UserId, count: usize) {
        let mut store = self.store();
        for n in 0..count {
            self.clock += 1_000;
            let (body, created_at) = (Body::written(&format!("post {n}")).unwrap(), Timestamp::from_micros(self.clock));
            store.add_post(&NewPost { author, body, created_at, reply_to: None, source: None }).unwrap();
        }
    }

    pub(super) fn reply(&mut self, author: UserId, to: PostId) {
        self.clock += 1_000;
        let (body, created_at) = (Body::written("reply").unwrap(), Timestamp::from_micros(self.clock));
        let post = NewPost { author, body, created_at, reply_to: Some(to), source: None };
        self.store().add_post(&post).unwrap();
    }

    /// Adds posts of bo right above posts that are here, of which each number says how many posts are above.
    pub(super) fn post_late(&mut self, below: &[i64]) -> Vec<Timestamp> {
        let mut store = self.store();
        let key = |below: &i64| Timestamp::from_micros(self.clock - below * 1_000 + 500);
        let keys: Vec<Timestamp> = below.iter().map(key).collect();
        for created_at in &keys {
            let (body, author) = (Body::written("late").unwrap(), self.bo.id);
            store.add_post(&NewPost { author, body, created_at: *created_at, reply_to: None, source: None }).unwrap();
        }
        keys
    }

    pub(super) fn open(&self) -> App {
        let mut app = App::new(self.store(), Options::default(), (100, 24));
        tick(&mut app);
        app
    }

    pub(super) fn unread(&self) -> usize {
        self.store().unread(self.ada.id, &[Timeline::Home(self.ada.id)], 999).unwrap()[0]
    }
}

/// Notices what others wrote, and saves what was on the screen.
pub(super) fn tick(app: &mut App) {
    app.settle();
    app.run_deferred();
    // Each time is later: what others write is looked for only now and then.
    app.tick(Timestamp::from_micros(app.state.now.micros() + 5_000_000));
    app.settle();
    app.run_deferred();
    app.settle();
}

pub(super) fn act(app: &mut App, action: Action) {
    app.send(Message::Act(action));
    tick(app);
}

pub(super) fn pill(app: &App) -> usize {
    let reader = app.state.active.as_ref();
    unread_above(app.state.current().unwrap(), reader)
}

#[test]
fn own_posts_and_those_read_in_catch_up_are_not_counted_as_new() {
    let mut world = World::new();
    let (ada, bo) = (world.ada.id, world.bo.id);
    world.post(bo, 2);
    let mut app = world.open();
    assert_eq!((pill(&app), world.unread()), (0, 0));
    world.post(ada, 3);
    world.post(bo, 4);
    tick(&mut app);
    assert_eq!((pill(&app), world.unread()), (4, 4));
    act(&mut app, Action::Show(catch_up::NAME));
    act(&mut app, Action::Send);
    act(&mut app, Action::Close);
    assert_eq!((pill(&app), world.unread()), (0, 0));
    let list = &app.state.current().unwrap().list;
    assert_eq!((list.items.len(), list.top), (9, 7), "what is above can be scrolled to");
}

#[test]
fn own_posts_above_are_loaded_without_a_pill() {
    let mut world = World::new();
    let (ada, bo) = (world.ada.id, world.bo.id);
    world.post(bo, 2);
    let mut app = world.open();
    world.post(ada, 3);
    tick(&mut app);
    let list = &app.state.current().unwrap().list;
    assert_eq!((pill(&app), list.items.len(), list.cursor), (0, 5, 3));
}

#[test]
fn own_post_from_elsewhere_comes_into_view_at_the_top_only() {
    let add = |world: &mut World, what: &str| {
        let later = Timestamp::from_micros(world.clock + 1);
        match what {
            "post" => world.post(world.ada.id, 1),
            // The post of a user whom ada does not follow.
            "boost" => drop(world.store().boost(world.ada.id, &[PostId(1)], later).unwrap()),
            _ => {
                let (author, created_at) = (world.ada.id, Timestamp::from_micros(world.clock));
                let new =
                    NewPost { author, body: Body::written(what).unwrap(), created_at, reply_to: None, source: None };
                world.store().schedule_post(&new, &[], &PostDetails::default(), later).unwrap();
            }
        }
    };
    for what in ["post", "boost", "scheduled post"] {
        // The screen is so tall that the cursor can be far from the top of a timeline that is shown from its top.
        for (top, cursor, place) in [(0, 0, (0, 1)), (0, 25, (0, 26)), (8, 10, (9, 11))] {
            let mut world = World::new();
            let cy = NewUser::named(Nickname::parse("cy").unwrap());
            let cy = world.store().add_user(&cy, Timestamp::now()).unwrap().id;
            world.post(cy, 1);
            world.post(world.bo.id, 40);
            let mut app = world.open();
            act(&mut app, Action::MarkRead);
            app.send(Message::Resize(100, 120));
            let list = &mut app.state.tabs[0].list;
            (list.top, list.cursor) = (top, cursor);
            act(&mut app, Action::Redraw);
            let before = app.state.selected().unwrap().key;
            add(&mut world, what);
            tick(&mut app);
            let list = &app.state.current().unwrap().list;
            assert_eq!((list.top, list.cursor), place, "{what}");
            assert_eq!((pill(&app), list.items[list.cursor].key), (0, before), "{what}");
        }
    }
}

#[test]
fn pill_means_the_same_as_the_header_after_a_restart_in_the_middle() {
    let mut world = World::new();
    let bo = world.bo.id;
    world.post(bo, 300);
    let mut app = world.open();
    act(&mut app, Action::MarkRead);
    assert_eq!(world.unread(), 0);
    act(&mut app, Action::Bottom);
    assert_eq!(pill(&app), 0, "all above are read");
    tick(&mut app);
    drop(app);
    let mut app = world.open();
    assert!(app.state.current().unwrap().list.more_above);
    assert_eq!(pill(&app), 0);
    world.post(bo, 6);
    tick(&mut app);
    assert_eq!((pill(&app), world.unread()), (6, 6));
    drop(app);
    let mut app = world.open();
    assert_eq!(pill(&app), 6, "also after a restart");
    act(&mut app, Action::MarkRead);
    assert_eq!(pill(&app), 0);
    act(&mut app, Action::Undo);
    assert_eq!(pill(&app), 6);
}

#[test]
fn unread_posts_that_are_loaded_above_the_screen_are_counted_once() {
    let mut world = World::new();
    let bo = world.bo.id;
    world.post(bo, 300);
    let mut app = world.open();
    act(&mut app, Action::Bottom);
    for _ in 0..60 {
        act(&mut app, Action::Up);
        let tab = app.state.current().unwrap();
        let on_screen = tab.viewed.unwrap();
        let above = 300
            - world
                .store()
                .timeline(
                    &tab.timeline,
                    &crate::store::Window {
                        until: Some(Timestamp::from_micros(on_screen.1.micros() + 1)),
                        limit: 999,
                        viewer: crate::store::Viewer::of(world.ada.id),
                        ..crate::store::Window::default()
                    },
                )
                .unwrap()
                .len();
        // The first screen was read when the program started.
        assert!(above - pill(&app) < 12, "{above} above, {} counted", pill(&app));
    }
}

#[test]
fn own_boosts_are_not_counted_as_new() {
    let mut world = World::new();
    let (ada, bo) = (world.ada.id, world.bo.id);
    let cy = world.store().add_user(&NewUser::named(Nickname::parse("cy").unwrap()), Timestamp::now()).unwrap().id;
    world.post(bo, 30);
    world.post(cy, 1);
    let post = PostId(world.store().last_arrival().unwrap().0);
    world.store().boost(ada, &[post], Timestamp::from_micros(world.clock + 1)).unwrap();
    world.post(bo, 100);
    let mut app = world.open();
    act(&mut app, Action::Bottom);
    assert!(app.state.current().unwrap().list.items.iter().any(|post| post.author == cy), "the boost is loaded");
    assert_eq!(pill(&app), world.unread());
}

#[test]
fn next_unread_goes_to_those_above_in_a_timeline_that_was_never_read() {
    let mut world = World::new();
    let bo = world.bo.id;
    world.post(bo, 300);
    let mut app = world.open();
    act(&mut app, Action::Bottom);
    assert!(pill(&app) > 0);
    let before = app.state.selected().unwrap().key;
    act(&mut app, Action::NextUnread);
    assert_eq!(app.state.tab, 0);
    assert!(app.state.selected().unwrap().key > before);
}
