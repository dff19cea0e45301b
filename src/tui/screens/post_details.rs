//! The form of what a post has besides its text: content warning, language, attached files.

use std::ops::ControlFlow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::registration::Registration;
use crate::model::{Attachment, PostDetails};
use crate::text::{clean_line, truncate};
use crate::tui::keys::{Action, Binding, Context, KeyTable, Scope, ScreenName, key};
use crate::tui::layout;
use crate::tui::state::{Editor, Effect, Message, Outcome, Screen, State, WorkerEffect};
use crate::tui::widgets::form::{self, FormField};
use crate::tui::widgets::{Theme, frame as window, message};

/// Columns of the window, its border included.
const WINDOW_COLUMNS: u16 = 76;
/// Rows below the fields, at least: the names that complete a path, or an error.
const NOTE_ROWS: usize = 2;
/// At most so many attached files are listed.
const MAX_FILES: usize = 8;

/// The label and the hint of each field.
const FIELDS: [(&str, &str); 4] = [
    ("warning", "what to warn of; the text is then hidden"),
    ("language", "such as en or pt-BR"),
    ("file", "path of a picture, a video or a sound"),
    ("description", "what the file shows, in words"),
];
/// The index of the file to attach.
const FILE: usize = 2;
/// The index of the description of that file.
const DESCRIPTION: usize = 3;

/// The form.
#[derive(Debug, Clone, PartialEq)]
pub struct PostDetailsForm {
    /// The texts of the fields.
    pub fields: [Editor; 4],
    /// The index of the field that has the cursor.
    pub at: usize,
    /// The names that the path can be completed with.
    pub names: Vec<String>,
    /// Why the entries cannot be taken.
    pub error: Option<String>,
}

const KEYS: &[Binding] = &[
    key("Details", &["Enter"], Action::Accept, "attach file, or close", "attach, close"),
    key("Details", &["Tab"], Action::Complete, "complete path, or next field", "next field"),
    key("Details", &["↓"], Action::NextField, "next field", ""),
    key("Details", &["Shift+Tab", "↑"], Action::PreviousField, "previous field", ""),
    key("Details", &["^T"], Action::Delete, "remove last file", "remove last file"),
    key("Details", &["Esc"], Action::Close, "close", "close"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName::POST_DETAILS;

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context(NAME.0), scope: Scope::TextField, bindings: &[KEYS] }],
    open: Some(open),
    receive: Some(receive),
    writes: true,
    ..Registration::named(NAME)
};

/// Shows the details of the post in the composer.
fn open(state: &mut State) -> Vec<Effect> {
    match &state.compose {
        Some(compose) if compose.editing.is_none() => {
            let details = &compose.draft.details;
            let text = |value: &Option<String>| Editor::new(value.as_deref().unwrap_or_default());
            let fields = [text(&details.warning), text(&details.language), Editor::new(""), Editor::new("")];
            state.show(PostDetailsForm { fields, at: 0, names: vec![], error: None });
            vec![]
        }
        Some(_) => state.show_error("an edit changes only the text of a post"),
        None => state.show_notice("start a post first: its details belong to it"),
    }
}

/// Returns what the post in the composer has besides its text.
fn details(state: &mut State) -> Option<&mut PostDetails> {
    let compose = state.compose.as_mut()?;
    compose.unsaved = true;
    Some(&mut compose.draft.details)
}

impl PostDetailsForm {
    /// Takes warning and language over, and attaches the file that is named.
    fn accept(&mut self, state: &mut State) -> Outcome {
        let [warning, language, file, description] = &self.fields;
        if let Some(details) = details(state) {
            let set = details.set_warning(&warning.text()).and_then(|()| details.set_language(&language.text()));
            if let Err(why) = set {
                self.error = Some(why.to_string());
                return Outcome::stay(vec![]);
            }
        }
        let path = file.text().trim().to_owned();
        if path.is_empty() {
            return Outcome::close(vec![]);
        }
        Outcome::stay(vec![WorkerEffect::AttachFile(path, description.text()).into()])
    }

    /// Returns whether the cursor is in the path of a file, and something is typed there.
    fn is_in_path(&self) -> bool {
        self.at == FILE && !self.fields[FILE].text().is_empty()
    }

    /// Adds a file to the post, and empties its fields for the next one.
    fn attached(&mut self) {
        self.fields[FILE] = Editor::new("");
        self.fields[DESCRIPTION] = Editor::new("");
        self.at = FILE;
        self.names.clear();
    }
}

impl Screen for PostDetailsForm {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context(NAME.0)
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        let count = self.fields.len();
        match action {
            Action::Complete if self.is_in_path() => {
                return Outcome::stay(vec![WorkerEffect::CompletePath(self.fields[FILE].text()).into()]);
            }
            Action::Complete | Action::NextField => self.at = (self.at + 1) % count,
            Action::PreviousField => self.at = (self.at + count - 1) % count,
            Action::Delete => drop(details(state).map(|details| details.attachments.pop())),
            Action::Accept => return self.accept(state),
            _ => return Outcome::close(vec![]),
        }
        Outcome::stay(vec![])
    }

    fn hint(&self, action: Action, word: &'static str) -> &'static str {
        if action == Action::Complete && self.is_in_path() { "complete path" } else { word }
    }

    fn field(&mut self) -> Option<&mut Editor> {
        self.fields.get_mut(self.at)
    }

    fn edited(&mut self, _state: &mut State, _before: &str) -> Vec<Effect> {
        self.error = None;
        self.names.clear();
        vec![]
    }

    fn draw(&self, state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let files = state.compose.as_ref().map_or(&[][..], |compose| &compose.draft.details.attachments);
        let listed = files.len().min(MAX_FILES);
        let all = frame.area();
        let (note, style) = match &self.error {
            Some(why) => (why.clone(), theme.error),
            None => (self.names.join("  "), theme.dim),
        };
        let note = message::lines(&note, usize::from(all.width.min(WINDOW_COLUMNS).saturating_sub(5)), style);
        let note_rows = note.len().max(NOTE_ROWS) as u16;
        let rows = (FIELDS.len() + listed) as u16 + note_rows + 2;
        let area = layout::centered(Rect { height: all.height.saturating_sub(1), ..all }, WINDOW_COLUMNS, rows);
        let inside = window::draw("details of the post", area, theme, frame);
        let row = |at: usize, rows: u16| Rect { y: inside.y + at as u16, height: rows, ..inside }.intersection(inside);
        for (at, ((label, hint), value)) in FIELDS.iter().zip(&self.fields).enumerate() {
            form::draw(&FormField { label, hint, value, is_focused: at == self.at }, theme, row(at, 1), frame);
        }
        for (at, file) in files.iter().take(listed).enumerate() {
            let line = truncate(&file_line(file), usize::from(inside.width.saturating_sub(4))).into_owned();
            frame.render_widget(Line::raw(format!("  {line}")), row(FIELDS.len() + at, 1));
        }
        let below = row(FIELDS.len() + listed, note_rows);
        let below = Rect { x: below.x + 2, width: below.width.saturating_sub(3), ..below };
        message::draw(note, below, frame);
    }

    fn covers_panes(&self) -> bool {
        false
    }
}

/// Returns an attached file in one line: its name, and what it shows.
fn file_line(attachment: &Attachment) -> String {
    let path = attachment.file.as_deref().unwrap_or_default();
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let description = attachment.description.as_deref().unwrap_or("no description");
    clean_line(&format!("attached: {name} · {description}")).into_owned()
}

/// Adds a file that was looked at, and completes paths.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    ControlFlow::Break(match message {
        Message::FileAttached(Ok(attachment)) => {
            if let Some(details) = details(state) {
                details.attachments.push(attachment);
            }
            if let Some(form) = state.screen_mut::<PostDetailsForm>() {
                form.attached();
            }
            vec![]
        }
        Message::FileAttached(Err(why)) => match state.screen_mut::<PostDetailsForm>() {
            Some(form) => {
                form.error = Some(why);
                vec![]
            }
            None => state.show_error(why),
        },
        Message::PathCompleted { typed, completed, names } => match state.screen_mut::<PostDetailsForm>() {
            Some(form) if form.fields[FILE].text() == typed => {
                if completed != typed {
                    form.fields[FILE] = Editor::new(&completed);
                }
                // A single name is in the field already.
                form.names = if names.len() == 1 { vec![] } else { names };
                vec![]
            }
            Some(_) => vec![],
            None => return ControlFlow::Continue(Message::PathCompleted { typed, completed, names }),
        },
        other => return ControlFlow::Continue(other),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Audience, OpenDraft, Timestamp, User, UserId};
    use crate::tui::keys;
    use crate::tui::screens::initial_state;
    use crate::tui::state::LoadedUsers;
    use crate::tui::update::update;

    fn composing() -> State {
        let mut state = initial_state(Timestamp::from_micros(0), (80, 24));
        let ada = User::named(1, "ada");
        update(&mut state, Message::Users(LoadedUsers::new(vec![ada.clone()], Some(ada))));
        update(&mut state, Message::Draft { author: UserId(1), reply_to: None, draft: OpenDraft::default() });
        state
    }

    fn act(state: &mut State, action: Action) -> Vec<Effect> {
        update(state, Message::Act(action))
    }

    fn shown(state: &State) -> PostDetails {
        state.compose.as_ref().unwrap().draft.details.clone()
    }

    #[test]
    fn warning_language_and_files_become_details_of_the_post() {
        let mut state = composing();
        act(&mut state, Action::Show(NAME));
        update(&mut state, Message::Paste("a cake".to_owned()));
        act(&mut state, Action::NextField);
        update(&mut state, Message::Paste("e n".to_owned()));
        assert_eq!(act(&mut state, Action::Accept), []);
        let error = state.screen::<PostDetailsForm>().unwrap().error.clone().unwrap();
        assert!(error.contains("is not a language tag"), "{error}");
        state.screen_mut::<PostDetailsForm>().unwrap().fields[1] = Editor::new("en");
        act(&mut state, Action::NextField);
        update(&mut state, Message::Paste("cat.png".to_owned()));
        let attach = WorkerEffect::AttachFile("cat.png".to_owned(), String::new());
        assert_eq!(act(&mut state, Action::Accept), [attach.into()]);
        let cat = Attachment { file: Some("/tmp/cat.png".to_owned()), ..Attachment::default() };
        update(&mut state, Message::FileAttached(Ok(cat.clone())));
        let expected = PostDetails {
            audience: Audience::Public,
            warning: Some("a cake".to_owned()),
            language: Some("en".to_owned()),
            attachments: vec![cat],
        };
        assert_eq!(shown(&state), expected);
        assert!(state.compose.as_ref().unwrap().unsaved);
        // The empty field for the next file closes the form.
        assert_eq!(act(&mut state, Action::Accept), []);
        assert!(state.screens.is_empty());
        act(&mut state, Action::Show(NAME));
        act(&mut state, Action::Delete);
        assert_eq!(shown(&state).attachments, []);
    }

    #[test]
    fn file_that_cannot_be_attached_stays_in_the_form_with_its_error() {
        let mut state = composing();
        act(&mut state, Action::Show(NAME));
        update(&mut state, Message::FileAttached(Err("it is empty".to_owned())));
        assert_eq!(state.screen::<PostDetailsForm>().unwrap().error.as_deref(), Some("it is empty"));
        assert_eq!(shown(&state), PostDetails::default());
    }

    #[test]
    fn path_is_completed_in_its_field() {
        let mut state = composing();
        act(&mut state, Action::Show(NAME));
        act(&mut state, Action::NextField);
        act(&mut state, Action::NextField);
        update(&mut state, Message::Paste("ca".to_owned()));
        assert!(keys::hints(&state).iter().any(|hint| hint.word == "complete path"));
        assert_eq!(act(&mut state, Action::Complete), [WorkerEffect::CompletePath("ca".to_owned()).into()]);
        let (typed, completed) = ("ca".to_owned(), "cat.png".to_owned());
        update(&mut state, Message::PathCompleted { typed, completed, names: vec!["cat.png".to_owned()] });
        let form = state.screen::<PostDetailsForm>().unwrap();
        assert_eq!((form.fields[FILE].text().as_str(), form.names.len()), ("cat.png", 0));
    }
}
