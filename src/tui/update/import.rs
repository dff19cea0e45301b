//! Bringing in what was written elsewhere: asks where it lies, tells how far it is, and what came of it. Meanwhile one
//! reads on; what would write to the store waits, since only one can write at a time.

use super::{people, say};
use crate::tui::state::{Action, Editor, Effect, Import, ImportSummary, Importing, Overlay, State, WorkerEffect};

/// Asks where it lies, or shows how far it is.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    state.overlay = Some(Overlay::Import(Box::new(Import { path: Editor::new(""), own: false, done: None })));
    vec![]
}

/// An import is under way, and that is what is shown.
pub(super) fn is_shown(state: &State) -> bool {
    let under_way = state.importing.as_ref().is_some_and(|importing| !importing.stopping);
    under_way && matches!(state.overlay, Some(Overlay::Import(_)))
}

pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(Overlay::Import(shown)) = &mut state.overlay else { return vec![] };
    match action {
        Action::Accept if state.importing.is_some() => state.overlay = None,
        Action::Close if state.importing.is_some() => return stop(state),
        Action::NextField => shown.own = !shown.own,
        // What came of it was read.
        Action::Accept if matches!(shown.done, Some(Ok(_))) => state.overlay = None,
        Action::Accept => return begin(state),
        _ => state.overlay = None,
    }
    vec![]
}

fn begin(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Import(shown)) = &mut state.overlay else { return vec![] };
    // What is dragged into a terminal comes with quotes and a space.
    let path = shown.path.text();
    let path = path.trim();
    let quoted = ['\'', '"'].into_iter().find_map(|quote| path.strip_prefix(quote)?.strip_suffix(quote));
    let path = quoted.unwrap_or(path).to_owned();
    if path.is_empty() {
        return say(state, "where does it lie? Type the path of a file, a folder or an archive");
    }
    let own = shown.own;
    shown.done = None;
    let under = match &state.active {
        Some(user) if own => Some(user.nickname.clone()),
        None if own => return people::pick(state),
        _ => None,
    };
    state.importing = Some(Importing { path: path.clone(), posts: 0, picture: 0, stopping: false });
    vec![Effect::Worker(WorkerEffect::Import(path, under))]
}

/// Stops it; that it has stopped is told later.
pub(super) fn stop(state: &mut State) -> Vec<Effect> {
    let Some(importing) = &mut state.importing else { return vec![] };
    importing.stopping = true;
    vec![Effect::Worker(WorkerEffect::CancelImport)]
}

/// It goes on.
pub(super) fn under_way(state: &mut State, posts: u64, picture: u128) -> Vec<Effect> {
    if let Some(importing) = &mut state.importing {
        (importing.posts, importing.picture) = (posts, picture);
    }
    vec![]
}

/// It ended. Where it is not shown, the footer says so.
pub(super) fn done(state: &mut State, result: Result<ImportSummary, String>) -> Vec<Effect> {
    state.importing = None;
    match &mut state.overlay {
        Some(Overlay::Import(shown)) => {
            // A path that was wrong is there to be mended.
            shown.done = Some(result);
            vec![]
        }
        _ => match result {
            Ok(brought) => say(state, brought.summary),
            Err(why) => super::fail(state, why),
        },
    }
}

/// What would have to wait until the store can be written.
pub(super) fn must_wait(action: Action) -> bool {
    use Action::{NextUser, Notifications, PreviousUser, SaveSearch, SwitchUser};
    action != Action::Import
        && (action.writes() || matches!(action, SwitchUser | NextUser | PreviousUser | Notifications | SaveSearch))
}

pub(super) fn make_wait(state: &mut State) -> Vec<Effect> {
    say(state, "posts are being brought in: until that is done, one can only read")
}
