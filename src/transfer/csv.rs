//! The one table that comes beside archives: whom an account of Mastodon follows. An address a line, with or without
//! columns behind it.

/// The addresses, as in `ada@example.com`, of `following_accounts.csv`.
pub(super) fn addresses(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let first = |line: &str| line.split(',').next().unwrap_or(line).trim().trim_matches('"').to_owned();
    text.trim_start_matches('\u{feff}').lines().map(first).filter(|address| address.contains('@')).collect()
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn both_shapes_are_read() {
        let text = "Account address,Show boosts,Notify on new posts,Languages\nada@a.com,true,false,\n\"bob@b.org\",true\n\nno\n";
        assert_eq!(addresses(text.as_bytes()), ["ada@a.com", "bob@b.org"]);
    }
}
