//! The links of a body that a person may open.

use super::{TokenKind, clean, tokens};

/// What is opened; anything else could make another program do more than show a page.
const SCHEMES: [&str; 5] = ["http", "https", "gemini", "gopher", "mailto"];

/// The links of a body that may be opened, each once, in their order. Those with characters that a terminal would
/// not show as they are, and so hide where they lead, are left out.
#[must_use]
pub fn links(body: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for token in tokens(body).into_iter().filter(|token| token.kind == TokenKind::Link) {
        let scheme = token.name.split(':').next().unwrap_or_default();
        let known = SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme));
        if known && clean(token.name) == token.name && !found.contains(&token.name) {
            found.push(token.name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::links;

    #[track_caller]
    fn check(body: &str, expected: &[&str]) {
        assert_eq!(links(body), expected);
    }

    #[test]
    fn only_what_shows_a_page_is_a_link_to_open() {
        check(
            "https://a.example/x, and gemini://b.example/. https://a.example/x",
            &["https://a.example/x", "gemini://b.example/"],
        );
        check("file:///etc/passwd ssh://x.example javascript://%0aalert(1) HTTPS://C.example", &["HTTPS://C.example"]);
        check("https://a.example/\u{202e}gpj.exe https://b.example", &["https://b.example"]);
        check("no link, --help", &[]);
    }
}
