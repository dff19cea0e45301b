//! Shows on standard error that something takes its time, to a person who waits at a terminal.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::store::Step;

/// How often a line that only waits moves.
const TURN: Duration = Duration::from_millis(120);

/// One line, which goes when the work is done.
pub(super) struct Progress {
    bar: ProgressBar,
    last: Option<Step>,
    shown: bool,
}

impl Progress {
    pub(super) fn new(quiet: bool) -> Self {
        Self { bar: ProgressBar::hidden(), last: None, shown: !quiet && io::stderr().is_terminal() }
    }

    pub(super) fn show(&mut self, step: Step) {
        if !self.shown {
            return;
        }
        let same_kind = self.last.is_some_and(|last| std::mem::discriminant(&last) == std::mem::discriminant(&step));
        if !same_kind {
            self.bar.finish_and_clear();
            self.bar = begin(step);
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

fn begin(step: Step) -> ProgressBar {
    let wait = |text: String| {
        let bar = ProgressBar::new_spinner().with_message(text);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}, {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(TURN);
        bar
    };
    match step {
        Step::Waiting => wait("another process is changing the database; waiting for it".to_owned()),
        Step::Copying { total, .. } => counting(total, "{bar:40} {percent} % of {len} pages copied"),
        Step::Checking => wait("checking".to_owned()),
        Step::Migrating { from, to } => wait(format!("moving the database from version {from} to {to}")),
    }
}

/// A bar for work of which it is known how much there is.
pub(super) fn counting(total: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
