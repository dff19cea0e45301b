//! OPML: feeds as outlines, which can be in other outlines.

use std::io::{self, Write};

use super::{Entry, Subscription};
use crate::transfer::export::escape;
use crate::transfer::markup::{Tag, TagKind, attribute, tags, without_unclosed};

/// Deepest folder that is read.
const DEEPEST: usize = 32;

pub(super) fn is_opml(text: &str) -> bool {
    let mut first = tags(text, 0).filter(|tag| tag.kind != TagKind::Close);
    first.next().is_some_and(|tag| tag.name.eq_ignore_ascii_case("opml"))
}

/// Returns the feeds. The document need not be well-formed.
pub(super) fn read(text: &str) -> Vec<Entry> {
    let text = &*without_unclosed(text);
    let mut entries = Vec::new();
    let mut folders: Vec<String> = Vec::new();
    // Whether each open outline is the last one in `folders`.
    let mut open: Vec<bool> = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for tag in tags(text, 0).filter(|tag| tag.name.eq_ignore_ascii_case("outline")) {
        if tag.kind == TagKind::Close {
            if open.pop() == Some(true) {
                folders.pop();
            }
            continue;
        }
        let title = text_of(&tag, "title").or_else(|| text_of(&tag, "text"));
        let feed = feed(&tag);
        let is_feed = feed.is_some();
        if let Some(address) = feed {
            line += text[counted..tag.start].matches('\n').count();
            counted = tag.start;
            let page = text_of(&tag, "htmlUrl");
            let subscription = Subscription { address, title: title.clone(), page, folders: folders.clone() };
            entries.push((format!("line {line}"), subscription));
        }
        if tag.kind == TagKind::Open {
            let folder = title.filter(|_| !is_feed && folders.len() < DEEPEST);
            open.push(folder.is_some());
            folders.extend(folder);
        }
    }
    entries
}

/// Returns the address of a feed; `None` for a folder, a link or an included document.
fn feed(tag: &Tag<'_>) -> Option<String> {
    if let Some(url) = text_of(tag, "xmlUrl") {
        return Some(url);
    }
    let kind = text_of(tag, "type")?;
    let is_feed = ["rss", "atom", "feed", "json", "rdf"].iter().any(|known| kind.eq_ignore_ascii_case(known));
    is_feed.then(|| text_of(tag, "url")).flatten()
}

fn text_of(tag: &Tag<'_>, name: &str) -> Option<String> {
    let value = attribute(tag.attributes, name)?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!value.is_empty()).then_some(value)
}

/// Writes the feeds in their folders; a folder is where the first of its feeds is.
pub(super) fn write(out: &mut dyn Write, title: &str, subscriptions: &[Subscription]) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<opml version=\"2.0\">\n  <head>\n    <title>{}</title>\n  </head>\n  <body>", escape(title))?;
    let feeds: Vec<&Subscription> = subscriptions.iter().filter(|one| !one.is_account()).collect();
    write_folder(out, &feeds, 0)?;
    writeln!(out, "  </body>\n</opml>")
}

/// Writes the contents of a folder that is `depth` folders deep.
fn write_folder(out: &mut dyn Write, feeds: &[&Subscription], depth: usize) -> io::Result<()> {
    let indent = "  ".repeat(depth + 2);
    let mut written: Vec<&str> = Vec::new();
    for feed in feeds {
        let Some(folder) = feed.folders.get(depth).filter(|_| depth < DEEPEST) else {
            write_feed(out, feed, &indent)?;
            continue;
        };
        if written.contains(&folder.as_str()) {
            continue;
        }
        written.push(folder);
        writeln!(out, "{indent}<outline text=\"{}\">", escape(folder))?;
        let inside = |other: &&&Subscription| other.folders.get(depth) == Some(folder);
        let inside: Vec<&Subscription> = feeds.iter().filter(inside).copied().collect();
        write_folder(out, &inside, depth + 1)?;
        writeln!(out, "{indent}</outline>")?;
    }
    Ok(())
}

fn write_feed(out: &mut dyn Write, feed: &Subscription, indent: &str) -> io::Result<()> {
    let title = escape(feed.title.as_deref().unwrap_or(&feed.address));
    let address = escape(&feed.address);
    let page = feed.page.as_ref().map(|page| format!(" htmlUrl=\"{}\"", escape(page))).unwrap_or_default();
    writeln!(out, "{indent}<outline type=\"rss\" text=\"{title}\" title=\"{title}\" xmlUrl=\"{address}\"{page}/>")
}
