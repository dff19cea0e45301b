//! Converts posts of X.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::user::{user, user_url};
use crate::model::{Attachment, Body, Origin, RemotePost, RemoteUser, Revision, Timestamp};
use crate::transfer::archive::file_name;
use crate::transfer::author::display_name;
use crate::transfer::{references, time};

/// Characters at the start of a long text by which its post is found.
const START: usize = 60;
/// Seconds by which a long text may be younger or older than its post.
const APART: i64 = 2;

/// What must be known of an account and its files to convert its posts.
pub(super) struct Account {
    username: String,
    /// The id of the owner.
    url: String,
    /// Nicknames by user id, as far as posts mention them.
    nicknames: HashMap<String, String>,
    /// Whole texts of long posts with their links expanded, by the second in which they were written.
    notes: HashMap<i64, Vec<String>>,
    /// Files by the id of their post.
    files: HashMap<String, Vec<String>>,
}

impl Account {
    pub(super) fn new(username: String, url: String, files: HashMap<String, Vec<String>>) -> Self {
        Self { username, url, nicknames: HashMap::new(), notes: HashMap::new(), files }
    }

    /// Returns the nickname of a user by their id; the id itself, if it is not known.
    pub(super) fn nick<'i>(&'i self, id: &'i str) -> &'i str {
        self.nicknames.get(id).map_or(id, String::as_str)
    }

    /// Returns the author of a post, if that is not the owner.
    pub(super) fn author(&self, json: &Value) -> Option<RemoteUser> {
        let (id, name) = (json["id_str"].as_str()?, json["screen_name"].as_str()?);
        let mut author = user(name, id);
        author.display_name = json["name"].as_str().and_then(|name| display_name(&references::decode(name)));
        (author.url != self.url).then_some(author)
    }

    /// Adds the whole text of a long post.
    pub(super) fn add_note(&mut self, note: &Value) {
        let created_at = note["createdAt"].as_str().and_then(time::parse);
        if let (Some(created_at), Some(text)) = (created_at, note["core"]["text"].as_str()) {
            let whole = expanded(text.to_owned(), &note["core"]["urls"], ["shortUrl", "expandedUrl"]);
            self.notes.entry(created_at.timestamp()).or_default().push(whole);
        }
    }

    /// Converts a post; the error says why it is none.
    pub(super) fn post(&mut self, tweet: &Value, place: &str) -> Result<RemotePost, String> {
        let text = |key: &str| tweet[key].as_str().filter(|text| !text.trim().is_empty());
        let id = text("id_str").or_else(|| text("id")).ok_or("it has no id")?;
        let stamp = text("created_at").ok_or("it has no date")?;
        let created_at = time::parse(stamp).ok_or_else(|| format!("{stamp:?} is not a date"))?;
        let original = text("full_text").or_else(|| text("text")).ok_or("there is no text")?;
        let media = tweet["extended_entities"]["media"].as_array().or_else(|| tweet["entities"]["media"].as_array());
        let media = media.map_or(&[][..], Vec::as_slice);
        let words = self.long_text(original, created_at.timestamp()).unwrap_or_else(|| original.to_owned());
        let mut words = expanded(words, &tweet["entities"]["urls"], ["url", "expanded_url"]);
        for short in media.iter().filter_map(|one| one["url"].as_str()).filter(|short| !short.is_empty()) {
            words = words.replace(short, "");
        }
        let words = references::decode(words.trim()).into_owned();
        let attachments = self.attachments(id, media);
        let words = if words.is_empty() && !attachments.is_empty() { "[media]".to_owned() } else { words };
        let mentions = self.mentions(&tweet["entities"]["user_mentions"]);
        // The text of a retweet is cut at about 140 characters, and nothing says where the whole of it is.
        let retweet = words.starts_with("RT @") && words.contains(':');
        let username = tweet["user"]["screen_name"].as_str().unwrap_or(&self.username);
        Ok(RemotePost {
            author: None,
            source: format!("x:{id}"),
            created_at: Timestamp::from(created_at),
            edited_at: None,
            revisions: Vec::new(),
            body: Body::imported(&words).map_err(|_| "there is no text")?,
            mentions,
            origin: Origin {
                url: Some(format!("https://x.com/{username}/status/{id}")),
                language: text("lang").filter(|lang| !matches!(*lang, "und" | "zxx" | "qme")).map(str::to_owned),
                original: Some(original.to_owned()).filter(|original| *original != words),
                in_reply_to: text("in_reply_to_status_id_str").map(|id| format!("x:{id}")),
                boost_of: retweet.then(|| format!("x:retweet of {id}")),
                attachments,
                ..Origin::default()
            },
            place: place.to_owned(),
        })
    }

    fn mentions(&mut self, mentions: &Value) -> Vec<(String, String)> {
        let mentions = mentions.as_array().map_or(&[][..], Vec::as_slice).iter();
        let mentions: Vec<(String, String)> = mentions
            .filter_map(|one| Some((one["screen_name"].as_str()?.to_owned(), one["id_str"].as_str()?.to_owned())))
            .collect();
        for (name, id) in &mentions {
            self.nicknames.entry(id.clone()).or_insert_with(|| name.clone());
        }
        mentions.into_iter().map(|(name, id)| (name, user_url(&id))).collect()
    }

    /// Returns the whole text of a post that was cut. In replies the mentions at its start are not part of that.
    fn long_text(&self, cut: &str, second: i64) -> Option<String> {
        // A text that was cut ends in `…`, mostly with a link.
        let (words, _) = cut.rsplit_once('…')?;
        let mut start = words;
        while let Some(rest) = start.strip_prefix('@').and_then(|rest| rest.split_once(' ')).map(|(_, rest)| rest) {
            start = rest;
        }
        let mentions = &words[..words.len() - start.len()];
        let start: String = references::decode(start).chars().take(START).collect();
        let notes = (second - APART..=second + APART).filter_map(|second| self.notes.get(&second)).flatten();
        let mut found = notes.filter_map(|note| {
            let decoded = references::decode(note);
            if !start.trim().is_empty() && decoded.starts_with(&start) {
                Some(format!("{mentions}{note}"))
            } else {
                let whole: String = references::decode(words).chars().take(START).collect();
                decoded.starts_with(&whole).then(|| note.clone())
            }
        });
        found.next()
    }

    /// Returns the media of a post with their files, and further files of it.
    fn attachments(&self, id: &str, media: &[Value]) -> Vec<Attachment> {
        let mut files = self.files.get(id).cloned().unwrap_or_default();
        let mut attachments = Vec::new();
        for one in media {
            let text = |key: &str| one[key].as_str().map(str::to_owned);
            let variants = one["video_info"]["variants"].as_array().map_or(&[][..], Vec::as_slice);
            let bitrate = |variant: &&Value| {
                let bitrate = &variant["bitrate"];
                bitrate.as_str().and_then(|bitrate| bitrate.parse().ok()).or_else(|| bitrate.as_u64()).unwrap_or(0)
            };
            let video = variants.iter().filter(|variant| variant["content_type"] == "video/mp4").max_by_key(bitrate);
            let still = text("media_url_https").or_else(|| text("media_url"));
            let urls = variants.iter().filter_map(|variant| variant["url"].as_str()).chain(still.as_deref());
            let names: Vec<&str> = urls.map(|url| file_name(url.split('?').next().unwrap_or(url))).collect();
            let is_it =
                |file: &String| names.iter().any(|name| !name.is_empty() && file.ends_with(&format!("-{name}")));
            let file = files.iter().position(is_it).map(|at| files.remove(at));
            attachments.push(Attachment {
                kind: text("type"),
                url: video.and_then(|video| video["url"].as_str().map(str::to_owned)).or(still),
                file,
                description: text("ext_alt_text"),
            });
        }
        attachments.extend(files.into_iter().map(|file| Attachment { file: Some(file), ..Attachment::default() }));
        attachments
    }
}

/// Replaces shortened URLs by their targets.
fn expanded(text: String, links: &Value, [short, long]: [&str; 2]) -> String {
    let links = links.as_array().map_or(&[][..], Vec::as_slice).iter();
    links.fold(text, |text, link| match (link[short].as_str(), link[long].as_str()) {
        (Some(short), Some(long)) if !short.is_empty() => text.replace(short, long),
        _ => text,
    })
}

/// Joins the texts of edited posts.
#[derive(Default)]
pub(super) struct Edits {
    /// Posts by the id of their first text, each with the ids of its texts.
    posts: BTreeMap<String, Vec<RemotePost>>,
}

impl Edits {
    /// Stores a text of an edited post, and returns any other post.
    pub(super) fn add(&mut self, tweet: &Value, post: RemotePost) -> Option<RemotePost> {
        let info = &tweet["edit_info"];
        let initial = if info["initial"].is_object() { &info["initial"] } else { &info["edit"]["editControlInitial"] };
        match initial["editTweetIds"].as_array().filter(|ids| ids.len() > 1).and_then(|ids| ids[0].as_str()) {
            Some(first) => {
                self.posts.entry(first.to_owned()).or_default().push(post);
                None
            }
            None => Some(post),
        }
    }

    /// Returns the edited posts: with the id and time of the first text, and the last text.
    pub(super) fn finish(self) -> impl Iterator<Item = RemotePost> {
        self.posts.into_values().filter_map(|mut texts| {
            texts.sort_by_key(|post| post.created_at);
            let mut last = texts.pop()?;
            if let Some(first) = texts.first() {
                last.edited_at = Some(last.created_at);
                last.created_at = first.created_at;
                last.origin.in_reply_to.clone_from(&first.origin.in_reply_to);
                let source = std::mem::replace(&mut last.source, first.source.clone());
                let later = texts.iter().skip(1).map(|text| text.source.clone());
                last.origin.aliases = later.chain([source]).collect();
                let revision = |text: RemotePost| Revision { body: text.body, written_at: text.created_at };
                last.revisions = texts.into_iter().map(revision).collect();
            }
            Some(last)
        })
    }
}
