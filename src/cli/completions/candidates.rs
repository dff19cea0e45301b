//! What can be in the place of a word: commands, options, and what is in the database.

use clap::{Arg, Command, ValueHint};

use super::parse::Position;
use crate::cli::Context;
use crate::config;
use crate::model::{Post, PostId, Purpose, Timeline, User, case_fold};
use crate::store::{Result, Store, Viewer, Window};
use crate::text::{is_clean, pluralize, single_line, truncate};

/// Maximum number of users or tags.
const MAX: usize = 200;
/// Maximum number of posts, of which only the newest are of use.
const MAX_POSTS: usize = 50;
/// Maximum width of a description, in columns.
const MAX_COLUMNS: usize = 60;

/// A word that can be inserted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) value: String,
    pub(super) description: Option<String>,
}

impl Candidate {
    fn new(value: impl Into<String>, description: Option<&str>) -> Self {
        let description = description.map(|text| truncate(&single_line(text), MAX_COLUMNS).into_owned());
        Self { value: value.into(), description: description.filter(|text| !text.is_empty()) }
    }
}

/// Users whom an argument can name.
#[derive(Debug, Clone, Copy)]
enum Users {
    All,
    /// Users who can write here.
    Local,
    Followed,
    Muted,
}

/// Posts that an argument can name.
#[derive(Debug, Clone, Copy)]
enum Posts {
    Home,
    Own,
    Liked,
    Bookmarked,
    Drafts,
}

/// Where the values of an argument come from.
#[derive(Debug, Clone, Copy)]
enum Source {
    None,
    Files,
    Commands,
    Users(Users),
    Posts(Posts),
    Tags,
    SavedSearches,
    Lists,
    Filters,
    /// A search: its last term.
    Query,
    /// A text: a mention or a tag at its end.
    Text,
}

impl Source {
    /// Returns the source of an argument of the command with this path.
    fn of(argument: &Arg, path: &[&str]) -> Self {
        let (command, group) = (path.last().copied().unwrap_or(""), path.first().copied().unwrap_or(""));
        let value_name = argument.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
        match argument.get_id().as_str() {
            _ if value_name == "FILE" || argument.get_value_hint() == ValueHint::AnyPath => Self::Files,
            "actor" => Self::Users(Users::Local),
            "nickname" | "nicknames" | "names" | "old" | "user" => match (group, command) {
                ("user", "add") => Self::None,
                ("switch", _) => Self::Users(Users::Local),
                ("unfollow" | "refresh", _) => Self::Users(Users::Followed),
                ("unmute", _) => Self::Users(Users::Muted),
                _ => Self::Users(Users::All),
            },
            _ if value_name == "ID" => Self::Posts(match (group, command) {
                ("drafts", _) => Posts::Drafts,
                ("edit" | "delete", _) => Posts::Own,
                ("unlike", _) => Posts::Liked,
                ("unbookmark", _) => Posts::Bookmarked,
                _ => Posts::Home,
            }),
            "tag" => Self::Tags,
            "name" if command == "saved" => Self::SavedSearches,
            "list" if command != "create" => Self::Lists,
            "delete" if command == "search" => Self::SavedSearches,
            "phrases" => Self::Filters,
            "query" | "more" | "search" => Self::Query,
            "text" => Self::Text,
            "command" => Self::Commands,
            _ => Self::None,
        }
    }
}

/// Returns the candidates at a position; `None` if a path is expected there.
pub(super) fn find(context: &Context, root: &Command, position: &Position<'_>) -> Option<Vec<Candidate>> {
    let command = position.path.iter().fold(root, |command, name| command.find_subcommand(name).unwrap_or(command));
    let mut found = Vec::new();
    if position.options {
        found.extend(options(command));
    }
    if position.commands {
        found.extend(commands(command));
    }
    let mut lead = position.lead.clone();
    if let Some(argument) = position.argument {
        let possible = argument.get_possible_values();
        if possible.is_empty() {
            match Source::of(argument, &position.path) {
                Source::Files => return None,
                Source::Commands => found.extend(commands(named_command(root, position))),
                source => {
                    let values = Values::open(context, position).map(|values| values.find(source, &mut lead));
                    found.extend(values.unwrap_or_default().into_iter().filter(is_harmless));
                }
            }
        }
        for value in possible.iter().filter(|value| !value.is_hide_set()) {
            let about = value.get_help().map(ToString::to_string);
            found.push(Candidate::new(value.get_name(), about.as_deref()));
        }
    }
    let prefix = case_fold(position.prefix.strip_prefix(&lead[position.lead.len()..]).unwrap_or(&position.prefix));
    found.retain(|candidate| case_fold(&candidate.value).starts_with(&prefix));
    for candidate in &mut found {
        candidate.value.insert_str(0, &lead);
    }
    Some(found)
}

/// Whether a value from the database can be typed: nothing acts on the terminal, and it is not taken for an option.
fn is_harmless(candidate: &Candidate) -> bool {
    let value = &candidate.value;
    is_clean(value) && !value.contains(['\n', '\r', '\t']) && !value.starts_with('-') && !value.is_empty()
}

fn commands(command: &Command) -> impl Iterator<Item = Candidate> {
    command.get_subcommands().filter(|sub| !sub.is_hide_set()).map(|sub| {
        let about = sub.get_about().map(ToString::to_string);
        Candidate::new(sub.get_name(), about.as_deref())
    })
}

fn options(command: &Command) -> impl Iterator<Item = Candidate> {
    command.get_arguments().filter(|argument| !argument.is_hide_set()).filter_map(|argument| {
        let about = argument.get_help().map(ToString::to_string);
        Some(Candidate::new(format!("--{}", argument.get_long()?), about.as_deref()))
    })
}

/// Returns the command that the words behind `help` name.
fn named_command<'a>(root: &'a Command, position: &Position<'_>) -> &'a Command {
    position.values.iter().fold(root, |command, word| command.find_subcommand(word).unwrap_or(command))
}

/// Reads values from the database.
struct Values<'a> {
    store: Store,
    viewer: Option<User>,
    prefix: &'a str,
}

impl<'a> Values<'a> {
    /// Opens the database that the line names, read-only; `None` if it cannot be read.
    fn open(context: &Context, position: &'a Position<'_>) -> Option<Self> {
        let named = position.db.as_deref().map(|path| config::expand_home(path.as_ref()));
        let path = match named.or_else(|| context.args.db.as_deref().map(config::expand_home)) {
            Some(path) => path,
            None => config::locate_default_db().ok()?,
        };
        let (store, _) = Store::open_read_only(&path).ok()?;
        let actor = position.actor.as_deref().or(context.args.actor.as_deref());
        let viewer = match actor {
            Some(nickname) => store.user(nickname).ok(),
            None => store.active_user().ok().flatten(),
        };
        Some(Self { store, viewer, prefix: &position.prefix })
    }

    /// Returns values; what stays before them in the word is added to `lead`.
    fn find(&self, source: Source, lead: &mut String) -> Vec<Candidate> {
        let term = self.prefix.rsplit(' ').next().unwrap_or_default();
        let before = &self.prefix[..self.prefix.len() - term.len()];
        let found = match source {
            Source::Users(users) => {
                let at = if self.prefix.starts_with('@') { "@" } else { "" };
                lead.push_str(at);
                self.users(users, &self.prefix[at.len()..])
            }
            Source::Tags => {
                let sign = if self.prefix.starts_with('#') { "#" } else { "" };
                lead.push_str(sign);
                self.tags(&self.prefix[sign.len()..])
            }
            Source::Posts(posts) => self.posts(posts),
            Source::SavedSearches => self.saved_searches(),
            Source::Lists => self.lists(),
            Source::Filters => self.filters(),
            Source::Query => {
                let sign = ["from:", "to:", "in:", "#"].into_iter().find(|sign| term.starts_with(sign));
                lead.push_str(before);
                lead.push_str(sign.unwrap_or_default());
                match sign {
                    Some("#") => self.tags(&term[1..]),
                    Some("in:") => self.lists(),
                    Some(sign) => self.users(Users::All, &term[sign.len()..]),
                    None => {
                        return ["has:link", "has:image", "has:poll", "is:reply", "is:unread"]
                            .map(|term| Candidate::new(term, None))
                            .to_vec();
                    }
                }
            }
            Source::Text => {
                lead.push_str(before);
                match term.chars().next() {
                    Some('@') => {
                        lead.push('@');
                        self.users(Users::All, &term[1..])
                    }
                    Some('#') => {
                        lead.push('#');
                        self.tags(&term[1..])
                    }
                    _ => return vec![],
                }
            }
            Source::None | Source::Files | Source::Commands => return vec![],
        };
        found.unwrap_or_default()
    }

    fn users(&self, users: Users, prefix: &str) -> Result<Vec<Candidate>> {
        let named = |user: &User| {
            let name = user.display_name.as_ref().map(|name| name.as_str());
            Candidate::new(user.nickname.as_str(), name)
        };
        let entries = match (users, &self.viewer) {
            (Users::Followed, Some(viewer)) => {
                let followed = self.store.following(viewer.id, usize::MAX)?;
                followed.into_iter().map(|entry| entry.user).collect()
            }
            (Users::Muted, Some(viewer)) => self.store.muted(viewer.id)?,
            (Users::Local, _) => self.store.users_with_prefix(prefix, true, MAX)?,
            _ => self.store.users_with_prefix(prefix, false, MAX)?,
        };
        Ok(entries.iter().map(named).collect())
    }

    fn tags(&self, prefix: &str) -> Result<Vec<Candidate>> {
        Ok(self.store.tags(prefix, MAX)?.into_iter().map(|tag| Candidate::new(tag.name, None)).collect())
    }

    fn posts(&self, posts: Posts) -> Result<Vec<Candidate>> {
        let timeline = match (&self.viewer, posts) {
            (Some(user), Posts::Drafts) => {
                let drafts = self.store.drafts(user.id)?;
                let post = |purpose| match purpose {
                    Purpose::New => None,
                    Purpose::Reply(id) | Purpose::Edit { post: id, .. } => Some(id),
                };
                let entry = |id: PostId, text: &str| Candidate::new(id.to_string(), Some(text));
                return Ok(drafts.iter().filter_map(|draft| Some(entry(post(draft.purpose)?, &draft.text))).collect());
            }
            (None, _) => Timeline::All,
            (Some(user), Posts::Home) => Timeline::Home(user.id),
            (Some(user), Posts::Own) => Timeline::User(user.id, user.nickname.clone()),
            (Some(user), Posts::Liked) => Timeline::Likes(user.id, user.nickname.clone()),
            (Some(user), Posts::Bookmarked) => Timeline::Bookmarks(user.id),
        };
        let viewer = Viewer { user: self.viewer.as_ref().map(|user| user.id), include_muted: false };
        let mut found = self.store.timeline(&timeline, &Window { viewer, limit: MAX_POSTS, ..Window::default() })?;
        if let (Posts::Own, Some(user)) = (posts, &self.viewer) {
            // A user's timeline has the posts that they boosted, too.
            found.retain(|post| post.author == user.id);
        }
        let describe = |post: &Post| format!("{}: {}", post.nickname, post.body.as_str());
        Ok(found.iter().map(|post| Candidate::new(post.id.to_string(), Some(&describe(post)))).collect())
    }

    fn saved_searches(&self) -> Result<Vec<Candidate>> {
        let Some(user) = &self.viewer else { return Ok(vec![]) };
        let searches = self.store.saved_searches(user.id)?;
        Ok(searches.into_iter().map(|search| Candidate::new(search.name, Some(&search.query))).collect())
    }

    fn lists(&self) -> Result<Vec<Candidate>> {
        let Some(user) = &self.viewer else { return Ok(vec![]) };
        let lists = self.store.lists(user.id)?;
        let describe = |members| pluralize(members, "user");
        Ok(lists.into_iter().map(|list| Candidate::new(list.name, Some(&describe(list.members)))).collect())
    }

    fn filters(&self) -> Result<Vec<Candidate>> {
        let Some(user) = &self.viewer else { return Ok(vec![]) };
        let filters = self.store.filters(user.id)?;
        Ok(filters.iter().map(|filter| Candidate::new(filter.phrase.as_str(), None)).collect())
    }
}
