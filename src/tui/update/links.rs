//! Opening the links of a post, and copying texts.

use crate::model::{Post, PostId};
use crate::text::{find_quote, links};
use crate::tui::state::{Effect, State, TerminalEffect};

/// Returns the links of a post: those of its text, its own address, and those of its attachments.
#[must_use]
pub fn links_of(post: &Post) -> Vec<String> {
    let mut found: Vec<String> = links(post.body.as_str()).into_iter().map(str::to_owned).collect();
    let origin = post.origin.iter();
    let others =
        origin.flat_map(|origin| origin.url.iter().chain(origin.attachments.iter().filter_map(|one| one.url.as_ref())));
    for other in others {
        // Only what would be a link in a text is opened: no file, no option of a command.
        if links(other) == [other.as_str()] && !found.contains(other) {
            found.push(other.clone());
        }
    }
    found
}

/// Returns the post of this database that a post quotes.
#[must_use]
pub fn quoted_post(post: &Post) -> Option<PostId> {
    // A post from elsewhere names ids of another database.
    let is_local = post.origin.as_ref().is_none_or(|origin| origin.url.is_none());
    find_quote(post.body.as_str()).filter(|_| is_local)?.of
}

/// Opens a link, with a notice of which.
pub fn open_link(state: &mut State, link: String) -> Vec<Effect> {
    state.show_notice(format!("opening {link}"));
    vec![TerminalEffect::OpenLink(link).into()]
}

/// Copies a text, with a notice of what it is.
pub fn copy_text(state: &mut State, name: &str, text: String) -> Vec<Effect> {
    state.show_notice(format!("copied {name}"));
    vec![TerminalEffect::CopyText(text).into()]
}
