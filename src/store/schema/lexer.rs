//! Splits SQL into tokens: just enough to compare and rearrange statements that SQLite has accepted.
//!
//! It knows no grammar beyond strings, comments and brackets. A whole parser would know more than is needed here, and
//! would have to follow every change of SQLite's own.

/// A token of a statement: a word, a number, a string or a mark, but never white space or a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    kind: TokenKind,
    text: &'a str,
    start: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenKind {
    Space,
    Comment,
    /// A keyword or a name.
    Word,
    /// A name in quotes or brackets.
    QuotedName,
    /// A string or a blob.
    Literal,
    Number,
    Mark,
}

impl<'a> Token<'a> {
    /// Returns one spelling for all ways of writing the token: lower case except for strings, names without needless
    /// quotes.
    pub(super) fn normal(&self) -> String {
        match self.kind {
            TokenKind::Literal if self.text.starts_with('\'') => self.text.to_owned(),
            TokenKind::QuotedName => {
                let name = self.name().to_ascii_lowercase();
                if is_plain(&name) { name } else { quoted(&name) }
            }
            _ => self.text.to_ascii_lowercase(),
        }
    }

    /// Returns the name, or the content of the string, without quotes.
    pub(super) fn name(&self) -> String {
        let unquoted = |quote: &str| {
            let inner = self.text.strip_prefix(quote).unwrap_or(self.text);
            inner.strip_suffix(quote).unwrap_or(inner).replace(&quote.repeat(2), quote)
        };
        match self.text.chars().next() {
            Some('"') => unquoted("\""),
            Some('`') => unquoted("`"),
            Some('\'') => unquoted("'"),
            Some('[') => self.text.trim_start_matches('[').trim_end_matches(']').to_owned(),
            _ => self.text.to_owned(),
        }
    }

    /// Whether it is this mark, or this keyword in lower case.
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Mark) && self.text.eq_ignore_ascii_case(word)
    }

    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Whether a name can be written without quotes; it may still be a keyword.
pub(super) fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| is_word(c) && !c.is_ascii_digit()) && name.chars().all(is_word)
}

/// Returns a name in quotes, whatever characters it has.
pub(in crate::store) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

/// Splits a text into tokens, white space and comments.
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

/// Returns the kind of the piece that the text starts with, and its length in bytes.
fn piece(rest: &str, first: char) -> (TokenKind, usize) {
    let until = |stop: &dyn Fn(char) -> bool| rest.find(stop).unwrap_or(rest.len());
    let to = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
    match first {
        c if c.is_ascii_whitespace() => (TokenKind::Space, until(&|c| !c.is_ascii_whitespace())),
        '-' if rest.starts_with("--") => (TokenKind::Comment, until(&|c| c == '\n')),
        '/' if rest.starts_with("/*") => (TokenKind::Comment, to("*/")),
        '\'' => (TokenKind::Literal, quoted_length(rest, '\'')),
        'x' | 'X' if rest[1..].starts_with('\'') => (TokenKind::Literal, 1 + quoted_length(&rest[1..], '\'')),
        '"' | '`' => (TokenKind::QuotedName, quoted_length(rest, first)),
        '[' => (TokenKind::QuotedName, to("]")),
        c if c.is_ascii_digit() || (c == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) => {
            (TokenKind::Number, number_length(rest))
        }
        c if is_word(c) => (TokenKind::Word, until(&|c| !is_word(c))),
        c => (TokenKind::Mark, c.len_utf8()),
    }
}

/// Returns the length of a text in quotes, in which two quotes stand for one.
fn quoted_length(rest: &str, quote: char) -> usize {
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

fn number_length(rest: &str) -> usize {
    let hexadecimal = rest.starts_with("0x") || rest.starts_with("0X");
    let mut before = ' ';
    rest.find(|c: char| {
        let sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E') && !hexadecimal;
        before = c;
        !(sign || c == '.' || is_word(c))
    })
    .unwrap_or(rest.len())
}

/// Returns all tokens of a text.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    pieces(sql).filter(|piece| !matches!(piece.kind, TokenKind::Space | TokenKind::Comment)).collect()
}

/// Returns one text for all ways of writing the same tokens.
pub(super) fn normal(tokens: &[Token<'_>]) -> String {
    let mut normal = String::new();
    for (at, token) in tokens.iter().enumerate() {
        if at > 0 {
            normal.push(' ');
        }
        // After DEFAULT, SQLite takes a name in quotes for a string, whose case matters.
        if token.kind == TokenKind::QuotedName && at > 0 && tokens[at - 1].is("default") {
            normal.push_str(&format!("'{}'", token.name().replace('\'', "''")));
        } else {
            normal.push_str(&token.normal());
        }
    }
    normal
}

/// Returns the source text of these tokens without its comments.
pub(super) fn source_text(sql: &str, tokens: &[Token<'_>]) -> String {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return String::new() };
    let mut text = String::new();
    let mut gap = String::new();
    let mut commented = false;
    for piece in pieces(&sql[first.start..last.end()]) {
        match piece.kind {
            TokenKind::Comment => commented = true,
            TokenKind::Space => gap.push_str(piece.text),
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

/// Splits tokens at the commas that are outside brackets.
pub(super) fn split_at_commas<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            depth = depth_after(depth, token);
            depth == 0 && token.is(",")
        })
        .filter(|part| !part.is_empty())
        .collect()
}

/// Returns how many brackets are open after this token.
pub(super) fn depth_after(depth: usize, token: &Token<'_>) -> usize {
    match () {
        () if token.is("(") => depth + 1,
        () if token.is(")") => depth.saturating_sub(1),
        () => depth,
    }
}

/// Returns the tokens in the first brackets, and those after them.
pub(super) fn split_brackets<'t, 'a>(tokens: &'t [Token<'a>]) -> (&'t [Token<'a>], &'t [Token<'a>]) {
    let Some(open) = tokens.iter().position(|token| token.is("(")) else { return (&[], &[]) };
    let mut depth = 0;
    let close = tokens[open..].iter().position(|token| {
        depth = depth_after(depth, token);
        depth == 0
    });
    let close = close.map_or(tokens.len() - 1, |length| open + length);
    (&tokens[open + 1..close.max(open + 1)], &tokens[close + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equivalent_statements_have_one_normal_form() {
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
    fn unterminated_texts_are_read_to_the_end() {
        for text in ["'a", "\"a", "[a", "/* a", "-- a", "(a", ")", "x'", "0x", "é", "'é", ""] {
            let all = tokens(text);
            normal(&all);
            source_text(text, &all);
            split_brackets(&all);
            split_at_commas(&all);
        }
    }

    #[test]
    fn source_text_leaves_out_comments() {
        let sql = "a TEXT -- a, comment\n    /* more */\n    NOT NULL -- end";
        assert_eq!(source_text(sql, &tokens(sql)), "a TEXT\n    NOT NULL");
        assert_eq!(source_text("a\n\n  b ", &tokens("a\n\n  b ")), "a\n\n  b");
        assert_eq!(source_text("a/*x*/b, ' \n -- c'", &tokens("a/*x*/b, ' \n -- c'")), "a b, ' \n -- c'");
    }

    #[test]
    fn brackets_and_commas_split_a_statement() {
        let sql = "t (a, b CHECK (b IN (1, 2)), c) STRICT, WITHOUT ROWID";
        let all = tokens(sql);
        let (inner, after) = split_brackets(&all);
        let texts = |parts: Vec<&[Token<'_>]>| parts.into_iter().map(|part| source_text(sql, part)).collect::<Vec<_>>();
        assert_eq!(texts(split_at_commas(inner)), ["a", "b CHECK (b IN (1, 2))", "c"]);
        assert_eq!(texts(split_at_commas(after)), ["STRICT", "WITHOUT ROWID"]);
    }
}
