//! A menu of links to open, timelines to go to, or texts to copy. The first nine rows have numbers.

mod sources;

use std::ops::ControlFlow;

use ratatui::style::Style;
use ratatui::text::Span;

use super::list_screen::ListScreen;
use super::registration::Registration;
use super::timeline::pages;
use crate::model::{PostId, SavedSearch, Timeline};
use crate::text::{clean_line, truncate, width};
use crate::tui::keys::{
    Action, Binding, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_OPEN, LIST_SCROLL, LIST_UNDO, Scope, ScreenName,
    key,
};
use crate::tui::list::List;
use crate::tui::state::{Effect, Message, Outcome, State, StoreEffect, UndoableAction};
use crate::tui::update::{links, undo};
use crate::tui::widgets::Theme;

/// A menu.
#[derive(Debug, Clone, PartialEq)]
pub struct Menu {
    /// What happens to the chosen row.
    pub title: &'static str,
    /// The rows.
    pub list: List<MenuRow>,
}

/// A row of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuRow {
    /// A link to open.
    Link(String),
    /// A quoted post to open.
    Quoted(PostId),
    /// A timeline to go to.
    Timeline(Timeline),
    /// A saved search to go to.
    SavedSearch(SavedSearch),
    /// A text to copy.
    Text {
        /// What it is.
        name: &'static str,
        /// The text, without control characters.
        text: String,
    },
}

const CHOOSE: &[Binding] = &[key("List", &["Enter", "t"], Action::Accept, "choose", "choose")];
const DELETE_SEARCH: &[Binding] = &[key("List", &["d"], Action::Delete, "delete saved search", "delete saved search")];
const NUMBERS: &[Binding] = &[key("List", &["1…9"], Action::Timeline(0), "choose by number", "")];

impl Menu {
    /// Returns whether its rows are timelines.
    #[must_use]
    pub fn has_timelines(&self) -> bool {
        matches!(self.list.selected(), Some(MenuRow::Timeline(_) | MenuRow::SavedSearch(_)))
    }

    /// Deletes the selected saved search.
    fn delete(&self, state: &mut State) -> Vec<Effect> {
        match self.list.selected() {
            _ if state.read_only => state.refuse_write(),
            Some(MenuRow::SavedSearch(saved)) => {
                undo::perform(state, UndoableAction::SaveSearch(saved.name.clone(), None))
            }
            _ => state.show_notice("only a saved search can be deleted here"),
        }
    }
}

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("menu");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[
        KeyTable {
            context: Context("menu"),
            scope: Scope::Screen,
            bindings: &[LIST_SCROLL, LIST_ENDS, CHOOSE, NUMBERS, LIST_CLOSE],
        },
        KeyTable {
            context: Context("timeline-menu"),
            scope: Scope::Screen,
            bindings: &[LIST_SCROLL, LIST_ENDS, LIST_OPEN, DELETE_SEARCH, LIST_UNDO, NUMBERS, LIST_CLOSE],
        },
    ],
    actions: &[
        (Action::OpenLink, sources::link_menu),
        (Action::CopyMenu, sources::copy_menu),
        (Action::GoToTimeline, sources::go_to_menu),
    ],
    receive: Some(receive),
    ..Registration::named(NAME)
};

/// Opens the menu of timelines once the saved searches are loaded.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    match message {
        Message::SavedSearches(searches) => ControlFlow::Break(sources::saved_searches_loaded(state, searches)),
        other => ControlFlow::Continue(other),
    }
}

impl ListScreen for Menu {
    fn name(&self) -> ScreenName {
        NAME
    }

    type Row = MenuRow;

    fn context(&self) -> Context {
        Context(if self.has_timelines() { "timeline-menu" } else { "menu" })
    }

    fn list(&self) -> &List<MenuRow> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<MenuRow> {
        &mut self.list
    }

    fn title(&self, _state: &State) -> String {
        self.title.to_owned()
    }

    fn empty(&self, _state: &State) -> String {
        "Nothing to choose from.".to_owned()
    }

    fn label(&self, _state: &State, at: usize, _row: &MenuRow) -> String {
        if at < 9 { (at + 1).to_string() } else { String::new() }
    }

    fn row(&self, _state: &State, row: &MenuRow, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let (name, text, style) = match row {
            MenuRow::Link(link) => ("", link.clone(), theme.link),
            MenuRow::Quoted(post) => ("quoted", format!("post {post}"), Style::new()),
            MenuRow::Text { name, text } => (*name, text.clone(), Style::new()),
            MenuRow::SavedSearch(saved) if saved.name == saved.query => ("search", saved.query.clone(), Style::new()),
            MenuRow::SavedSearch(saved) => ("search", format!("{}: {}", saved.name, saved.query), Style::new()),
            MenuRow::Timeline(timeline) => {
                let (name, text) = named(timeline);
                (name, text, Style::new())
            }
        };
        let name = if name.is_empty() { String::new() } else { format!("{name:<8}") };
        let room = columns.saturating_sub(2 + width(&name));
        let text = truncate(&clean_line(&text), room).into_owned();
        vec![Span::styled(name, theme.dim), Span::styled(text, style)]
    }

    fn reload(&self, state: &State) -> Option<Effect> {
        let user = state.active.as_ref().filter(|_| self.has_timelines())?;
        Some(StoreEffect::LoadSavedSearches(user.id).into())
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        let chosen = match action {
            Action::Delete => return Outcome::stay(self.delete(state)),
            Action::Accept => self.list.selected(),
            Action::Timeline(n) if n >= self.list.items.len() => return Outcome::stay(vec![]),
            Action::Timeline(n) => self.list.items.get(n),
            _ => None,
        };
        Outcome::close(match chosen.cloned() {
            Some(MenuRow::Link(link)) => links::open_link(state, link),
            Some(MenuRow::Timeline(timeline)) => pages::open_timeline(state, timeline),
            Some(MenuRow::SavedSearch(saved)) => pages::open_timeline(state, Timeline::Search(saved.query)),
            Some(MenuRow::Text { name, text }) => links::copy_text(state, name, text),
            Some(MenuRow::Quoted(post)) => state.load_detail(StoreEffect::LoadThread(post)),
            None => vec![],
        })
    }

    fn offers(&self, action: Action) -> bool {
        action != Action::Delete || matches!(self.list.selected(), Some(MenuRow::SavedSearch(_)))
    }
}

/// Returns what kind of timeline a row leads to, and whose or of what.
fn named(timeline: &Timeline) -> (&'static str, String) {
    match timeline {
        Timeline::List(_, name) => ("list", name.clone()),
        Timeline::Tag(tag) => ("tag", format!("#{tag}")),
        Timeline::User(_, nickname) => ("posts", format!("@{nickname}")),
        Timeline::Replies(_, nickname) => ("replies", format!("@{nickname}")),
        Timeline::Likes(_, nickname) => ("likes", format!("@{nickname}")),
        Timeline::Search(query) => ("search", query.clone()),
        other => ("", other.key()),
    }
}
