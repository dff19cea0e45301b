//! Who there is, and on whose behalf one writes.

use super::{fail, pages, reading, say, writing};
use crate::config::FirstTimeline;
use crate::model::{Email, NewUser, Nickname, PageStart, Timeline, User, UserKind, case_fold};
use crate::text::{Confusables, confusable_user};
use crate::tui::keys;
use crate::tui::list::List;
use crate::tui::state::{Action, Detail, Editor, Effect, Overlay, Picker, State, StoreEffect, Tab, Welcome};

/// Users whose timelines stay loaded when another is active. Of others, the store knows the places in them.
const PARKED: usize = 8;

/// Takes in all users. Another process may have switched: who is active here stays so, unless deleted.
pub(super) fn loaded(state: &mut State, users: Vec<User>, stored: Option<User>) -> Vec<Effect> {
    let known = state.active.as_ref().and_then(|active| users.iter().find(|user| user.id == active.id)).cloned();
    let at = state.users.selected().or(stored.as_ref()).map(|user| user.id);
    let cursor = users.iter().position(|user| Some(user.id) == at).unwrap_or(0);
    state.confusables = Confusables::find(&users);
    // The users on the screen stay where they are there.
    let above = state.users.cursor - state.users.top.min(state.users.cursor);
    let top = if state.users.items.is_empty() { 0 } else { cursor.saturating_sub(above) };
    state.users = List { top, cursor, ..List::new(users) };
    let before = state.active.take();
    state.active = known.or(if before.is_some() { None } else { stored });
    if state.users.items.iter().all(|user| user.kind == UserKind::Remote) {
        if !matches!(state.overlay, Some(Overlay::Welcome(_))) {
            state.overlay = Some(Overlay::Welcome(Box::new(welcome())));
        }
        return vec![];
    }
    if state.active.is_none() && state.overlay.is_none() {
        pick(state);
        return pages::reload(state).into_iter().collect();
    }
    if matches!(state.overlay, Some(Overlay::Welcome(_))) {
        state.overlay = None;
    }
    if own_tabs(state) { pages::reload(state).into_iter().chain(reading::count(state)).collect() } else { vec![] }
}

fn welcome() -> Welcome {
    Welcome { nickname: Editor::new(""), email: Editor::new(""), in_email: false, error: None }
}

/// Opens the timelines of the active user, where they were left if they were open before. True when they
/// were not open already.
fn own_tabs(state: &mut State) -> bool {
    let Some(User { id, nickname, .. }) = state.active.clone() else { return false };
    if state.tabs.first().is_some_and(|tab| tab.timeline == Timeline::Home(id)) {
        // A new nickname shows in the name of the user's own.
        if let Some(tab) = state.tabs.get_mut(2) {
            tab.timeline = Timeline::User(id, nickname);
        }
        return false;
    }
    let before = std::mem::take(&mut state.tabs);
    if let Some(Timeline::Home(other)) = before.first().map(|tab| tab.timeline.clone()) {
        state.parked.retain(|(user, ..)| *user != other);
        state.parked.push((other, before, state.tab));
        if state.parked.len() > PARKED {
            state.parked.remove(0);
        }
    }
    if let Some(at) = state.parked.iter().position(|(user, ..)| *user == id) {
        (_, state.tabs, state.tab) = state.parked.swap_remove(at);
    } else {
        let own = [
            (FirstTimeline::Home, Timeline::Home(id)),
            (FirstTimeline::All, Timeline::All),
            (FirstTimeline::Own, Timeline::User(id, nickname.clone())),
            (FirstTimeline::Mentions, Timeline::Mentions(id)),
            (FirstTimeline::Likes, Timeline::Likes(id, nickname)),
            (FirstTimeline::Bookmarks, Timeline::Bookmarks(id)),
        ];
        state.tab = own.iter().position(|(name, _)| *name == state.settings.timeline).unwrap_or(0);
        state.tabs = own.into_iter().map(|(_, timeline)| Tab::new(timeline)).collect();
    }
    state.previous_tab = 0;
    true
}

/// Makes another user the active one, here at once and in the store.
fn switch_to(state: &mut State, user: &User) -> Vec<Effect> {
    let mut effects = writing::save_draft(state);
    effects.extend(reading::look(state));
    effects.extend(reading::keep_place(state, true));
    effects.push(Effect::Store(StoreEffect::SwitchUser(user.id)));
    say(state, format!("now {}", user.nickname));
    state.active = Some(user.clone());
    own_tabs(state);
    effects.extend(pages::reload(state));
    effects.extend(reading::count(state));
    if let Detail::Profile(profile) = &state.detail {
        effects.push(Effect::Store(StoreEffect::LoadProfile(profile.user.id)));
    }
    effects
}

/// Switches to the user so many places after the active one, by nickname, around the end.
pub(super) fn switch_by(state: &mut State, step: isize) -> Vec<Effect> {
    let users = ours(state);
    let Some(at) = state.active.as_ref().and_then(|active| users.iter().position(|user| user.id == active.id)) else {
        return pick(state);
    };
    let next = beside(at, step, users.len());
    let user = users[next].clone();
    if next == at {
        return say(state, format!("{} is the only user", user.nickname));
    }
    switch_to(state, &user)
}

/// Those on whose behalf one can write.
pub(super) fn ours(state: &State) -> Vec<User> {
    state.users.items.iter().filter(|user| user.kind != UserKind::Remote).cloned().collect()
}

/// The place so many steps from another, around the ends.
pub(super) fn beside(at: usize, step: isize, count: usize) -> usize {
    (at as isize + step).rem_euclid(count.max(1) as isize) as usize
}

/// Opens the choice of users.
pub(super) fn pick(state: &mut State) -> Vec<Effect> {
    let found = List::new(ours(state));
    state.overlay = Some(Overlay::Picker(Box::new(Picker { query: Editor::new(""), found })));
    vec![]
}

/// Narrows the choice to those whose names hold what was typed, those first whose nicknames begin with it.
pub(super) fn narrow(users: &[User], picker: &mut Picker) {
    let query = case_fold(picker.query.text().trim().trim_start_matches('@'));
    let fits = |user: &&User| {
        let shown = user.display_name.as_ref().map_or("", |name| name.as_str());
        case_fold(user.nickname.as_str()).contains(&query) || case_fold(shown).contains(&query)
    };
    let mut found: Vec<User> =
        users.iter().filter(|user| user.kind != UserKind::Remote).filter(fits).cloned().collect();
    found.sort_by_key(|user| !user.nickname.key().starts_with(&query));
    picker.found = List::new(found);
}

pub(super) fn act_on_picker(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(Overlay::Picker(picker)) = &mut state.overlay else { return vec![] };
    match action {
        Action::Down => picker.found.select(picker.found.cursor + 1),
        Action::Up => picker.found.select(picker.found.cursor.saturating_sub(1)),
        Action::Accept => {
            let Some(user) = picker.found.selected().cloned() else { return vec![] };
            state.overlay = None;
            return switch_to(state, &user);
        }
        _ => state.overlay = None,
    }
    vec![]
}

pub(super) fn act_on_welcome(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(Overlay::Welcome(welcome)) = &mut state.overlay else { return vec![] };
    match action {
        Action::NextField => welcome.in_email = !welcome.in_email,
        Action::Accept => match entered(welcome) {
            Ok(user) => return vec![Effect::Store(StoreEffect::AddUser(user))],
            Err(why) => welcome.error = Some(why),
        },
        _ => {}
    }
    vec![]
}

fn entered(welcome: &Welcome) -> Result<NewUser, String> {
    let nickname = Nickname::parse(&welcome.nickname.text()).map_err(|error| error.to_string())?;
    let email = welcome.email.text();
    let email = match email.trim() {
        "" => None,
        email => Some(Email::parse(email).map_err(|error| error.to_string())?),
    };
    Ok(NewUser { email, ..NewUser::named(nickname) })
}

/// The first user was added, or why not.
pub(super) fn added(state: &mut State, result: Result<User, String>) -> Vec<Effect> {
    match result {
        Ok(user) => {
            state.overlay = None;
            state.detail = Detail::Empty;
            let other = confusable_user(&state.users.items, &user);
            let said = match other {
                Some(other) => format!("welcome, {}; your name looks like that of {}", user.nickname, other.nickname),
                None => format!(
                    "welcome, {}: {} writes a post, {} shows the keys",
                    user.nickname,
                    keys::of(state, Action::Compose),
                    keys::of(state, Action::Help)
                ),
            };
            say(state, said);
            state.active = Some(user);
            own_tabs(state);
            let mut effects = vec![Effect::Store(StoreEffect::LoadUsers)];
            effects.extend(pages::load_current(state, PageStart::Newest));
            effects
        }
        Err(why) => {
            if let Some(Overlay::Welcome(welcome)) = &mut state.overlay {
                welcome.error = Some(why);
                return vec![];
            }
            fail(state, why)
        }
    }
}
