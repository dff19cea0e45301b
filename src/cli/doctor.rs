//! `microblog doctor`: what a bug report needs, and what is wrong with the surroundings of the program.
//!
//! It changes nothing, and prints nothing private: no posts, names or counts of them, and `~` for the home directory.

mod database;
mod environment;
mod programs;
mod session;
mod terminal;

use std::env;

use serde::Serialize;

use super::args::social::Json;
use super::{CliError, Context, version};
use crate::store;
use crate::text::pluralize;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Warning,
    Error,
}

/// A finding about a part of the program or its surroundings.
#[derive(Debug, Serialize)]
struct Finding {
    status: Status,
    /// What was looked at, in one word.
    check: &'static str,
    found: String,
    /// What to do; `None` if there is nothing to do.
    advice: Option<String>,
}

impl Finding {
    fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self { status: Status::Ok, check, found: found.into(), advice: None }
    }

    fn warning(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { status: Status::Warning, check, found: found.into(), advice: Some(advice.into()) }
    }

    /// Returns an error; its text says what to do.
    fn error(check: &'static str, found: impl Into<String>) -> Self {
        Self { status: Status::Error, check, found: found.into(), advice: None }
    }

    fn line(&self) -> String {
        let status = match self.status {
            Status::Ok => "ok",
            Status::Warning => "warning",
            Status::Error => "error",
        };
        let advice = self.advice.as_ref().map_or(String::new(), |advice| format!(": {advice}"));
        format!("{status:<8} {:<12} {}{advice}", self.check, self.found)
    }
}

/// Prints a line for each finding.
///
/// # Errors
/// When one of them is an error; warnings are none.
pub(super) fn doctor(context: &mut Context, args: &Json) -> Result<(), CliError> {
    let mut findings = vec![
        Finding::ok("version", format!("microblog {}, SQLite {}", version::program(), store::sqlite_version())),
        Finding::ok("system", format!("{} {}", env::consts::OS, env::consts::ARCH)),
    ];
    let (of_database, refreshes) = database::findings(context)?;
    findings.extend(of_database);
    findings.extend(settings(context));
    findings.extend(terminal::findings(context));
    findings.extend(session::findings(refreshes));
    findings.extend(programs::findings(&context.config.settings.editor));
    let mut errors = 0;
    for mut finding in findings {
        finding.found = hide_home(&finding.found);
        finding.advice = finding.advice.as_deref().map(hide_home);
        errors += u64::from(finding.status == Status::Error);
        if args.json {
            context.out.json(&finding)?;
        } else {
            context.out.clean_line(&finding.line())?;
        }
    }
    context.out.flush()?;
    match errors {
        0 => Ok(()),
        _ => Err(CliError::Failed(format!(
            "doctor found {}: the lines above say what to do",
            pluralize(errors, "error")
        ))),
    }
}

fn settings(context: &Context) -> Vec<Finding> {
    let config = &context.config;
    let found = match &config.path {
        None => "no home directory, so the defaults apply".to_owned(),
        Some(path) if path.exists() => path.display().to_string(),
        Some(path) => format!("no {}, so the defaults apply", path.display()),
    };
    if config.problems.is_empty() {
        return vec![Finding::ok("settings", found)];
    }
    let problem =
        |problem| Finding::warning("settings", config.describe(problem), "the default applies until you change it");
    config.problems.iter().map(problem).collect()
}

/// Replaces the home directory by `~`: its name is often that of a person.
fn hide_home(text: &str) -> String {
    match etcetera::home_dir() {
        Ok(home) if home.as_os_str().len() > 1 => text.replace(&*home.to_string_lossy(), "~"),
        _ => text.to_owned(),
    }
}
