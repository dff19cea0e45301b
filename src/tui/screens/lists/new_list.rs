//! Creates a list of users.

use ratatui::Frame;

use crate::model::{Nickname, UserId};
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
    /// Why the name cannot be taken.
    pub error: Option<String>,
}

/// Columns of the window, its border included.
const WINDOW_COLUMNS: u16 = 44;

impl NewList {
    /// Returns an empty form.
    #[must_use]
    pub fn new(author: Option<(UserId, Nickname)>) -> Self {
        Self { name: Editor::new(""), author, error: None }
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
            Action::Accept => {
                let members = self.author.iter().map(|(id, _)| *id).collect();
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
