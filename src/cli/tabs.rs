//! The commands on pinned timelines.

use serde::Serialize;

use super::args::posts::{Tabs, TabsCommand};
use super::{CliError, Context, timeline};
use crate::model::{PinnedTab, Timeline, UserId};
use crate::store::Store;
use crate::tui::state::FIXED_TABS;

/// A pinned timeline as JSON.
#[derive(Serialize)]
struct JsonTab<'a> {
    number: usize,
    timeline: &'a str,
    name: Option<&'a str>,
}

pub(super) fn tabs(context: &mut Context, args: &Tabs) -> Result<(), CliError> {
    let mut store = context.store()?;
    let user = context.actor(&store)?.id;
    let mut tabs = store.tabs(user)?;
    match &args.command {
        None | Some(TabsCommand::List) => return list(context, &tabs, args.json),
        Some(TabsCommand::Pin { which }) => {
            let timeline = timeline::find(context, &store, Some(which))?;
            if is_always_open(&timeline, user) {
                return Err(CliError::Failed(format!("{} is always open: pin another timeline", described(&timeline))));
            }
            if tabs.iter().any(|tab| tab.timeline == timeline) {
                return Err(CliError::Failed(format!("{} is pinned already", described(&timeline))));
            }
            tabs.push(PinnedTab { timeline, name: None });
        }
        Some(TabsCommand::Unpin { number: Some(number), .. }) => drop(tabs.remove(index(&tabs, *number)?)),
        Some(TabsCommand::Unpin { which, .. }) => {
            let timeline = timeline::find(context, &store, which.as_ref())?;
            let at = tabs.iter().position(|tab| tab.timeline == timeline).ok_or_else(|| {
                CliError::Failed(format!("{} is not pinned: microblog tabs lists yours", described(&timeline)))
            })?;
            tabs.remove(at);
        }
        Some(TabsCommand::Move { number, to }) => {
            let (from, to) = (index(&tabs, *number)?, index(&tabs, *to)?);
            let tab = tabs.remove(from);
            tabs.insert(to, tab);
        }
        Some(TabsCommand::Rename { number, name }) => {
            let (at, name) = (index(&tabs, *number)?, name.join(" "));
            tabs[at].name = (!name.trim().is_empty()).then_some(name);
        }
    }
    set(context, &mut store, user, &tabs, args.json)
}

/// Stores the pinned timelines, and lists them.
fn set(context: &mut Context, store: &mut Store, user: UserId, tabs: &[PinnedTab], json: bool) -> Result<(), CliError> {
    store.set_tabs(user, tabs)?;
    list(context, &store.tabs(user)?, json)
}

fn list(context: &mut Context, tabs: &[PinnedTab], json: bool) -> Result<(), CliError> {
    if tabs.is_empty() && !json {
        context.note("no pinned timelines: pin one with microblog tabs pin tag TAG, or with $ on the screens");
    }
    for (number, tab) in (FIXED_TABS + 1..).zip(tabs) {
        let timeline = described(&tab.timeline);
        if json {
            context.out.json(&JsonTab { number, timeline: &timeline, name: tab.name.as_deref() })?;
        } else {
            let name = tab.name.as_ref().map(|name| format!("  \"{name}\"")).unwrap_or_default();
            context.out.clean_line(&format!("{number}  {timeline}{name}"))?;
        }
    }
    Ok(())
}

/// Returns the index of the timeline with a number, which is its key on the screens.
fn index(tabs: &[PinnedTab], number: usize) -> Result<usize, CliError> {
    number
        .checked_sub(FIXED_TABS + 1)
        .filter(|at| *at < tabs.len())
        .ok_or_else(|| CliError::Failed(format!("there is no pinned timeline {number}: microblog tabs lists yours")))
}

/// Returns whether a timeline is open on the screens without being pinned.
fn is_always_open(timeline: &Timeline, user: UserId) -> bool {
    match timeline {
        Timeline::Home(_) | Timeline::All | Timeline::Mentions(_) | Timeline::Bookmarks(_) => true,
        Timeline::User(id, _) | Timeline::Likes(id, _) => *id == user,
        Timeline::Replies(..) | Timeline::List(..) | Timeline::Tag(_) | Timeline::Search(_) => false,
    }
}

/// Returns a timeline in the words of the command line.
fn described(timeline: &Timeline) -> String {
    match timeline {
        Timeline::Home(_) => "home".to_owned(),
        Timeline::All => "all".to_owned(),
        Timeline::Mentions(_) => "mentions".to_owned(),
        Timeline::Bookmarks(_) => "bookmarks".to_owned(),
        Timeline::User(_, name) => format!("user {name}"),
        Timeline::Replies(_, name) => format!("replies {name}"),
        Timeline::Likes(_, name) => format!("likes {name}"),
        Timeline::List(_, name) => format!("list {name}"),
        Timeline::Tag(tag) => format!("tag {tag}"),
        Timeline::Search(query) => format!("search {query}"),
    }
}
