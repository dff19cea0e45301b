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
fn wrong_setting_is_reported_with_line_and_allowed_values() {
    wrong("theme = 3", 1, "theme cannot be 3: use auto or the name of a theme");
    wrong("\n\nrefresh = \"soon\"", 3, "refresh cannot be \"soon\": use a number from 250 to 3600000");
    wrong("refresh = 5", 1, "refresh cannot be 5: use a number from 250 to 3600000");
    wrong("post_limit = 0", 1, "post_limit cannot be 0: use a number from 1 to 100000");
    wrong("post_limit = -1", 1, "post_limit cannot be -1");
    wrong("mouse = \"off\"", 1, "mouse cannot be \"off\": use true or false");
    wrong("mouse = maybe", 1, "mouse cannot be maybe: use true or false");
    wrong("\ntheme = nord # dark", 2, "theme needs quotes: write theme = \"nord\"");
    wrong("[feeds]\nrefresh = soon", 2, "refresh cannot be soon: use never, or a time from 5m to 1d");
    wrong("editr = vi", 1, "string values must be quoted");
    wrong("colors = 8", 1, "colors cannot be 8: use auto, true, 256, 16 or none");
    wrong("start = [\n1]", 1, "start cannot be [: use newest or unread");
    wrong("clok = 12", 1, "there is no setting clok: did you mean clock?");
    wrong("nonsense = 1", 1, "there is no setting nonsense: list them with microblog config show");
    wrong("theme = \"dark", 1, "invalid basic string");
    wrong("mouse = true\nmouse = true", 2, "duplicate key");
    wrong("keys = 3", 1, "keys must be a table: write [keys] on a line of its own");
    wrong("[keys]\nlike = 3", 2, "like must be a list of keys: write like = [\"x\", \"ctrl-x\"]");
    wrong("[keys.list]\ndown = [1]", 2, "down must be a list of keys");
}

#[test]
fn valid_settings_apply_beside_wrong_ones() {
    let (settings, problems) = Settings::parse("clock = 12\nmouse = 1\ntheme = \"nord\"\nweek_start = \"sunday\"\n\n!");
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(2), Some(6)]);
    assert_eq!((settings.times.clock, settings.times.week), (Clock::Twelve, Weekday::Sun));
    assert_eq!((settings.theme.as_str(), settings.mouse), ("nord", true));
}

#[test]
fn shown_settings_parse_to_the_same_settings() {
    let own = "theme = \"a \\\"b\\\"\"\ncolors = 256\ntimeline = \"all\"\nstart = \"unread\"\nclock = \"24\"\nweek_start = \"saturday\"\n\
               post_limit = 500\neditor = '''vi -c \"x\"'''\nbrowser = \"firefox --new-tab\"\nmouse = false\nrefresh = 1000";
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
fn key_bindings_are_parsed_with_their_lines() {
    let (settings, problems) =
        Settings::parse("[keys]\npreset = \"vim\"\nlike = [\"f\", \"ctrl-l\"]\nboost = []\n[keys.list]\ndown = \"j\"");
    assert_eq!(problems, []);
    assert_eq!((settings.keys.preset.as_str(), settings.keys.preset_line), ("vim", Some(2)));
    let own: Vec<_> =
        settings.keys.own.iter().map(|it| (it.section.as_str(), it.action.as_str(), it.keys.len(), it.line)).collect();
    assert_eq!(own, [("", "like", 2, 3), ("", "boost", 0, 4), ("list", "down", 1, 6)]);
}

#[test]
fn unusable_file_is_reported_in_one_line_and_defaults_apply() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let message = |path: &Path| {
        let config = Config::load(Some(path));
        assert_eq!(config.settings, Settings::default());
        let [problem] = &config.problems[..] else { panic!("{:?}", config.problems) };
        assert!(!config.describe(problem).contains('\n'));
        config.describe(problem).replace(&path.display().to_string(), "FILE")
    };
    assert_eq!(message(&path), "there is no settings file FILE: the defaults are used");
    assert_eq!(message(folder.path()), "FILE is a directory, not a settings file: replace or remove it");
    fs::write(&path, b"theme = \"\xff\"").unwrap();
    assert_eq!(message(&path), "FILE is not UTF-8: save it as UTF-8 text");
    fs::write(&path, "#".repeat((1 << 20) + 1)).unwrap();
    assert!(message(&path).starts_with("FILE is larger than 1 MiB"));
    #[cfg(unix)]
    {
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(message(&pipe), "FILE is not a regular file, not a settings file: replace or remove it");
        assert_eq!(
            message(Path::new("/dev/zero")),
            "FILE is not a regular file, not a settings file: replace or remove it"
        );
    }
}

#[test]
fn changed_settings_or_theme_is_stale() {
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
fn background_is_detected() {
    for (variable, background) in [
        (Some("15;0"), Background::Dark),
        (Some("0;15"), Background::Light),
        (Some("0;default;15"), Background::Light),
        (Some("12;8"), Background::Dark),
        (Some("default;default"), Background::Unknown),
        (Some(""), Background::Unknown),
        (None, Background::Unknown),
    ] {
        assert_eq!(Background::from_colorfgbg(variable), background, "{variable:?}");
    }
    assert_eq!(Background::of_color(Rgb(0x28, 0x28, 0x28)), Background::Dark);
    assert_eq!(Background::of_color(Rgb(0xfd, 0xf6, 0xe3)), Background::Light);
}

#[test]
fn changed_setting_keeps_the_rest_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/config.toml");
    let mut config = Config { path: Some(path.clone()), ..Config::default() };
    config.set(&["theme"], "nord").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "theme = \"nord\"\n");
    assert_eq!((config.settings.theme.as_str(), config.is_stale()), ("nord", false));
    fs::write(&path, "# Mine.\ntheme = \"nord\" # for the evening\n\n[keys]\nlike = [\"x\"]\n").unwrap();
    config.set(&["theme"], "light").unwrap();
    config.set(&["keys", "preset"], "vim").unwrap();
    let expected = "# Mine.\ntheme = \"light\" # for the evening\n\n[keys]\nlike = [\"x\"]\npreset = \"vim\"\n";
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    fs::write(&path, "mouse = true\ntheme = \"nord").unwrap();
    let why = config.set(&["theme"], "light").unwrap_err().to_string();
    assert!(why.ends_with("config.toml:2 is not valid, so the setting was not saved: fix that line first"), "{why}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mouse = true\ntheme = \"nord");
    #[cfg(unix)]
    {
        fs::write(folder.path().join("dotfile"), "").unwrap();
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink("dotfile", &link).unwrap();
        let mut linked = Config { path: Some(link.clone()), ..Config::default() };
        linked.set(&["theme"], "dark").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(folder.path().join("dotfile")).unwrap(), "theme = \"dark\"\n");
    }
}

#[test]
fn comments_of_settings_fit_on_a_screen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    Config { path: Some(path.clone()), ..Config::default() }.create_file().unwrap();
    let created = fs::read_to_string(&path).unwrap();
    let wide: Vec<&str> = created.lines().filter(|line| line.starts_with("# ") && line.chars().count() > 78).collect();
    assert_eq!(wide, [""; 0]);
    assert!(!created.contains("# # "), "{created}");
}

#[test]
fn created_file_lists_all_settings_and_changes_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let config = Config { path: Some(path.clone()), ..Config::default() };
    config.create_file().unwrap();
    let created = Config::load(Some(&path));
    assert_eq!((created.settings, created.problems), (Settings::default(), vec![]));
    let uncommented = fs::read_to_string(&path).unwrap().replace("\n# theme = \"auto\"", "\ntheme = \"dark\"");
    fs::write(&path, uncommented).unwrap();
    assert_eq!(Config::load(Some(&path)).settings.theme, "dark");
}
