//! Pinned tabs: timelines that stay open beside the fixed ones, each user's in an order of their own.

use super::undo;
use crate::model::{PinnedTab, Timeline, UserId};
use crate::tui::keys::{self, Action};
use crate::tui::labels::timeline_label;
use crate::tui::screens::timeline::{pages, unread};
use crate::tui::state::{Effect, FIXED_TABS, State, Tab, UndoableAction};

/// Pins, unpins or moves the shown timeline.
pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let tabs = pinned(state);
    let at = match current(state) {
        Ok(at) => at,
        Err(why) => return state.show_notice(why),
    };
    match (action, at) {
        (Action::PinTab, Some(at)) => {
            let mut tabs = tabs;
            tabs.remove(at);
            set(state, tabs, "timeline unpinned")
        }
        (Action::PinTab, None) => {
            let Some(tab) = state.current() else { return vec![] };
            let new = PinnedTab { timeline: tab.timeline.clone(), name: None };
            set(state, tabs.into_iter().chain([new]).collect(), "timeline pinned")
        }
        (_, None) => pin_first(state),
        (action, Some(at)) => {
            let to = if action == Action::MoveTabRight { at + 1 } else { at.wrapping_sub(1) };
            if to >= tabs.len() {
                return state.show_notice("it is at the end of the pinned timelines");
            }
            let mut tabs = tabs;
            tabs.swap(at, to);
            set(state, tabs, "timeline moved")
        }
    }
}

/// Names the shown timeline, which is pinned; a blank name is the usual one again.
pub fn rename(state: &mut State, name: &str) -> Vec<Effect> {
    let mut tabs = pinned(state);
    let Ok(Some(at)) = current(state) else { return pin_first(state) };
    let name = name.trim();
    if let Some(tab) = tabs.get_mut(at) {
        tab.name = (!name.is_empty()).then(|| name.to_owned());
    }
    set(state, tabs, "timeline renamed")
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

fn set(state: &mut State, tabs: Vec<PinnedTab>, done: &'static str) -> Vec<Effect> {
    undo::perform(state, UndoableAction::SetTabs { tabs, done })
}

/// Shows the pinned timelines that were loaded, and counts what is unread in them.
pub(super) fn loaded(state: &mut State, user: UserId, tabs: &[PinnedTab]) -> Vec<Effect> {
    if tabs.is_empty() || state.active.as_ref().is_none_or(|active| active.id != user) {
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

/// Goes back from a timeline beside the fixed ones to the one before it. One that is not pinned closes.
pub(super) fn leave(state: &mut State) -> Vec<Effect> {
    let closes = state.current().is_some_and(|tab| !tab.is_pinned);
    let to = if state.previous_tab == state.tab { 0 } else { state.previous_tab };
    let effects = pages::select_tab(state, to);
    if closes {
        pages::close_unpinned(state);
    }
    effects
}
