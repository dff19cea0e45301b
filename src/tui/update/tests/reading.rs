//! What was read.

use super::*;
use crate::tui::state::Unread;

fn unread(count: usize, seen: Option<i64>) -> Msg {
    let timelines = vec![(Timeline::All, count, seen.map(at))];
    Msg::Unread(UserId(1), Unread { timelines, homes: vec![(UserId(1), 0), (UserId(2), 3)], told: 0 })
}

fn tick(state: &mut State) -> Vec<Effect> {
    update(state, Msg::Tick(at(1_000)))
}

#[test]
fn a_timeline_opened_for_the_first_time_is_read_from_its_newest_on() {
    let mut state = state();
    assert_eq!(tick(&mut state), [], "nothing is known yet");
    update(&mut state, unread(999, None));
    assert_eq!(tick(&mut state), [Effect::MarkRead(UserId(1), Timeline::All, at(500))]);
    assert_eq!(tick(&mut state), []);
    assert_eq!(state.tabs[1].unread, 0);
}

#[test]
fn what_is_new_is_read_when_one_came_down_to_where_one_left_off() {
    let mut state = state();
    // John's own posts are here; to susan they are another's.
    update(&mut state, Msg::Switched(user(2, "susan")));
    act(&mut state, Action::Timeline(1));
    update(&mut state, page(Place::Newest, 1..=50, true));
    let Msg::Unread(_, all) = unread(20, Some(300)) else { panic!() };
    update(&mut state, Msg::Unread(UserId(2), all));
    assert_eq!((tick(&mut state), state.tabs[1].unread), (vec![], 20));
    for _ in 0..10 {
        act(&mut state, Action::Down);
    }
    assert_eq!(tick(&mut state), []);
    for _ in 0..10 {
        act(&mut state, Action::Down);
    }
    assert_eq!(tick(&mut state), [Effect::MarkRead(UserId(2), Timeline::All, at(500))]);
}

#[test]
fn marking_as_read_moves_the_line_and_undoing_it_brings_it_back() {
    let mut state = state();
    update(&mut state, unread(20, Some(300)));
    update(&mut state, Msg::Tick(at(900)));
    let see = |seen| Deed::See(Timeline::All, Some(at(seen)));
    assert_eq!(act(&mut state, Action::MarkRead), [Effect::Do(UserId(1), Way::Anew, see(900))]);
    update(&mut state, Msg::Done { user: UserId(1), way: Way::Anew, result: Ok((see(900), see(300))) });
    assert_eq!(state.tabs[1].left_off, Some(at(900)));
    update(&mut state, Msg::Done { user: UserId(1), way: Way::Undo, result: Ok((see(300), see(900))) });
    assert_eq!(state.tabs[1].left_off, Some(at(300)));
}

#[test]
fn users_that_came_into_view_are_counted_once() {
    let mut state = state();
    let Msg::Unread(_, all) = unread(0, None) else { panic!() };
    let one = Unread { homes: vec![(UserId(1), 0)], ..all.clone() };
    let asked = update(&mut state, Msg::Unread(UserId(1), one));
    assert!(matches!(&asked[..], [Effect::LoadUnread { users, .. }] if *users == [UserId(1), UserId(2)]));
    assert_eq!(update(&mut state, Msg::Unread(UserId(1), all)), []);
}
