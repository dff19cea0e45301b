//! Posts at home from the same day in earlier years, the latest year first.

use chrono::Datelike;
use ratatui::style::Style;
use ratatui::text::Span;

use super::list_screen::ListScreen;
use super::registration::Registration;
use crate::model::{Post, Timeline, Timestamp, UserId};
use crate::store::{Store, StoreError};
use crate::text::{clean_line, single_line, truncate, width};
use crate::tui::keys::{
    self, Action, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_OPEN, LIST_SCROLL, Opening, Scope, ScreenName,
};
use crate::tui::labels::collapse_reason;
use crate::tui::list::List;
use crate::tui::state::{Effect, Outcome, Screen, State, StoreEffect};
use crate::tui::widgets::Theme;

/// Posts of a year that are loaded.
const LOADED: usize = 50;

/// The screen.
#[derive(Debug, Clone, PartialEq)]
pub struct OnThisDay {
    /// The posts, those of a year from the oldest to the newest.
    pub list: List<Post>,
}

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("on-this-day");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, LIST_OPEN, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Timelines", &[], NAME, "on this day in earlier years", "")],
    load: Some(load),
    ..Registration::named(NAME)
};

fn load(store: &Store, reader: UserId) -> Result<Box<dyn Screen>, StoreError> {
    let posts = store.on_this_day(Some(reader), &Timeline::Home(reader), Timestamp::now(), LOADED)?;
    Ok(Box::new(OnThisDay { list: List::new(posts) }))
}

impl ListScreen for OnThisDay {
    type Row = Post;

    fn name(&self) -> ScreenName {
        NAME
    }

    fn list(&self) -> &List<Post> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<Post> {
        &mut self.list
    }

    fn title(&self, _state: &State) -> String {
        "on this day in earlier years".to_owned()
    }

    fn empty(&self, state: &State) -> String {
        let key = keys::of(state, Action::Show(ScreenName::GO_TO_DATE));
        format!("No posts at home from this day in earlier years. Press {key} in a timeline to go to another date.")
    }

    fn label(&self, _state: &State, _at: usize, row: &Post) -> String {
        row.key.local().year().to_string()
    }

    fn row(&self, state: &State, row: &Post, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let name = truncate(&state.confusables.label(row.nickname.as_str()), columns / 2).into_owned();
        let text = row.collapsed.as_ref().map_or_else(|| clean_line(row.body.as_str()).into_owned(), collapse_reason);
        let text = truncate(&single_line(&text), columns.saturating_sub(3 + width(&name))).into_owned();
        let style = if row.collapsed.is_some() { theme.dim } else { Style::new() };
        let color = theme.author(row.nickname.as_str()).patch(theme.strong);
        vec![Span::styled(name, color), Span::raw("  "), Span::styled(text, style)]
    }

    fn reload(&self, state: &State) -> Option<Effect> {
        state.load_screen(NAME)
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        match self.list.selected().filter(|_| action == Action::Accept) {
            Some(post) => Outcome::hide(state.load_detail(StoreEffect::LoadThread(post.id))),
            None => Outcome::close(vec![]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, NewPost, NewUser, Nickname};
    use crate::tui::state::{Detail, Message};
    use crate::tui::{App, Options};

    #[test]
    fn posts_of_this_day_are_listed_by_year_and_open_their_thread() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let now = Timestamp::now();
        let ada = store.add_user(&NewUser::named(Nickname::parse("ada").unwrap()), now).unwrap();
        store.set_active_user(ada.id, now).unwrap();
        let today = now.local().date_naive();
        // Every fourth year has this day, also if it is the 29th of February.
        for (years, days, text) in [(4, 0, "tea"), (4, 1, "other day"), (8, 0, "rye"), (0, 0, "today")] {
            let day = today.with_year(today.year() - years).unwrap() + chrono::Days::new(days);
            let created_at = Timestamp::parse(&format!("{day} 00:00:00")).unwrap();
            let body = Body::written(text).unwrap();
            store.add_post(&NewPost { author: ada.id, body, created_at, reply_to: None, source: None }).unwrap();
        }
        let mut app = App::new(store, Options::default(), (80, 24));
        app.settle();
        let mut act = |action: Action| {
            app.send(Message::Act(action));
            app.settle();
            app.state.clone()
        };
        let state = act(Action::Show(NAME));
        let screen = state.screen::<OnThisDay>().unwrap();
        let rows = screen.list.items.iter().map(|post| (post.key.local().year(), post.body.as_str()));
        assert_eq!(rows.collect::<Vec<_>>(), [(today.year() - 4, "tea"), (today.year() - 8, "rye")]);
        act(Action::Down);
        let state = act(Action::Accept);
        let Detail::Thread(thread) = &state.detail else { panic!("{:?}", state.detail) };
        assert_eq!(thread.of, screen.list.items[1].id);
        let state = act(Action::Escape);
        assert_eq!(state.screen::<OnThisDay>().map(|screen| screen.list.cursor), Some(1), "back to the list");
    }
}
