//! Converts HTML to text. Crates that render HTML draw rules and tables as wide as a page, and a post has no width; what
//! posts use is paragraphs, breaks, lists and links.

use super::address::{is_web, resolve};
use super::markup::{Piece, Tag, TagKind, attribute, piece, without_unclosed};
use super::references;

/// Elements that are paragraphs of their own.
const BLOCKS: [&str; 31] = [
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
    "dl",
    "details",
    "summary",
    "article",
    "header",
    "footer",
    "aside",
    "main",
    "nav",
    "figcaption",
    "address",
    "form",
    "center",
    "fieldset",
    "hgroup",
];
/// Elements whose content is not text.
const SILENT: [&str; 7] = ["script", "style", "head", "title", "template", "noscript", "svg"];

/// What a piece of HTML consists of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Html {
    pub(super) text: String,
    /// Pictures, videos and sounds, in their order.
    pub(super) media: Vec<Media>,
}

/// A picture, video or sound in HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Media {
    /// `picture`, `video` or `audio`.
    pub(super) kind: &'static str,
    pub(super) url: Option<String>,
    pub(super) description: Option<String>,
}

/// Returns the text of a piece of HTML. The address of a link follows its words, unless they contain it.
pub fn text(html: &str) -> String {
    read(html, None).text
}

/// Reads a piece of HTML, whose relative addresses are resolved against `base`.
pub(super) fn read(html: &str, base: Option<&str>) -> Html {
    let html = &*without_unclosed(html);
    let mut out = Writer { base, ..Writer::default() };
    let mut at = 0;
    let mut unclosed: Vec<&str> = Vec::new();
    while let Some((piece, next)) = piece(html, at) {
        at = next;
        match piece {
            Piece::Text(text) => out.words(&references::decode(text)),
            Piece::Cdata(text) => out.words(text),
            Piece::Tag(tag) => {
                let name = tag.name.rsplit(':').next().unwrap_or(tag.name).to_ascii_lowercase();
                let silent = SILENT.iter().find(|silent| **silent == name);
                if let Some(silent) = silent.filter(|silent| tag.kind == TagKind::Open && !unclosed.contains(*silent)) {
                    match find_close(&html[at..], silent) {
                        Some(length) => at += length,
                        // Looked for again, it would take as long as the text is, each time.
                        None => unclosed.push(silent),
                    }
                    continue;
                }
                out.tag(&name, &tag);
            }
        }
    }
    out.end_link();
    Html { text: out.text.trim().to_owned(), media: out.media }
}

fn find_close(html: &str, name: &str) -> Option<usize> {
    let close = format!("</{name}");
    html.as_bytes().windows(close.len()).position(|at| at.eq_ignore_ascii_case(close.as_bytes()))
}

/// A list that is open: the number of its next item, if they are numbered.
#[derive(Debug)]
struct List {
    number: Option<i64>,
    is_empty: bool,
}

#[derive(Debug, Default)]
struct Writer<'h> {
    base: Option<&'h str>,
    text: String,
    media: Vec<Media>,
    /// Line breaks that come before the next word.
    breaks: usize,
    /// White space was seen since the last word.
    space: bool,
    /// Number of open `pre` elements, in which white space is kept.
    pre: usize,
    lists: Vec<List>,
    /// The marker of an item or the border of a cell was written, and its first word follows on the same line.
    inline: bool,
    /// Cells before this one in the row.
    cells: usize,
    /// Address and class of an open link, and the offset of its words.
    link: Option<(String, String, usize)>,
}

impl Writer<'_> {
    fn words(&mut self, text: &str) {
        if self.pre > 0 {
            // A line feed after the tag is not part of the text.
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
        if self.breaks > 0 && !self.text.is_empty() && !self.inline {
            self.text.extend(std::iter::repeat_n('\n', self.breaks));
        } else if self.space && !self.text.is_empty() && !self.text.ends_with(['\n', ' ']) {
            self.text.push(' ');
        }
        (self.breaks, self.space, self.inline) = (0, false, false);
    }

    fn tag(&mut self, name: &str, tag: &Tag<'_>) {
        let closes = tag.kind == TagKind::Close;
        match name {
            "br" => self.breaks = if self.breaks == 0 { 1 } else { 2 },
            "ul" | "ol" | "menu" | "dir" => self.list(name, tag),
            "li" if !closes => self.item(tag),
            "dt" if !closes => self.breaks = self.breaks.max(1),
            "dd" if !closes => {
                self.breaks = 1;
                self.marker("  ");
            }
            "li" | "dt" | "dd" | "caption" => self.breaks = self.breaks.max(1),
            "tr" => {
                self.breaks = self.breaks.max(1);
                self.cells = 0;
            }
            "td" | "th" if !closes => {
                if self.cells > 0 {
                    self.breaks = 0;
                }
                self.marker(if self.cells > 0 { " | " } else { "" });
                self.cells += 1;
            }
            "q" => self.words(if closes { "”" } else { "“" }),
            "img" => self.picture(tag),
            "video" | "audio" if !closes => {
                let kind = if name == "video" { "video" } else { "audio" };
                self.medium(kind, tag, attribute(tag.attributes, "title"));
            }
            "iframe" | "embed" if !closes => {
                let source = attribute(tag.attributes, "src").and_then(|url| resolve(self.base, &url));
                if let Some(url) = source.filter(|url| is_web(url)) {
                    self.space = true;
                    self.words(&url);
                    self.space = true;
                }
            }
            "a" if closes => self.end_link(),
            "a" => self.start_link(tag),
            _ if BLOCKS.contains(&name) => self.block(name, closes),
            _ => {}
        }
    }

    fn block(&mut self, name: &str, closes: bool) {
        self.breaks = 2;
        if name == "pre" && closes {
            self.pre = self.pre.saturating_sub(1);
            self.text.truncate(self.text.trim_end_matches('\n').len());
        } else if name == "pre" {
            self.pre += 1;
        }
    }

    fn list(&mut self, name: &str, tag: &Tag<'_>) {
        if tag.kind == TagKind::Close {
            self.lists.pop();
        }
        self.breaks = if self.lists.is_empty() { 2 } else { 1 };
        if tag.kind == TagKind::Open {
            let start = attribute(tag.attributes, "start").and_then(|start| start.trim().parse().ok());
            self.lists.push(List { number: (name == "ol").then(|| start.unwrap_or(1)), is_empty: true });
        }
    }

    fn item(&mut self, tag: &Tag<'_>) {
        let depth = self.lists.len().saturating_sub(1);
        let mut marker = "- ".to_owned();
        match self.lists.last_mut() {
            Some(list) => {
                self.breaks = if list.is_empty { self.breaks.max(1) } else { 1 };
                list.is_empty = false;
                if let Some(number) = &mut list.number {
                    let value = attribute(tag.attributes, "value").and_then(|value| value.trim().parse().ok());
                    let value = value.unwrap_or(*number);
                    marker = format!("{value}. ");
                    *number = value.saturating_add(1);
                }
            }
            None => self.breaks = self.breaks.max(1),
        }
        self.marker(&format!("{}{marker}", "  ".repeat(depth.min(8))));
    }

    /// Writes what precedes an item or a cell.
    fn marker(&mut self, marker: &str) {
        self.space = false;
        self.gap();
        self.text.push_str(marker);
        self.inline = true;
    }

    /// Writes the description of a picture; one that stands for a character is written as that.
    fn picture(&mut self, tag: &Tag<'_>) {
        let alt = attribute(tag.attributes, "alt");
        let class = attribute(tag.attributes, "class").unwrap_or_default().to_ascii_lowercase();
        match alt.as_deref().map(str::trim) {
            Some(alt) if !alt.is_empty() && ["emoji", "emote", "smiley"].iter().any(|name| class.contains(name)) => {
                self.words(alt);
            }
            _ => self.medium("picture", tag, alt),
        }
    }

    fn medium(&mut self, kind: &'static str, tag: &Tag<'_>, description: Option<String>) {
        let source = attribute(tag.attributes, "src").or_else(|| attribute(tag.attributes, "poster"));
        let url = source.and_then(|url| resolve(self.base, &url)).filter(|url| is_web(url));
        let side = |name: &str| attribute(tag.attributes, name).is_some_and(|side| matches!(side.trim(), "0" | "1"));
        // Without a description it is decoration, or counts readers.
        if description.as_ref().is_some_and(|said| said.trim().is_empty() && kind == "picture")
            || side("width")
            || side("height")
        {
            return;
        }
        let description = description.map(|said| said.trim().to_owned()).filter(|said| !said.is_empty());
        self.words(&format!("[{}]", description.as_deref().unwrap_or(kind)));
        self.media.push(Media { kind, url, description });
    }

    fn start_link(&mut self, tag: &Tag<'_>) {
        self.end_link();
        let Some(href) = attribute(tag.attributes, "href") else { return };
        let url =
            resolve(self.base, &href).or_else(|| href.starts_with("//").then(|| format!("https:{}", href.trim())));
        if let Some(url) = url.filter(|url| url.contains("://") || url.starts_with("mailto:")) {
            let class = attribute(tag.attributes, "class").unwrap_or_default();
            self.link = Some((url, class, self.text.len()));
        }
    }

    fn end_link(&mut self) {
        let Some((href, class, from)) = self.link.take() else { return };
        let words = self.text.get(from..).unwrap_or_default().trim();
        let bare = |url: &str| {
            let url = url.strip_prefix("mailto:").unwrap_or(url);
            url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/').to_owned()
        };
        let shown = words.contains("://") || bare(words) == bare(&href) || is_named(words, &href, &class);
        if !shown {
            let gap = if words.is_empty() { "" } else { " " };
            self.gap();
            self.text.push_str(&format!("{gap}({href})"));
        }
    }
}

/// Whether the words of a link are the user or the tag to whose page it leads.
fn is_named(words: &str, href: &str, class: &str) -> bool {
    let Some(name) = words.strip_prefix(['#', '@']) else { return false };
    if class.split_whitespace().any(|class| matches!(class, "mention" | "hashtag")) {
        return true;
    }
    let last = href.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let name = name.split('@').next().unwrap_or(name);
    !name.contains(char::is_whitespace) && last.trim_start_matches('@').eq_ignore_ascii_case(name)
}

#[cfg(test)]
mod tests {
    use super::{Media, read, text};

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(text(html), expected, "{html}");
    }

    #[test]
    fn paragraphs_breaks_and_references_become_text() {
        check("<p>Hello &amp; <b>good</b> day<br>you</p><p>two</p>", "Hello & good day\nyou\n\ntwo");
        check("<p>one<br/><br/>two</p>", "one\n\ntwo");
        check("a < b &lt;c&gt; &#x1f600;", "a < b <c> 😀");
        check("<script>alert('x')</script>seen<style>p{}</style>", "seen");
        check("<!-- <p>no</p> -->yes<!-- open", "yes open");
        check("<pre>a  b\n c</pre>", "a  b\n c");
        check("<p>as</p><pre><code>\n  a\n\n  b\n</code></pre><p>so</p>", "as\n\n  a\n\n  b\n\nso");
        check("cut <a href=\"http", "cut <a href=\"http");
        check("<p>one</p><!--more--><p>two</p><![CDATA[three]]>", "one\n\ntwo\n\nthree");
        check("<details><summary>More</summary><p>hidden</p></details>", "More\n\nhidden");
        check("<xhtml:p>one</xhtml:p><xhtml:p>two</xhtml:p>", "one\n\ntwo");
        check("", "");
    }

    #[test]
    fn lists_keep_markers_and_numbers() {
        check("<ul><li>one</li><li>two</li></ul>after", "- one\n- two\n\nafter");
        check("<ul><li><p>first</p></li><li><p>second</p></li></ul><p>after</p>", "- first\n- second\n\nafter");
        check(
            "<p>x</p><ol start=3><li>a</li><li>b</li><li value='9'>c</li><li>d</li></ol>",
            "x\n\n3. a\n4. b\n9. c\n10. d",
        );
        check("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c");
        check("<ul>\n <li> <p>a</p>\n <p>b</p> </li>\n</ul>", "- a\n\nb");
        check("<dl><dt>term</dt><dd>meaning</dd><dt>two</dt><dd><p>more</p></dd></dl>", "term\n  meaning\ntwo\n  more");
    }

    #[test]
    fn tables_have_a_line_per_row() {
        check("<table><tr><td>a</td><td>b</td></tr><tr><td><p>c</p></td><td>d</td></tr></table>x", "a | b\nc | d\n\nx");
    }

    #[test]
    fn addresses_follow_the_words_of_links() {
        let link = "<a href=\"https://example.com/long/path\"><span class=\"invisible\">https://</span>\
                    <span class=\"ellipsis\">example.com/lo</span><span class=\"invisible\">ng/path</span></a>";
        check(link, "https://example.com/long/path");
        check("see <a href='https://example.com/'>here</a>.", "see here (https://example.com/).");
        check("<a href=\"https://example.com\">example.com</a>", "example.com");
        check("<A HREF=\"https://b.example/loud\">LOUD</A>", "LOUD (https://b.example/loud)");
        check("<a href=//c.example/s>s</a>", "s (https://c.example/s)");
        check(
            "<a href='mailto:a@b.example'>a@b.example</a> <a href='mailto:a@b.example'>me</a>",
            "a@b.example me (mailto:a@b.example)",
        );
        check("<a href='javascript:x()'>no</a> <a href='#top'>top</a> <a href='/rel'>rel</a>", "no top rel");
        let relative = read("<a href='rel/x'>rel</a> <a href='/abs'>abs</a>", Some("https://a.example/blog/feed"));
        assert_eq!(relative.text, "rel (https://a.example/blog/rel/x) abs (https://a.example/abs)");
    }

    #[test]
    fn mentions_and_tags_have_no_address_but_other_links_with_their_marks_do() {
        check("<a href=\"https://example.com/@bob\" class=\"u-url mention\">@<span>bob</span></a> hi", "@bob hi");
        check("<a href='https://example.com/@bob'>@bob@example.com</a>", "@bob@example.com");
        check("<a href='https://example.com/tags/Tea/'>#tea</a>", "#tea");
        check("<a href='https://b.example/show?id=5194'>#5194</a>", "#5194 (https://b.example/show?id=5194)");
        check("<a href='https://x.example/bob/7'>@bob's story</a>", "@bob's story (https://x.example/bob/7)");
    }

    #[test]
    fn media_are_named_in_the_text_and_listed() {
        check("<img src=x alt='a cat'> sits", "[a cat] sits");
        check("<img class='wp-smiley' alt='🙂' src=x> <img class=emoji alt=':tea:' src=x>", "🙂 :tea:");
        check(
            "<svg><title>icon</title></svg>text <q>said</q> to <ada@example.com>",
            "text “said” to <ada@example.com>",
        );
        check("<center>a</center>b<menu><li>c</menu>", "a\n\nb\n\n- c");
        check("<p>Alt: <img alt=\"say &quot;a>b&quot;\" src=\"x.png\"></p>", "Alt: [say \"a>b\"]");
        check("<img src='p.gif' width=1 height=1>text <img src='line.png' alt=''>", "text");
        check("<a href='https://e.example/x'><img src='i.png'></a> text", "[picture] (https://e.example/x) text");
        check(
            "<video src='https://e.example/v.mp4'></video><iframe src='https://y.example/e'></iframe>",
            "[video] https://y.example/e",
        );
        let found = read("<img src='/dog.jpg'>", Some("https://a.example/"));
        let url = Some("https://a.example/dog.jpg".to_owned());
        assert_eq!(found.media, [Media { kind: "picture", url, description: None }]);
    }
}
