//! The panes, the screens over them, and the registry of both. Each is one module here, with its key table, update,
//! measuring and drawing. A screen over the panes has one line in [`REGISTRY`], a pane one in [`PANES`].

pub mod catch_up;
pub mod compose;
pub mod confirm_quit;
pub mod delete_post;
pub mod draft_conflict;
pub mod drafts;
pub mod edit_history;
pub mod export_posts;
pub mod feeds;
pub mod filter;
pub mod filters;
pub mod first_steps;
pub mod follow_address;
pub mod go_to_date;
pub mod help;
pub mod import;
pub mod list_screen;
pub mod lists;
pub mod menu;
pub mod mute_author;
pub mod mutes;
pub mod notifications;
pub mod on_this_day;
pub mod outbox;
pub mod palette;
pub mod post_details;
pub mod profile;
pub mod registration;
pub mod rename_tab;
pub mod schedule;
pub mod scheduled;
pub mod search;
pub mod statistics;
pub mod thread;
pub mod thread_preview;
pub mod timeline;
pub mod user_form;
pub mod user_picker;
pub mod users;
pub mod vote;
pub mod welcome;
pub mod well_known_feeds;

use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

use registration::Registration;

use super::keys::{
    Action, BACK, Binding, ContextBinding, EVERYWHERE, KeyTable, Keymap, PANE_GROUPS, Scope, ScreenName,
};
use super::state::{Effect, Message, Screen, State};
use crate::config::Keys;
use crate::model::{Timestamp, UserId};
use crate::store::{Store, StoreError};

/// All screens over the panes, in the order of help and palette.
pub const REGISTRY: &[Registration] = &[
    search::SCREEN,
    notifications::SCREEN,
    statistics::SCREEN,
    drafts::SCREEN,
    outbox::SCREEN,
    vote::SCREEN,
    schedule::SCREEN,
    scheduled::SCREEN,
    export_posts::SCREEN,
    filter::SCREEN,
    feeds::SCREEN,
    follow_address::SCREEN,
    well_known_feeds::SCREEN,
    filters::SCREEN,
    mutes::SCREEN,
    catch_up::SCREEN,
    go_to_date::SCREEN,
    on_this_day::SCREEN,
    lists::SCREEN,
    lists::new_list::SCREEN,
    menu::SCREEN,
    rename_tab::SCREEN,
    user_picker::SCREEN,
    user_form::SCREEN,
    user_form::NEW_SCREEN,
    import::SCREEN,
    palette::SCREEN,
    help::SCREEN,
    post_details::SCREEN,
    thread_preview::SCREEN,
    delete_post::SCREEN,
    draft_conflict::SCREEN,
    mute_author::SCREEN,
    confirm_quit::SCREEN,
    first_steps::SCREEN,
    welcome::SCREEN,
];

/// The key tables of all panes.
pub const PANES: &[KeyTable] = &[
    timeline::KEYS,
    thread::KEYS,
    users::KEYS,
    profile::KEYS,
    edit_history::KEYS,
    compose::KEYS,
    compose::COMPLETION_KEYS,
];

/// Returns the bindings of all panes and screens, in the order of help and footer.
#[must_use]
pub fn bindings() -> Vec<ContextBinding> {
    let mut all: Vec<_> = PANES.iter().flat_map(bindings_of).collect();
    let rank = |binding: &Binding| PANE_GROUPS.iter().position(|group| *group == binding.group);
    all.sort_by_key(|row| rank(row.binding).unwrap_or(PANE_GROUPS.len()));
    all.extend(REGISTRY.iter().flat_map(|screen| screen.keys).flat_map(bindings_of));
    all
}

/// Returns the bindings of a table; those of panes with all that open a screen, and those of screens with help.
fn bindings_of(table: &'static KeyTable) -> impl Iterator<Item = ContextBinding> {
    let is_pane = matches!(table.scope, Scope::PostPane | Scope::Pane);
    let openings = REGISTRY.iter().flat_map(|screen| screen.opened_by);
    let openings = openings.filter(move |opening| match table.scope {
        Scope::PostPane => true,
        Scope::Pane => !opening.needs_post,
        Scope::Screen => opening.binding.action == Action::Show(ScreenName::HELP),
        Scope::TextField => false,
    });
    let own = table.bindings.iter().copied().flatten().chain(openings.map(|opening| &opening.binding));
    let back = if is_pane { BACK } else { &[] };
    let (context, takes_text) = (table.context, table.scope == Scope::TextField);
    own.chain(back).chain(EVERYWHERE).map(move |binding| ContextBinding { context, takes_text, binding })
}

/// Returns the default keymap.
#[must_use]
pub fn default_keymap() -> Arc<Keymap> {
    static DEFAULT: LazyLock<Arc<Keymap>> = LazyLock::new(|| Arc::new(Keymap::new(&Keys::default(), &bindings()).0));
    Arc::clone(&DEFAULT)
}

/// Returns the state before anything is loaded, with the default keymap.
#[must_use]
pub fn initial_state(now: Timestamp, size: (u16, u16)) -> State {
    State { keymap: default_keymap(), ..State::new(now, size) }
}

/// Does what an action asks of a screen: opens or loads it, or what its registration says; `None` for other actions.
pub(super) fn act(state: &mut State, action: Action) -> Option<Vec<Effect>> {
    let screen = REGISTRY.iter().find(|screen| screen.carries_out(action))?;
    if let Some((_, act)) = screen.actions.iter().find(|(own, _)| *own == action) {
        return Some(act(state));
    }
    Some(match (screen.open, screen.load) {
        (Some(open), _) => open(state),
        (None, Some(_)) => state.load_screen(screen.name).map_or_else(|| state.ask_for_user(), |load| vec![load]),
        (None, None) => vec![],
    })
}

/// Gives a message to the screen that it belongs to.
pub(super) fn receive(state: &mut State, message: Message) -> Vec<Effect> {
    let mut receivers = REGISTRY.iter().filter_map(|screen| screen.receive);
    match receivers.try_fold(message, |message, receive| receive(state, message)) {
        ControlFlow::Break(effects) => effects,
        ControlFlow::Continue(message) => {
            debug_assert!(false, "nothing receives {message:?}");
            vec![]
        }
    }
}

/// Reads what the screen of this name shows to a user; `None` for a screen that is not loaded.
pub(super) fn load(store: &Store, user: UserId, name: ScreenName) -> Result<Option<Box<dyn Screen>>, StoreError> {
    let load = REGISTRY.iter().find(|screen| screen.name == name).and_then(|screen| screen.load);
    load.map(|load| load(store, user)).transpose()
}

/// Returns whether an action opens a screen that is only there to write to the database.
#[must_use]
pub fn writes(action: Action) -> bool {
    REGISTRY.iter().any(|screen| action == Action::Show(screen.name) && screen.writes)
}

/// Returns whether an action opens a screen that cannot be opened while an import is running; `None` if it opens none.
#[must_use]
pub fn waits_for_import(action: Action) -> Option<bool> {
    REGISTRY.iter().find(|screen| action == Action::Show(screen.name)).map(|screen| !screen.during_import)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_has_one_meaning_in_a_context() {
        let all = bindings();
        for (n, a) in all.iter().enumerate() {
            for b in all[n + 1..].iter().filter(|b| b.context == a.context) {
                let shared = a.binding.keys.iter().any(|key| b.binding.keys.contains(key));
                assert!(!shared, "{:?}: {} and {}", a.context, a.binding.label, b.binding.label);
            }
        }
    }

    #[test]
    fn contexts_and_screens_have_different_names() {
        let tables = PANES.iter().chain(REGISTRY.iter().flat_map(|screen| screen.keys));
        let contexts: Vec<_> = tables.map(|table| table.context.0).collect();
        let screens: Vec<_> = REGISTRY.iter().map(|screen| screen.name.0).collect();
        for names in [contexts, screens] {
            let mut distinct = names.clone();
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), names.len(), "{names:?}");
        }
    }
}
