//! What becomes of a fault of the program itself, a panic: it is caught where something can still be saved, and a
//! report for those who mend it goes to a file. It knows nothing of what was being done.

use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::env;
use std::fs::DirBuilder;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::path::{Path, PathBuf};

use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use thiserror::Error;

/// The program ran into a fault of its own.
#[derive(Debug, Error)]
pub enum Crash {
    /// The report could be written.
    #[error("microblog has a fault and stopped what it did: please report it, with what lies in {}", .0.display())]
    Reported(PathBuf),
    /// It could not; this is what it would have begun with.
    #[error("microblog has a fault and stopped what it did: please report it: {0}")]
    Unreported(String),
}

thread_local! {
    /// How many calls of [`catch`] are under way on this thread.
    static WATCHED: RefCell<usize> = const { RefCell::new(0) };
    /// What the last panic on this thread left.
    static LAST: RefCell<Option<Crash>> = const { RefCell::new(None) };
}

/// From now on, panics inside of [`catch`] are reported to a file and not to standard error. Others stay as they
/// are.
pub fn install_hook() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if WATCHED.with_borrow(|depth| *depth == 0) {
            return before(info);
        }
        let fault = match report(info, &folder()) {
            Ok(file) => Crash::Reported(file),
            Err(_) => Crash::Unreported(headline(info)),
        };
        LAST.set(Some(fault));
    }));
}

/// Does some work; a panic in it is a [`Crash`], and what the work had begun may be half done.
///
/// # Errors
/// When it panicked.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Crash> {
    WATCHED.with_borrow_mut(|depth| *depth += 1);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    WATCHED.with_borrow_mut(|depth| *depth -= 1);
    done.map_err(|_| LAST.take().unwrap_or_else(|| Crash::Unreported("a panic".to_owned())))
}

/// Where reports go: the platform's directory for what programs remember of themselves, or that for temporary files.
fn folder() -> PathBuf {
    let app =
        AppStrategyArgs { top_level_domain: String::new(), author: String::new(), app_name: "microblog".to_owned() };
    let state = choose_app_strategy(app).ok().and_then(|app| app.state_dir().or_else(|| Some(app.data_dir())));
    state.filter(|folder| folder.is_absolute()).unwrap_or_else(env::temp_dir)
}

/// Where it happened and what was said, in one line.
fn headline(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map_or_else(|| "somewhere".to_owned(), ToString::to_string);
    format!("{} at {place}", info.payload_as_str().unwrap_or("a panic"))
}

/// Writes a report that only its owner can read: it may hold some of the text that was being shown.
fn report(info: &PanicHookInfo<'_>, folder: &Path) -> io::Result<PathBuf> {
    let (version, headline) = (env!("CARGO_PKG_VERSION"), headline(info));
    let mut text = format!("microblog {version} on {} {}\n{headline}\n", env::consts::OS, env::consts::ARCH);
    // The program as it is released has no names for what was called.
    if cfg!(debug_assertions) {
        text.push_str(&format!("\n{}\n", Backtrace::force_capture()));
    }
    write(&text, folder).or_else(|_| write(&text, &env::temp_dir()))
}

fn write(text: &str, folder: &Path) -> io::Result<PathBuf> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let mut file = tempfile::Builder::new().prefix("microblog-crash-").suffix(".txt").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    Ok(file.keep().map_err(|error| error.error)?.1)
}

#[cfg(test)]
mod tests {
    use super::{Crash, catch, install_hook};

    #[test]
    fn a_panic_leaves_a_report_that_only_its_owner_can_read() {
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
