//! Reads files line by line, however long a line is.

use std::io::{BufRead, Read};

/// Reads one line without its end into `line`; `None` at the end of the file.
///
/// `Some(true)` means that the line is longer than `longest` bytes and was truncated.
///
/// # Errors
/// If the input cannot be read.
pub(super) fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>, longest: usize) -> std::io::Result<Option<bool>> {
    line.clear();
    let read = input.by_ref().take(longest as u64).read_until(b'\n', line)?;
    if read == 0 {
        return Ok(None);
    }
    let whole = line.last() == Some(&b'\n');
    let long = !whole && read == longest;
    if long {
        // The rest of the line is discarded without being buffered.
        loop {
            let buffer = input.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(buffer.len(), |at| at + 1);
            input.consume(used);
            if end.is_some() {
                break;
            }
        }
    }
    if whole {
        line.pop();
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(long))
}
