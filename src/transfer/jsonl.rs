//! Dumps of a whole database as JSON Lines; docs/jsonl.md explains every record.

use std::io::{self, BufReader, Write};

use super::archive::Archive;
use super::line_reader;
use super::{ReadError, Stopped};
use crate::model::{DumpHeader, Record};

/// Version of the dumps that this program writes, and the newest that it reads.
pub const VERSION: u32 = 1;
/// Longest line, in bytes: a post with its whole edit history is one line.
const LONGEST: usize = 32 << 20;

/// Writes one record.
///
/// # Errors
/// If it cannot be written.
pub fn write(mut out: &mut dyn Write, line: &Record) -> io::Result<()> {
    serde_json::to_writer(&mut out, line)?;
    out.write_all(b"\n")
}

/// Receives the place of a record, and the record or what is wrong with it.
pub type RecordSink<'a> = dyn FnMut(String, Result<Record, String>) -> Result<(), Stopped> + 'a;

/// Reads the first line, which describes the dump.
///
/// # Errors
/// If it cannot be read, is no header, or was written by a newer program.
pub fn head(archive: &mut Archive) -> Result<DumpHeader, ReadError> {
    let mut first = Vec::new();
    let whole = archive.single_file("export")?;
    let input = archive.open_text(&whole)?;
    line_reader::read_line(&mut BufReader::new(input), &mut first, LONGEST)
        .map_err(|error| ReadError::file(&whole, &error))?;
    match parse(first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&first)) {
        Ok(Record::Microblog(head)) if head.version <= VERSION => Ok(head),
        Ok(Record::Microblog(head)) => Err(ReadError::Content(format!(
            "{whole} is of version {}, and this program knows version {VERSION}: import it with a newer microblog",
            head.version
        ))),
        _ => Err(ReadError::Content(format!(
            "{whole} does not start with a line {{\"microblog\":…}}, as exports do: fetch the whole file again"
        ))),
    }
}

/// Reads all records after the header.
///
/// # Errors
/// If the file cannot be read or contains a second dump, or the sink wants no more.
pub fn read(archive: &mut Archive, emit: &mut RecordSink<'_>) -> Result<(), ReadError> {
    let whole = archive.single_file("export")?;
    let mut input = BufReader::with_capacity(1 << 18, archive.open_text(&whole)?);
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
        let line = if long { Err(format!("it is longer than {} MB", LONGEST >> 20)) } else { parse(&bytes) };
        match line {
            Ok(Record::Microblog(_)) => {
                let why = format!("{whole} contains a second export, from {place} on: split the file there");
                return Err(ReadError::Content(why));
            }
            Ok(Record::End(found)) => end = Some((found.lines, count - 1)),
            line => emit(place, line)?,
        }
    }
    match end {
        Some((lines, found)) if lines == found => {}
        Some((lines, found)) => emit("end".to_owned(), Err(format!("it should have {lines} lines and has {found}")))?,
        None => emit("end".to_owned(), Err("the file is truncated: its last lines are missing".to_owned()))?,
    }
    Ok(())
}

/// Parses one line; the error says what is wrong with it.
fn parse(line: &[u8]) -> Result<Record, String> {
    // To serde each line is a document of its own: its "line 1" would be misleading.
    serde_json::from_slice(line).map_err(|error| error.to_string().replace(" at line 1 column ", ", column "))
}
