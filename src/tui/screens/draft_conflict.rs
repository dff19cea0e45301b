//! Asks what becomes of another user's draft when a draft is handed over to them.

use std::ops::ControlFlow;

use ratatui::Frame;

use super::registration::Registration;
use crate::tui::keys::{Action, Binding, Context, KeyTable, Scope, ScreenName, key};
use crate::tui::state::{DraftConflict, DraftMerge, Effect, Message, Outcome, Question, Screen, State, StoreEffect};
use crate::tui::widgets::Theme;

const KEYS: &[Binding] = &[
    key("Question", &["r"], Action::Replace, "replace draft", ""),
    key("Question", &["j"], Action::Append, "join both drafts", ""),
    key("Question", &["n", "q", "Esc"], Action::Close, "cancel", ""),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("draft-conflict");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context("draft-conflict"), scope: Scope::Screen, bindings: &[KEYS] }],
    receive: Some(receive),
    ..Registration::named(NAME)
};

/// Asks about a draft that is in the way.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    let Message::DraftConflict(conflict) = message else { return ControlFlow::Continue(message) };
    state.show(*conflict);
    ControlFlow::Break(vec![])
}

impl Screen for DraftConflict {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context("draft-conflict")
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        let merge = match action {
            Action::Replace => DraftMerge::Replace,
            Action::Append => DraftMerge::Append,
            _ => return Outcome::close(vec![]),
        };
        let Some(compose) = &state.compose else { return Outcome::close(vec![]) };
        Outcome::close(vec![Effect::Store(StoreEffect::MoveDraft {
            from: compose.author,
            to: self.user.id,
            purpose: compose.purpose(),
            draft: compose.draft.clone(),
            text: compose.editor.text(),
            merge,
        })])
    }

    fn question(&self, state: &State) -> Option<Question> {
        Some(Question {
            before: format!("@{} has a draft here:", state.confusables.label(self.user.nickname.as_str())),
            quote: self.theirs.clone(),
            after: "",
            choices: &[(Action::Replace, "replace draft"), (Action::Append, "join both"), (Action::Close, "cancel")],
        })
    }

    fn draw(&self, _state: &State, _theme: &Theme, _frame: &mut Frame<'_>) {}

    fn covers_panes(&self) -> bool {
        false
    }
}
