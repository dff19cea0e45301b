//! Text as it is shown: cleaned, measured, wrapped, with its mentions, tags and links found.
//!
//! Everything here is pure. It knows nothing of the store or the terminal; both the commands and the
//! screens draw with what it makes.

pub mod ago;
mod alike;
mod compact;
mod counted;
mod diff;
mod emoji;
mod links;
pub mod looks;
mod phrase;
mod pieces;
mod plot;
mod query;
mod rich;
mod sanitize;
mod split;
mod tokens;
mod width;
mod words;
mod wrap;

pub use ago::{Clock, Times, Weekday};
pub use alike::{Alike, taken_for};
pub use compact::compact;
pub use counted::{counted, grouped};
pub use diff::{Change, diff};
pub use emoji::emoji;
pub use links::links;
pub use phrase::Needle;
pub use pieces::{Piece, hidden, is_symbol, is_unspaced, pairs, pieces};
pub use plot::{bar, columns};
pub use query::{Query, Term, begun};
pub use rich::{Rich, rich};
pub use sanitize::{beginning, clean, clean_line, escape_json, in_a_line, is_clean};
pub use split::split;
pub use tokens::{Token, TokenKind, mentions, tags, tokens};
pub use width::{truncate, width};
pub use words::{LETTERS, words};
pub use wrap::wrap;
