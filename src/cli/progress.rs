//! Progress of slow work, on standard error, when that is a terminal.

use std::io::{self, IsTerminal};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::store::Step;

/// Time between two frames of a spinner.
const FRAME_TIME: Duration = Duration::from_millis(120);

/// A line with the current step, cleared when dropped.
pub(super) struct Progress {
    bar: ProgressBar,
    last: Option<Step>,
    is_shown: bool,
}

impl Progress {
    /// Creates a line that stays hidden if `quiet`, or if standard error is no terminal.
    pub(super) fn new(quiet: bool) -> Self {
        Self { bar: ProgressBar::hidden(), last: None, is_shown: !quiet && io::stderr().is_terminal() }
    }

    /// Shows a step of the store's work.
    pub(super) fn show(&mut self, step: Step) {
        if !self.is_shown {
            return;
        }
        let same_kind = self.last.is_some_and(|last| std::mem::discriminant(&last) == std::mem::discriminant(&step));
        if !same_kind {
            self.bar.finish_and_clear();
            self.bar = bar(step);
        }
        self.last = Some(step);
        if let Step::Copying { done, .. } = step {
            self.bar.set_position(done);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn bar(step: Step) -> ProgressBar {
    let spinner = |text: String| {
        let bar = ProgressBar::new_spinner().with_message(text);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}, {elapsed}") {
            bar.set_style(style);
        }
        // indicatif panics where the system has no thread left; then the spinner does not move.
        if thread::Builder::new().spawn(|| {}).is_ok_and(|probe| probe.join().is_ok()) {
            bar.enable_steady_tick(FRAME_TIME);
        }
        bar
    };
    match step {
        Step::Waiting => spinner("waiting for another process that is changing the database".to_owned()),
        Step::Copying { total, .. } => counting(total, "{bar:40} {percent} % of {len} pages copied"),
        Step::Checking => spinner("checking".to_owned()),
        Step::Migrating { from, to } => spinner(format!("migrating the database from version {from} to {to}")),
    }
}

/// Creates a bar for work whose total is known.
pub(super) fn counting(total: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
