//! What each message does to the state, and what it asks the program to do. Pure: no clock, no store, no terminal; tests
//! compare the state and the effects.

mod avatars;
mod focus;
pub mod links;
pub mod marks;
mod mouse;
pub mod movement;
mod panes;
mod performed;
pub mod refresh;
pub mod switch;
pub mod tabs;
mod typing;
pub mod undo;
mod users;
mod warnings;

use super::keys::{self, Action, ScreenName};
use super::layout::areas;
use super::screens::compose::{completion, draft, update as compose};
use super::screens::timeline::{pages, reading, unread, unread_only};
use super::screens::{self, edit_history, profile, thread};
use super::state::{
    Detail, Direction, Effect, FIXED_TABS, Message, Outcome, Pane, State, TerminalEffect, UndoableAction, pane_context,
};
use crate::model::PageStart;

/// Applies a message to the state; returns what is to be done.
pub fn update(state: &mut State, message: Message) -> Vec<Effect> {
    if matches!(message, Message::Act(_) | Message::Input(_) | Message::Paste(_)) {
        state.pending_chord = None;
    }
    // Tracking what is on the screen costs as much as all else that follows from these.
    let shows_the_same =
        matches!(message, Message::Tick(_) | Message::Unread(..) | Message::Avatars(_) | Message::DetailUsed);
    let users = areas(state).users;
    let mut effects = apply(state, message);
    while let Some(action) = state.next_action.take() {
        effects.extend(act(state, action));
    }
    state.detail_used |= state.detail != Detail::Empty;
    warnings::apply(state);
    focus::ensure_cursors_visible(state);
    // Nothing is counted for users who are not on the screen.
    if areas(state).users != users {
        effects.extend(unread::count_rows(state));
    }
    if !shows_the_same {
        unread::track_viewed(state);
        effects.extend(thread::update::mark_viewed(state));
    }
    effects.extend(state.with_topmost(|screen, state| Outcome::stay(screen.viewed(state))).unwrap_or_default());
    effects.extend(avatars::load_visible(state));
    effects
}

/// Applies what keys, the mouse and the terminal do; everything else is loaded data.
fn apply(state: &mut State, message: Message) -> Vec<Effect> {
    match message {
        Message::PendingChord(first) => {
            state.clear_notice();
            state.pending_chord = first;
            vec![]
        }
        Message::Act(action) => {
            state.clear_notice();
            act(state, action)
        }
        Message::Input(input) => {
            state.clear_notice();
            typing::input(state, input)
        }
        Message::Click(column, row) => mouse::click(state, column, row),
        Message::Scroll(column, row, lines) => mouse::scroll(state, column, row, lines),
        Message::Paste(text) => typing::paste(state, &text),
        Message::Resize(width, height) => {
            state.size = (width, height);
            vec![]
        }
        Message::Tick(now) => tick(state, now),
        Message::SettingsChanged(settings, keymap, problems) => {
            state.settings = *settings;
            state.keymap = keymap;
            match problems.into_iter().next() {
                Some(problem) => state.show_error(problem),
                None => state.show_notice("settings reloaded"),
            }
        }
        Message::Notice(text) => state.show_notice(text),
        Message::Finished(text) => state.show_result(Ok(text)),
        Message::StoreChanged => {
            let mut effects = refresh::refresh_all(state);
            effects.extend(switch::load_tabs(state));
            effects.extend(state.topmost().and_then(|screen| screen.reload(state)));
            effects
        }
        Message::Failed(why) => {
            if state.detail == Detail::Empty && state.focus == Pane::Detail {
                state.close_detail();
            }
            state.show_error(why)
        }
        message => loaded(state, message),
    }
}

/// Saves what is due.
fn tick(state: &mut State, now: crate::model::Timestamp) -> Vec<Effect> {
    state.now = now;
    draft::clear_notice(state);
    let mut effects = draft::save(state);
    effects.extend(unread::mark_viewed(state));
    effects.extend(unread::save_position(state, state.quit));
    effects.extend(panes::save(state));
    effects.extend(panes::save_detail_used(state));
    effects
}

/// Applies what was loaded, and the results of effects.
fn loaded(state: &mut State, message: Message) -> Vec<Effect> {
    match message {
        Message::Unread(user, unread) => pages::counted(state, user, unread),
        Message::Avatars(found) => {
            state.avatars.insert(found);
            vec![]
        }
        Message::Tabs(user, tabs) => tabs::loaded(state, user, &tabs),
        Message::Panes(panes) => panes::loaded(state, panes),
        Message::DetailUsed => {
            (state.detail_used, state.detail_used_saved) = (true, true);
            vec![]
        }
        Message::Users(loaded) => users::loaded(state, loaded),
        Message::Page { timeline, place, posts, more, arrived } => {
            pages::loaded(state, &timeline, place, posts, more, arrived)
        }
        Message::Reloaded { timeline, posts, fresh, late, arrived } => {
            pages::reloaded(state, &timeline, posts, fresh, (late, arrived))
        }
        Message::Opened { timeline, posts, cursor, more, arrived } => {
            pages::opened(state, &timeline, posts, cursor, more, arrived)
        }
        Message::NoMoreUnread => reading::next_timeline(state),
        Message::MarkReadFailed(timeline, why) => unread::mark_failed(state, &timeline, why),
        Message::Thread(of, nodes) => thread::update::loaded(state, of, nodes),
        Message::Reactions(of, reactions) => thread::update::reactions_loaded(state, of, reactions),
        Message::Profile(profile) => profile::loaded(state, profile),
        Message::EditHistory(of, revisions) => edit_history::loaded(state, of, revisions),
        Message::Performed { user, direction, result } => performed::performed(state, user, direction, result),
        Message::RefreshProgress(done, total, frame) => {
            state.refreshing = (total > 0).then_some((done, total, frame));
            vec![]
        }
        Message::OutboxSent(Ok(None)) => vec![],
        Message::OutboxSent(Ok(Some(why))) => {
            let key = keys::of(state, Action::Show(ScreenName::OUTBOX));
            state.show_result(Err(format!("{why} · {key} shows the outbox")))
        }
        Message::OutboxSent(Err(why)) => state.show_result(Err(why)),
        Message::Published(result) => refresh::published(state, result),
        Message::FeedsRefreshed(result) => refresh::feeds_refreshed(state, result),
        Message::ContextFetched(of, posts) => refresh::context_fetched(state, of, posts),
        Message::DeletedOnServer(post, server) => performed::deleted_on_server(state, post, &server),
        Message::ProfileFetched(of, changed) => refresh::profile_fetched(state, of, changed),
        Message::ScreenLoaded(screen) => {
            state.show_loaded(screen);
            vec![]
        }
        message => composed(state, message),
    }
}

/// Applies the messages of the composer.
fn composed(state: &mut State, message: Message) -> Vec<Effect> {
    match message {
        Message::Draft { author, reply_to, draft } => compose::open(state, author, reply_to, draft),
        Message::TextSaved(saved) => compose::text_saved(state, saved),
        Message::DraftSaved { user, purpose, draft, moved } => draft::saved(state, user, purpose, draft, moved),
        Message::DraftNotSaved(why) => draft::not_saved(state, &why),
        Message::Posted(result) => compose::posted(state, result),
        Message::EditConflict(direction, post) => compose::edit_conflict(state, direction, *post),
        Message::Completions(word, found) => completion::offer(state, &word, found),
        Message::Edit { post, kept } => compose::edit_loaded(state, *post, kept),
        Message::DraftMoved(user, draft) => compose::handed_over(state, user, draft),
        Message::Edited(result) => compose::edited(state, result),
        message => screens::receive(state, message),
    }
}

/// Does what a key, a click or the palette asks for.
fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Quit => return quit(state),
        Action::Redraw => return vec![TerminalEffect::Redraw.into()],
        Action::Suspend => return vec![TerminalEffect::Suspend.into()],
        Action::EditSettings => return vec![TerminalEffect::EditSettings(state.settings.editor.clone()).into()],
        _ => {}
    }
    // These open over a screen too.
    if let Action::Show(ScreenName::HELP | ScreenName::PALETTE | ScreenName::WELL_KNOWN_FEEDS) = action
        && state.topmost().is_some_and(|screen| action != Action::Show(screen.name()))
    {
        return screens::act(state, action).unwrap_or_default();
    }
    if let Some(effects) = state.with_topmost(|screen, state| screen.act(state, action)) {
        return effects;
    }
    if let Some(effects) = completion::act(state, action) {
        return effects;
    }
    let writes = action.writes() || screens::writes(action);
    if state.read_only && writes {
        return state.refuse_write();
    }
    if let Some(importing) = &state.importing
        && must_wait(action, writes)
    {
        let what = if importing.undoes { "the posts of an import change" } else { "an import is running" };
        return state.show_notice(format!("{what}: until it is done you can only read"));
    }
    if let Some(effects) = screens::act(state, action) {
        return effects;
    }
    match action {
        Action::Like | Action::Boost | Action::Bookmark | Action::Follow | Action::FollowAuthor => react(state, action),
        Action::Undo => undo::step(state, Direction::Undo),
        Action::Redo => undo::step(state, Direction::Redo),
        Action::Send
        | Action::Edit
        | Action::Close
        | Action::Compose
        | Action::Reply
        | Action::Quote
        | Action::NextVisibility
        | Action::EditPost => write(state, action),
        Action::NextUser | Action::PreviousUser => {
            let step = if action == Action::NextUser { 1 } else { -1 };
            if state.compose.is_some() { compose::hand_over(state, step) } else { switch::switch_by(state, step) }
        }
        Action::Copy => marks::copy(state),
        Action::PinPost => marks::pin(state),
        Action::ToggleMark | Action::MarkRange | Action::MarkAuthor => marks::act(state, action),
        Action::ToggleWarning => warnings::toggle(state),
        action => go(state, action),
    }
}

/// Goes somewhere: to another post, pane, timeline or detail.
fn go(state: &mut State, action: Action) -> Vec<Effect> {
    let tabs = state.tabs.len().max(1);
    match action {
        Action::Open => focus::open(state),
        Action::Profile => profile::open(state),
        Action::EditHistory => edit_history::open(state),
        Action::CollapseReplies | Action::ExpandReplies => {
            thread::update::collapse(state, action == Action::CollapseReplies)
        }
        Action::MarkRead => reading::mark_all_read(state),
        Action::ToggleUnreadOnly => unread_only::toggle(state),
        Action::NextTimeline => pages::select_tab(state, (state.tab + 1) % tabs),
        Action::PreviousTimeline => pages::select_tab(state, (state.tab + tabs - 1) % tabs),
        Action::Timeline(n) if n < state.tabs.len() => pages::select_tab(state, n),
        Action::PinTab | Action::MoveTabLeft | Action::MoveTabRight => tabs::act(state, action),
        Action::Newest => {
            state.focus = Pane::Timeline;
            pages::load_current(state, PageStart::Newest)
        }
        Action::Reload => refresh::refresh_with_feeds(state),
        Action::NextPane | Action::PreviousPane => focus::next_pane(state, action == Action::NextPane),
        Action::ToggleHiddenUsers => screens::users::toggle_hidden(state),
        Action::ZoomPane => panes::zoom(state),
        Action::NextSibling | Action::PreviousSibling if state.focus == Pane::Users => {
            screens::users::go_to_group(state, action == Action::NextSibling)
        }
        Action::NextSibling | Action::PreviousSibling | Action::Parent | Action::Root => {
            thread::update::go(state, action)
        }
        Action::NextUnread if state.pane_context() == pane_context::THREAD => thread::update::next_unread(state),
        Action::NextUnread => reading::next_unread(state),
        Action::NarrowPane => panes::resize(state, -panes::STEP),
        Action::WidenPane => panes::resize(state, panes::STEP),
        Action::Back => back(state, true),
        Action::Escape => back(state, false),
        action => focus::step(state, action),
    }
}

/// Reacts to the selected post or user.
fn react(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Like => marks::react(state, |own| own.liked, UndoableAction::Like),
        Action::Boost => marks::react(state, |own| own.boosted, UndoableAction::Boost),
        Action::Bookmark => marks::react(state, |own| own.bookmarked, UndoableAction::Bookmark),
        Action::Follow => undo::on_user(state, |id, name| UndoableAction::Follow(vec![(id, name)], None)),
        _ => undo::on_post(state, |post| UndoableAction::Follow(vec![(post.author, post.nickname.clone())], None)),
    }
}

/// Uses the composer.
fn write(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Send => compose::send(state),
        Action::Edit => compose::open_editor(state),
        Action::Close => compose::close(state),
        Action::Reply => compose::reply(state),
        Action::Quote => compose::quote(state),
        Action::NextVisibility => compose::next_visibility(state),
        Action::EditPost => compose::edit_post(state),
        _ => compose::start(state, None),
    }
}

/// Returns whether an action has to wait until the running import is done.
fn must_wait(action: Action, writes: bool) -> bool {
    match action {
        Action::NextUser | Action::PreviousUser | Action::SaveSearch => true,
        _ => screens::waits_for_import(action).unwrap_or(writes),
    }
}

/// Quits, unless the topmost screen has to do something first.
fn quit(state: &mut State) -> Vec<Effect> {
    let mut quits = true;
    let first = state.with_topmost(|screen, state| {
        let effects = screen.quit(state);
        quits = effects.is_none();
        Outcome::stay(effects.unwrap_or_default())
    });
    if !quits {
        return first.unwrap_or_default();
    }
    screens::act(state, Action::Quit).unwrap_or_default()
}

/// Goes one step back: unmarks what is marked, or goes out of what the detail pane shows, out of a timeline beside the fixed ones, out of the program.
fn back(state: &mut State, quits: bool) -> Vec<Effect> {
    if marks::clear(state) {
        vec![]
    } else if let Some(mut effects) = pages::go_back(state) {
        effects.extend(refresh::detail(state));
        effects
    } else if state.detail != Detail::Empty {
        if state.focus != Pane::Detail {
            state.details_below.clear();
            state.forget_screen_behind_details();
        }
        state.close_detail();
        // It may have changed meanwhile.
        refresh::detail(state).into_iter().collect()
    } else if state.focus == Pane::Users {
        state.focus = Pane::Timeline;
        vec![]
    } else if state.tab >= FIXED_TABS {
        tabs::leave(state)
    } else if !quits {
        let key = keys::of(state, Action::Back);
        state.show_notice(format!("press {key} to quit"))
    } else {
        state.next_action = Some(Action::Leave);
        vec![]
    }
}

#[cfg(test)]
mod tests;
