//! The list of feeds at several sizes.

use super::screens::{SCREENS, shown};
use super::*;
use crate::tui::screens::feeds::Feeds;

fn feeds(size: (u16, u16), error: &str) -> State {
    let fill = SCREENS.iter().find(|(name, _)| *name == "feeds").unwrap().1;
    let mut state = shown(size, fill);
    let now = state.now;
    let list = &mut state.screen_mut::<Feeds>().unwrap().list;
    let failing = list.items.iter().position(|feed| feed.failures > 0).unwrap();
    list.items[failing].error = Some(error.to_owned());
    list.items[failing].failing_since = Some(now);
    list.select(failing);
    for (at, name) in ["atom1", "atom13@feeds.example", "a.long.name@another.example", "b"].into_iter().enumerate() {
        state.screen_mut::<Feeds>().unwrap().list.items[at].user.nickname = Nickname::parse(name).unwrap();
    }
    state
}

#[test]
fn states_of_feeds_are_in_one_column() {
    for size in [(120, 36), (80, 24), (60, 20)] {
        let screen = drawn(&feeds(size, "HTTP 500: the server has a problem"), false);
        let column = |text: &str| {
            let at = |line: &str| line.find(text).map(|at| line[..at].chars().count());
            screen.lines().filter_map(at).collect::<Vec<_>>()
        };
        let columns = [column("https://"), column("failing (")].concat();
        assert!(columns.len() > 2 && columns.iter().all(|at| *at == columns[0]), "{size:?} {columns:?}\n{screen}");
    }
}

#[test]
fn state_and_reason_of_the_selected_feed_are_whole() {
    for size in [(120, 36), (80, 24), (60, 20)] {
        let screen = drawn(&feeds(size, "HTTP 500: the server has a problem"), false);
        assert!(screen.contains("failing (now)"), "{size:?}\n{screen}");
        assert!(screen.contains("HTTP 500: the server has a problem"), "{size:?}\n{screen}");
    }
}
