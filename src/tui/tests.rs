//! What becomes of the terminal and of the draft when the program panics.

mod drawing;
mod next_unread;
mod pill;

use std::io::Read;
use std::path::Path;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::*;
use crate::crash::{Crash, install_hook};
use crate::model::Timestamp;
use crate::model::{NewUser, Nickname, Purpose};
use crate::store::DraftKey;
use crate::tui::keys::Action;
use crate::tui::state::Message;

/// Names the database for the child in the pseudo-terminal.
const CHILD: &str = "MICROBLOG_TEST_CHILD";

fn store(path: &Path) -> Store {
    let (mut store, _) = Store::open(path).unwrap();
    let user = NewUser::named(Nickname::parse("john").unwrap());
    let _ = store.add_user(&user, Timestamp::now());
    store
}

fn app(path: &Path) -> App {
    App::new(store(path), Options::default(), (80, 24))
}

fn write(app: &mut App, text: &str) {
    app.send(Message::Act(Action::Compose));
    app.send(Message::Paste(text.to_owned()));
    assert!(app.state.compose.as_ref().is_some_and(|compose| compose.unsaved));
}

fn draft(path: &Path) -> String {
    let store = Store::open(path).unwrap().0;
    let user = store.user("john").unwrap().id;
    store.draft(DraftKey::first(user, Purpose::New)).unwrap()
}

#[test]
fn panic_in_the_loop_saves_the_draft_and_names_its_report() {
    install_hook();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.db");
    let mut app = app(&path);
    let ended = save_on_exit(&mut app, |app| {
        write(app, "precious words");
        panic!("in an update")
    });
    let Err(TuiError::Fault(Crash::Reported(report))) = ended else { panic!("{ended:?}") };
    assert!(std::fs::read_to_string(&report).unwrap().contains("in an update"));
    std::fs::remove_file(report).unwrap();
    assert_eq!(draft(&path), "precious words");
}

#[test]
#[ignore = "run by the test below, in a pseudo-terminal"]
fn panics_while_it_draws() {
    let Some(path) = env::var_os(CHILD).map(PathBuf::from) else { return };
    install_hook();
    let (sender, events) = channel();
    let mut app = App::with_channel(store(&path), Options::default(), (80, 24), (sender.clone(), events));
    let mut screen = Screen::open(sender).unwrap();
    let ended = save_on_exit(&mut app, |app| {
        write(app, "half a thought");
        screen.draw(|frame| {
            app.draw(frame);
            panic!("in a draw")
        })
    });
    drop(screen);
    println!("error: {}", ended.unwrap_err());
}

#[test]
fn panic_in_a_draw_restores_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.db");
    let pair = native_pty_system().openpty(PtySize { rows: 24, cols: 200, pixel_width: 0, pixel_height: 0 }).unwrap();
    let mut command = CommandBuilder::new(env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", "tui::tests::panics_while_it_draws"]);
    command.env(CHILD, &path);
    command.env("XDG_STATE_HOME", folder.path());
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut seen = Vec::new();
    // Reading a pseudo-terminal whose other end is closed fails instead of ending.
    let _ = reader.read_to_end(&mut seen);
    child.wait().unwrap();
    let seen = String::from_utf8_lossy(&seen).into_owned();
    let (before, after) = seen.split_once("\u{1b}[?1049l").expect("the alternate screen is left");
    assert!(before.contains("\u{1b}[?1049h") && after.contains("\u{1b}[?25h"), "{seen}");
    // In raw mode a line break would be a lone line feed.
    assert!(after.contains("error: microblog crashed"), "{seen}");
    assert!(after.contains("\r\n") && !after.replace("\r\n", "").contains('\n'), "{after:?}");
    let report = folder.path().join("microblog").read_dir().unwrap().next().unwrap().unwrap().path();
    assert!(after.contains(&*report.to_string_lossy()), "{after}");
    assert_eq!(draft(&path), "half a thought");
}

#[test]
fn switched_user_is_saved_once_the_other_writer_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.db");
    let mut other = Store::open(&path).unwrap().0;
    let susan = NewUser::named(Nickname::parse("susan").unwrap());
    other.add_user(&susan, Timestamp::now()).unwrap();
    let mut app = app(&path);
    app.settle();
    let active = |app: &App| app.state.active.as_ref().map(|user| user.nickname.to_string());
    let stored = || Store::open(&path).unwrap().0.active_user().unwrap().map(|user| user.nickname.to_string());
    assert_eq!((active(&app).as_deref(), stored().as_deref()), (Some("susan"), Some("susan")));
    other
        .bulk(|_| {
            app.send(Message::Act(Action::NextUser));
            app.tick(Timestamp::now());
            assert_eq!((active(&app).as_deref(), stored().as_deref()), (Some("john"), Some("susan")));
            Ok(())
        })
        .unwrap();
    app.tick(Timestamp::now());
    assert_eq!((app.state.notice.clone().map(|notice| notice.error), stored().as_deref()), (Some(false), Some("john")));
}
