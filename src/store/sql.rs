//! SQL cut into its smallest pieces: just enough to compare and rearrange statements that SQLite has accepted.
//!
//! It knows no grammar beyond strings, comments and brackets, and nothing of any database. A whole parser would
//! know more than is wanted here, and would have to keep up with SQLite's own.

/// A piece of a statement: a word, a number, a string, a mark; never space or a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    kind: Kind,
    text: &'a str,
    start: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Space,
    Comment,
    /// A keyword or a name.
    Word,
    /// A name in quotes or brackets.
    Quoted,
    /// A string or a blob.
    Literal,
    Number,
    Mark,
}

impl<'a> Token<'a> {
    /// The same text however it is written: lower case but for strings, names without needless quotes.
    pub(super) fn normal(&self) -> String {
        match self.kind {
            Kind::Literal if self.text.starts_with('\'') => self.text.to_owned(),
            Kind::Quoted => {
                let name = self.name().to_ascii_lowercase();
                if is_plain(&name) { name } else { quoted(&name) }
            }
            _ => self.text.to_ascii_lowercase(),
        }
    }

    /// What it names, or what the string holds: without quotes.
    pub(super) fn name(&self) -> String {
        let bare = |quote: &str| {
            let inner = self.text.strip_prefix(quote).unwrap_or(self.text);
            inner.strip_suffix(quote).unwrap_or(inner).replace(&quote.repeat(2), quote)
        };
        match self.text.chars().next() {
            Some('"') => bare("\""),
            Some('`') => bare("`"),
            Some('\'') => bare("'"),
            Some('[') => self.text.trim_start_matches('[').trim_end_matches(']').to_owned(),
            _ => self.text.to_owned(),
        }
    }

    /// Whether it is this keyword (in lower case) or mark.
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Mark) && self.text.eq_ignore_ascii_case(word)
    }

    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Whether a name is written as one word; it may be a keyword.
pub(super) fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| is_word(c) && !c.is_ascii_digit()) && name.chars().all(is_word)
}

/// A name in quotes, whatever it holds.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

fn pieces(sql: &str) -> impl Iterator<Item = Token<'_>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = &sql[start..];
        let first = rest.chars().next()?;
        let (kind, length) = piece(rest, first);
        let token = Token { kind, text: &rest[..length], start };
        start += length;
        Some(token)
    })
}

/// What the text begins with, and how many bytes of it that is.
fn piece(rest: &str, first: char) -> (Kind, usize) {
    let until = |stop: &dyn Fn(char) -> bool| rest.find(stop).unwrap_or(rest.len());
    let to = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
    match first {
        c if c.is_ascii_whitespace() => (Kind::Space, until(&|c| !c.is_ascii_whitespace())),
        '-' if rest.starts_with("--") => (Kind::Comment, until(&|c| c == '\n')),
        '/' if rest.starts_with("/*") => (Kind::Comment, to("*/")),
        '\'' => (Kind::Literal, closed(rest, '\'')),
        'x' | 'X' if rest[1..].starts_with('\'') => (Kind::Literal, 1 + closed(&rest[1..], '\'')),
        '"' | '`' => (Kind::Quoted, closed(rest, first)),
        '[' => (Kind::Quoted, to("]")),
        c if c.is_ascii_digit() || (c == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) => {
            (Kind::Number, number(rest))
        }
        c if is_word(c) => (Kind::Word, until(&|c| !is_word(c))),
        c => (Kind::Mark, c.len_utf8()),
    }
}

/// The length of a text in quotes, where two quotes stand for one.
fn closed(rest: &str, quote: char) -> usize {
    let mut inside = true;
    for (at, c) in rest.char_indices().skip(1) {
        match (c == quote, inside) {
            (true, _) => inside = !inside,
            (false, false) => return at,
            (false, true) => {}
        }
    }
    rest.len()
}

fn number(rest: &str) -> usize {
    let hexadecimal = rest.starts_with("0x") || rest.starts_with("0X");
    let mut before = ' ';
    rest.find(|c: char| {
        let sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E') && !hexadecimal;
        before = c;
        !(sign || c == '.' || is_word(c))
    })
    .unwrap_or(rest.len())
}

/// All tokens of a text.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    pieces(sql).filter(|piece| !matches!(piece.kind, Kind::Space | Kind::Comment)).collect()
}

/// One text for all ways of writing the same tokens.
pub(super) fn normal(tokens: &[Token<'_>]) -> String {
    let mut normal = String::new();
    for (at, token) in tokens.iter().enumerate() {
        if at > 0 {
            normal.push(' ');
        }
        // Behind DEFAULT, SQLite takes a name in quotes for a string, whose case counts.
        if token.kind == Kind::Quoted && at > 0 && tokens[at - 1].is("default") {
            normal.push_str(&format!("'{}'", token.name().replace('\'', "''")));
        } else {
            normal.push_str(&token.normal());
        }
    }
    normal
}

/// The text from the first to the last of these tokens as it was written, without its comments.
pub(super) fn written(sql: &str, tokens: &[Token<'_>]) -> String {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return String::new() };
    let mut text = String::new();
    let mut gap = String::new();
    let mut commented = false;
    for piece in pieces(&sql[first.start..last.end()]) {
        match piece.kind {
            Kind::Comment => commented = true,
            Kind::Space => gap.push_str(piece.text),
            _ => {
                match gap.rfind('\n') {
                    Some(line) if commented => text.push_str(&gap[line..]),
                    None if commented => text.push(' '),
                    _ => text.push_str(&gap),
                }
                text.push_str(piece.text);
                gap.clear();
                commented = false;
            }
        }
    }
    text
}

/// The parts between commas outside brackets.
pub(super) fn between_commas<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            depth = deeper(depth, token);
            depth == 0 && token.is(",")
        })
        .filter(|part| !part.is_empty())
        .collect()
}

/// How many brackets are open after this token.
pub(super) fn deeper(depth: usize, token: &Token<'_>) -> usize {
    match () {
        () if token.is("(") => depth + 1,
        () if token.is(")") => depth.saturating_sub(1),
        () => depth,
    }
}

/// What stands in the first brackets, and what follows them.
pub(super) fn in_brackets<'t, 'a>(tokens: &'t [Token<'a>]) -> (&'t [Token<'a>], &'t [Token<'a>]) {
    let Some(open) = tokens.iter().position(|token| token.is("(")) else { return (&[], &[]) };
    let mut depth = 0;
    let close = tokens[open..].iter().position(|token| {
        depth = deeper(depth, token);
        depth == 0
    });
    let close = close.map_or(tokens.len() - 1, |length| open + length);
    (&tokens[open + 1..close.max(open + 1)], &tokens[close + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_statement_has_one_normal_form() {
        #[track_caller]
        fn same(a: &str, b: &str) {
            assert_eq!(normal(&tokens(a)), normal(&tokens(b)));
        }
        same("CREATE TABLE t(a,b)", "create  table \"T\" ( [a] -- first\n, /* x , */ `b` )");
        same("x'4F' || 0X1F", "X'4f'||0x1f");
        same("a DEFAULT \"It's\"", "a default 'It''s'");
        same("1E-5+.5", "1e-5 + .5");
        same("\"a \"\"b\"", "[a \"b]");
    }

    #[test]
    fn different_statements_have_different_normal_forms() {
        for (a, b) in [
            ("'a'", "'A'"),
            ("'a''b'", "'a' 'b'"),
            ("\"a b\"", "a b"),
            ("DEFAULT \"A\"", "DEFAULT \"a\""),
            ("1-1", "1--1"),
            ("'--'", "''"),
            ("\"a\"\"b\"", "\"a\" \"b\""),
        ] {
            assert_ne!(normal(&tokens(a)), normal(&tokens(b)), "{a} and {b}");
        }
    }

    #[test]
    fn texts_without_an_end_are_read_to_theirs() {
        for text in ["'a", "\"a", "[a", "/* a", "-- a", "(a", ")", "x'", "0x", "é", "'é", ""] {
            let all = tokens(text);
            normal(&all);
            written(text, &all);
            in_brackets(&all);
            between_commas(&all);
        }
    }

    #[test]
    fn comments_are_left_out_of_what_was_written() {
        let sql = "a TEXT -- what, it is\n    /* more */\n    NOT NULL -- end";
        assert_eq!(written(sql, &tokens(sql)), "a TEXT\n    NOT NULL");
        assert_eq!(written("a\n\n  b ", &tokens("a\n\n  b ")), "a\n\n  b");
        assert_eq!(written("a/*x*/b, ' \n -- c'", &tokens("a/*x*/b, ' \n -- c'")), "a b, ' \n -- c'");
    }

    #[test]
    fn parts_and_brackets() {
        let sql = "t (a, b CHECK (b IN (1, 2)), c) STRICT, WITHOUT ROWID";
        let all = tokens(sql);
        let (inner, after) = in_brackets(&all);
        let texts = |parts: Vec<&[Token<'_>]>| parts.into_iter().map(|part| written(sql, part)).collect::<Vec<_>>();
        assert_eq!(texts(between_commas(inner)), ["a", "b CHECK (b IN (1, 2))", "c"]);
        assert_eq!(texts(between_commas(after)), ["STRICT", "WITHOUT ROWID"]);
    }
}
