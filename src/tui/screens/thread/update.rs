//! Opening a thread, moving through its posts, and collapsing replies.

use std::ops::Range;

use crate::model::{PostId, ThreadNode};
use crate::tui::keys::Action;
use crate::tui::layout::{TITLE_ROWS, areas};
use crate::tui::list::List;
use crate::tui::measure::thread;
use crate::tui::screens::timeline::unread;
use crate::tui::state::{Detail, Effect, State, StoreEffect, WorkerEffect};
use crate::tui::thread::{Reactions, Row, Thread};
use crate::tui::update::movement;

/// Loads the thread of a post into the detail pane.
pub(in crate::tui) fn open(state: &mut State, id: PostId) -> Vec<Effect> {
    state.load_detail(StoreEffect::LoadThread(id))
}

/// Shows a loaded thread; one that is loaded again keeps its collapsed branches and its cursor.
pub(in crate::tui) fn loaded(state: &mut State, of: PostId, nodes: Vec<ThreadNode>) -> Vec<Effect> {
    let mut effects = vec![];
    match &mut state.detail {
        Detail::Thread(thread) if thread.of == of => thread.renew(nodes),
        _ => {
            state.show_detail(Detail::Thread(Box::new(Thread::new(of, nodes))));
            effects.extend(fetch_context(state, of));
        }
    }
    let Detail::Thread(thread) = &state.detail else { return effects };
    let opened = thread.nodes.iter().find(|node| node.id == of).and_then(|node| node.post.as_ref());
    // Most posts have no reactions to load.
    let is_account = state.active.as_ref().is_some_and(|user| state.account_of(user.id).is_some());
    let reacted = opened.filter(|post| post.likes + post.boosts > 0 || is_account && post.source.is_some());
    effects.extend(reacted.map(|post| StoreEffect::LoadReactions(post.id).into()));
    effects
}

/// Returns the effect that fetches the rest of a thread behind what is here, if the active user is an account.
fn fetch_context(state: &State, of: PostId) -> Option<Effect> {
    let account = state.account_of(state.active.as_ref()?.id)?;
    let is_off = account.needs_login || state.settings.feeds.offline || state.read_only || state.temporary;
    (!is_off).then(|| WorkerEffect::FetchContext(account.user.id, of).into())
}

/// Shows the users who reacted to the post that the thread was opened for.
pub(in crate::tui) fn reactions_loaded(state: &mut State, of: PostId, reactions: Reactions) -> Vec<Effect> {
    match &mut state.detail {
        Detail::Thread(thread) if thread.of == of => thread.reactions = reactions,
        _ => {}
    }
    vec![]
}

/// Collapses or expands the replies to the post under the cursor.
pub(in crate::tui) fn collapse(state: &mut State, collapse: bool) -> Vec<Effect> {
    if let Detail::Thread(thread) = &mut state.detail {
        if collapse {
            thread.fold();
        } else {
            thread.unfold();
        }
    }
    vec![]
}

/// Moves the cursor along the tree.
pub(in crate::tui) fn go(state: &mut State, action: Action) -> Vec<Effect> {
    let Detail::Thread(thread) = &mut state.detail else { return vec![] };
    let (moved, why) = match action {
        Action::Parent => (thread.go_to_parent(), "this is the first post of the thread"),
        Action::NextSibling => (thread.go_to_sibling(true), "no later reply to the same post"),
        Action::PreviousSibling => (thread.go_to_sibling(false), "no earlier reply to the same post"),
        _ => {
            thread.list.select(0);
            (true, "")
        }
    };
    if moved { vec![] } else { state.show_notice(why) }
}

/// Moves the cursor to the next unread post below, or to the first one from below all of them. It visits a post once.
pub(in crate::tui) fn next_unread(state: &mut State) -> Vec<Effect> {
    let Detail::Thread(thread) = &mut state.detail else { return vec![] };
    let rows = thread.list.items.iter().enumerate();
    let is_next = |row: &Row| {
        thread::post_of(thread, row)
            .is_some_and(|post| thread.unread.contains(&post.id) && !thread.visited.contains(&post.id))
    };
    let rows: Vec<usize> = rows.filter(|(_, row)| is_next(row)).map(|(at, _)| at).collect();
    match rows.iter().find(|row| **row > thread.list.cursor).or(rows.first()) {
        Some(row) => thread.list.select(*row),
        None => drop(state.show_notice("no more unread posts in this thread")),
    }
    vec![]
}

/// Marks the unread posts of the thread as read that are on the screen, and records which one is selected.
pub(in crate::tui) fn mark_viewed(state: &mut State) -> Vec<Effect> {
    let rows = rows_on_screen(state);
    let reader = state.active.as_ref().map(|user| user.id).filter(|_| !state.read_only);
    let Detail::Thread(thread) = &mut state.detail else { return vec![] };
    let selected = thread.selected().map(|post| post.id);
    thread.visited.extend(selected);
    let posts = rows.filter_map(|row| thread::post_of(thread, thread.list.items.get(row)?));
    let posts = posts.filter(|post| thread.unread.contains(&post.id) && !thread.viewed.contains(&post.id));
    let new: Vec<_> = posts.map(|post| (post.id, post.created_at)).collect();
    thread.viewed.extend(new.iter().map(|(id, _)| *id));
    let Some(reader) = reader.filter(|_| !new.is_empty()) else { return vec![] };
    let beside = state.current().map(|tab| tab.timeline.clone());
    let beside = beside.filter(|timeline| unread::is_counted(state, timeline));
    let keys = new.into_iter().map(|(_, key)| key).collect();
    let mark = StoreEffect::MarkThreadRead(reader, beside, keys);
    [vec![mark.into()], unread::count_home(state, reader)].concat()
}

/// Returns the indices of the rows that are on the screen to their ends.
fn rows_on_screen(state: &mut State) -> Range<usize> {
    let Some(area) = areas(state).detail.filter(|_| state.screens.is_empty()) else { return 0..0 };
    let Detail::Thread(shown) = &state.detail else { return 0..0 };
    // Of a row that is higher than the pane, the start is enough.
    shown.list.rows_on_screen(movement::rows(area.height, TITLE_ROWS), |_, row| {
        thread::height(shown, row, area.width, |post, columns| state.wrapped.line_count(post, columns))
    })
}

/// Moves the cursor.
pub(in crate::tui) fn step(state: &mut State, action: Action) {
    change_list(state, |list, rows, height| {
        movement::move_cursor(list, action, rows, |_, row| height(row));
    });
}

/// Scrolls by so many lines.
pub(in crate::tui) fn scroll(state: &mut State, lines: isize) {
    change_list(state, |list, rows, height| list.scroll(lines, rows, |_, row| height(row)));
}

/// Scrolls so that the cursor is visible.
pub(in crate::tui) fn ensure_cursor_visible(state: &mut State) {
    change_list(state, |list, rows, height| list.reveal(rows, |_, row| height(row)));
}

/// Changes the list of a shown thread. The change gets the rows of the pane, and the height of a row of the list.
fn change_list(state: &mut State, change: impl FnOnce(&mut List<Row>, usize, &mut dyn FnMut(&Row) -> usize)) {
    let Some(area) = areas(state).detail else { return };
    let Detail::Thread(shown) = &mut state.detail else { return };
    let mut list = std::mem::take(&mut shown.list);
    change(&mut list, movement::rows(area.height, TITLE_ROWS), &mut |row| {
        thread::height(shown, row, area.width, |post, columns| state.wrapped.line_count(post, columns))
    });
    shown.list = list;
}
