//! What a screen over the panes can do, and the stack of open screens. The screens themselves are in `tui/screens`; the
//! state knows them only by this trait.

use std::any::Any;
use std::fmt::Debug;

use ratatui::Frame;
use ratatui::layout::Position;

use super::{Editor, Effect, State, UndoableAction};
use crate::model::{ReadState, Timeline, UserId};
use crate::tui::keys::{Action, Context, ScreenName};
use crate::tui::widgets::Theme;

/// A screen over the panes: its state, and what keys, text and the mouse do to it. Most methods have a default.
pub trait Screen: ScreenObject {
    /// Returns its name, which is also that of the action that opens it.
    fn name(&self) -> ScreenName;

    /// Returns the context whose keys are in force.
    fn context(&self, state: &State) -> Context;

    /// Does what a key asks for.
    fn act(&mut self, state: &mut State, action: Action) -> Outcome;

    /// Draws the screen.
    fn draw(&self, state: &State, theme: &Theme, frame: &mut Frame<'_>);

    /// Returns whether it hides the panes.
    fn covers_panes(&self) -> bool {
        true
    }

    /// Returns the text field that has the cursor, if there is one.
    fn field(&mut self) -> Option<&mut Editor> {
        None
    }

    /// Reacts to typed or pasted text; `before` is what the field held.
    fn edited(&mut self, _state: &mut State, _before: &str) -> Vec<Effect> {
        vec![]
    }

    /// Returns the cursor of the list that the screen shows, if it shows one.
    fn cursor(&mut self) -> Option<&mut usize> {
        None
    }

    /// Reacts to a cursor that was moved by the mouse.
    fn cursor_moved(&mut self, _state: &State) -> Vec<Effect> {
        vec![]
    }

    /// Returns the row of the list at a position of the terminal.
    fn row_at(&self, _state: &State, _at: Position) -> Option<usize> {
        None
    }

    /// Scrolls the list so that its cursor is visible.
    fn ensure_cursor_visible(&mut self, _state: &mut State) {}

    /// Takes note that what is on the screen now was seen.
    fn viewed(&mut self, _state: &mut State) -> Vec<Effect> {
        vec![]
    }

    /// Takes note of what is read of a timeline after all its posts were marked as read, or this was undone.
    fn read_changed(&mut self, _timeline: &Timeline, _read: &ReadState) {}

    /// Takes note of an action that was performed, undone or redone.
    fn performed(&mut self, _action: &UndoableAction, _inverse: &UndoableAction) {}

    /// Returns what loads the contents again after an undoable action changed them.
    fn reload(&self, _state: &State) -> Option<Effect> {
        None
    }

    /// Returns the users whose avatars the screen may show.
    fn visible_users(&self, _state: &State) -> Vec<UserId> {
        vec![]
    }

    /// Returns whether there is no reason any more to stay open, now that the users were loaded.
    fn is_outdated(&self, _state: &State) -> bool {
        false
    }

    /// Does what has to be done before the program can quit; `None` lets it quit.
    fn quit(&mut self, _state: &mut State) -> Option<Vec<Effect>> {
        None
    }

    /// Moves the cursor to where it was before the screen was loaded again.
    fn restore_cursor(&mut self, at: usize) {
        if let Some(cursor) = self.cursor() {
            *cursor = at;
        }
    }

    /// Returns whether the footer shows the key of an action now.
    fn offers(&self, _action: Action) -> bool {
        true
    }

    /// Returns what the footer calls an action now; `word` is what its binding calls it.
    fn hint(&self, _action: Action, word: &'static str) -> &'static str {
        word
    }

    /// Returns whether the footer shows the keys below a notice, because nothing else says what to do here.
    fn keeps_keys(&self) -> bool {
        false
    }

    /// Returns the question that the footer shows instead of keys.
    fn question(&self, _state: &State) -> Option<Question> {
        None
    }
}

/// Copies and compares screens whose type is not known. Every screen that is `Clone` and `PartialEq` has it.
pub trait ScreenObject: Any + Debug + Send {
    /// Returns a copy.
    fn boxed_clone(&self) -> Box<dyn Screen>;
    /// Returns whether the other screen is of the same type and equal.
    fn equals(&self, other: &dyn Screen) -> bool;
}

impl<T: Screen + Clone + PartialEq + Debug + Send> ScreenObject for T {
    fn boxed_clone(&self) -> Box<dyn Screen> {
        Box::new(self.clone())
    }

    fn equals(&self, other: &dyn Screen) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref::<T>().is_some_and(|other| other == self)
    }
}

impl Clone for Box<dyn Screen> {
    fn clone(&self) -> Self {
        (**self).boxed_clone()
    }
}

impl PartialEq for dyn Screen {
    fn eq(&self, other: &Self) -> bool {
        self.equals(other)
    }
}

/// A question in the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The text before the quote.
    pub before: String,
    /// A text that the question is about; it is shortened to fit.
    pub quote: String,
    /// The text behind the quote.
    pub after: &'static str,
    /// The actions that answer it, with their labels.
    pub choices: &'static [(Action, &'static str)],
}

/// What becomes of a screen after an action.
#[derive(Debug)]
#[must_use]
pub struct Outcome {
    becomes: Becomes,
    effects: Vec<Effect>,
}

/// Whether a screen stays open.
#[derive(Debug, Clone, Copy)]
enum Becomes {
    Open,
    BehindDetail,
    BehindTimeline,
    Closed,
}

impl Outcome {
    /// The screen stays open.
    pub fn stay(effects: Vec<Effect>) -> Self {
        Self { becomes: Becomes::Open, effects }
    }

    /// The screen is hidden, and comes back once the detail is closed that these effects load.
    pub fn hide(effects: Vec<Effect>) -> Self {
        Self { becomes: Becomes::BehindDetail, effects }
    }

    /// The screen is hidden, and comes back once the timeline is left that was opened.
    pub fn hide_behind_timeline(effects: Vec<Effect>) -> Self {
        Self { becomes: Becomes::BehindTimeline, effects }
    }

    /// The screen closes.
    pub fn close(effects: Vec<Effect>) -> Self {
        Self { becomes: Becomes::Closed, effects }
    }
}

/// A screen from which a detail or a timeline was opened.
#[derive(Debug, Clone)]
pub struct HiddenScreen {
    /// The screen as it was.
    pub screen: Box<dyn Screen>,
    /// When it comes back.
    pub until: Until,
}

/// When a hidden screen comes back.
#[derive(Debug, Clone, PartialEq)]
pub enum Until {
    /// Once so many details are open.
    Details(usize),
    /// Once this timeline is left.
    Left(Timeline),
}

impl PartialEq for HiddenScreen {
    fn eq(&self, other: &Self) -> bool {
        self.until == other.until && *self.screen == *other.screen
    }
}

impl State {
    /// Returns the screen that has the keys; `None` where the panes have them.
    #[must_use]
    pub fn topmost(&self) -> Option<&dyn Screen> {
        self.screens.last().map(|screen| &**screen)
    }

    /// Returns the open screen of a type.
    #[must_use]
    pub fn screen<T: Screen>(&self) -> Option<&T> {
        self.screens.iter().rev().find_map(|screen| {
            let screen: &dyn Any = &**screen;
            screen.downcast_ref()
        })
    }

    /// Returns the open screen of a type.
    pub fn screen_mut<T: Screen>(&mut self) -> Option<&mut T> {
        self.screens.iter_mut().rev().find_map(|screen| {
            let screen: &mut dyn Any = &mut **screen;
            screen.downcast_mut()
        })
    }

    /// Opens a screen over what is shown; one of the same name that is open already is replaced.
    pub fn show(&mut self, screen: impl Screen) {
        match self.screens.iter_mut().find(|open| open.name() == screen.name()) {
            Some(open) => *open = Box::new(screen),
            None => self.screens.push(Box::new(screen)),
        }
    }

    /// Shows a screen that was loaded; one of the same name that is open already keeps its cursor.
    pub fn show_loaded(&mut self, mut loaded: Box<dyn Screen>) {
        match self.screens.iter_mut().find(|open| open.name() == loaded.name()) {
            Some(open) => {
                if let Some(at) = open.cursor().copied() {
                    loaded.restore_cursor(at);
                }
                *open = loaded;
            }
            None => self.screens.push(loaded),
        }
    }

    /// Forgets the hidden screen, unless it waits until a timeline is left.
    pub fn forget_screen_behind_details(&mut self) {
        self.hidden.take_if(|hidden| matches!(hidden.until, Until::Details(_)));
    }

    /// Closes the screens that have no reason any more to stay open.
    pub fn close_outdated(&mut self) {
        let screens = std::mem::take(&mut self.screens);
        self.screens = screens.into_iter().filter(|screen| !screen.is_outdated(self)).collect();
    }

    /// Closes the screens of a type.
    pub fn close<T: Screen>(&mut self) {
        self.screens.retain(|screen| {
            let screen: &dyn Any = &**screen;
            !screen.is::<T>()
        });
    }

    /// Takes the topmost screen off the stack while it changes itself and the state. If it stays open it is put back,
    /// below any screen that it opened. Returns `None` where no screen is open.
    pub fn with_topmost(&mut self, change: impl FnOnce(&mut dyn Screen, &mut Self) -> Outcome) -> Option<Vec<Effect>> {
        let mut screen = self.screens.pop()?;
        let place = self.screens.len();
        let outcome = change(&mut *screen, self);
        match outcome.becomes {
            Becomes::Open => self.screens.insert(place.min(self.screens.len()), screen),
            Becomes::BehindDetail => {
                let details = if self.stacks_detail { self.details_below.len() + 1 } else { 0 };
                self.hidden = Some(HiddenScreen { screen, until: Until::Details(details) });
            }
            Becomes::BehindTimeline => {
                let timeline = self.current().map(|tab| tab.timeline.clone());
                self.hidden = timeline.map(|timeline| HiddenScreen { screen, until: Until::Left(timeline) });
            }
            Becomes::Closed => {}
        }
        Some(outcome.effects)
    }
}
