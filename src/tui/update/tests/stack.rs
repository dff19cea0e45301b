//! Going back: each screen, timeline and detail leads to the one before it.

use super::*;
use crate::model::FollowCounts;
use crate::tui::state::Profile;

pub(super) fn profile(user: User) -> Message {
    Message::Profile(Box::new(Profile {
        user,
        numbers: FollowCounts { following: 0, followers: 0 },
        relation: None,
        tags: vec![],
        activity: vec![],
        pinned: vec![],
        feed: None,
        scroll: 0,
    }))
}

fn thread_of(state: &State) -> Option<PostId> {
    match &state.detail {
        Detail::Thread(thread) => Some(thread.of),
        _ => None,
    }
}

/// From a post to its thread, to the profile of its author, and to all posts of that user.
fn posts_of(author: User) -> State {
    let mut state = state();
    act(&mut state, Action::Open);
    update(&mut state, Message::Thread(PostId(50), vec![place(0, post(50, &author))]));
    act(&mut state, Action::Profile);
    update(&mut state, profile(author.clone()));
    act(&mut state, Action::Open);
    assert_eq!(state.current().unwrap().timeline, Timeline::User(author.id, author.nickname));
    state
}

#[test]
fn posts_of_an_author_lead_back_to_the_profile_and_the_thread() {
    for author in [user(2, "susan"), user(1, "john")] {
        let mut state = posts_of(author.clone());
        act(&mut state, Action::Back);
        assert_eq!((state.focus, &state.current().unwrap().timeline), (Pane::Detail, &Timeline::All));
        assert!(matches!(&state.detail, Detail::Profile(profile) if profile.user.id == author.id));
        assert_eq!(state.tabs.len(), 6, "the timeline of another user is closed");
        act(&mut state, Action::Back);
        assert_eq!((state.focus, thread_of(&state)), (Pane::Detail, Some(PostId(50))));
        act(&mut state, Action::Back);
        assert_eq!((state.focus, &state.detail), (Pane::Timeline, &Detail::Empty));
        assert!(state.next_action.is_none() && !state.quit);
    }
}

#[test]
fn thread_from_the_posts_of_an_author_closes_first() {
    let mut state = posts_of(user(2, "susan"));
    let timeline = state.current().unwrap().timeline.clone();
    let (posts, arrived) = (vec![post(7, &user(2, "susan"))], ARRIVED);
    update(&mut state, Message::Page { timeline, place: PageStart::Newest, posts, more: false, arrived });
    act(&mut state, Action::Open);
    update(&mut state, Message::Thread(PostId(7), vec![place(0, post(7, &user(2, "susan")))]));
    act(&mut state, Action::Back);
    assert_eq!((state.focus, &state.detail), (Pane::Timeline, &Detail::Empty));
    act(&mut state, Action::Back);
    assert_eq!(&state.current().unwrap().timeline, &Timeline::All);
    assert!(matches!(&state.detail, Detail::Profile(_)), "{:?}", state.detail);
}

#[test]
fn choosing_another_timeline_forgets_the_way_back() {
    let mut state = posts_of(user(2, "susan"));
    act(&mut state, Action::Timeline(0));
    act(&mut state, Action::Back);
    assert_eq!((&state.current().unwrap().timeline, &state.detail), (&Timeline::Home(UserId(1)), &Detail::Empty));
}

#[test]
fn back_from_a_profile_returns_to_the_pane_that_it_was_opened_from() {
    let mut state = state();
    for (pane, action) in [(Pane::Users, Action::Profile), (Pane::Timeline, Action::Profile)] {
        state.focus = pane;
        act(&mut state, action);
        update(&mut state, profile(user(1, "john")));
        assert_eq!(state.focus, Pane::Detail);
        act(&mut state, Action::Back);
        assert_eq!((&state.detail, state.focus), (&Detail::Empty, pane));
    }
}
