//! What each message does to the state, and what it asks the loop to do. Pure: no clock, no store, no
//! terminal; tests compare the state and the effects.

mod commands;
mod complete;
mod deeds;
mod elsewhere;
mod filter;
mod import;
mod links;
mod lists;
mod mouse;
mod movement;
mod pages;
mod panes;
mod people;
mod pictures;
mod reading;
mod search;
mod stats;
mod warnings;
mod writing;

pub use complete::MOST as COMPLETIONS;

use super::state::{
    Action, Detail, Direction, Effect, Message, Notice, Overlay, Pane, State, StoreEffect, TerminalEffect,
    UndoableAction,
};
use crate::model::PageStart;

/// Takes a message; gives back what is to be done about it.
pub fn update(state: &mut State, msg: Message) -> Vec<Effect> {
    if matches!(msg, Message::Act(_) | Message::Input(_) | Message::Click(..) | Message::Paste(_)) {
        state.pending_chord = None;
    }
    // To wrap a screen of posts takes as long as all else that follows from these.
    let shows_the_same =
        matches!(msg, Message::Tick(_) | Message::Unread(..) | Message::Avatars(_) | Message::DetailUsed);
    let mut effects = match msg {
        Message::PendingChord(begun) => {
            (state.notice, state.pending_chord) = (None, begun);
            vec![]
        }
        Message::Act(action) => {
            state.notice = None;
            act(state, action)
        }
        Message::Input(input) => {
            state.notice = None;
            writing::input(state, input)
        }
        Message::Click(column, row) => mouse::click(state, column, row),
        Message::Scroll(column, row, lines) => mouse::wheel(state, column, row, lines),
        Message::Paste(text) => writing::paste(state, &text),
        Message::Resize(width, height) => {
            state.size = (width, height);
            vec![]
        }
        Message::Tick(now) => {
            state.now = now;
            writing::draft_kept(state);
            let mut effects = writing::save_draft(state);
            effects.extend(reading::look(state));
            effects.extend(reading::keep_place(state, state.quit));
            effects.extend(panes::keep(state));
            effects.extend(panes::keep_explored(state));
            effects
        }
        Message::SettingsChanged(settings, keymap, problems) => {
            state.settings = *settings;
            state.keymap = keymap;
            match problems.into_iter().next() {
                Some(problem) => fail(state, problem),
                None => say(state, "settings read again"),
            }
        }
        Message::Unread(user, unread) => reading::counted(state, user, unread),
        Message::Avatars(found) => {
            state.avatars.insert(found);
            vec![]
        }
        Message::StoreChanged => renew(state),
        Message::Panes(panes) => panes::loaded(state, panes),
        Message::DetailUsed => {
            (state.detail_used, state.detail_used_saved) = (true, true);
            vec![]
        }
        Message::Users(users, active) => people::loaded(state, users, active),
        Message::Page { timeline, place, posts, more } => pages::loaded(state, &timeline, place, posts, more),
        Message::Reloaded { timeline, posts, fresh } => pages::reloaded(state, &timeline, posts, fresh),
        Message::Thread(of, posts) => pages::thread(state, of, posts),
        Message::Reactions(of, reactions) => pages::reactions(state, of, reactions),
        Message::Profile(profile) => pages::profile_loaded(state, profile),
        Message::Draft { author, reply_to, text } => writing::open(state, author, reply_to, &text),
        Message::TextSaved(kept) => writing::text_kept(state, kept),
        Message::DraftNotSaved(why) => writing::draft_failed(state, &why),
        Message::Posted(result) => writing::posted(state, result),
        Message::Performed { user, direction, result } => deeds::done(state, user, direction, result),
        Message::EditConflict(direction, post) => writing::clash(state, direction, *post),
        Message::EditHistory(of, versions) => pages::versions(state, of, versions),
        Message::SearchResults { number, posts, more, users } => search::found(state, number, posts, more, users),
        Message::Stats(number, found) => stats::counted(state, number, found),
        Message::Notifications(told) => lists::told(state, told),
        Message::Drafts(drafts) => lists::drafts(state, drafts),
        Message::SavedSearches(searches) => elsewhere::offer(state, searches),
        Message::Completions(word, found) => complete::offer(state, &word, found),
        Message::ImportProgress(posts, picture) => import::under_way(state, posts, picture),
        Message::Imported(result) => import::done(state, result),
        Message::Themes(names) => commands::themes(state, names),
        Message::Opened { timeline, posts, cursor, more } => pages::opened(state, &timeline, posts, cursor, more),
        Message::MarkReadFailed(timeline, why) => reading::not_kept(state, &timeline, why),
        Message::Edit { post, kept } => writing::edit_loaded(state, *post, kept),
        Message::DraftMoved(user, text) => writing::moved(state, user, &text),
        Message::DraftConflict(taken) => {
            state.overlay = Some(Overlay::DraftConflict(taken));
            vec![]
        }
        Message::UserAdded(result) => people::added(state, result),
        Message::Edited(result) => writing::edited(state, result),
        Message::Notice(text) => {
            say(state, text);
            vec![]
        }
        Message::Failed(why) => {
            if state.detail == Detail::Empty && state.focus == Pane::Detail {
                state.focus = Pane::Timeline;
            }
            fail(state, why)
        }
    };
    state.detail_used |= state.detail != Detail::Empty;
    warnings::settle(state);
    movement::settle(state);
    if !shows_the_same {
        reading::watch(state);
    }
    effects.extend(pictures::look(state));
    effects
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Redraw => return vec![TerminalEffect::Redraw.into()],
        Action::Suspend => return vec![TerminalEffect::Suspend.into()],
        _ => {}
    }
    if action == Action::Quit && import::is_shown(state) {
        return import::stop(state);
    }
    if action == Action::Quit {
        state.quit = true;
        return writing::save_draft(state);
    }
    if let Some(effects) = act_over(state, action) {
        return effects;
    }
    if state.read_only && action.writes() {
        return refuse(state);
    }
    if state.importing.is_some() && import::must_wait(action) {
        return import::make_wait(state);
    }
    match action {
        Action::Send => writing::send(state),
        Action::Edit => writing::edit(state),
        Action::Close => writing::close(state),
        Action::Compose => writing::compose(state, None),
        Action::Reply => writing::reply(state),
        Action::Delete => pages::ask_to_delete(state),
        Action::EditPost => writing::edit_post(state),
        Action::EditHistory => pages::ask_for_versions(state),
        Action::Search => search::open(state),
        Action::Commands => commands::open(state),
        Action::GoToTimeline => elsewhere::ask(state),
        Action::MarkRead => reading::mark(state),
        Action::NextUnread => reading::next(state),
        Action::Notifications => lists::ask_for_told(state),
        Action::Drafts => lists::ask_for_drafts(state),
        Action::NextUser | Action::PreviousUser if state.compose.is_some() => {
            writing::hand_over(state, if action == Action::NextUser { 1 } else { -1 })
        }
        Action::AddFilter => filter::open(state),
        Action::Import => import::open(state),
        Action::ToggleWarning => warnings::toggle(state),
        Action::Like => deeds::react(state, |post| UndoableAction::Like(post.id, !post.mine.liked)),
        Action::Boost => deeds::react(state, |post| UndoableAction::Boost(post.id, !post.mine.boosted)),
        Action::Bookmark => deeds::react(state, |post| UndoableAction::Bookmark(post.id, !post.mine.bookmarked)),
        Action::Follow => deeds::relate(state, |id, name| UndoableAction::Follow(id, name, None)),
        Action::Mute => deeds::relate(state, |id, name| UndoableAction::Mute(id, name, None)),
        Action::Undo => deeds::again(state, Direction::Undo),
        Action::Redo => deeds::again(state, Direction::Redo),
        Action::Open => pages::open(state),
        Action::CollapseReplies | Action::ExpandReplies => pages::fold(state, action == Action::CollapseReplies),
        Action::Profile => pages::profile(state),
        Action::NextTimeline => pages::select_tab(state, (state.tab + 1) % state.tabs.len().max(1)),
        Action::PreviousTimeline => {
            let count = state.tabs.len().max(1);
            pages::select_tab(state, (state.tab + count - 1) % count)
        }
        Action::Timeline(n) if n < state.tabs.len() => pages::select_tab(state, n),
        Action::Stats => stats::open(state),
        Action::OpenLink => links::open(state),
        Action::Copy => links::copy(state),
        Action::CopyMenu => links::copy_some(state),
        Action::Newest => {
            state.focus = Pane::Timeline;
            pages::load_current(state, PageStart::Newest)
        }
        Action::Reload => renew(state),
        Action::SwitchUser => people::pick(state),
        Action::NextUser => people::switch_by(state, 1),
        Action::PreviousUser => people::switch_by(state, -1),
        Action::Help => {
            state.overlay = Some(Overlay::Help(Box::default()));
            vec![]
        }
        Action::NextPane | Action::PreviousPane => movement::next_pane(state, action == Action::NextPane),
        Action::NarrowPane => panes::resize(state, -panes::STEP),
        Action::WidenPane => panes::resize(state, panes::STEP),
        Action::Back => back(state),
        _ => movement::step(state, action),
    }
}

/// What an action does to what lies over the panes; none where nothing lies there that wants it.
fn act_over(state: &mut State, action: Action) -> Option<Vec<Effect>> {
    Some(match &state.overlay {
        Some(Overlay::Welcome(_)) => people::act_on_welcome(state, action),
        Some(Overlay::Picker(_)) => people::act_on_picker(state, action),
        Some(Overlay::Commands(_)) => commands::act(state, action),
        Some(Overlay::Search(_)) => search::act(state, action),
        Some(Overlay::Told(_)) => lists::act_on_told(state, action),
        Some(Overlay::Drafts(_)) => lists::act_on_drafts(state, action),
        Some(Overlay::Split(_)) => writing::act_on_split(state, action),
        Some(Overlay::Stats(_)) => stats::act(state, action),
        Some(Overlay::Offer(_)) => links::act(state, action),
        Some(Overlay::Filter(_)) => filter::act(state, action),
        Some(Overlay::Import(_)) => import::act(state, action),
        Some(Overlay::DraftConflict(_)) => writing::act_on_taken(state, action),
        Some(Overlay::Help(_)) => movement::act_on_help(state, action),
        Some(Overlay::Delete(post)) => {
            let id = post.id;
            state.overlay = None;
            if action == Action::Accept { deeds::ask(state, UndoableAction::DeletePosts(vec![id])) } else { vec![] }
        }
        None => return complete::act(state, action),
    })
}

/// One step back: out of the detail pane, out of a timeline opened by hand, out of the program.
fn back(state: &mut State) -> Vec<Effect> {
    if state.detail != Detail::Empty {
        state.detail = Detail::Empty;
        state.focus = Pane::Timeline;
        vec![]
    } else if state.focus == Pane::Users {
        state.focus = Pane::Timeline;
        vec![]
    } else if state.tab >= pages::HOME_TABS {
        state.tabs.truncate(pages::HOME_TABS);
        pages::select_tab(state, state.previous_tab)
    } else {
        state.quit = true;
        writing::save_draft(state)
    }
}

/// Reads again all that is shown and may have been changed by others.
fn renew(state: &mut State) -> Vec<Effect> {
    state.avatars.invalidate();
    refresh(state)
}

/// Reads again all that is shown.
fn refresh(state: &State) -> Vec<Effect> {
    let mut effects = vec![Effect::Store(StoreEffect::LoadUsers)];
    effects.extend(pages::reload(state));
    effects.extend(reading::count(state));
    effects.extend(match &state.detail {
        Detail::Thread(thread) => Some(Effect::Store(StoreEffect::LoadThread(thread.of))),
        Detail::Profile(profile) => Some(Effect::Store(StoreEffect::LoadProfile(profile.user.id))),
        Detail::Versions { of, .. } => Some(Effect::Store(StoreEffect::LoadEditHistory(*of))),
        Detail::Empty => None,
    });
    effects
}

fn refuse(state: &mut State) -> Vec<Effect> {
    fail(state, "this database is only read: nothing can be written here")
}

fn say(state: &mut State, text: impl Into<String>) -> Vec<Effect> {
    state.notice = Some(Notice { text: text.into(), error: false });
    vec![]
}

fn fail(state: &mut State, text: impl Into<String>) -> Vec<Effect> {
    state.notice = Some(Notice { text: text.into(), error: true });
    vec![]
}

#[cfg(test)]
mod tests;
