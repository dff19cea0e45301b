//! Asks before the program quits while something would be lost: the demo, or deleted posts that can still be restored.

use ratatui::Frame;

use super::registration::Registration;
use crate::tui::keys::{Action, Binding, Context, KeyTable, Scope, ScreenName, key};
use crate::tui::screens::compose::draft;
use crate::tui::state::{Effect, Outcome, Question, Screen, State, UndoableAction};
use crate::tui::widgets::Theme;

/// The question whether to quit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmQuit;

const KEYS: &[Binding] =
    &[key("Question", &["y"], Action::Accept, "yes", ""), key("Question", &["n", "q", "Esc"], Action::Close, "no", "")];

/// The name of the screen.
pub const NAME: ScreenName = ScreenName("confirm-quit");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context("confirm-quit"), scope: Scope::Screen, bindings: &[KEYS] }],
    actions: &[(Action::Leave, leave), (Action::Quit, quit)],
    ..Registration::named(NAME)
};

/// Returns whether deleted posts, which cannot be restored once the program has quit, have to be asked about.
fn must_ask(state: &State) -> bool {
    // A post that was taken back is a draft again, and one that was restored is there.
    let can_restore = state.history.undo.iter().any(|step| matches!(step.action, UndoableAction::RestorePosts(_)));
    state.settings.confirm_quit && can_restore && state.screen::<ConfirmQuit>().is_none()
}

/// Quits with the draft saved; asks first if something would be lost.
fn leave(state: &mut State) -> Vec<Effect> {
    if state.settings.confirm_quit && state.temporary {
        state.show(ConfirmQuit);
        return vec![];
    }
    quit(state)
}

/// Quits as `leave` does, but asks nothing about the demo.
fn quit(state: &mut State) -> Vec<Effect> {
    if must_ask(state) {
        state.show(ConfirmQuit);
        return vec![];
    }
    state.quit = true;
    draft::save(state)
}

impl Screen for ConfirmQuit {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context("confirm-quit")
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        if action != Action::Accept {
            return Outcome::close(vec![]);
        }
        state.quit = true;
        Outcome::close(draft::save(state))
    }

    fn question(&self, state: &State) -> Option<Question> {
        let what = if state.temporary {
            "Quit? The demo database is deleted."
        } else {
            "Quit? Deleted posts cannot be restored afterwards."
        };
        Some(Question {
            before: what.to_owned(),
            quote: String::new(),
            after: "",
            choices: &[(Action::Accept, "quit"), (Action::Close, "stay")],
        })
    }

    fn covers_panes(&self) -> bool {
        false
    }

    fn draw(&self, _state: &State, _theme: &Theme, _frame: &mut Frame<'_>) {}
}
