//! Splits a text that is too long for one post into a thread.

use unicode_segmentation::UnicodeSegmentation;

use super::length::{PostLimit, units};

/// Splits a text into parts within a limit, including counters such as ` 1/3` at their ends.
///
/// Parts end after a sentence if that leaves them more than half full, else between words, else where they are full.
/// A text that fits is one part without a counter.
#[must_use]
pub fn split(text: &str, limit: &PostLimit) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if limit.count(text) <= limit.characters {
        return vec![text.to_owned()];
    }
    let units: Vec<_> = units(text, limit).collect();
    // More parts need longer counters, which may need more parts.
    for digits in 1..8 {
        let room = limit.characters.saturating_sub(limit.taken + 2 + 2 * digits).max(1);
        let parts = cut(text, room, &units);
        let count = parts.len().to_string();
        if count.len() <= digits {
            return parts.iter().enumerate().map(|(at, part)| format!("{part} {}/{count}", at + 1)).collect();
        }
    }
    Vec::new()
}

/// Cuts a text into parts of at most `room` characters; only a longer link makes a longer part.
fn cut<'t>(text: &'t str, room: usize, units: &[(usize, usize)]) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let (mut start, mut first) = (0, 0);
    while start < text.len() {
        first += units[first..].iter().take_while(|(at, _)| *at < start).count();
        let mut used = 0;
        let mut fits = units[first..].iter().take_while(|(_, count)| {
            used += count;
            used <= room
        });
        let last = first + fits.by_ref().count().max(1);
        let rest = &text[start..];
        let end = units.get(last).map_or(rest.len(), |(at, _)| at - start);
        let end = if end == rest.len() { end } else { best_cut(rest, end) };
        parts.push(rest[..end].trim_end());
        start += end + (rest[end..].len() - rest[end..].trim_start().len());
    }
    parts
}

/// Returns the best position for a cut, at most at `end`, which is not the end of the text.
fn best_cut(text: &str, end: usize) -> usize {
    // A cut right before white space fits too.
    let next = text[end..].chars().next().map_or(0, char::len_utf8);
    let head = &text[..end];
    let half = head.grapheme_indices(true).nth(head.graphemes(true).count() / 2).map_or(0, |(at, _)| at);
    let mut sentence = None;
    let mut word = None;
    let mut before = ' ';
    for (at, c) in text[..end + next].char_indices() {
        if c.is_whitespace() && at > 0 {
            word = Some(at);
            if c == '\n' || matches!(before, '.' | '!' | '?' | '…') {
                sentence = Some(at);
            }
        }
        if matches!(before, '。' | '！' | '？') && at <= end {
            sentence = Some(at);
        }
        before = c;
    }
    sentence.filter(|at| *at > half).or(word).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::split;
    use crate::model::{BODY_LIMIT, grapheme_count};
    use crate::text::PostLimit;

    #[track_caller]
    fn check(text: &str, limit: usize, expected: &[&str]) {
        assert_eq!(split(text, &PostLimit::of_characters(limit)), expected, "{text}");
    }

    #[test]
    fn parts_end_after_sentences_or_words() {
        check("short enough", 20, &["short enough"]);
        check("One ends here. Two goes on.", 20, &["One ends here. 1/2", "Two goes on. 2/2"]);
        check("I. Then no end in sight", 14, &["I. Then no 1/3", "end in 2/3", "sight 3/3"]);
        check("一二三四。五六七八九十", 10, &["一二三四。 1/2", "五六七八九十 2/2"]);
        check("one two thre\na b cdefg", 20, &["one two thre 1/2", "a b cdefg 2/2"]);
        check("One end. Two goes on and", 20, &["One end. Two 1/2", "goes on and 2/2"]);
        check("abcdefghijkl", 8, &["abcd 1/3", "efgh 2/3", "ijkl 3/3"]);
    }

    #[test]
    fn text_without_spaces_fills_every_part() {
        let parts = split(&"x".repeat(3_000), &PostLimit::of_characters(BODY_LIMIT));
        let full = |part: &String| grapheme_count(part) == BODY_LIMIT;
        assert!(parts.len() > 20 && parts[9..parts.len() - 1].iter().all(full), "{parts:?}");
    }

    #[test]
    fn links_are_not_cut_where_they_count_as_a_few_characters() {
        let link = format!("https://example.com/{}", "x".repeat(60));
        let limit = PostLimit { characters: 40, per_link: Some(23), taken: 3 };
        let parts = split(&format!("First {link} then {link} and @ada@example.com the end"), &limit);
        assert_eq!(
            parts,
            [format!("First {link} 1/3"), format!("then {link} and 2/3"), "@ada@example.com the end 3/3".to_owned()]
        );
        assert!(parts.iter().all(|part| limit.body(part).is_ok()));
    }

    #[test]
    fn parts_fit_the_limit_and_lose_nothing() {
        let texts = [
            "word ".repeat(300),
            "x".repeat(1_000),
            "x".repeat(3_000),
            "一二三四。".repeat(100),
            "👨‍👩‍👧‍👦".repeat(500),
            "A sentence ends. Another begins!\n\nAnd so on? ".repeat(40),
        ];
        for text in texts {
            let parts = split(&text, &PostLimit::of_characters(BODY_LIMIT));
            assert!(parts.iter().all(|part| grapheme_count(part) <= BODY_LIMIT));
            let count = parts.len();
            let strip =
                |(at, part): (usize, &String)| part.strip_suffix(&format!(" {}/{count}", at + 1)).unwrap().to_owned();
            let whole: String = parts.iter().enumerate().map(strip).collect();
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(bare(&whole), bare(&text));
        }
    }
}
