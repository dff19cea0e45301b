//! Exports the marked posts, or the shown thread or timeline, to a Markdown file.

use std::ops::ControlFlow;

use ratatui::Frame;

use super::registration::Registration;
use crate::model::{Post, Timeline};
use crate::text::{clean_line, pluralize, truncate};
use crate::tui::keys::{Action, Binding, Context, KeyTable, Opening, Scope, ScreenName, key};
use crate::tui::labels::timeline_label;
use crate::tui::state::{Detail, Editor, Effect, Message, Outcome, Pane, Screen, State, StoreEffect, WorkerEffect};
use crate::tui::widgets::Theme;
use crate::tui::widgets::one_line_form::{self, OneLineForm};

/// Columns of the window, its border included.
const WINDOW_COLUMNS: u16 = 64;

/// What is exported.
#[derive(Debug, Clone, PartialEq)]
pub enum Exported {
    /// These posts.
    Posts(Vec<Post>),
    /// The posts of a timeline.
    Timeline(Timeline),
}

/// The form.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportPosts {
    /// The posts, or the timeline.
    pub exported: Exported,
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
    opened_by: &[Opening::anywhere("Posts", &["X"], NAME, "export marked posts, thread or timeline", "")],
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
    let (exported, title, file) = match (thread, state.current()) {
        _ if !state.marked.is_empty() => {
            (Exported::Posts(state.marked.clone()), "Posts".to_owned(), "posts.md".to_owned())
        }
        (Some(thread), _) => {
            let posts: Vec<Post> = thread.nodes.iter().filter_map(|node| node.post.clone()).collect();
            let by = posts.first().map(|post| format!("Thread by @{}", post.nickname)).unwrap_or_default();
            (Exported::Posts(posts), by, format!("thread-{}.md", thread.of))
        }
        (None, Some(tab)) => {
            let label = timeline_label(&tab.timeline, state.active.as_ref().map(|user| user.id));
            let name: String = label.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
            let file =
                format!("{}.md", Some(name.trim_matches('-')).filter(|name| !name.is_empty()).unwrap_or("posts"));
            (Exported::Timeline(tab.timeline.clone()), label, file)
        }
        (None, None) => return vec![],
    };
    if matches!(&exported, Exported::Posts(posts) if posts.is_empty()) {
        return state.show_notice("all posts of this thread are deleted");
    }
    state.show(ExportPosts { exported, title, path: Editor::new(&file), error: None });
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
            Action::Accept if path.is_empty() => {
                self.error = Some("type the path of a file".to_owned());
                Outcome::stay(vec![])
            }
            Action::Accept => {
                let title = self.title.clone();
                let effect: Effect = match &self.exported {
                    Exported::Posts(posts) => StoreEffect::ExportPosts { title, posts: posts.clone(), path }.into(),
                    Exported::Timeline(_) if state.importing.is_some() => {
                        return Outcome::stay(state.show_notice("an import is running: export when it is done"));
                    }
                    Exported::Timeline(timeline) => {
                        WorkerEffect::ExportTimeline { title, timeline: timeline.clone(), path }.into()
                    }
                };
                Outcome::stay(vec![effect])
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
        let what = match &self.exported {
            Exported::Posts(posts) => pluralize(posts.len() as u64, "post"),
            Exported::Timeline(_) => truncate(&clean_line(&self.title), 30).into_owned(),
        };
        let form = OneLineForm {
            title: &format!("export {what} as Markdown"),
            columns: WINDOW_COLUMNS,
            value: &self.path,
            hint: "",
            error: self.error.as_deref(),
        };
        one_line_form::draw(&form, theme, frame);
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
            state.show_result(Ok(line))
        }
        Message::PostsExported(Err(why)) => match state.screen_mut::<ExportPosts>() {
            Some(form) => {
                form.error = Some(why);
                vec![]
            }
            None => state.show_result(Err(why)),
        },
        other => return ControlFlow::Continue(other),
    })
}
