//! Asks before a post is deleted. The question is in the footer, so that the post stays visible.

use ratatui::Frame;

use super::registration::Registration;
use crate::model::Post;
use crate::tui::keys::{Action, Binding, Context, KeyTable, Scope, ScreenName, key};
use crate::tui::state::{Effect, Outcome, Question, Screen, State, UndoableAction};
use crate::tui::update::undo;
use crate::tui::widgets::Theme;

/// The question whether a post is to be deleted.
#[derive(Debug, Clone, PartialEq)]
pub struct DeletePost {
    /// The post.
    pub post: Post,
}

const KEYS: &[Binding] =
    &[key("Question", &["y"], Action::Accept, "yes", ""), key("Question", &["n", "q", "Esc"], Action::Close, "no", "")];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("delete-post");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context("delete-post"), scope: Scope::Screen, bindings: &[KEYS] }],
    actions: &[(Action::Delete, ask)],
    ..Registration::named(NAME)
};

/// Asks whether the selected post is to be deleted; only its author can delete it.
fn ask(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected().cloned() else { return undo::select_post_first(state) };
    if state.active.as_ref().is_some_and(|user| user.id == post.author) {
        state.show(DeletePost { post });
        return vec![];
    }
    state.show_error(format!("only @{} can delete this post", post.nickname))
}

impl Screen for DeletePost {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context("delete-post")
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        if action != Action::Accept {
            return Outcome::close(vec![]);
        }
        Outcome::close(undo::perform(state, UndoableAction::DeletePosts(vec![self.post.id])))
    }

    fn question(&self, _state: &State) -> Option<Question> {
        Some(Question {
            before: "Delete".to_owned(),
            quote: self.post.body.as_str().to_owned(),
            after: "?",
            choices: &[(Action::Accept, "delete"), (Action::Close, "cancel")],
        })
    }

    fn draw(&self, _state: &State, _theme: &Theme, _frame: &mut Frame<'_>) {}

    fn covers_panes(&self) -> bool {
        false
    }
}
