//! Switches to another user, chosen by typing part of a name.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::list_screen::row_at;
use super::registration::Registration;
use crate::model::{User, case_fold};
use crate::tui::keys::{
    Action, Binding, Context, KeyTable, Opening, PICKER_CLOSE, PICKER_MOVES, Scope, ScreenName, key,
};
use crate::tui::layout;
use crate::tui::list::List;
use crate::tui::state::{Editor, Effect, Outcome, Pane, Screen, State};
use crate::tui::update::switch;
use crate::tui::widgets::{Theme, frame as window, rows, text_field, user_row};

/// The user picker.
#[derive(Debug, Clone, PartialEq)]
pub struct UserPicker {
    /// The query that was typed.
    pub query: Editor,
    /// The users that match the query.
    pub found: List<User>,
}

const OWN: &[Binding] = &[
    key("Picker", &["Enter"], Action::Accept, "switch to this user", "switch"),
    key("Picker", &["^T"], Action::Show(ScreenName::NEW_USER), "add user", "add user"),
    key(
        "Picker",
        &["^O"],
        Action::Show(ScreenName::EDIT_PROFILE),
        "switch to this user and edit the profile",
        "profile",
    ),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName::USER_PICKER;

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context("users-picker"),
        scope: Scope::TextField,
        bindings: &[PICKER_MOVES, OWN, PICKER_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Users", &["a"], NAME, "switch user", "switch user")],
    open: Some(open),
    during_import: false,
    ..Registration::named(NAME)
};

/// Opens the screen.
fn open(state: &mut State) -> Vec<Effect> {
    state.show(UserPicker { query: Editor::new(""), found: List::new(state.local_users().cloned().collect()) });
    vec![]
}

impl Screen for UserPicker {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context("users-picker")
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        match action {
            Action::Down => self.found.select(self.found.cursor + 1),
            Action::Up => self.found.select(self.found.cursor.saturating_sub(1)),
            Action::Accept => {
                let Some(user) = self.found.selected() else { return Outcome::stay(vec![]) };
                return Outcome::close(switch::switch_to(state, user));
            }
            Action::Show(form) => {
                // The form is about the active user.
                let chosen = self.found.selected().filter(|_| form == ScreenName::EDIT_PROFILE);
                let effects = chosen.map_or_else(Vec::new, |user| switch::switch_to(state, user));
                if form == ScreenName::EDIT_PROFILE && chosen.is_none() {
                    return Outcome::stay(effects);
                }
                if state.focus == Pane::Users {
                    state.focus = Pane::Timeline;
                }
                state.next_action = Some(action);
                return Outcome::close(effects);
            }
            _ => return Outcome::close(vec![]),
        }
        Outcome::stay(vec![])
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(&mut self.query)
    }

    /// Keeps the users with the query in a name; those whose nicknames start with it come first.
    fn edited(&mut self, state: &mut State, _before: &str) -> Vec<Effect> {
        let query = case_fold(self.query.text().trim().trim_start_matches('@'));
        let matches = |user: &User| {
            let name = user.display_name.as_ref().map_or("", |name| name.as_str());
            case_fold(user.nickname.as_str()).contains(&query) || case_fold(name).contains(&query)
        };
        let mut found: Vec<User> = state.local_users().filter(|user| matches(user)).cloned().collect();
        found.sort_by_key(|user| !user.nickname.key().starts_with(&query));
        self.found = List::new(found);
        vec![]
    }

    fn cursor(&mut self) -> Option<&mut usize> {
        Some(&mut self.found.cursor)
    }

    fn row_at(&self, state: &State, at: Position) -> Option<usize> {
        row_at(&self.found, layout::picker_list(state), at)
    }

    fn ensure_cursor_visible(&mut self, state: &mut State) {
        self.found.reveal(usize::from(layout::picker_list(state).height), |_, _| 1);
    }

    fn draw(&self, state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let inside = window::draw("switch user", layout::picker(state), theme, frame);
        let query = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), height: 1, ..inside };
        frame.render_widget(Line::styled("›", theme.accent), Rect { width: 1, ..query });
        text_field::draw_line(
            &self.query,
            Rect { x: query.x + 2, width: query.width.saturating_sub(2), ..query },
            frame,
        );
        let below = layout::picker_list(state);
        if self.found.items.is_empty() {
            return frame.render_widget(Line::styled(" No matching user", theme.dim), below);
        }
        rows::draw(&self.found, below, frame, |at, user| {
            let active = state.active.as_ref().is_some_and(|active| active.id == user.id);
            let style = user_row::Style { active, selected: at == self.found.cursor, unread: 0 };
            vec![user_row::line(user, usize::from(below.width) - 1, style, &state.confusables, theme)]
        });
    }

    fn covers_panes(&self) -> bool {
        false
    }
}
