//! What the bytes of terminals mean, in one piece and in many.

use crossterm::event::{MouseButton, MouseEventKind};

use super::*;
use crate::config::Rgb;

/// Parses bytes that come at once, and lets the rest time out.
fn parse(bytes: &str) -> Vec<Input> {
    let mut parser = Parser::default();
    let mut inputs = Vec::new();
    parser.feed(bytes.as_bytes(), Duration::ZERO, &mut inputs);
    parser.time_out(&mut inputs);
    inputs
}

/// Names keys as `Ctrl+c`, and other inputs by their debug form.
fn names(inputs: &[Input]) -> Vec<String> {
    let name = |input: &Input| match input {
        Input::Key(press) => {
            let held: String =
                [(KeyModifiers::CONTROL, "Ctrl+"), (KeyModifiers::ALT, "Alt+"), (KeyModifiers::SHIFT, "Shift+")]
                    .iter()
                    .filter(|(modifier, _)| press.event.modifiers.contains(*modifier))
                    .map(|(_, name)| *name)
                    .collect();
            format!("{held}{}", press.event.code)
        }
        Input::Paste(text) => format!("paste {text:?}"),
        other => format!("{other:?}"),
    };
    inputs.iter().map(name).collect()
}

#[track_caller]
fn check(bytes: &str, expected: &[&str]) {
    assert_eq!(names(&parse(bytes)), expected, "{bytes:?}");
    // Lines and terminals cut sequences anywhere.
    let mut parser = Parser::default();
    let mut inputs = Vec::new();
    for byte in bytes.bytes() {
        parser.feed(&[byte], Duration::ZERO, &mut inputs);
    }
    parser.time_out(&mut inputs);
    assert_eq!(names(&inputs), expected, "{bytes:?} byte by byte");
}

#[test]
fn plain_and_control_keys() {
    check("aÄé字👩", &["a", "Shift+Ä", "é", "字", "👩"]);
    check("\r\t\u{7f}\u{3}\u{0}\u{1f}\n", &["Enter", "Tab", "Backspace", "Ctrl+c", "Ctrl+Space", "Ctrl+7", "Ctrl+j"]);
    check("\u{1b}b\u{1b}\r\u{1b}é", &["Alt+b", "Alt+Enter", "Alt+é"]);
}

#[test]
fn sequences_of_keys() {
    check("\u{1b}[A\u{1b}OB\u{1b}[1;5C\u{1b}[H\u{1b}OF", &["Up", "Down", "Ctrl+Right", "Home", "End"]);
    check("\u{1b}[5~\u{1b}[3;5~\u{1b}[15~\u{1b}[24~", &["Page Up", "Ctrl+Del", "F5", "F12"]);
    check("\u{1b}[[A\u{1b}OP\u{1b}[Z", &["F1", "F1", "Shift+Back Tab"]);
    check("\u{1b}[97;5u\u{1b}[13;5u\u{1b}[27u\u{1b}[9;2u", &["Ctrl+a", "Ctrl+Enter", "Esc", "Shift+Back Tab"]);
    check("\u{1b}[57399u\u{1b}[57376u\u{1b}[97:65;2u", &["0", "F13", "A"]);
    check("\u{1b}[I\u{1b}[O\u{1b}[5;5R\u{1b}[201~x", &["x"]);
}

#[test]
fn mouse_reports_of_both_encodings() {
    let all = parse("\u{1b}[<0;3;2M\u{1b}[<0;3;2m\u{1b}[<64;1;1M\u{1b}[<65;1;1M\u{1b}[<2;1;1M\u{1b}[M !!");
    let kinds: Vec<_> = all
        .iter()
        .map(|input| match input {
            Input::Mouse(event) => (event.kind, event.column, event.row),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            (MouseEventKind::Down(MouseButton::Left), 2, 1),
            (MouseEventKind::ScrollUp, 0, 0),
            (MouseEventKind::ScrollDown, 0, 0),
            (MouseEventKind::Down(MouseButton::Left), 0, 0)
        ]
    );
}

#[test]
fn key_of_another_script_knows_its_latin_key() {
    for (bytes, latin, modifiers) in [
        ("\u{1b}[1089;5u", 'c', KeyModifiers::CONTROL),
        ("\u{1b}[1099::115;5u", 's', KeyModifiers::CONTROL),
        // The terminal knows the layout better than a table does.
        ("\u{1b}[1103::113;5u", 'q', KeyModifiers::CONTROL),
        ("о", 'j', KeyModifiers::NONE),
        ("О", 'J', KeyModifiers::SHIFT),
        ("\u{1b}ы", 's', KeyModifiers::ALT),
    ] {
        let parsed = parse(bytes);
        let [Input::Key(press)] = &parsed[..] else { panic!("{parsed:?}") };
        assert_eq!(press.latin, Some(KeyEvent::new(KeyCode::Char(latin), modifiers)), "{bytes:?}");
    }
    for bytes in ["c", "\u{1b}[99;5u", "ä", "\u{1b}[99::99;5u"] {
        let parsed = parse(bytes);
        let [Input::Key(press)] = &parsed[..] else { panic!("{parsed:?}") };
        assert_eq!(press.latin, None, "{bytes:?}");
    }
}

#[test]
fn answers_among_keys_are_recognized() {
    let background = "Answer(Background(Rgb(28, 45, 255)))";
    check("j\u{1b}]11;rgb:1c1c/2D2D/ffff\u{1b}\\k", &["j", background, "k"]);
    check("j\u{1b}]11;rgb:1c1c/2D2D/ffff\u{7}k", &["j", background, "k"]);
    check("\u{1b}_Gi=31;OK\u{1b}\\", &["Answer(KittyImages)"]);
    check("\u{1b}[?1u", &["Answer(KeyboardProtocol)"]);
    check(
        "a\u{1b}[6;20;10t\u{1b}[?62;4;22cb",
        &["a", "Answer(CellSize(10, 20))", "Answer(Attributes { sixel: true })", "b"],
    );
}

#[test]
fn second_background_answer_is_an_answer_too() {
    let answer = "\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\";
    let all = parse(&answer.repeat(3));
    assert_eq!(all, vec![Input::Answer(Answer::Background(Rgb(255, 255, 255))); 3]);
}

#[test]
fn other_strings_of_a_terminal_type_nothing() {
    for text in ["]11;?", "]11;rgb:zz", "]52;c;aGVsbG8=", "_Gi=31;ENOENT", "P1+r544e", "^private"] {
        check(&format!("a\u{1b}{text}\u{1b}\\b"), &["a", "b"]);
    }
}

#[test]
fn unfinished_sequence_becomes_a_key_or_nothing() {
    check("\u{1b}", &["Esc"]);
    check("\u{1b}\u{1b}", &["Esc", "Esc"]);
    check("\u{1b}[", &["Alt+["]);
    check("\u{1b}O", &["Alt+O"]);
    check("\u{1b}]", &["Alt+]"]);
    check("\u{1b}[1;5", &[]);
    check("\u{1b}]11;rgb", &[]);
}

#[test]
fn bytes_that_are_no_text_are_dropped() {
    let mut inputs = Vec::new();
    Parser::default().feed(b"a\xff\xc3b\xe5\xad\x03\xf5c", Duration::ZERO, &mut inputs);
    assert_eq!(names(&inputs), ["a", "b", "Ctrl+c", "c"]);
}

#[test]
fn control_character_ends_an_unfinished_sequence() {
    check("\u{1b}[1;5\u{3}", &["Ctrl+c"]);
    check("\u{1b}]11;rgb\u{3}", &["Ctrl+c"]);
    check("\u{1b}[1;5\u{1b}[A", &["Up"]);
    check("\u{1b}O\u{3}", &["Ctrl+c"]);
}

#[test]
fn paste_is_text_up_to_its_end() {
    check("a\u{1b}[200~one\r\u{3}\u{1b}[A~\u{1b}[201~b", &["a", "paste \"one\\r\\u{3}\\u{1b}[A~\"", "b"]);
    check("\u{1b}[200~\u{1b}[201~", &["paste \"\""]);
    check("\u{1b}[200~half", &["paste \"half\""]);
}

#[test]
fn ctrl_c_alone_ends_an_unfinished_paste() {
    let mut parser = Parser::default();
    let mut inputs = Vec::new();
    parser.feed(b"\x1b[200~half a paste", Duration::ZERO, &mut inputs);
    assert_eq!((&inputs[..], parser.patience()), (&[][..], Some(PASTE_WAIT)));
    parser.feed(b"\x03", PASTE_HALT, &mut inputs);
    assert_eq!(names(&inputs), ["paste \"half a paste\"", "Ctrl+c"]);
    assert_eq!(parser.patience(), None);
}

#[test]
fn string_without_an_end_is_bounded() {
    let mut parser = Parser::default();
    let mut inputs = Vec::new();
    parser.feed(b"\x1b]52;c;", Duration::ZERO, &mut inputs);
    for _ in 0..2_000 {
        parser.feed(&[b'x'; 1_000], Duration::ZERO, &mut inputs);
        assert!(parser.bytes.capacity() <= 2 * MAX_SEQUENCE, "each byte is looked at once and dropped");
    }
    parser.feed(b"\x03", Duration::ZERO, &mut inputs);
    assert_eq!(names(&inputs), ["Ctrl+c"]);
    let mut long = Parser::default();
    long.feed(format!("\u{1b}[?{}4c", "1;".repeat(MAX_SEQUENCE)).as_bytes(), Duration::ZERO, &mut inputs);
    assert_eq!(inputs.len(), 1, "an answer that is too long is none");
}
