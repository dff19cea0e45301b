//! What the registry knows of a screen over the panes.

use std::ops::ControlFlow;

use crate::model::UserId;
use crate::store::{Store, StoreError};
use crate::tui::keys::{Action, KeyTable, Opening, ScreenName};
use crate::tui::state::{Effect, Message, Screen, State};

/// Changes the state for an action.
type Act = fn(&mut State) -> Vec<Effect>;

/// Applies a message that belongs to the screen, and returns any other message.
type Receive = fn(&mut State, Message) -> ControlFlow<Vec<Effect>, Message>;

/// Reads what the screen shows to a user. It runs on the connection of the loop, so it has to take well under a frame.
type Load = fn(&Store, UserId) -> Result<Box<dyn Screen>, StoreError>;

/// A screen over the panes as the registry lists it.
#[derive(Debug)]
pub struct Registration {
    /// Its name, which is also the name in the settings of the action that opens it.
    pub name: ScreenName,
    /// Its keys, a table for each context that it can be in.
    pub keys: &'static [KeyTable],
    /// The keys of the panes that open it.
    pub opened_by: &'static [Opening],
    /// Opens it from a pane; `None` for a screen that is loaded, or that only the program opens.
    pub open: Option<Act>,
    /// Loads it from the database for the active user, after which it is shown.
    pub load: Option<Load>,
    /// The actions of the panes that it carries out, beside the one that opens it.
    pub actions: &'static [(Action, Act)],
    /// Applies the messages that belong to it.
    pub receive: Option<Receive>,
    /// Whether it is only there to write to the database, which a read-only database refuses.
    pub writes: bool,
    /// Whether it can be opened while an import is running.
    pub during_import: bool,
}

impl Registration {
    /// Names a screen; `..Registration::named(NAME)` completes a literal with what most screens do not need.
    #[must_use]
    pub const fn named(name: ScreenName) -> Self {
        Self {
            name,
            keys: &[],
            opened_by: &[],
            open: None,
            load: None,
            actions: &[],
            receive: None,
            writes: false,
            during_import: true,
        }
    }

    /// Returns whether an action opens the screen or is carried out by it.
    pub(super) fn carries_out(&self, action: Action) -> bool {
        action == Action::Show(self.name) || self.actions.iter().any(|(own, _)| *own == action)
    }
}
