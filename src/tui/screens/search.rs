//! Searches posts and users while the query is typed. Each change asks at once and nothing waits; results of an earlier
//! query are dropped.

use std::ops::ControlFlow;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::registration::Registration;
use super::timeline::pages;
use crate::model::{Post, Timeline, User, UserId};
use crate::text::{Query, SearchHint, clean_line, pluralize, with_prefix_wildcard, wrap_message};
use crate::tui::keys::{Action, Binding, Context, KeyTable, Opening, Scope, ScreenName, key};
use crate::tui::labels::spinner;
use crate::tui::layout::{self, areas};
use crate::tui::list::List;
use crate::tui::measure;
use crate::tui::measure::post::Extent;
use crate::tui::state::{
    Editor, Effect, Message, Outcome, Screen, State, StoreEffect, Tab, UndoableAction, WorkerEffect,
};
use crate::tui::update::{movement, undo};
use crate::tui::widgets::post::{self, PostStyle};
use crate::tui::widgets::{Theme, header, message, rows, text_field, title, user_row};

/// The operators of a query with examples, the most used first.
const OPERATORS: [(&str, &str); 10] = [
    ("rye bread", "both words"),
    ("\"rye bread\"", "this phrase"),
    ("bre*", "words that start with this"),
    ("-dull", "without this word"),
    ("#tag", "with this tag"),
    ("from:maya", "posts by this user"),
    ("to:maya", "posts to this user"),
    ("has:link", "with a link; has:image, has:poll"),
    ("is:reply", "replies"),
    ("since:2026-01", "at or after this date; before: for earlier"),
];

/// The search screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// The query that was typed.
    pub query: Editor,
    /// The number of the latest search; results of others are outdated.
    pub asked: u64,
    /// Whether its results are there.
    pub answered: bool,
    /// The posts that were found.
    pub found: List<Post>,
    /// The users that were found.
    pub users: Vec<User>,
    /// The index of the selected user; `None` while a post is selected.
    pub selected_user: Option<usize>,
    /// Names in `from:` and `to:` that no user has.
    pub hints: Vec<SearchHint>,
    /// What is done as soon as the results are there.
    pub pending: Option<Action>,
    /// The name under which the search is to be saved, while that is asked for.
    pub name: Option<Editor>,
}

/// Columns of a user: a number of posts at the far end of a wide line would not be seen to belong to the name.
const USER_COLUMNS: usize = 48;

const QUERY: Context = Context("search");
const NAMING: Context = Context("search-name");

const QUERY_KEYS: &[Binding] = &[
    key("Search", &["Enter"], Action::Accept, "open thread or profile", "open"),
    key("Search", &["^T"], Action::OpenResults, "open results as timeline", "as timeline"),
    key("Search", &["^S"], Action::SaveSearch, "save search", "save search"),
    key("Search", &["↓", "^N"], Action::Down, "down", ""),
    key("Search", &["↑", "^P"], Action::Up, "up", ""),
    key("Search", &["PgDn"], Action::PageDown, "page down", ""),
    key("Search", &["PgUp"], Action::PageUp, "page up", ""),
    key("Search", &["Esc"], Action::Close, "close", "close"),
];
const NAME_KEYS: &[Binding] = &[
    key("Search", &["Enter"], Action::Accept, "save search", "save search"),
    key("Search", &["Esc"], Action::Close, "back to search", "back to search"),
];

/// Shows search results, unless the query changed since.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    let Message::SearchResults { number, posts, more, users, hints } = message else {
        return ControlFlow::Continue(message);
    };
    let Some(shown) = state.screen_mut::<Search>().filter(|shown| shown.asked == number) else {
        return ControlFlow::Break(vec![]);
    };
    shown.answered = true;
    shown.selected_user = (posts.is_empty() && !users.is_empty()).then_some(0);
    shown.found = List { more_below: more, ..List::new(posts) };
    (shown.users, shown.hints) = (users, hints);
    // The key was pressed before the results were there.
    state.next_action = shown.pending.take();
    ControlFlow::Break(vec![])
}

/// Opens results as a timeline, with the cursor where it is.
fn open_results(state: &mut State, query: &str, list: List<Post>) -> Vec<Effect> {
    let newest = list.items.first().map(|post| post.key);
    let timeline = Timeline::Search(with_prefix_wildcard(query).trim().to_owned());
    pages::open_timeline(state, timeline.clone());
    if let Some(tab) = state.tabs.get_mut(state.tab) {
        *tab = Tab { list, newest, ..Tab::new(timeline) };
    }
    vec![]
}

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName::SEARCH;

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[
        KeyTable { context: QUERY, scope: Scope::TextField, bindings: &[QUERY_KEYS] },
        KeyTable { context: NAMING, scope: Scope::TextField, bindings: &[NAME_KEYS] },
    ],
    opened_by: &[Opening::anywhere("Timelines", &["/"], NAME, "search posts and users", "search")],
    open: Some(open),
    receive: Some(receive),
    ..Registration::named(NAME)
};

/// Opens the screen.
fn open(state: &mut State) -> Vec<Effect> {
    state.show(Search {
        query: Editor::new(""),
        asked: 0,
        answered: true,
        found: List::default(),
        users: vec![],
        selected_user: None,
        hints: vec![],
        pending: None,
        name: None,
    });
    vec![]
}

impl Screen for Search {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        if self.name.is_some() { NAMING } else { QUERY }
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        if self.name.is_some() {
            return Outcome::stay(self.act_on_name(state, action));
        }
        if matches!(action, Action::Down | Action::Up) && self.select_user(state, action) {
            return Outcome::stay(vec![]);
        }
        let area = self.posts_area(state);
        let height = |_: usize, post: &Post| {
            let body_lines = state.wrapped.line_count(post, area.width);
            measure::post::height(post, area.width, Extent::Excerpt, body_lines)
        };
        match action {
            Action::Accept | Action::OpenResults => self.accept(state, action),
            Action::SaveSearch => Outcome::stay(self.ask_for_name(state)),
            Action::Down | Action::Up | Action::PageDown | Action::PageUp => {
                self.selected_user = None;
                movement::move_cursor(&mut self.found, action, usize::from(area.height), height);
                Outcome::stay(vec![])
            }
            _ => Outcome::close(vec![]),
        }
    }

    fn visible_users(&self, state: &State) -> Vec<UserId> {
        let rows = self.posts_area(state).height;
        self.found.visible(rows, measure::post::MIN_LINES).map(|post| post.author).collect()
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(self.name.as_mut().unwrap_or(&mut self.query))
    }

    /// Asks for what is typed now, if the query changed.
    fn edited(&mut self, state: &mut State, before: &str) -> Vec<Effect> {
        let query = self.query.text();
        if self.name.is_some() || query == before {
            return vec![];
        }
        state.searches += 1;
        self.asked = state.searches;
        self.pending = None;
        self.answered = query.trim().is_empty();
        if self.answered {
            (self.found, self.users, self.selected_user) = (List::default(), vec![], None);
            self.hints.clear();
            return vec![];
        }
        vec![Effect::Worker(WorkerEffect::Search { number: self.asked, query })]
    }

    /// The search was saved, so its name is not asked for any more.
    fn performed(&mut self, action: &UndoableAction, _inverse: &UndoableAction) {
        self.name.take_if(|_| matches!(action, UndoableAction::SaveSearch(..)));
    }

    fn cursor(&mut self) -> Option<&mut usize> {
        Some(&mut self.found.cursor)
    }

    fn row_at(&self, state: &State, at: Position) -> Option<usize> {
        let area = self.posts_area(state);
        let line = area.contains(at).then(|| usize::from(at.y - area.y))?;
        let height = |_: usize, post: &Post| {
            let body_lines = state.wrapped.get(post, area.width).lines.len();
            measure::post::height(post, area.width, Extent::Excerpt, body_lines)
        };
        self.found.at_row(line, height).map(|(row, _)| row)
    }

    fn ensure_cursor_visible(&mut self, state: &mut State) {
        let area = self.posts_area(state);
        self.found.reveal(usize::from(area.height), |_, post| {
            let body_lines = state.wrapped.line_count(post, area.width);
            measure::post::height(post, area.width, Extent::Excerpt, body_lines)
        });
    }

    fn draw(&self, state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let areas = areas(state);
        header::draw(state, theme, areas.header, frame);
        let divider = Rect { y: areas.header.bottom(), ..areas.header };
        title::rule(divider, theme, frame);
        self.draw_fields(state, Rect { y: divider.y + 1, ..divider }, theme, frame);
        let area = self.area(state);
        let text = self.query.text();
        if text.trim().is_empty() {
            return draw_operators(theme, area, frame);
        }
        self.draw_users(state, area, theme, frame);
        let area = self.posts_area(state);
        let query = Query::parse(&with_prefix_wildcard(&text));
        rows::draw(&self.found, area, frame, |at, item| {
            let style = PostStyle {
                theme,
                confusables: &state.confusables,
                wrapped: &state.wrapped,
                now: state.now,
                clock: state.settings.times.clock,
                selected: at == self.found.cursor && self.selected_user.is_none(),
                focused: true,
                absolute: false,
                marked: false,
                unread: false,
                extent: Extent::Excerpt,
                query: Some(&query),
                avatars: &state.avatars,
                warning_key: None,
            };
            post::lines(item, area.width, &style)
        });
    }
}

impl Search {
    /// Opens the selected post or user, or all results as a timeline: at once, or as soon as they are there.
    fn accept(&mut self, state: &mut State, action: Action) -> Outcome {
        let query = self.query.text();
        if query.trim().is_empty() {
            return Outcome::close(vec![]);
        }
        if !self.answered {
            self.pending = Some(action);
            return Outcome::stay(vec![]);
        }
        if action == Action::OpenResults {
            return Outcome::close(open_results(state, &query, std::mem::take(&mut self.found)));
        }
        let user = self.selected_user.and_then(|at| self.users.get(at)).map(|user| StoreEffect::LoadProfile(user.id));
        match user.or(self.found.selected().map(|post| StoreEffect::LoadThread(post.id))) {
            Some(effect) => Outcome::hide(state.load_detail(effect)),
            None => Outcome::stay(state.show_notice("nothing was found: type another search")),
        }
    }

    /// Moves among the users, who are above the posts; returns false where the cursor moves among the posts.
    fn select_user(&mut self, state: &State, action: Action) -> bool {
        let last = self.shown_users(state).checked_sub(1);
        let to = match (self.selected_user, action) {
            (Some(at), Action::Up) => Some(at.saturating_sub(1)),
            (Some(at), _) if Some(at) < last => Some(at + 1),
            (Some(at), _) => Some(at).filter(|_| self.found.items.is_empty()),
            (None, Action::Up) if self.found.cursor == 0 && self.found.skip == 0 => last,
            (None, _) => return false,
        };
        let moved = self.selected_user.is_some() || to.is_some();
        self.selected_user = to;
        moved
    }

    /// Returns how many of the users are shown: so many that the posts have most of the screen.
    fn shown_users(&self, state: &State) -> usize {
        self.users.len().min(usize::from(self.area(state).height) / 3)
    }

    /// Returns the area of the posts, below the users.
    fn posts_area(&self, state: &State) -> Rect {
        let area = self.area(state);
        let users = self.shown_users(state) as u16;
        Rect { y: area.y + users, height: area.height - users, ..area }
    }

    /// Draws the users that were found.
    fn draw_users(&self, state: &State, area: Rect, theme: &Theme, frame: &mut Frame<'_>) {
        let rows = area.y..self.posts_area(state).y;
        for ((at, user), y) in self.users.iter().enumerate().zip(rows) {
            let active = state.active.as_ref().is_some_and(|active| active.id == user.id);
            let style = user_row::Style { active, selected: self.selected_user == Some(at), unread: 0 };
            let columns = usize::from(area.width).min(USER_COLUMNS);
            let line = user_row::line(user, columns, style, &state.confusables, theme);
            frame.render_widget(line, Rect { y, height: 1, ..area });
        }
    }

    /// Asks for the name of a saved search; without one it is named like the query.
    fn ask_for_name(&mut self, state: &mut State) -> Vec<Effect> {
        if state.read_only {
            return state.refuse_write();
        }
        if state.active.is_none() {
            return state.ask_for_user();
        }
        let query = self.query.text();
        if query.trim().is_empty() {
            return state.show_notice("type a search first, then save it");
        }
        self.name = Some(Editor::new(""));
        vec![]
    }

    /// Saves the search under the name that was typed, or goes back to it. The name stays until it is saved: it may be taken.
    fn act_on_name(&mut self, state: &mut State, action: Action) -> Vec<Effect> {
        let Some(name) = self.name.as_ref().map(Editor::text).filter(|_| action == Action::Accept) else {
            self.name = None;
            return vec![];
        };
        let query = self.query.text().trim().to_owned();
        let name = if name.trim().is_empty() { query.clone() } else { name.trim().to_owned() };
        undo::perform(state, UndoableAction::SaveSearch(name, Some(query)))
    }

    /// Draws the query, and below it the name to save it under or the counts of what was found.
    fn draw_fields(&self, state: &State, line: Rect, theme: &Theme, frame: &mut Frame<'_>) {
        frame.render_widget(Line::styled(" /", theme.accent.patch(theme.strong)), Rect { width: 2, ..line });
        let field = Rect { x: line.x + 3, width: line.width.saturating_sub(4), ..line };
        let below = Rect { y: line.y + 1, ..line };
        let Some(name) = &self.name else {
            text_field::draw_line(&self.query, field, frame);
            let lines = message::lines(&self.status(state), status_columns(below.width), theme.dim);
            let rows = lines.len() as u16;
            let below = Rect { x: below.x + 3, width: below.width.saturating_sub(3), height: rows, ..below };
            return message::draw(lines, below.intersection(frame.area()), frame);
        };
        let query = clean_line(self.query.text().trim()).into_owned();
        frame.render_widget(Line::raw(query.clone()), field);
        let label = "   save as ";
        frame.render_widget(Line::styled(label, theme.accent), below);
        let wide = label.len() as u16;
        let field = Rect { x: below.x + wide, width: below.width.saturating_sub(wide + 1), ..below };
        text_field::draw_line(name, field, frame);
        if name.text().is_empty() {
            frame.render_widget(Line::styled(query, theme.dim), field);
        }
    }

    /// Returns what was found.
    fn status(&self, state: &State) -> String {
        if self.query.text().trim().is_empty() {
            String::new()
        } else if let Some(at) = state.spinner_frame {
            format!("{} searching", spinner(at))
        } else if !self.answered && self.found.items.is_empty() {
            String::new()
        } else {
            self.counts()
        }
    }

    /// Returns the area of users and posts: below the counts and hints, which may take several lines.
    fn area(&self, state: &State) -> Rect {
        let area = layout::search(state.size);
        let lines = wrap_message(&self.counts(), status_columns(state.size.0)).len();
        let more = u16::try_from(lines).unwrap_or(u16::MAX).saturating_sub(1).min(area.height / 2);
        Rect { y: area.y + more, height: area.height - more, ..area }
    }

    fn counts(&self) -> String {
        let posts = match self.found.items.len() {
            0 => "no posts".to_owned(),
            n if self.found.more_below => format!("the newest {}", pluralize(n as u64, "post")),
            n => pluralize(n as u64, "post"),
        };
        let users = match self.users.len() {
            0 => String::new(),
            n => format!(" · {}", pluralize(n as u64, "user")),
        };
        let hints = self.hints.iter().map(|hint| format!(" · {}", clean_line(&hint.to_string())));
        format!("{posts}{users}{}", hints.collect::<String>())
    }
}

/// Returns the columns of the lines of counts and hints on a screen of so many columns.
fn status_columns(columns: u16) -> usize {
    usize::from(columns).saturating_sub(5)
}

/// Draws the operators of a query, while none is typed.
fn draw_operators(theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    for ((example, meaning), y) in OPERATORS.iter().zip(area.y..area.bottom()) {
        let line = Line::from(vec![Span::raw(format!("   {example:<15}")), Span::styled(*meaning, theme.dim)]);
        frame.render_widget(line, Rect { y, height: 1, ..area });
    }
}
