//! Names a pinned timeline in the header.

use ratatui::Frame;

use super::registration::Registration;
use crate::tui::keys::{Action, Binding, Context, KeyTable, Opening, Scope, ScreenName, key};
use crate::tui::labels::timeline_label;
use crate::tui::state::{Editor, Effect, Outcome, Screen, State};
use crate::tui::update::tabs;
use crate::tui::widgets::Theme;
use crate::tui::widgets::one_line_form::{self, OneLineForm};

/// Columns of the window, its border included.
const WINDOW_COLUMNS: u16 = 44;

/// The form.
#[derive(Debug, Clone, PartialEq)]
pub struct RenameTab {
    /// The name.
    pub tab_name: Editor,
}

const KEYS: &[Binding] = &[
    key("Tab", &["Enter"], Action::Accept, "rename (blank for the usual name)", "rename"),
    key("Tab", &["Esc"], Action::Close, "close", "close"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("rename-tab");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context(NAME.0), scope: Scope::TextField, bindings: &[KEYS] }],
    opened_by: &[Opening::anywhere("Timelines", &["R"], NAME, "rename pinned timeline", "")],
    open: Some(open),
    writes: true,
    during_import: false,
    ..Registration::named(NAME)
};

/// Asks for the name.
fn open(state: &mut State) -> Vec<Effect> {
    match tabs::current(state) {
        Err(why) => return state.show_notice(why),
        Ok(None) => return tabs::pin_first(state),
        Ok(Some(_)) => {}
    }
    let reader = state.active.as_ref().map(|user| user.id);
    let usual = state.current().map(|tab| tab.name.clone().unwrap_or_else(|| timeline_label(&tab.timeline, reader)));
    state.show(RenameTab { tab_name: Editor::new(&usual.unwrap_or_default()) });
    vec![]
}

impl Screen for RenameTab {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context(NAME.0)
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        match action {
            Action::Accept => Outcome::close(tabs::rename(state, &self.tab_name.text())),
            _ => Outcome::close(vec![]),
        }
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(&mut self.tab_name)
    }

    fn draw(&self, _state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let form = OneLineForm {
            title: "rename timeline",
            columns: WINDOW_COLUMNS,
            value: &self.tab_name,
            hint: "",
            error: None,
        };
        one_line_form::draw(&form, theme, frame);
    }

    fn covers_panes(&self) -> bool {
        false
    }
}
