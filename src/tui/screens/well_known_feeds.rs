//! A few well-known feeds for those who know no address yet. Nothing is fetched before one is chosen.

use ratatui::text::Span;

use super::list_screen::{ListScreen, description};
use super::registration::Registration;
use crate::tui::keys::{
    Action, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_OPEN, LIST_SCROLL, Opening, Scope, ScreenName,
};
use crate::tui::list::List;
use crate::tui::state::{Effect, Outcome, State, WorkerEffect};
use crate::tui::widgets::Theme;

const FEEDS: &str = include_str!("../../../assets/feeds.txt");

/// Columns of the names.
const NAME_COLUMNS: usize = 30;
/// With fewer columns, the descriptions are below the names.
const WIDE: usize = 90;

/// The list of feeds.
#[derive(Debug, Clone, PartialEq)]
pub struct WellKnownFeeds {
    /// The feeds, in the order of the file.
    pub list: List<Feed>,
}

/// A well-known feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feed {
    address: &'static str,
    name: &'static str,
    about: &'static str,
}

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName::WELL_KNOWN_FEEDS;

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, LIST_OPEN, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Users", &["K"], NAME, "follow a well-known feed", "")],
    open: Some(open),
    writes: true,
    during_import: false,
    ..Registration::named(NAME)
};

fn open(state: &mut State) -> Vec<Effect> {
    if state.active.is_none() {
        return state.ask_for_user();
    }
    state.show(WellKnownFeeds { list: List::new(feeds()) });
    vec![]
}

/// Reads the feeds of the file.
fn feeds() -> Vec<Feed> {
    let read = |line: &'static str| {
        let (address, rest) = line.split_once('\t')?;
        let (name, about) = rest.split_once('\t')?;
        Some(Feed { address, name, about })
    };
    FEEDS.lines().filter(|line| !line.starts_with('#')).filter_map(read).collect()
}

impl ListScreen for WellKnownFeeds {
    type Row = Feed;

    fn name(&self) -> ScreenName {
        NAME
    }

    fn list(&self) -> &List<Feed> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<Feed> {
        &mut self.list
    }

    fn title(&self, _state: &State) -> String {
        "follow a well-known feed".to_owned()
    }

    fn empty(&self, _state: &State) -> String {
        String::new()
    }

    fn label(&self, _state: &State, _at: usize, _row: &Feed) -> String {
        String::new()
    }

    fn row(&self, _state: &State, row: &Feed, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let about = if columns < WIDE { "" } else { row.about };
        vec![Span::raw(format!("{:<NAME_COLUMNS$}", row.name)), Span::styled(about, theme.dim)]
    }

    fn more_lines(row: &Feed, columns: usize) -> Vec<String> {
        if columns < WIDE { description(row.about, columns) } else { vec![] }
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        let (Action::Accept, Some(feed), Some(user)) = (action, self.list.selected(), &state.active) else {
            return if action == Action::Accept { Outcome::stay(vec![]) } else { Outcome::close(vec![]) };
        };
        let mut effects = vec![WorkerEffect::FollowAddress(user.id, feed.address.to_owned()).into()];
        effects.extend(state.show_notice(format!("fetching {} …", feed.address)));
        Outcome::close(effects)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width;

    #[test]
    fn every_line_of_the_file_is_a_feed_with_an_address() {
        let feeds = feeds();
        assert_eq!(feeds.len(), FEEDS.lines().filter(|line| !line.starts_with('#')).count());
        for feed in feeds {
            assert!(crate::sync::Address::parse(feed.address).is_ok(), "{feed:?}");
            assert!(width(feed.name) < NAME_COLUMNS && !feed.about.is_empty(), "{feed:?}");
            assert!(NAME_COLUMNS + width(feed.about) <= WIDE, "{feed:?}");
        }
    }
}
