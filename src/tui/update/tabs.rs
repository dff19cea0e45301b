//! Pinned tabs: timelines that stay open beside the fixed ones, each user's in an order of their own.

use super::undo;
use crate::model::{PinnedTab, Timeline, UserId};
use crate::tui::keys::{self, Action};
use crate::tui::labels::timeline_label;
use crate::tui::screens::timeline::{pages, unread};
use crate::tui::state::{Effect, FIXED_TABS, State, Tab, TabChange, UndoableAction, Until};

/// Pins, unpins or moves the shown timeline.
pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let at = match current(state) {
        Ok(at) => at,
        Err(why) => return state.show_notice(why),
    };
    match (action, at) {
        (Action::PinTab, Some(_)) => change(state, TabChange::Unpin),
        (Action::PinTab, None) => change(state, TabChange::Pin),
        (_, None) => pin_first(state),
        (Action::MoveTabRight, Some(at)) if at + 1 < pinned(state).len() => change(state, TabChange::MoveRight),
        (Action::MoveTabLeft, Some(1..)) => change(state, TabChange::MoveLeft),
        (_, Some(_)) => state.show_notice("it is at the end of the pinned timelines"),
    }
}

/// Names the shown timeline, which is pinned; a blank name is the usual one again.
pub fn rename(state: &mut State, name: &str) -> Vec<Effect> {
    let Ok(Some(_)) = current(state) else { return pin_first(state) };
    let name = name.trim();
    change(state, TabChange::Rename((!name.is_empty()).then(|| name.to_owned())))
}

/// Says that only pinned timelines have names and an order.
pub fn pin_first(state: &mut State) -> Vec<Effect> {
    let key = keys::of(state, Action::PinTab);
    state.show_notice(format!("press {key} to pin this timeline first"))
}

/// Returns the position of the shown timeline among the pinned ones, `None` if it is not pinned, and for a fixed one why
/// it cannot be.
pub fn current(state: &State) -> Result<Option<usize>, String> {
    const OTHERS: &str = "open a tag, a user, a list or a search";
    match state.current() {
        Some(tab) if state.tab >= FIXED_TABS => Ok(tab.is_pinned.then(|| state.tab - FIXED_TABS)),
        Some(tab) => {
            let reader = state.active.as_ref().map(|user| user.id);
            let label = match &tab.timeline {
                Timeline::User(id, _) if Some(*id) == reader => "your own timeline".to_owned(),
                timeline => timeline_label(timeline, reader),
            };
            Err(format!("{label} is always open: {OTHERS}"))
        }
        None => Err(format!("{OTHERS} first")),
    }
}

/// Returns the pinned timelines.
fn pinned(state: &State) -> Vec<PinnedTab> {
    let tabs = state.tabs.iter().filter(|tab| tab.is_pinned);
    tabs.map(|tab| PinnedTab { timeline: tab.timeline.clone(), name: tab.name.clone() }).collect()
}

/// Changes the shown timeline among the stored ones: another process can have pinned some meanwhile.
fn change(state: &mut State, change: TabChange) -> Vec<Effect> {
    let Some(timeline) = state.current().map(|tab| tab.timeline.clone()) else { return vec![] };
    undo::perform(state, UndoableAction::ChangeTab(timeline, change))
}

/// Shows the pinned timelines that were loaded, and counts what is unread in them.
pub(super) fn loaded(state: &mut State, user: UserId, tabs: &[PinnedTab]) -> Vec<Effect> {
    if tabs == pinned(state) || state.active.as_ref().is_none_or(|active| active.id != user) {
        return vec![];
    }
    apply(state, tabs);
    unread::count_for_reader(state)
}

/// Opens the pinned timelines in their order. The shown timeline stays open, also if it is not pinned any more.
pub(super) fn apply(state: &mut State, tabs: &[PinnedTab]) {
    let timeline_at = |state: &State, at: usize| state.tabs.get(at).map(|tab| tab.timeline.clone());
    let (shown, previous) = (timeline_at(state, state.tab), timeline_at(state, state.previous_tab));
    let fixed = FIXED_TABS.min(state.tabs.len());
    let mut others = state.tabs.split_off(fixed);
    for pinned in tabs {
        let known = others.iter().position(|tab| tab.timeline == pinned.timeline);
        let tab = known.map_or_else(|| Tab::new(pinned.timeline.clone()), |at| others.remove(at));
        state.tabs.push(Tab { is_pinned: true, name: pinned.name.clone(), ..tab });
    }
    let unpinned = others.into_iter().filter(|tab| Some(&tab.timeline) == shown.as_ref());
    state.tabs.extend(unpinned.map(|tab| Tab { is_pinned: false, name: None, ..tab }));
    let position = |state: &State, timeline: Option<&_>| {
        state.tabs.iter().position(|tab| Some(&tab.timeline) == timeline).unwrap_or(0)
    };
    state.tab = position(state, shown.as_ref());
    state.previous_tab = position(state, previous.as_ref());
}

/// Goes back from a timeline beside the fixed ones to the one before it, and to the screen that it was opened from. One that
/// is not pinned closes.
pub(super) fn leave(state: &mut State) -> Vec<Effect> {
    let closes = state.current().is_some_and(|tab| !tab.is_pinned);
    let left = state.current().map(|tab| Until::Left(tab.timeline.clone()));
    let hidden = state.hidden.take_if(|hidden| Some(&hidden.until) == left.as_ref());
    state.screens.extend(hidden.map(|hidden| hidden.screen));
    let to = if state.previous_tab == state.tab { 0 } else { state.previous_tab };
    let effects = pages::select_tab(state, to);
    if closes {
        pages::close_unpinned(state);
    }
    effects
}
