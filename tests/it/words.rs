//! Checks that the program speaks the language of its field: no word of the table is shown to users or used in the source.
//!
//! `cargo test --test it words -- --nocapture` prints each place with what to write instead.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

/// Where a word is not wanted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    /// In what the program shows: labels, notices, errors, help texts, settings.
    Screen,
    /// There, and in the documents.
    Shown,
    /// There, and in comments and identifiers.
    Everywhere,
}
use Scope::{Everywhere, Screen, Shown};

/// A pattern, what to write instead, where it is not wanted, and its innocent uses: a hit inside of one is let pass.
type Rule = (&'static str, &'static str, Scope, &'static [&'static str]);

#[rustfmt::skip]
const RULES: &[Rule] = &[
    // Terms of the field.
    ("answer(s|ed|ing)?", "reply", Shown, &["(terminal|program)s? (does not |that )?answers?", "answers? of (the|a) terminal", "^answer(ed)?$"]),
    ("pass(es|ed)? (it |them )?on", "boost", Shown, &[]),
    ("kept search(es)?|keeps? (this|the|a) search", "saved search, save", Shown, &[]),
    ("(bring|bringing|brings|brought|taken?|takes) (it |them |posts )?in", "import", Everywhere, &["takes? in (time|memory)"]),
    ("intake", "import", Everywhere, &[]),
    ("name of (a|the|its) post", "remote id", Shown, &[]),
    ("authors? warns?( of)?", "content warning", Shown, &[]),
    ("what (it|the post|a post|they) said before", "edit history, revision", Everywhere, &[]),
    ("the floor|the least program", "baseline", Everywhere, &[]),
    ("forg(et|ets|ot|otten)", "delete, discard", Shown, &["^forget$"]),
    ("thr(ow|ows|ew|own|owing) (it |them |this |that )?away", "delete, discard", Everywhere, &[]),
    ("anew", "again: redraw, reload, rebuild", Everywhere, &[]),
    ("lets (it |them )?out|let (it|them) out|letting out", "export", Everywhere, &[]),
    ("whom (it|they) (is|was|are|were) for", "audience, visibility", Everywhere, &[]),
    ("likeness(es)?", "avatar", Everywhere, &[]),
    ("lies|lain", "is, is stored", Everywhere, &[]),
    ("sieves?", "filter", Everywhere, &[]),
    ("too deep|deep (threads?|ones)", "nested", Shown, &[]),
    ("alike", "confusable", Everywhere, &[]),
    ("waiting", "pending", Shown, &["waiting (for|at|until)", "waiting process"]),
    ("names? aside", "alias", Everywhere, &[]),
    ("worlds?", "database, network", Shown, &["hello,? world"]),
    ("tests? (that )?holds?|held by (a )?tests?", "assert, check, guarantee", Shown, &[]),
    ("beg(in|ins|an|un|inning)", "start", Shown, &[]),
    ("begun", "started, prefix, pending", Everywhere, &[]),
    ("g(o|oes|oing) on|went on", "continue", Shown, &[]),
    ("br(eak|eaks|oke|oken) off", "abort, stop", Shown, &[]),
    ("at the root", "quit", Screen, &[]),
    ("panes' rule", "divider, separator", Shown, &[]),
    ("told|untold|untell|tells?|telling", "notify, show, report, say", Everywhere, &["tell(s|ing)? ([a-z]+ ){0,4}apart"]),
    ("deeds?", "notification, action", Everywhere, &[]),
    ("overhear|overhears|overheard|hears?|heard", "receive, read", Everywhere, &[]),
    ("dress(es|ed)?", "style", Everywhere, &[]),
    // Persons: the reader is "you".
    ("oneself|one's", "you, your", Everywhere, &[]),
    ("one (can|cannot|may|must|writes|reads|types|likes|looks|goes|follows|wants)", "you …", Shown, &["(this|that|each|every|which|the|no|any|new|newer|old|older|other|first|last|next|current) one [a-z]+"]),
    ("whoever|whomever", "the user who", Everywhere, &[]),
    ("somebody|everybody|nobody|anybody", "a user, another user, everyone", Shown, &["^everybody$"]),
    ("whom", "name the user", Screen, &[]),
    // Riddles.
    ("no longer", "like/unlike: a toggle says both", Screen, &[]),
    ("stands?|stood", "is", Everywhere, &["stands? for", "stand-?in", "stands? out"]),
    ("for want of", "without", Everywhere, &[]),
    ("twinkling", "quickly", Everywhere, &[]),
    ("meanwhile", "in the background", Screen, &[]),
    // American spelling.
    ("(un)?colour\\w*|honour\\w*|behaviour\\w*|grey|licence\\w*|neighbour\\w*|cancelled|cancelling|labelled|catalogue", "American spelling", Everywhere, &[]),
    ("favourites?", "like", Screen, &["^favourites?$"]),
    ("(recogn|organ|normal|initial|final|serial|sanit|token|minim|maxim|optim|summar|capital|synchron|visual|priorit|categor|memor)is(e|es|ed|er|ing|ation)", "American spelling: -ize", Everywhere, &[]),
];

/// Files whose text is data: sample posts, tables of words, fixtures.
const DATA: &[&str] = &["src/demo.rs", "src/demo/"];

struct Checker {
    /// All patterns in one, in the order of the rules: most texts match none.
    any: RegexSet,
    rules: Vec<(Regex, Vec<Regex>, &'static Rule)>,
    found: BTreeSet<(String, usize, String)>,
}

impl Checker {
    fn new() -> Self {
        let compile = |pattern: &str| RegexBuilder::new(pattern).case_insensitive(true).build().unwrap();
        let patterns: Vec<String> = RULES.iter().map(|rule| format!(r"\b(?:{})\b", rule.0)).collect();
        let any = RegexSetBuilder::new(&patterns).case_insensitive(true).build().unwrap();
        let rules = RULES
            .iter()
            .zip(&patterns)
            .map(|(rule, pattern)| (compile(pattern), rule.3.iter().map(|pattern| compile(pattern)).collect(), rule))
            .collect();
        Self { any, rules, found: BTreeSet::new() }
    }

    /// Checks a text that is seen in `scope`; `line` is the number of its first line.
    fn check(&mut self, file: &str, line: usize, text: &str, scope: Scope) {
        for rule in self.any.matches(text) {
            let (pattern, innocent, (_, instead, reach, _)) = &self.rules[rule];
            let covered = match scope {
                Screen => true,
                Shown => *reach != Screen,
                Everywhere => *reach == Everywhere,
            };
            for hit in covered.then(|| pattern.find_iter(text)).into_iter().flatten() {
                let covers = |other: regex::Match| other.start() <= hit.start() && hit.end() <= other.end();
                if innocent.iter().any(|pattern| pattern.find_iter(text).any(covers)) {
                    continue;
                }
                let line = line + text[..hit.start()].matches('\n').count();
                self.found.insert((file.to_owned(), line, format!("{:?} → {instead}", hit.as_str())));
            }
        }
    }

    #[track_caller]
    fn finish(self) {
        let lines: Vec<String> =
            self.found.into_iter().map(|(file, line, word)| format!("{file}:{line}: {word}")).collect();
        for line in &lines {
            println!("{line}");
        }
        assert!(lines.is_empty(), "{} words are not of the field's language; see above", lines.len());
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

/// A piece of a source file, and the number of its first line.
struct Piece {
    kind: Kind,
    line: usize,
    text: String,
}

/// Splits a source file into code, comments and string literals.
fn split(source: &str) -> Vec<Piece> {
    let parts = Regex::new(concat!(
        r#"(?s)(?P<comment>//[^\n]*|/\*.*?\*/)"#,
        r##"|(?P<literal>b?r#+".*?"#+|b?r"[^"]*"|b?"(?:\\.|[^"\\])*")"##,
        r"|(?P<char>b?'(?:\\u\{[^}]*\}|\\.|[^'\\])')"
    ))
    .unwrap();
    let mut pieces = Vec::new();
    let (mut end, mut line) = (0, 1);
    let mut push = |kind, text: &str, pieces: &mut Vec<Piece>| {
        pieces.push(Piece { kind, line, text: text.to_owned() });
        line += text.matches('\n').count();
    };
    for part in parts.captures_iter(source) {
        let whole = part.get(0).unwrap();
        push(Kind::Code, &source[end..whole.start()], &mut pieces);
        let kind = match (part.name("comment"), part.name("literal")) {
            (Some(_), _) => Kind::Comment,
            (_, Some(_)) => Kind::Literal,
            _ => Kind::Code,
        };
        push(kind, whole.as_str(), &mut pieces);
        end = whole.end();
    }
    push(Kind::Code, &source[end..], &mut pieces);
    pieces
}

/// Turns identifiers into words: `kept_searches` and `KeptSearches` into `kept searches`.
fn words(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut was_lower = false;
    for letter in code.chars() {
        if letter.is_uppercase() && was_lower {
            out.push(' ');
        }
        was_lower = letter.is_lowercase();
        out.push(if letter == '_' { ' ' } else { letter });
    }
    out
}

/// Whether a literal is SQL: it is read by the database and not by people.
fn is_sql(text: &str) -> bool {
    Regex::new(
        r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|FROM|WHERE|JOIN|VALUES|ORDER BY|AND|ON|BEGIN)\b",
    )
    .unwrap()
    .is_match(text)
}

#[test]
fn literals_of_the_source_use_the_words_of_the_field() {
    let mut checker = Checker::new();
    for source in crate::source::sources().iter().filter(|source| !source.is_test) {
        let file = format!("src/{}", source.name);
        if DATA.iter().any(|data| file.starts_with(data)) {
            continue;
        }
        let tests = source.text.find("#[cfg(test)]\nmod ").unwrap_or(source.text.len());
        let mut before = String::new();
        for piece in split(&source.text[..tests]) {
            // Names in JSON are an interface, and keep their spelling.
            let is_json_name = before.rfind("serde(").is_some_and(|start| !before[start..].contains(']'));
            if piece.kind == Kind::Code {
                before.clone_from(&piece.text);
            } else if piece.kind == Kind::Literal && !is_json_name && !is_sql(&piece.text) {
                let text = piece.text.trim_start_matches(['b', 'r', '#']).trim_matches(['#', '"']);
                checker.check(&file, piece.line, text, Screen);
            }
        }
    }
    checker.finish();
}

#[test]
fn comments_and_identifiers_use_the_words_of_the_field() {
    let mut checker = Checker::new();
    for folder in ["src", "tests", "benches", "examples", "fuzz"] {
        for path in crate::source::files(&crate::source::root().join(folder), "rs") {
            let file = path.strip_prefix(crate::source::root()).unwrap().to_string_lossy().into_owned();
            if file == "tests/it/words.rs" || file.contains("/target/") {
                continue;
            }
            checker.check(&file, 1, &words(path.file_stem().unwrap().to_str().unwrap()), Everywhere);
            for piece in split(&fs::read_to_string(&path).unwrap()) {
                let text = match piece.kind {
                    Kind::Comment => piece.text,
                    Kind::Code => words(&piece.text),
                    Kind::Literal => continue,
                };
                checker.check(&file, piece.line, &text, Everywhere);
            }
        }
    }
    let schema = crate::source::files(&crate::source::root().join("src"), "sql");
    for path in schema.into_iter().chain(crate::source::files(&crate::source::root().join("migrations"), "sql")) {
        let file = path.strip_prefix(crate::source::root()).unwrap().to_string_lossy().into_owned();
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let comment = line.split_once("--").map_or("", |(_, comment)| comment);
            checker.check(&file, number + 1, comment, Everywhere);
        }
    }
    checker.finish();
}

/// Runs the program and returns what it prints.
fn printed(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_microblog"))
        .args(arguments)
        .env_clear()
        .env("HOME", folder.path())
        .env("COLUMNS", "200")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Checks the help of a command, and of those below it.
fn check_help(checker: &mut Checker, command: &[&str]) -> usize {
    let help = printed(&[command, &["--help"]].concat());
    checker.check(&format!("microblog {} --help", command.join(" ")), 1, &help, Screen);
    let below = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = below.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    1 + names.map(|name| check_help(checker, &[command, &[name]].concat())).sum::<usize>()
}

#[test]
fn help_settings_and_manual_use_the_words_of_the_field() {
    let mut checker = Checker::new();
    let commands = check_help(&mut checker, &[]);
    assert!(commands > 50, "only {commands} commands have a help");
    checker.check("microblog config show", 1, &printed(&["config", "show"]), Screen);
    checker.check("microblog man", 1, &printed(&["man"]), Screen);
    for path in crate::source::files(&crate::source::root().join("assets"), "toml") {
        let file = path.strip_prefix(crate::source::root()).unwrap().to_string_lossy().into_owned();
        checker.check(&file, 1, &fs::read_to_string(&path).unwrap(), Screen);
    }
    checker.finish();
}

#[test]
fn documents_use_the_words_of_the_field() {
    let mut checker = Checker::new();
    let mut paths = crate::source::files(&crate::source::root().join("docs"), "md");
    paths.extend(["README.md", "CHANGELOG.md", "CONTRIBUTING.md"].map(|name| crate::source::root().join(name)));
    let code = Regex::new("`[^`\n]*`").unwrap();
    for path in paths {
        let file = path.strip_prefix(crate::source::root()).unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let mut is_code = false;
        for (number, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                is_code = !is_code;
            } else if is_code {
                // Comments in examples are read, what is typed is not.
                let comment = line.split_once('#').map_or("", |(_, comment)| comment);
                checker.check(&file, number + 1, comment, Shown);
            } else {
                checker.check(&file, number + 1, &code.replace_all(line, "``"), Shown);
            }
        }
    }
    checker.finish();
}
