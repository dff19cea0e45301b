//! The commands on lists of users.

use super::args::social::{List, ListCommand};
use super::{CliError, Context, users};
use crate::model::{User, UserId};
use crate::store::Store;
use crate::text::pluralize;

pub(super) fn list(context: &mut Context, args: &List) -> Result<(), CliError> {
    let mut store = context.store()?;
    let actor = context.actor(&store)?.id;
    match args.command.as_ref().unwrap_or(&ListCommand::Show { list: None, json: false }) {
        ListCommand::Create { list, nicknames } => {
            store.create_list(actor, list, &ids(&named(&store, nicknames)?))?;
            let (name, members) = (list.trim(), pluralize(nicknames.len() as u64, "user"));
            context.out.clean_line(&format!("created list \"{name}\" with {members}"))?;
        }
        ListCommand::Add { list, nicknames } => {
            let users = named(&store, nicknames)?;
            let added = store.add_to_list(actor, list, &ids(&users))?;
            for user in &users {
                let verb = if added.contains(&user.id) { "added" } else { "unchanged:" };
                context.out.clean_line(&format!("{verb} @{}", user.nickname))?;
            }
        }
        ListCommand::Remove { list, nicknames } => {
            let users = named(&store, nicknames)?;
            let removed = store.remove_from_list(actor, list, &ids(&users))?;
            for user in &users {
                let verb = if removed.contains(&user.id) { "removed" } else { "unchanged:" };
                context.out.clean_line(&format!("{verb} @{}", user.nickname))?;
            }
        }
        ListCommand::Rename { list, name } => {
            store.rename_list(actor, list, name)?;
            context.out.clean_line(&format!("renamed list \"{}\" to \"{}\"", list.trim(), name.trim()))?;
        }
        ListCommand::Delete { list } => {
            store.delete_list(actor, list)?;
            context.out.clean_line(&format!("deleted list \"{}\"", list.trim()))?;
        }
        ListCommand::Show { list: Some(list), json } => {
            let members = store.list_members(actor, list)?;
            if members.is_empty() && !json {
                context.note("no users in this list yet: add them with microblog list add LIST NICK");
            }
            users::print(context, &store, &members, *json)?;
        }
        ListCommand::Show { list: None, json } => {
            let lists = store.lists(actor)?;
            if lists.is_empty() && !json {
                context.note("no lists yet: create one with microblog list create LIST NICK");
            }
            for list in &lists {
                context.out.user_list(list, *json)?;
            }
        }
    }
    Ok(())
}

fn named(store: &Store, nicknames: &[String]) -> Result<Vec<User>, CliError> {
    Ok(nicknames.iter().map(|name| store.user(name)).collect::<Result<_, _>>()?)
}

fn ids(users: &[User]) -> Vec<UserId> {
    users.iter().map(|user| user.id).collect()
}
