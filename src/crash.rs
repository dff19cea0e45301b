//! Crash reports. A panic is caught where data can still be saved, and a report for the developers goes to a file.

use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::env;
use std::io;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::path::{Path, PathBuf};

use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use thiserror::Error;

use crate::output_file;

/// Prefix of the name of a report.
const PREFIX: &str = "microblog-crash-";

/// The program crashed, that is, it panicked.
#[derive(Debug, Error)]
pub enum Crash {
    /// A report was written to this file.
    #[error("microblog crashed: please report this with the contents of {}", .0.display())]
    Reported(PathBuf),
    /// No report could be written; this is its headline.
    #[error("microblog crashed: please report this: {0}")]
    Unreported(String),
}

thread_local! {
    /// Number of nested calls of [`catch`] on this thread.
    static DEPTH: RefCell<usize> = const { RefCell::new(0) };
    /// The last panic on this thread.
    static LAST: RefCell<Option<Crash>> = const { RefCell::new(None) };
}

/// Installs a panic hook: panics inside of [`catch`] are reported to a file instead of standard error.
pub fn install_hook() {
    let default_hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if DEPTH.with_borrow(|depth| *depth == 0) {
            return default_hook(info);
        }
        let crash = match report(info, &folder()) {
            Ok(file) => Crash::Reported(file),
            Err(_) => Crash::Unreported(headline(info)),
        };
        LAST.set(Some(crash));
    }));
}

/// Runs `work` and returns a panic as a [`Crash`]. What `work` did until then is not undone.
///
/// # Errors
/// When `work` panicked.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Crash> {
    DEPTH.with_borrow_mut(|depth| *depth += 1);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    DEPTH.with_borrow_mut(|depth| *depth -= 1);
    done.map_err(|_| LAST.take().unwrap_or_else(|| Crash::Unreported("a panic".to_owned())))
}

/// Returns the folder for reports: the platform's state directory, or the one for temporary files.
fn folder() -> PathBuf {
    let app =
        AppStrategyArgs { top_level_domain: String::new(), author: String::new(), app_name: "microblog".to_owned() };
    let state = choose_app_strategy(app).ok().and_then(|app| app.state_dir().or_else(|| Some(app.data_dir())));
    state.filter(|folder| folder.is_absolute()).unwrap_or_else(env::temp_dir)
}

/// Returns the panic message and its location in one line.
fn headline(info: &PanicHookInfo<'_>) -> String {
    let location = info.location().map_or_else(|| "an unknown location".to_owned(), ToString::to_string);
    format!("{} at {location}", info.payload_as_str().unwrap_or("a panic"))
}

/// Writes a report. Only its owner can read it, since it may contain some of the text on the screen.
fn report(info: &PanicHookInfo<'_>, folder: &Path) -> io::Result<PathBuf> {
    let (version, headline) = (env!("CARGO_PKG_VERSION"), headline(info));
    let mut text = format!("microblog {version} on {} {}\n{headline}\n", env::consts::OS, env::consts::ARCH);
    // Release builds have no symbols for a backtrace.
    if cfg!(debug_assertions) {
        text.push_str(&format!("\n{}\n", Backtrace::force_capture()));
    }
    let write = |folder: &Path| output_file::write_new(folder, PREFIX, &text);
    output_file::create_folders(folder).and_then(|()| write(folder)).or_else(|_| write(&env::temp_dir()))
}

#[cfg(test)]
mod tests {
    use super::{Crash, catch, install_hook};

    #[test]
    fn panic_writes_a_report_readable_by_its_owner_only() {
        install_hook();
        assert_eq!(catch(|| 7).ok(), Some(7));
        let nested = catch(|| catch(|| panic!("the inner one")).is_err());
        assert!(matches!(nested, Ok(true)));
        let Err(Crash::Reported(file)) = catch(|| panic!("words {}", 42)) else { panic!("no report") };
        let report = std::fs::read_to_string(&file).unwrap();
        assert!(report.starts_with("microblog ") && report.contains("\nwords 42 at src/crash.rs:"), "{report}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::remove_file(file).unwrap();
    }
}
