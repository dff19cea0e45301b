//! The commands on drafts.

use super::args::posts::{DraftCommand, Drafts};
use super::{CliError, Context};
use crate::store::DraftKey;

pub(super) fn drafts(context: &mut Context, args: &Drafts) -> Result<(), CliError> {
    let mut store = context.store()?;
    let user = context.actor(&store)?.id;
    match &args.command {
        None | Some(DraftCommand::List) => {
            let drafts = store.drafts(user)?;
            if drafts.is_empty() && !args.json {
                context.note("no drafts");
            }
            for draft in &drafts {
                context.out.draft(draft, args.json)?;
            }
        }
        Some(DraftCommand::Show(draft)) => {
            let found = store.saved_draft(DraftKey { user, purpose: draft.purpose(), slot: draft.slot() })?;
            if args.json {
                context.out.draft(&found, true)?;
            } else {
                context.out.text(&found.text)?;
            }
        }
        Some(DraftCommand::Delete(draft)) => {
            store.discard_draft(DraftKey { user, purpose: draft.purpose(), slot: draft.slot() })?;
            context.out.line("discarded")?;
        }
    }
    Ok(())
}
