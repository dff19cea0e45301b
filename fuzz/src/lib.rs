//! Bodies of the fuzz targets: any input is accepted, and the result is checked. A target is one line that passes its
//! bytes to one of these functions.

mod files;
mod screens;
mod texts;
mod typed;

pub use files::{flask, parse, picture, unpack};
pub use screens::press;
pub use texts::{shown, tokenize};
pub use typed::{date, search, settings};
