//! Pinned timelines beside the fixed ones.

use super::*;
use crate::model::PinnedTab;
use crate::tui::measure::header::header;
use crate::tui::screens::rename_tab::{self, RenameTab};
use crate::tui::screens::timeline::pages;

fn tag(name: &str) -> Timeline {
    Timeline::Tag(name.to_owned())
}

fn pinned(timeline: Timeline) -> PinnedTab {
    PinnedTab { timeline, name: None }
}

/// The tabs beside the fixed ones, and the shown timeline.
fn beside(state: &State) -> (Vec<Timeline>, Timeline) {
    let tabs = state.tabs.iter().skip(6).map(|tab| tab.timeline.clone()).collect();
    (tabs, state.current().unwrap().timeline.clone())
}

/// Performs the action that was asked for, as the store does.
fn perform(state: &mut State, effects: Vec<Effect>) {
    let [Effect::Store(StoreEffect::Perform(user, direction, action))] = &effects[..] else { panic!("{effects:?}") };
    let tabs = state.tabs.iter().filter(|tab| tab.is_pinned);
    let before = tabs.map(|tab| PinnedTab { timeline: tab.timeline.clone(), name: tab.name.clone() });
    let before: Vec<PinnedTab> = before.collect();
    let mut after = before.clone();
    match action.clone() {
        UndoableAction::ChangeTab(timeline, change) => change.apply(timeline, &mut after),
        UndoableAction::SetTabs(tabs) => after = tabs,
        action => panic!("{action:?}"),
    }
    let result = Ok((action.clone(), UndoableAction::SetTabs(before)));
    let effects = update(state, Message::Performed { user: *user, direction: *direction, result });
    assert!(effects.contains(&StoreEffect::LoadTabs(*user).into()));
    update(state, Message::Tabs(*user, after));
}

#[test]
fn pinned_timeline_stays_when_another_is_opened() {
    let mut state = state();
    pages::open_timeline(&mut state, tag("rust"));
    let effects = act(&mut state, Action::PinTab);
    perform(&mut state, effects);
    pages::open_timeline(&mut state, tag("sea"));
    assert_eq!(beside(&state), (vec![tag("rust"), tag("sea")], tag("sea")));
    pages::open_timeline(&mut state, tag("sky"));
    assert_eq!(beside(&state), (vec![tag("rust"), tag("sky")], tag("sky")));
    act(&mut state, Action::Escape);
    assert_eq!(beside(&state), (vec![tag("rust")], tag("rust")), "back to where it was opened");
    act(&mut state, Action::Escape);
    assert_eq!(beside(&state), (vec![tag("rust")], Timeline::Home(UserId(1))), "a pinned one stays open");
}

#[test]
fn unpinning_is_undone_and_keeps_the_shown_timeline_open() {
    let mut state = state();
    update(&mut state, Message::Tabs(UserId(1), vec![pinned(tag("rust")), pinned(tag("sea"))]));
    act(&mut state, Action::Timeline(6));
    let effects = act(&mut state, Action::PinTab);
    perform(&mut state, effects);
    assert_eq!(beside(&state), (vec![tag("sea"), tag("rust")], tag("rust")));
    let effects = act(&mut state, Action::Undo);
    perform(&mut state, effects);
    assert_eq!(beside(&state), (vec![tag("rust"), tag("sea")], tag("rust")));
}

#[test]
fn pinned_timelines_are_moved_up_to_the_ends() {
    let mut state = state();
    update(&mut state, Message::Tabs(UserId(1), vec![pinned(tag("rust")), pinned(tag("sea"))]));
    act(&mut state, Action::Timeline(7));
    let effects = act(&mut state, Action::MoveTabLeft);
    perform(&mut state, effects);
    assert_eq!(beside(&state), (vec![tag("sea"), tag("rust")], tag("sea")));
    assert_eq!(act(&mut state, Action::MoveTabLeft), []);
    assert!(state.notice.as_ref().unwrap().text.contains("at the end"));
}

#[test]
fn fixed_and_unpinned_timelines_have_no_order_and_no_name() {
    let mut state = state();
    for action in [Action::PinTab, Action::MoveTabLeft, Action::Show(rename_tab::NAME)] {
        assert_eq!(act(&mut state, action), []);
        let notice = state.notice.take().unwrap().text;
        let expected = "all is always open: open a tag, a user, a list or a search";
        assert_eq!(notice, expected, "{action:?}");
    }
    pages::open_timeline(&mut state, tag("rust"));
    for action in [Action::MoveTabLeft, Action::Show(rename_tab::NAME)] {
        assert_eq!(act(&mut state, action), []);
        assert_eq!(state.notice.as_ref().unwrap().text, "press $ to pin this timeline first");
    }
}

#[test]
fn renamed_timeline_has_its_name_in_the_header() {
    let mut state = state();
    update(&mut state, Message::Tabs(UserId(1), vec![pinned(Timeline::Search("rust from:susan".to_owned()))]));
    act(&mut state, Action::Timeline(6));
    act(&mut state, Action::Show(rename_tab::NAME));
    state.screen_mut::<RenameTab>().unwrap().tab_name = crate::tui::state::Editor::new(" Susan on Rust ");
    let effects = act(&mut state, Action::Accept);
    perform(&mut state, effects);
    let labels: Vec<_> = header(&state, 200).tabs.into_iter().map(|tab| tab.label).collect();
    assert_eq!(labels.last().unwrap(), "7 Susan on Rust");
}

#[test]
fn tabs_of_a_user_who_is_not_active_any_more_are_ignored() {
    let mut state = state();
    update(&mut state, Message::Tabs(UserId(2), vec![pinned(tag("rust"))]));
    assert_eq!(beside(&state).0, []);
}

#[test]
fn own_timeline_says_that_it_is_always_open() {
    let mut state = state();
    act(&mut state, Action::Timeline(2));
    act(&mut state, Action::PinTab);
    let expected = "your own timeline is always open: open a tag, a user, a list or a search";
    assert_eq!(state.notice.as_ref().map(|notice| notice.text.as_str()), Some(expected));
}
