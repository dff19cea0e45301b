//! The one table that comes with archives: the accounts that a Mastodon account follows, one address per line, with or
//! without further columns.

/// Returns the addresses in `following_accounts.csv`, such as `ada@example.com`.
pub(super) fn addresses(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let first = |line: &str| line.split(',').next().unwrap_or(line).trim().trim_matches('"').to_owned();
    text.trim_start_matches('\u{feff}').lines().map(first).filter(|address| address.contains('@')).collect()
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn addresses_are_read_with_and_without_a_header() {
        let text = "Account address,Show boosts,Notify on new posts,Languages\nada@a.com,true,false,\n\"bob@b.org\",true\n\nno\n";
        assert_eq!(addresses(text.as_bytes()), ["ada@a.com", "bob@b.org"]);
    }
}
