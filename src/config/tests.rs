use super::*;
use crate::text::{Clock, Weekday};

#[track_caller]
fn wrong(text: &str, line: usize, what: &str) {
    let (_, problems) = Settings::parse(text);
    assert!(
        problems.len() == 1 && problems[0].line == Some(line) && problems[0].what.starts_with(what),
        "{text}: {problems:?}"
    );
}

#[test]
fn a_wrong_setting_is_reported_with_its_line_and_what_is_allowed() {
    wrong("theme = 3", 1, "theme cannot be 3: it is auto or the name of a theme");
    wrong("\n\nrefresh = \"soon\"", 3, "refresh cannot be \"soon\": it is a number from 250 to 3600000");
    wrong("refresh = 5", 1, "refresh cannot be 5: it is a number from 250 to 3600000");
    wrong("post_limit = 0", 1, "post_limit cannot be 0: it is a number from 1 to 100000");
    wrong("post_limit = -1", 1, "post_limit cannot be -1");
    wrong("mouse = \"off\"", 1, "mouse cannot be \"off\": it is true or false");
    wrong("colors = 8", 1, "colors cannot be 8: it is auto, true, 256, 16 or none");
    wrong("start = [\n1]", 1, "start cannot be [: it is newest or unread");
    wrong("clok = 12", 1, "there is no setting clok: did you mean clock?");
    wrong("nonsense = 1", 1, "there is no setting nonsense: microblog config show lists them");
    wrong("theme = \"dark", 1, "invalid basic string");
    wrong("mouse = true\nmouse = true", 2, "duplicate key");
    wrong("keys = 3", 1, "keys is a table: write [keys] in a line of its own");
    wrong("[keys]\nlike = 3", 2, "like is a list of keys: write like = [\"x\", \"ctrl-x\"]");
    wrong("[keys.list]\ndown = [1]", 2, "down is a list of keys");
}

#[test]
fn what_is_right_stands_beside_what_is_wrong() {
    let (settings, problems) = Settings::parse("clock = 12\nmouse = 1\ntheme = \"nord\"\nweek_start = \"sunday\"\n\n!");
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(2), Some(6)]);
    assert_eq!((settings.times.clock, settings.times.week), (Clock::Twelve, Weekday::Sun));
    assert_eq!((settings.theme.as_str(), settings.mouse), ("nord", true));
}

#[test]
fn what_is_shown_is_read_as_the_same() {
    let own = "theme = \"a \\\"b\\\"\"\ncolors = 256\ntimeline = \"all\"\nstart = \"unread\"\nclock = \"24\"\nweek_start = \"saturday\"\n\
               post_limit = 500\neditor = '''vi -c \"x\"'''\nmouse = false\nrefresh = 1000";
    for text in ["", own] {
        let (mut settings, problems) = Settings::parse(text);
        assert_eq!(problems, []);
        let shown = show(&settings);
        let (again, problems) = Settings::parse(&shown);
        settings.theme_line = again.theme_line;
        assert_eq!(problems, [], "{shown}");
        assert_eq!(again, settings, "{shown}");
    }
}

#[test]
fn keys_are_read_with_their_lines() {
    let (settings, problems) =
        Settings::parse("[keys]\npreset = \"vim\"\nlike = [\"f\", \"ctrl-l\"]\nboost = []\n[keys.list]\ndown = \"j\"");
    assert_eq!(problems, []);
    assert_eq!((settings.keys.preset.as_str(), settings.keys.preset_line), ("vim", Some(2)));
    let own: Vec<_> =
        settings.keys.own.iter().map(|it| (it.section.as_str(), it.action.as_str(), it.keys.len(), it.line)).collect();
    assert_eq!(own, [("", "like", 2, 3), ("", "boost", 0, 4), ("list", "down", 1, 6)]);
}

#[test]
fn a_file_that_is_none_is_refused_in_one_line_and_the_defaults_stand() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let said = |path: &Path| {
        let config = Config::load(Some(path));
        assert_eq!(config.settings, Settings::default());
        let [problem] = &config.problems[..] else { panic!("{:?}", config.problems) };
        assert!(!config.describe(problem).contains('\n'));
        config.describe(problem).replace(&path.display().to_string(), "FILE")
    };
    assert!(said(&path).starts_with("cannot read FILE: No such file"), "{}", said(&path));
    assert_eq!(said(folder.path()), "FILE is a directory: put a file of settings there, or take it away");
    fs::write(&path, b"theme = \"\xff\"").unwrap();
    assert_eq!(said(&path), "FILE is not UTF-8: store it as UTF-8 text");
    fs::write(&path, "#".repeat((1 << 20) + 1)).unwrap();
    assert!(said(&path).starts_with("FILE is larger than 1 MiB"));
    #[cfg(unix)]
    {
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(said(&pipe), "FILE is no ordinary file: put a file of settings there, or take it away");
        assert_eq!(
            said(Path::new("/dev/zero")),
            "FILE is no ordinary file: put a file of settings there, or take it away"
        );
    }
}

#[test]
fn a_file_that_was_written_is_known_to_be_stale() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, "theme = \"mine\"").unwrap();
    let config = Config::load(Some(&path));
    assert_eq!(config.problems.len(), 1);
    assert!(
        config
            .describe(&config.problems[0])
            .contains("config.toml:1: there is no theme \"mine\": choose auto, catppuccin")
    );
    assert!(!config.is_stale());
    fs::create_dir(folder.path().join("themes")).unwrap();
    fs::write(folder.path().join("themes/mine.toml"), "accent = \"red\"").unwrap();
    assert!(config.is_stale());
    let config = Config::load(Some(&path));
    assert_eq!(config.problems, []);
    fs::write(&path, "theme = \"dark\"").unwrap();
    assert!(config.is_stale());
}

#[test]
fn the_background_is_told_apart() {
    for (told, background) in [
        (Some("15;0"), Background::Dark),
        (Some("0;15"), Background::Light),
        (Some("0;default;15"), Background::Light),
        (Some("12;8"), Background::Dark),
        (Some("default;default"), Background::Unknown),
        (Some(""), Background::Unknown),
        (None, Background::Unknown),
    ] {
        assert_eq!(Background::from_colorfgbg(told), background, "{told:?}");
    }
    assert_eq!(Background::of_color(Rgb(0x28, 0x28, 0x28)), Background::Dark);
    assert_eq!(Background::of_color(Rgb(0xfd, 0xf6, 0xe3)), Background::Light);
}

#[test]
fn a_setting_is_changed_and_the_rest_of_the_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/config.toml");
    let mut config = Config { path: Some(path.clone()), ..Config::default() };
    config.choose(&["theme"], "nord").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "theme = \"nord\"\n");
    assert_eq!((config.settings.theme.as_str(), config.is_stale()), ("nord", false));
    fs::write(&path, "# Mine.\ntheme = \"nord\" # for the evening\n\n[keys]\nlike = [\"x\"]\n").unwrap();
    config.choose(&["theme"], "light").unwrap();
    config.choose(&["keys", "preset"], "vim").unwrap();
    let expected = "# Mine.\ntheme = \"light\" # for the evening\n\n[keys]\nlike = [\"x\"]\npreset = \"vim\"\n";
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    fs::write(&path, "mouse = true\ntheme = \"nord").unwrap();
    let why = config.choose(&["theme"], "light").unwrap_err().to_string();
    assert!(why.ends_with("config.toml:2 is wrong, so nothing is changed there: mend that line first"), "{why}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mouse = true\ntheme = \"nord");
    #[cfg(unix)]
    {
        fs::write(folder.path().join("dotfile"), "").unwrap();
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink("dotfile", &link).unwrap();
        let mut linked = Config { path: Some(link.clone()), ..Config::default() };
        linked.choose(&["theme"], "dark").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(folder.path().join("dotfile")).unwrap(), "theme = \"dark\"\n");
    }
}
