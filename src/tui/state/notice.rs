//! Notices in the footer: those that a key asked for, and the results of work in the background.

use super::{Effect, State};
use crate::model::Timestamp;

/// How long a result of work in the background stays whatever keys are pressed, in microseconds.
const RESULT_STAYS: i64 = 5_000_000;

/// A notice in the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The text.
    pub text: String,
    /// Whether it is an error.
    pub error: bool,
}

/// The result of work in the background. It comes while the user does something else, so no key takes it away before there
/// was time to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackgroundResult {
    /// What the footer shows.
    pub notice: Notice,
    /// The first key after this time takes it away.
    pub until: Timestamp,
}

impl State {
    /// Returns what the footer shows: a notice, or else the result of work in the background.
    #[must_use]
    pub fn shown_notice(&self) -> Option<&Notice> {
        self.notice.as_ref().or(self.result.as_ref().map(|result| &result.notice))
    }

    /// Shows a notice in the footer.
    pub fn show_notice(&mut self, text: impl Into<String>) -> Vec<Effect> {
        self.notice = Some(Notice { text: text.into(), error: false });
        vec![]
    }

    /// Shows an error in the footer.
    pub fn show_error(&mut self, text: impl Into<String>) -> Vec<Effect> {
        self.notice = Some(Notice { text: text.into(), error: true });
        vec![]
    }

    /// Shows the result of work in the background.
    pub fn show_result(&mut self, result: Result<String, String>) -> Vec<Effect> {
        let error = result.is_err();
        let text = result.unwrap_or_else(|why| why);
        self.notice = None;
        self.result = Some(BackgroundResult { notice: Notice { text, error }, until: self.result_stays() });
        vec![]
    }

    /// Takes the notice away at a key.
    pub(in crate::tui) fn clear_notice(&mut self) {
        let until = self.result_stays();
        match (self.notice.take(), &mut self.result) {
            // The notice was in its place until now.
            (Some(_), Some(result)) => result.until = until,
            (None, Some(result)) if result.until <= self.now => self.result = None,
            _ => {}
        }
    }

    fn result_stays(&self) -> Timestamp {
        Timestamp::from_micros(self.now.micros().saturating_add(RESULT_STAYS))
    }

    /// Refuses an action because the database is read-only.
    pub fn refuse_write(&mut self) -> Vec<Effect> {
        self.show_error("read-only database: nothing can be changed")
    }
}
