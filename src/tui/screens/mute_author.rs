//! Asks before the author of the selected post is muted or unmuted.

use ratatui::Frame;

use super::registration::Registration;
use crate::model::{Nickname, UserId};
use crate::tui::keys::{Action, Binding, Context, KeyTable, Scope, ScreenName, key};
use crate::tui::state::{Effect, Outcome, Question, Screen, State, UndoableAction};
use crate::tui::update::undo;
use crate::tui::widgets::Theme;

/// The question whether an author is to be muted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MuteAuthor {
    /// The author.
    pub user: UserId,
    /// Their nickname.
    pub nickname: Nickname,
}

const KEYS: &[Binding] =
    &[key("Question", &["y"], Action::Accept, "yes", ""), key("Question", &["n", "q", "Esc"], Action::Close, "no", "")];

/// The name of the screen.
pub const NAME: ScreenName = ScreenName("mute-author");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context("mute-author"), scope: Scope::Screen, bindings: &[KEYS] }],
    actions: &[(Action::Mute, mute)],
    ..Registration::named(NAME)
};

/// Mutes the selected user, or asks about the author of the selected post: their posts disappear from all timelines.
fn mute(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected() else {
        return undo::on_user(state, |id, name| UndoableAction::Mute(id, name, None));
    };
    let (user, nickname) = (post.author, post.nickname.clone());
    if state.active.as_ref().is_some_and(|active| active.id == user) {
        return state.show_notice("this is your own post: you cannot mute yourself");
    }
    state.show(MuteAuthor { user, nickname });
    vec![]
}

impl Screen for MuteAuthor {
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
        Outcome::close(undo::perform(state, UndoableAction::Mute(self.user, self.nickname.clone(), None)))
    }

    fn question(&self, state: &State) -> Option<Question> {
        Some(Question {
            before: format!("Mute or unmute @{}?", state.confusables.label(self.nickname.as_str())),
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
