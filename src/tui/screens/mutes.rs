//! The users whom the active user mutes.

use ratatui::text::Span;

use super::list_screen::ListScreen;
use super::registration::Registration;
use crate::model::{User, UserId};
use crate::store::{Store, StoreError};
use crate::text::{clean_line, compact, truncate, width};
use crate::tui::keys::{
    self, Action, Binding, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_SCROLL, LIST_UNDO, Opening, Scope,
    ScreenName, key,
};
use crate::tui::list::List;
use crate::tui::state::{Effect, Outcome, Screen, State, StoreEffect, UndoableAction};
use crate::tui::update::undo;
use crate::tui::widgets::Theme;

/// The list of muted users.
#[derive(Debug, Clone, PartialEq)]
pub struct Mutes {
    /// The users, by nickname.
    pub list: List<User>,
}

const OWN: &[Binding] = &[
    key("List", &["Enter", "t"], Action::Accept, "profile", "profile"),
    key("List", &["d"], Action::Delete, "unmute", "unmute"),
    key("List", &["m"], Action::Mute, "unmute", ""),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("mutes");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, OWN, LIST_UNDO, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Users", &["M"], NAME, "list muted users, and unmute them", "")],
    load: Some(load),
    ..Registration::named(NAME)
};

fn load(store: &Store, reader: UserId) -> Result<Box<dyn Screen>, StoreError> {
    Ok(Box::new(Mutes { list: List::new(store.muted(reader)?) }))
}

impl ListScreen for Mutes {
    type Row = User;

    fn name(&self) -> ScreenName {
        NAME
    }

    fn list(&self) -> &List<User> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<User> {
        &mut self.list
    }

    fn title(&self, _state: &State) -> String {
        "muted users".to_owned()
    }

    fn empty(&self, state: &State) -> String {
        format!("No muted users. Press {} on a post or a user to mute them.", keys::of(state, Action::Mute))
    }

    fn label(&self, _state: &State, _at: usize, row: &User) -> String {
        format!("{} {}", compact(row.posts), if row.posts == 1 { "post" } else { "posts" })
    }

    fn row(&self, state: &State, row: &User, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let nickname = truncate(&state.confusables.label(row.nickname.as_str()), columns).into_owned();
        let name = row.display_name.as_ref().map(|name| format!("  {}", clean_line(name.as_str()))).unwrap_or_default();
        let name = truncate(&name, columns.saturating_sub(width(&nickname))).into_owned();
        vec![Span::styled(nickname, theme.author(row.nickname.as_str())), Span::styled(name, theme.dim)]
    }

    fn reload(&self, state: &State) -> Option<Effect> {
        state.load_screen(NAME)
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        if state.read_only && matches!(action, Action::Delete | Action::Mute) {
            return Outcome::stay(state.refuse_write());
        }
        let selected = self.list.selected().map(|user| (user.id, user.nickname.clone()));
        match (action, selected) {
            (Action::Delete | Action::Mute, Some((user, nickname))) => {
                Outcome::stay(undo::perform(state, UndoableAction::Mute(vec![(user, nickname)], Some(false))))
            }
            (Action::Accept, Some((user, _))) => Outcome::hide(state.load_detail(StoreEffect::LoadProfile(user))),
            (Action::Delete | Action::Mute | Action::Accept, None) => Outcome::stay(vec![]),
            _ => Outcome::close(vec![]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NewUser, Nickname, Timestamp};
    use crate::tui::screens::initial_state;
    use crate::tui::state::Message;
    use crate::tui::{App, Options};

    #[test]
    fn the_key_that_mutes_also_unmutes_in_the_list() {
        let mut state = initial_state(Timestamp::from_micros(0), (80, 24));
        state.show(Mutes { list: List::new(vec![]) });
        let press = crossterm::event::KeyEvent::from(crossterm::event::KeyCode::Char('m'));
        assert_eq!(keys::read(&state, press), Some(Message::Act(Action::Mute)));
    }

    #[test]
    fn muted_user_is_unmuted_and_muted_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let now = Timestamp::now();
        let [john, susan] = ["john", "susan"]
            .map(|name| store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), now).unwrap().id);
        store.set_active_user(john, now).unwrap();
        store.mute(john, &[susan], now).unwrap();
        let mut app = App::new(store, Options::default(), (80, 24));
        let mut rows = |action: Action| {
            app.send(Message::Act(action));
            app.settle();
            app.state.screen::<Mutes>().unwrap().list.items.iter().map(|user| user.id).collect::<Vec<_>>()
        };
        assert_eq!(rows(Action::Show(NAME)), [susan]);
        assert_eq!(rows(Action::Delete), []);
        assert_eq!(rows(Action::Undo), [susan]);
        assert_eq!(rows(Action::Mute), []);
    }
}
