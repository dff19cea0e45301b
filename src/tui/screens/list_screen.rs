//! Screens that are a list of rows under a title. They share movement, drawing, hit-testing and empty states:
//! such a screen says what its rows are, how one is drawn, and what happens to the selected one.

use std::fmt::Debug;
use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::model::{ReadState, Timeline};
use crate::text::wrap_message;
use crate::tui::keys::{Action, Context, ScreenName};
use crate::tui::layout;
use crate::tui::list::List;
use crate::tui::state::{Direction, Effect, Outcome, Screen, State, UndoableAction};
use crate::tui::update::{movement, undo};
use crate::tui::widgets::{Theme, rows, title};

/// Columns before the text of a row: the cursor, the label and a gap.
pub const LABEL_COLUMNS: usize = 11;

/// A screen that is a list of rows under a title. Every such type is a [`Screen`].
pub trait ListScreen: Clone + PartialEq + Debug + Send + 'static {
    /// What a row holds.
    type Row;

    /// See [`Screen::name`].
    fn name(&self) -> ScreenName;

    /// See [`Screen::context`].
    fn context(&self) -> Context {
        Context(ListScreen::name(self).0)
    }

    /// Returns the rows.
    fn list(&self) -> &List<Self::Row>;

    /// Returns the rows.
    fn list_mut(&mut self) -> &mut List<Self::Row>;

    /// Returns the title.
    fn title(&self, state: &State) -> String;

    /// Returns what an empty list says: what is missing, and what to do next.
    fn empty(&self, state: &State) -> String;

    /// Returns the label before a row, at most eight columns wide.
    fn label(&self, state: &State, at: usize, row: &Self::Row) -> String;

    /// Returns the text of a row, at most `columns` wide.
    fn row(&self, state: &State, row: &Self::Row, columns: usize, theme: &Theme) -> Vec<Span<'static>>;

    /// Returns the lines below the first one of a row, each at most `columns` wide.
    fn more_lines(_row: &Self::Row, _columns: usize) -> Vec<String> {
        vec![]
    }

    /// Does what a key asks for, except to move the cursor, to undo and to redo.
    fn act(&mut self, state: &mut State, action: Action) -> Outcome;

    /// Takes note that an action moved the cursor.
    fn moved(&mut self, _action: Action, _state: &mut State) -> Vec<Effect> {
        vec![]
    }

    /// Takes note that these rows are on the screen.
    fn viewed(&mut self, _rows: Range<usize>, _state: &mut State) -> Vec<Effect> {
        vec![]
    }

    /// See [`Screen::read_changed`].
    fn read_changed(&mut self, _timeline: &Timeline, _read: &ReadState) {}

    /// See [`Screen::performed`].
    fn performed(&mut self, _action: &UndoableAction, _inverse: &UndoableAction) {}

    /// See [`Screen::reload`].
    fn reload(&self, _state: &State) -> Option<Effect> {
        None
    }

    /// See [`Screen::offers`].
    fn offers(&self, _action: Action) -> bool {
        true
    }

    /// See [`Screen::keeps_keys`].
    fn keeps_keys(&self) -> bool {
        false
    }
}

impl<T: ListScreen> Screen for T {
    fn name(&self) -> ScreenName {
        ListScreen::name(self)
    }

    fn context(&self, _state: &State) -> Context {
        ListScreen::context(self)
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        let area = layout::list(state.size);
        if movement::move_cursor(self.list_mut(), action, usize::from(area.height), height_of::<T>(area)) {
            return Outcome::stay(ListScreen::moved(self, action, state));
        }
        match action {
            Action::Undo | Action::Redo if state.read_only => Outcome::stay(state.refuse_write()),
            Action::Undo => Outcome::stay(undo::step(state, Direction::Undo)),
            Action::Redo => Outcome::stay(undo::step(state, Direction::Redo)),
            action => ListScreen::act(self, state, action),
        }
    }

    fn cursor(&mut self) -> Option<&mut usize> {
        Some(&mut self.list_mut().cursor)
    }

    fn restore_cursor(&mut self, at: usize) {
        self.list_mut().select(at);
    }

    fn row_at(&self, state: &State, at: Position) -> Option<usize> {
        let area = layout::list(state.size);
        let line = area.contains(at).then(|| usize::from(at.y - area.y))?;
        self.list().at_row(line, height_of::<T>(area)).map(|(row, _)| row)
    }

    fn ensure_cursor_visible(&mut self, state: &mut State) {
        let area = layout::list(state.size);
        self.list_mut().reveal(usize::from(area.height), height_of::<T>(area));
    }

    fn viewed(&mut self, state: &mut State) -> Vec<Effect> {
        let (top, rows) = (self.list().top, usize::from(layout::list(state.size).height));
        let shown = top..(top + rows).min(self.list().items.len());
        ListScreen::viewed(self, shown, state)
    }

    fn read_changed(&mut self, timeline: &Timeline, read: &ReadState) {
        ListScreen::read_changed(self, timeline, read);
    }

    fn performed(&mut self, action: &UndoableAction, inverse: &UndoableAction) {
        ListScreen::performed(self, action, inverse);
    }

    fn reload(&self, state: &State) -> Option<Effect> {
        ListScreen::reload(self, state)
    }

    fn offers(&self, action: Action) -> bool {
        ListScreen::offers(self, action)
    }

    fn keeps_keys(&self) -> bool {
        ListScreen::keeps_keys(self)
    }

    fn draw(&self, state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        title::of_screen(&self.title(state), theme, frame);
        let (area, list) = (layout::list(state.size), self.list());
        if list.items.is_empty() {
            let area = layout::text(state.size);
            let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
            let text = Paragraph::new(self.empty(state)).style(theme.dim).wrap(Wrap { trim: true });
            return frame.render_widget(text, inside.intersection(area));
        }
        let columns = usize::from(area.width).saturating_sub(LABEL_COLUMNS);
        rows::draw_focused(list, true, area, frame, |at, item| {
            let mut spans = vec![
                Span::styled(if at == list.cursor { "▌" } else { " " }, theme.accent),
                Span::styled(format!("{:>8}  ", self.label(state, at, item)), theme.dim),
            ];
            spans.extend(self.row(state, item, columns, theme));
            let more = T::more_lines(item, columns).into_iter();
            let more = more.map(|text| Line::styled(format!("{:LABEL_COLUMNS$}{text}", ""), theme.dim));
            std::iter::once(Line::from(spans)).chain(more).collect()
        });
    }
}

/// Returns what measures the rows of a screen in an area, in lines.
fn height_of<T: ListScreen>(area: Rect) -> impl Fn(usize, &T::Row) -> usize {
    let columns = usize::from(area.width).saturating_sub(LABEL_COLUMNS);
    move |_, row| 1 + T::more_lines(row, columns).len()
}

/// Returns the lines of a description that does not fit beside its label.
#[must_use]
pub fn description(text: &str, columns: usize) -> Vec<String> {
    wrap_message(text, columns.saturating_sub(1)).into_iter().map(|line| text[line].to_owned()).collect()
}

/// Returns the row of one line at a position of the terminal.
#[must_use]
pub fn row_at<T>(list: &List<T>, area: Rect, at: Position) -> Option<usize> {
    if !area.contains(at) {
        return None;
    }
    list.at_row(usize::from(at.y - area.y), |_, _| 1).map(|(row, _)| row)
}
