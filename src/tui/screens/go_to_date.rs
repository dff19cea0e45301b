//! Goes to a date in the shown timeline.

use chrono::Timelike;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::registration::Registration;
use crate::model::Timestamp;
use crate::tui::keys::{Action, Binding, Context, KeyTable, Opening, Scope, ScreenName, key};
use crate::tui::layout;
use crate::tui::state::{Editor, Effect, Outcome, Pane, Screen, State, StoreEffect};
use crate::tui::widgets::{Theme, frame as window, text_field};

/// The form that asks for a date.
#[derive(Debug, Clone, PartialEq)]
pub struct GoToDate {
    /// The date as it is typed.
    pub date: Editor,
}

const KEYS: &[Binding] = &[
    key("Date", &["Enter"], Action::Accept, "go to date", "go to date"),
    key("Date", &["Esc"], Action::Close, "close", "close"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("go-to-date");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context(NAME.0), scope: Scope::TextField, bindings: &[KEYS] }],
    opened_by: &[Opening::anywhere("Timelines", &["J"], NAME, "go to date", "")],
    open: Some(open),
    ..Registration::named(NAME)
};

fn open(state: &mut State) -> Vec<Effect> {
    state.show(GoToDate { date: Editor::new("") });
    vec![]
}

/// Returns the end of a local day that is given without a time, so that its newest post is selected; another time as it is.
fn end(time: Timestamp) -> Timestamp {
    const DAY: i64 = 24 * 3_600 * 1_000_000;
    if time.local().num_seconds_from_midnight() > 0 {
        return time;
    }
    Timestamp::from_micros(time.micros().saturating_add(DAY - 1))
}

impl Screen for GoToDate {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context(NAME.0)
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        if action != Action::Accept {
            return Outcome::close(vec![]);
        }
        let Some(timeline) = state.current().map(|tab| tab.timeline.clone()) else { return Outcome::close(vec![]) };
        match Timestamp::parse(&self.date.text()) {
            Ok(time) => {
                state.focus = Pane::Timeline;
                Outcome::close(vec![StoreEffect::OpenAt(timeline, end(time)).into()])
            }
            Err(why) => Outcome::stay(state.show_error(why.to_string())),
        }
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(&mut self.date)
    }

    fn draw(&self, _state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let all = frame.area();
        let area = layout::centered(Rect { height: all.height.saturating_sub(1), ..all }, 44, 5);
        let inside = window::draw("go to date", area, theme, frame);
        let width = inside.width.saturating_sub(2);
        let line = Rect { x: inside.x + 1, width, height: inside.height.min(1), ..inside };
        text_field::draw(&self.date, line, frame);
        let examples = "2026-03-14, yesterday, last monday, 3w";
        frame.render_widget(Line::styled(examples, theme.dim), Rect { y: line.y + 2, ..line }.intersection(inside));
    }

    fn covers_panes(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, NewPost, NewUser, Nickname};
    use crate::store::Store;
    use crate::tui::state::Message;
    use crate::tui::{App, Options};

    #[test]
    fn newest_post_of_the_day_is_selected() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let start = Timestamp::parse("2026-03-14 12:00").unwrap();
        let ada = store.add_user(&NewUser::named(Nickname::parse("ada").unwrap()), start).unwrap();
        store.set_active_user(ada.id, start).unwrap();
        for hour in 0..72 {
            let body = Body::written(&format!("hour {hour}")).unwrap();
            let created_at = Timestamp::from_micros(start.micros() + hour * 3_600_000_000);
            store.add_post(&NewPost { author: ada.id, body, created_at, reply_to: None, source: None }).unwrap();
        }
        let mut app = App::new(store, Options::default(), (80, 24));
        app.settle();
        for (date, body) in [("2026-03-15", "hour 35"), ("2026-03-15 10:30", "hour 22"), ("2020", "hour 0")] {
            app.send(Message::Act(Action::Show(NAME)));
            app.state.screen_mut::<GoToDate>().unwrap().date = Editor::new(date);
            app.send(Message::Act(Action::Accept));
            app.settle();
            let selected = app.state.selected().map(|post| post.body.as_str().to_owned());
            assert_eq!(selected.as_deref(), Some(body), "{date}");
        }
        app.send(Message::Act(Action::Show(NAME)));
        app.state.screen_mut::<GoToDate>().unwrap().date = Editor::new("soon");
        app.send(Message::Act(Action::Accept));
        assert!(app.state.screen::<GoToDate>().is_some());
    }
}
