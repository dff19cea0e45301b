//! Permissions of the files that the program creates, and databases shared with a group.

#![cfg(target_os = "linux")]
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use crate::common::Shell;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode() & 0o7777
}

/// Runs commands, one per line, in the system's shell, with the program as `m`.
fn run(shell: &Shell, lines: &str) -> String {
    let lines = format!("set -e\nm() {{ '{}' \"$@\"; }}\n{lines}", env!("CARGO_BIN_EXE_microblog"));
    let output = shell.command_of("sh").args(["-c", &lines]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn created_files_are_private_and_a_stricter_umask_is_kept() {
    let shell = Shell::new();
    let home = shell.path("home");
    let data = home.join(".local/share/microblog");
    let home = home.to_str().unwrap();
    for (umask, file, folder) in [("000", 0o600, 0o700), ("022", 0o600, 0o700), ("0177", 0o600, 0o600)] {
        let _ = fs::remove_dir_all(home);
        // Only root can enter a directory without permissions.
        if umask == "0177" && fs::metadata("/proc/self").unwrap().uid() != 0 {
            continue;
        }
        run(
            &shell,
            &format!(
                "unset MICROBLOG_DB XDG_DATA_HOME XDG_CONFIG_HOME; export HOME={home}; umask {umask}\n\
                 m user add john\nm post hello\nm db backup {home}/.local/share/microblog/b.bak\n"
            ),
        );
        assert_eq!((mode(&data.join("microblog.db")), mode(&data)), (file, folder), "{umask}");
        assert_eq!(mode(&data.join("b.bak")), file, "{umask}");
    }
}

#[test]
fn links_in_place_of_created_files_are_not_followed() {
    let shell = Shell::with_users();
    let elsewhere = shell.path("elsewhere");
    symlink(&elsewhere, shell.path("b.bak")).unwrap();
    let exists = format!("{} already exists: name a new file", shell.path("b.bak").display());
    shell.fails(&["db", "backup", shell.path("b.bak").to_str().unwrap()], 1, &exists);
    assert!(!elsewhere.exists());
    // A link in place of the lock, made by another user who can write to the directory.
    symlink(&elsewhere, shell.path("m.db.lock")).unwrap();
    assert!(!shell.command().args(["db", "repair"]).output().unwrap().status.success());
    assert!(!elsewhere.exists());
}

#[test]
fn shared_database_and_its_files_belong_to_the_group() {
    let shell = Shell::new();
    let folder = shell.path("shared");
    fs::create_dir(&folder).unwrap();
    let db = folder.join("m.db");
    // The group of the user who runs the tests.
    let name = Command::new("id").arg("-gn").output().unwrap();
    let name = String::from_utf8(name.stdout).unwrap().trim().to_owned();
    let microblog = |args: &[&str]| shell.command().env("MICROBLOG_DB", &db).args(args).output().unwrap();
    assert!(microblog(&["user", "add", "john"]).status.success());
    let shared = microblog(&["db", "share", &name]);
    let said = String::from_utf8_lossy(&shared.stdout).into_owned();
    let wanted = format!("members of {name} can now read and write the database, as any of its users\nCurrent");
    assert!(said.starts_with(&wanted), "{said}{}", String::from_utf8_lossy(&shared.stderr));
    assert_eq!((mode(&folder), mode(&db)), (0o2770, 0o660));
    // Also if the umask of the writer would exclude everyone else.
    let path = db.to_str().unwrap();
    let line = format!("umask 077; m --db {path} post hello; m --db {path} db check > /dev/null");
    run(&shell, &line);
    let open = rusqlite::Connection::open(&db).unwrap();
    open.execute_batch("PRAGMA user_version; BEGIN IMMEDIATE; ROLLBACK").unwrap();
    for beside in ["m.db-wal", "m.db-shm"] {
        assert_eq!(mode(&folder.join(beside)), 0o660, "{beside}");
    }
    drop(open);
    fs::write(folder.join("diary.txt"), "").unwrap();
    let refused = microblog(&["db", "share", &name]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        said.contains("diary.txt, which would be shared with it: move the database to its own directory"),
        "{said}"
    );
    let unknown = microblog(&["db", "share", "no-such-group"]);
    let said = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert_eq!(said, "error: there is no group \"no-such-group\": getent group lists the groups\n");
}

#[test]
fn sharing_warns_of_posts_that_the_group_could_not_read() {
    let shell = Shell::with_users();
    fs::create_dir(shell.path("shared")).unwrap();
    let db = shell.path("shared/m.db");
    let name = Command::new("id").arg("-gn").output().unwrap();
    let name = String::from_utf8(name.stdout).unwrap().trim().to_owned();
    let microblog = |args: &[&str]| shell.command().env("MICROBLOG_DB", &db).args(args).output().unwrap();
    assert!(microblog(&["user", "add", "john"]).status.success());
    let said = |output: std::process::Output| String::from_utf8(output.stderr).unwrap();
    assert_eq!(said(microblog(&["db", "share", &name])), "", "nothing is private");
    for visibility in ["public", "unlisted", "followers", "direct"] {
        assert!(microblog(&["post", "--visibility", visibility, "to some"]).status.success());
    }
    let warning = format!("warning: {name} can now read 2 posts that were only for followers or mentioned users\n");
    assert_eq!(said(microblog(&["db", "share", &name])), warning);
}

#[test]
fn restored_database_keeps_the_sharing_of_the_damaged_one() {
    let shell = Shell::with_users();
    let db = shell.path("m.db");
    assert!(shell.command().args(["db", "backup", "b.bak"]).output().unwrap().status.success());
    fs::set_permissions(&db, fs::Permissions::from_mode(0o660)).unwrap();
    // This page has the list of tables.
    let mut bytes = fs::read(&db).unwrap();
    bytes[100..4_096].fill(0xA5);
    fs::write(&db, bytes).unwrap();
    let restored = shell.command().args(["db", "restore", "b.bak"]).output().unwrap();
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    assert_eq!(mode(&db), 0o660);
    shell.run(&["whoami"]).stdout("john\n").check();
}

#[test]
fn group_members_write_and_others_are_refused() {
    // Only root can become another user.
    if fs::metadata("/proc/self").unwrap().uid() != 0 || Command::new("setpriv").arg("--version").output().is_err() {
        println!("not tried: it takes root and setpriv");
        return;
    }
    let shell = Shell::new();
    let folder = shell.path("shared");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(shell.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = shell.path("microblog");
    fs::copy(env!("CARGO_BIN_EXE_microblog"), &program).unwrap();
    let db = folder.join("m.db");
    let group = Command::new("getent").args(["group", "users"]).output().unwrap();
    let id = String::from_utf8_lossy(&group.stdout).split(':').nth(2).map(str::to_owned);
    let Some(id) = id else { return println!("not tried: there is no group users") };
    assert!(shell.command().env("MICROBLOG_DB", &db).args(["user", "add", "john"]).output().unwrap().status.success());
    assert!(shell.command().env("MICROBLOG_DB", &db).args(["db", "share", "users"]).output().unwrap().status.success());
    let as_user = |uid: u32, groups: &str, args: &[&str]| {
        let mut command = shell.command_of("setpriv");
        command.args([&format!("--reuid={uid}"), "--regid=65534", groups]).arg(&program).args(args);
        command.env("MICROBLOG_DB", &db).env("HOME", "/nonexistent").output().unwrap()
    };
    let member = format!("--groups={id}");
    for (n, uid) in [(1, 41_001), (2, 41_002), (3, 41_001)] {
        let output = as_user(uid, &member, &["post", "from one of us"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("posted {n}\n"), "{said}");
    }
    assert!(as_user(41_002, &member, &["db", "repair"]).status.success());
    let output = as_user(41_003, "--clear-groups", &["timeline"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.starts_with("error: cannot open ") && said.lines().count() == 1, "{said}");
}
