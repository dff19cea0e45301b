use super::TokenKind::{Link, Mention, Tag};
use super::scan::STEPS;
use super::{TokenKind, mentions, tags, tokens};

#[track_caller]
fn check(text: &str, expected: &[(TokenKind, &str)]) {
    let found: Vec<_> = tokens(text).into_iter().map(|token| (token.kind, token.name)).collect();
    assert_eq!(found, expected);
    for token in tokens(text) {
        let written = &text[token.range];
        let is_exact = match token.kind {
            Link => written == token.name,
            Tag => written.strip_prefix(['#', '＃']) == Some(token.name),
            Mention => {
                written.strip_prefix('@') == Some(token.name) || written.starts_with("@<") && written.ends_with('>')
            }
        };
        assert!(is_exact, "{written:?} is the range of {:?}", token.name);
    }
}

#[track_caller]
fn check_links(text: &str, expected: &[&str]) {
    let found: Vec<_> = tokens(text).into_iter().filter(|token| token.kind == Link).map(|token| token.name).collect();
    assert_eq!(found, expected);
}

#[test]
fn mention_is_a_nickname_after_an_at_sign() {
    check("hello @susan.", &[(Mention, "susan")]);
    check("@john: and (@Ärger)", &[(Mention, "john"), (Mention, "Ärger")]);
    check("@susan@example.com hi", &[(Mention, "susan@example.com")]);
    check("@<reednj http://twtxt.xyz/u/reednj.txt> hi", &[(Mention, "reednj")]);
    check("@<https://example.com/twtxt.txt>", &[(Mention, "example.com")]);
    check("mail john@example.com, or @ night", &[]);
    check("@@x", &[]);
    check("@<a @<b http://b.example>", &[(Mention, "b")]);
}

#[test]
fn tag_is_a_word_after_a_hash_sign() {
    check("#sqlite, #世界 and #1", &[(Tag, "sqlite"), (Tag, "世界")]);
    check("a#b &#39; ##x #", &[]);
    check("#technitium/dns", &[(Tag, "technitium")]);
    check("end.#next (#one)", &[(Tag, "next"), (Tag, "one")]);
    check("#2026 #2026a #_ #a_", &[(Tag, "2026a"), (Tag, "a_")]);
    check("/#x )#y =#z", &[]);
}

#[test]
fn tag_keeps_joiners_and_middle_dots_inside_words() {
    check("#می\u{200c}خواهم", &[(Tag, "می\u{200c}خواهم")]);
    check("＃全角 と", &[(Tag, "全角")]);
    check("#paral·lel, #スター・ウォーズ！", &[(Tag, "paral·lel"), (Tag, "スター・ウォーズ")]);
    check("#ශ්\u{200d}රී #नमस्ते", &[(Tag, "ශ්\u{200d}රී"), (Tag, "नमस्ते")]);
    check("#a· #\u{200c}b #x²", &[(Tag, "a"), (Tag, "x")]);
}

#[test]
fn link_ends_before_punctuation() {
    check("see https://example.com/a_(b).", &[(Link, "https://example.com/a_(b)")]);
    check("看https://example.com/a。好", &[(Link, "https://example.com/a")]);
    check("見https://example.com/a\u{3000}好", &[(Link, "https://example.com/a")]);
    check("https://example.com/#part @x", &[(Link, "https://example.com/#part"), (Mention, "x")]);
    check("gemini://example.org/~a/", &[(Link, "gemini://example.org/~a/")]);
}

#[test]
fn link_ends_before_quotes_and_brackets_of_any_script() {
    for (before, after) in [
        ("“", "” is it"),
        ("‘", "’"),
        ("«", "»"),
        ("„", "“"),
        ("A【", "】B"),
        ("《", "》"),
        ("「", "」"),
        ("（", "）"),
        ("(", ")"),
        ("[a](", ")b"),
        ("", "…"),
        ("", "، و"),
        ("", "।"),
        ("", "！"),
        ("", "?!"),
        ("'", "'"),
    ] {
        check_links(&format!("{before}https://example.com/x{after}"), &["https://example.com/x"]);
    }
    check_links("https://ca.example.org/wiki/Paral·lel", &["https://ca.example.org/wiki/Paral·lel"]);
    check_links("https://example.com/a[1]{2}(3)", &["https://example.com/a[1]{2}(3)"]);
    check_links("https://example.com/a(", &["https://example.com/a"]);
    check_links("https://日本語.example/道", &["https://日本語.example/道"]);
}

#[test]
fn several_links_without_spaces_are_found() {
    check_links(
        "一つhttps://example.com/1、二つhttps://example.com/2。",
        &["https://example.com/1", "https://example.com/2"],
    );
    check_links("https://a.example/1https://b.example/2", &["https://a.example/1", "https://b.example/2"]);
    check_links("https://a.example/1,https://b.example", &["https://a.example/1,https://b.example"]);
    let archived = "https://web.archive.org/web/2020/https://example.com/x?u=https://c.example";
    check_links(archived, &[archived]);
    check_links("1http://x.example .http://y.example @http://z.example", &["http://y.example"]);
}

#[test]
fn mailto_address_is_a_link() {
    check("mailto:a@b.example", &[(Link, "mailto:a@b.example")]);
    check("(mailto:Ada@b.example?subject=x#y), ok", &[(Link, "mailto:Ada@b.example?subject=x#y")]);
    check("mailto: mailto:a mailto:@b notmailto:a@b.example", &[(Mention, "b")]);
}

#[test]
fn mentions_and_tags_are_unique_ignoring_case() {
    assert_eq!(mentions("@a @B @b @A"), ["a", "B"]);
    assert_eq!(tags("#Rust #rust #RUST"), ["Rust"]);
}

/// Returns the characters examined for a text.
fn steps(text: &str) -> usize {
    STEPS.set(0);
    let _ = tokens(text);
    STEPS.get()
}

#[test]
fn tokenizing_takes_linear_time() {
    for unit in [
        "@<",
        "@<a ",
        "#",
        "#1",
        "@a@",
        "@.",
        "@-",
        "#a·",
        "https://",
        "a://(",
        "://",
        "mailto:",
        "x@",
        "一http://a、",
        "mailto:a@b ",
        "a://.",
        "a://]",
        "(a://",
    ] {
        let (small, large) = (steps(&unit.repeat(1_000)), steps(&unit.repeat(10_000)));
        assert!(large <= 11 * small.max(100), "{unit:?}: {small} and {large} steps");
    }
}
