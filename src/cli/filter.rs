//! The commands on word filters.

use super::args::social::FilterCommand;
use super::{CliError, Context};
use crate::model::{Filter, Phrase};

pub(super) fn filter(context: &mut Context, command: FilterCommand) -> Result<(), CliError> {
    let mut store = context.store()?;
    let actor = context.actor(&store)?.id;
    match command {
        FilterCommand::Add { phrase, collapse, until } => {
            let filter = Filter { phrase: Phrase::parse(&phrase.join(" "))?, folded: collapse, until };
            store.add_filter(actor, &filter)?;
            let verb = if collapse { "collapsing" } else { "hiding" };
            context.out.clean_line(&format!("{verb} posts with {}", filter.phrase.as_str()))?;
        }
        FilterCommand::List { json } => {
            let filters = store.filters(actor)?;
            if filters.is_empty() && !json {
                context.note("no filters yet: add one with microblog filter add PHRASE");
            }
            for filter in &filters {
                context.out.filter(filter, json)?;
            }
        }
        FilterCommand::Remove { phrases } => {
            let phrases = phrases.iter().map(|phrase| Phrase::parse(phrase)).collect::<Result<Vec<_>, _>>()?;
            store.remove_filters(actor, &phrases)?;
            for phrase in &phrases {
                context.out.clean_line(&format!("removed filter {}", phrase.as_str()))?;
            }
        }
    }
    Ok(())
}
