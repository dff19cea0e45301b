//! Going back: each screen, timeline and detail leads to the one before it.

use super::*;
use crate::model::Subscription;
use crate::tui::screens::feeds::Feeds;
use crate::tui::state::Profile;

fn feed() -> Subscription {
    Subscription::unfetched(user(3, "blog"), "https://example.org/feed")
}

pub(super) fn profile(user: User) -> Message {
    Message::Profile(Box::new(Profile::empty(user)))
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

#[test]
fn back_closes_one_pane_at_a_time() {
    let mut state = state();
    let john = user(1, "john");
    assert_eq!(act(&mut state, Action::Open), [Effect::Store(StoreEffect::LoadThread(PostId(50)))]);
    update(&mut state, Message::Thread(PostId(50), vec![place(0, post(50, &john))]));
    assert_eq!(state.focus, Pane::Detail);
    act(&mut state, Action::Back);
    assert_eq!((&state.detail, state.focus, state.quit), (&Detail::Empty, Pane::Timeline, false));
    act(&mut state, Action::Escape);
    assert!(!state.quit && state.notice.is_some(), "Esc never quits");
    act(&mut state, Action::Back);
    assert!(state.quit);
}

#[test]
fn back_from_history_or_profile_returns_to_thread() {
    let mut state = state();
    let john = user(1, "john");
    act(&mut state, Action::Open);
    let mut edited = post(50, &john);
    edited.edited_at = Some(at(501));
    update(&mut state, Message::Thread(PostId(50), vec![place(0, edited)]));
    act(&mut state, Action::EditHistory);
    update(&mut state, Message::EditHistory(PostId(50), vec![]));
    assert!(matches!(state.detail, Detail::History { .. }));
    assert_eq!(act(&mut state, Action::Back), [Effect::Store(StoreEffect::LoadThread(PostId(50)))]);
    assert!(matches!(&state.detail, Detail::Thread(thread) if thread.of == PostId(50)));
    assert_eq!(state.focus, Pane::Detail);
    // What is opened from the timeline replaces it.
    act(&mut state, Action::PreviousPane);
    act(&mut state, Action::Down);
    act(&mut state, Action::Open);
    update(&mut state, Message::Thread(PostId(49), vec![place(0, post(49, &john))]));
    act(&mut state, Action::Back);
    assert_eq!(state.detail, Detail::Empty);
}

#[test]
fn quit_asks_while_something_would_be_lost() {
    let restore = crate::tui::state::Step {
        user: UserId(1),
        action: UndoableAction::RestorePosts(vec![PostId(7)]),
        label: "deleted #7".to_owned(),
    };
    for (temporary, undo) in [(true, vec![]), (false, vec![restore.clone()])] {
        let mut state = self::state();
        (state.temporary, state.history.undo) = (temporary, undo);
        act(&mut state, Action::Back);
        assert!(!state.quit && state.screens.len() == 1);
        act(&mut state, Action::Close);
        assert!(!state.quit && state.screens.is_empty());
        act(&mut state, Action::Back);
        act(&mut state, Action::Accept);
        assert!(state.quit);
    }
    let mut state = self::state();
    state.history.undo = vec![restore];
    act(&mut state, Action::Quit);
    assert!(!state.quit && state.screens.len() == 1, "a deleted post is not lost without a question");
    act(&mut state, Action::Quit);
    assert!(state.quit);
    let mut state = self::state();
    (state.temporary, state.settings.confirm_quit) = (true, false);
    act(&mut state, Action::Back);
    assert!(state.quit, "the setting turns the question off");
    let mut state = self::state();
    state.history.deleted = vec![PostId(7)];
    act(&mut state, Action::Back);
    assert!(state.quit, "the text of a post that was taken back is a draft");
}

#[test]
fn reloaded_thread_keeps_collapsed_branches() {
    let mut state = state();
    let john = user(1, "john");
    let nodes =
        |count: i64| -> Vec<ThreadNode> { (1..=count).map(|id| place(usize::from(id > 1), post(id, &john))).collect() };
    state.focus = Pane::Detail;
    update(&mut state, Message::Thread(PostId(1), nodes(40)));
    act(&mut state, Action::Bottom);
    assert_eq!(state.selected(), None);
    assert_eq!(act(&mut state, Action::Open), []);
    assert_eq!(state.selected().map(|post| post.id), Some(PostId(10)));
    update(&mut state, Message::Thread(PostId(1), nodes(41)));
    assert_eq!(state.selected().map(|post| post.id), Some(PostId(10)));
    act(&mut state, Action::CollapseReplies);
    act(&mut state, Action::CollapseReplies);
    act(&mut state, Action::Down);
    assert_eq!(state.selected(), None);
    let Detail::Thread(thread) = &state.detail else { panic!("no thread") };
    assert_eq!((thread.list.items.len(), thread.posts()), (2, 41));
}

#[test]
fn posts_of_a_feed_lead_back_to_the_list_of_feeds() {
    let mut state = state();
    let feeds = Feeds { list: List::new(vec![feed()]) };
    update(&mut state, Message::ScreenLoaded(Box::new(feeds)));
    act(&mut state, Action::Accept);
    update(&mut state, profile(user(3, "blog")));
    assert!(state.screens.is_empty());
    // A thread that is opened from there is no way out.
    let timeline = state.current().unwrap().timeline.clone();
    let (posts, arrived) = (vec![post(7, &user(3, "blog"))], ARRIVED);
    update(&mut state, Message::Page { timeline, place: PageStart::Newest, posts, more: false, arrived });
    act(&mut state, Action::Open);
    update(&mut state, Message::Thread(PostId(7), vec![place(0, post(7, &user(3, "blog")))]));
    act(&mut state, Action::Back);
    assert_eq!((state.screens.len(), &state.detail), (0, &Detail::Empty));
    act(&mut state, Action::Back);
    assert!(state.screen::<Feeds>().is_some());
    assert_eq!(state.current().unwrap().timeline, Timeline::All);
    act(&mut state, Action::Close);
    assert!(state.screens.is_empty());
    // Another timeline forgets the way back.
    update(&mut state, Message::ScreenLoaded(Box::new(Feeds { list: List::new(vec![feed()]) })));
    act(&mut state, Action::Accept);
    act(&mut state, Action::Timeline(0));
    act(&mut state, Action::Timeline(6));
    act(&mut state, Action::Back);
    assert!(state.screens.is_empty());
}

#[test]
fn well_known_feeds_lead_back_to_the_first_steps() {
    let mut state = state();
    act(&mut state, Action::Show(keys::ScreenName::FIRST_STEPS));
    act(&mut state, Action::Timeline(2));
    assert_eq!(state.topmost().map(|screen| screen.name().0), Some("well-known-feeds"));
    act(&mut state, Action::Close);
    assert_eq!(state.topmost().map(|screen| screen.name()), Some(keys::ScreenName::FIRST_STEPS));
}
