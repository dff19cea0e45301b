//! Commands that search, and that keep searches.

use super::social_args::Search;
use super::{CliError, Context, people, posts};
use crate::model::Timeline;
use crate::store::Window;

pub(super) fn search(context: &mut Context, args: &Search) -> Result<(), CliError> {
    let mut store = context.store()?;
    if args.saved || args.forget.is_some() {
        let actor = context.actor(&store)?.id;
        if let Some(name) = &args.forget {
            store.delete_search(actor, name)?;
            return Ok(context.out.say(&format!("forgot {}", name.trim()))?);
        }
        let found = store.saved_searches(actor)?;
        if found.is_empty() && !args.json {
            context.note("no searches are kept: keep one with microblog search QUERY --save NAME");
        }
        for search in &found {
            context.out.saved_search(search, args.json)?;
        }
        return Ok(());
    }
    let Some(first) = &args.query else {
        let hint = "nothing to search for: give words; see microblog search --help";
        return Err(CliError::Usage(hint.to_owned()));
    };
    let query = std::iter::once(first).chain(&args.more).map(String::as_str).collect::<Vec<_>>().join(" ");
    if let Some(name) = &args.save {
        let actor = context.actor(&store)?.id;
        store.save_search(actor, name, &query)?;
        let name = name.trim();
        return Ok(context.out.say(&format!("saved {name}: microblog timeline saved {name} reads it"))?);
    }
    if args.users {
        let users = store.search_users(&query, args.limit)?;
        if users.is_empty() && !args.json {
            context.note("no users found");
        }
        return people::list(context, &store, &users, args.json);
    }
    let viewer = context.viewer(&store, args.muted)?;
    let found = if args.rank {
        store.search_ranked(&query, viewer, args.limit)?
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
    posts::print(context, &found, args.json)
}
