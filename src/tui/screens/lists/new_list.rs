//! Creates a list of users.

use ratatui::Frame;

use crate::model::{Nickname, UserId, case_fold};
use crate::tui::keys::{Action, Binding, Context, KeyTable, Scope, ScreenName, key};
use crate::tui::screens::registration::Registration;
use crate::tui::state::{Editor, Effect, Outcome, Screen, State, UndoableAction};
use crate::tui::update::undo;
use crate::tui::widgets::Theme;
use crate::tui::widgets::one_line_form::{self, OneLineForm};

/// The form of a new list.
#[derive(Debug, Clone, PartialEq)]
pub struct NewList {
    /// The name.
    pub name: Editor,
    /// The first user in it.
    pub author: Option<(UserId, Nickname)>,
    /// The names of the lists that there are.
    taken: Vec<String>,
    /// Why the name cannot be taken.
    pub error: Option<String>,
}

/// Columns of the window, its border included.
const WINDOW_COLUMNS: u16 = 44;

impl NewList {
    /// Returns an empty form.
    #[must_use]
    pub fn new(author: Option<(UserId, Nickname)>, taken: Vec<String>) -> Self {
        Self { name: Editor::new(""), author, taken, error: None }
    }

    fn is_taken(&self) -> bool {
        let key = case_fold(self.name.text().trim());
        self.taken.iter().any(|name| case_fold(name) == key)
    }
}

const KEYS: &[Binding] = &[
    key("Naming", &["Enter"], Action::Accept, "create list", "create list"),
    key("Naming", &["Esc"], Action::Close, "close", "close"),
];

/// The name of the screen.
pub const NAME: ScreenName = ScreenName("new-list");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context("new-list"), scope: Scope::TextField, bindings: &[KEYS] }],
    writes: true,
    during_import: false,
    ..Registration::named(NAME)
};

impl Screen for NewList {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context("new-list")
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        match action {
            Action::Accept if self.name.text().trim().is_empty() => {
                self.error = Some("type a name for the list".to_owned());
                Outcome::stay(vec![])
            }
            Action::Accept if self.is_taken() => {
                self.error =
                    Some(format!("there is a list \"{}\" already: give another name", self.name.text().trim()));
                Outcome::stay(vec![])
            }
            Action::Accept => {
                let members = self.author.iter().cloned().collect();
                let name = self.name.text().trim().to_owned();
                Outcome::close(undo::perform(state, UndoableAction::SetList(name, Some(members))))
            }
            _ => Outcome::close(vec![]),
        }
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(&mut self.name)
    }

    fn edited(&mut self, _state: &mut State, _before: &str) -> Vec<Effect> {
        self.error = None;
        vec![]
    }

    fn draw(&self, state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let members = match &self.author {
            Some((_, nickname)) => format!("starts with @{}", state.confusables.label(nickname.as_str())),
            None => "starts without users".to_owned(),
        };
        let form = OneLineForm {
            title: "new list",
            columns: WINDOW_COLUMNS,
            value: &self.name,
            hint: &members,
            error: self.error.as_deref(),
        };
        one_line_form::draw(&form, theme, frame);
    }

    fn covers_panes(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use crate::tui::screens::initial_state;

    #[test]
    fn name_of_another_list_is_refused_and_stays_in_the_form() {
        let mut state = initial_state(Timestamp::from_micros(0), (80, 24));
        let mut form = NewList::new(None, vec!["News".to_owned()]);
        form.name = Editor::new("news ");
        let _ = form.act(&mut state, Action::Accept);
        assert_eq!(form.error.as_deref(), Some("there is a list \"news\" already: give another name"));
        assert_eq!(form.name.text(), "news ");
    }
}
