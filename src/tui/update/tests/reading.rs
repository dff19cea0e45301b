//! What was read.

use super::*;
use crate::config::StartAt;
use crate::tui::state::Unread;

fn unread(count: usize, seen: Option<i64>) -> Message {
    let timelines = vec![(Timeline::All, count, seen.map(at))];
    Message::Unread(UserId(1), Unread { timelines, homes: vec![(UserId(1), 0), (UserId(2), 3)], notifications: 0 })
}

fn tick(state: &mut State) -> Vec<Effect> {
    update(state, Message::Tick(at(1_000)))
}

#[test]
fn new_timeline_is_read_from_its_newest_post() {
    let mut state = state();
    assert_eq!(tick(&mut state), [], "nothing is known yet");
    update(&mut state, unread(999, None));
    assert_eq!(tick(&mut state), [Effect::Store(StoreEffect::MarkRead(UserId(1), Timeline::All, at(500)))]);
    assert_eq!(tick(&mut state), []);
    assert_eq!(state.tabs[1].unread, 0);
}

#[test]
fn timeline_is_read_after_scrolling_to_read_line() {
    let mut state = state();
    // John's own posts are here; to susan they are another's.
    act(&mut state, Action::NextUser);
    act(&mut state, Action::Timeline(1));
    update(&mut state, page(PageStart::Newest, 1..=50, true));
    let Message::Unread(_, all) = unread(20, Some(300)) else { panic!() };
    update(&mut state, Message::Unread(UserId(2), all));
    assert_eq!((tick(&mut state), state.tabs[1].unread), (vec![], 20));
    for _ in 0..10 {
        act(&mut state, Action::Down);
    }
    assert_eq!(tick(&mut state), []);
    for _ in 0..10 {
        act(&mut state, Action::Down);
    }
    assert_eq!(tick(&mut state), [Effect::Store(StoreEffect::MarkRead(UserId(2), Timeline::All, at(500)))]);
}

#[test]
fn mark_read_moves_read_line_and_undo_restores_it() {
    let mut state = state();
    update(&mut state, unread(20, Some(300)));
    update(&mut state, Message::Tick(at(900)));
    let see = |seen| UndoableAction::MarkRead(Timeline::All, Some(at(seen)));
    assert_eq!(
        act(&mut state, Action::MarkRead),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, see(900)))]
    );
    update(
        &mut state,
        Message::Performed { user: UserId(1), direction: Direction::Do, result: Ok((see(900), see(300))) },
    );
    assert_eq!(state.tabs[1].read_line, Some(at(900)));
    update(
        &mut state,
        Message::Performed { user: UserId(1), direction: Direction::Undo, result: Ok((see(300), see(900))) },
    );
    assert_eq!(state.tabs[1].read_line, Some(at(300)));
}

#[test]
fn unread_of_newly_visible_users_is_counted_once() {
    let mut state = state();
    let Message::Unread(_, all) = unread(0, None) else { panic!() };
    let one = Unread { homes: vec![(UserId(1), 0)], ..all.clone() };
    let asked = update(&mut state, Message::Unread(UserId(1), one));
    assert!(
        matches!(&asked[..], [Effect::Worker(WorkerEffect::CountUnread { users, .. })] if *users == [UserId(1), UserId(2)])
    );
    assert_eq!(update(&mut state, Message::Unread(UserId(1), all)), []);
}

#[test]
fn scrolled_posts_count_as_read_after_they_are_dropped() {
    let mut state = initial_state(at(0), (100, 30));
    let (john, susan) = (user(1, "john"), user(2, "susan"));
    update(&mut state, Message::Users(LoadedUsers::new(vec![john, susan.clone()], Some(susan))));
    act(&mut state, Action::Timeline(1));
    update(&mut state, page(PageStart::Newest, 1_901..=2_000, true));
    let Message::Unread(_, all) = unread(999, Some(5_000)) else { panic!() };
    update(&mut state, Message::Unread(UserId(2), all));
    let mut next = 1_900;
    while state.selected().is_some_and(|post| post.id.0 > 500) {
        if act(&mut state, Action::PageDown)
            .iter()
            .any(|effect| matches!(effect, Effect::Store(StoreEffect::LoadPage(_, PageStart::Before(_)))))
        {
            update(&mut state, page(PageStart::Before(at(0)), next - 99..=next, true));
            next -= 100;
        }
    }
    assert!(state.tabs[1].list.more_above, "what is far behind was forgotten");
    assert!(tick(&mut state).contains(&Effect::Store(StoreEffect::MarkRead(UserId(2), Timeline::All, at(20_000)))));
    // Where that could not be kept, it is tried again.
    update(&mut state, Message::MarkReadFailed(Timeline::All, None));
    assert!(tick(&mut state).contains(&Effect::Store(StoreEffect::MarkRead(UserId(2), Timeline::All, at(20_000)))));
}

#[test]
fn jump_to_oldest_marks_nothing_read() {
    let mut state = state();
    update(&mut state, unread(20, Some(300)));
    let oldest = (1..=50).rev().map(|id| post(id, &user(1, "john"))).collect();
    act(&mut state, Action::Bottom);
    update(&mut state, Message::Page { timeline: Timeline::All, place: PageStart::Oldest, posts: oldest, more: false });
    assert!(!tick(&mut state).iter().any(|effect| matches!(effect, Effect::Store(StoreEffect::MarkRead(..)))));
}

#[test]
fn position_is_saved_at_rest_and_on_leaving() {
    let mut state = state();
    let keep = |place: Option<i64>| Effect::Store(StoreEffect::SavePosition(UserId(1), Timeline::All, place.map(at)));
    act(&mut state, Action::Down);
    assert_eq!(tick(&mut state), []);
    assert_eq!(tick(&mut state), [keep(Some(490))]);
    assert_eq!(tick(&mut state), []);
    act(&mut state, Action::Up);
    assert!(act(&mut state, Action::Timeline(0)).contains(&keep(None)), "at the top there is none");
    let posts = (30..=50).rev().map(|id| post(id, &user(1, "john"))).collect();
    let timeline = Timeline::Mentions(UserId(1));
    assert_eq!(
        act(&mut state, Action::Timeline(3))[0],
        Effect::Store(StoreEffect::OpenTimeline(UserId(1), timeline.clone(), StartAt::Newest))
    );
    update(&mut state, Message::Opened { timeline, posts, cursor: 7, more: (true, true) });
    assert_eq!(state.selected().map(|post| post.id), Some(PostId(43)));
}

#[test]
fn next_unread_continues_in_another_timeline() {
    let mut state = state();
    act(&mut state, Action::NextUser);
    act(&mut state, Action::Timeline(1));
    update(&mut state, page(PageStart::Newest, 1..=50, true));
    let Message::Unread(_, mut all) = unread(3, Some(470)) else { panic!() };
    all.timelines.push((Timeline::Mentions(UserId(2)), 2, Some(at(1))));
    update(&mut state, Message::Unread(UserId(2), all));
    let here = |state: &State| state.current().unwrap().list.selected().map(|post| post.id.0);
    let walked: Vec<_> = (0..2).map(|_| (act(&mut state, Action::NextUnread), here(&state))).collect();
    assert_eq!(walked, [49, 48].map(|id| (vec![], Some(id))));
    act(&mut state, Action::NextUnread);
    assert_eq!(state.current().unwrap().timeline, Timeline::Mentions(UserId(2)), "another timeline has more");
    let mut state = super::state();
    act(&mut state, Action::NextUnread);
    assert_eq!(state.notice.map(|notice| notice.text), Some("no more unread posts".to_owned()));
}
