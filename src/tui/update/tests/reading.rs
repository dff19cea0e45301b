//! What was read.

use super::*;
use crate::config::StartAt;
use crate::model::ReadState;
use crate::tui::measure::timeline;
use crate::tui::state::Unread;

/// Counts, of a reader who has read everything up to a key.
fn unread(count: usize, read: Option<i64>) -> Message {
    let timelines = vec![(Timeline::All, count, read.map_or_else(ReadState::default, read_up_to))];
    Message::Unread(UserId(1), Unread { timelines, homes: vec![(UserId(1), 0), (UserId(2), 3)], ..Unread::default() })
}

fn read_up_to(key: i64) -> ReadState {
    let mut state = ReadState::default();
    state.read((Timestamp::MIN, at(key)), ARRIVED);
    state
}

fn marks(effects: Vec<Effect>) -> Vec<(i64, i64)> {
    let mark = |effect| match effect {
        Effect::Store(StoreEffect::MarkRead(_, Timeline::All, (from, to), _)) => Some((from.micros(), to.micros())),
        _ => None,
    };
    effects.into_iter().filter_map(mark).collect()
}

fn tick(state: &mut State) -> Vec<Effect> {
    update(state, Message::Tick(at(1_000)))
}

/// Susan reads all, in which posts 1 to 50 by john are loaded.
fn read_by_susan() -> State {
    let mut state = state();
    act(&mut state, Action::NextUser);
    act(&mut state, Action::Timeline(1));
    update(&mut state, page(PageStart::Newest, 1..=50, true));
    state
}

fn late(key: i64, arrival: i64) -> Post {
    Post {
        arrival: Arrival(arrival),
        ..Post::plain(PostId(arrival), UserId(3), nickname("mary"), body("late"), at(key))
    }
}

fn nickname(name: &str) -> Nickname {
    Nickname::parse(name).unwrap()
}

fn body(text: &str) -> Body {
    Body::written(text).unwrap()
}

#[test]
fn only_what_was_on_the_screen_of_a_new_timeline_is_read() {
    let mut state = read_by_susan();
    assert_eq!(tick(&mut state), [], "nothing is known yet");
    let Message::Unread(_, all) = unread(999, None) else { panic!() };
    update(&mut state, Message::Unread(UserId(2), all));
    let effects = tick(&mut state);
    let recounts = |effects: &[Effect]| {
        effects.iter().any(|effect| matches!(effect, Effect::Worker(WorkerEffect::CountUnread(_))))
    };
    assert!(recounts(&effects), "999 are more than were counted");
    let [(from, to)] = marks(effects)[..] else { panic!() };
    assert!(to == 500 && (300..480).contains(&from), "{from}");
    assert_eq!(state.notice.clone().unwrap().text, "999+ older posts are unread · x marks all as read");
    assert_eq!(tick(&mut state), []);
    let tab = state.current().unwrap();
    let has_dot = |post: &Post| crate::tui::measure::timeline::is_unread(tab, post, state.active.as_ref());
    assert!(tab.list.items.iter().all(has_dot), "until the timeline is opened again, the posts keep their dots");
}

#[test]
fn scrolled_posts_are_read_and_counted_down() {
    let mut state = read_by_susan();
    let Message::Unread(_, all) = unread(20, Some(300)) else { panic!() };
    update(&mut state, Message::Unread(UserId(2), all));
    let mut count = 20;
    for _ in 0..20 {
        for (from, to) in marks(tick(&mut state)) {
            assert_eq!(to, 500);
            count = (from.max(310) - 310) / 10;
        }
        assert_eq!(state.tabs[1].unread, count as usize);
        act(&mut state, Action::Down);
    }
    assert_eq!(count, 0);
}

#[test]
fn mark_read_marks_what_arrived_and_undo_restores_it() {
    let mut state = state();
    update(&mut state, unread(20, Some(300)));
    let see = |read: &ReadState, from: Option<&ReadState>| UndoableAction::MarkRead {
        timeline: Timeline::All,
        read: read.clone(),
        from: from.cloned(),
    };
    let (all, before) = (ReadState::all(ARRIVED), read_up_to(300));
    assert_eq!(
        act(&mut state, Action::MarkRead),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, see(&all, None)))]
    );
    let performed = |direction, result| Message::Performed { user: UserId(1), direction, result: Ok(result) };
    update(&mut state, performed(Direction::Do, (see(&all, None), see(&before, Some(&all)))));
    assert_eq!(state.tabs[1].read_before, all);
    update(&mut state, performed(Direction::Undo, (see(&before, Some(&all)), see(&all, Some(&before)))));
    assert_eq!(state.tabs[1].read_before, before);
}

#[test]
fn late_post_shows_the_pill_until_it_was_on_the_screen() {
    let mut state = read_by_susan();
    let Message::Unread(_, mut all) = unread(0, None) else { panic!() };
    all.timelines[0].2 = ReadState::all(Arrival(50));
    update(&mut state, Message::Unread(UserId(2), all));
    state.tabs[1].arrived = Arrival(50);
    assert_eq!(tick(&mut state), [], "everything was read");
    let john = user(1, "john");
    let mut posts: Vec<Post> = (1..=50).rev().map(|id| post(id, &john)).collect();
    posts.insert(40, late(105, 51));
    let reloaded = |posts: Vec<Post>, late, arrived| {
        let (timeline, late) = (Timeline::All, late);
        Message::Reloaded { timeline, posts, fresh: 0, late, arrived: Arrival(arrived) }
    };
    update(&mut state, reloaded(posts.clone(), vec![at(105)], 51));
    assert_eq!((marks(tick(&mut state)), state.tabs[1].late.clone()), (vec![], vec![at(105)]));
    assert!(timeline::is_unread(&state.tabs[1], &posts[40], state.active.as_ref()));
    act(&mut state, Action::NextUnread);
    assert_eq!(state.selected().map(|post| post.key), Some(at(105)));
    let [(from, to)] = marks(tick(&mut state))[..] else { panic!() };
    assert!(from <= 105 && to >= 105, "{from} {to}");
    assert_eq!(state.tabs[1].late, []);
    // One that is not loaded is opened.
    update(&mut state, reloaded(posts, vec![at(3)], 52));
    act(&mut state, Action::Top);
    assert_eq!(act(&mut state, Action::NextUnread), [Effect::Store(StoreEffect::OpenAt(Timeline::All, at(3)))]);
}

#[test]
fn late_post_within_what_was_viewed_is_not_read_by_that() {
    let mut state = read_by_susan();
    let Message::Unread(_, mut all) = unread(0, None) else { panic!() };
    all.timelines[0].2 = ReadState::all(Arrival(50));
    state.tabs[1].arrived = Arrival(50);
    update(&mut state, Message::Unread(UserId(2), all));
    for _ in 0..40 {
        act(&mut state, Action::Down);
    }
    for _ in 0..40 {
        act(&mut state, Action::Up);
    }
    let john = user(1, "john");
    let mut posts: Vec<Post> = (1..=50).rev().map(|id| post(id, &john)).collect();
    posts.insert(30, late(205, 51));
    let message =
        Message::Reloaded { timeline: Timeline::All, posts, fresh: 0, late: vec![at(205)], arrived: Arrival(51) };
    update(&mut state, message);
    assert_eq!((marks(tick(&mut state)), state.tabs[1].late.clone()), (vec![], vec![at(205)]));
}

#[test]
fn unread_of_newly_visible_users_is_counted_once() {
    let mut state = state();
    let Message::Unread(_, all) = unread(0, None) else { panic!() };
    let one = Unread { homes: vec![(UserId(1), 0)], ..all.clone() };
    let asked = update(&mut state, Message::Unread(UserId(1), one));
    assert!(matches!(&asked[..], [Effect::Worker(WorkerEffect::CountUnread(asked))] if asked.users == [UserId(2)]));
    assert_eq!(update(&mut state, Message::Unread(UserId(1), all)), []);
}

#[test]
fn switching_timelines_counts_other_users_once() {
    let mut state = state();
    let Message::Unread(_, all) = unread(0, None) else { panic!() };
    let homes = all.homes.clone();
    update(&mut state, Message::Unread(UserId(1), all));
    let effects = act(&mut state, Action::NextTimeline);
    let counted = effects.iter().find_map(|effect| match effect {
        Effect::Worker(WorkerEffect::CountUnread(request)) => Some((request.timelines.len(), request.users.len())),
        _ => None,
    });
    assert!(counted.is_some_and(|(timelines, users)| timelines > 0 && users == 0), "{counted:?}");
    let only_timelines = Unread { homes: vec![], ..state.unread.clone() };
    assert_eq!(update(&mut state, Message::Unread(UserId(1), only_timelines)), []);
    assert_eq!(state.unread.homes, homes, "what was not counted again stays");
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
    let (mut next, mut marked) = (1_900, 20_010);
    let mut check = |effects: Vec<Effect>| {
        for (from, to) in marks(effects) {
            assert_eq!(to, 20_000);
            marked = marked.min(from);
        }
    };
    while state.selected().is_some_and(|post| post.id.0 > 500) {
        check(tick(&mut state));
        if act(&mut state, Action::PageDown)
            .iter()
            .any(|effect| matches!(effect, Effect::Store(StoreEffect::LoadPage(_, PageStart::Before(_)))))
        {
            update(&mut state, page(PageStart::Before(at(0)), next - 99..=next, true));
            next -= 100;
        }
    }
    assert!(state.tabs[1].list.more_above, "what is far behind was forgotten");
    check(tick(&mut state));
    assert!(marked <= 5_010, "{marked}");
    // Where that could not be kept, it is tried again.
    update(&mut state, Message::MarkReadFailed(Timeline::All, None));
    assert_eq!(marks(tick(&mut state)), [(marked, 20_000)]);
}

#[test]
fn jump_to_oldest_marks_only_what_is_on_the_screen() {
    let mut state = state();
    update(&mut state, unread(20, Some(300)));
    let oldest = (1..=50).rev().map(|id| post(id, &user(1, "john"))).collect();
    act(&mut state, Action::Bottom);
    update(
        &mut state,
        Message::Page {
            timeline: Timeline::All,
            place: PageStart::Oldest,
            posts: oldest,
            more: false,
            arrived: ARRIVED,
        },
    );
    assert_eq!(marks(tick(&mut state)), [], "it was read before");
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
    update(&mut state, Message::Opened { timeline, posts, cursor: 7, more: (true, true), arrived: ARRIVED });
    assert_eq!(state.selected().map(|post| post.id), Some(PostId(43)));
}

#[test]
fn position_among_unread_posts_is_saved() {
    let mut state = state();
    update(&mut state, unread(50, None));
    tick(&mut state);
    act(&mut state, Action::ToggleUnreadOnly);
    update(&mut state, page(PageStart::Newest, 1..=20, false));
    let saved = |state: &mut State| {
        let effects = [tick(state), tick(state)].concat();
        effects.into_iter().find(|effect| matches!(effect, Effect::Store(StoreEffect::SavePosition(..))))
    };
    let at_post = |key| Some(Effect::Store(StoreEffect::SavePosition(UserId(1), Timeline::All, Some(at(key)))));
    assert_eq!(saved(&mut state), None, "the place is that before until the cursor moves");
    act(&mut state, Action::Down);
    act(&mut state, Action::Down);
    assert_eq!(saved(&mut state), at_post(180));
    act(&mut state, Action::Down);
    act(&mut state, Action::ToggleUnreadOnly);
    let posts = (10..=50).rev().map(|id| post(id, &user(1, "john"))).collect();
    let (timeline, more) = (Timeline::All, (false, true));
    update(&mut state, Message::Opened { timeline, posts, cursor: 33, more, arrived: ARRIVED });
    assert_eq!(saved(&mut state), at_post(170), "it is not the saved one only because it was opened there");
}

#[test]
fn next_unread_continues_in_another_timeline() {
    let mut state = state();
    act(&mut state, Action::NextUser);
    act(&mut state, Action::Timeline(1));
    update(&mut state, page(PageStart::Newest, 1..=50, true));
    let Message::Unread(_, mut all) = unread(5, Some(470)) else { panic!() };
    all.timelines.push((Timeline::Mentions(UserId(2)), 2, ReadState::default()));
    update(&mut state, Message::Unread(UserId(2), all));
    tick(&mut state);
    let here = |state: &State| state.current().unwrap().list.selected().map(|post| post.id.0);
    let walked: Vec<_> = (0..2).map(|_| (act(&mut state, Action::NextUnread), here(&state))).collect();
    assert_eq!(walked, [49, 48].map(|id| (vec![], Some(id))));
    let below = StoreEffect::OpenNextUnread(UserId(2), Timeline::All, at(10));
    assert_eq!(act(&mut state, Action::NextUnread), [Effect::Store(below)], "there may be more below");
    update(&mut state, Message::NoMoreUnread);
    assert_eq!(state.current().unwrap().timeline, Timeline::Mentions(UserId(2)), "another timeline has more");
    let mut state = super::state();
    act(&mut state, Action::NextUnread);
    assert_eq!(state.notice.map(|notice| notice.text), Some("no more unread posts".to_owned()));
}

/// John's home, which has posts or has none, with unread posts in all and in mentions.
fn home(has_posts: bool, all: usize, mentions: usize) -> State {
    let mut state = state();
    act(&mut state, Action::Timeline(0));
    let home = Timeline::Home(UserId(1));
    let posts = if has_posts { vec![post(7, &user(2, "susan"))] } else { vec![] };
    let (place, more, arrived) = (PageStart::Newest, false, ARRIVED);
    update(&mut state, Message::Page { timeline: home.clone(), place, posts, more, arrived });
    let read = ReadState::all(ARRIVED);
    let timelines = vec![
        (home, 0, read.clone()),
        (Timeline::All, all, read.clone()),
        (Timeline::Mentions(UserId(1)), mentions, read),
    ];
    update(&mut state, Message::Unread(UserId(1), Unread { timelines, ..Unread::default() }));
    state
}

#[test]
fn next_unread_leaves_out_all_where_home_has_posts() {
    for (from, has_posts, all, mentions, to, notice) in [
        (0, true, 999, 2, 3, None),
        (0, true, 999, 0, 0, Some("no more unread posts, except 999+ in all · 2 shows them")),
        (3, true, 1, 0, 3, Some("no more unread posts, except 1 in all · 2 shows it")),
        (0, true, 0, 0, 0, Some("no more unread posts")),
        (0, false, 999, 0, 1, None),
        (1, true, 0, 2, 3, None),
        (1, true, 0, 0, 1, Some("no more unread posts")),
    ] {
        let mut state = home(has_posts, all, mentions);
        state.tab = from;
        act(&mut state, Action::NextUnread);
        let case = format!("{from} {has_posts} {all} {mentions}");
        assert_eq!(state.tab, to, "{case}");
        assert_eq!(state.notice.as_ref().map(|notice| notice.text.as_str()), notice, "{case}");
    }
}

#[test]
fn end_of_a_timeline_is_looked_at_again_after_a_change() {
    let mut state = initial_state(at(0), (100, 30));
    let (john, susan) = (user(1, "john"), user(2, "susan"));
    update(&mut state, Message::Users(LoadedUsers::new(vec![john, susan.clone()], Some(susan))));
    act(&mut state, Action::Timeline(1));
    update(&mut state, page(PageStart::Newest, 1..=3, false));
    let posts = (1..=3).rev().map(|id| post(id, &user(1, "john"))).collect();
    let (late, arrived) = (vec![], ARRIVED);
    let effects = update(&mut state, Message::Reloaded { timeline: Timeline::All, posts, fresh: 0, late, arrived });
    let older = StoreEffect::LoadPage(Timeline::All, PageStart::Before(at(10)));
    assert_eq!(effects, [older.into()], "a user was followed whose posts are older");
    update(&mut state, page(PageStart::Before(at(10)), -1..=0, false));
    assert_eq!(state.current().unwrap().list.items.len(), 5);
}

#[test]
fn reply_appears_above_where_the_top_of_the_timeline_is_shown() {
    let mut state = state();
    let parent = post(49, &user(2, "susan"));
    update(&mut state, Message::Draft { author: UserId(1), reply_to: Some(parent), draft: OpenDraft::default() });
    let effects = update(&mut state, Message::Posted(Ok(vec![PostId(51)])));
    let above = StoreEffect::LoadPage(Timeline::All, PageStart::After(at(500)));
    assert!(effects.contains(&above.into()), "{effects:?}");
    update(&mut state, page(PageStart::After(at(500)), 51..=51, false));
    let list = &state.current().unwrap().list;
    assert_eq!((list.top, list.cursor), (0, 1), "it is on the screen, and the cursor stays on its post");
}

#[test]
fn users_that_a_jump_shows_are_counted() {
    let mut state = state();
    let users = (1..=60).map(|id| user(id, &format!("user{id}"))).collect();
    update(&mut state, Message::Users(LoadedUsers::new(users, Some(user(1, "user1")))));
    state.focus = Pane::Users;
    let effects = act(&mut state, Action::Bottom);
    let counted = effects.iter().find_map(|effect| match effect {
        Effect::Worker(WorkerEffect::CountUnread(request)) => Some(request.users.clone()),
        _ => None,
    });
    assert!(counted.is_some_and(|users| users.contains(&UserId(60))), "{effects:?}");
}

#[test]
fn mark_without_unread_posts_is_no_step_of_undo() {
    let mut state = state();
    update(&mut state, unread(0, Some(500)));
    assert_eq!(act(&mut state, Action::MarkRead), []);
    assert_eq!(state.notice.clone().unwrap().text, "no unread posts in this timeline");
}
