//! Asks for confirmation on the terminal.

use std::io::{self, BufRead, IsTerminal, Write};

use super::CliError;
use crate::text::clean_line;

/// Asks whether to continue with what `consequence` describes; only `y` and `yes` confirm.
///
/// # Errors
/// A usage error when standard input is no terminal: scripts must pass `flag` instead.
pub(super) fn confirm(consequence: &str, flag: &str) -> Result<bool, CliError> {
    if !io::stdin().is_terminal() {
        return Err(CliError::Usage(format!("{consequence}: add {flag} to confirm")));
    }
    let mut err = io::stderr();
    write!(err, "{}. Continue? [y/N] ", clean_line(consequence))?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
