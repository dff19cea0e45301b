//! Imports posts: asks for a path, shows the progress and the result. Meanwhile the reader goes on reading; what writes
//! to the database waits, because only one connection can write at a time.

use std::ops::ControlFlow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::registration::Registration;
use crate::text::{clean_line, truncate};
use crate::tui::keys::{self, Action, Binding, Context, KeyTable, Opening, Scope, ScreenName, key};
use crate::tui::labels::import_progress;
use crate::tui::layout;
use crate::tui::state::{
    Direction, Editor, Effect, ImportSummary, Importing, Message, Outcome, Screen, State, Step, UndoableAction,
    WorkerEffect,
};
use crate::tui::update::undo;
use crate::tui::widgets::message::lines as wrapped;
use crate::tui::widgets::{Theme, frame as window, text_field};

/// Columns of the window, its border included.
const WINDOW_COLUMNS: u16 = 78;

/// Rows of the form above an error.
const FORM_ROWS: usize = 4;

/// At most so many names are shown below the path.
const MAX_NAMES: usize = 20;

/// What can be imported.
const FORMATS: &str = "twtxt, JSON, RSS or Atom feeds, archives of Mastodon or X, another microblog database";

/// The import form, and the result of an import.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The path of the file.
    pub path: Editor,
    /// Whether the posts become the active user's, instead of a user of their own.
    pub own: bool,
    /// The names that the path can be completed with.
    pub names: Vec<String>,
    /// The result of the import, once it is done.
    pub done: Option<Result<ImportSummary, String>>,
    /// Whether its authors were followed since, which is what undo takes back first.
    pub has_followed: bool,
}

const FORM: Context = Context("import");
const RUNNING: Context = Context("import-running");
const DONE: Context = Context("import-done");

const FORM_KEYS: &[Binding] = &[
    key("Import", &["Enter"], Action::Accept, "import", "import"),
    key("Import", &["Tab"], Action::Complete, "complete path", "complete"),
    key("Import", &["^T"], Action::NextField, "import as", "import as"),
    key("Import", &["Esc"], Action::Close, "close", "close"),
];
const RUNNING_KEYS: &[Binding] = &[
    key("Importing", &["Enter"], Action::Accept, "continue in background", "continue in background"),
    key("Importing", &["q", "Esc"], Action::Close, "cancel (nothing is kept)", "cancel"),
];
const DONE_KEYS: &[Binding] = &[
    key("Importing", &["f"], Action::Follow, "follow the author", "follow the author"),
    key("Importing", &["z"], Action::Undo, "undo the import", "undo the import"),
    key("Importing", &["I"], Action::Show(NAME), "import more", "import more"),
    key("Importing", &["Enter"], Action::Accept, "close", ""),
    key("Importing", &["q", "Esc"], Action::Close, "close", "close"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("import");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[
        KeyTable { context: FORM, scope: Scope::TextField, bindings: &[FORM_KEYS] },
        KeyTable { context: RUNNING, scope: Scope::Screen, bindings: &[RUNNING_KEYS] },
        KeyTable { context: DONE, scope: Scope::Screen, bindings: &[DONE_KEYS] },
    ],
    opened_by: &[Opening::anywhere("General", &["I"], NAME, "import", "")],
    open: Some(open),
    writes: true,
    receive: Some(receive),
    ..Registration::named(NAME)
};

/// Asks for the path, or shows the import that is running.
fn open(state: &mut State) -> Vec<Effect> {
    state.show(Import::form());
    vec![]
}

impl Import {
    /// Returns an empty form.
    fn form() -> Self {
        Self { path: Editor::new(""), own: false, names: vec![], done: None, has_followed: false }
    }
}

impl Screen for Import {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, state: &State) -> Context {
        match &self.done {
            _ if state.importing.is_some() => RUNNING,
            Some(Ok(_)) => DONE,
            _ => FORM,
        }
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        match action {
            Action::Accept if state.importing.is_some() => Outcome::close(vec![]),
            Action::Close if state.importing.is_some() => Outcome::stay(cancel(state)),
            Action::NextField => {
                self.own = !self.own;
                Outcome::stay(vec![])
            }
            Action::Complete => Outcome::stay(vec![WorkerEffect::CompletePath(self.path.text()).into()]),
            Action::Accept if matches!(self.done, Some(Ok(_))) => Outcome::close(vec![]),
            Action::Show(NAME) => {
                *self = Self::form();
                Outcome::stay(vec![])
            }
            Action::Follow => Outcome::stay(self.follow_authors(state)),
            Action::Undo if self.has_followed => Outcome::stay(undo::step(state, Direction::Undo)),
            Action::Undo if Screen::offers(self, action) => Outcome::close(undo::step(state, Direction::Undo)),
            Action::Undo => Outcome::stay(state.show_notice("no posts were added: there is nothing to undo")),
            Action::Accept if self.done.is_some() && is_url(&self.typed_path()) => {
                state.address_to_follow = Some(self.typed_path());
                state.next_action = Some(Action::Show(ScreenName::FOLLOW_ADDRESS));
                Outcome::close(vec![])
            }
            Action::Accept => Outcome::stay(self.start(state)),
            _ => Outcome::close(vec![]),
        }
    }

    /// The import that is shown is canceled first.
    fn quit(&mut self, state: &mut State) -> Option<Vec<Effect>> {
        let running = state.importing.as_ref().is_some_and(|importing| !importing.stopping);
        running.then(|| cancel(state))
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(&mut self.path)
    }

    fn edited(&mut self, _state: &mut State, _before: &str) -> Vec<Effect> {
        self.done = None;
        self.names.clear();
        vec![]
    }

    fn offers(&self, action: Action) -> bool {
        let Some(Ok(summary)) = &self.done else { return true };
        match action {
            Action::Follow => !summary.authors.is_empty(),
            Action::Undo => self.has_followed || !summary.added.is_empty(),
            _ => true,
        }
    }

    fn hint(&self, action: Action, word: &'static str) -> &'static str {
        match &self.done {
            Some(Ok(summary)) if action == Action::Follow && summary.authors.len() > 1 => "follow the authors",
            _ if action == Action::Undo && self.has_followed => "undo the follow",
            _ => word,
        }
    }

    fn performed(&mut self, action: &UndoableAction, _inverse: &UndoableAction) {
        if let (Some(Ok(summary)), UndoableAction::Follow(authors, Some(on))) = (&mut self.done, action) {
            self.has_followed = *on;
            summary.authors = if *on { vec![] } else { authors.clone() };
        }
    }

    fn draw(&self, state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let all = frame.area();
        let room = usize::from(all.width.min(WINDOW_COLUMNS).saturating_sub(4));
        let result = match (&state.importing, &self.done) {
            (None, Some(Ok(summary))) => {
                let key = keys::here(state, Action::Follow).unwrap_or_default();
                summary_lines(summary, &key, room, theme)
            }
            _ => vec![],
        };
        let error = self.done.as_ref().and_then(|done| done.as_ref().err()).filter(|_| state.importing.is_none());
        let error = error.map_or_else(Vec::new, |why| wrapped(why, room, theme.error));
        let rows = if result.is_empty() { FORM_ROWS + error.len().max(2) } else { result.len() };
        let rows = u16::try_from(rows).unwrap_or(u16::MAX).min(all.height);
        let area = layout::centered(Rect { height: all.height.saturating_sub(1), ..all }, WINDOW_COLUMNS, rows + 2);
        let inside = window::draw("import", area, theme, frame);
        let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
        match (&state.importing, &self.done) {
            (Some(importing), _) => draw_progress(importing, theme, inside, frame),
            (None, Some(Ok(_))) => result.into_iter().zip(0..inside.height).for_each(|(line, at)| {
                frame.render_widget(line, row(inside, at, 1));
            }),
            (None, _) => self.draw_form(state, error, theme, inside, frame),
        }
    }

    fn covers_panes(&self) -> bool {
        false
    }
}

impl Import {
    /// Returns the path that was typed, or several paths. One that is dragged into a terminal comes with quotes and a space.
    fn typed_path(&self) -> String {
        let path = self.path.text();
        let path = path.trim();
        let quoted = ['\'', '"'].into_iter().find_map(|quote| path.strip_prefix(quote)?.strip_suffix(quote));
        let quoted = quoted.filter(|path| !path.contains(['\'', '"']));
        quoted.unwrap_or(path).to_owned()
    }

    /// Starts the import of the path that was typed.
    fn start(&mut self, state: &mut State) -> Vec<Effect> {
        let path = self.typed_path();
        if path.is_empty() {
            return state.show_notice("type the path of a file, a folder or an archive");
        }
        self.names.clear();
        if is_url(&path) {
            self.done = Some(Err(format!("{path} is a URL, not a file: press Enter to follow it, or type a path")));
            return vec![];
        }
        self.done = None;
        let owner = match &state.active {
            Some(user) if self.own => Some(user.nickname.clone()),
            None if self.own => return state.ask_for_user(),
            _ => None,
        };
        state.importing =
            Some(Importing { path: path.clone(), posts: 0, spinner_frame: 0, stopping: false, undoes: false });
        vec![Effect::Worker(WorkerEffect::Import(path, owner))]
    }

    /// Follows the authors of the imported posts.
    fn follow_authors(&mut self, state: &mut State) -> Vec<Effect> {
        let Some(Ok(summary)) = &mut self.done else { return vec![] };
        let authors = std::mem::take(&mut summary.authors);
        if authors.is_empty() {
            return state.show_notice("you follow the author already, or it is you");
        }
        undo::perform(state, UndoableAction::Follow(authors, Some(true)))
    }

    fn draw_form(&self, state: &State, error: Vec<Line<'static>>, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
        frame.render_widget(Line::styled("›", theme.accent), Rect { width: 1, ..row(area, 0, 1) });
        let field = row(area, 0, 1);
        text_field::draw_line(
            &self.path,
            Rect { x: field.x + 2, width: field.width.saturating_sub(2), ..field },
            frame,
        );
        let room = usize::from(area.width);
        let below = if self.names.is_empty() { FORMATS.to_owned() } else { self.names.join("  ") };
        for (line, at) in wrapped(&below, room, theme.dim).into_iter().zip(1..3) {
            frame.render_widget(line, row(area, at, 1));
        }
        let owner = match &state.active {
            Some(user) if self.own => format!("import as: @{}", state.confusables.label(user.nickname.as_str())),
            _ => "import as: the author in the file, as a new user".to_owned(),
        };
        frame.render_widget(Line::raw(truncate(&owner, room).into_owned()), row(area, 3, 1));
        for (line, at) in error.into_iter().zip(FORM_ROWS as u16..) {
            frame.render_widget(line, row(area, at, 1));
        }
    }
}

/// Returns whether a path is the address of something on the web.
fn is_url(path: &str) -> bool {
    path.starts_with("http://") || path.starts_with("https://")
}

/// Shows the progress of the import that runs, and its result.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    ControlFlow::Break(match message {
        Message::ImportProgress(posts, frame) => progressed(state, posts, frame),
        Message::Imported(result) => finished(state, result),
        Message::PathCompleted { typed, completed, names } if state.screen::<Import>().is_some() => {
            path_completed(state, &typed, &completed, names)
        }
        other => return ControlFlow::Continue(other),
    })
}

/// Cancels the import; [`finished`] follows once it has stopped.
fn cancel(state: &mut State) -> Vec<Effect> {
    let Some(importing) = &mut state.importing else { return vec![] };
    importing.stopping = true;
    vec![Effect::Worker(WorkerEffect::CancelImport)]
}

/// Completes the path, unless it was changed meanwhile.
fn path_completed(state: &mut State, typed: &str, completed: &str, names: Vec<String>) -> Vec<Effect> {
    let Some(shown) = state.screen_mut::<Import>().filter(|shown| shown.path.text() == typed) else { return vec![] };
    if names.is_empty() {
        return state.show_notice("no file or folder starts like this");
    }
    if completed != typed {
        shown.path = Editor::new(completed);
    }
    // A single name is in the field already.
    shown.names = names;
    shown.names.truncate(if shown.names.len() == 1 { 0 } else { MAX_NAMES });
    vec![]
}

/// Shows how many posts were imported so far, and the current frame of the spinner.
fn progressed(state: &mut State, posts: u64, spinner_frame: u128) -> Vec<Effect> {
    if let Some(importing) = &mut state.importing {
        (importing.posts, importing.spinner_frame) = (posts, spinner_frame);
    }
    vec![]
}

/// Shows the result of the import: in its window, or in the footer if that was closed.
fn finished(state: &mut State, result: Result<ImportSummary, String>) -> Vec<Effect> {
    state.importing = None;
    if let (Ok(summary), Some(user)) = (&result, &state.active)
        && !summary.added.is_empty()
    {
        let action = UndoableAction::DeleteImported(summary.added.clone());
        let step = Step { user: user.id, action, label: summary.label.clone() };
        state.history.push(step);
    }
    if let Some(shown) = state.screen_mut::<Import>() {
        // A wrong path stays in the field, to be corrected.
        shown.done = Some(result);
        return vec![];
    }
    let line = result.map(|done| {
        let key = keys::here(state, Action::Undo).filter(|_| !done.added.is_empty());
        let undo = key.map(|key| format!(" · {key} undoes it")).unwrap_or_default();
        format!("{}{undo}", done.summary)
    });
    state.show_result(line)
}

/// Returns the row of an area, as far as there is one.
fn row(area: Rect, at: u16, height: u16) -> Rect {
    Rect { y: area.y + at, height, ..area }.intersection(area)
}

fn draw_progress(importing: &Importing, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let room = usize::from(area.width);
    frame.render_widget(Line::raw(truncate(&clean_line(&importing.path), room).into_owned()), row(area, 0, 1));
    frame.render_widget(Line::styled(import_progress(importing), theme.accent), row(area, 2, 1));
    let note = "Posts appear once the import is done; if you cancel it, none are kept.";
    frame.render_widget(Line::styled(truncate(note, room).into_owned(), theme.dim), row(area, 4, 1));
}

/// Returns the lines of a result; the key follows the authors.
fn summary_lines(summary: &ImportSummary, key: &str, room: usize, theme: &Theme) -> Vec<Line<'static>> {
    let notes = summary.notes.iter().flat_map(|note| wrapped(note, room, theme.dim));
    let gap = (!summary.notes.is_empty()).then(Line::default);
    let follow = match summary.authors.as_slice() {
        [] => None,
        [(_, name)] => Some(format!("Press {key} to follow @{name}: the posts are not in your home timeline yet.")),
        authors => Some(format!(
            "Press {key} to follow the {} authors: their posts are not in your home timeline yet.",
            authors.len()
        )),
    };
    let follow = follow.iter().flat_map(|text| wrapped(text, room, theme.accent));
    wrapped(&summary.summary, room, theme.strong).into_iter().chain(follow).chain(gap).chain(notes).collect()
}
