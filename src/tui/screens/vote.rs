//! The choices of a poll, to vote for one or several of them.

use std::ops::ControlFlow;

use ratatui::text::Span;

use super::list_screen::ListScreen;
use super::registration::Registration;
use crate::model::{Poll, PollChoice, PostId};
use crate::text::{choice_votes, clean_line, poll_state, truncate, width};
use crate::tui::keys::{
    Action, Binding, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_SCROLL, Opening, Scope, ScreenName, key,
};
use crate::tui::list::List;
use crate::tui::state::{Effect, Message, Outcome, State, StoreEffect, UndoableAction};
use crate::tui::update::undo;
use crate::tui::widgets::Theme;

/// The poll of a post.
#[derive(Debug, Clone, PartialEq)]
pub struct Vote {
    /// The post.
    pub post: PostId,
    /// The poll as the server of the account knows it.
    pub poll: Poll,
    /// Its choices, and whether each is marked.
    pub list: List<(PollChoice, bool)>,
}

const OWN: &[Binding] = &[
    key("List", &["Enter", "t"], Action::Accept, "vote", "vote"),
    key("List", &["x"], Action::ToggleMark, "mark/unmark choice", "mark"),
    key("List", &["1…9"], Action::Timeline(0), "mark/unmark choice by number", ""),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("vote");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, OWN, LIST_CLOSE],
    }],
    opened_by: &[Opening::on_post("Posts", &["p"], NAME, "vote in poll", "")],
    open: Some(open),
    receive: Some(receive),
    writes: true,
    ..Registration::named(NAME)
};

/// Loads the poll of the selected post.
fn open(state: &mut State) -> Vec<Effect> {
    let Some(user) = state.active.as_ref().map(|user| user.id) else { return state.ask_for_user() };
    match state.selected().map(|post| post.id) {
        Some(post) => vec![StoreEffect::LoadPoll(user, post).into()],
        None => undo::select_post_first(state),
    }
}

/// Shows the poll once it is loaded.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    match message {
        Message::Poll(post, poll) => {
            state.show_loaded(Box::new(Vote::new(post, *poll)));
            ControlFlow::Break(vec![])
        }
        other => ControlFlow::Continue(other),
    }
}

impl Vote {
    /// Makes the screen of a poll, with the choices marked that the account voted for.
    #[must_use]
    pub fn new(post: PostId, poll: Poll) -> Self {
        let is_own = |at: usize| poll.own_votes.iter().any(|own| *own as usize == at);
        let rows = poll.choices.iter().enumerate().map(|(at, choice)| (choice.clone(), is_own(at)));
        Self { post, list: List::new(rows.collect()), poll }
    }

    /// Marks or unmarks a choice. A poll that takes one choice has one mark.
    fn toggle(&mut self, at: usize) {
        if self.poll.has_voted || at >= self.list.items.len() {
            return;
        }
        let is_multiple = self.poll.is_multiple;
        for (row, (_, is_marked)) in self.list.items.iter_mut().enumerate() {
            if row == at {
                *is_marked = !*is_marked;
            } else if !is_multiple {
                *is_marked = false;
            }
        }
        self.list.select(at);
    }

    /// Returns the marked choices, or the one under the cursor if none is marked.
    fn ballot(&self) -> Vec<u32> {
        let marked = self.list.items.iter().enumerate().filter(|(_, (_, is_marked))| *is_marked);
        let mut choices: Vec<u32> = marked.map(|(at, _)| at as u32).collect();
        if choices.is_empty() {
            choices.push(self.list.cursor as u32);
        }
        choices
    }
}

impl ListScreen for Vote {
    type Row = (PollChoice, bool);

    fn name(&self) -> ScreenName {
        NAME
    }

    fn list(&self) -> &List<Self::Row> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<Self::Row> {
        &mut self.list
    }

    fn title(&self, _state: &State) -> String {
        let what = match (self.poll.has_voted || self.poll.is_closed, self.poll.is_multiple) {
            (true, _) => "poll",
            (false, true) => "vote for one or several",
            (false, false) => "vote for one",
        };
        let state = poll_state(&self.poll);
        if state.is_empty() { what.to_owned() } else { format!("{what} · {state}") }
    }

    fn empty(&self, _state: &State) -> String {
        "This poll has no choices.".to_owned()
    }

    fn label(&self, _state: &State, at: usize, (_, is_marked): &Self::Row) -> String {
        format!("{} {}", if *is_marked { "✓" } else { " " }, at + 1)
    }

    fn row(&self, _state: &State, (choice, _): &Self::Row, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let votes = choice_votes(&self.poll, choice).map(|votes| format!("  {votes}")).unwrap_or_default();
        let title = truncate(&clean_line(&choice.title), columns.saturating_sub(width(&votes))).into_owned();
        vec![Span::raw(title), Span::styled(votes, theme.dim)]
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        match action {
            Action::ToggleMark => self.toggle(self.list.cursor),
            // The action has the number that is counted from 0.
            Action::Timeline(at) => self.toggle(at),
            Action::Accept => {
                return match self.poll.ballot(&self.ballot(), state.now) {
                    Ok(choices) => Outcome::close(undo::perform(state, UndoableAction::Vote(self.post, Some(choices)))),
                    Err(why) => Outcome::stay(state.show_error(why.to_string())),
                };
            }
            _ => return Outcome::close(vec![]),
        }
        Outcome::stay(vec![])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use crate::tui::screens::initial_state;

    fn poll(is_multiple: bool) -> Poll {
        let choice = |title: &str| PollChoice { title: title.to_owned(), votes: None };
        Poll { choices: vec![choice("tea"), choice("mate"), choice("rye")], is_multiple, ..Poll::default() }
    }

    #[test]
    fn poll_with_one_choice_has_one_mark_and_another_several() {
        for (is_multiple, expected) in [(false, vec![2]), (true, vec![0, 2])] {
            let mut state = initial_state(Timestamp::from_micros(0), (80, 24));
            let mut screen = Vote::new(PostId(7), poll(is_multiple));
            assert_eq!(screen.ballot(), [0]);
            for action in [Action::Timeline(0), Action::Timeline(9), Action::Timeline(2)] {
                drop(ListScreen::act(&mut screen, &mut state, action));
            }
            assert_eq!(screen.ballot(), expected);
            assert_eq!(screen.list.cursor, 2);
            drop(ListScreen::act(&mut screen, &mut state, Action::ToggleMark));
            assert_eq!(screen.ballot(), if is_multiple { [0] } else { [2] });
        }
    }

    #[test]
    fn own_votes_are_marked_and_cannot_be_changed() {
        let voted = Poll { has_voted: true, own_votes: vec![1], ..poll(false) };
        let mut screen = Vote::new(PostId(7), voted);
        let mut state = initial_state(Timestamp::from_micros(0), (80, 24));
        drop(ListScreen::act(&mut screen, &mut state, Action::Timeline(0)));
        assert_eq!(screen.ballot(), [1]);
        drop(ListScreen::act(&mut screen, &mut state, Action::Accept));
        let notice = format!("{:?}", state.notice);
        assert!(notice.contains("you have voted in this poll already"), "{notice}");
    }
}
