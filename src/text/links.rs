//! Links in a body that may be opened.

use super::{TokenKind, clean, tokens};

/// Schemes that are opened. Others could make a program do more than show a page.
const SCHEMES: [&str; 5] = ["http", "https", "gemini", "gopher", "mailto"];

/// Returns the links of a body that may be opened, each once, in order.
///
/// Links with characters that a terminal cannot show are left out, since they hide where they lead.
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
    fn only_safe_links_are_returned() {
        check(
            "https://a.example/x, and gemini://b.example/. https://a.example/x",
            &["https://a.example/x", "gemini://b.example/"],
        );
        check("file:///etc/passwd ssh://x.example javascript://%0aalert(1) HTTPS://C.example", &["HTTPS://C.example"]);
        check("https://a.example/\u{202e}gpj.exe https://b.example", &["https://b.example"]);
        check("no link, --help", &[]);
    }
}
