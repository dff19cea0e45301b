//! Actions on the selected post.

use super::*;

#[test]
fn delete_asks_and_refuses_posts_of_others() {
    let mut state = state();
    assert_eq!(act(&mut state, Action::Delete), []);
    assert!(state.screen::<DeletePosts>().is_some());
    assert_eq!(act(&mut state, Action::Close), []);
    act(&mut state, Action::Delete);
    assert_eq!(
        act(&mut state, Action::Accept),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, UndoableAction::DeletePosts(vec![PostId(50)])))]
    );
    state.active = Some(user(2, "susan"));
    act(&mut state, Action::Delete);
    assert!(state.screens.is_empty());
    assert_eq!(state.notice.as_ref().unwrap().text, "only @john can delete this post");
}

#[test]
fn mute_on_post_asks_and_follow_has_a_key_there() {
    let mut state = state();
    assert_eq!(act(&mut state, Action::Mute), [], "your own post");
    assert!(state.screens.is_empty() && state.notice.is_some());
    state.active = Some(user(2, "susan"));
    let john = user(1, "john").nickname;
    let authors = vec![(UserId(1), john.clone())];
    let perform = |action| [Effect::Store(StoreEffect::Perform(UserId(2), Direction::Do, action))];
    for (on, question) in [(false, "Unmute @john?"), (true, "Mute @john?")] {
        assert_eq!(act(&mut state, Action::Mute), [StoreEffect::AskToMute(UserId(2), authors.clone()).into()]);
        update(&mut state, Message::AskToMute { authors: authors.clone(), on });
        assert_eq!(state.topmost().unwrap().question(&state).unwrap().before, question);
        assert_eq!(act(&mut state, Action::Accept), perform(UndoableAction::Mute(authors.clone(), Some(on))));
    }
    assert_eq!(act(&mut state, Action::FollowAuthor), perform(UndoableAction::Follow(vec![(UserId(1), john)], None)));
}

#[test]
fn action_without_selection_says_why() {
    let mut state = initial_state(at(0), (100, 30));
    let john = user(1, "john");
    update(&mut state, Message::Users(LoadedUsers::new(vec![john.clone()], Some(john))));
    for action in [
        Action::Reply,
        Action::Like,
        Action::Copy,
        Action::OpenLink,
        Action::Delete,
        Action::Profile,
        Action::EditHistory,
        Action::ToggleWarning,
    ] {
        assert_eq!(act(&mut state, action), [], "{action:?}");
        assert_eq!(state.notice.take().map(|notice| notice.text).as_deref(), Some("select a post first"), "{action:?}");
    }
}

#[test]
fn edit_history_of_an_unedited_post_names_the_post() {
    let mut state = state();
    let id = state.selected().unwrap().id;
    assert_eq!(act(&mut state, Action::EditHistory), []);
    assert_eq!(state.notice.unwrap().text, format!("post {id} was never edited"));
}

#[test]
fn filter_from_an_own_post_says_that_own_posts_stay() {
    let mut state = state();
    let hint = |state: &mut State| {
        act(state, Action::Show(screens::filter::NAME));
        let hint = state.screen::<screens::filter::AddFilter>().unwrap().hint();
        act(state, Action::Close);
        hint
    };
    assert_eq!(hint(&mut state), "matching posts of others are collapsed, your own are not");
    state.active = Some(user(2, "susan"));
    assert_eq!(hint(&mut state), "matching posts are collapsed");
}
