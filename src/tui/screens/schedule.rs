//! Schedules the text in the composer.

use ratatui::Frame;

use super::compose::update::warn_of_wider;
use super::registration::Registration;
use crate::model::{Body, BodyError, Timestamp};
use crate::text::split;
use crate::tui::keys::{Action, Binding, Context, KeyTable, Scope, ScreenName, key};
use crate::tui::state::{Direction, Editor, Effect, Outcome, Screen, State, StoreEffect, UndoableAction};
use crate::tui::widgets::Theme;
use crate::tui::widgets::one_line_form::{self, OneLineForm};

/// Columns of the window, its border included.
const WINDOW_COLUMNS: u16 = 60;

/// The form that asks for a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// The time as it is typed.
    pub time: Editor,
    /// Why it is not a time ahead.
    pub error: Option<String>,
}

const KEYS: &[Binding] = &[
    key("Schedule", &["Enter"], Action::Accept, "schedule", "schedule"),
    key("Schedule", &["Esc"], Action::Close, "back to writing", "back to writing"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName::SCHEDULE;

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context(NAME.0), scope: Scope::TextField, bindings: &[KEYS] }],
    open: Some(open),
    writes: true,
    during_import: false,
    ..Registration::named(NAME)
};

/// Asks for the time, unless the text cannot be scheduled.
fn open(state: &mut State) -> Vec<Effect> {
    if let Some(warning) = warn_of_wider(state) {
        return warning;
    }
    match &state.compose {
        Some(compose) if compose.editing.is_some() => state.show_error("an edit cannot be scheduled: send it"),
        Some(compose) if compose.editor.text().trim().is_empty() => {
            state.show_error("nothing to schedule: write the post first")
        }
        Some(_) => {
            state.show(Schedule { time: Editor::new(""), error: None });
            vec![]
        }
        None => vec![],
    }
}

/// Returns the text in the composer as the posts of a thread, most often of one.
fn bodies(state: &State) -> Result<Vec<Body>, BodyError> {
    let Some(compose) = &state.compose else { return Err(BodyError::Blank) };
    let limit = state.post_limit(compose);
    split(&compose.editor.text(), &limit).iter().map(|part| limit.body(part)).collect()
}

impl Screen for Schedule {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context(NAME.0)
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        if action != Action::Accept {
            return Outcome::close(vec![]);
        }
        let post_at = match Timestamp::parse_ahead(&self.time.text()) {
            Ok(time) if time > state.now => time,
            refused => {
                let past = "this time is in the past: type a time ahead, such as 2h";
                self.error = Some(refused.map_or_else(|why| why.to_string(), |_| past.to_owned()));
                return Outcome::stay(vec![]);
            }
        };
        let mut bodies = match bodies(state) {
            Ok(bodies) => bodies.into_iter(),
            Err(why) => return Outcome::close(state.show_error(why.to_string())),
        };
        let (Some(compose), Some(body)) = (&state.compose, bodies.next()) else { return Outcome::close(vec![]) };
        let reply_to = compose.reply_to.as_ref().map(|post| post.id);
        let (rest, details) = (bodies.collect(), compose.draft.details.clone());
        let draft = Some(compose.draft.clone());
        let action = UndoableAction::Schedule { reply_to, body, rest, details, post_at, draft };
        Outcome::close(vec![StoreEffect::Perform(compose.author, Direction::Do, action).into()])
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(&mut self.time)
    }

    fn edited(&mut self, _state: &mut State, _before: &str) -> Vec<Effect> {
        self.error = None;
        vec![]
    }

    fn draw(&self, _state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let form = OneLineForm {
            title: "schedule for",
            columns: WINDOW_COLUMNS,
            value: &self.time,
            hint: "2h, tomorrow 9:00, friday 18:30",
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
    use crate::model::{NewUser, Nickname};
    use crate::store::Store;
    use crate::tui::state::Message;
    use crate::tui::{App, Options};

    fn app() -> (tempfile::TempDir, App) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let ada = store.add_user(&NewUser::named(Nickname::parse("ada").unwrap()), Timestamp::now()).unwrap();
        store.set_active_user(ada.id, Timestamp::now()).unwrap();
        let mut app = App::new(store, Options::default(), (80, 24));
        app.settle();
        (folder, app)
    }

    fn act(app: &mut App, action: Action) -> String {
        app.send(Message::Act(action));
        app.settle();
        app.state.notice.clone().map(|notice| notice.text).unwrap_or_default()
    }

    fn scheduled(folder: &tempfile::TempDir) -> Vec<String> {
        let store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let user = store.active_user().unwrap().unwrap().id;
        store.scheduled_posts(user).unwrap().iter().map(|post| post.body.to_string()).collect()
    }

    #[test]
    fn text_is_scheduled_and_undo_makes_it_a_draft_again() {
        let (folder, mut app) = app();
        act(&mut app, Action::Compose);
        assert_eq!(act(&mut app, Action::Show(NAME)), "nothing to schedule: write the post first");
        app.send(Message::Paste("tea later".to_owned()));
        act(&mut app, Action::Show(NAME));
        app.send(Message::Paste("soon".to_owned()));
        act(&mut app, Action::Accept);
        let error = app.state.screen::<Schedule>().and_then(|form| form.error.clone());
        assert!(error.is_some_and(|error| error.contains("is not a time")));
        app.state.screen_mut::<Schedule>().unwrap().time = Editor::new("2h");
        let notice = act(&mut app, Action::Accept);
        assert!(notice.starts_with("scheduled for 2") && notice.ends_with("· _ lists them · z undoes it"), "{notice}");
        assert!(app.state.compose.is_none() && app.state.screens.is_empty());
        assert_eq!(scheduled(&folder), ["tea later"]);
        act(&mut app, Action::Undo);
        assert_eq!(app.state.compose.as_ref().unwrap().editor.text(), "tea later");
        assert_eq!(scheduled(&folder), [""; 0]);
        act(&mut app, Action::Close);
        act(&mut app, Action::Redo);
        assert_eq!(scheduled(&folder), ["tea later"]);
    }

    #[test]
    fn scheduled_post_that_is_due_is_named_in_the_notice() {
        let (_folder, mut app) = app();
        act(&mut app, Action::Compose);
        app.send(Message::Paste("tea later".to_owned()));
        act(&mut app, Action::Show(NAME));
        app.send(Message::Paste("2h".to_owned()));
        act(&mut app, Action::Accept);
        app.tick(Timestamp::from_micros(Timestamp::now().micros() + 3 * 3_600 * 1_000_000));
        app.settle();
        assert_eq!(app.state.shown_notice().unwrap().text, "posted #1, as scheduled");
    }

    #[test]
    fn scheduled_post_is_listed_edited_and_deleted() {
        let (folder, mut app) = app();
        act(&mut app, Action::Compose);
        app.send(Message::Paste("tea later".to_owned()));
        act(&mut app, Action::Show(NAME));
        app.send(Message::Paste("2h".to_owned()));
        act(&mut app, Action::Accept);
        let list = crate::tui::screens::scheduled::NAME;
        act(&mut app, Action::Show(list));
        assert_eq!(act(&mut app, Action::Delete), "deleted from the schedule · z undoes it");
        assert_eq!(scheduled(&folder), [""; 0]);
        act(&mut app, Action::Undo);
        assert_eq!(scheduled(&folder), ["tea later"]);
        act(&mut app, Action::Accept);
        assert_eq!(app.state.compose.as_ref().unwrap().editor.text(), "tea later");
        assert_eq!(scheduled(&folder), [""; 0]);
    }
}
