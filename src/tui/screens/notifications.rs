//! The notifications of the active user, newest first.

use std::ops::ControlFlow;

use ratatui::text::Span;

use super::list_screen::{LABEL_COLUMNS, ListScreen};
use super::registration::Registration;
use crate::model::{Notification, NotificationKind};
use crate::text::{datetime, rich_text, single_line, truncate, width};
use crate::tui::keys::{
    Action, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_OPEN, LIST_SCROLL, Opening, Scope, ScreenName,
};
use crate::tui::list::List;
use crate::tui::state::{Effect, Message, Outcome, State, StoreEffect};
use crate::tui::widgets::Theme;

/// The notifications screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Notifications {
    /// The notifications, newest first.
    pub list: List<Notification>,
}

/// Shows loaded notifications; with that they are seen.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    let Message::Notifications(notifications) = message else { return ControlFlow::Continue(message) };
    state.unread.notifications = 0;
    state.show(Notifications { list: List::new(notifications) });
    ControlFlow::Break(vec![])
}

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("notifications");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, LIST_OPEN, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Timelines", &["N"], NAME, "notifications", "")],
    open: Some(open),
    during_import: false,
    receive: Some(receive),
    ..Registration::named(NAME)
};

/// Opens the screen.
fn open(state: &mut State) -> Vec<Effect> {
    match &state.active {
        Some(user) => vec![Effect::Store(StoreEffect::LoadNotifications(user.id))],
        None => state.ask_for_user(),
    }
}

impl ListScreen for Notifications {
    fn name(&self) -> ScreenName {
        NAME
    }

    type Row = Notification;

    fn list(&self) -> &List<Notification> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<Notification> {
        &mut self.list
    }

    fn title(&self, _state: &State) -> String {
        "notifications".to_owned()
    }

    fn empty(&self, _state: &State) -> String {
        "No notifications yet. Replies, mentions, likes, boosts and new followers appear here.".to_owned()
    }

    fn label(&self, state: &State, _at: usize, row: &Notification) -> String {
        datetime::relative(row.at, state.now)
    }

    fn row(&self, state: &State, row: &Notification, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let verb = match row.kind {
            NotificationKind::Followed => " followed you",
            NotificationKind::Replied => " replied: ",
            NotificationKind::Mentioned => " mentioned you: ",
            NotificationKind::Liked => " liked: ",
            NotificationKind::Boosted => " boosted: ",
        };
        // On a narrow screen the name leaves some columns to the text.
        let longest = columns.saturating_sub(26 - LABEL_COLUMNS + width(verb)).clamp(6, 20);
        let name = truncate(&state.confusables.label(row.nickname.as_str()), longest).into_owned();
        let room = columns.saturating_sub(3 + width(&name) + width(verb));
        let body = row.post.as_ref().map(|post| single_line(&rich_text(post.body.as_str()).text));
        let body = truncate(body.as_deref().unwrap_or_default(), room).into_owned();
        vec![
            Span::styled(if row.unread { "● " } else { "  " }, theme.accent),
            Span::styled(name, theme.author(row.nickname.as_str()).patch(theme.strong)),
            Span::styled(verb, theme.dim),
            Span::raw(body),
        ]
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        let selected = self.list.selected().filter(|_| action == Action::Accept);
        let Some(notification) = selected else { return Outcome::close(vec![]) };
        let effect = match &notification.post {
            Some(post) => StoreEffect::LoadThread(post.id),
            None => StoreEffect::LoadProfile(notification.actor),
        };
        Outcome::close(state.load_detail(effect))
    }
}
