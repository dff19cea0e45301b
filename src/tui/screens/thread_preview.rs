//! Shows a text that is too long for one post as the posts of a thread, before it is sent.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::registration::Registration;
use crate::model::{Body, NewPost};
use crate::text::{PostLimit, clean, split, wrap};
use crate::tui::keys::{Action, Binding, Context, KeyTable, LIST_SCROLL, Scope, ScreenName, key};
use crate::tui::layout;
use crate::tui::state::{Effect, Outcome, Screen, State, StoreEffect};
use crate::tui::update::movement;
use crate::tui::widgets::{Theme, page, title};

/// The posts of a thread that is not sent yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadPreview {
    /// The texts of the posts.
    pub parts: Vec<String>,
    /// How many lines are scrolled off the top.
    pub scroll: usize,
}

const OWN: &[Binding] = &[
    key("Thread", &["y", "^S"], Action::Accept, "send as thread", "send as thread"),
    key("Thread", &["n", "q", "Esc"], Action::Close, "back to editing", "back to editing"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("thread-preview");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context("thread-preview"), scope: Scope::Screen, bindings: &[LIST_SCROLL, OWN] }],
    actions: &[(Action::PreviewThread, open)],
    ..Registration::named(NAME)
};

/// Returns how long each post may be.
fn limit(state: &State) -> PostLimit {
    let setting = || PostLimit::of_characters(state.settings.post_limit);
    state.compose.as_ref().map_or_else(setting, |compose| state.post_limit(compose))
}

/// Shows the text in the composer as the posts of a thread.
fn open(state: &mut State) -> Vec<Effect> {
    let Some(compose) = &state.compose else { return vec![] };
    let parts = split(&compose.editor.text(), &limit(state));
    state.show(ThreadPreview { parts, scroll: 0 });
    vec![]
}

impl Screen for ThreadPreview {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context("thread-preview")
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        if matches!(action, Action::Down | Action::Up | Action::PageDown | Action::PageUp) {
            let area = layout::text(state.size);
            let all = lines(&self.parts, area.width, &Theme::new(false)).len();
            self.scroll = movement::scrolled(self.scroll, action, usize::from(area.height), all);
            return Outcome::stay(vec![]);
        }
        if action != Action::Accept {
            return Outcome::close(vec![]);
        }
        let limit = limit(state);
        let bodies: Result<Vec<Body>, _> = self.parts.iter().map(|part| limit.body(part)).collect();
        match bodies {
            Ok(bodies) => Outcome::close(send(state, bodies).into_iter().collect()),
            Err(why) => Outcome::close(state.show_error(why.to_string())),
        }
    }

    fn draw(&self, state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let (count, limit) = (self.parts.len(), limit(state));
        let long = state.compose.as_ref().map_or(0, |compose| limit.count(&compose.editor.text()));
        let limit = limit.characters;
        title::of_screen(&format!("{long} of {limit} characters: send as a thread of {count} posts?"), theme, frame);
        let area = layout::text(state.size);
        let title = Rect { height: 1, ..frame.area() };
        page::draw(lines(&self.parts, area.width, theme), self.scroll, area, title, theme, frame);
    }
}

/// Sends the posts; each replies to the one before.
fn send(state: &State, bodies: Vec<Body>) -> Option<Effect> {
    let compose = state.compose.as_ref()?;
    let mut bodies = bodies.into_iter();
    let body = bodies.next()?;
    let reply_to = compose.reply_to.as_ref().map(|post| post.id);
    let first = NewPost { author: compose.author, body, created_at: state.now, reply_to, source: None };
    Some(Effect::Store(StoreEffect::SendThread(first, bodies.collect(), compose.draft.clone())))
}

fn lines(parts: &[String], columns: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for part in parts {
        let part = clean(part);
        let wrapped = wrap(&part, usize::from(columns).saturating_sub(4).max(4)).into_iter();
        let line = |at: std::ops::Range<usize>| {
            Line::from(vec![Span::styled("  │ ", theme.rule), Span::raw(part[at].to_owned())])
        };
        lines.extend(wrapped.map(line));
        lines.push(Line::default());
    }
    lines
}
