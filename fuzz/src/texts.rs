//! Targets for texts: tokens, and how texts are drawn.

use microblog::text::{
    PhraseMatcher, PostLimit, TokenKind, clean, clean_line, escape_json, extra_search_terms, is_clean, links, mentions,
    rich_text, split, tags, tokens, topic_words, truncate, width, wrap,
};
use unicode_segmentation::UnicodeSegmentation;

/// Tokenizes and splits a text in every way.
pub fn tokenize(text: &str) {
    let mut from = 0;
    for token in tokens(text) {
        assert!(token.range.start >= from && token.range.end > token.range.start, "{token:?} is out of order");
        let written = &text[token.range.clone()];
        assert!(!token.name.is_empty() && written.contains(token.name), "{token:?} of {written:?}");
        assert!(token.kind != TokenKind::Link || !token.name.contains(char::is_whitespace), "{token:?}");
        from = token.range.end;
    }
    assert!(mentions(text).iter().chain(&tags(text)).all(|name| text.contains(name.as_str())));
    assert!(links(text).iter().all(|link| text.contains(link)));
    topic_words(text, |word| assert!(!word.is_empty()));
    let _ = extra_search_terms(text);
    for limit in [1, 10, 140] {
        let parts = split(text, &PostLimit::of_characters(limit));
        assert!(limit < 140 || parts.iter().all(|part| part.graphemes(true).count() <= limit), "{parts:?}");
    }
    let (phrase, body) = text.split_once('\n').unwrap_or((text, text));
    let _ = PhraseMatcher::new(phrase).is_in(body);
}

/// Sanitizes and wraps a text: no control sequence is left, and no line is too wide.
pub fn shown(text: &str) {
    let cleaned = clean(text);
    assert!(cleaned.split('\n').all(is_clean), "{cleaned:?} is not clean");
    assert_eq!(clean(&cleaned), cleaned, "sanitizing is not idempotent");
    assert!(is_clean(&clean_line(text)));
    let longest = cleaned.graphemes(true).map(|grapheme| grapheme.chars().count()).max();
    assert!(longest <= Some(40), "a grapheme of {longest:?} characters");
    for columns in [1, 2, 7, 80] {
        lines(&cleaned, columns);
        let cut = truncate(&clean_line(text), columns).into_owned();
        assert!(width(&cut) <= columns, "{cut:?} is wider than {columns}");
    }
    let drawn = rich_text(text);
    assert!(drawn.text.split('\n').all(is_clean));
    let mut from = 0;
    for (range, _) in &drawn.spans {
        assert!(range.start >= from && drawn.text.get(range.clone()).is_some(), "{:?}", drawn.spans);
        from = range.end;
    }
    let json = serde_json::to_string(text).expect("a text");
    let escaped = escape_json(&json);
    assert!(escaped.chars().all(|c| !c.is_control()) && is_clean(&escaped));
    assert_eq!(serde_json::from_str::<String>(&escaped).expect("JSON"), text);
}

/// Wraps a text: no line is too wide, except for a single wide grapheme, and only white space is dropped.
fn lines(text: &str, columns: usize) {
    let lines = wrap(text, columns);
    let mut from = 0;
    for line in &lines {
        assert!(line.start >= from, "lines out of order");
        assert!(text[from..line.start].trim().is_empty(), "{:?} is lost", &text[from..line.start]);
        let shown = &text[line.clone()];
        let fits = width(shown) <= columns || shown.graphemes(true).filter(|it| width(it) > 0).count() == 1;
        assert!(fits && !shown.contains('\n'), "{shown:?} is not a line of {columns}");
        from = line.end;
    }
    assert!(text[from..].trim().is_empty(), "{:?} is lost", &text[from..]);
}
