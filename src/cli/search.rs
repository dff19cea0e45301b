//! The command that searches posts and users, and manages saved searches.

use super::args::social::Search;
use super::{CliError, Context, users};
use crate::model::Timeline;
use crate::store::{Store, Window};
use crate::text::{Query, SearchHint, with_thousands};

pub(super) fn search(context: &mut Context, args: &Search) -> Result<(), CliError> {
    if args.query.is_none() && args.delete.is_none() && !args.saved {
        let why = "nothing to search for: give words; see microblog search --help";
        return Err(CliError::Usage(why.to_owned()));
    }
    let mut store = context.store()?;
    if let Some(name) = &args.delete {
        let actor = context.actor(&store)?.id;
        store.delete_search(actor, name)?;
        return Ok(context.out.clean_line(&format!("deleted saved search \"{}\"", name.trim()))?);
    }
    if args.saved {
        return list_saved(context, &store, args.json);
    }
    let query = args.query.iter().chain(&args.more).map(String::as_str).collect::<Vec<_>>().join(" ");
    if let Some(name) = &args.save {
        let actor = context.actor(&store)?.id;
        store.save_search(actor, name, &query)?;
        let name = name.trim();
        let line = format!("saved search \"{name}\": show it with microblog timeline saved {name}");
        return Ok(context.out.clean_line(&line)?);
    }
    if args.users {
        let found = store.search_users(&query, args.limit)?;
        if found.is_empty() && !args.json {
            context.note("no users found");
        }
        return users::print(context, &store, &found, args.json);
    }
    search_posts(context, &store, args, query)
}

fn search_posts(context: &mut Context, store: &Store, args: &Search, query: String) -> Result<(), CliError> {
    let viewer = context.viewer(store, args.muted)?;
    let hints = store.search_hints(&Query::parse(&query), viewer.user)?;
    for hint in hints.iter().filter(|hint| !(args.muted && matches!(hint, SearchHint::Muted(_)))) {
        context.note(&hint.to_string());
    }
    let found = if args.rank {
        let ranked = store.search_ranked(&query, viewer, args.limit, args.among)?;
        if !ranked.is_complete {
            let (compared, more) = (ranked.compared, ranked.compared.saturating_mul(10));
            let compared = with_thousands(compared as u64);
            context.note(&format!("ranked the newest {compared} matches: --among {more} compares more"));
        }
        ranked.posts
    } else {
        let before = args.before.map(|id| store.post(id)).transpose()?.map(|post| post.key);
        store.timeline(
            &Timeline::Search(query),
            &Window { viewer, until: before, limit: args.limit, ..Window::default() },
        )?
    };
    if found.is_empty() && !args.json {
        context.note("no posts found");
    }
    Ok(context.out.posts(&found, args.json)?)
}

fn list_saved(context: &mut Context, store: &Store, json: bool) -> Result<(), CliError> {
    let found = store.saved_searches(context.actor(store)?.id)?;
    if found.is_empty() && !json {
        context.note("no saved searches yet: save one with microblog search QUERY --save NAME");
    }
    for search in &found {
        context.out.saved_search(search, json)?;
    }
    Ok(())
}
