//! The form of a user: adds one, or edits the profile and the avatar of one.

use std::ops::ControlFlow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::registration::Registration;
use crate::model::{AboutMe, DisplayName, Email, NewUser, Nickname, User, UserKind};
use crate::tui::keys::{self, Action, Binding, Context, KeyTable, Opening, Scope, ScreenName, key};
use crate::tui::layout;
use crate::tui::state::{
    Detail, Editor, Effect, Message, Outcome, Pane, ProfileEdit, Screen, State, Step, StoreEffect, UndoableAction,
    WorkerEffect,
};
use crate::tui::update::refresh;
use crate::tui::widgets::form::{self, FormField};
use crate::tui::widgets::{Theme, frame as window, message};

/// Columns of the window, its border included.
const WINDOW_COLUMNS: u16 = 72;

/// The form.
#[derive(Debug, Clone, PartialEq)]
pub struct UserForm {
    /// The user whose profile is edited; `None` if one is added.
    pub user: Option<User>,
    /// The fields.
    pub fields: Vec<Field>,
    /// The index of the field that has the cursor.
    pub at: usize,
    /// The names that the path of the avatar can be completed with.
    pub names: Vec<String>,
    /// Why the entries cannot be saved.
    pub error: Option<String>,
}

/// A field of the form.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// What it holds.
    pub kind: FieldKind,
    /// The text.
    pub value: Editor,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// The nickname.
    Nickname,
    /// The display name.
    DisplayName,
    /// The description.
    AboutMe,
    /// The email address.
    Email,
    /// The path of a picture.
    Avatar,
}

impl FieldKind {
    fn label(self) -> &'static str {
        match self {
            Self::Nickname => "nickname",
            Self::DisplayName => "display name",
            Self::AboutMe => "about",
            Self::Email => "email",
            Self::Avatar => "avatar",
        }
    }

    /// Returns what an empty field shows.
    fn hint(self) -> &'static str {
        match self {
            Self::Nickname => "letters, digits and . _ -",
            Self::DisplayName | Self::AboutMe | Self::Email => "optional",
            Self::Avatar => "path of a new PNG, JPEG, GIF or WebP file",
        }
    }
}

const KEYS: &[Binding] = &[
    key("User", &["Enter"], Action::Accept, "save", "save"),
    key("User", &["Tab"], Action::Complete, "complete path, or next field", "next field"),
    key("User", &["↓"], Action::NextField, "next field", ""),
    key("User", &["Shift+Tab", "↑"], Action::PreviousField, "previous field", ""),
    key("User", &["Esc"], Action::Close, "close", "close"),
];

/// The name of the screen and of the action that edits a profile.
pub const NAME: ScreenName = ScreenName::EDIT_PROFILE;
/// The name of the screen and of the action that adds a user.
pub const NEW: ScreenName = ScreenName::NEW_USER;

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context("user-form"), scope: Scope::TextField, bindings: &[KEYS] }],
    opened_by: &[Opening::anywhere("Users", &["O"], NAME, "edit profile and avatar", "")],
    open: Some(edit),
    receive: Some(receive),
    writes: true,
    during_import: false,
    ..Registration::named(NAME)
};

/// The form of a new user in the registry.
pub const NEW_SCREEN: Registration = Registration {
    opened_by: &[Opening::anywhere("Users", &["&"], NEW, "add user", "")],
    open: Some(add),
    writes: true,
    during_import: false,
    ..Registration::named(NEW)
};

/// Asks for a new user.
fn add(state: &mut State) -> Vec<Effect> {
    let kinds = [FieldKind::Nickname, FieldKind::DisplayName, FieldKind::AboutMe, FieldKind::Email];
    let fields = kinds.map(|kind| Field { kind, value: Editor::new("") }).to_vec();
    state.show(UserForm { user: None, fields, at: 0, names: vec![], error: None });
    vec![]
}

/// Opens the profile of the selected local user, or of the active user.
fn edit(state: &mut State) -> Vec<Effect> {
    let selected = match (state.focus, &state.detail) {
        (Pane::Users, _) => state.selected_user(),
        (Pane::Detail, Detail::Profile(profile)) => Some(&profile.user),
        _ => None,
    };
    let local = selected.filter(|user| user.kind != UserKind::Remote).or(state.active.as_ref());
    let Some(user) = local.cloned() else { return state.ask_for_user() };
    let text = |kind| match kind {
        FieldKind::DisplayName => user.display_name.as_ref().map_or("", DisplayName::as_str),
        FieldKind::AboutMe => user.about_me.as_ref().map_or("", AboutMe::as_str),
        FieldKind::Email => user.email.as_ref().map_or("", Email::as_str),
        FieldKind::Nickname | FieldKind::Avatar => "",
    };
    let kinds = [FieldKind::DisplayName, FieldKind::AboutMe, FieldKind::Email, FieldKind::Avatar];
    let fields = kinds.map(|kind| Field { kind, value: Editor::new(text(kind)) }).to_vec();
    state.show(UserForm { user: Some(user), fields, at: 0, names: vec![], error: None });
    vec![]
}

impl UserForm {
    /// Returns the text of a field; blank if the form does not have it.
    fn text(&self, kind: FieldKind) -> String {
        let field = self.fields.iter().find(|field| field.kind == kind);
        field.map(|field| field.value.text()).unwrap_or_default()
    }

    /// Returns the effect that saves the entries; `None` if nothing was changed.
    fn save(&self) -> Result<Option<Effect>, String> {
        let words = |error: &dyn std::fmt::Display| error.to_string();
        let display_name = DisplayName::parse(&self.text(FieldKind::DisplayName)).map_err(|error| words(&error))?;
        let about_me = AboutMe::parse(&self.text(FieldKind::AboutMe)).map_err(|error| words(&error))?;
        let email = match self.text(FieldKind::Email).trim() {
            "" => None,
            email => Some(Email::parse(email).map_err(|error| words(&error))?),
        };
        let Some(user) = &self.user else {
            let nickname = Nickname::parse(&self.text(FieldKind::Nickname)).map_err(|error| words(&error))?;
            let user = NewUser { email, display_name, about_me, ..NewUser::named(nickname) };
            return Ok(Some(StoreEffect::AddUser(user).into()));
        };
        let avatar = self.text(FieldKind::Avatar).trim().to_owned();
        let edit = ProfileEdit {
            display_name: (display_name != user.display_name).then_some(display_name),
            about_me: (about_me != user.about_me).then_some(about_me),
            email: (email != user.email).then_some(email),
            avatar: (!avatar.is_empty()).then_some(avatar),
        };
        Ok((edit != ProfileEdit::default()).then(|| StoreEffect::EditUser(user.id, edit).into()))
    }
}

impl UserForm {
    /// Returns whether the cursor is in the path of the avatar, and something is typed there.
    fn is_in_path(&self) -> bool {
        let field = self.fields.get(self.at).filter(|field| field.kind == FieldKind::Avatar);
        field.is_some_and(|field| !field.value.text().is_empty())
    }

    /// Puts a completed path into its field, unless that was changed meanwhile.
    fn completed(&mut self, typed: &str, completed: &str, names: Vec<String>) {
        let field = self.fields.iter_mut().find(|field| field.kind == FieldKind::Avatar);
        let Some(field) = field.filter(|field| field.value.text() == typed) else { return };
        if completed != typed {
            field.value = Editor::new(completed);
        }
        // A single name is in the field already.
        self.names = if names.len() == 1 { vec![] } else { names };
    }

    /// Returns the lines below the fields: why the entries cannot be saved, or the names that complete the path.
    fn note(&self, room: usize, theme: &Theme) -> Vec<Line<'static>> {
        match &self.error {
            Some(error) => message::lines(error, room, theme.error),
            None if self.names.is_empty() => vec![],
            None => message::lines(&self.names.join("  "), room, theme.dim),
        }
    }
}

impl Screen for UserForm {
    fn name(&self) -> ScreenName {
        if self.user.is_some() { NAME } else { NEW }
    }

    fn context(&self, _state: &State) -> Context {
        Context("user-form")
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        let count = self.fields.len();
        match action {
            Action::Complete if self.is_in_path() => {
                let path = self.text(FieldKind::Avatar);
                return Outcome::stay(vec![WorkerEffect::CompletePath(path).into()]);
            }
            Action::Complete | Action::NextField => self.at = (self.at + 1) % count,
            Action::PreviousField => self.at = (self.at + count - 1) % count,
            Action::Accept => match self.save() {
                Ok(Some(effect)) => return Outcome::stay(vec![effect]),
                Ok(None) => return Outcome::close(state.show_notice("nothing was changed")),
                Err(why) => self.error = Some(why),
            },
            _ => return Outcome::close(vec![]),
        }
        Outcome::stay(vec![])
    }

    fn hint(&self, action: Action, word: &'static str) -> &'static str {
        if action == Action::Complete && self.is_in_path() { "complete path" } else { word }
    }

    fn field(&mut self) -> Option<&mut Editor> {
        self.fields.get_mut(self.at).map(|field| &mut field.value)
    }

    fn edited(&mut self, _state: &mut State, _before: &str) -> Vec<Effect> {
        self.error = None;
        self.names.clear();
        vec![]
    }

    fn draw(&self, state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let all = frame.area();
        let room = usize::from(all.width.min(WINDOW_COLUMNS).saturating_sub(4));
        let note = self.note(room, theme);
        let rows = self.fields.len().max(1) as u16 + note.len().max(2) as u16 + 2;
        let area = layout::centered(Rect { height: all.height.saturating_sub(1), ..all }, WINDOW_COLUMNS, rows);
        let title = match &self.user {
            Some(user) => format!("profile of @{}", state.confusables.label(user.nickname.as_str())),
            None => "add user".to_owned(),
        };
        let inside = window::draw(&title, area, theme, frame);
        for (at, field) in self.fields.iter().enumerate() {
            let line = Rect { y: inside.y + at as u16, height: 1, ..inside }.intersection(inside);
            let (label, hint) = (field.kind.label(), field.kind.hint());
            form::draw(&FormField { label, hint, value: &field.value, is_focused: at == self.at }, theme, line, frame);
        }
        let below = Rect {
            x: inside.x + 1,
            y: inside.y + self.fields.len() as u16,
            width: inside.width.saturating_sub(2),
            height: note.len() as u16,
        };
        message::draw(note, below.intersection(inside), frame);
    }

    fn covers_panes(&self) -> bool {
        false
    }
}

/// Shows the saved profile, or why it was not saved.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    ControlFlow::Break(match message {
        Message::UserEdited(Ok((user, before))) => {
            state.close::<UserForm>();
            let label = format!("saved the profile of @{}", user.nickname);
            let key = keys::here(state, Action::Undo).map(|key| format!(" · {key} undoes it"));
            state.show_notice(format!("{label}{}", key.unwrap_or_default()));
            let action = UndoableAction::SetProfile(user.id, user.nickname.clone(), before);
            state.history.push(Step { user: user.id, action, label });
            if state.active.as_ref().is_some_and(|active| active.id == user.id) {
                state.active = Some(user);
            }
            state.avatars.invalidate();
            refresh::refresh(state)
        }
        Message::UserEdited(Err(why)) => failed(state, why),
        Message::PathCompleted { typed, completed, names } => match state.screen_mut::<UserForm>() {
            Some(form) => {
                form.completed(&typed, &completed, names);
                vec![]
            }
            None => return ControlFlow::Continue(Message::PathCompleted { typed, completed, names }),
        },
        // The first user is added on the welcome screen, which shows its own errors.
        Message::UserAdded(Err(why)) if state.screen::<UserForm>().is_some() => failed(state, why),
        other => return ControlFlow::Continue(other),
    })
}

fn failed(state: &mut State, why: String) -> Vec<Effect> {
    match state.screen_mut::<UserForm>() {
        Some(form) => {
            form.error = Some(why);
            vec![]
        }
        None => state.show_error(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Timestamp, UserId};
    use crate::tui::screens::initial_state;
    use crate::tui::state::{Direction, LoadedUsers, ProfileFields};
    use crate::tui::update::update;

    fn state() -> State {
        let mut state = initial_state(Timestamp::from_micros(0), (80, 24));
        let ada = User {
            display_name: DisplayName::parse("Ada").unwrap(),
            about_me: AboutMe::parse("first line\nsecond line").unwrap(),
            posts: 3,
            ..User::named(1, "ada")
        };
        update(&mut state, Message::Users(LoadedUsers::new(vec![ada.clone()], Some(ada))));
        state
    }

    fn act(state: &mut State, action: Action) -> Vec<Effect> {
        update(state, Message::Act(action))
    }

    #[test]
    fn only_changed_fields_are_saved() {
        let mut state = state();
        act(&mut state, Action::Show(NAME));
        act(&mut state, Action::NextField);
        act(&mut state, Action::NextField);
        update(&mut state, Message::Paste("ada@example.com".to_owned()));
        let email = Some(Some(Email::parse("ada@example.com").unwrap()));
        let edit = ProfileEdit { email, ..ProfileEdit::default() };
        assert_eq!(act(&mut state, Action::Accept), [StoreEffect::EditUser(UserId(1), edit).into()]);
        let saved = state.active.clone().unwrap();
        let before = ProfileFields { display_name: None, about_me: None, email: None, avatar: None };
        update(&mut state, Message::UserEdited(Ok((saved, Box::new(before.clone())))));
        assert!(state.screens.is_empty());
        let nickname = state.active.as_ref().unwrap().nickname.clone();
        let undo = UndoableAction::SetProfile(UserId(1), nickname, Box::new(before));
        let undo = StoreEffect::Perform(UserId(1), Direction::Undo, undo);
        assert_eq!(act(&mut state, Action::Undo), [undo.into()]);
    }

    #[test]
    fn unchanged_profile_is_not_saved() {
        let mut state = state();
        act(&mut state, Action::Show(NAME));
        assert_eq!(act(&mut state, Action::Accept), []);
        assert!(state.screens.is_empty());
        assert_eq!(state.notice.unwrap().text, "nothing was changed");
    }

    #[test]
    fn invalid_or_taken_nickname_stays_in_the_form_with_its_error() {
        let mut state = state();
        act(&mut state, Action::Show(NEW));
        update(&mut state, Message::Paste("a b".to_owned()));
        assert_eq!(act(&mut state, Action::Accept), []);
        assert!(state.screen::<UserForm>().unwrap().error.is_some());
        update(&mut state, Message::UserAdded(Err("nickname taken".to_owned())));
        assert_eq!(state.screen::<UserForm>().unwrap().error.as_deref(), Some("nickname taken"));
    }

    #[test]
    fn tab_completes_the_path_of_the_avatar() {
        let mut state = state();
        act(&mut state, Action::Show(NAME));
        (0..3).for_each(|_| drop(act(&mut state, Action::Complete)));
        update(&mut state, Message::Paste("pictures/c".to_owned()));
        let tab = |state: &State| keys::hints(state).into_iter().find(|hint| hint.key == "Tab").unwrap().word;
        assert_eq!(tab(&state), "complete path");
        let complete = WorkerEffect::CompletePath("pictures/c".to_owned());
        assert_eq!(act(&mut state, Action::Complete), [complete.into()]);
        let (typed, completed) = ("pictures/c".to_owned(), "pictures/cat".to_owned());
        let names = vec!["cat.png".to_owned(), "cats/".to_owned()];
        update(&mut state, Message::PathCompleted { typed, completed, names: names.clone() });
        let form = state.screen::<UserForm>().unwrap();
        assert_eq!((form.text(FieldKind::Avatar).as_str(), &form.names), ("pictures/cat", &names));
        update(&mut state, Message::Paste(".png".to_owned()));
        assert!(state.screen::<UserForm>().unwrap().names.is_empty());
        act(&mut state, Action::NextField);
        assert_eq!(tab(&state), "next field");
    }

    #[test]
    fn new_user_becomes_the_active_one() {
        let mut state = state();
        act(&mut state, Action::Show(NEW));
        update(&mut state, Message::Paste("bo".to_owned()));
        let bo = NewUser::named(Nickname::parse("bo").unwrap());
        assert_eq!(act(&mut state, Action::Accept), [StoreEffect::AddUser(bo).into()]);
        let added = User { id: UserId(2), nickname: Nickname::parse("bo").unwrap(), ..state.active.clone().unwrap() };
        update(&mut state, Message::UserAdded(Ok(added)));
        assert!(state.screens.is_empty());
        assert_eq!(state.active.map(|user| user.id), Some(UserId(2)));
    }
}
