//! What is new at home, in groups: threads, single posts by author, boosts, and links. What was passed is read.

use std::collections::{HashMap, HashSet};
use std::ops::{ControlFlow, Range};

use ratatui::style::Style;
use ratatui::text::Span;

use super::list_screen::ListScreen;
use super::registration::Registration;
use super::timeline::unread;
use crate::model::{Arrival, Post, PostId, ReadState, Timeline, Timestamp, UserId};
use crate::store::{Store, StoreError};
use crate::text::{
    CatchUp as Groups, CatchUpGroup, CatchUpKind, CatchUpOrder, SharedLink, boosted_by, clean_line, datetime,
    single_line, truncate, width, with_thousands,
};
use crate::tui::keys::{
    self, Action, Binding, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_OPEN, LIST_SCROLL, LIST_UNDO, Opening, Scope,
    ScreenName, key,
};
use crate::tui::labels::capped_count;
use crate::tui::list::List;
use crate::tui::state::{Effect, FRESH_LIMIT, Message, Outcome, Screen, State, StoreEffect, UndoableAction};
use crate::tui::update::{links, undo};
use crate::tui::widgets::Theme;

/// How many unread posts are loaded at once, the newest ones first.
pub const LOADED: usize = 400;

/// The notice that nothing older is unread.
const NO_OLDER: &str = "no older unread posts at home";

/// A row of the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum CatchUpRow {
    /// Posts that are read, skipped or opened together.
    Group(CatchUpGroup),
    /// A post of the group above that was opened.
    Post(Box<Post>),
    /// A link in them, and who shared it.
    Link(SharedLink),
}

/// Unread posts in groups, and the links in them.
#[derive(Debug, Clone, PartialEq)]
pub struct CatchUp {
    /// The groups in the order that was asked for, then the links.
    pub list: List<CatchUpRow>,
    /// The posts.
    posts: Vec<Post>,
    /// Which post each of them replies to, and each post above them.
    parents: HashMap<PostId, PostId>,
    /// The order of the groups.
    order: CatchUpOrder,
    /// The posts that were read here.
    read: HashSet<Timestamp>,
    /// Who reads.
    reader: UserId,
    /// The last arrival when they were loaded.
    arrived: Arrival,
    /// Whether there may be more unread posts.
    has_more: bool,
    /// The row of the cursor after the last movement.
    passed: usize,
}

const OWN: &[Binding] = &[
    key("List", &["x"], Action::MarkRead, "mark group as read", "read"),
    key("List", &["X"], Action::Send, "mark all groups as read", "read all"),
    key("List", &["Tab"], Action::NextField, "change order", "order"),
    key("List", &["+"], Action::ExpandReplies, "load older unread posts", "older"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("catch-up");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, LIST_OPEN, OWN, LIST_UNDO, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Timelines", &["C"], NAME, "catch up with unread posts", "")],
    load: Some(load),
    receive: Some(receive),
    ..Registration::named(NAME)
};

fn load(store: &Store, reader: UserId) -> Result<Box<dyn Screen>, StoreError> {
    let arrived = store.last_arrival()?;
    let posts = store.unread_page(reader, &Timeline::Home(reader), None, LOADED)?;
    let parents = store.parents(&posts)?;
    Ok(Box::new(CatchUp::new(reader, posts, parents, arrived)))
}

/// Adds older unread posts that were loaded.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    let Message::OlderUnread(posts, parents) = message else { return ControlFlow::Continue(message) };
    if posts.is_empty() {
        state.show_notice(NO_OLDER);
    }
    if let Some(screen) = state.screen_mut::<CatchUp>() {
        screen.has_more = posts.len() == LOADED;
        if !posts.is_empty() {
            screen.posts.extend(posts);
            screen.parents.extend(parents);
            screen.group();
        }
    }
    ControlFlow::Break(vec![])
}

impl CatchUp {
    /// Groups the newest unread posts of a reader by what they reply to; `arrived` is the last arrival when they were loaded.
    #[must_use]
    pub fn new(reader: UserId, posts: Vec<Post>, parents: HashMap<PostId, PostId>, arrived: Arrival) -> Self {
        let mut screen = Self {
            list: List::default(),
            has_more: posts.len() == LOADED,
            posts,
            parents,
            order: CatchUpOrder::Threads,
            read: HashSet::new(),
            reader,
            arrived,
            passed: 0,
        };
        screen.group();
        screen
    }

    /// Makes the rows of the posts; the cursor goes to the first one.
    fn group(&mut self) {
        let Groups { groups, links } = Groups::new(self.posts.clone(), &self.parents, self.order);
        let rows = groups.into_iter().map(CatchUpRow::Group).chain(links.into_iter().map(CatchUpRow::Link));
        self.list = List::new(rows.collect());
        self.passed = 0;
    }

    fn is_read(&self, group: &CatchUpGroup) -> bool {
        group.posts.iter().all(|post| self.read.contains(&post.key))
    }

    /// Returns whether the posts of the group in a row are listed below it.
    fn is_expanded(&self, row: usize) -> bool {
        matches!(self.list.items.get(row + 1), Some(CatchUpRow::Post(_)))
    }

    /// Takes the posts in some rows as read, and returns those that were unread.
    fn take_unread(&mut self, rows: Range<usize>, with_expanded: bool) -> Vec<Timestamp> {
        let mut new = Vec::new();
        for at in rows {
            match self.list.items.get(at) {
                Some(CatchUpRow::Group(group)) if with_expanded || !self.is_expanded(at) => {
                    new.extend(group.posts.iter().map(|post| post.key));
                }
                Some(CatchUpRow::Post(post)) => new.push(post.key),
                _ => {}
            }
        }
        new.retain(|key| self.read.insert(*key));
        new
    }

    /// Marks the posts in rows that were passed as read, which can be undone. Those of an open group are passed one by one.
    fn mark_passed(&mut self, state: &mut State, rows: Range<usize>) -> Vec<Effect> {
        let new = if state.read_only { vec![] } else { self.take_unread(rows, false) };
        if new.is_empty() { vec![] } else { self.perform_mark(state, new) }
    }

    /// Marks the posts in some rows as read, which can be undone.
    fn mark(&mut self, state: &mut State, rows: Range<usize>) -> Vec<Effect> {
        let new = self.take_unread(rows, true);
        if new.is_empty() {
            return state.show_notice("already read");
        }
        self.perform_mark(state, new)
    }

    fn perform_mark(&self, state: &mut State, posts: Vec<Timestamp>) -> Vec<Effect> {
        undo::perform(state, UndoableAction::MarkPostsRead(Timeline::Home(self.reader), posts, self.arrived))
    }

    /// Goes to the first row with posts that were read before and are unread again.
    fn select_unread_again(&mut self, before: &HashSet<Timestamp>) {
        let is_again = |post: &Post| before.contains(&post.key) && !self.read.contains(&post.key);
        let found = (0..self.list.items.len()).find(|at| match &self.list.items[*at] {
            CatchUpRow::Group(group) => !self.is_expanded(*at) && group.posts.iter().any(is_again),
            CatchUpRow::Post(post) => is_again(post),
            CatchUpRow::Link(_) => false,
        });
        if let Some(at) = found {
            self.list.select(at);
            self.passed = at;
        }
    }

    /// Marks the posts in a row as read whose thread is opened: what is on the screen cannot be unread again.
    fn mark_opened(&mut self, state: &State, at: usize) -> Vec<Effect> {
        let new = if state.read_only { vec![] } else { self.take_unread(at..at + 1, false) };
        if new.is_empty() {
            return vec![];
        }
        let mark = StoreEffect::MarkPostsRead(self.reader, Timeline::Home(self.reader), new, self.arrived);
        [vec![mark.into()], unread::count_home(state, self.reader)].concat()
    }

    /// Opens the link, the thread of the group or post, or lists the posts of a group by one author.
    fn open(&mut self, state: &mut State) -> Outcome {
        let at = self.list.cursor;
        let post = match self.list.selected() {
            Some(CatchUpRow::Group(group)) if group.kind == CatchUpKind::Author && group.posts.len() > 1 => {
                self.expand(at);
                return Outcome::stay(vec![]);
            }
            Some(CatchUpRow::Group(group)) => group.posts.first().map(|post| post.id),
            Some(CatchUpRow::Post(post)) => Some(post.id),
            Some(CatchUpRow::Link(link)) => return Outcome::stay(links::open_link(state, link.url.clone())),
            None => return Outcome::close(vec![]),
        };
        let mut effects = self.mark_opened(state, at);
        if let Some(id) = post {
            effects.extend(state.load_detail(StoreEffect::LoadThread(id)));
        }
        Outcome::hide(effects)
    }

    /// Shows or hides the posts of a group below it.
    fn expand(&mut self, at: usize) {
        if self.is_expanded(at) {
            let mut rest = self.list.items.split_off(at + 1);
            let posts = rest.iter().take_while(|row| matches!(row, CatchUpRow::Post(_))).count();
            rest.drain(..posts);
            self.list.items.append(&mut rest);
        } else if let Some(CatchUpRow::Group(group)) = self.list.items.get(at) {
            let posts: Vec<_> = group.posts.iter().cloned().map(Box::new).map(CatchUpRow::Post).collect();
            self.list.items.splice(at + 1..at + 1, posts);
        }
    }

    /// Loads the unread posts that are older than those here.
    fn load_older(&self, state: &mut State) -> Vec<Effect> {
        if !self.has_more {
            return state.show_notice(NO_OLDER);
        }
        let oldest = self.posts.iter().map(|post| post.key).min().unwrap_or(Timestamp::MAX);
        vec![StoreEffect::LoadOlderUnread(self.reader, oldest, LOADED).into()]
    }

    fn group_row(&self, group: &CatchUpGroup, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let title = truncate(&clean_line(&group.title()), columns.saturating_sub(2)).into_owned();
        let room = columns.saturating_sub(width(&title) + 4);
        // The time beside it is that of the newest post; the text of a thread is what it is about.
        let shown = if group.kind == CatchUpKind::Thread { group.posts.first() } else { group.posts.last() };
        let shown = shown.filter(|post| post.collapsed.is_none());
        let body = shown.map(|post| single_line(&clean_line(post.body.as_str()))).unwrap_or_default();
        let body = if room < 8 { String::new() } else { truncate(&body, room).into_owned() };
        let (dot, title) = match self.is_read(group) {
            true => ("  ", Span::styled(title, theme.dim)),
            false => ("● ", Span::raw(title)),
        };
        vec![Span::styled(dot, theme.accent), title, Span::raw("  "), Span::styled(body, theme.dim)]
    }

    fn post_row(&self, post: &Post, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let boosted = boosted_by(std::slice::from_ref(post)).map(|boosted| clean_line(&boosted).into_owned());
        let boosted = truncate(&boosted.unwrap_or_default(), columns / 2).into_owned();
        let body = single_line(&clean_line(post.body.as_str()));
        let body = truncate(&body, columns.saturating_sub(width(&boosted) + 6)).into_owned();
        let (dot, style) = if self.read.contains(&post.key) { ("    ", theme.dim) } else { ("  ● ", Style::new()) };
        let gap = if boosted.is_empty() { "" } else { "  " };
        vec![
            Span::styled(dot, theme.accent),
            Span::styled(body, style),
            Span::styled(format!("{gap}{boosted}"), theme.dim),
        ]
    }
}

fn link_row(link: &SharedLink, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
    let by = link.by.iter().map(|name| format!("@{name}")).collect::<Vec<_>>().join(", ");
    let url = truncate(&clean_line(&link.url), columns.saturating_sub(2)).into_owned();
    let room = columns.saturating_sub(width(&url) + 4);
    let by = if room < 8 { String::new() } else { truncate(&clean_line(&by), room).into_owned() };
    vec![Span::raw("  "), Span::styled(url, theme.link), Span::raw("  "), Span::styled(by, theme.dim)]
}

impl ListScreen for CatchUp {
    type Row = CatchUpRow;

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
        let order = match self.order {
            CatchUpOrder::Threads => "busiest threads first",
            CatchUpOrder::Time => "newest first",
            CatchUpOrder::Author => "by author",
        };
        let unread_here = self.posts.iter().filter(|post| !self.read.contains(&post.key)).count();
        let loaded = with_thousands(unread_here as u64);
        let at_home = state.tabs.first().map_or(0, |tab| tab.unread);
        if self.has_more && (at_home > unread_here || at_home >= FRESH_LIMIT) {
            let key = keys::here(state, Action::ExpandReplies).unwrap_or_default();
            let unread = capped_count(at_home);
            // More posts than are counted may be loaded.
            let of = if unread_here < FRESH_LIMIT { format!(" of {unread}") } else { String::new() };
            let mut title = format!("catch up · newest {loaded}{of} unread");
            // The footer names the keys for older posts and the order too.
            for part in [format!(" · {key} older"), format!(" · {order}")] {
                if width(&title) + width(&part) + 2 > usize::from(state.size.0) {
                    break;
                }
                title += &part;
            }
            return title;
        }
        format!("catch up · {loaded} unread · {order}")
    }

    fn empty(&self, state: &State) -> String {
        match keys::here(state, Action::ExpandReplies).filter(|_| self.has_more) {
            Some(key) => format!("Press {key} to load the unread posts at home."),
            None => "Nothing new: you have read everything at home.".to_owned(),
        }
    }

    fn label(&self, state: &State, _at: usize, row: &Self::Row) -> String {
        match row {
            CatchUpRow::Group(group) => {
                group.posts.last().map(|post| datetime::relative(post.key, state.now)).unwrap_or_default()
            }
            CatchUpRow::Post(post) => datetime::relative(post.key, state.now),
            CatchUpRow::Link(_) => "link".to_owned(),
        }
    }

    fn row(&self, _state: &State, row: &Self::Row, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        match row {
            CatchUpRow::Group(group) => self.group_row(group, columns, theme),
            CatchUpRow::Post(post) => self.post_row(post, columns, theme),
            CatchUpRow::Link(link) => link_row(link, columns, theme),
        }
    }

    /// Marks what was passed as read: a line or a page, but no jump.
    fn moved(&mut self, action: Action, state: &mut State) -> Vec<Effect> {
        let cursor = self.list.cursor;
        let before = std::mem::replace(&mut self.passed, cursor);
        match action {
            Action::Down => self.mark_passed(state, cursor.saturating_sub(1)..cursor),
            Action::PageDown => self.mark_passed(state, before.min(cursor)..cursor),
            _ => vec![],
        }
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        match action {
            Action::MarkRead | Action::Send if state.read_only => Outcome::stay(state.refuse_write()),
            Action::MarkRead => {
                let at = self.list.cursor;
                let effects = self.mark(state, at..at + 1);
                self.list.select(at + 1);
                self.passed = self.list.cursor;
                Outcome::stay(effects)
            }
            Action::Send => {
                let all = 0..self.list.items.len();
                Outcome::stay(self.mark(state, all))
            }
            Action::NextField => {
                self.order = match self.order {
                    CatchUpOrder::Threads => CatchUpOrder::Time,
                    CatchUpOrder::Time => CatchUpOrder::Author,
                    CatchUpOrder::Author => CatchUpOrder::Threads,
                };
                self.group();
                Outcome::stay(vec![])
            }
            Action::ExpandReplies => Outcome::stay(self.load_older(state)),
            Action::Accept => self.open(state),
            _ => Outcome::close(vec![]),
        }
    }

    fn read_changed(&mut self, timeline: &Timeline, read: &ReadState) {
        if Timeline::Home(self.reader) == *timeline {
            let is_read = |post: &&Post| read.is_read(post.key, post.arrival);
            let now_read: HashSet<_> = self.posts.iter().filter(is_read).map(|post| post.key).collect();
            let before = std::mem::replace(&mut self.read, now_read);
            self.select_unread_again(&before);
            // Older posts may be unread again.
            self.has_more = true;
        }
    }

    fn offers(&self, action: Action) -> bool {
        self.has_more || action != Action::ExpandReplies
    }
}

#[cfg(test)]
mod tests;
