//! Reads RSS 0.9x, 1.0 and 2.0, and Atom 0.3 and 1.0, also where they are not well-formed. A saved feed is small, so it
//! is read into memory.

mod document;
mod entry;

use super::address::{is_web, resolve};
use super::archive::Archive;
use super::author::{about_me, avatar_url, display_name, host_of, person};
use super::export::GENERATOR;
use super::feed_authors::{Authors, FeedAuthor};
use super::markup::without_unclosed;
use super::report::{imported_with_defect, skipped};
use super::undated::DateFiller;
use super::{ReadError, Sink, encoding, time};
use crate::model::{ImportItem, RemoteUser, Timestamp};
use document::{Document, Field, value};
pub(in crate::transfer) use document::{Family, root};

/// Longest feed, in bytes.
const LONGEST: u64 = 64 << 20;
/// Defects that are reported; a broken feed may have thousands.
const MOST_DEFECTS: usize = 50;

pub(super) fn read(archive: &mut Archive, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    let name = archive.single_file("feed")?;
    let bytes = archive.read_file(&name, LONGEST)?;
    let (text, bad) = encoding::decode(&bytes);
    let text = without_unclosed(&text);
    let Some(mut document) = Document::parse(&text) else {
        let why = format!("{name} is not a feed: it has none of the elements <rss>, <rdf:RDF> and <feed>");
        return Err(ReadError::Content(why));
    };
    if let Some(at) = bad {
        document.add_defect(at, "a byte that is not valid in the encoding of the file");
    }
    let mut head = Head::read(&mut document, &name);
    if let Some(url) = archive.url() {
        head.base.get_or_insert_with(|| url.to_owned());
        // The ids of posts must stay the same when the feed says something else of itself.
        url.clone_into(&mut head.owner.url);
    }
    let mut authors = Authors::new(head.author.clone(), &head.title, &head.owner.url);
    let entries: Vec<_> = (0..document.entries.len()).map(|index| entry::post(&mut document, index, &head)).collect();
    for entry in entries.iter().flatten() {
        authors.add(entry.author.as_ref());
    }
    emit(ImportItem::Owner(head.owner.clone()))?;
    avatar_url(head.base.as_deref(), head.avatar.as_deref(), emit)?;
    let lines = document.lines();
    let mut dates = DateFiller::new(head.date);
    for ((number, line), entry) in (1..).zip(lines).zip(entries) {
        let place = format!("item {number}, line {line}");
        let entry = match entry {
            Ok(entry) => entry,
            Err(why) => {
                emit(skipped(place, why))?;
                continue;
            }
        };
        let entry::FeedPost { mut post, author, date } = entry;
        post.place.clone_from(&place);
        if let Some((user, is_new)) = authors.user(author.as_ref()) {
            post.author = Some(user.url.clone());
            if is_new {
                emit(ImportItem::User(user))?;
            }
        }
        let mut emit_post = |post| emit(ImportItem::Post(Box::new(post)));
        match date {
            entry::Date::Known => dates.dated(post, &mut emit_post)?,
            entry::Date::Missing => dates.undated(post, &mut emit_post)?,
            entry::Date::Unreadable(date) => {
                dates.undated(post, &mut emit_post)?;
                let why = format!("{date:?} is not a date: imported with the date of its neighbors");
                emit(imported_with_defect(place, why))?;
            }
        }
    }
    dates.finish(&mut |post| emit(ImportItem::Post(Box::new(post))))?;
    report_defects(&mut document, emit)
}

fn report_defects(document: &mut Document<'_>, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    for defect in document.defects().into_iter().take(MOST_DEFECTS) {
        let why = format!("{}: read as far as possible", defect.what);
        emit(imported_with_defect(format!("line {}", defect.line), why))?;
    }
    Ok(())
}

/// What a feed says of itself.
#[derive(Debug)]
struct Head {
    owner: RemoteUser,
    author: Option<FeedAuthor>,
    /// The address of the avatar, as it is written.
    avatar: Option<String>,
    title: String,
    /// The address against which relative ones are resolved.
    base: Option<String>,
    language: Option<String>,
    date: Option<Timestamp>,
    /// Whether this program wrote the feed.
    is_own_export: bool,
}

impl Head {
    fn read(document: &mut Document<'_>, file: &str) -> Self {
        let fields = document.head();
        let find = |names: &[&str]| {
            let is_filled = |field: &&Field<'_>| !field.content.trim().is_empty();
            names.iter().find_map(|name| fields.iter().filter(is_filled).find(|field| field.name == *name)).cloned()
        };
        let title = find(&["title"]).map(|field| entry::words(document, &field, None)).unwrap_or_default();
        let root_base = value(document.root, "xml:base");
        let links = entry::links(document, &fields, root_base.as_deref());
        let home = links.iter().find(|link| link.is_page()).or_else(|| {
            // Feeds of Atom 0.3 and blogs name other addresses first.
            links.iter().find(|link| !matches!(link.rel.as_str(), "self" | "hub" | "next" | "enclosure"))
        });
        let home = home.map(|link| link.href.clone()).filter(|home| is_web(home));
        let this = links.iter().find(|link| link.rel == "self").map(|link| link.href.as_str());
        let this = this.filter(|this| !this.trim().is_empty()).and_then(|this| resolve(home.as_deref(), this));
        let this = this.filter(|this| is_web(this));
        let author = entry::author(document, &fields);
        let id = find(&["id"]).map(|field| document.plain(&field)).filter(|id| is_web(id));
        let nick = author.as_ref().map(|author| author.name.clone());
        let nick = nick.or_else(|| Some(title.clone()).filter(|title| !title.is_empty()));
        let nick = nick.unwrap_or_else(|| super::archive::file_name(file).to_owned());
        let url = this.clone().or_else(|| home.clone()).or(id).unwrap_or_else(|| format!("feed:{nick}"));
        let host = home.as_deref().or(Some(url.as_str()).filter(|url| is_web(url))).map_or("feed", host_of);
        let host = host.to_owned();
        let mut owner = person(&nick, &host, url);
        owner.display_name = display_name(&title);
        let about = find(&["description", "subtitle", "tagline", "itunes:summary"]);
        owner.about_me = about.and_then(|field| about_me(&entry::words(document, &field, None)));
        let avatar = avatar(document, &fields);
        let language = find(&["language", "dc:language"]).map(|field| document.plain(&field));
        let date = find(&["pubdate", "updated", "lastbuilddate", "modified", "dc:date", "published", "atom:updated"]);
        let date = date.and_then(|field| time::parse(&document.plain(&field))).map(Timestamp::from);
        let generator = find(&["generator"]).map(|field| document.plain(&field));
        let root_base = root_base.and_then(|base| resolve(this.as_deref().or(home.as_deref()), &base));
        Self {
            base: root_base.or(this).or(home),
            language: language.or_else(|| value(document.root, "xml:lang")),
            is_own_export: generator.as_deref() == Some(GENERATOR),
            owner,
            author,
            avatar,
            title,
            date,
        }
    }
}

/// Returns the address of the picture that stands for a feed, as it is written.
fn avatar(document: &mut Document<'_>, fields: &[Field<'_>]) -> Option<String> {
    for name in ["image", "webfeeds:icon", "logo", "icon", "itunes:image"] {
        let Some(field) = fields.iter().find(|field| field.name == name) else { continue };
        let inner = document.inside(field);
        let address = match inner.iter().find(|inner| inner.name == "url") {
            Some(url) => document.plain(url),
            None => value(field.attributes, "href")
                .or_else(|| value(field.attributes, "rdf:resource"))
                .unwrap_or_else(|| document.plain(field)),
        };
        if !address.trim().is_empty() {
            return Some(address);
        }
    }
    None
}
