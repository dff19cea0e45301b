//! The feeds that the active user follows, and their states.

use ratatui::text::Span;

use super::list_screen::{ListScreen, description};
use super::profile;
use super::registration::Registration;
use super::users;
use crate::model::{FeedState, Subscription, UserId};
use crate::store::{Store, StoreError};
use crate::text::{clean_line, datetime, truncate, width};
use crate::tui::keys::{
    self, Action, Binding, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_SCROLL, LIST_UNDO, Opening, Scope,
    ScreenName, key,
};
use crate::tui::labels::feed_failure;
use crate::tui::list::List;
use crate::tui::state::{Effect, FeedSelection, Outcome, Screen, State, UndoableAction, WorkerEffect};
use crate::tui::update::undo;
use crate::tui::widgets::Theme;

/// The feeds screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Feeds {
    /// The feeds, by nickname.
    pub list: List<Subscription>,
}

/// Columns of a name at least, and at most.
const NAME_COLUMNS: (usize, usize) = (12, 30);
/// Columns between a name and the reason of a failure at most: the unread count, and since when the feed fails.
const STATE_COLUMNS: usize = 32;

const OWN: &[Binding] = &[
    key("List", &["Enter", "t"], Action::Accept, "show this feed's posts", "posts"),
    key("List", &["^R", "F5"], Action::Reload, "fetch this feed", "fetch"),
    key("List", &["f"], Action::Follow, "unfollow", "unfollow"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("feeds");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, OWN, LIST_UNDO, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Users", &["W"], NAME, "feeds", "")],
    load: Some(load),
    ..Registration::named(NAME)
};

/// Returns the columns of the names at most in rows of `columns` columns: the state of a feed needs the others.
fn name_columns(columns: usize) -> usize {
    columns.saturating_sub(STATE_COLUMNS).clamp(NAME_COLUMNS.0, NAME_COLUMNS.1)
}

fn load(store: &Store, reader: UserId) -> Result<Box<dyn Screen>, StoreError> {
    Ok(Box::new(Feeds { list: List::new(store.subscriptions(Some(reader))?) }))
}

impl ListScreen for Feeds {
    type Row = Subscription;

    fn name(&self) -> ScreenName {
        NAME
    }

    fn list(&self) -> &List<Subscription> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<Subscription> {
        &mut self.list
    }

    fn title(&self, _state: &State) -> String {
        "feeds".to_owned()
    }

    fn empty(&self, state: &State) -> String {
        let key = keys::of(state, Action::Show(ScreenName::FOLLOW_ADDRESS));
        format!("No feeds yet. Press {key} to follow a feed, a blog or an account.")
    }

    fn label(&self, state: &State, _at: usize, row: &Subscription) -> String {
        match (row.state(), row.fetched_at) {
            (state @ (FeedState::Gone | FeedState::New), _) => state.word().to_owned(),
            (FeedState::Failing, _) => "fails".to_owned(),
            (_, Some(at)) => datetime::relative(at, state.now),
            _ => String::new(),
        }
    }

    fn row(&self, state: &State, row: &Subscription, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let counts = users::unread_by_author(state);
        let unread = |feed: &Subscription| counts.get(&feed.user.id).map_or(String::new(), |n| format!("  +{n}"));
        let name = |feed: &Subscription| state.confusables.label(feed.user.nickname.as_str()).into_owned();
        // All rows have the same columns.
        let widest = |of: &dyn Fn(&Subscription) -> String| {
            self.list.items.iter().map(|feed| width(&of(feed))).max().unwrap_or(0)
        };
        let (wide, wide_unread) = (widest(&name).min(name_columns(columns)), widest(&unread));
        let (name, unread) = (truncate(&name(row), wide).into_owned(), unread(row));
        let gap = wide - width(&name) + wide_unread - width(&unread) + 2;
        let room = columns.saturating_sub(3 + wide + wide_unread);
        let text = match feed_failure(row, state.now) {
            Some((state, reason)) if Self::more_lines(row, columns).is_empty() => format!("{state}: {reason}"),
            Some((state, _)) => state,
            None => clean_line(&row.url).into_owned(),
        };
        let style = if row.failures > 0 { theme.warn } else { theme.dim };
        let color = theme.author(row.user.nickname.as_str()).patch(theme.strong);
        let unread = Span::styled(unread, theme.accent);
        vec![
            Span::styled(name, color),
            unread,
            Span::raw(" ".repeat(gap)),
            Span::styled(truncate(&text, room).into_owned(), style),
        ]
    }

    /// Returns the reason of a failure that does not fit into the row.
    fn more_lines(row: &Subscription, columns: usize) -> Vec<String> {
        let reason = row.error.as_deref().filter(|_| row.failures > 0 || row.is_gone).map(clean_line);
        let beside = name_columns(columns) + STATE_COLUMNS;
        let below = reason.filter(|reason| beside + width(reason) > columns);
        below.map(|reason| description(&reason, columns)).unwrap_or_default()
    }

    fn reload(&self, state: &State) -> Option<Effect> {
        state.load_screen(NAME)
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        let selected = self.list.selected().map(|feed| feed.user.clone());
        match (action, selected) {
            (Action::Reload | Action::Follow, _) if state.read_only => Outcome::stay(state.refuse_write()),
            (Action::Reload, Some(user)) => {
                Outcome::stay(vec![WorkerEffect::RefreshFeeds(FeedSelection::User(user.id)).into()])
            }
            (Action::Follow, Some(user)) => {
                Outcome::stay(undo::perform(state, UndoableAction::Follow(vec![(user.id, user.nickname)], None)))
            }
            (Action::Accept, Some(user)) => Outcome::hide_behind_timeline(profile::open_with_posts(state, &user)),
            (Action::Close | Action::Back | Action::Escape, _) => Outcome::close(vec![]),
            _ => Outcome::stay(vec![]),
        }
    }
}
