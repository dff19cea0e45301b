//! Asks before the author of the selected post, the authors of the marked posts, or the selected user are muted or unmuted.

use std::ops::ControlFlow;

use ratatui::Frame;

use super::registration::Registration;
use crate::model::{Nickname, UserId};
use crate::tui::keys::{Action, Binding, Context, KeyTable, Scope, ScreenName, key};
use crate::tui::state::{Effect, Message, Outcome, Question, Screen, State, StoreEffect, UndoableAction};
use crate::tui::update::{marks, undo};
use crate::tui::widgets::Theme;

/// The question whether authors are to be muted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MuteAuthors {
    /// The authors; at least one.
    pub authors: Vec<(UserId, Nickname)>,
    /// Whether they are to be muted, or unmuted if all of them are muted already.
    pub on: bool,
}

const KEYS: &[Binding] =
    &[key("Question", &["y"], Action::Accept, "yes", ""), key("Question", &["n", "q", "Esc"], Action::Close, "no", "")];

/// The name of the screen.
pub const NAME: ScreenName = ScreenName("mute-author");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context("mute-author"), scope: Scope::Screen, bindings: &[KEYS] }],
    actions: &[(Action::Mute, mute)],
    receive: Some(receive),
    ..Registration::named(NAME)
};

/// Asks about the authors of posts, or about the selected user: their posts disappear from all timelines.
fn mute(state: &mut State) -> Vec<Effect> {
    let chosen = marks::chosen(state);
    let active = state.active.as_ref().map(|user| user.id);
    let is_post = !chosen.is_empty();
    let mut users: Vec<(UserId, Nickname)> = chosen.into_iter().map(|post| (post.author, post.nickname)).collect();
    if !is_post {
        users.extend(state.user_here().map(|user| (user.id, user.nickname.clone())));
        if users.is_empty() {
            return state.show_notice("select a user first");
        }
    }
    let mut authors: Vec<(UserId, Nickname)> = Vec::new();
    for user in users.into_iter().filter(|user| Some(user.0) != active) {
        if !authors.contains(&user) {
            authors.push(user);
        }
    }
    if authors.is_empty() {
        let what = if is_post { "this is your own post" } else { "this is you" };
        return state.show_notice(format!("{what}: you cannot mute yourself"));
    }
    let Some(active) = active else { return state.ask_for_user() };
    vec![StoreEffect::AskToMute(active, authors).into()]
}

/// Asks once it is known whether the authors are muted.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    match message {
        Message::AskToMute { authors, on } => {
            state.show(MuteAuthors { authors, on });
            ControlFlow::Break(vec![])
        }
        other => ControlFlow::Continue(other),
    }
}

impl Screen for MuteAuthors {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context("mute-author")
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        if action != Action::Accept {
            return Outcome::close(vec![]);
        }
        state.marked.clear();
        Outcome::close(undo::perform(state, UndoableAction::Mute(self.authors.clone(), Some(self.on))))
    }

    fn question(&self, state: &State) -> Option<Question> {
        let verb = if self.on { "Mute" } else { "Unmute" };
        let before = match self.authors.as_slice() {
            [(_, nickname)] => format!("{verb} @{}?", state.confusables.label(nickname.as_str())),
            authors => format!("{verb} {} authors?", authors.len()),
        };
        Some(Question {
            before,
            quote: String::new(),
            after: "",
            choices: &[(Action::Accept, "yes"), (Action::Close, "cancel")],
        })
    }

    fn covers_panes(&self) -> bool {
        false
    }

    fn draw(&self, _state: &State, _theme: &Theme, _frame: &mut Frame<'_>) {}
}
