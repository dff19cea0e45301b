//! Wrong clocks, invalid time zones and locales, and missing home directories: nothing fails, and posts keep their order.

#![cfg(target_os = "linux")]
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Output};

use crate::common::Shell;
use crate::common::pty::{CTRL_C, SEND, Screen};
use crate::common::shim::Shim;
use portable_pty::CommandBuilder;

const DAY: i64 = 86_400;

fn done(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn wrong_clock_does_not_prevent_posting() {
    let Some(shim) = Shim::build() else { return };
    let shell = Shell::with_users();
    let (clock, db) = (shell.path("clock"), shell.path("m.db"));
    // Before 1970, before the first year, and after the last year that can be stored.
    for (n, ahead) in (1..).zip([-5_000_000_000_i64, -99_999_999_999_999, 99_999_999_999_999, 0]) {
        fs::write(&clock, ahead.to_string()).unwrap();
        let run = |args: &[&str]| {
            let mut command = shell.command();
            shim.load(&mut command);
            done(command.env("SHIM_CLOCK", &clock).args(args))
        };
        assert_eq!(run(&["post", "whenever"]), format!("posted {n}\n"), "{ahead}");
        assert!(run(&["timeline"]).contains("whenever"));
        let mut command = Screen::program(&db);
        let mut loads = Command::new("");
        shim.load(&mut loads);
        for (name, value) in loads.get_envs() {
            command.env(name, value.unwrap());
        }
        command.env("SHIM_CLOCK", &clock);
        Screen::start(command, 100, 30).shows("whenever").keys(CTRL_C).ends();
    }
}

#[test]
fn clock_set_back_during_a_run_keeps_the_order_of_posts() {
    let Some(shim) = Shim::build() else { return };
    let shell = Shell::with_users();
    let clock = shell.path("clock");
    fs::write(&clock, "0").unwrap();
    let mut command: CommandBuilder = Screen::program(&shell.path("m.db"));
    let mut loads = Command::new("");
    shim.load(&mut loads);
    for (name, value) in loads.get_envs() {
        command.env(name, value.unwrap());
    }
    command.env("SHIM_CLOCK", &clock);
    let mut screen = Screen::start(command, 100, 30);
    screen.shows("john");
    for (n, ahead) in (1..).zip([0, -DAY, DAY, -DAY, 0]) {
        fs::write(&clock, ahead.to_string()).unwrap();
        screen.keys("c").shows("john writes").keys(&format!("the {n}. of five")).keys(SEND).hides("john writes");
        screen.shows(&format!("the {n}. of five"));
    }
    screen.keys(CTRL_C).ends();
    let output = done(shell.command().args(["timeline", "all", "--reverse"]));
    let found: Vec<&str> = output.lines().map(str::trim).filter(|line| line.starts_with("the ")).collect();
    assert_eq!(found, [1, 2, 3, 4, 5].map(|n| format!("the {n}. of five")));
}

#[test]
fn invalid_time_zones_and_locales_are_ignored() {
    let shell = Shell::with_users();
    shell.run(&["post", "--at", "2026-03-14T15:09:26Z", "hello"]).stdout("posted 1\n").check();
    for zone in [&b"Nowhere/Never"[..], b"\xff\xfe", b"", b":", b"../../../../etc/passwd", b"UTC+99999999999"] {
        let mut command = shell.command();
        let output = done(command.arg("timeline").env("TZ", OsStr::from_bytes(zone)));
        assert_eq!(output, "john  2026-03-14 15:09  #1\n  hello\n\n", "{zone:?}");
    }
    for locale in [&b"xx_YY.KLINGON@x"[..], b"\xff", b"en_", b"_", b".....@@@@"] {
        let mut command = shell.command();
        let output = done(command.arg("timeline").env("LC_ALL", OsStr::from_bytes(locale)));
        assert_eq!(output, "john  2026-03-14 15:09  #1\n  hello\n\n", "{locale:?}");
    }
}

#[test]
fn database_from_another_zone_shows_local_times() {
    let shell = Shell::with_users();
    let at = |zone: &str, args: &[&str]| done(shell.command().env("TZ", zone).args(args));
    at("NPT-5:45", &["post", "--at", "2026-01-01 00:10", "from far away"]);
    fs::copy(shell.path("m.db"), shell.path("copied.db")).unwrap();
    let copied = ["--db", "copied.db", "timeline"];
    assert_eq!(at("HST10", &copied), "john  2025-12-31 08:25  #1\n  from far away\n\n");
    assert_eq!(at("NPT-5:45", &copied), "john  2026-01-01 00:10  #1\n  from far away\n\n");
}

#[test]
fn missing_or_odd_home_is_reported_or_ignored() {
    let shell = Shell::new();
    let home = shell.path("home");
    fs::create_dir(&home).unwrap();
    let run = |set: &dyn Fn(&mut Command)| -> Output {
        let mut command = shell.command();
        command.args(["db", "path"]).env_remove("MICROBLOG_DB").env_remove("XDG_DATA_HOME").env("HOME", &home);
        set(&mut command);
        command.output().unwrap()
    };
    let usual = format!("{}/.local/share/microblog/microblog.db\n", home.display());
    // The specification says that a relative path is ignored.
    for data in ["", "relative/path", "."] {
        let output = run(&|command| {
            command.env("XDG_DATA_HOME", data);
        });
        assert_eq!(String::from_utf8(output.stdout).unwrap(), usual, "{data:?}");
    }
    assert!(!shell.path("relative").exists());
    // Without HOME in the environment, the home of the account is used.
    assert!(
        run(&|command| {
            command.env_remove("HOME");
        })
        .status
        .success()
    );
    for data in ["/dev/null/x", "/proc/x"] {
        let output = run(&|command| {
            command.env("XDG_DATA_HOME", data);
        });
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        let (begin, end) =
            (format!("error: cannot create the directory {data}/microblog: "), "; name the database with --db FILE\n");
        assert!(said.starts_with(&begin) && said.ends_with(end) && said.lines().count() == 1, "{said}");
    }
}

#[test]
fn database_with_any_file_name_works_and_is_printed_exactly() {
    let shell = Shell::new();
    let name = OsStr::from_bytes(b"a\xff\xe2\x80\xaeb?#%.db");
    let run = |args: &[&str]| {
        shell.command().env("MICROBLOG_DB", shell.folder.path().join(name)).args(args).output().unwrap()
    };
    for args in [&["user", "add", "john"][..], &["post", "hello"], &["db", "backup"], &["db", "check"], &["timeline"]] {
        assert!(run(args).status.success(), "{args:?}: {}", String::from_utf8_lossy(&run(args).stderr));
    }
    assert!(run(&["db", "path"]).stdout.ends_with(&[name.as_bytes(), b"\n"].concat()));
    assert!(shell.folder.path().join(name).exists());
}
