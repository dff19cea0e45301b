//! What the people of the model write and look for: few words, so that they meet.

use super::plain::{Plain, PlainPost, key};

/// Nicknames; the last two are others' in another case.
pub(super) const NAMES: [&str; 9] = ["ada", "Bo", "cy", "dan", "Eve", "Ärger", "fay", "ADA", "ärger"];

/// What bodies are made of.
pub(super) const PIECES: [&str; 17] = [
    "bread",
    "tea",
    "the",
    "rye",
    "sourdough",
    "Tea!",
    "#bread",
    "#Rye",
    "@ada",
    "@BO",
    "@cy,",
    "@Ärger",
    "@nobody",
    "https://a.example/tea",
    "e-mail",
    "two\nlines",
    "👩‍👩‍👧",
];

pub(super) const PHRASES: [&str; 4] = ["tea", "the tea", "#rye", "sourdough"];

pub(super) const TAGS: [&str; 3] = ["bread", "rye", "none"];

/// The words of a text, small and without their accents.
pub(super) fn words(text: &str) -> Vec<String> {
    let plain = text.to_lowercase().replace('ä', "a");
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

pub(super) fn tags(text: &str) -> Vec<String> {
    text.split_whitespace().filter_map(|word| word.strip_prefix('#')).map(key).collect()
}

/// One thing that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// Words in a row.
    Words(&'static str),
    Prefix(&'static str),
    Part(&'static str),
    From(&'static str),
    /// In the list of the reader.
    InList,
    To(&'static str),
    Tag(&'static str),
    Link,
    Reply,
}

/// A search as it is typed, and what it means: each thing, and whether it must be there or must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Query(pub(super) &'static str, &'static [(bool, Ask)]);

pub(super) const QUERIES: [Query; 18] = [
    Query("bread", &[(true, Ask::Words("bread"))]),
    Query("TEA the", &[(true, Ask::Words("tea")), (true, Ask::Words("the"))]),
    Query("\"the tea\"", &[(true, Ask::Words("the tea"))]),
    Query("-bread", &[(false, Ask::Words("bread"))]),
    Query("tea -rye", &[(true, Ask::Words("tea")), (false, Ask::Words("rye"))]),
    Query("sour*", &[(true, Ask::Prefix("sour"))]),
    Query("*rea*", &[(true, Ask::Part("rea"))]),
    Query("tea -*rea*", &[(true, Ask::Words("tea")), (false, Ask::Part("rea"))]),
    Query("from:ada", &[(true, Ask::From("ada"))]),
    Query("-from:@bo the", &[(false, Ask::From("bo")), (true, Ask::Words("the"))]),
    Query("to:ada", &[(true, Ask::To("ada"))]),
    Query("to:Ärger is:reply", &[(true, Ask::To("ärger")), (true, Ask::Reply)]),
    Query("#bread", &[(true, Ask::Tag("bread"))]),
    Query("-#RYE is:reply", &[(false, Ask::Tag("rye")), (true, Ask::Reply)]),
    Query("has:link", &[(true, Ask::Link)]),
    Query("in:pals", &[(true, Ask::InList)]),
    Query("tea -in:PALS", &[(true, Ask::Words("tea")), (false, Ask::InList)]),
    Query("nowhere", &[(true, Ask::Words("nowhere"))]),
];

impl Query {
    pub(super) fn finds(self, world: &Plain, reader: i64, author: i64, post: &PlainPost) -> bool {
        let body = post.body();
        let said = words(body);
        self.1.iter().all(|(wanted, ask)| {
            let found = match ask {
                Ask::Words(text) => {
                    let row = words(text);
                    said.windows(row.len()).any(|part| part == row)
                }
                Ask::Prefix(text) => said.iter().any(|word| word.starts_with(text)),
                Ask::Part(text) => body.to_lowercase().contains(text),
                Ask::From(name) => world.called(name) == Some(author),
                Ask::InList => world.users[&reader].list.as_ref().is_some_and(|list| list.contains(&author)),
                Ask::To(name) => world.called(name).is_some_and(|user| post.to.contains(&user)),
                Ask::Tag(tag) => tags(body).contains(&key(tag)),
                Ask::Link => body.contains("https://"),
                Ask::Reply => post.answers.is_some(),
            };
            found == *wanted
        })
    }
}
