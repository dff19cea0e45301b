//! What to do first: shown after the first user is added, and from an empty home timeline. Nothing is fetched before a row
//! is chosen.

use ratatui::text::Span;

use super::list_screen::{ListScreen, description};
use super::registration::Registration;
use crate::tui::keys::{
    Action, Binding, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_OPEN, LIST_SCROLL, Opening, Scope, ScreenName, key,
};
use crate::tui::list::List;
use crate::tui::state::{Effect, Outcome, State, TerminalEffect};
use crate::tui::widgets::Theme;

/// The screen.
#[derive(Debug, Clone, PartialEq)]
pub struct FirstSteps {
    /// The steps.
    pub list: List<Step>,
}

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Looks at the sample database.
    Sample,
    /// Does what an action of the panes does.
    Act(Action, &'static str, &'static str),
}

impl Step {
    /// Returns what it does, and an explanation.
    fn texts(&self) -> (&'static str, &'static str) {
        match self {
            Self::Sample => ("look at the sample", "a temporary database full of posts; close it to return here"),
            Self::Act(_, label, about) => (label, about),
        }
    }
}

/// With fewer columns, the explanations are below the labels.
const WIDE: usize = 90;

const NUMBERS: &[Binding] = &[key("List", &["1…9"], Action::Timeline(0), "choose by number", "")];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName::FIRST_STEPS;

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, LIST_OPEN, NUMBERS, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("General", &["E"], NAME, "first steps", "")],
    open: Some(open),
    ..Registration::named(NAME)
};

/// Shows the steps.
fn open(state: &mut State) -> Vec<Effect> {
    let write = Step::Act(Action::Compose, "write your first post", "up to 140 characters; you can edit and delete it");
    let follow = Step::Act(
        Action::Show(ScreenName::FOLLOW_ADDRESS),
        "follow others",
        "a feed, a blog, or an account such as @susan@mastodon.example",
    );
    let known = Step::Act(
        Action::Show(ScreenName::WELL_KNOWN_FEEDS),
        "follow a well-known feed",
        "one of five, if you know no address yet",
    );
    let import = Step::Act(
        Action::Show(ScreenName::IMPORT),
        "import posts",
        "an archive of Mastodon or X, a feed, another database",
    );
    state.show(FirstSteps { list: List::new(vec![Step::Sample, follow, known, import, write]) });
    vec![]
}

impl ListScreen for FirstSteps {
    type Row = Step;

    fn name(&self) -> ScreenName {
        NAME
    }

    fn list(&self) -> &List<Step> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<Step> {
        &mut self.list
    }

    fn title(&self, _state: &State) -> String {
        "first steps".to_owned()
    }

    fn empty(&self, _state: &State) -> String {
        String::new()
    }

    fn label(&self, _state: &State, at: usize, _row: &Step) -> String {
        (at + 1).to_string()
    }

    fn row(&self, _state: &State, row: &Step, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let (label, about) = row.texts();
        let about = if columns < WIDE { "" } else { about };
        vec![Span::raw(format!("{label:<26}")), Span::styled(about, theme.dim)]
    }

    fn more_lines(row: &Step, columns: usize) -> Vec<String> {
        if columns < WIDE { description(row.texts().1, columns) } else { vec![] }
    }

    fn keeps_keys(&self) -> bool {
        true
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        let chosen = match action {
            Action::Accept => self.list.selected(),
            Action::Timeline(number) => self.list.items.get(number),
            Action::Close => return Outcome::close(vec![]),
            _ => return Outcome::stay(vec![]),
        };
        match chosen {
            Some(Step::Sample) => Outcome::stay(vec![TerminalEffect::OpenSample.into()]),
            Some(Step::Act(action, ..)) => {
                state.next_action = Some(*action);
                let is_refused = state.read_only || state.importing.is_some();
                let opens_over = *action == Action::Show(ScreenName::WELL_KNOWN_FEEDS) && !is_refused;
                if opens_over { Outcome::stay(vec![]) } else { Outcome::close(vec![]) }
            }
            None => Outcome::stay(vec![]),
        }
    }
}
