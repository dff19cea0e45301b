//! A microblog that lives in a terminal and in one SQLite file.
//!
//! The map, from the bottom up; imports run downwards only, and a test holds that line:
//!
//! - [`model`]: what a user, a post, a nickname, a body and a timeline are. Validated once, when made.
//! - [`text`]: text as it is shown: cleaned, measured, wrapped. Pure.
//! - [`store`]: the one room that knows SQL. Whatever it acknowledged survives a power cut.
//! - [`transfer`]: the files of the world, bytes to model. No SQL, no terminal.
//! - [`import`]: from a path to the store, all of a source or nothing.
//! - [`demo`]: a sample world to look around in.
//! - [`config`], [`editor`], [`text_recovery`] and [`crash`]: what a person chose and where things lie, their own editor,
//!   what becomes of a text that could not be stored, and of a fault of the program itself.
//! - [`cli`]: the commands. [`tui`]: the screens. Neither knows the other's insides.
//!
//! What this program never does: send a byte over a network, write to a file that is not its own, or
//! hand text from others to a terminal uncleaned.

pub mod cli;
pub mod config;
pub mod crash;
pub mod demo;
pub mod editor;
pub mod import;
pub mod model;
pub mod store;
pub mod text;
pub mod text_recovery;
pub mod transfer;
pub mod tui;
