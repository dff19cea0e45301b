//! The scheduled posts of the active user, the next one first.

use ratatui::text::Span;

use super::list_screen::ListScreen;
use super::registration::Registration;
use crate::model::{ScheduledPost, Timestamp, UserId};
use crate::store::{Store, StoreError};
use crate::text::{datetime, displayed_prefix, single_line, truncate, width};
use crate::tui::keys::{
    self, Action, Binding, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_SCROLL, LIST_UNDO, Opening, Scope,
    ScreenName, key,
};
use crate::tui::list::List;
use crate::tui::state::{Effect, Outcome, Screen, State, UndoableAction};
use crate::tui::update::undo;
use crate::tui::widgets::Theme;

/// The list of scheduled posts.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheduled {
    /// The posts, the next one first.
    pub list: List<ScheduledPost>,
}

const OWN: &[Binding] = &[
    key("List", &["Enter", "t"], Action::Accept, "edit: make it a draft again", "edit"),
    key("List", &["d"], Action::Delete, "delete from the schedule", "delete"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName::SCHEDULED;

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, OWN, LIST_UNDO, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Posts", &["_"], NAME, "scheduled posts", "")],
    load: Some(load),
    ..Registration::named(NAME)
};

fn load(store: &Store, reader: UserId) -> Result<Box<dyn Screen>, StoreError> {
    Ok(Box::new(Scheduled { list: List::new(store.scheduled_posts(reader)?) }))
}

/// Returns how long it is until a time, to the nearest unit, such as `in 2 h`.
fn time_until(then: Timestamp, now: Timestamp) -> String {
    const MINUTE: i64 = 60_000_000;
    let minutes = then.micros().saturating_sub(now.micros()).saturating_add(MINUTE / 2).div_euclid(MINUTE);
    let hours = (minutes + 30) / 60;
    match (minutes, hours) {
        (..1, _) => "now".to_owned(),
        (1..60, _) => format!("in {minutes} m"),
        (_, ..24) => format!("in {hours} h"),
        _ => format!("in {} d", (minutes + 720) / 1_440),
    }
}

impl ListScreen for Scheduled {
    type Row = ScheduledPost;

    fn name(&self) -> ScreenName {
        NAME
    }

    fn list(&self) -> &List<ScheduledPost> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<ScheduledPost> {
        &mut self.list
    }

    fn title(&self, _state: &State) -> String {
        "scheduled posts".to_owned()
    }

    fn empty(&self, state: &State) -> String {
        let (write, schedule) = (keys::of(state, Action::Compose), keys::of(state, Action::Show(ScreenName::SCHEDULE)));
        format!("No scheduled posts. Press {write} to write one, and {schedule} there to schedule it.")
    }

    fn label(&self, state: &State, _at: usize, row: &ScheduledPost) -> String {
        time_until(row.post_at, state.now)
    }

    fn row(&self, state: &State, row: &ScheduledPost, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let time = format!("{}  ", datetime::brief(row.post_at, state.settings.times.clock));
        let what = match (row.rest.len(), row.reply_to) {
            (0, None) => String::new(),
            (0, Some(id)) => format!("reply to {id}: "),
            (more, _) => format!("thread of {}: ", more + 1),
        };
        let room = columns.saturating_sub(width(&time) + width(&what));
        let text = truncate(&single_line(displayed_prefix(row.body.as_str())), room).into_owned();
        vec![Span::styled(time, theme.accent), Span::styled(what, theme.dim), Span::raw(text)]
    }

    fn reload(&self, state: &State) -> Option<Effect> {
        state.load_screen(NAME)
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        if !matches!(action, Action::Accept | Action::Delete) {
            return Outcome::close(vec![]);
        }
        if state.read_only {
            return Outcome::stay(state.refuse_write());
        }
        let Some(id) = self.list.selected().map(|post| post.id) else {
            return Outcome::stay(vec![]);
        };
        let to_draft = action == Action::Accept;
        let effects = undo::perform(state, UndoableAction::Unschedule { id, to_draft });
        if to_draft { Outcome::close(effects) } else { Outcome::stay(effects) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_until_a_post_fits_the_label() {
        let at = |minutes: i64| Timestamp::from_micros(minutes * 60_000_000);
        // Scheduled for two hours later, and shown a moment after that.
        let moment = Timestamp::from_micros(at(120).micros() - 900_000);
        for (then, label) in [(moment, "in 2 h"), (at(89), "in 1 h"), (at(90), "in 2 h"), (at(1_430), "in 1 d")] {
            assert_eq!(time_until(then, at(0)), label);
        }
        for (minutes, label) in [(0, "now"), (1, "in 1 m"), (59, "in 59 m"), (60, "in 1 h"), (1_440 * 400, "in 400 d")]
        {
            assert_eq!(time_until(at(minutes), at(0)), label);
        }
    }
}
