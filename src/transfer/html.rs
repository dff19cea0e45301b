//! The text of HTML as posts use it. Crates that render HTML draw rules and tables as wide as a page, and a post has
//! no width; what posts use is paragraphs, breaks, lists and links.

use html_escape::decode_html_entities;

/// These end a paragraph.
const BLOCKS: [&str; 16] = [
    "p",
    "div",
    "blockquote",
    "ul",
    "ol",
    "pre",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "figure",
    "section",
];
/// What stands in these is no text.
const SILENT: [&str; 4] = ["script", "style", "head", "template"];

/// The text of a piece of HTML. Links whose words do not tell where they lead say so in brackets.
pub(super) fn text(html: &str) -> String {
    let mut out = Text::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.words(&decode_html_entities(&rest[..at]));
        let tag = &rest[at + 1..];
        if let Some(comment) = tag.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!' || c == '?') {
            out.words("<");
            rest = tag;
            continue;
        }
        let end = end_of(tag);
        let (inside, after) = (&tag[..end], tag.get(end + 1..).unwrap_or_default());
        let name = inside.trim_start_matches('/').split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or("");
        let name = name.to_ascii_lowercase();
        rest = after;
        if SILENT.contains(&name.as_str()) && !inside.starts_with('/') {
            let close = format!("</{name}");
            let found = rest.as_bytes().windows(close.len()).position(|at| at.eq_ignore_ascii_case(close.as_bytes()));
            rest = found.map_or("", |at| rest.get(at..).unwrap_or_default());
            continue;
        }
        out.tag(&name, inside);
    }
    out.words(&decode_html_entities(rest));
    out.text.trim().to_owned()
}

/// Where a tag ends; a `>` in quotes does not end it.
fn end_of(tag: &str) -> usize {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    tag.len()
}

#[derive(Debug, Default)]
struct Text {
    text: String,
    /// Line breaks that come before the next word.
    breaks: usize,
    /// White space was seen since the last word.
    space: bool,
    /// Spaces are kept as they are, so deep.
    pre: usize,
    /// Where an open link leads, and where its words begin.
    link: Option<(String, usize)>,
}

impl Text {
    fn words(&mut self, text: &str) {
        if self.pre > 0 {
            // A line break at its beginning only parts the text from the tag.
            let text = if self.breaks > 0 { text.strip_prefix('\n').unwrap_or(text) } else { text };
            if !text.is_empty() {
                self.gap();
                self.text.push_str(text);
            }
            return;
        }
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                self.space = true;
            } else {
                self.gap();
                self.text.push(c);
            }
        }
    }

    fn gap(&mut self) {
        if self.breaks > 0 && !self.text.is_empty() {
            self.text.extend(std::iter::repeat_n('\n', self.breaks));
        } else if self.space && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
        (self.breaks, self.space) = (0, false);
    }

    fn tag(&mut self, name: &str, inside: &str) {
        let closes = inside.starts_with('/');
        match name {
            "br" => self.breaks = if self.breaks == 0 { 1 } else { 2 },
            "li" if !closes => {
                self.breaks = self.breaks.max(1);
                self.words("- ");
                self.space = true;
            }
            "li" | "tr" => self.breaks = self.breaks.max(1),
            "td" | "th" => self.space = true,
            "img" => {
                let said = attribute(inside, "alt").unwrap_or_default();
                if !said.trim().is_empty() {
                    self.words(&format!("[{}]", said.trim()));
                }
            }
            "a" if closes => self.end_link(),
            "a" => {
                self.end_link();
                let href = attribute(inside, "href").filter(|href| href.contains("://"));
                let class = attribute(inside, "class").unwrap_or_default();
                if let Some(href) = href.filter(|_| !class.contains("mention") && !class.contains("hashtag")) {
                    self.link = Some((href, self.text.len()));
                }
            }
            _ if BLOCKS.contains(&name) => {
                self.breaks = 2;
                if name == "pre" && closes {
                    self.pre = self.pre.saturating_sub(1);
                    self.text.truncate(self.text.trim_end_matches('\n').len());
                } else if name == "pre" {
                    self.pre += 1;
                }
            }
            _ => {}
        }
    }

    fn end_link(&mut self) {
        let Some((href, from)) = self.link.take() else { return };
        let words = self.text.get(from..).unwrap_or_default().trim();
        let bare = |url: &str| url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/').to_owned();
        if !words.contains("://") && bare(words) != bare(&href) && !words.starts_with(['#', '@']) {
            let gap = if words.is_empty() { "" } else { " " };
            self.gap();
            self.text.push_str(&format!("{gap}({href})"));
        }
    }
}

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let before = rest[..at].chars().next_back();
        let after = rest[at + name.len()..].trim_start();
        if let (true, Some(value)) = (before.is_some_and(char::is_whitespace), after.strip_prefix('=')) {
            let value = value.trim_start();
            let value = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split(quote).next()?,
                _ => value.split(char::is_whitespace).next()?,
            };
            return Some(decode_html_entities(value).into_owned());
        }
        rest = &rest[at + name.len()..];
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(text(html), expected);
    }

    #[test]
    fn what_posts_use_becomes_text() {
        check("<p>Hello &amp; <b>good</b> day<br>you</p><p>two</p>", "Hello & good day\nyou\n\ntwo");
        check("<p>one<br/><br/>two</p>", "one\n\ntwo");
        check("a < b &lt;c&gt; &#x1f600;", "a < b <c> 😀");
        check("<ul><li>one</li><li>two</li></ul>after", "- one\n- two\n\nafter");
        check("<script>alert('x')</script>seen<style>p{}</style>", "seen");
        check("<!-- <p>no</p> -->yes<!-- open", "yes");
        check("<pre>a  b\n c</pre>", "a  b\n c");
        check("<p>as</p><pre><code>\n  a\n\n  b\n</code></pre><p>so</p>", "as\n\n  a\n\n  b\n\nso");
        check("<img src=x alt='a cat'> sits", "[a cat] sits");
        check("cut <a href=\"http", "cut");
        check("", "");
    }

    #[test]
    fn links_come_out_whole() {
        let link = "<a href=\"https://example.com/long/path\"><span class=\"invisible\">https://</span>\
                    <span class=\"ellipsis\">example.com/lo</span><span class=\"invisible\">ng/path</span></a>";
        check(link, "https://example.com/long/path");
        check("see <a href='https://example.com/'>here</a>.", "see here (https://example.com/).");
        check("<a href=\"https://example.com/@bob\" class=\"u-url mention\">@<span>bob</span></a> hi", "@bob hi");
        check("<a href=\"https://example.com\">example.com</a>", "example.com");
    }
}
