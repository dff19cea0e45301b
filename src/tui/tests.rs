//! What becomes of the terminal and of what was being written when the program has a fault.

use std::io::Read;
use std::path::Path;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::*;
use crate::crash::{Crash, install_hook};
use crate::model::{NewUser, Nickname, Purpose};
use crate::store::DraftKey;

/// Tells the child in the pseudo-terminal which database is meant.
const CHILD: &str = "MICROBLOG_TEST_CHILD";

fn session(path: &Path) -> Session {
    let (mut store, _) = Store::open(path).unwrap();
    let nickname = Nickname::parse("john").unwrap();
    let user = NewUser { nickname, email: None, display_name: None, about_me: None };
    let _ = store.add_user(&user, Timestamp::now());
    Session::new(store, Options::default(), (80, 24))
}

fn write(session: &mut Session, text: &str) {
    session.send(Message::Act(Action::Compose));
    session.send(Message::Paste(text.to_owned()));
    assert!(session.state.compose.as_ref().is_some_and(|compose| compose.unsaved));
}

fn draft(path: &Path) -> String {
    let store = Store::open(path).unwrap().0;
    let user = store.user("john").unwrap().id;
    store.draft(DraftKey { user, purpose: Purpose::New }).unwrap()
}

#[test]
fn a_fault_in_the_loop_costs_no_word_and_names_its_report() {
    install_hook();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.db");
    let mut session = session(&path);
    let ended = guard(&mut session, |session| {
        write(session, "precious words");
        panic!("in an update")
    });
    let Err(TuiError::Fault(Crash::Reported(report))) = ended else { panic!("{ended:?}") };
    assert!(std::fs::read_to_string(&report).unwrap().contains("in an update"));
    std::fs::remove_file(report).unwrap();
    assert_eq!(draft(&path), "precious words");
}

#[test]
#[ignore = "run by the test below, in a pseudo-terminal"]
fn has_a_fault_while_it_draws() {
    let Some(path) = env::var_os(CHILD).map(PathBuf::from) else { return };
    install_hook();
    let mut session = session(&path);
    let mut screen = terminal::Screen::open().unwrap();
    let ended = guard(&mut session, |session| {
        write(session, "half a thought");
        screen.draw(|frame| {
            session.draw(frame);
            panic!("in a draw")
        })
    });
    drop(screen);
    println!("error: {}", ended.unwrap_err());
}

#[test]
fn a_fault_in_a_draw_gives_the_terminal_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.db");
    let pair = native_pty_system().openpty(PtySize { rows: 24, cols: 200, pixel_width: 0, pixel_height: 0 }).unwrap();
    let mut command = CommandBuilder::new(env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", "tui::tests::has_a_fault_while_it_draws"]);
    command.env(CHILD, &path);
    command.env("XDG_STATE_HOME", folder.path());
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut seen = Vec::new();
    // A pseudo-terminal whose other end is closed fails rather than ends.
    let _ = reader.read_to_end(&mut seen);
    child.wait().unwrap();
    let seen = String::from_utf8_lossy(&seen).into_owned();
    let (before, after) = seen.split_once("\u{1b}[?1049l").expect("the alternate screen is left");
    assert!(before.contains("\u{1b}[?1049h") && after.contains("\u{1b}[?25h"), "{seen}");
    // In raw mode a line break would be a lone line feed.
    assert!(after.contains("error: microblog has a fault"), "{seen}");
    assert!(after.contains("\r\n") && !after.replace("\r\n", "").contains('\n'), "{after:?}");
    let report = folder.path().join("microblog").read_dir().unwrap().next().unwrap().unwrap().path();
    assert!(after.contains(&*report.to_string_lossy()), "{after}");
    assert_eq!(draft(&path), "half a thought");
}

#[test]
fn another_user_is_active_at_once_and_in_the_store_when_whoever_writes_there_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.db");
    let mut other = Store::open(&path).unwrap().0;
    let susan = NewUser::named(Nickname::parse("susan").unwrap());
    other.add_user(&susan, Timestamp::now()).unwrap();
    let mut session = session(&path);
    session.settle();
    let active = |session: &Session| session.state.active.as_ref().map(|user| user.nickname.to_string());
    let stored = || Store::open(&path).unwrap().0.active_user().unwrap().map(|user| user.nickname.to_string());
    assert_eq!((active(&session).as_deref(), stored().as_deref()), (Some("susan"), Some("susan")));
    other
        .bulk(|_| {
            session.send(Message::Act(Action::NextUser));
            session.tick(Timestamp::now());
            assert_eq!((active(&session).as_deref(), stored().as_deref()), (Some("john"), Some("susan")));
            Ok(())
        })
        .unwrap();
    session.tick(Timestamp::now());
    assert_eq!(
        (session.state.notice.clone().map(|notice| notice.error), stored().as_deref()),
        (Some(false), Some("john"))
    );
}
