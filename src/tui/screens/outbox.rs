//! The outbox of the active user: what their server does not have yet, in the order in which it is sent.

use ratatui::text::Span;

use super::list_screen::{ListScreen, description};
use super::registration::Registration;
use crate::model::{OutboxAction, OutboxEntry, OutboxState, Purpose, UserId};
use crate::store::{Store, StoreError};
use crate::text::{clean_line, datetime, displayed_prefix, single_line, truncate, width};
use crate::tui::keys::{
    Action, Binding, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_SCROLL, LIST_UNDO, Opening, Scope, ScreenName, key,
};
use crate::tui::labels::{delivery_word, outbox_state};
use crate::tui::list::List;
use crate::tui::state::{Effect, Outcome, Screen, State, StoreEffect, UndoableAction};
use crate::tui::update::undo;
use crate::tui::widgets::Theme;

/// The outbox screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Outbox {
    /// The entries, in the order in which they are sent.
    pub list: List<OutboxEntry>,
}

const OWN: &[Binding] = &[
    key("Outbox", &["Enter", "t"], Action::Accept, "open post", "open"),
    key("Outbox", &["r", "^R", "F5"], Action::Reload, "send again", "send again"),
    key("Outbox", &["e"], Action::EditPost, "edit post", "edit"),
    key("Outbox", &["d"], Action::Delete, "discard", "discard"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName::OUTBOX;

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, OWN, LIST_UNDO, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Posts", &["!"], NAME, "outbox", "")],
    load: Some(load),
    ..Registration::named(NAME)
};

/// Loads the entries; the cursor is on the first one about which the user has to decide.
fn load(store: &Store, account: UserId) -> Result<Box<dyn Screen>, StoreError> {
    let mut list = List::new(store.outbox(Some(account))?);
    list.select(list.items.iter().position(|entry| entry.state.needs_decision()).unwrap_or(0));
    Ok(Box::new(Outbox { list }))
}

impl Outbox {
    /// Does what a key asks for with the selected entry.
    fn act_on(state: &mut State, action: Action, entry: OutboxEntry) -> Outcome {
        let is_text = matches!(entry.action, OutboxAction::Post | OutboxAction::Edit);
        match (action, entry.post) {
            (Action::Reload, _) if entry.state == OutboxState::Sending && entry.error.is_none() => {
                Outcome::stay(state.show_notice("it is being sent"))
            }
            (Action::Reload, _) => {
                state.show_notice(format!("queued again: {}", entry.subject()));
                let reload = state.load_screen(NAME);
                Outcome::stay([StoreEffect::RetryOutboxEntry(entry.id).into()].into_iter().chain(reload).collect())
            }
            (Action::Delete, _) => {
                Outcome::stay(undo::perform(state, UndoableAction::DiscardOutboxEntry(Box::new(entry))))
            }
            (Action::EditPost, Some(post)) if is_text => {
                let purpose = Purpose::Edit { post, edits: 0 };
                Outcome::close(vec![StoreEffect::ResumeDraft(entry.account, purpose, 0, false).into()])
            }
            (Action::EditPost, _) => Outcome::stay(state.show_notice("only posts can be edited")),
            (Action::Accept, Some(post)) if entry.action != OutboxAction::Delete => {
                Outcome::hide(state.load_detail(StoreEffect::LoadThread(post)))
            }
            _ => Outcome::stay(vec![]),
        }
    }
}

impl ListScreen for Outbox {
    fn name(&self) -> ScreenName {
        NAME
    }

    type Row = OutboxEntry;

    fn list(&self) -> &List<OutboxEntry> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<OutboxEntry> {
        &mut self.list
    }

    fn title(&self, state: &State) -> String {
        let account = state.active.as_ref().and_then(|user| state.account_of(user.id));
        match account {
            Some(account) if account.needs_login => {
                format!("outbox · waits until you log in: microblog account add {}", account.address())
            }
            _ if self.list.items.iter().any(|entry| entry.state == OutboxState::Unsure) => {
                "outbox · perhaps sent: look on the server, then discard or send again".to_owned()
            }
            _ => "outbox".to_owned(),
        }
    }

    fn empty(&self, state: &State) -> String {
        match state.active.as_ref().and_then(|user| state.account_of(user.id)) {
            Some(account) => format!("Nothing to send: {} has everything.", account.server),
            None => "This user has no account on a server. Add one with microblog account add.".to_owned(),
        }
    }

    fn label(&self, state: &State, _at: usize, row: &OutboxEntry) -> String {
        datetime::relative(row.queued_at, state.now)
    }

    fn row(&self, _state: &State, row: &OutboxEntry, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let subject = truncate(&clean_line(&row.subject()), columns).into_owned();
        let room = columns.saturating_sub(2 + width(&subject));
        let is_below = !Self::more_lines(row, columns).is_empty();
        let status = if is_below { delivery_word(row.state, true).to_owned() } else { outbox_state(row) };
        let status = truncate(&status, room).into_owned();
        let style = if row.state.needs_decision() { theme.warn } else { theme.dim };
        let room = room.saturating_sub(2 + width(&status));
        let text = single_line(displayed_prefix(row.text.as_deref().unwrap_or_default()));
        vec![
            Span::styled(subject, theme.strong),
            Span::raw("  "),
            Span::styled(status, style),
            Span::raw("  "),
            Span::raw(truncate(&text, room).into_owned()),
        ]
    }

    /// Returns the reason why an entry was not sent, if it does not fit into the row.
    fn more_lines(row: &OutboxEntry, columns: usize) -> Vec<String> {
        let beside = width(&clean_line(&row.subject())) + 2 + width(&outbox_state(row));
        let reason = row.error.as_deref().filter(|_| beside > columns).map(clean_line);
        reason.map(|reason| description(&reason, columns)).unwrap_or_default()
    }

    fn reload(&self, state: &State) -> Option<Effect> {
        state.load_screen(NAME)
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        match (action, self.list.selected().cloned()) {
            (Action::Close | Action::Back | Action::Escape, _) => Outcome::close(vec![]),
            (Action::Reload | Action::Delete | Action::EditPost, _) if state.read_only => {
                Outcome::stay(state.refuse_write())
            }
            (action, Some(entry)) => Self::act_on(state, action, entry),
            (_, None) => Outcome::stay(vec![]),
        }
    }
}
