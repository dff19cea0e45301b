//! Adds a word filter: the tags and words of the selected post are offered as the phrase.

use ratatui::Frame;

use super::registration::Registration;
use crate::model::{Filter, Phrase};
use crate::text::tags;
use crate::tui::keys::{Action, Binding, Context, KeyTable, Opening, Scope, ScreenName, key};
use crate::tui::state::{Editor, Effect, Outcome, Screen, State, UndoableAction};
use crate::tui::update::undo;
use crate::tui::widgets::Theme;
use crate::tui::widgets::one_line_form::{self, OneLineForm};

/// The form of a new word filter.
#[derive(Debug, Clone, PartialEq)]
pub struct AddFilter {
    /// The phrase.
    pub phrase: Editor,
    /// The tags and words of the post, to choose from.
    pub words: Vec<String>,
    /// Which of them was chosen last.
    pub at: usize,
    /// Whether posts with the phrase are collapsed instead of hidden.
    pub folded: bool,
    /// Whether the selected post is the user's own, which no filter acts on.
    pub own: bool,
    /// Why the phrase cannot be taken.
    pub error: Option<String>,
}

/// Columns of the window, its border included.
const WINDOW_COLUMNS: u16 = 44;

const KEYS: &[Binding] = &[
    key("Filter", &["Enter"], Action::Accept, "add word filter", "add filter"),
    key("Filter", &["↓"], Action::Down, "next word of the post", "next word"),
    key("Filter", &["↑"], Action::Up, "previous word of the post", ""),
    key("Filter", &["Tab"], Action::NextField, "collapse or hide", "collapse or hide"),
    key("Filter", &["Esc"], Action::Close, "close", "close"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName::FILTER;

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context("filter"), scope: Scope::TextField, bindings: &[KEYS] }],
    opened_by: &[Opening::on_post("Posts", &["F"], NAME, "add word filter", "")],
    open: Some(open),
    writes: true,
    during_import: false,
    ..Registration::named(NAME)
};

/// Asks for the phrase, starting with the first tag or word of the post.
fn open(state: &mut State) -> Vec<Effect> {
    if state.active.is_none() {
        return state.ask_for_user();
    }
    let Some(post) = state.selected() else { return undo::select_post_first(state) };
    let own = state.active.as_ref().is_some_and(|user| user.id == post.author);
    let body = post.body.as_str();
    let mut words: Vec<String> = tags(body).into_iter().map(|tag| format!("#{tag}")).collect();
    for word in body.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1) {
        if !words.iter().any(|known| known.trim_start_matches('#') == word) {
            words.push(word.to_owned());
        }
    }
    let phrase = Editor::new(words.first().map_or("", String::as_str));
    state.show(AddFilter { phrase, words, at: 0, folded: true, own, error: None });
    vec![]
}

impl AddFilter {
    /// Says what happens to matching posts.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match (self.own, self.folded) {
            (false, true) => "matching posts are collapsed",
            (false, false) => "matching posts are hidden",
            (true, true) => "matching posts of others are collapsed, your own are not",
            (true, false) => "matching posts of others are hidden, your own are not",
        }
    }
}

impl Screen for AddFilter {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context("filter")
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        let count = self.words.len().max(1);
        match action {
            Action::NextField => self.folded = !self.folded,
            Action::Down | Action::Up => {
                self.at = (self.at + if action == Action::Down { 1 } else { count - 1 }) % count;
                self.error = None;
                self.phrase = Editor::new(self.words.get(self.at).map_or("", String::as_str));
            }
            Action::Accept => {
                return match Phrase::parse(&self.phrase.text()) {
                    Ok(phrase) => {
                        let filter = Filter { phrase: phrase.clone(), folded: self.folded, until: None };
                        Outcome::close(undo::perform(state, UndoableAction::SetFilter(phrase, Some(filter))))
                    }
                    Err(why) => {
                        self.error = Some(why.to_string());
                        Outcome::stay(vec![])
                    }
                };
            }
            _ => return Outcome::close(vec![]),
        }
        Outcome::stay(vec![])
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(&mut self.phrase)
    }

    fn edited(&mut self, _state: &mut State, _before: &str) -> Vec<Effect> {
        self.error = None;
        vec![]
    }

    fn draw(&self, _state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let form = OneLineForm {
            title: "filter posts with",
            columns: WINDOW_COLUMNS,
            value: &self.phrase,
            hint: self.hint(),
            error: self.error.as_deref(),
        };
        one_line_form::draw(&form, theme, frame);
    }

    fn covers_panes(&self) -> bool {
        false
    }
}
