//! What the targets ask of the program: that it takes anything, and what must hold of the answer. A target is one line
//! that hands its bytes to one of these.

mod files;
mod screens;
mod texts;
mod typed;

pub use files::{flask, parse, picture, unpack};
pub use screens::press;
pub use texts::{set_off, shown};
pub use typed::{date, search, settings};
