//! The accounts that an account follows: `following_accounts.csv` of Mastodon and `GoToSocial`, `friends.csv` of Pleroma
//! and `following.csv` of Misskey.

use std::io::{self, Write};

use super::address::address;
use super::{Entry, Subscription};
use crate::transfer::csv;

/// The first cell of the header that Mastodon writes.
const HEADER: &str = "Account address";

/// Whether the first line of a text is one of such a table.
pub(super) fn is_table(line: &str) -> bool {
    let cell = line.split(',').next().unwrap_or(line).trim().trim_matches('"');
    let is_account = |cell: &str| !cell.contains("://") && address(cell).is_some();
    cell.eq_ignore_ascii_case(HEADER) || is_account(cell)
}

/// Returns whether the header of a table is that of followed accounts; `None` if it has no header.
///
/// Mastodon's header of muted accounts is `Account address,Hide notifications`.
pub(super) fn lists_followed(text: &str) -> Option<bool> {
    let header = csv::rows(text.trim_start()).into_iter().next()?;
    let mut cells = header.iter().map(|cell| cell.trim());
    cells.next()?.eq_ignore_ascii_case(HEADER).then(|| cells.any(|cell| cell.eq_ignore_ascii_case("Show boosts")))
}

pub(super) fn read(text: &str) -> Vec<Entry> {
    let rows = csv::rows(text).into_iter().enumerate();
    let accounts = rows.filter_map(|(at, row)| {
        let address = row.into_iter().next().filter(|cell| !cell.trim().is_empty())?;
        let is_header = at == 0 && address.trim().eq_ignore_ascii_case(HEADER);
        (!is_header).then(|| (format!("row {}", at + 1), Subscription { address, ..Subscription::default() }))
    });
    accounts.collect()
}

/// Writes the accounts; feeds are left out.
pub(super) fn write(out: &mut dyn Write, subscriptions: &[Subscription]) -> io::Result<()> {
    writeln!(out, "{HEADER},Show boosts,Notify on new posts,Languages")?;
    for account in subscriptions.iter().filter(|one| one.is_account()) {
        writeln!(out, "{},true,false,", account.address)?;
    }
    Ok(())
}
