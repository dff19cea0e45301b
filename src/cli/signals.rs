//! Has `^C` and SIGTERM stop a long command, so that it can remove its temporary files.

use std::io;
use std::sync::Arc;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::store;

/// Exit status of a command that a signal stopped, as shells have it for SIGINT.
pub(super) const STOPPED: u8 = 130;

/// Lets the first `^C` or SIGTERM stop the statement that runs; the second ends the program at once.
///
/// # Errors
/// When the system does not take the handler.
pub(super) fn stop_on_signals() -> io::Result<()> {
    let stop = store::stop_flag();
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, i32::from(STOPPED), Arc::clone(&stop))?;
        flag::register(signal, Arc::clone(&stop))?;
    }
    Ok(())
}
