//! Choosing by name: everything that can be done here, the themes, which are tried on while one moves over them, the
//! presets of keys, and the posts of a `#tag` or a `@user`.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::{act as act_on, movement, pages};
use crate::model::{Timeline, User, case_fold};
use crate::text::tags;
use crate::tui::labels::timeline_label;
use crate::tui::list::List;
use crate::tui::state::{Action, Command, Commands, Does, Editor, Effect, Overlay, SettingsEffect, State};
use crate::tui::{keys, layout};

/// Opens the choice.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let mut all = keys::commands(state);
    let reader = state.active.as_ref().map(|user| user.id);
    for command in &mut all {
        if let Does::Act(Action::Timeline(at)) = command.does
            && let Some(tab) = state.tabs.get(at)
        {
            command.what = format!("timeline {}: {}", at + 1, timeline_label(&tab.timeline, reader));
        }
    }
    all.extend(keys::presets().into_iter().map(|name| Command {
        what: format!("keys: {name}"),
        word: String::new(),
        keys: String::new(),
        does: Does::Keys(name.to_owned()),
    }));
    let found = List::new(all.clone());
    state.overlay = Some(Overlay::Commands(Box::new(Commands { query: Editor::new(""), all, found, worn: false })));
    vec![Effect::Settings(SettingsEffect::ListThemes)]
}

/// Offers the themes too.
pub(super) fn themes(state: &mut State, names: Vec<String>) -> Vec<Effect> {
    let Some(Overlay::Commands(shown)) = &mut state.overlay else { return vec![] };
    shown.all.extend(names.into_iter().map(|name| Command {
        what: format!("theme: {name}"),
        word: String::new(),
        keys: String::new(),
        does: Does::Theme(name),
    }));
    narrow(state)
}

/// Where a tag or the beginning of a nickname leads that was typed; none for anything else.
fn leads(state: &State, typed: &str) -> Option<Vec<Command>> {
    let open =
        |what: String, timeline| Command { what, word: String::new(), keys: String::new(), does: Does::Open(timeline) };
    if let Some(beginning) = typed.strip_prefix('@').map(case_fold) {
        let users = state.users.items.iter().filter(|user| user.nickname.key().starts_with(&beginning));
        let user = |user: &User| {
            let what = format!("posts of @{}", user.nickname);
            open(what, Timeline::User(user.id, user.nickname.clone()))
        };
        return Some(users.map(user).collect());
    }
    typed.starts_with('#').then(|| {
        let tags = tags(typed).into_iter().filter(|tag| tag.len() + 1 == typed.len());
        tags.map(|tag| open(format!("posts with #{tag}"), Timeline::Tag(tag.to_owned()))).collect()
    })
}

/// Leaves in the list what fits what was typed, the best first.
pub(super) fn narrow(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Commands(shown)) = &state.overlay else { return vec![] };
    let leads = leads(state, shown.query.text().trim());
    let Some(Overlay::Commands(shown)) = &mut state.overlay else { return vec![] };
    if let Some(found) = leads {
        shown.found = List::new(found);
        return try_on(state);
    }
    let pattern = Pattern::parse(&shown.query.text(), CaseMatching::Smart, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut score = |name: &str| pattern.score(Utf32Str::new(name, &mut buffer), &mut matcher);
    let mut fit: Vec<(u32, &Command)> = Vec::new();
    for command in &shown.all {
        fit.extend(score(&command.what).max(score(&command.word)).map(|score| (score, command)));
    }
    // Those that fit equally well stay in the order of the table.
    fit.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    shown.found = List::new(fit.into_iter().map(|(_, command)| command.clone()).collect());
    try_on(state)
}

/// Does what an action means here.
pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let rows = usize::from(layout::commands_list(state.size).height);
    let Some(Overlay::Commands(shown)) = &mut state.overlay else { return vec![] };
    if movement::in_list(&mut shown.found, action, rows, |_, _| 1) {
        return try_on(state);
    }
    if action != Action::Accept {
        let worn = shown.worn;
        state.overlay = None;
        return take_off(state, worn);
    }
    let (worn, chosen) = (shown.worn, shown.found.selected().map(|command| command.does.clone()));
    let Some(chosen) = chosen else { return vec![] };
    state.overlay = None;
    match chosen {
        Does::Act(action) => {
            let mut effects = take_off(state, worn);
            effects.extend(act_on(state, action));
            effects
        }
        Does::Open(timeline) => {
            let mut effects = take_off(state, worn);
            effects.extend(pages::open_timeline(state, timeline));
            effects
        }
        Does::Theme(name) => vec![Effect::Settings(SettingsEffect::ChooseTheme(name))],
        Does::Keys(name) => vec![Effect::Settings(SettingsEffect::ChooseKeyPreset(name))],
    }
}

/// Wears the theme under the cursor; where none is, the one that was chosen.
pub(super) fn try_on(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Commands(shown)) = &mut state.overlay else { return vec![] };
    match shown.found.selected().map(|command| &command.does) {
        Some(Does::Theme(name)) => {
            shown.worn = true;
            vec![Effect::Settings(SettingsEffect::PreviewTheme(name.clone()))]
        }
        _ => {
            let worn = std::mem::take(&mut shown.worn);
            take_off(state, worn)
        }
    }
}

fn take_off(state: &State, worn: bool) -> Vec<Effect> {
    if worn { vec![Effect::Settings(SettingsEffect::PreviewTheme(state.settings.theme.clone()))] } else { vec![] }
}
