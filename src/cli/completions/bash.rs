//! The command line of bash: its words, and candidates as bash inserts them.
//!
//! bash inserts a candidate as it is, in the place of the last part of the word; parts end at `COMP_WORDBREAKS`. What is
//! special to the shell must be quoted here, since names and tags may come from others.

/// How the text at the cursor is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

/// A line before the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BashLine {
    /// The words before the current one, without quotes.
    pub(super) before: Vec<String>,
    /// The current word as far as it is typed, without quotes.
    pub(super) current: String,
    /// How many characters of the current word stay where they are.
    kept: usize,
    /// The quote in which the rest is inserted.
    quote: Quote,
}

impl BashLine {
    /// Reads a line before the cursor, without expanding anything.
    pub(super) fn parse(line: &str, breaks: &str) -> Self {
        let mut parsed = Self { before: vec![], current: String::new(), kept: 0, quote: Quote::None };
        let mut in_word = false;
        let mut characters = line.chars();
        while let Some(c) = characters.next() {
            match (parsed.quote, c) {
                (Quote::None, ' ' | '\t' | '\n') => {
                    if in_word {
                        parsed.before.push(std::mem::take(&mut parsed.current));
                    }
                    (in_word, parsed.kept) = (false, 0);
                    continue;
                }
                (Quote::None, '\'') => parsed.open(Quote::Single),
                (Quote::None, '"') => parsed.open(Quote::Double),
                (Quote::Single, '\'') | (Quote::Double, '"') => parsed.open(Quote::None),
                (Quote::None, '\\') => parsed.current.extend(characters.next()),
                (Quote::Double, '\\') => match characters.next() {
                    Some(escaped @ ('"' | '\\' | '$' | '`')) => parsed.current.push(escaped),
                    other => parsed.current.extend(['\\'].into_iter().chain(other)),
                },
                (Quote::None, c) => {
                    let before = parsed.current.chars().count();
                    parsed.current.push(c);
                    if breaks.contains(c) {
                        // bash replaces these two with what follows, as prefixes of variables and hosts.
                        parsed.kept = before + usize::from(!matches!(c, '@' | '$'));
                    }
                }
                (_, c) => parsed.current.push(c),
            }
            in_word = true;
        }
        parsed
    }

    /// Starts or ends a quoted part; bash replaces only what follows.
    fn open(&mut self, quote: Quote) {
        self.quote = quote;
        self.kept = self.current.chars().count();
    }

    /// Returns what bash inserts for a candidate; `None` if the candidate does not continue the word.
    pub(super) fn insertion(&self, candidate: &str) -> Option<String> {
        let kept: String = self.current.chars().take(self.kept).collect();
        let rest = candidate.strip_prefix(&kept)?;
        let last = rest.char_indices().last().map(|(at, _)| at);
        Some(rest.char_indices().map(|(at, c)| self.quoted(c, Some(at) == last)).collect())
    }

    /// Returns a character as it is typed inside of the quote.
    ///
    /// bash closes the quote behind what it inserts, unless that ends with the quote: then it must be closed here.
    fn quoted(&self, c: char, is_last: bool) -> String {
        match self.quote {
            Quote::Single if c == '\'' => if is_last { r"'\'" } else { r"'\''" }.to_owned(),
            Quote::Double if c == '"' && is_last => "\"\\\"".to_owned(),
            // Inside of double quotes a backslash before it would stay.
            Quote::Double if c == '!' => if is_last { "\"'!'\"\"" } else { "\"'!'\"" }.to_owned(),
            Quote::Double if "\"\\$`".contains(c) => format!("\\{c}"),
            Quote::None if c.is_ascii() && !c.is_ascii_alphanumeric() && !"_-.,:/@%+=".contains(c) => format!("\\{c}"),
            _ => c.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BREAKS: &str = " \t\n\"'@><=;|&(:";

    #[test]
    fn words_are_read_without_their_quotes() {
        for (line, before, current) in [
            ("microblog ", &["microblog"][..], ""),
            ("microblog user  sh", &["microblog", "user"], "sh"),
            ("microblog 'a b' \"c d", &["microblog", "a b"], "c d"),
            (r"microblog a\ b c\'d", &["microblog", "a b"], "c'd"),
            (r#"microblog "a\"$(b)" "#, &["microblog", "a\"$(b)"], ""),
            ("microblog '' ", &["microblog", ""], ""),
            ("microblog susan@ex", &["microblog"], "susan@ex"),
        ] {
            let parsed = BashLine::parse(line, BREAKS);
            assert_eq!((parsed.before, &*parsed.current), (before.iter().map(|w| (*w).to_owned()).collect(), current));
        }
    }

    #[test]
    fn insertions_are_quoted_and_replace_the_last_part_of_the_word() {
        for (line, candidate, insertion) in [
            ("microblog su", "susan", Some("susan")),
            ("microblog susan@ex", "susan@example.org", Some("@example.org")),
            ("microblog --color=al", "--color=always", Some("always")),
            ("microblog ", "$(touch x)", Some(r"\$\(touch\ x\)")),
            ("microblog ", "a;b|c&d`e`~*", Some(r"a\;b\|c\&d\`e\`\~\*")),
            ("microblog '", "it's $x", Some(r"it'\''s $x")),
            ("microblog \"", "it's $x `y` \"z\" !", Some("it's \\$x \\`y\\` \\\"z\\\" \"'!'\"\"")),
            ("microblog '", "a'", Some(r"a'\'")),
            ("microblog \"", "a\"", Some("a\"\\\"")),
            ("microblog \"a b", "a bc d", Some("a bc d")),
            ("microblog susan@", "maya@x", None),
            ("microblog ", "ärger", Some("ärger")),
        ] {
            assert_eq!(BashLine::parse(line, BREAKS).insertion(candidate).as_deref(), insertion, "{line} {candidate}");
        }
    }
}
