//! Opening the links of a post, and copying what it says.

use super::{elsewhere, pages, say};
use crate::model::{Post, Timeline};
use crate::text::{clean, clean_line, links};
use crate::tui::layout;
use crate::tui::list::List;
use crate::tui::state::{Action, Effect, Offer, Offered, Overlay, State, TerminalEffect};

/// Opens the only link of the post under the cursor, or offers those that there are.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected() else { return vec![] };
    let found = addresses(post);
    match found.as_slice() {
        [] => say(state, "there is no link in this post"),
        [link] => open_link(state, link.clone()),
        _ => {
            let list = List::new(found.into_iter().map(Offered::Link).collect());
            state.overlay = Some(Overlay::Offer(Box::new(Offer { title: "open a link", list })));
            vec![]
        }
    }
}

/// The links of a post, where it stands in the world, and where what came with it can be fetched.
fn addresses(post: &Post) -> Vec<String> {
    let mut found: Vec<String> = links(post.body.as_str()).into_iter().map(str::to_owned).collect();
    let origin = post.origin.iter();
    let others =
        origin.flat_map(|origin| origin.url.iter().chain(origin.attachments.iter().filter_map(|one| one.url.as_ref())));
    for other in others {
        // Only what would be opened if it stood in a text.
        if links(other) == [other.as_str()] && !found.contains(other) {
            found.push(other.clone());
        }
    }
    found
}

/// Opens a link, and says which.
pub(super) fn open_link(state: &mut State, link: String) -> Vec<Effect> {
    say(state, format!("opening {link}"));
    vec![Effect::Terminal(TerminalEffect::OpenLink(link))]
}

/// Copies what the post under the cursor says.
pub(super) fn copy(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected() else { return vec![] };
    let text = clean(post.body.as_str()).into_owned();
    copied(state, "the text", text)
}

/// Offers what can be copied of the post under the cursor.
pub(super) fn copy_some(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected() else { return vec![] };
    let list = List::new(parts(post));
    state.overlay = Some(Overlay::Offer(Box::new(Offer { title: "copy", list })));
    vec![]
}

/// What of a post is worth copying. Cleaned, since what is pasted into another terminal would act there.
fn parts(post: &Post) -> Vec<Offered> {
    let body = post.body.as_str();
    let part = |name, text| Offered::Text { name, text };
    let mut parts = vec![part("text", clean(body).into_owned())];
    parts.extend(addresses(post).into_iter().map(|link| part("link", link)));
    parts.extend([
        part("number", post.id.to_string()),
        part("author", format!("@{}", clean_line(post.nickname.as_str()))),
        part("twtxt", format!("{}\t{}", post.created_at.rfc3339(), clean_line(body))),
    ]);
    parts
}

fn copied(state: &mut State, name: &str, text: String) -> Vec<Effect> {
    say(state, format!("copied {name}"));
    vec![Effect::Terminal(TerminalEffect::CopyText(text))]
}

/// Moves through what is offered, takes it, or closes the list.
pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let rows = usize::from(layout::list(state.size).height);
    let Some(Overlay::Offer(offer)) = &mut state.overlay else { return vec![] };
    if super::movement::in_list(&mut offer.list, action, rows, |_, _| 1) {
        return vec![];
    }
    if let Some(effects) = elsewhere::act(state, action) {
        return effects;
    }
    let Some(Overlay::Offer(offer)) = &mut state.overlay else { return vec![] };
    let chosen = match action {
        Action::Accept => offer.list.selected().cloned(),
        Action::Timeline(n) => match offer.list.items.get(n) {
            Some(chosen) => Some(chosen.clone()),
            None => return vec![],
        },
        _ => None,
    };
    state.overlay = None;
    match chosen {
        Some(Offered::Link(link)) => open_link(state, link),
        Some(Offered::Timeline(timeline)) => pages::open_timeline(state, timeline),
        Some(Offered::Saved(kept)) => pages::open_timeline(state, Timeline::Search(kept.query)),
        Some(Offered::Text { name, text }) => copied(state, &format!("the {name}"), text),
        None => vec![],
    }
}
