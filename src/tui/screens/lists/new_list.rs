//! Creates a list of users.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::model::{Nickname, UserId};
use crate::tui::keys::{Action, Binding, Context, KeyTable, Scope, ScreenName, key};
use crate::tui::layout;
use crate::tui::screens::registration::Registration;
use crate::tui::state::{Editor, Outcome, Screen, State, UndoableAction};
use crate::tui::update::undo;
use crate::tui::widgets::{Theme, frame as window, text_field};

/// The form of a new list.
#[derive(Debug, Clone, PartialEq)]
pub struct NewList {
    /// The name.
    pub name: Editor,
    /// The first user in it.
    pub author: Option<(UserId, Nickname)>,
}

impl NewList {
    /// Returns an empty form.
    #[must_use]
    pub fn new(author: Option<(UserId, Nickname)>) -> Self {
        Self { name: Editor::new(""), author }
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
                Outcome::stay(state.show_notice("type a name for the list"))
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

    fn draw(&self, state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let all = frame.area();
        let area = layout::centered(Rect { height: all.height.saturating_sub(1), ..all }, 44, 5);
        let inside = window::draw("new list", area, theme, frame);
        let width = inside.width.saturating_sub(2);
        let line = Rect { x: inside.x + 1, width, height: inside.height.min(1), ..inside };
        text_field::draw(&self.name, line, frame);
        let members = match &self.author {
            Some((_, nickname)) => format!("starts with @{}", state.confusables.label(nickname.as_str())),
            None => "starts without users".to_owned(),
        };
        frame.render_widget(Line::styled(members, theme.dim), Rect { y: line.y + 2, ..line }.intersection(inside));
    }

    fn covers_panes(&self) -> bool {
        false
    }
}
