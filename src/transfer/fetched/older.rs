//! Where the older posts of a feed are: the archives or pages that it names.

use serde::Deserialize;

use super::HEAD;
use crate::transfer::Format;
use crate::transfer::address::{is_web, resolve};
use crate::transfer::encoding;
use crate::transfer::markup::{Piece, TagKind, attribute, piece};

/// A document of JSON Feed; the rest of it is read elsewhere.
#[derive(Deserialize)]
struct JsonPage {
    next_url: Option<String>,
}

/// Returns the address of the document with the posts before those of a feed, if the feed names one.
///
/// Sources: `prev` of twtxt, <https://twtxt.dev/exts/archive-feeds.html>; `prev-archive` and `next` of RFC 5005; and
/// `next_url` of JSON Feed, <https://www.jsonfeed.org/version/1.1/>.
pub(super) fn older(format: Format, url: &str, body: &[u8]) -> Option<String> {
    let reference = match format {
        Format::Twtxt => {
            let (text, _) = encoding::decode(body);
            let fields = text.lines().filter_map(|line| line.strip_prefix('#')?.trim_start().strip_prefix("prev"));
            let values = fields.filter_map(|rest| rest.trim_start().strip_prefix('='));
            values.filter_map(|value| value.split_whitespace().next_back()).next().map(str::to_owned)
        }
        Format::Rss | Format::Atom => {
            let (text, _) = encoding::decode(&body[..body.len().min(HEAD)]);
            link(&text, "prev-archive").or_else(|| link(&text, "next"))
        }
        Format::Jsonfeed => serde_json::from_slice::<JsonPage>(body).ok()?.next_url,
        _ => None,
    };
    reference.and_then(|reference| resolve(Some(url), &reference)).filter(|found| is_web(found) && found != url)
}

/// Returns the address of a `link` element with this relation, before the first entry.
fn link(text: &str, wanted: &str) -> Option<String> {
    let mut at = 0;
    while let Some((part, next)) = piece(text, at) {
        at = next.max(at + 1);
        let Piece::Tag(tag) = part else { continue };
        let name = tag.name.rsplit(':').next().unwrap_or(tag.name);
        if matches!(name, "entry" | "item") {
            return None;
        }
        let is_wanted = name == "link" && attribute(tag.attributes, "rel").is_some_and(|rel| rel.trim() == wanted);
        if tag.kind != TagKind::Close && is_wanted {
            return attribute(tag.attributes, "href").map(|href| href.trim().to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_posts_are_named_by_each_format_in_its_own_way() {
        const URL: &str = "https://a.example/feeds/main";
        for (format, body, expected) in [
            (Format::Twtxt, "# nick = a\n# prev = abcdefg old.txt\n", Some("https://a.example/feeds/old.txt")),
            (Format::Twtxt, "#prev=abcdefg https://b.example/old.txt\n", Some("https://b.example/old.txt")),
            (Format::Twtxt, "# previous = abc old.txt\n2026-01-01T00:00:00Z\t# prev = a b\n", None),
            (
                Format::Atom,
                "<feed><link rel='prev-archive' href='/2025'/><entry/></feed>",
                Some("https://a.example/2025"),
            ),
            (Format::Atom, "<feed><entry><link rel='next' href='/2025'/></entry></feed>", None),
            (
                Format::Rss,
                "<rss><channel><atom:link rel=\"self\" href=\"x\"/><atom:link rel=\"next\" href=\"?page=2&amp;a=1\"/><item/>",
                Some("https://a.example/feeds/main?page=2&a=1"),
            ),
            (Format::Rss, "<rss><channel><atom:link rel='next' href='javascript:x'/></channel></rss>", None),
            (Format::Jsonfeed, "{\"next_url\":\"https://a.example/2\",\"items\":[]}", Some("https://a.example/2")),
            (Format::Jsonfeed, "{\"next_url\":7,\"items\":[]}", None),
            (Format::Jsonfeed, "{\"next_url\":\"main\"}", None),
        ] {
            assert_eq!(older(format, URL, body.as_bytes()).as_deref(), expected, "{body}");
        }
    }
}
