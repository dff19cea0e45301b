//! Converts an entry of a feed to a post.

use blake2::{Blake2b, Digest, digest::consts::U32};
use data_encoding::{BASE32_NOPAD, BASE64};

use super::Head;
use super::document::{Document, Family, Field, value};
use crate::model::{Attachment, Audience, Body, Origin, RemotePost, Timestamp};
use crate::transfer::address::{is_web, resolve};
use crate::transfer::feed_authors::FeedAuthor;
use crate::transfer::html::{self, Html};
use crate::transfer::media::media_text;
use crate::transfer::{markup, time};

/// Fields with the whole text of an entry, the best first.
const CONTENTS: [&str; 4] = ["content:encoded", "content", "xhtml:body", "body"];
/// Fields with a part of the text of an entry.
const SUMMARIES: [&str; 5] = ["description", "summary", "itunes:summary", "excerpt:encoded", "dcterms:abstract"];
/// Fields with the time at which an entry was published.
const PUBLISHED: [&str; 8] =
    ["pubdate", "published", "issued", "dc:date", "dcterms:created", "created", "atom:published", "wp:post_date_gmt"];
/// Fields with the time at which an entry was changed.
const UPDATED: [&str; 4] = ["updated", "modified", "atom:updated", "dcterms:modified"];
/// Characters of the hash that identifies an entry without id and address.
const HASH: usize = 16;

/// An entry as a post.
pub(super) struct FeedPost {
    pub(super) post: RemotePost,
    pub(super) author: Option<FeedAuthor>,
    pub(super) date: Date,
}

/// What is known of the date of an entry.
pub(super) enum Date {
    Known,
    Missing,
    /// The text that should be a date.
    Unreadable(String),
}

/// A link of an entry or a feed.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) rel: String,
    pub(super) href: String,
    kind: Option<String>,
    title: Option<String>,
}

impl Link {
    /// Whether it leads to the page of the entry.
    pub(super) fn is_page(&self) -> bool {
        matches!(self.rel.as_str(), "" | "alternate")
    }
}

/// Returns the links among fields, their addresses resolved.
pub(super) fn links(document: &mut Document<'_>, fields: &[Field<'_>], base: Option<&str>) -> Vec<Link> {
    let mut links = Vec::new();
    for field in fields.iter().filter(|field| matches!(field.name.as_str(), "link" | "atom:link")) {
        let href = value(field.attributes, "href").or_else(|| {
            let text = document.plain(field);
            Some(text).filter(|text| !text.is_empty())
        });
        let Some(href) = href else { continue };
        let base = value(field.attributes, "xml:base").and_then(|own| resolve(base, &own)).or(base.map(str::to_owned));
        links.push(Link {
            rel: value(field.attributes, "rel").unwrap_or_default(),
            href: resolve(base.as_deref(), &href).unwrap_or(href),
            kind: value(field.attributes, "type"),
            title: value(field.attributes, "title"),
        });
    }
    links
}

/// Returns the author among fields.
pub(super) fn author(document: &mut Document<'_>, fields: &[Field<'_>]) -> Option<FeedAuthor> {
    for name in ["author", "dc:creator", "atom:author", "managingeditor", "itunes:author"] {
        let Some(field) = fields.iter().find(|field| field.name == name && !field.content.trim().is_empty()) else {
            continue;
        };
        let field = field.clone();
        let inner = document.inside(&field);
        let part = |document: &mut Document<'_>, names: [&str; 2]| {
            let found = inner.iter().find(|field| names.contains(&field.name.as_str()));
            found.map(|field| document.plain(field)).filter(|text| !text.is_empty())
        };
        let found = if inner.is_empty() {
            FeedAuthor::parse(&document.plain(&field))
        } else {
            let (name, uri) = (part(document, ["name", "atom:name"]), part(document, ["uri", "url"]));
            let email = part(document, ["email", "atom:email"]);
            FeedAuthor::new(name, uri).or_else(|| FeedAuthor::parse(&email?))
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The content of a field.
enum Text {
    Plain(String),
    Html(String),
}

/// Reads a field as text or HTML; `None` if it is something else, such as a picture.
fn text(document: &mut Document<'_>, field: &Field<'_>) -> Option<Text> {
    if document.family == Family::Rss && !field.name.starts_with("atom:") {
        return Some(Text::Html(document.decoded(field)));
    }
    let kind = value(field.attributes, "type").unwrap_or_default().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_markup = markup::tags(field.content, 0).next().is_some();
    if value(field.attributes, "mode").as_deref() == Some("base64") {
        let packed: String = field.content.split_whitespace().collect();
        let text = String::from_utf8(BASE64.decode(packed.as_bytes()).ok()?).ok()?;
        return Some(if kind.contains("html") { Text::Html(text) } else { Text::Plain(text) });
    }
    match kind {
        "xhtml" | "application/xhtml+xml" if !is_markup => Some(Text::Plain(document.plain(field))),
        "html" | "text/html" | "xhtml" | "application/xhtml+xml" => Some(Text::Html(document.decoded(field))),
        // Markup that should have been escaped.
        "" | "text" | "text/plain" if is_markup => Some(Text::Html(document.decoded(field))),
        "" | "text" => Some(Text::Plain(document.plain(field))),
        kind if kind.starts_with("text/") => Some(Text::Plain(document.plain(field))),
        _ => None,
    }
}

/// Returns the words of a field, such as a title.
pub(super) fn words(document: &mut Document<'_>, field: &Field<'_>, base: Option<&str>) -> String {
    match text(document, field) {
        Some(Text::Plain(text)) => text,
        Some(Text::Html(html)) => html::read(&html, base).text,
        None => String::new(),
    }
}

/// Returns the first field with one of these names that is not empty.
fn find<'f, 'd>(fields: &'f [Field<'d>], names: &[&str]) -> Option<&'f Field<'d>> {
    let is_filled = |field: &&Field<'_>| !field.content.trim().is_empty();
    names.iter().find_map(|name| fields.iter().filter(is_filled).find(|field| field.name == *name))
}

/// Converts the entry with an index; the error says why it is no post.
pub(super) fn post(document: &mut Document<'_>, index: usize, head: &Head) -> Result<FeedPost, String> {
    let (attributes, truncated) =
        document.entries.get(index).map_or(("", true), |entry| (entry.attributes, entry.is_truncated));
    if truncated {
        return Err("the file ends in the middle of it: fetch it again".to_owned());
    }
    let fields = document.fields(index);
    let audience = audience(document, &fields)?;
    let base = value(attributes, "xml:base").and_then(|base| resolve(head.base.as_deref(), &base));
    let base = base.or_else(|| head.base.clone());
    let links = links(document, &fields, base.as_deref());
    let guid = find(&fields, &["guid", "id", "atom:id"]).cloned();
    let is_permalink = guid.as_ref().and_then(|guid| value(guid.attributes, "ispermalink")).as_deref() != Some("false");
    let guid = guid.map(|guid| document.plain(&guid)).filter(|guid| !guid.is_empty());
    let page =
        links.iter().find(|link| link.is_page() && link.kind.as_deref().is_none_or(|kind| kind.contains("html")));
    let page = page.or_else(|| links.iter().find(|link| link.is_page())).map(|link| link.href.clone());
    let permalink = guid.clone().filter(|guid| document.family == Family::Rss && is_permalink && is_web(guid));
    let out_of_line = fields.iter().find(|field| field.name == "content").and_then(|it| value(it.attributes, "src"));
    let url = page.or(permalink).or(out_of_line).filter(|url| is_web(url));
    let Content { warning, original, words } = content(document, &fields, base.as_deref(), head);
    let (mut words, media) = words;
    let mut attachments = attachments(document, &fields, &links, base.as_deref());
    if attachments.is_empty() && is_only_media(&words) {
        attachments.extend(media);
    }
    if words.trim().is_empty() {
        words = media_text(&attachments);
    }
    let (created_at, date) = published(document, &fields);
    let edited_at = find(&fields, &UPDATED).and_then(|field| time::parse(&document.plain(field)));
    let reply = fields.iter().find(|field| field.name == "thr:in-reply-to").and_then(|it| value(it.attributes, "ref"));
    let named = |id: String| if id.contains("://") { id } else { format!("{} {id}", head.owner.url) };
    let id = guid.or_else(|| url.clone()).unwrap_or_else(|| hash(&words, created_at));
    let language =
        value(attributes, "xml:lang").or_else(|| find(&fields, &["dc:language"]).map(|field| document.plain(field)));
    let post = RemotePost {
        author: None,
        source: named(id),
        created_at,
        edited_at: edited_at.map(Timestamp::from),
        revisions: Vec::new(),
        body: Body::imported(&words).map_err(|_| "it has no text")?,
        mentions: Vec::new(),
        origin: Origin {
            url,
            language: language.or_else(|| head.language.clone()),
            warning,
            audience,
            original: original.filter(|original| *original != words),
            in_reply_to: reply.map(named),
            attachments,
            ..Origin::default()
        },
        place: String::new(),
    };
    Ok(FeedPost { post, author: own_author(document, &fields), date })
}

/// Returns the author of an entry, or of the feed that it was taken from.
fn own_author(document: &mut Document<'_>, fields: &[Field<'_>]) -> Option<FeedAuthor> {
    author(document, fields).or_else(|| {
        let source = fields.iter().find(|field| field.name == "source")?.clone();
        let fields = document.inside(&source);
        author(document, &fields)
    })
}

/// Whether a text consists only of what stands for pictures and other media.
fn is_only_media(words: &str) -> bool {
    words.split_whitespace().next().is_some_and(|first| first.starts_with('['))
        && words.trim_end().ends_with(']')
        && !words.contains("](")
}

/// Identifies an entry that has neither an id nor an address.
fn hash(words: &str, created_at: Timestamp) -> String {
    let digest = Blake2b::<U32>::digest(format!("{}\n{words}", created_at.micros()));
    BASE32_NOPAD.encode(&digest).to_lowercase().chars().take(HASH).collect()
}

/// The audience of an entry in an export of WordPress; everything else is public.
fn audience(document: &mut Document<'_>, fields: &[Field<'_>]) -> Result<Audience, String> {
    let mut text = |name: &str| find(fields, &[name]).map(|field| document.plain(field)).unwrap_or_default();
    let kind = text("wp:post_type");
    if !matches!(kind.as_str(), "" | "post" | "page" | "status") && !kind.contains("jetpack") {
        return Err(format!("it is of the type {kind} of WordPress, not a post"));
    }
    if !text("wp:post_password").is_empty() {
        return Ok(Audience::Followers);
    }
    match text("wp:status").as_str() {
        "trash" => Err("it is in the trash of WordPress".to_owned()),
        "" | "publish" | "inherit" => Ok(Audience::Public),
        _ => Ok(Audience::Direct),
    }
}

fn published(document: &mut Document<'_>, fields: &[Field<'_>]) -> (Timestamp, Date) {
    let mut unreadable = None;
    for name in PUBLISHED.iter().chain(&UPDATED) {
        let Some(field) = find(fields, &[name]) else { continue };
        let text = document.plain(field);
        match time::parse(&text).map(Timestamp::from).filter(|time| time.micros() >= 0) {
            Some(time) => return (time, Date::Known),
            None => drop(unreadable.get_or_insert(text)),
        }
    }
    (
        Timestamp::from_micros(0),
        unreadable.map_or(Date::Missing, |text| Date::Unreadable(text.chars().take(60).collect())),
    )
}

/// The words of an entry.
struct Content {
    warning: Option<String>,
    original: Option<String>,
    /// The words, and the media in them.
    words: (String, Vec<Attachment>),
}

fn content(document: &mut Document<'_>, fields: &[Field<'_>], base: Option<&str>, head: &Head) -> Content {
    let mut found = None;
    for name in CONTENTS.iter().chain(&SUMMARIES) {
        let Some(field) = find(fields, &[name]) else { continue };
        let base = value(field.attributes, "xml:base").and_then(|own| resolve(base, &own)).or(base.map(str::to_owned));
        let read = match text(document, field) {
            Some(Text::Plain(text)) => (None, text.clone(), Html { text, media: Vec::new() }),
            Some(Text::Html(html)) => {
                let (warning, rest) = split_warning(&html);
                let read = html::read(rest, base.as_deref());
                (warning, html, read)
            }
            None => continue,
        };
        if !read.2.text.is_empty() {
            found = Some(read);
            break;
        }
    }
    let (mut warning, original, Html { text: words, media }) = match found {
        Some((warning, original, html)) => (warning, Some(original), html),
        None => (None, None, Html::default()),
    };
    let title =
        find(fields, &["title", "media:title"]).map(|field| self::words(document, field, None)).unwrap_or_default();
    if head.is_own_export {
        warning = find(fields, &["summary"]).map(|field| document.plain(field));
    }
    let repeated =
        head.is_own_export || title.is_empty() || words.starts_with(title.trim_end_matches(['…', '.']).trim());
    let words = if repeated && !words.is_empty() { words } else { format!("{title}\n\n{words}").trim().to_owned() };
    let media = media.into_iter().map(|one| Attachment {
        kind: Some(one.kind.to_owned()),
        url: one.url,
        file: None,
        description: one.description,
    });
    Content { warning, original, words: (words, media.collect()) }
}

/// Splits off a content warning, which Mastodon writes as `<p><strong>Content warning:</strong> spiders</p><hr>`.
fn split_warning(content: &str) -> (Option<String>, &str) {
    let found = content.strip_prefix("<p><strong>").and_then(|rest| {
        let (label, rest) = rest.split_once("</strong>")?;
        let (warning, rest) = rest.split_once("</p>")?;
        let text = rest.trim_start().strip_prefix("<hr")?.split_once('>')?.1;
        (label.trim_end().ends_with(':') && !warning.trim().is_empty()).then(|| (Some(html::text(warning)), text))
    });
    found.unwrap_or((None, content))
}

/// Returns the enclosures and media of an entry, each address once.
fn attachments(
    document: &mut Document<'_>,
    fields: &[Field<'_>],
    links: &[Link],
    base: Option<&str>,
) -> Vec<Attachment> {
    let mut found: Vec<Attachment> = Vec::new();
    let linked = links.iter().filter(|link| link.rel == "enclosure").map(|link| Attachment {
        kind: link.kind.clone(),
        url: Some(link.href.clone()),
        file: None,
        description: link.title.clone(),
    });
    found.extend(linked);
    for field in fields {
        match field.name.as_str() {
            "enclosure" | "media:content" => {
                let Some(url) = value(field.attributes, "url") else { continue };
                let url = resolve(base, &url).unwrap_or(url);
                let kind = value(field.attributes, "type").or_else(|| value(field.attributes, "medium"));
                if !found.iter().any(|one| one.url.as_deref() == Some(url.as_str())) {
                    found.push(Attachment { kind, url: Some(url), file: None, description: None });
                }
            }
            "media:description" | "media:text" => {
                if let Some(last) = found.last_mut().filter(|last| last.description.is_none()) {
                    let html = document.decoded(field);
                    last.description = Some(html::text(&html)).filter(|said| !said.is_empty());
                }
            }
            _ => {}
        }
    }
    found
}
