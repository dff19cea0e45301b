//! Exports the marked posts, or the shown thread, to a Markdown file.

use std::ops::ControlFlow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

use super::registration::Registration;
use crate::model::Post;
use crate::text::{clean_line, pluralize};
use crate::tui::keys::{self, Action, Binding, Context, KeyTable, Opening, Scope, ScreenName, key};
use crate::tui::layout;
use crate::tui::state::{Detail, Editor, Effect, Message, Outcome, Pane, Screen, State, StoreEffect};
use crate::tui::widgets::{Theme, frame as window, text_field};

/// Columns of the window, its border included.
const WINDOW_COLUMNS: u16 = 64;

/// The form.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportPosts {
    /// The posts.
    pub posts: Vec<Post>,
    /// The title of the file.
    pub title: String,
    /// The path of the file.
    pub path: Editor,
    /// Why it could not be written.
    pub error: Option<String>,
}

const KEYS: &[Binding] = &[
    key("Export", &["Enter"], Action::Accept, "export", "export"),
    key("Export", &["Esc"], Action::Close, "close", "close"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName::EXPORT_POSTS;

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context(NAME.0), scope: Scope::TextField, bindings: &[KEYS] }],
    opened_by: &[Opening::on_post("Posts", &["X"], NAME, "export marked posts or thread", "")],
    open: Some(open),
    receive: Some(receive),
    ..Registration::named(NAME)
};

/// Asks for the path.
fn open(state: &mut State) -> Vec<Effect> {
    let thread = match (&state.detail, state.focus) {
        (Detail::Thread(thread), Pane::Detail) => Some(thread),
        _ => None,
    };
    let (posts, title, file) = match thread {
        _ if !state.marked.is_empty() => (state.marked.clone(), "Posts".to_owned(), "posts.md".to_owned()),
        Some(thread) => {
            let posts: Vec<Post> = thread.places.iter().filter_map(|place| place.post.clone()).collect();
            let by = posts.first().map(|post| format!("Thread by @{}", post.nickname)).unwrap_or_default();
            (posts, by, format!("thread-{}.md", thread.of))
        }
        None => {
            let mark = keys::of(state, Action::ToggleMark);
            return state.show_notice(format!("mark posts with {mark} or open a thread, to export them"));
        }
    };
    if posts.is_empty() {
        return state.show_notice("all posts of this thread are deleted");
    }
    state.show(ExportPosts { posts, title, path: Editor::new(&file), error: None });
    vec![]
}

impl Screen for ExportPosts {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context(NAME.0)
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        let path = self.path.text().trim().to_owned();
        match action {
            Action::Accept if path.is_empty() => Outcome::stay(state.show_notice("type the path of a file")),
            Action::Accept => {
                let (title, posts) = (self.title.clone(), self.posts.clone());
                Outcome::stay(vec![StoreEffect::ExportPosts { title, posts, path }.into()])
            }
            _ => Outcome::close(vec![]),
        }
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(&mut self.path)
    }

    fn edited(&mut self, _state: &mut State, _before: &str) -> Vec<Effect> {
        self.error = None;
        vec![]
    }

    fn draw(&self, _state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let all = frame.area();
        let area = layout::centered(Rect { height: all.height.saturating_sub(1), ..all }, WINDOW_COLUMNS, 5);
        let count = pluralize(self.posts.len() as u64, "post");
        let inside = window::draw(&format!("export {count} as Markdown"), area, theme, frame);
        let line =
            Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), height: inside.height.min(1), ..inside };
        frame.render_widget(Line::styled("›", theme.accent), Rect { width: line.width.min(1), ..line });
        text_field::draw(&self.path, Rect { x: line.x + 2, width: line.width.saturating_sub(2), ..line }, frame);
        if let Some(error) = &self.error {
            let below = Rect { y: line.y + 1, height: 2, ..line }.intersection(inside);
            let text = Paragraph::new(clean_line(error).into_owned()).style(theme.error).wrap(Wrap { trim: true });
            frame.render_widget(text, below);
        }
    }

    fn covers_panes(&self) -> bool {
        false
    }
}

/// Says where the file is, or why it could not be written.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    ControlFlow::Break(match message {
        Message::PostsExported(Ok(line)) => {
            state.close::<ExportPosts>();
            state.show_notice(line)
        }
        Message::PostsExported(Err(why)) => match state.screen_mut::<ExportPosts>() {
            Some(form) => {
                form.error = Some(why);
                vec![]
            }
            None => state.show_error(why),
        },
        other => return ControlFlow::Continue(other),
    })
}
