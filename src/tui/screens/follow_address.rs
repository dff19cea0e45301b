//! Follows an address: a feed, a page that names its feeds, or an account on another server. A page that names several
//! offers them in the field.

use std::ops::ControlFlow;

use ratatui::Frame;

use super::registration::Registration;
use crate::tui::keys::{Action, Binding, Context, KeyTable, Opening, Scope, ScreenName, key};
use crate::tui::state::{
    Editor, Effect, FollowError, Followed, Message, Outcome, Screen, State, Step, UndoableAction, WorkerEffect,
};
use crate::tui::widgets::Theme;
use crate::tui::widgets::one_line_form::{self, OneLineForm};

/// Columns of the window, its border included.
const WINDOW_COLUMNS: u16 = 70;

/// What an address can be.
const ADDRESSES: &str = "a feed, a blog, or an account such as @susan@mastodon.example";

/// The form.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowAddress {
    /// The address.
    pub address: Editor,
    /// The feeds that the page at the address names, to choose from.
    pub feeds: Vec<String>,
    /// Which of them was chosen last.
    pub at: usize,
    /// The address is being fetched.
    pub is_running: bool,
    /// Why it could not be followed.
    pub error: Option<String>,
}

const KEYS: &[Binding] = &[
    key("Address", &["Enter"], Action::Accept, "follow", "follow"),
    key("Address", &["↓"], Action::Down, "next feed of the page", "next feed"),
    key("Address", &["↑"], Action::Up, "previous feed of the page", ""),
    key("Address", &["Esc"], Action::Close, "close", "close"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName::FOLLOW_ADDRESS;

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context(NAME.0), scope: Scope::TextField, bindings: &[KEYS] }],
    opened_by: &[Opening::anywhere("Users", &["@"], NAME, "follow an address (feed, blog, account)", "")],
    open: Some(open),
    receive: Some(receive),
    writes: true,
    during_import: false,
    ..Registration::named(NAME)
};

/// Asks for the address.
fn open(state: &mut State) -> Vec<Effect> {
    if state.active.is_none() {
        return state.ask_for_user();
    }
    let address = Editor::new(&state.address_to_follow.take().unwrap_or_default());
    state.show(FollowAddress { address, feeds: vec![], at: 0, is_running: false, error: None });
    vec![]
}

impl Screen for FollowAddress {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context(NAME.0)
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        let count = self.feeds.len().max(1);
        match action {
            Action::Down | Action::Up if !self.feeds.is_empty() => {
                self.at = (self.at + if action == Action::Down { 1 } else { count - 1 }) % count;
                self.address = Editor::new(&self.feeds[self.at]);
                Outcome::stay(vec![])
            }
            Action::Accept if self.is_running => Outcome::stay(vec![]),
            Action::Accept => Outcome::stay(self.start(state)),
            Action::Close => Outcome::close(vec![]),
            _ => Outcome::stay(vec![]),
        }
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(&mut self.address)
    }

    fn edited(&mut self, _state: &mut State, _before: &str) -> Vec<Effect> {
        self.error = None;
        vec![]
    }

    /// There is a next feed only where a page names several.
    fn offers(&self, action: Action) -> bool {
        action != Action::Down || !self.feeds.is_empty()
    }

    fn draw(&self, _state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let form = OneLineForm {
            title: "follow an address",
            columns: WINDOW_COLUMNS,
            value: &self.address,
            hint: ADDRESSES,
            error: self.error.as_deref(),
        };
        if self.is_running {
            one_line_form::draw_with(&form, "fetching …", theme.accent, theme, frame);
        } else {
            one_line_form::draw(&form, theme, frame);
        }
    }

    fn covers_panes(&self) -> bool {
        false
    }
}

impl FollowAddress {
    /// Starts to fetch the address that was typed.
    fn start(&mut self, state: &mut State) -> Vec<Effect> {
        let address = self.address.text().trim().to_owned();
        let Some(user) = &state.active else { return state.ask_for_user() };
        if address.is_empty() {
            self.error = Some("type an address, such as https://example.org/feed.xml".to_owned());
            return vec![];
        }
        (self.is_running, self.error) = (true, None);
        vec![WorkerEffect::FollowAddress(user.id, address).into()]
    }
}

/// Shows what following an address came to: in the window, or in the footer if that was closed.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    let Message::AddressFollowed(result) = message else { return ControlFlow::Continue(message) };
    let is_open = state.screen_mut::<FollowAddress>().is_some_and(|shown| shown.is_running);
    ControlFlow::Break(match result {
        Ok(Followed { notice, user: followed }) => {
            if is_open {
                state.close::<FollowAddress>();
            }
            if let (Some((id, name)), Some(reader)) = (followed, &state.active) {
                let label = format!("followed @{name}");
                let step =
                    Step { user: reader.id, action: UndoableAction::Follow(vec![(id, name)], Some(false)), label };
                state.history.push(step);
            }
            state.show_result(Ok(notice))
        }
        Err(FollowError { why, feeds }) => match state.screen_mut::<FollowAddress>() {
            Some(shown) if is_open => {
                (shown.is_running, shown.at) = (false, 0);
                if let Some(first) = feeds.first() {
                    shown.address = Editor::new(first);
                    shown.error = Some(format!("the page names {} feeds: choose one with ↓ and ↑", feeds.len()));
                } else {
                    shown.error = Some(why);
                }
                shown.feeds = feeds;
                vec![]
            }
            _ => state.show_result(Err(why)),
        },
    })
}
