//! Widths of the panes on the screen, as a user adjusted them.

/// Changes to the default pane widths, in columns; negative means narrower.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Panes {
    /// The list of users.
    pub users: i16,
    /// The timeline, when another pane is beside it.
    pub timeline: i16,
}
