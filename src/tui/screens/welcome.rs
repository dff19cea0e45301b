//! The first screen of an empty database: asks for a nickname and, if wanted, an email address.

use std::ops::ControlFlow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::registration::Registration;
use super::timeline::pages;
use crate::model::{Email, NewUser, Nickname, PageStart, User};
use crate::text::{clean_line, confusable_user};
use crate::tui::keys::{self, Action, Binding, Context, KeyTable, Scope, ScreenName, key};
use crate::tui::layout;
use crate::tui::state::{Detail, Editor, Effect, Message, Outcome, Screen, State, StoreEffect, WorkerEffect};
use crate::tui::update::switch;
use crate::tui::widgets::{Theme, message, text_field};

/// The form for the first user.
#[derive(Debug, Clone, PartialEq)]
pub struct Welcome {
    /// The nickname.
    pub nickname: Editor,
    /// The email address; may stay empty.
    pub email: Editor,
    /// Whether the cursor is in the second field.
    pub in_email: bool,
    /// What is wrong with the entries.
    pub error: Option<String>,
}

const KEYS: &[Binding] = &[
    key("Welcome", &["Enter"], Action::Accept, "start", "start"),
    key("Welcome", &["Tab", "Shift+Tab", "↓", "↑"], Action::NextField, "next field", "next field"),
    key("Welcome", &["Esc"], Action::Quit, "quit", "quit"),
];

impl Default for Welcome {
    fn default() -> Self {
        Self { nickname: Editor::new(""), email: Editor::new(""), in_email: false, error: None }
    }
}

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("welcome");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable { context: Context("welcome"), scope: Scope::TextField, bindings: &[KEYS] }],
    actions: &[(Action::AddUser, open)],
    receive: Some(receive),
    ..Registration::named(NAME)
};

/// Asks for the first user, alone on the screen; a form that is open already keeps its entries.
fn open(state: &mut State) -> Vec<Effect> {
    if state.screen::<Welcome>().is_none() {
        state.screens.clear();
        state.show(Welcome::default());
    }
    vec![]
}

/// Shows the user who was added, or why adding failed.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    match message {
        Message::UserAdded(result) => ControlFlow::Break(added(state, result)),
        other => ControlFlow::Continue(other),
    }
}

fn added(state: &mut State, result: Result<User, String>) -> Vec<Effect> {
    match result {
        Ok(user) => {
            state.screens.clear();
            state.detail = Detail::Empty;
            let shows_first_steps = state.shown_users().all(|user| user.posts == 0);
            let notice = match confusable_user(state.shown_users(), &user) {
                Some(other) => {
                    format!("welcome, @{}; your name can be confused with @{}", user.nickname, other.nickname)
                }
                None if shows_first_steps => format!("welcome, @{}: choose what to do first", user.nickname),
                None => format!(
                    "welcome, @{}: press {} to write a post, {} for help",
                    user.nickname,
                    keys::of(state, Action::Compose),
                    keys::of(state, Action::Show(ScreenName::HELP))
                ),
            };
            state.show_notice(notice);
            let mut effects = vec![StoreEffect::SwitchUser(user.id).into(), WorkerEffect::LoadUsers.into()];
            state.active = Some(user);
            switch::open_own_tabs(state);
            effects.extend(pages::load_current(state, PageStart::Newest));
            if shows_first_steps {
                state.next_action = Some(Action::Show(ScreenName::FIRST_STEPS));
            }
            effects
        }
        Err(why) => {
            if let Some(welcome) = state.screen_mut::<Welcome>() {
                welcome.error = Some(why);
                return vec![];
            }
            state.show_error(why)
        }
    }
}

impl Screen for Welcome {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context("welcome")
    }

    fn act(&mut self, _state: &mut State, action: Action) -> Outcome {
        match action {
            Action::NextField => self.in_email = !self.in_email,
            Action::Accept => match self.user() {
                Ok(user) => return Outcome::stay(vec![Effect::Store(StoreEffect::AddUser(user))]),
                Err(why) => self.error = Some(why),
            },
            _ => {}
        }
        Outcome::stay(vec![])
    }

    fn is_outdated(&self, state: &State) -> bool {
        state.local_users().next().is_some()
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(if self.in_email { &mut self.email } else { &mut self.nickname })
    }

    fn edited(&mut self, _state: &mut State, _before: &str) -> Vec<Effect> {
        self.error = None;
        vec![]
    }

    fn keeps_keys(&self) -> bool {
        true
    }

    fn draw(&self, _state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let all = frame.area();
        let body = Rect { height: all.height - 1, ..all };
        let area = layout::centered(body, 56, 9);
        let mut y = area.y;
        let mut row = |skip: u16| {
            let row = Rect { y: y.min(area.bottom() - 1), height: 1, ..area };
            y += 1 + skip;
            row
        };
        frame.render_widget(Line::styled("Welcome to microblog.", theme.accent.patch(theme.strong)), row(0));
        frame.render_widget(Line::styled("Choose a nickname to start.", theme.dim), row(1));
        draw_field("nickname", &self.nickname, !self.in_email, "", theme, row(0), frame);
        draw_field("email", &self.email, self.in_email, "optional", theme, row(1), frame);
        if let Some(error) = &self.error {
            let at = row(0);
            let lines = Rect { height: body.bottom().saturating_sub(at.y), ..at };
            message::draw(message::lines(error, usize::from(at.width), theme.error), lines, frame);
        }
    }
}

impl Welcome {
    /// Returns the user that was entered, or what is wrong.
    fn user(&self) -> Result<NewUser, String> {
        let nickname = Nickname::parse(&self.nickname.text()).map_err(|error| error.to_string())?;
        let email = self.email.text();
        let email = match email.trim() {
            "" => None,
            email => Some(Email::parse(email).map_err(|error| error.to_string())?),
        };
        Ok(NewUser { email, ..NewUser::named(nickname) })
    }
}

fn draw_field(name: &str, editor: &Editor, here: bool, hint: &str, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let label = Span::styled(format!("{name:<10}"), if here { theme.strong } else { theme.dim });
    frame.render_widget(Line::from(vec![Span::styled(if here { "▌ " } else { "  " }, theme.accent), label]), area);
    let text = Rect { x: area.x + 12, width: area.width.saturating_sub(12), ..area };
    let value = editor.text();
    if here {
        text_field::draw_line(editor, text, frame);
    } else if value.is_empty() {
        frame.render_widget(Line::styled(hint.to_owned(), theme.dim), text);
    } else {
        frame.render_widget(Line::raw(clean_line(&value).into_owned()), text);
    }
}
