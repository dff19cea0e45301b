//! The one table that comes with archives: the accounts that a Mastodon account follows, one address per line, with or
//! without further columns.

/// Returns the addresses in `following_accounts.csv`, such as `ada@example.com`.
pub(super) fn addresses(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let first = |line: &str| line.split(',').next().unwrap_or(line).trim().trim_matches('"').to_owned();
    text.trim_start_matches('\u{feff}').lines().map(first).filter(|address| address.contains('@')).collect()
}

/// Returns the rows of a table (RFC 4180), whose cells may be in quotes and contain line breaks.
pub(super) fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                cell.push('"');
                chars.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::{addresses, rows};

    #[test]
    fn cells_in_quotes_contain_commas_quotes_and_lines() {
        let text = "\"a\",b\r\n\"1, \"\"2\"\"\n3\",\n";
        assert_eq!(rows(text), [vec!["a".to_owned(), "b".to_owned()], vec!["1, \"2\"\n3".to_owned(), String::new()]]);
    }

    #[test]
    fn addresses_are_read_with_and_without_a_header() {
        let text = "Account address,Show boosts,Notify on new posts,Languages\nada@a.com,true,false,\n\"bob@b.org\",true\n\nno\n";
        assert_eq!(addresses(text.as_bytes()), ["ada@a.com", "bob@b.org"]);
    }
}
