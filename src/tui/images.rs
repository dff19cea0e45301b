//! Avatars as images: blocks of characters, or what kitty's, iTerm2's and the sixel protocol draw.

pub mod avatars;
pub(super) mod iterm;
pub(super) mod kitty;
mod sixel;
pub(super) mod sixel_layer;

/// Columns of an avatar.
pub const COLUMNS: usize = 4;
/// Rows of an avatar.
pub const ROWS: usize = 2;
/// Pixels on a side of an avatar in kitty's protocol: as many as two rows of large letters have.
const KITTY_SIDE: usize = 48;
/// Pixels on a side of an avatar in iTerm2's protocol. Each row is sent again whenever it moves, so there are few.
const ITERM_SIDE: usize = 32;
