//! The start: the first user, and what the program offers then.

use super::*;
use crate::tui::screens::first_steps::FirstSteps;
use crate::tui::screens::well_known_feeds;

#[test]
fn empty_database_asks_for_nickname() {
    let mut state = initial_state(at(0), (100, 30));
    assert_eq!(update(&mut state, Message::Users(LoadedUsers::new(vec![], None))), []);
    assert!(state.screen::<Welcome>().is_some());
    act(&mut state, Action::Accept);
    let Some(welcome) = state.screen::<Welcome>() else { panic!("no welcome") };
    assert!(welcome.error.as_deref().is_some_and(|error| error.contains("cannot be empty")));
}

#[test]
fn first_user_is_offered_first_steps() {
    let mut state = initial_state(at(0), (100, 30));
    update(&mut state, Message::Users(LoadedUsers::new(vec![], None)));
    update(&mut state, Message::UserAdded(Ok(user(1, "john"))));
    assert!(state.screen::<FirstSteps>().is_some());
    assert_eq!(act(&mut state, Action::Accept), [Effect::Terminal(TerminalEffect::OpenSample)]);
    act(&mut state, Action::Bottom);
    assert!(matches!(act(&mut state, Action::Accept)[..], [Effect::Store(StoreEffect::LoadDraft(..))]));
    assert!(state.screen::<FirstSteps>().is_none());
}

#[test]
fn well_known_feed_is_fetched_only_when_it_is_chosen() {
    let mut state = state();
    assert_eq!(act(&mut state, Action::Show(well_known_feeds::NAME)), []);
    assert_eq!(act(&mut state, Action::Down), []);
    let address = "https://xkcd.com/atom.xml".to_owned();
    assert_eq!(act(&mut state, Action::Accept), [Effect::Worker(WorkerEffect::FollowAddress(UserId(1), address))]);
    assert!(state.screen::<well_known_feeds::WellKnownFeeds>().is_none());
}
