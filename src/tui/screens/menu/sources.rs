//! What opens a menu: the links of a post, what can be copied of it, and the timelines near it.

use super::{Menu, MenuRow};
use crate::model::{Post, SavedSearch, Timeline};
use crate::text::{Clock, clean, clean_line, datetime, tags};
use crate::tui::list::List;
use crate::tui::state::{Detail, Effect, Pane, State, StoreEffect};
use crate::tui::update::links::{links_of, open_link, quoted_post};
use crate::tui::update::marks;
use crate::tui::update::undo::select_post_first;

/// Opens the only link of the selected post or the post that it quotes, or a menu of them.
pub(super) fn link_menu(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected() else { return select_post_first(state) };
    let (mut links, quoted) = (links_of(post), quoted_post(post));
    match (quoted, links.len()) {
        (None, 0) => state.show_notice("no link in this post"),
        (None, 1) => open_link(state, links.remove(0)),
        (Some(quoted), 0) => state.load_detail(StoreEffect::LoadThread(quoted)),
        _ => {
            let rows = quoted.into_iter().map(MenuRow::Quoted).chain(links.into_iter().map(MenuRow::Link));
            let list = List::new(rows.collect());
            state.show(Menu { title: "open link", list });
            vec![]
        }
    }
}

/// Opens a menu of what can be copied of the selected post.
pub(super) fn copy_menu(state: &mut State) -> Vec<Effect> {
    let posts = marks::chosen(state);
    if posts.is_empty() {
        return select_post_first(state);
    }
    let list = List::new(copyable(&posts, state.settings.times.clock));
    state.show(Menu { title: "copy", list });
    vec![]
}

/// Returns what of posts is worth copying, without the control characters that would act in another terminal.
fn copyable(posts: &[Post], clock: Clock) -> Vec<MenuRow> {
    let row = |name, text| MenuRow::Text { name, text };
    let all = |part: &dyn Fn(&Post) -> String, between: &str| {
        let mut parts: Vec<String> = Vec::new();
        for part in posts.iter().map(part) {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        parts.join(between)
    };
    let mut rows = vec![
        row("text", all(&|post| clean(post.body.as_str()).into_owned(), "\n\n")),
        row("quote", all(&|post| quoted(post, clock), "\n\n")),
    ];
    let mut links: Vec<String> = posts.iter().flat_map(links_of).collect();
    links.dedup();
    rows.extend(links.into_iter().map(|link| row("link", link)));
    rows.extend([
        row("ID", all(&|post| post.id.to_string(), " ")),
        row("author", all(&|post| format!("@{}", clean_line(post.nickname.as_str())), " ")),
        row("twtxt", all(&|post| format!("{}\t{}", post.created_at.rfc3339(), clean_line(post.body.as_str())), "\n")),
    ]);
    rows
}

/// Returns the text of a post with its author, its date and its address.
fn quoted(post: &Post, clock: Clock) -> String {
    let author = clean_line(post.nickname.as_str());
    let date = datetime::absolute(post.created_at, clock);
    let url = post.origin.as_ref().and_then(|origin| origin.url.as_deref());
    let url = url.map(|url| format!("\n{}", clean_line(url))).unwrap_or_default();
    format!("{}\n— @{author}, {date}{url}", clean(post.body.as_str()))
}

/// Loads the saved searches of the active user, with which the menu of timelines opens.
pub(super) fn go_to_menu(state: &mut State) -> Vec<Effect> {
    match &state.active {
        Some(user) => vec![StoreEffect::LoadSavedSearches(user.id).into()],
        None => saved_searches_loaded(state, vec![]),
    }
}

/// Opens the menu of the timelines near the cursor and of the saved searches; an open one keeps its cursor.
pub(super) fn saved_searches_loaded(state: &mut State, searches: Vec<SavedSearch>) -> Vec<Effect> {
    let cursor = state.screen::<Menu>().map_or(0, |open| open.list.cursor);
    let mut rows: Vec<MenuRow> = near(state).into_iter().map(MenuRow::Timeline).collect();
    rows.extend(searches.into_iter().map(MenuRow::SavedSearch));
    if rows.is_empty() {
        state.close::<Menu>();
        // The notice about a search that was just deleted stays.
        if state.notice.is_none() {
            state.show_notice("select a post or a user, or save a search first");
        }
        return vec![];
    }
    let mut list = List::new(rows);
    list.select(cursor);
    state.show(Menu { title: "go to", list });
    vec![]
}

/// Returns the timelines of the post or the user under the cursor.
fn near(state: &State) -> Vec<Timeline> {
    let post = state.selected();
    let user = match (state.focus, &state.detail) {
        (Pane::Users, _) => state.selected_user().map(|user| (user.id, &user.nickname)),
        (Pane::Detail, Detail::Profile(profile)) => Some((profile.user.id, &profile.user.nickname)),
        _ => post.map(|post| (post.author, &post.nickname)),
    };
    let mut near: Vec<Timeline> = Vec::new();
    for tag in post.map(|post| tags(post.body.as_str())).unwrap_or_default() {
        let tag = Timeline::Tag(tag.to_owned());
        if near.iter().all(|known| known.key() != tag.key()) {
            near.push(tag);
        }
    }
    if let Some((id, name)) = user {
        near.extend([
            Timeline::User(id, name.clone()),
            Timeline::Replies(id, name.clone()),
            Timeline::Likes(id, name.clone()),
        ]);
    }
    near
}
