//! Goes to a date in the shown timeline.

use std::ops::ControlFlow;

use chrono::Timelike;
use ratatui::Frame;

use super::registration::Registration;
use super::timeline::pages;
use crate::model::Timestamp;
use crate::text::datetime;
use crate::tui::keys::{Action, Binding, Context, KeyTable, Opening, Scope, ScreenName, key};
use crate::tui::state::{Editor, Effect, Message, Outcome, Pane, Screen, State, StoreEffect};
use crate::tui::widgets::Theme;
use crate::tui::widgets::one_line_form::{self, OneLineForm};

/// Columns of the window, its border included.
const WINDOW_COLUMNS: u16 = 60;

/// The form that asks for a date.
#[derive(Debug, Clone, PartialEq)]
pub struct GoToDate {
    /// The date as it is typed.
    pub date: Editor,
    /// Why it is not a date.
    pub error: Option<String>,
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
    receive: Some(receive),
    ..Registration::named(NAME)
};

fn open(state: &mut State) -> Vec<Effect> {
    state.show(GoToDate { date: Editor::new(""), error: None });
    vec![]
}

/// Shows the timeline around the date, and says so if it has no posts that old or that new.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    let Message::DateOpened { from, to, timeline, posts, cursor, more, arrived } = message else {
        return ControlFlow::Continue(message);
    };
    let found = posts.get(cursor).map(|post| post.key);
    let effects = pages::opened(state, &timeline, posts, cursor, more, arrived);
    match found {
        Some(found) if found > to => {
            state.show_notice(format!("the oldest post here is from {}", datetime::day(found)));
        }
        Some(found) if found < from && cursor == 0 && !more.0 => {
            state.show_notice(format!("the newest post here is from {}", datetime::day(found)));
        }
        Some(_) => {}
        None => drop(state.show_notice("there are no posts here")),
    }
    ControlFlow::Break(effects)
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
                Outcome::close(vec![StoreEffect::GoToDate(timeline, time, end(time)).into()])
            }
            Err(why) => {
                self.error = Some(why.to_string());
                Outcome::stay(vec![])
            }
        }
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(&mut self.date)
    }

    fn edited(&mut self, _state: &mut State, _before: &str) -> Vec<Effect> {
        self.error = None;
        vec![]
    }

    fn draw(&self, _state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let form = OneLineForm {
            title: "go to date",
            columns: WINDOW_COLUMNS,
            value: &self.date,
            hint: "2026-03-14, yesterday, last monday, 3w",
            error: self.error.as_deref(),
        };
        one_line_form::draw(&form, theme, frame);
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
        let older = Some("the oldest post here is from 14 Mar 2026");
        let newer = Some("the newest post here is from 17 Mar 2026");
        for (date, body, notice) in [
            ("2026-03-15", "hour 35", None),
            ("2026-03-15 10:30", "hour 22", None),
            ("2026-03-17", "hour 71", None),
            ("2026-03-14", "hour 11", None),
            ("2020", "hour 0", older),
            ("2026-04-01", "hour 71", newer),
        ] {
            app.send(Message::Act(Action::Show(NAME)));
            app.state.screen_mut::<GoToDate>().unwrap().date = Editor::new(date);
            app.send(Message::Act(Action::Accept));
            app.settle();
            let selected = app.state.selected().map(|post| post.body.as_str().to_owned());
            assert_eq!(selected.as_deref(), Some(body), "{date}");
            assert_eq!(app.state.notice.as_ref().map(|notice| notice.text.as_str()), notice, "{date}");
        }
        app.send(Message::Act(Action::Show(NAME)));
        app.state.screen_mut::<GoToDate>().unwrap().date = Editor::new("soon");
        app.send(Message::Act(Action::Accept));
        assert!(app.state.screen::<GoToDate>().is_some_and(|form| form.error.is_some()));
    }
}
