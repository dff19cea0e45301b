//! The lists of users of the active user, and whether the selected author is in each.

pub mod new_list;

use std::ops::ControlFlow;

use ratatui::text::Span;

use self::new_list::NewList;
use super::list_screen::ListScreen;
use super::registration::Registration;
use super::timeline::pages;
use crate::model::{Nickname, Timeline, UserId, UserList};
use crate::text::{clean_line, pluralize, truncate};
use crate::tui::keys::{
    Action, Binding, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_OPEN, LIST_SCROLL, LIST_UNDO, Opening, Scope,
    ScreenName, key,
};
use crate::tui::list::List;
use crate::tui::state::{Detail, Effect, Message, Outcome, Pane, State, StoreEffect, UndoableAction};
use crate::tui::update::undo;
use crate::tui::widgets::Theme;

/// The lists of users.
#[derive(Debug, Clone, PartialEq)]
pub struct Lists {
    /// The lists by name, and whether the author is in each.
    pub list: List<(UserList, bool)>,
    /// The user who was selected, or the author of the post that was.
    pub author: Option<(UserId, Nickname)>,
}

const OWN: &[Binding] = &[
    key("List", &["s"], Action::Bookmark, "add/remove the author", "add/remove"),
    key("List", &["n"], Action::Compose, "new list", "new list"),
    key("List", &["d"], Action::Delete, "delete list", "delete"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("lists");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, LIST_OPEN, OWN, LIST_UNDO, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Users", &["L"], NAME, "lists of users", "")],
    open: Some(open),
    receive: Some(receive),
    ..Registration::named(NAME)
};

/// Loads the lists, with the user or the author under the cursor.
fn open(state: &mut State) -> Vec<Effect> {
    let Some(user) = state.active.as_ref().map(|user| user.id) else { return state.ask_for_user() };
    let author = match (state.focus, &state.detail) {
        (Pane::Users, _) => state.selected_user().map(|user| (user.id, user.nickname.clone())),
        (Pane::Detail, Detail::Profile(profile)) => Some((profile.user.id, profile.user.nickname.clone())),
        _ => state.selected().map(|post| (post.author, post.nickname.clone())),
    };
    vec![StoreEffect::LoadLists(user, author).into()]
}

/// Shows the lists once they are loaded; an open screen keeps its cursor.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    match message {
        Message::Lists { author, lists } => {
            state.show_loaded(Box::new(Lists { list: List::new(lists), author }));
            ControlFlow::Break(vec![])
        }
        other => ControlFlow::Continue(other),
    }
}

impl ListScreen for Lists {
    type Row = (UserList, bool);

    fn name(&self) -> ScreenName {
        NAME
    }

    fn list(&self) -> &List<Self::Row> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<Self::Row> {
        &mut self.list
    }

    fn title(&self, state: &State) -> String {
        match &self.author {
            Some((_, nickname)) => format!("lists (✓ = contains @{})", state.confusables.label(nickname.as_str())),
            None => "lists".to_owned(),
        }
    }

    fn empty(&self, _state: &State) -> String {
        "No lists yet. A list is a timeline of some users: press n to create one.".to_owned()
    }

    fn label(&self, _state: &State, _at: usize, (_, has_author): &Self::Row) -> String {
        if *has_author { "✓" } else { "" }.to_owned()
    }

    fn row(&self, _state: &State, (list, _): &Self::Row, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let members = format!("  {}", pluralize(list.members, "user"));
        let name = truncate(&clean_line(&list.name), columns.saturating_sub(members.len())).into_owned();
        vec![Span::raw(name), Span::styled(members, theme.dim)]
    }

    fn reload(&self, state: &State) -> Option<Effect> {
        let user = state.active.as_ref()?.id;
        Some(StoreEffect::LoadLists(user, self.author.clone()).into())
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        if state.read_only && matches!(action, Action::Bookmark | Action::Compose | Action::Delete) {
            return Outcome::stay(state.refuse_write());
        }
        let selected = self.list.selected().cloned();
        match (action, selected, &state.active) {
            (Action::Accept, Some((list, _)), Some(user)) => {
                let timeline = Timeline::List(user.id, list.name);
                Outcome::close(pages::open_timeline(state, timeline))
            }
            (Action::Bookmark, Some((list, has_author)), _) => match self.author.clone() {
                Some((id, nickname)) => {
                    let change = UndoableAction::SetListMember(list.name, id, nickname, !has_author);
                    Outcome::stay(undo::perform(state, change))
                }
                None => Outcome::stay(state.show_notice("select a post or a user before you open the lists")),
            },
            (Action::Delete, Some((list, _)), _) => {
                Outcome::stay(undo::perform(state, UndoableAction::SetList(list.name, None)))
            }
            (Action::Compose, ..) => {
                let names = self.list.items.iter().map(|(list, _)| list.name.clone()).collect();
                state.show(NewList::new(self.author.clone(), names));
                Outcome::stay(vec![])
            }
            (Action::Accept | Action::Bookmark | Action::Delete, ..) => Outcome::stay(vec![]),
            _ => Outcome::close(vec![]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NewUser, Timestamp};
    use crate::store::Store;
    use crate::tui::{App, Options};

    #[test]
    fn list_is_created_with_the_author_changed_and_restored() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let john = store.add_user(&NewUser::named(Nickname::parse("john").unwrap()), Timestamp::now()).unwrap();
        store.set_active_user(john.id, Timestamp::now()).unwrap();
        let mut app = App::new(store, Options::default(), (80, 24));
        app.settle();
        let mut send = |action: Action| {
            app.send(Message::Act(action));
            app.settle();
            let names = |lists: &Lists| {
                lists.list.items.iter().map(|(list, has)| (list.name.clone(), list.members, *has)).collect::<Vec<_>>()
            };
            app.state.screen::<Lists>().map(names)
        };
        send(Action::PreviousPane);
        assert_eq!(send(Action::Show(NAME)), Some(vec![]));
        send(Action::Compose);
        app.state.screen_mut::<NewList>().unwrap().name = crate::tui::state::Editor::new("Night shift");
        app.send(Message::Act(Action::Accept));
        app.settle();
        let notice = app.state.notice.as_ref().unwrap();
        assert_eq!(notice.text, "created list \"Night shift\" with @john · z undoes it");
        let mut send = |action: Action| {
            app.send(Message::Act(action));
            app.settle();
            let lists = app.state.screen::<Lists>().unwrap();
            lists.list.items.iter().map(|(list, has)| (list.name.clone(), list.members, *has)).collect::<Vec<_>>()
        };
        let list = |members, has| vec![("Night shift".to_owned(), members, has)];
        assert_eq!(send(Action::Bookmark), list(0, false));
        assert_eq!(send(Action::Undo), list(1, true));
        assert_eq!(send(Action::Delete), []);
        assert_eq!(send(Action::Undo), list(1, true));
        app.send(Message::Act(Action::Accept));
        app.settle();
        let open = &app.state.current().unwrap().timeline;
        assert_eq!(open, &Timeline::List(john.id, "Night shift".to_owned()));
    }
}
