//! What is new at home, in groups: threads, single posts by author, and boosts.

use ratatui::text::Span;

use super::list_screen::ListScreen;
use super::registration::Registration;
use super::timeline::{pages, unread};
use crate::model::{Arrival, Timeline, UserId};
use crate::store::{Store, StoreError};
use crate::text::{
    CatchUp as Groups, CatchUpGroup, CatchUpKind, CatchUpOrder, clean_line, datetime, single_line, truncate, width,
};
use crate::tui::keys::{
    Action, Binding, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_OPEN, LIST_SCROLL, Opening, Scope, ScreenName, key,
};
use crate::tui::list::List;
use crate::tui::state::{Effect, Outcome, Screen, State, StoreEffect};
use crate::tui::widgets::Theme;

/// How many unread posts are grouped, the newest ones.
pub const LOADED: usize = 400;

/// The groups of unread posts.
#[derive(Debug, Clone, PartialEq)]
pub struct CatchUp {
    /// The groups, and whether each was read.
    pub list: List<(CatchUpGroup, bool)>,
    /// Who reads.
    reader: UserId,
    /// The last arrival when they were loaded.
    arrived: Arrival,
    /// Whether there may be more unread posts.
    is_capped: bool,
}

const OWN: &[Binding] = &[
    key("List", &["x"], Action::MarkRead, "mark group as read", "read"),
    key("List", &["X"], Action::Send, "mark all groups as read", "read all"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("catch-up");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, LIST_OPEN, OWN, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Timelines", &["C"], NAME, "catch up with unread posts", "")],
    load: Some(load),
    ..Registration::named(NAME)
};

fn load(store: &Store, reader: UserId) -> Result<Box<dyn Screen>, StoreError> {
    let arrived = store.last_arrival()?;
    let posts = store.unread_page(reader, &Timeline::Home(reader), None, LOADED)?;
    let is_capped = posts.len() == LOADED;
    let groups = Groups::new(posts, CatchUpOrder::Threads).groups.into_iter().map(|group| (group, false));
    Ok(Box::new(CatchUp { list: List::new(groups.collect()), reader, arrived, is_capped }))
}

impl CatchUp {
    /// Marks the posts of some groups as read.
    fn mark_read(&mut self, state: &State, rows: std::ops::Range<usize>) -> Vec<Effect> {
        let mut keys = Vec::new();
        for (group, is_read) in self.list.items.get_mut(rows).unwrap_or_default() {
            if !std::mem::replace(is_read, true) {
                keys.extend(group.posts.iter().map(|post| post.key));
            }
        }
        if keys.is_empty() {
            return vec![];
        }
        let mark = StoreEffect::MarkPostsRead(self.reader, Timeline::Home(self.reader), keys, self.arrived);
        [vec![mark.into()], unread::count_for_reader(state)].concat()
    }

    /// Opens the thread of the selected group, or the posts of its author.
    fn open(&mut self, state: &mut State) -> Outcome {
        let Some((group, _)) = self.list.selected().cloned() else { return Outcome::close(vec![]) };
        let at = self.list.cursor;
        let mut effects = if state.read_only { vec![] } else { self.mark_read(state, at..at + 1) };
        let Some(first) = group.posts.first() else { return Outcome::stay(effects) };
        if group.kind == CatchUpKind::Author && group.posts.len() > 1 {
            effects.extend(pages::open_timeline(state, Timeline::User(first.author, first.nickname.clone())));
            return Outcome::close(effects);
        }
        effects.extend(state.load_detail(StoreEffect::LoadThread(first.id)));
        Outcome::hide(effects)
    }
}

impl ListScreen for CatchUp {
    type Row = (CatchUpGroup, bool);

    fn name(&self) -> ScreenName {
        NAME
    }

    fn list(&self) -> &List<Self::Row> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<Self::Row> {
        &mut self.list
    }

    fn title(&self, _state: &State) -> String {
        let title = "catch up";
        if self.is_capped { format!("{title} · the newest {LOADED} unread posts") } else { title.to_owned() }
    }

    fn empty(&self, _state: &State) -> String {
        "Nothing new: you have read everything at home.".to_owned()
    }

    fn label(&self, state: &State, _at: usize, (group, _): &Self::Row) -> String {
        group.posts.last().map(|post| datetime::relative(post.key, state.now)).unwrap_or_default()
    }

    fn row(&self, _state: &State, (group, is_read): &Self::Row, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let title = truncate(&clean_line(&group.title()), columns.saturating_sub(2)).into_owned();
        let room = columns.saturating_sub(width(&title) + 4);
        let first = group.posts.first().filter(|post| post.collapsed.is_none());
        let body = first.map(|post| single_line(&clean_line(post.body.as_str()))).unwrap_or_default();
        let body = if room < 8 { String::new() } else { truncate(&body, room).into_owned() };
        let dot = if *is_read { "  " } else { "● " };
        let title = if *is_read { Span::styled(title, theme.dim) } else { Span::raw(title) };
        vec![Span::styled(dot, theme.accent), title, Span::raw("  "), Span::styled(body, theme.dim)]
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        match action {
            Action::MarkRead | Action::Send if state.read_only => Outcome::stay(state.refuse_write()),
            Action::MarkRead => {
                let at = self.list.cursor;
                let effects = self.mark_read(state, at..at + 1);
                self.list.select(at + 1);
                Outcome::stay(effects)
            }
            Action::Send => {
                let all = 0..self.list.items.len();
                Outcome::stay(self.mark_read(state, all))
            }
            Action::Accept => self.open(state),
            _ => Outcome::close(vec![]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, NewPost, NewUser, Nickname, PostId, Timestamp};
    use crate::tui::state::Message;
    use crate::tui::{App, Options};

    #[test]
    fn group_is_marked_as_read_and_the_next_one_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let now = Timestamp::from_micros(1_767_225_600_000_000);
        let mut user = |name| store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), now).unwrap();
        let (ada, bo) = (user("ada"), user("bo"));
        store.set_active_user(ada.id, now).unwrap();
        store.follow(ada.id, &[bo.id], now).unwrap();
        let mut post = |text, reply_to| {
            let body = Body::written(text).unwrap();
            store.add_post(&NewPost { author: bo.id, body, created_at: now, reply_to, source: None }).unwrap()
        };
        let tea = post("tea?", None);
        post("yes", Some(tea));
        let rye = post("rye", None);
        let mut app = App::new(store, Options::default(), (80, 24));
        app.settle();
        let mut act = |action: Action| {
            app.send(Message::Act(action));
            app.settle();
            let rows = |shown: &CatchUp| shown.list.items.iter().map(|(group, read)| (group.title(), *read)).collect();
            app.state.screen::<CatchUp>().map_or_else(Vec::new, rows)
        };
        let rows = |read: [bool; 2]| {
            let titles = ["thread of 2 posts by @bo", "1 post by @bo"].map(str::to_owned);
            titles.into_iter().zip(read).collect::<Vec<_>>()
        };
        assert_eq!(act(Action::Show(NAME)), rows([false, false]));
        assert_eq!(act(Action::MarkRead), rows([true, false]));
        act(Action::Accept);
        let crate::tui::state::Detail::Thread(thread) = &app.state.detail else { panic!("{:?}", app.state.detail) };
        assert_eq!(thread.of, rye);
        let (store, _) = Store::open(&folder.path().join("m.db")).unwrap();
        assert_eq!(store.unread(ada.id, &[Timeline::Home(ada.id)], 9).unwrap(), [0]);
        assert_ne!(rye, PostId(tea.0));
    }
}
