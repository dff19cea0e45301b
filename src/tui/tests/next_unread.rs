//! The key for the next unread post visits each unread post once.

use super::pill::{World, act, pill, tick};
use super::*;
use crate::model::{PageStart, PostId, Timeline};
use crate::store::Viewer;
use crate::tui::screens::users::unread_by_author;
use crate::tui::state::Detail;

/// Presses the key until there is nothing more; returns the posts that were selected.
fn visited(app: &mut App) -> Vec<Timestamp> {
    let mut visited = Vec::new();
    for _ in 0..100 {
        app.send(Message::Act(Action::NextUnread));
        app.settle();
        if app.state.notice.as_ref().is_some_and(|notice| notice.text.starts_with("no more unread")) {
            break;
        }
        visited.push(app.state.selected().unwrap().key);
        tick(app);
    }
    visited
}

#[test]
fn next_unread_visits_each_post_once() {
    let mut world = World::new();
    let bo = world.bo.id;
    world.post(bo, 80);
    let mut app = world.open();
    act(&mut app, Action::MarkRead);
    (0..40).for_each(|_| act(&mut app, Action::Down));
    let mut late = world.post_late(&[3, 2, 44, 45, 46, 50, 51, 60, 70, 75]);
    tick(&mut app);
    let mut found = visited(&mut app);
    late.sort();
    found.sort();
    assert_eq!((found, world.unread()), (late, 0));
}

#[test]
fn post_that_was_on_the_screen_is_not_visited_later() {
    let mut world = World::new();
    let bo = world.bo.id;
    world.post(bo, 60);
    let mut app = world.open();
    (0..4).for_each(|_| act(&mut app, Action::PageDown));
    let viewed = app.state.current().unwrap().viewed.unwrap();
    act(&mut app, Action::Top);
    let on_first_screen = app.state.current().unwrap().list.items[8].key;
    for key in visited(&mut app) {
        assert!(key > on_first_screen || key < viewed.0, "{key:?} is read and was off the screen");
    }
    assert_eq!(world.unread(), 0);
}

#[test]
fn next_unread_goes_to_late_posts_first_while_the_pill_names_it() {
    let mut world = World::new();
    let bo = world.bo.id;
    world.post(bo, 200);
    let mut app = world.open();
    (0..3).for_each(|_| act(&mut app, Action::Down));
    // One is on the screen, and two are not loaded.
    let late = world.post_late(&[1, 30, 90, 150]);
    (0..2).for_each(|_| tick(&mut app));
    let pending = |app: &App| app.state.current().unwrap().late.len();
    assert_eq!((pill(&app), pending(&app)), (0, 3));
    for (key, rest) in late.iter().zip([3, 2, 1, 0]) {
        act(&mut app, Action::NextUnread);
        assert_eq!(app.state.selected().unwrap().key, *key);
        assert_eq!(pending(&app), rest);
    }
    act(&mut app, Action::NextUnread);
    assert!(app.state.selected().unwrap().key < late[3], "it goes on from there");
}

#[test]
fn users_pane_counts_unread_posts_down_with_the_header() {
    let mut world = World::new();
    let bo = world.bo.id;
    world.post(bo, 40);
    let mut app = world.open();
    let counts = |app: &App| (unread_by_author(&app.state).get(&bo).copied().unwrap_or(0), world.unread());
    let mut last = 40;
    for _ in 0..40 {
        act(&mut app, Action::NextUnread);
        let (by_author, unread) = counts(&app);
        assert_eq!(by_author, unread);
        assert!(unread <= last);
        last = unread;
    }
    assert_eq!(last, 0);
}

#[test]
fn posts_of_a_thread_are_read_in_home_wherever_it_was_opened() {
    for tab in [0, 2, 1] {
        let mut world = World::new();
        let (ada, bo) = (world.ada.id, world.bo.id);
        let cy = world.store().add_user(&NewUser::named(Nickname::parse("cy").unwrap()), Timestamp::now()).unwrap().id;
        world.post(ada, 1);
        let root = PostId(world.store().last_arrival().unwrap().0);
        let mut app = world.open();
        act(&mut app, Action::Timeline(tab));
        act(&mut app, Action::Open);
        world.post(bo, 40);
        world.reply(bo, root);
        world.reply(cy, root);
        (0..2).for_each(|_| tick(&mut app));
        let Detail::Thread(thread) = &app.state.detail else { panic!() };
        assert_eq!(thread.unread.len(), 2, "tab {tab}");
        let mut visited = Vec::new();
        for _ in 0..2 {
            act(&mut app, Action::NextUnread);
            visited.push(app.state.selected().unwrap().author);
        }
        assert_eq!(visited, [bo, cy], "tab {tab}");
        act(&mut app, Action::NextUnread);
        assert_eq!(app.state.notice.as_ref().unwrap().text, "no more unread posts in this thread");
        let found = |world: &World| {
            let query = Timeline::Search("reply is:unread".to_owned());
            world.store().timeline_page(&query, Viewer::of(ada), PageStart::Newest, 9).unwrap().len()
        };
        assert_eq!(found(&world), 0, "tab {tab}");
        let read = world.store().read_state(ada, &Timeline::Home(ada)).unwrap();
        let posts = world.store().timeline_page(&Timeline::Home(ada), Viewer::of(ada), PageStart::Newest, 9).unwrap();
        let is_read: Vec<bool> = posts.iter().map(|post| read.is_read(post.key, post.arrival)).collect();
        assert!(is_read[0] && !is_read[1], "tab {tab}: {is_read:?}");
    }
}

#[test]
fn next_unread_passes_over_nothing_where_only_unread_posts_are_shown() {
    let mut world = World::new();
    let bo = world.bo.id;
    world.post(bo, 60);
    let mut app = world.open();
    act(&mut app, Action::ToggleUnreadOnly);
    act(&mut app, Action::Bottom);
    visited(&mut app);
    assert_eq!(world.unread(), 0);
}
