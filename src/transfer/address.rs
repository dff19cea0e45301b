//! Web addresses: resolves relative ones.

/// Resolves a reference against a base address (RFC 3986, section 5); `None` if the result is not absolute.
pub(super) fn resolve(base: Option<&str>, reference: &str) -> Option<String> {
    let reference = reference.trim();
    if scheme(reference).is_some() {
        return Some(reference.to_owned());
    }
    let base = base?;
    let (scheme, rest) = scheme(base)?;
    let rest = rest.strip_prefix("//")?;
    if let Some(host) = reference.strip_prefix("//") {
        return Some(format!("{scheme}://{host}"));
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let without = |text: &str, marks: &[char]| text.find(marks).map_or(text.len(), |at| at);
    let query_end = &path[..without(path, &['#'])];
    let path = &path[..without(path, &['?', '#'])];
    let resolved = match reference.chars().next() {
        None => query_end.to_owned(),
        Some('#') => format!("{query_end}{reference}"),
        Some('?') => format!("{path}{reference}"),
        Some('/') => dotless(reference),
        Some(_) => dotless(&format!("{}/{reference}", path.rsplit_once('/').map_or("", |(folder, _)| folder))),
    };
    Some(format!("{scheme}://{host}{resolved}"))
}

/// Returns the host of an address, with its port; empty if it has none.
pub(super) fn authority(url: &str) -> String {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.rsplit('@').next().unwrap_or(authority).to_ascii_lowercase()
}

/// Splits an address into its scheme and the rest after the colon.
fn scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    valid.then_some((scheme, rest))
}

/// Removes the segments `.` and `..` of a path.
fn dotless(path: &str) -> String {
    let end = path.find(['?', '#']).unwrap_or(path.len());
    let (path, rest) = path.split_at(end);
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    if path.ends_with("/.") || path.ends_with("/..") {
        segments.push("");
    }
    format!("/{}{rest}", segments.join("/"))
}

/// Returns whether an address is on the web.
pub(super) fn is_web(url: &str) -> bool {
    let starts = |start: &str| url.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start));
    starts("http://") || starts("https://")
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn relative_addresses_are_resolved() {
        let base = "https://a.example/blog/feed.xml?x=1#y";
        for (reference, expected) in [
            ("https://b.example/", "https://b.example/"),
            ("mailto:a@b.example", "mailto:a@b.example"),
            ("//c.example/x", "https://c.example/x"),
            ("/abs", "https://a.example/abs"),
            ("rel/x", "https://a.example/blog/rel/x"),
            ("../up?q#f", "https://a.example/up?q#f"),
            ("./", "https://a.example/blog/"),
            ("?p=1", "https://a.example/blog/feed.xml?p=1"),
            ("#part", "https://a.example/blog/feed.xml?x=1#part"),
            ("", "https://a.example/blog/feed.xml?x=1"),
            ("../../../x", "https://a.example/x"),
        ] {
            assert_eq!(resolve(Some(base), reference).as_deref(), Some(expected), "{reference}");
        }
        assert_eq!(resolve(Some("https://a.example"), "x").as_deref(), Some("https://a.example/x"));
        assert_eq!(resolve(None, "/abs"), None);
        assert_eq!(resolve(Some("feed"), "/abs"), None);
    }
}
