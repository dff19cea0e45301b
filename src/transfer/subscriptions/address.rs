//! The addresses that can be followed.

use crate::transfer::address::is_web;

/// Returns an address as it is followed: a web address, or an account without its `@` or `acct:`.
pub(super) fn address(text: &str) -> Option<String> {
    let text = text.trim();
    // `feed://example.com/x` and `feed:https://example.com/x` are for the programs that open them.
    let start = text.get(..5).filter(|start| start.eq_ignore_ascii_case("feed:"));
    let url = match start.map(|start| &text[start.len()..]) {
        Some(rest) if rest.starts_with("//") => format!("http:{rest}"),
        Some(rest) => rest.to_owned(),
        None => text.to_owned(),
    };
    if is_web(&url) {
        let host = url.split_once("://")?.1;
        let is_plain = !url.contains(|c: char| c.is_whitespace() || c.is_control());
        return (is_plain && !host.is_empty() && !host.starts_with(['/', '?', '#'])).then_some(url);
    }
    let account = text.strip_prefix("acct:").unwrap_or(text);
    let account = account.strip_prefix('@').unwrap_or(account);
    let (name, host) = account.split_once('@')?;
    let is_host = host.contains('.') && !host.contains(['@', '/']) && !host.starts_with('.');
    let is_word = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '/' | ':' | '<' | '>' | '"');
    let host_end = host.rfind(':').unwrap_or(host.len());
    let is_account = !name.is_empty() && name.chars().all(is_word) && host[..host_end].chars().all(is_word);
    (is_account && is_host).then(|| account.to_owned())
}
