//! Pages of a list, and the cursors between them.

use url::Url;

use super::json::MAX_ID;
use crate::net::Answer;

/// Which page of a list to read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Paging<'a> {
    /// Only items before this cursor.
    pub before: Option<&'a str>,
    /// The items that follow this cursor directly, so that no hole is left (`min_id`).
    pub after: Option<&'a str>,
    /// Most items; the server's own number if none is given.
    pub limit: Option<u32>,
}

impl Paging<'_> {
    /// Returns the query of a request.
    pub(super) fn query(&self) -> Vec<(&'static str, String)> {
        let before = self.before.map(|cursor| ("max_id", cursor.to_owned()));
        let after = self.after.map(|cursor| ("min_id", cursor.to_owned()));
        before.into_iter().chain(after).chain(self.limit.map(|limit| ("limit", limit.to_string()))).collect()
    }
}

/// A page of a list, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page<T> {
    /// Its items.
    pub items: Vec<T>,
    /// The cursor before which older items are; none on the last page.
    pub older: Option<String>,
    /// The cursor after which newer items are; none if the page is empty.
    pub newer: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of what the server sent. Its cursors are those of the `Link` header, or else ids of the items.
    pub(super) fn new(answer: &Answer, items: Vec<T>, id: impl Fn(&T) -> &str) -> Self {
        let link = answer.header("link").unwrap_or_default();
        let is_silent = link.is_empty();
        let own = |item: Option<&T>| item.map(|item| id(item).to_owned());
        let older = cursor(link, "next", &["max_id"]).or_else(|| own(items.last().filter(|_| is_silent)));
        let newer = cursor(link, "prev", &["min_id", "since_id"]).or_else(|| own(items.first()));
        Self { items, older, newer }
    }
}

/// Returns the cursor in a `Link` header (RFC 8288): the first of these parameters of the address with that relation.
fn cursor(link: &str, relation: &str, parameters: &[&str]) -> Option<String> {
    // Addresses in a link have no unencoded comma before their end.
    let wanted = |part: &&str| {
        part.split(';').skip(1).any(|attribute| {
            let attribute = attribute.trim();
            attribute.strip_prefix("rel=").is_some_and(|value| value.trim_matches('"').eq_ignore_ascii_case(relation))
        })
    };
    let part = link.split(',').map(str::trim).find(wanted)?;
    let address = part.split_once('<')?.1.split_once('>')?.0;
    let url = Url::parse("http://localhost/").ok()?.join(address).ok()?;
    let value = |name: &&str| url.query_pairs().find(|(key, _)| key == *name).map(|(_, value)| value.into_owned());
    parameters.iter().find_map(value).filter(|cursor| (1..=MAX_ID).contains(&cursor.len()))
}

#[cfg(test)]
mod tests {
    use super::cursor;

    #[test]
    fn cursors_are_read_from_link_header() {
        let link = "<https://a.example/api/v1/timelines/home?limit=2&max_id=7163058>; rel=\"next\", \
                    <https://a.example/api/v1/timelines/home?min_id=x%2Fy>; rel=\"prev\"";
        assert_eq!(cursor(link, "next", &["max_id"]).as_deref(), Some("7163058"));
        assert_eq!(cursor(link, "prev", &["min_id", "since_id"]).as_deref(), Some("x/y"));
        for broken in
            ["", "nonsense", "<>; rel=\"next\"", "https://a.example?max_id=1; rel=next", "<?max_id=>; rel=next"]
        {
            assert_eq!(cursor(broken, "next", &["max_id"]), None, "{broken}");
        }
    }
}
