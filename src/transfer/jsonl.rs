//! A whole database as JSON Lines: docs/jsonl.md explains every line.

use std::io::{self, BufReader, Write};

use super::archive::Archive;
use super::line_reader;
use super::{ReadError, Stopped};
use crate::model::{DumpHeader, Record};

/// The version of the lines that this program writes, and the newest that it reads.
pub const VERSION: u32 = 1;
/// The longest line, in bytes: a post with all that it said before is one.
const LONGEST: usize = 32 << 20;

/// Writes one line.
///
/// # Errors
/// When it cannot be written.
pub fn write(mut out: &mut dyn Write, line: &Record) -> io::Result<()> {
    serde_json::to_writer(&mut out, line)?;
    out.write_all(b"\n")
}

/// Takes a line and its place, or why there is none.
pub type RecordSink<'a> = dyn FnMut(String, Result<Record, String>) -> Result<(), Stopped> + 'a;

/// Reads the first line, which says what the others are.
///
/// # Errors
/// When it cannot be read, says something else, or is of a newer program.
pub fn head(archive: &mut Archive) -> Result<DumpHeader, ReadError> {
    let mut first = Vec::new();
    let whole = archive.single_file("export")?;
    let input = archive.open_file(&whole)?;
    line_reader::read_line(&mut BufReader::new(input), &mut first, LONGEST)
        .map_err(|error| ReadError::file(&whole, &error))?;
    match one(first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&first)) {
        Ok(Record::Microblog(head)) if head.version <= VERSION => Ok(head),
        Ok(Record::Microblog(head)) => Err(ReadError::Content(format!(
            "{whole} is of version {}, and this program knows version {VERSION}: bring it in with a newer microblog",
            head.version
        ))),
        _ => Err(ReadError::Content(format!(
            "{whole} does not begin as an export does, with a line {{\"microblog\":…}}: fetch the whole file again"
        ))),
    }
}

/// Reads all lines behind the first one.
///
/// # Errors
/// When the file cannot be read, holds a second export, or no more of it is wanted.
pub fn read(archive: &mut Archive, emit: &mut RecordSink<'_>) -> Result<(), ReadError> {
    let whole = archive.single_file("export")?;
    let mut input = BufReader::with_capacity(1 << 18, archive.open_file(&whole)?);
    let mut bytes = Vec::new();
    let mut end = None;
    let mut count = 0;
    while let Some(long) =
        line_reader::read_line(&mut input, &mut bytes, LONGEST).map_err(|error| ReadError::file(&whole, &error))?
    {
        count += 1;
        if count == 1 || bytes.trim_ascii().is_empty() {
            continue;
        }
        let place = format!("line {count}");
        let line = if long { Err(format!("it is longer than {} MB", LONGEST >> 20)) } else { one(&bytes) };
        match line {
            Ok(Record::Microblog(_)) => {
                let why = format!("{whole} holds a second export from {place} on: divide it there");
                return Err(ReadError::Content(why));
            }
            Ok(Record::End(found)) => end = Some((found.lines, count - 1)),
            line => emit(place, line)?,
        }
    }
    match end {
        Some((lines, found)) if lines == found => {}
        Some((lines, found)) => emit("end".to_owned(), Err(format!("it had {lines} lines once, and now has {found}")))?,
        None => emit("end".to_owned(), Err("the file was cut short: what came behind is missing".to_owned()))?,
    }
    Ok(())
}

/// Reads one line; says in words what is wrong with it.
fn one(line: &[u8]) -> Result<Record, String> {
    // Each line is a text of its own to serde, so that its "line 1" would only mislead.
    serde_json::from_slice(line).map_err(|error| error.to_string().replace(" at line 1 column ", ", column "))
}
