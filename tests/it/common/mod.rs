//! Helpers that run commands and compare everything that they print.

pub mod api;
pub mod disk;
pub mod kills;
pub mod proxy;
pub mod pty;
pub mod shim;
pub mod site;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::Connection;
use tempfile::TempDir;

/// Returns a count with its noun in singular or plural.
pub fn many(count: u64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// Returns the folders of the migrations, in order.
pub fn migrations() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// Returns the newest schema version.
pub fn newest() -> usize {
    migrations().len()
}

/// Creates a database as the program of that version did, with this many posts by john and susan.
pub fn old_database(path: &Path, version: usize, posts: usize) {
    let mut old = Connection::open(path).unwrap();
    old.execute_batch("PRAGMA journal_mode = WAL; PRAGMA application_id = 0x6d626c67").unwrap();
    let transaction = old.transaction().unwrap();
    for folder in &migrations()[..version] {
        transaction.execute_batch(&std::fs::read_to_string(folder.join("up.sql")).unwrap()).unwrap();
    }
    transaction.pragma_update(None, "user_version", version as i64).unwrap();
    transaction
        .execute_batch("INSERT INTO user (nickname, nickname_key) VALUES ('john', 'john'), ('Susan', 'susan')")
        .unwrap();
    if version > 1 {
        let mut insert =
            transaction.prepare("INSERT INTO post (author, body, created_at) VALUES (?1, ?2, ?3)").unwrap();
        for n in 1..=posts {
            insert.execute(((1 + n % 2) as i64, format!("post number {n} of the old days"), n as i64)).unwrap();
        }
    }
    transaction.commit().unwrap();
}

/// A folder with a database, and commands that run on it.
pub struct Shell {
    pub folder: TempDir,
}

pub struct Run<'a> {
    shell: &'a Shell,
    args: Vec<String>,
    stdin: Option<Vec<u8>>,
    stdout: String,
    stderr: String,
    status: i32,
}

impl Shell {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Returns a shell with the users john, who is active, and susan.
    pub fn with_users() -> Self {
        let shell = Self::new();
        shell.run(&["user", "add", "john"]).stdout("added @john, now the active user\n").check();
        shell.run(&["user", "add", "susan"]).stdout("added @susan\n").check();
        shell
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn run(&self, args: &[&str]) -> Run<'_> {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        Run { shell: self, args, stdin: None, stdout: String::new(), stderr: String::new(), status: 0 }
    }

    #[track_caller]
    pub fn fails(&self, args: &[&str], status: i32, error: &str) {
        self.run(args).stderr(&format!("error: {error}\n")).status(status).check();
    }

    pub fn command(&self) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_microblog"))
    }

    /// Returns a command for another program in the same environment.
    pub fn command_of(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for name in ["MICROBLOG_USER", "MICROBLOG_CONFIG", "NO_COLOR", "LC_ALL", "LC_TIME", "LANG", "VISUAL", "EDITOR"]
        {
            command.env_remove(name);
        }
        command.env("MICROBLOG_DB", self.path("m.db")).env("XDG_CONFIG_HOME", self.path("config"));
        command.env("TZ", "UTC").current_dir(self.folder.path());
        command
    }
}

impl Run<'_> {
    pub fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = Some(bytes.as_ref().to_vec());
        self
    }

    pub fn stdout(mut self, text: &str) -> Self {
        self.stdout = text.to_owned();
        self
    }

    pub fn stderr(mut self, text: &str) -> Self {
        self.stderr = text.to_owned();
        self
    }

    pub fn status(mut self, status: i32) -> Self {
        self.status = status;
        self
    }

    #[track_caller]
    pub fn check(self) {
        let mut command = self.shell.command();
        command.args(&self.args).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut child = command.spawn().unwrap();
        if let Some(bytes) = self.stdin {
            child.stdin.take().unwrap().write_all(&bytes).unwrap();
        }
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let found = (text(&output.stdout), text(&output.stderr), output.status.code());
        assert_eq!(found, (self.stdout, self.stderr, Some(self.status)), "microblog {}", self.args.join(" "));
    }
}
