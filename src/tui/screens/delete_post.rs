//! Asks before posts are deleted: the selected one, or your own among those that are marked. The question is in the
//! footer, so that the posts stay visible.

use ratatui::Frame;

use super::registration::Registration;
use crate::model::Post;
use crate::text::pluralize;
use crate::tui::keys::{Action, Binding, Context, KeyTable, Scope, ScreenName, key};
use crate::tui::state::{Effect, Outcome, Question, Screen, State, UndoableAction};
use crate::tui::update::{marks, undo};
use crate::tui::widgets::Theme;

/// The question whether posts are to be deleted.
#[derive(Debug, Clone, PartialEq)]
pub struct DeletePosts {
    /// The posts; at least one.
    pub posts: Vec<Post>,
    /// How many posts of others are marked, which stay.
    pub others: usize,
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

/// Asks whether the marked or the selected posts are to be deleted; only their author can delete them.
fn ask(state: &mut State) -> Vec<Effect> {
    let chosen = marks::chosen(state);
    let Some(first) = chosen.first() else { return undo::select_post_first(state) };
    let nickname = first.nickname.clone();
    let active = state.active.as_ref().map(|user| user.id);
    let (posts, others): (Vec<Post>, Vec<Post>) = chosen.into_iter().partition(|post| Some(post.author) == active);
    if !posts.is_empty() {
        state.show(DeletePosts { posts, others: others.len() });
        return vec![];
    }
    if others.len() > 1 {
        return state.show_error("none of the marked posts is yours: you can delete only your own");
    }
    state.show_error(format!("only @{nickname} can delete this post"))
}

impl Screen for DeletePosts {
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
        state.marked.clear();
        Outcome::close(undo::perform(
            state,
            UndoableAction::DeletePosts(self.posts.iter().map(|post| post.id).collect()),
        ))
    }

    fn question(&self, _state: &State) -> Option<Question> {
        let (before, quote) = match (self.posts.as_slice(), self.others) {
            ([post], 0) => ("Delete".to_owned(), post.body.as_str().to_owned()),
            (posts, 0) => (format!("Delete {} posts", posts.len()), String::new()),
            (posts, others) => {
                let yours = pluralize(posts.len() as u64, "post");
                (format!("Delete your {yours} ({others} by others stay)"), String::new())
            }
        };
        Some(Question { before, quote, after: "?", choices: &[(Action::Accept, "delete"), (Action::Close, "cancel")] })
    }

    fn draw(&self, _state: &State, _theme: &Theme, _frame: &mut Frame<'_>) {}

    fn covers_panes(&self) -> bool {
        false
    }
}
