//! The word filters of the active user.

use ratatui::text::Span;

use super::list_screen::ListScreen;
use super::registration::Registration;
use crate::model::{Filter, UserId};
use crate::store::{Store, StoreError};
use crate::text::{clean_line, datetime, truncate};
use crate::tui::keys::{
    self, Action, Binding, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_SCROLL, LIST_UNDO, Opening, Scope,
    ScreenName, key,
};
use crate::tui::list::List;
use crate::tui::state::{Effect, Outcome, Screen, State, UndoableAction};
use crate::tui::update::undo;
use crate::tui::widgets::Theme;

/// The list of word filters.
#[derive(Debug, Clone, PartialEq)]
pub struct Filters {
    /// The filters, by phrase.
    pub list: List<Filter>,
}

const OWN: &[Binding] = &[
    key("List", &["Enter", "t"], Action::Accept, "collapse or hide", "collapse or hide"),
    key("List", &["d"], Action::Delete, "remove filter", "remove"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("filters");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, OWN, LIST_UNDO, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Posts", &["B"], NAME, "list and remove word filters", "")],
    load: Some(load),
    ..Registration::named(NAME)
};

fn load(store: &Store, reader: UserId) -> Result<Box<dyn Screen>, StoreError> {
    Ok(Box::new(Filters { list: List::new(store.filters(reader)?) }))
}

impl ListScreen for Filters {
    type Row = Filter;

    fn name(&self) -> ScreenName {
        NAME
    }

    fn list(&self) -> &List<Filter> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<Filter> {
        &mut self.list
    }

    fn title(&self, _state: &State) -> String {
        "word filters".to_owned()
    }

    fn empty(&self, state: &State) -> String {
        let key = keys::of(state, Action::Show(ScreenName::FILTER));
        format!("No word filters yet. Press {key} on a post to hide or collapse posts with one of its words.")
    }

    fn label(&self, _state: &State, _at: usize, row: &Filter) -> String {
        if row.folded { "collapse" } else { "hide" }.to_owned()
    }

    fn row(&self, _state: &State, row: &Filter, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let until = row.until.map(|until| format!("  until {}", datetime::day(until))).unwrap_or_default();
        let room = columns.saturating_sub(until.len());
        let phrase = truncate(&clean_line(row.phrase.as_str()), room).into_owned();
        vec![Span::raw(phrase), Span::styled(until, theme.dim)]
    }

    fn reload(&self, state: &State) -> Option<Effect> {
        state.load_screen(NAME)
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        if state.read_only && action != Action::Close {
            return Outcome::stay(state.refuse_write());
        }
        let selected = self.list.selected().cloned();
        match (action, selected) {
            (Action::Delete, Some(filter)) => {
                Outcome::stay(undo::perform(state, UndoableAction::SetFilter(filter.phrase, None)))
            }
            (Action::Accept, Some(filter)) => {
                let other = Filter { folded: !filter.folded, ..filter.clone() };
                Outcome::stay(undo::perform(state, UndoableAction::SetFilter(filter.phrase, Some(other))))
            }
            (Action::Delete | Action::Accept, None) => Outcome::stay(vec![]),
            _ => Outcome::close(vec![]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NewUser, Nickname, Phrase, Timestamp};
    use crate::tui::state::Message;
    use crate::tui::{App, Options};

    #[test]
    fn filter_is_changed_and_removed_and_restored() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let john = store.add_user(&NewUser::named(Nickname::parse("john").unwrap()), Timestamp::now()).unwrap();
        store.set_active_user(john.id, Timestamp::now()).unwrap();
        let filter = Filter { phrase: Phrase::parse("dull").unwrap(), folded: true, until: None };
        store.add_filter(john.id, &filter).unwrap();
        let mut app = App::new(store, Options::default(), (80, 24));
        let mut rows = |action: Action| {
            app.send(Message::Act(action));
            app.settle();
            let shown = &app.state.screen::<Filters>().unwrap().list.items;
            shown.iter().map(|row| (row.phrase.as_str().to_owned(), row.folded)).collect::<Vec<_>>()
        };
        assert_eq!(rows(Action::Show(NAME)), [("dull".to_owned(), true)]);
        assert_eq!(rows(Action::Accept), [("dull".to_owned(), false)]);
        assert_eq!(rows(Action::Delete), []);
        assert_eq!(rows(Action::Undo), [("dull".to_owned(), false)]);
        assert_eq!(rows(Action::Undo), [("dull".to_owned(), true)]);
    }
}
