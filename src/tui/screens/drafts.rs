//! The drafts of the active user, newest first.

use std::ops::ControlFlow;

use ratatui::text::Span;

use super::list_screen::ListScreen;
use super::registration::Registration;
use crate::model::Purpose;
use crate::text::{datetime, displayed_prefix, single_line, truncate, width};
use crate::tui::keys::{
    Action, Binding, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_SCROLL, LIST_UNDO, Opening, Scope, ScreenName, key,
};
use crate::tui::list::List;
use crate::tui::state::{DraftRow, Effect, Message, Outcome, State, StoreEffect, UndoableAction};
use crate::tui::update::undo;
use crate::tui::widgets::Theme;

/// The drafts screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Drafts {
    /// The drafts, newest first.
    pub list: List<DraftRow>,
}

const OWN: &[Binding] = &[
    key("List", &["Enter", "t"], Action::Accept, "continue draft", "continue"),
    key("List", &["d"], Action::Delete, "discard draft", "discard"),
];

/// Shows loaded drafts; the cursor stays where it was.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    let Message::Drafts(drafts) = message else { return ControlFlow::Continue(message) };
    let cursor = state.screen::<Drafts>().map_or(0, |open| open.list.cursor);
    let mut list = List::new(drafts);
    list.select(cursor);
    state.show(Drafts { list });
    ControlFlow::Break(vec![])
}

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("drafts");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, OWN, LIST_UNDO, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Posts", &["D"], NAME, "drafts", "")],
    open: Some(open),
    receive: Some(receive),
    ..Registration::named(NAME)
};

/// Opens the screen.
fn open(state: &mut State) -> Vec<Effect> {
    match &state.active {
        Some(user) => vec![Effect::Store(StoreEffect::LoadDrafts(user.id))],
        None => state.ask_for_user(),
    }
}

impl ListScreen for Drafts {
    fn name(&self) -> ScreenName {
        NAME
    }

    type Row = DraftRow;

    fn list(&self) -> &List<DraftRow> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<DraftRow> {
        &mut self.list
    }

    fn title(&self, _state: &State) -> String {
        "drafts".to_owned()
    }

    fn empty(&self, _state: &State) -> String {
        "No drafts yet. A post that you close without sending is saved here.".to_owned()
    }

    fn label(&self, state: &State, _at: usize, row: &DraftRow) -> String {
        datetime::relative(row.saved_at, state.now)
    }

    fn row(&self, state: &State, row: &DraftRow, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let purpose = match row.purpose {
            Purpose::New => String::new(),
            Purpose::Reply(_) if row.orphaned => "reply to a deleted post: ".to_owned(),
            Purpose::Reply(id) => match &row.parent_author {
                Some(nickname) => format!("reply to @{}: ", state.confusables.label(nickname.as_str())),
                None => format!("reply to {id}: "),
            },
            Purpose::Edit { .. } if row.orphaned => "edit of a deleted post: ".to_owned(),
            Purpose::Edit { post, .. } => format!("edit of {post}: "),
        };
        let purpose = if row.slot == 0 { purpose } else { format!("({}) {purpose}", row.slot + 1) };
        let room = columns.saturating_sub(1 + width(&purpose));
        let text = truncate(&single_line(displayed_prefix(&row.text)), room).into_owned();
        vec![Span::styled(purpose, theme.dim), Span::raw(text)]
    }

    fn reload(&self, state: &State) -> Option<Effect> {
        state.active.as_ref().map(|user| StoreEffect::LoadDrafts(user.id).into())
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        if state.read_only && action != Action::Close {
            return Outcome::stay(state.refuse_write());
        }
        let selected = self.list.selected().map(|draft| (draft.purpose, draft.slot, draft.orphaned));
        match (action, selected) {
            (Action::Delete, Some((purpose, slot, _))) => {
                Outcome::stay(undo::perform(state, UndoableAction::DiscardDraft(purpose, slot)))
            }
            (Action::Delete, None) => Outcome::stay(vec![]),
            (Action::Accept, Some((purpose, slot, orphaned))) => {
                if orphaned {
                    state.show_notice("the post was deleted: this is a new post now");
                }
                let user = state.active.as_ref().map(|user| user.id);
                let resume = |user| Effect::Store(StoreEffect::ResumeDraft(user, purpose, slot, orphaned));
                Outcome::close(user.map(resume).into_iter().collect())
            }
            _ => Outcome::close(vec![]),
        }
    }
}
