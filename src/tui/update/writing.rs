//! Writing a post. Whatever fails, its text stays.

use tui_textarea::{Input, Key};

use super::{commands, complete, fail, movement, pages, people, reading, refresh, say, search};
use crate::model::{Body, BodyError, NewPost, PageStart, Post, PostId, Purpose, Timeline, UserId};
use crate::text::split;
use crate::tui::keys;
use crate::tui::layout;
use crate::tui::state::{
    Action, Compose, Detail, Direction, DraftMerge, Editing, Editor, Effect, Overlay, Pane, Parts, State, StoreEffect,
    TerminalEffect, UndoableAction,
};
use crate::tui::view::lists;

/// The largest text that is taken from a paste, in bytes.
const PASTE_LIMIT: usize = 64 * 1024;

/// Asks for the draft of a new post, or of an answer.
pub(super) fn compose(state: &mut State, reply_to: Option<Post>) -> Vec<Effect> {
    match &state.active {
        Some(user) => vec![Effect::Store(StoreEffect::LoadDraft(user.id, reply_to))],
        None => people::pick(state),
    }
}

pub(super) fn reply(state: &mut State) -> Vec<Effect> {
    match state.selected().cloned() {
        Some(post) => compose(state, Some(post)),
        None => vec![],
    }
}

/// Opens the compose pane on a draft.
pub(super) fn open(state: &mut State, author: UserId, reply_to: Option<Post>, text: &str) -> Vec<Effect> {
    if state.focus == Pane::Users {
        state.focus = Pane::Timeline;
    }
    state.compose =
        Some(Compose { author, reply_to, editor: Editor::new(text), unsaved: false, editing: None, completion: None });
    if !text.is_empty() && state.notice.is_none() {
        say(state, "this is the draft that was kept");
    }
    vec![]
}

/// Stores the draft if it changed since it was stored last; an edit that changes nothing is none.
pub(super) fn save_draft(state: &mut State) -> Vec<Effect> {
    match &mut state.compose {
        Some(compose) if compose.unsaved => {
            compose.unsaved = false;
            vec![Effect::Store(StoreEffect::SaveDraft(compose.author, compose.purpose(), kept_of(compose)))]
        }
        _ => vec![],
    }
}

/// What is to be kept of a text.
fn kept_of(compose: &Compose) -> String {
    let text = compose.editor.text();
    match &compose.editing {
        Some(editing) if editing.post.body.as_str() == text => String::new(),
        _ => text,
    }
}

/// What a line says that tells of a draft that could not be stored begins with this.
const NOT_KEPT: &str = "the draft is not kept yet";

/// Takes away what was said of a draft, once it is stored after all.
pub(super) fn draft_kept(state: &mut State) {
    let unsaved = state.compose.as_ref().is_some_and(|compose| compose.unsaved);
    if !unsaved && state.notice.as_ref().is_some_and(|notice| notice.text.starts_with(NOT_KEPT)) {
        state.notice = None;
    }
}

/// The draft could not be stored: it is tried again at the next tick.
pub(super) fn draft_failed(state: &mut State, why: &str) -> Vec<Effect> {
    if let Some(compose) = &mut state.compose {
        compose.unsaved = true;
    }
    // It is tried four times a second: what failed just now must stay long enough to be read.
    if state.notice.as_ref().is_some_and(|notice| notice.error) {
        return vec![];
    }
    fail(state, format!("{NOT_KEPT}: {why}"))
}

pub(super) fn close(state: &mut State) -> Vec<Effect> {
    let effects = save_draft(state);
    if state.compose.take().is_some_and(|compose| !kept_of(&compose).trim().is_empty()) {
        say(state, "draft kept");
    }
    effects
}

/// Sends the post; the text stays until the store has taken it.
pub(super) fn send(state: &mut State) -> Vec<Effect> {
    let Some(compose) = &state.compose else { return vec![] };
    match Body::within(state.settings.post_limit, &compose.editor.text()) {
        Ok(body) if compose.editing.is_some() => resend(state, body),
        Ok(body) => {
            let reply_to = compose.reply_to.as_ref().map(|post| post.id);
            vec![Effect::Store(StoreEffect::SendPost(NewPost {
                author: compose.author,
                body,
                created_at: state.now,
                reply_to,
                source: None,
            }))]
        }
        Err(BodyError::TooLong { .. }) if compose.editing.is_none() => {
            let parts = split(&compose.editor.text(), state.settings.post_limit);
            state.overlay = Some(Overlay::Split(Box::new(Parts { parts, scroll: 0 })));
            vec![]
        }
        Err(why) => fail(state, why.to_string()),
    }
}

/// Sends a long text as a thread, or goes back to it.
pub(super) fn act_on_split(state: &mut State, action: Action) -> Vec<Effect> {
    let area = layout::list(state.size);
    let Some(Overlay::Split(shown)) = &mut state.overlay else { return vec![] };
    if matches!(action, Action::Down | Action::Up | Action::PageDown | Action::PageUp) {
        let all = lists::parts_height(&shown.parts, area.width);
        shown.scroll = movement::scrolled(shown.scroll, action, usize::from(area.height), all);
        return vec![];
    }
    let parts = std::mem::take(&mut shown.parts);
    state.overlay = None;
    let Some(compose) = state.compose.as_ref().filter(|_| action == Action::Accept) else { return vec![] };
    let bodies: Result<Vec<Body>, _> = parts.iter().map(|part| Body::within(state.settings.post_limit, part)).collect();
    match bodies.map(|bodies| bodies.into_iter()) {
        Ok(mut bodies) => {
            let Some(body) = bodies.next() else { return vec![] };
            let reply_to = compose.reply_to.as_ref().map(|post| post.id);
            let first = NewPost { author: compose.author, body, created_at: state.now, reply_to, source: None };
            vec![Effect::Store(StoreEffect::SendThread(first, bodies.collect()))]
        }
        Err(why) => fail(state, why.to_string()),
    }
}

/// Makes what is being written the next user's, by nickname.
pub(super) fn hand_over(state: &mut State, step: isize) -> Vec<Effect> {
    let Some(compose) = &state.compose else { return vec![] };
    if compose.editing.is_some() {
        return fail(state, "a post stays its author's");
    }
    let users = people::ours(state);
    let Some(at) = users.iter().position(|user| user.id == compose.author) else { return vec![] };
    let to = users[people::beside(at, step, users.len())].id;
    if to == compose.author {
        return say(state, "there is no other user");
    }
    vec![Effect::Store(StoreEffect::MoveDraft {
        from: compose.author,
        to,
        purpose: compose.purpose(),
        text: compose.editor.text(),
        merge: DraftMerge::Ask,
    })]
}

/// What is being written is another user's now.
pub(super) fn moved(state: &mut State, user: UserId, text: &str) -> Vec<Effect> {
    if let Some(compose) = &mut state.compose {
        compose.author = user;
        compose.unsaved = false;
        if compose.editor.text() != text {
            compose.editor = Editor::new(text);
        }
    }
    vec![]
}

/// Says what becomes of the draft that the other user has there.
pub(super) fn act_on_taken(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(Overlay::DraftConflict(taken)) = state.overlay.take() else { return vec![] };
    let merge = match action {
        Action::Replace => DraftMerge::Replace,
        Action::Append => DraftMerge::Append,
        _ => return vec![],
    };
    let Some(compose) = &state.compose else { return vec![] };
    let (purpose, text) = (compose.purpose(), compose.editor.text());
    vec![Effect::Store(StoreEffect::MoveDraft { from: compose.author, to: taken.user.id, purpose, text, merge })]
}

/// Asks for a post of one's own, and for what was kept of an edit of it.
pub(super) fn edit_post(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected() else { return vec![] };
    match &state.active {
        Some(user) if user.id == post.author => {
            vec![Effect::Store(StoreEffect::ResumeDraft(
                user.id,
                Purpose::Edit { post: post.id, edits: post.edits },
                false,
            ))]
        }
        _ => {
            let why = format!("only {} can edit this post", post.nickname);
            fail(state, why)
        }
    }
}

/// Opens the compose pane on a post of one's own.
pub(super) fn edit_loaded(state: &mut State, post: Post, kept: Option<(String, u32)>) -> Vec<Effect> {
    if state.focus == Pane::Users {
        state.focus = Pane::Timeline;
    }
    let meanwhile = kept.as_ref().is_some_and(|(_, edits)| *edits != post.edits);
    let is_kept = kept.is_some();
    let text = kept.map_or_else(|| post.body.as_str().to_owned(), |(text, _)| text);
    state.compose = Some(Compose {
        author: post.author,
        reply_to: None,
        editor: Editor::new(&text),
        unsaved: false,
        completion: None,
        editing: Some(Box::new(Editing { post, meanwhile })),
    });
    if meanwhile {
        let key = send_key(state);
        fail(state, format!("it was edited elsewhere since: {key} puts this draft over it"));
    } else if is_kept {
        say(state, "this is the draft that was kept");
    }
    vec![]
}

/// What is pressed to send, or what that is called.
fn send_key(state: &State) -> String {
    keys::here(state, Action::Send).unwrap_or_else(|| keys::of(state, Action::Send))
}

/// Sends a post of one's own with another text.
fn resend(state: &mut State, body: Body) -> Vec<Effect> {
    let Some((author, editing)) = state.compose.as_ref().and_then(|c| Some((c.author, c.editing.as_ref()?))) else {
        return vec![];
    };
    let (id, edits) = (editing.post.id, editing.post.edits);
    if editing.post.body == body {
        let drop = state
            .compose
            .take()
            .map(|it| Effect::Store(StoreEffect::SaveDraft(it.author, it.purpose(), String::new())));
        say(state, "nothing changed");
        return drop.into_iter().collect();
    }
    vec![Effect::Store(StoreEffect::Perform(author, Direction::Do, UndoableAction::EditPost { id, edits, body }))]
}

/// A post was to be given another text, but was edited elsewhere meanwhile: both texts are shown, and sending
/// again takes the one that is written here.
pub(super) fn clash(state: &mut State, direction: Direction, post: Post) -> Vec<Effect> {
    match direction {
        Direction::Do => {}
        Direction::Undo => drop(state.history.undo.pop()),
        Direction::Redo => drop(state.history.redo.pop()),
    }
    if let Some(editing) = state.compose.as_mut().and_then(|compose| compose.editing.as_mut()) {
        **editing = Editing { post, meanwhile: true };
        let key = send_key(state);
        return fail(state, format!("it was edited elsewhere meanwhile: {key} again puts yours over it"));
    }
    fail(state, format!("{} was edited elsewhere meanwhile, and stays as it is", post.id))
}

/// The post was sent, or why not.
pub(super) fn posted(state: &mut State, result: Result<PostId, String>) -> Vec<Effect> {
    let id = match result {
        Ok(id) => id,
        Err(why) => {
            let mut effects = fail(state, format!("not posted: {why}"));
            if let Some(compose) = &mut state.compose {
                compose.unsaved = true;
            }
            effects.extend(save_draft(state));
            return effects;
        }
    };
    let answer = state.compose.take().is_some_and(|compose| compose.reply_to.is_some());
    say(state, format!("posted {id}"));
    if answer {
        return refresh(state);
    }
    let own = state.active.as_ref().map(|user| user.id);
    let shown = state.current().is_some_and(|tab| match &tab.timeline {
        Timeline::All => true,
        Timeline::Home(id) | Timeline::User(id, _) => Some(*id) == own,
        _ => false,
    });
    let mut effects = vec![Effect::Store(StoreEffect::LoadUsers)];
    effects.extend(reading::count(state));
    if shown {
        effects.extend(pages::load_current(state, PageStart::Newest));
        if !matches!(state.detail, Detail::Thread(_)) {
            state.focus = Pane::Timeline;
        }
    }
    effects
}

pub(super) fn edit(state: &mut State) -> Vec<Effect> {
    state
        .compose
        .as_ref()
        .map(|compose| Effect::Terminal(TerminalEffect::EditText(compose.editor.text(), state.settings.editor.clone())))
        .into_iter()
        .collect()
}

/// The editor ended with a text, or why there is none.
pub(super) fn edited(state: &mut State, result: Result<String, String>) -> Vec<Effect> {
    match (result, &mut state.compose) {
        (Ok(text), Some(compose)) => {
            compose.editor = Editor::new(&plain(text.trim_end()));
            compose.unsaved = true;
            save_draft(state)
        }
        (Ok(_), None) => vec![],
        (Err(why), _) => fail(state, why),
    }
}

/// Puts what is typed into the field that is open.
pub(super) fn input(state: &mut State, input: Input) -> Vec<Effect> {
    match &mut state.overlay {
        Some(Overlay::Welcome(welcome)) => {
            welcome.error = None;
            type_in_line(if welcome.in_email { &mut welcome.email } else { &mut welcome.nickname }, input);
        }
        Some(Overlay::Picker(picker)) => {
            type_in_line(&mut picker.query, input);
            people::narrow(&state.users.items, picker);
        }
        Some(Overlay::Commands(shown)) => {
            type_in_line(&mut shown.query, input);
            return commands::narrow(state);
        }
        Some(Overlay::Filter(shown)) => type_in_line(&mut shown.phrase, input),
        Some(Overlay::Import(shown)) => {
            shown.done = None;
            type_in_line(&mut shown.path, input);
        }
        Some(Overlay::Help(shown)) => {
            shown.scroll = 0;
            if let Some(query) = &mut shown.query {
                type_in_line(query, input);
            }
        }
        Some(Overlay::Search(search)) => {
            if let Some(name) = &mut search.name {
                type_in_line(name, input);
                return vec![];
            }
            let before = search.query.text();
            type_in_line(&mut search.query, input);
            return search::typed(state, &before);
        }
        Some(_) => {}
        None => {
            if let Some(compose) = &mut state.compose {
                compose.unsaved |= compose.editor.0.input(input);
                return complete::ask(state);
            }
        }
    }
    vec![]
}

/// Fields of one line take no line breaks.
fn type_in_line(editor: &mut Editor, input: Input) {
    let breaks = matches!(input.key, Key::Enter | Key::Tab) || (input.ctrl && input.key == Key::Char('m'));
    if !breaks {
        editor.0.input(input);
    }
}

pub(super) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if text.len() > PASTE_LIMIT {
        // Into a field of one line somebody pasted by mistake; what was meant as a post may be all there is of it.
        return match (&state.overlay, &state.compose) {
            (None, Some(_)) => vec![Effect::Store(StoreEffect::SaveText(text.to_owned()))],
            _ => fail(state, "that is too much to paste here"),
        };
    }
    let text = plain(text);
    let line = text.lines().next().unwrap_or_default();
    match (&mut state.overlay, &mut state.compose) {
        (Some(Overlay::Welcome(welcome)), _) => {
            let field = if welcome.in_email { &mut welcome.email } else { &mut welcome.nickname };
            field.0.insert_str(line);
        }
        (Some(Overlay::Picker(picker)), _) => {
            picker.query.0.insert_str(line);
            people::narrow(&state.users.items, picker);
        }
        (Some(Overlay::Commands(shown)), _) => {
            shown.query.0.insert_str(line);
            return commands::narrow(state);
        }
        (Some(Overlay::Filter(shown)), _) => drop(shown.phrase.0.insert_str(line)),
        (Some(Overlay::Import(shown)), _) => drop(shown.path.0.insert_str(line)),
        (Some(Overlay::Help(shown)), _) => {
            shown.scroll = 0;
            if let Some(query) = &mut shown.query {
                query.0.insert_str(line);
            }
        }
        (Some(Overlay::Search(search)), _) => {
            if let Some(name) = &mut search.name {
                name.0.insert_str(line);
                return vec![];
            }
            let before = search.query.text();
            search.query.0.insert_str(line);
            return search::typed(state, &before);
        }
        (None, Some(compose)) => compose.unsaved |= compose.editor.0.insert_str(&text),
        _ => {}
    }
    vec![]
}

/// A text that is too long for a post was put into a file, or why not.
pub(super) fn text_kept(state: &mut State, kept: Result<String, String>) -> Vec<Effect> {
    match kept {
        Ok(file) => say(state, format!("too much for a post: what was pasted is kept in {file}")),
        Err(why) => fail(state, format!("too much for a post, and no file takes it: {why}")),
    }
}

/// A text as it can stand in a post: line breaks of one kind, spaces for tabs, no other controls.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}
