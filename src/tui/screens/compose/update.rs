//! The composer: new posts, replies and edits. Whatever fails, the text stays.

use tui_textarea::CursorMove;

use super::draft;
use crate::model::{Body, BodyError, NewPost, OpenDraft, PageStart, Post, PostId, Purpose, Timeline, UserId};
use crate::text::{self, reply_start};
use crate::tui::keys::{self, Action};
use crate::tui::measure::timeline::unread_above;
use crate::tui::screens::timeline::{pages, unread};
use crate::tui::state::{
    Compose, Detail, Direction, DraftMerge, Editing, Editor, Effect, Pane, State, Step, StoreEffect, Tab,
    TerminalEffect, UndoableAction, WorkerEffect, posted_label,
};
use crate::tui::update::{refresh, undo};

/// A reply is shown at the top of a timeline of which at most so many posts are above the screen.
const NEAR_TOP: usize = 10;

/// Loads the draft of a new post, or of a reply.
pub(in crate::tui) fn start(state: &mut State, reply_to: Option<Post>) -> Vec<Effect> {
    state.quote = None;
    match &state.active {
        Some(user) => vec![StoreEffect::LoadDraft(user.id, reply_to).into()],
        None => state.ask_for_user(),
    }
}

/// Starts a reply to the selected post.
pub(in crate::tui) fn reply(state: &mut State) -> Vec<Effect> {
    match state.selected().cloned() {
        Some(post) => start(state, Some(post)),
        None => undo::select_post_first(state),
    }
}

/// Starts a new post that quotes the selected one: the start of its text, its author and its address.
pub(in crate::tui) fn quote(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected() else { return undo::select_post_first(state) };
    let (quote, audience) = (text::quote(post), post.audience());
    let effects = start(state, None);
    state.quote = Some((quote, audience));
    effects
}

/// Opens the composer on a draft.
pub(in crate::tui) fn open(
    state: &mut State,
    author: UserId,
    reply_to: Option<Post>,
    mut draft: OpenDraft,
) -> Vec<Effect> {
    if state.focus == Pane::Users {
        state.focus = Pane::Timeline;
    }
    let restored = !draft.saved.is_empty();
    let quote = state.quote.take().filter(|(quote, _)| reply_to.is_none() && !draft.saved.contains(quote));
    let unsaved = quote.is_some();
    // Neither a reply nor a quote is shown to more people than the post that it is about.
    let about = reply_to.as_ref().map(Post::audience).max(quote.as_ref().map(|(_, audience)| *audience));
    draft.details.audience = draft.details.audience.max(about.unwrap_or_default());
    let mention = reply_to.as_ref().and_then(|post| reply_mention(state, author, post)).filter(|_| !restored);
    let editor = match quote {
        Some((quote, _)) => {
            // What you write goes above the quote.
            let mut editor = Editor::new(&format!("{}\n\n{quote}", draft.saved.trim_end()));
            let end = draft.saved.trim_end().lines().count().saturating_sub(1);
            editor.0.move_cursor(CursorMove::Jump(u16::try_from(end).unwrap_or(u16::MAX), u16::MAX));
            editor
        }
        None => Editor::new(mention.as_deref().unwrap_or(&draft.saved)),
    };
    state.compose =
        Some(Compose { author, reply_to, editor, draft, unsaved, editing: None, is_warned: false, completion: None });
    if restored && state.notice.is_none() {
        state.show_notice("draft restored");
    }
    vec![]
}

/// Returns the mention that a reply of an account starts with: its server notifies only those who are mentioned.
fn reply_mention(state: &State, author: UserId, post: &Post) -> Option<String> {
    state.account_of(author).filter(|_| post.author != author)?;
    reply_start(post.nickname.as_str())
}

/// Gives the post the next smaller audience. A reply has no larger one than the post that it replies to.
pub(in crate::tui) fn next_visibility(state: &mut State) -> Vec<Effect> {
    let Some(compose) = &mut state.compose else { return vec![] };
    if compose.editing.is_some() {
        return state.show_error("a post keeps its visibility: delete it and post it again");
    }
    let widest = compose.reply_to.as_ref().map(Post::audience).unwrap_or_default();
    let details = &mut compose.draft.details;
    details.audience = details.audience.next_within(widest);
    compose.unsaved = true;
    compose.is_warned = false;
    vec![]
}

/// Warns once before a post that the server of the account showed to more people than it should, the last time.
pub(in crate::tui) fn warn_of_wider(state: &mut State) -> Option<Vec<Effect>> {
    let compose = state.compose.as_ref().filter(|compose| compose.editing.is_none() && !compose.is_warned)?;
    let audience = compose.draft.details.audience;
    let account = state.account_of(compose.author).filter(|account| account.widened.contains(&audience))?;
    let change = keys::here(state, Action::NextVisibility).unwrap_or_default();
    let why = format!(
        "{} showed an earlier post ({}) to more people: the same key again posts it, {change} changes who can read it",
        account.server,
        audience.word()
    );
    if let Some(compose) = &mut state.compose {
        compose.is_warned = true;
    }
    Some(state.show_error(why))
}

/// Closes the composer and saves the draft.
pub(in crate::tui) fn close(state: &mut State) -> Vec<Effect> {
    let effects = draft::save(state);
    if state.compose.take().is_some_and(|compose| !draft::text(&compose).trim().is_empty() && compose.is_changed()) {
        state.show_notice("draft saved");
    }
    effects
}

/// Sends the post; the text stays until it is stored.
pub(in crate::tui) fn send(state: &mut State) -> Vec<Effect> {
    if let Some(warning) = warn_of_wider(state) {
        return warning;
    }
    let Some(compose) = &state.compose else { return vec![] };
    match state.post_limit(compose).body(&compose.editor.text()) {
        Ok(body) if compose.editing.is_some() => send_edit(state, body),
        Ok(body) => {
            let reply_to = compose.reply_to.as_ref().map(|post| post.id);
            let post = NewPost { author: compose.author, body, created_at: state.now, reply_to, source: None };
            vec![StoreEffect::SendPost(post, compose.draft.clone()).into()]
        }
        Err(BodyError::TooLong { .. }) if compose.editing.is_none() => {
            state.next_action = Some(Action::PreviewThread);
            vec![]
        }
        Err(why) => state.show_error(why.to_string()),
    }
}

/// Hands the draft over to the user so many steps further, by nickname.
pub(in crate::tui) fn hand_over(state: &mut State, step: isize) -> Vec<Effect> {
    let Some(compose) = &state.compose else { return vec![] };
    if compose.editing.is_some() {
        return state.show_error("an edited post keeps its author");
    }
    let Some(to) = state.local_user_beside(compose.author, step).map(|user| user.id) else { return vec![] };
    if to == compose.author {
        return state.show_notice("there is no other user");
    }
    let (from, purpose, text) = (compose.author, compose.purpose(), compose.editor.text());
    let draft = compose.draft.clone();
    vec![StoreEffect::MoveDraft { from, to, purpose, draft, text, merge: DraftMerge::Ask }.into()]
}

/// The draft belongs to another user now.
pub(in crate::tui) fn handed_over(state: &mut State, user: UserId, draft: OpenDraft) -> Vec<Effect> {
    if let Some(compose) = &mut state.compose {
        compose.author = user;
        compose.unsaved = false;
        if compose.editor.text() != draft.saved {
            compose.editor = Editor::new(&draft.saved);
        }
        compose.draft = draft;
    }
    vec![]
}

/// Loads the selected post to edit it, with the saved draft of the edit.
pub(in crate::tui) fn edit_post(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected() else { return undo::select_post_first(state) };
    match &state.active {
        Some(user) if user.id == post.author => {
            let purpose = Purpose::Edit { post: post.id, edits: post.edits };
            vec![StoreEffect::ResumeDraft(user.id, purpose, 0, false).into()]
        }
        _ => {
            let why = format!("only @{} can edit this post", post.nickname);
            state.show_error(why)
        }
    }
}

/// Opens the composer on a post of the active user.
pub(in crate::tui) fn edit_loaded(state: &mut State, post: Post, saved: Option<(OpenDraft, u32)>) -> Vec<Effect> {
    if state.focus == Pane::Users {
        state.focus = Pane::Timeline;
    }
    let meanwhile = saved.as_ref().is_some_and(|(_, edits)| *edits != post.edits);
    let restored = saved.is_some();
    let draft = saved.map(|(draft, _)| draft).unwrap_or_default();
    let text = if restored { &draft.saved } else { post.body.as_str() };
    state.compose = Some(Compose {
        author: post.author,
        reply_to: None,
        editor: Editor::new(text),
        draft,
        unsaved: false,
        is_warned: false,
        completion: None,
        editing: Some(Box::new(Editing { post, meanwhile })),
    });
    if meanwhile {
        let key = send_key(state);
        state.show_error(format!("the post was edited elsewhere since: {key} replaces it with this draft"));
    } else if restored {
        state.show_notice("draft restored");
    }
    vec![]
}

/// Returns the key that sends, or the name of the action.
fn send_key(state: &State) -> String {
    keys::here(state, Action::Send).unwrap_or_else(|| keys::of(state, Action::Send))
}

/// Sends an edited post.
fn send_edit(state: &mut State, body: Body) -> Vec<Effect> {
    let Some(compose) = &state.compose else { return vec![] };
    let Some(editing) = &compose.editing else { return vec![] };
    let (author, draft) = (compose.author, Some(compose.draft.clone()));
    let (id, edits) = (editing.post.id, editing.post.edits);
    if editing.post.body == body {
        let discard = |it: Compose| StoreEffect::SaveDraft(it.author, it.purpose(), it.draft, String::new()).into();
        let effects = state.compose.take().map(discard).into_iter().collect();
        state.show_notice("nothing changed");
        return effects;
    }
    vec![StoreEffect::Perform(author, Direction::Do, UndoableAction::EditPost { id, edits, body, draft }).into()]
}

/// The post was edited by another process in between: both texts are shown, and sending again replaces theirs.
pub(in crate::tui) fn edit_conflict(state: &mut State, direction: Direction, post: Post) -> Vec<Effect> {
    match direction {
        Direction::Do => {}
        Direction::Undo => drop(state.history.undo.pop()),
        Direction::Redo => drop(state.history.redo.pop()),
    }
    if let Some(editing) = state.compose.as_mut().and_then(|compose| compose.editing.as_mut()) {
        **editing = Editing { post, meanwhile: true };
        let key = send_key(state);
        return state.show_error(format!("the post was edited elsewhere in between: {key} again replaces it"));
    }
    state.show_error(format!("{} was edited elsewhere in between and was not changed", post.id))
}

/// The post was sent, or sending failed.
pub(in crate::tui) fn posted(state: &mut State, result: Result<Vec<PostId>, String>) -> Vec<Effect> {
    let ids = match result {
        Ok(ids) => ids,
        Err(why) => {
            let mut effects = state.show_error(format!("not posted: {why}"));
            if let Some(compose) = &mut state.compose {
                compose.unsaved = true;
            }
            effects.extend(draft::save(state));
            return effects;
        }
    };
    let sent = state.compose.take();
    let is_reply = sent.as_ref().is_some_and(|compose| compose.reply_to.is_some());
    let label = posted_label(&ids);
    let key = keys::here(state, Action::Undo);
    state.show_notice(key.map_or_else(|| label.clone(), |key| format!("{label} · {key} takes it back")));
    if let Some(compose) = sent {
        let (user, purpose, text) = (compose.author, compose.purpose(), compose.editor.text());
        let action = UndoableAction::TakeBack { ids, purpose, text };
        state.history.push(Step { user, action, label });
    }
    if is_reply {
        let mut effects = refresh::refresh(state);
        let reader = state.active.as_ref();
        let shows_top = |tab: &Tab| {
            !tab.list.more_above
                && tab.list.top <= NEAR_TOP
                && !tab.has_newer
                && !tab.unread_only
                && unread_above(tab, reader) == 0
        };
        if state.current().is_some_and(|tab| shows_top(tab) && shows_own_posts(state, tab)) {
            let first = state.current().and_then(|tab| tab.list.items.first()).map(|post| post.key);
            state.tabs[state.tab].reveals_above = first.is_some();
            effects.extend(first.into_iter().flat_map(|first| pages::load_current(state, PageStart::After(first))));
        }
        return effects;
    }
    let shown = state.current().is_some_and(|tab| shows_own_posts(state, tab));
    let mut effects = vec![WorkerEffect::LoadUsers.into()];
    effects.extend(unread::count(state));
    if shown {
        effects.extend(pages::load_current(state, PageStart::Newest));
        if !matches!(state.detail, Detail::Thread(_)) {
            state.focus = Pane::Timeline;
        }
    }
    effects
}

/// Returns whether posts of the active user are in a timeline, whatever they say.
fn shows_own_posts(state: &State, tab: &Tab) -> bool {
    let own = state.active.as_ref().map(|user| user.id);
    match &tab.timeline {
        Timeline::All => true,
        Timeline::Home(id) | Timeline::User(id, _) => Some(*id) == own,
        _ => false,
    }
}

/// Opens the text in the editor of the settings or the environment.
pub(in crate::tui) fn open_editor(state: &State) -> Vec<Effect> {
    let edit =
        |compose: &Compose| TerminalEffect::EditText(compose.editor.text(), state.settings.editor.clone()).into();
    state.compose.as_ref().map(edit).into_iter().collect()
}

/// The editor returned a text, or failed.
pub(in crate::tui) fn edited(state: &mut State, result: Result<String, String>) -> Vec<Effect> {
    match (result, &mut state.compose) {
        (Ok(text), Some(compose)) => {
            compose.editor = Editor::new(&plain(text.trim_end()));
            compose.unsaved = true;
            draft::save(state)
        }
        (Ok(_), None) => vec![],
        (Err(why), _) => state.show_error(why),
    }
}

/// A pasted text that is too long for a post was saved to a file, or saving failed.
pub(in crate::tui) fn text_saved(state: &mut State, saved: Result<String, String>) -> Vec<Effect> {
    match saved {
        Ok(file) => state.show_notice(format!("too long for a post: the pasted text is saved in {file}")),
        Err(why) => state.show_error(format!("too long for a post, and the pasted text could not be saved: {why}")),
    }
}

/// Returns a text as a post can hold it: one kind of line break, spaces for tabs, no other control characters.
#[must_use]
pub(in crate::tui) fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}
