//! Words that are only begun, as the full text index knows them. It knows nothing of searches.

use rusqlite::Connection;

use super::Result;

/// Beginnings that more words have are left to the index, which reads the lists of all of them.
const MOST: usize = 64;

/// Makes what lists the words of the index: a table of this connection alone, which holds nothing itself.
pub(super) fn prepare(connection: &Connection) -> Result<()> {
    const WORDS: &str =
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.post_word USING fts5vocab(main, post_search, instance)";
    Ok(connection.execute_batch(WORDS)?)
}

/// All words of the index that begin so, by one look each. Letters and digits of ASCII only: of others the index has its
/// own idea of which are the same. None if there are too many.
///
/// Of a beginning that the index is asked for itself, it puts together the lists of all its words before it gives the
/// newest post: at a million posts that takes 110 ms for `th*`. Of the words that these are, it reads each list from
/// its newest end: 0.4 ms, and the looks 0.05 ms each.
pub(super) fn words(connection: &Connection, begun: &str) -> Result<Option<Vec<String>>> {
    if begun.is_empty() || !begun.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(None);
    }
    prepare(connection)?;
    let begun = begun.to_ascii_lowercase();
    // No word has a character below the space: from one word on, the next is the first after all of its places.
    let mut next = connection
        .prepare_cached("SELECT term FROM temp.post_word WHERE term >= ?1 AND term < ?2 ORDER BY term LIMIT 1")?;
    let end = format!("{begun}{}", char::MAX);
    let mut from = begun;
    let mut words = Vec::new();
    loop {
        let found = next.query_map([&from, &end], |row| row.get::<_, String>(0))?.next().transpose()?;
        let Some(word) = found else { return Ok(Some(words)) };
        if words.len() == MOST {
            return Ok(None);
        }
        from = format!("{word}\u{1}");
        words.push(word);
    }
}
