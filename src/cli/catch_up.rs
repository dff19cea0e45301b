//! The command that catches up with new posts.

use std::collections::BTreeSet;

use serde::Serialize;

use super::args::posts::{CatchUp as CatchUpArgs, GroupOrder};
use super::{CliError, Context};
use crate::model::{Post, Timeline, Timestamp, UserId};
use crate::store::{Store, Viewer, Window};
use crate::text::{CatchUp, CatchUpGroup, CatchUpKind, CatchUpOrder, SharedLink, pluralize};
use crate::transfer::export::{FeedInfo, Markdown, Writer};

pub(super) fn catch_up(context: &mut Context, args: &CatchUpArgs) -> Result<(), CliError> {
    let mut store = context.store()?;
    let user = context.actor(&store)?.id;
    let arrived = store.last_arrival()?;
    let posts = posts(&store, user, args)?;
    let ends = posts.iter().map(|post| post.key).min().zip(posts.iter().map(|post| post.key).max());
    let count = posts.len();
    let order = match args.by {
        GroupOrder::Threads => CatchUpOrder::Threads,
        GroupOrder::Time => CatchUpOrder::Time,
        GroupOrder::Author => CatchUpOrder::Author,
    };
    let parents = store.parents(&posts)?;
    let found = CatchUp::new(posts, &parents, order);
    if found.groups.is_empty() && !args.json {
        context.note(if args.since.is_some() {
            "no posts since then"
        } else {
            "nothing new: you have read everything"
        });
    }
    match (args.json, args.markdown) {
        (true, _) => print_json(context, &found)?,
        (_, true) if !found.groups.is_empty() => print_markdown(context, &found)?,
        (_, true) => {}
        _ => print(context, &found)?,
    }
    if count > 0 && count == args.limit {
        let posts = pluralize(count as u64, "post");
        context.note(&format!("these are the newest {posts}: there may be more, which --limit N includes"));
    }
    if let (true, Some(range)) = (args.read, ends) {
        context.out.flush()?;
        store.mark_read(user, &Timeline::Home(user), range, arrived, Timestamp::now())?;
    }
    Ok(())
}

/// Returns the newest posts of others that are unread, or came since a time.
fn posts(store: &Store, user: UserId, args: &CatchUpArgs) -> Result<Vec<Post>, CliError> {
    let home = Timeline::Home(user);
    if args.since.is_none() {
        return Ok(store.unread_page(user, &home, None, args.limit)?);
    }
    let window = Window { viewer: Viewer::of(user), since: args.since, limit: args.limit, ..Window::default() };
    let mut posts = store.timeline(&home, &window)?;
    posts.retain(|post| post.boost.is_some() || post.author != user);
    Ok(posts)
}

fn print(context: &mut Context, found: &CatchUp) -> Result<(), CliError> {
    for group in &found.groups {
        context.out.heading(&group.title())?;
        if group.kind == CatchUpKind::Boosts {
            for post in &group.posts {
                context.out.boosted(post)?;
            }
            context.out.line("")?;
            continue;
        }
        for post in &group.posts {
            context.out.post(post, 1)?;
        }
    }
    if !found.links.is_empty() {
        context.out.heading(&pluralize(found.links.len() as u64, "link"))?;
        for link in &found.links {
            context.out.clean_line(&format!("  {}  {}", link.url, shared_by(link)))?;
        }
    }
    Ok(())
}

fn shared_by(link: &SharedLink) -> String {
    link.by.iter().map(|name| format!("@{name}")).collect::<Vec<_>>().join(", ")
}

fn print_markdown(context: &mut Context, found: &CatchUp) -> Result<(), CliError> {
    let count: usize = found.groups.iter().map(|group| group.posts.len()).sum();
    let title = format!("{} to catch up with", pluralize(count as u64, "post"));
    let mut writer = Markdown::new(FeedInfo { title, owner: None, url: None, pinned: BTreeSet::new() });
    let mut text = Vec::new();
    writer.head(&mut text)?;
    for group in &found.groups {
        writer.section(&mut text, &group.title())?;
        for post in group.posts.iter().filter(|post| post.collapsed.is_none()) {
            writer.post(&mut text, post, None)?;
        }
    }
    if !found.links.is_empty() {
        writer.section(&mut text, &pluralize(found.links.len() as u64, "link"))?;
        text.push(b'\n');
        for link in &found.links {
            writer.link(&mut text, &link.url, &shared_by(link))?;
        }
    }
    Ok(context.out.bytes(&text)?)
}

fn print_json(context: &mut Context, found: &CatchUp) -> Result<(), CliError> {
    for group in &found.groups {
        context.out.json(&JsonGroup::new(group))?;
    }
    for link in &found.links {
        let by = link.by.iter().map(|name| name.as_str()).collect();
        context.out.json(&JsonLink { kind: "link", url: &link.url, by })?;
    }
    Ok(())
}

#[derive(Serialize)]
struct JsonGroup<'a> {
    kind: &'static str,
    authors: Vec<&'a str>,
    posts: Vec<JsonGroupPost<'a>>,
}

#[derive(Serialize)]
struct JsonGroupPost<'a> {
    id: i64,
    author: &'a str,
    created_at: String,
    body: &'a str,
}

#[derive(Serialize)]
struct JsonLink<'a> {
    kind: &'static str,
    url: &'a str,
    by: Vec<&'a str>,
}

impl<'a> JsonGroup<'a> {
    fn new(group: &'a CatchUpGroup) -> Self {
        let kind = match group.kind {
            CatchUpKind::Thread => "thread",
            CatchUpKind::Author => "author",
            CatchUpKind::Boosts => "boosts",
        };
        let post = |post: &'a Post| JsonGroupPost {
            id: post.id.0,
            author: post.nickname.as_str(),
            created_at: post.created_at.rfc3339(),
            body: post.body.as_str(),
        };
        let authors = group.authors().into_iter().map(|name| name.as_str()).collect();
        Self { kind, authors, posts: group.posts.iter().map(post).collect() }
    }
}
