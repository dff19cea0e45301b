//! What a post has besides its text when it is written: its audience, warning, language and files.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Attachment, Audience, Origin, grapheme_count};

/// Maximum length of a content warning, in graphemes.
const WARNING_LIMIT: usize = 200;

/// What a new post has besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PostDetails {
    /// Who can read it.
    #[serde(skip_serializing_if = "Audience::is_public")]
    pub audience: Audience,
    /// Content warning; the post is shown collapsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// Language tag, such as `en`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Files of this machine that are attached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// Why a detail of a post is invalid.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DetailsError {
    /// The content warning is too long.
    #[error("the content warning has {0} characters: {WARNING_LIMIT} are allowed")]
    WarningTooLong(usize),
    /// The language is not a language tag.
    #[error("{0:?} is not a language tag: give one such as en, de or pt-BR")]
    Language(String),
}

impl PostDetails {
    /// Returns whether there is nothing besides the text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds the details of a text that is joined with this one: the smaller audience, and what is missing here.
    pub fn join(&mut self, other: Self) {
        self.audience = self.audience.max(other.audience);
        self.warning = self.warning.take().or(other.warning);
        self.language = self.language.take().or(other.language);
        let new = other.attachments.into_iter().filter(|one| one.file.is_some());
        let new: Vec<_> = new.filter(|one| !self.attachments.contains(one)).collect();
        self.attachments.extend(new);
    }

    /// Sets the content warning; a blank one removes it. Line breaks become spaces.
    ///
    /// # Errors
    /// When it is too long; nothing is changed then.
    pub fn set_warning(&mut self, warning: &str) -> Result<(), DetailsError> {
        let warning = warning.split_whitespace().collect::<Vec<_>>().join(" ");
        let length = grapheme_count(&warning);
        if length > WARNING_LIMIT {
            return Err(DetailsError::WarningTooLong(length));
        }
        self.warning = Some(warning).filter(|warning| !warning.is_empty());
        Ok(())
    }

    /// Sets the language; a blank one removes it.
    ///
    /// # Errors
    /// When it is not a language tag; nothing is changed then.
    pub fn set_language(&mut self, tag: &str) -> Result<(), DetailsError> {
        let tag = tag.trim();
        if !tag.is_empty() && !is_language_tag(tag) {
            return Err(DetailsError::Language(tag.to_owned()));
        }
        self.language = Some(tag.to_owned()).filter(|tag| !tag.is_empty());
        Ok(())
    }
}

impl From<PostDetails> for Origin {
    fn from(details: PostDetails) -> Self {
        let PostDetails { audience, warning, language, attachments } = details;
        Self { audience, warning, language, attachments, ..Self::default() }
    }
}

impl From<Origin> for PostDetails {
    fn from(origin: Origin) -> Self {
        let Origin { audience, warning, language, attachments, .. } = origin;
        Self { audience, warning, language, attachments }
    }
}

/// Returns the media type of a file by the end of its name, for the types that servers of microblogs take.
#[must_use]
pub fn media_type_of(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "heic" => "image/heic",
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "webm" => "video/webm",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "flac" => "audio/flac",
        "wav" => "audio/wav",
        _ => return None,
    })
}

/// Returns whether a text has the form of a language tag (RFC 5646).
#[must_use]
pub fn is_language_tag(tag: &str) -> bool {
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.starts_with(|c: char| c.is_ascii_alphabetic()) && tag.split('-').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warning_is_one_line_within_its_limit() {
        let mut details = PostDetails::default();
        details.set_warning("  a cake\n and  a lie ").unwrap();
        assert_eq!(details.warning.as_deref(), Some("a cake and a lie"));
        let error = details.set_warning(&"x".repeat(201)).unwrap_err();
        assert_eq!(error.to_string(), "the content warning has 201 characters: 200 are allowed");
        assert_eq!(details.warning.as_deref(), Some("a cake and a lie"));
        details.set_warning(" \n").unwrap();
        assert!(details.is_empty());
    }

    #[test]
    fn language_is_a_tag_or_none() {
        for (tag, stored) in
            [("en", Some("en")), (" pt-BR ", Some("pt-BR")), ("", None), ("zh-Hant-TW", Some("zh-Hant-TW"))]
        {
            let mut details = PostDetails::default();
            details.set_language(tag).unwrap();
            assert_eq!(details.language.as_deref(), stored, "{tag:?}");
        }
        for tag in ["e n", "-", "en-", "1en", "englishlanguage", "en\u{202e}"] {
            assert!(PostDetails::default().set_language(tag).is_err(), "{tag:?}");
        }
    }

    #[test]
    fn audience_widens_never_and_cycles_through_the_allowed_ones() {
        use Audience::{Direct, Followers, Public, Unlisted};
        let cases = [
            (Public, Public, Unlisted),
            (Direct, Public, Public),
            (Followers, Followers, Direct),
            (Direct, Followers, Followers),
            (Direct, Direct, Direct),
        ];
        for (audience, widest, next) in cases {
            assert_eq!(audience.next_within(widest), next, "{audience:?} {widest:?}");
        }
    }
}
