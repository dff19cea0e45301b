//! A whole database as JSON Lines: docs/jsonl.md explains every line.

use std::io::{self, Write};

use crate::model::Line;

/// The version of the lines that this program writes, and the newest that it reads.
pub const VERSION: u32 = 1;

/// Writes one line.
///
/// # Errors
/// When it cannot be written.
pub fn write(mut out: &mut dyn Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut out, line)?;
    out.write_all(b"\n")
}

/// Reads one line.
///
/// # Errors
/// Says in words what is wrong with it.
pub fn read(line: &[u8]) -> Result<Line, String> {
    match serde_json::from_slice(line) {
        Ok(Line::Microblog(head)) if head.version > VERSION => Err(format!(
            "the file is of version {}, and this program knows version {VERSION}: bring it in with a newer microblog",
            head.version
        )),
        Ok(line) => Ok(line),
        Err(error) => {
            let why = error.to_string();
            // Each line is a text of its own to serde, so that its "line 1" would only mislead.
            Err(why.replace(" at line 1 column ", ", column "))
        }
    }
}

/// Whether a file begins as one of these does.
#[must_use]
pub fn is_one(beginning: &[u8]) -> bool {
    beginning.trim_ascii_start().starts_with(b"{\"microblog\":")
}
