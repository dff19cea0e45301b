//! What the registry knows of a screen over the panes.

use crate::tui::keys::{KeyTable, Opening, ScreenName};
use crate::tui::state::{Effect, State};

/// A screen over the panes as the registry lists it.
#[derive(Debug)]
pub struct Registration {
    /// Its name, which is also the name in the settings of the action that opens it.
    pub name: ScreenName,
    /// Its keys, a table for each context that it can be in.
    pub keys: &'static [KeyTable],
    /// The keys of the panes that open it.
    pub opened_by: &'static [Opening],
    /// Opens it from a pane, or loads what it shows; `None` for a screen that only the program opens.
    pub open: Option<fn(&mut State) -> Vec<Effect>>,
    /// Whether it is only there to write to the database, which a read-only database refuses.
    pub writes: bool,
}
