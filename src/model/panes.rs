//! How wide the panes of the screen are.

/// How many columns wider than usual panes are; fewer than none where they are narrower.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Panes {
    /// The list of users.
    pub users: i16,
    /// The timeline, where there is something beside it.
    pub timeline: i16,
}
