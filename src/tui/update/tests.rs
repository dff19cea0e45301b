mod avatars;
mod completion;
mod composer;
mod details;
mod drafts_and_notifications;
mod feeds;
mod import;
mod links;
mod lists;
mod marks;
mod mouse;
mod outbox;
mod pages;
mod palette;
mod panes;
mod pasting;
mod posts;
mod reading;
mod search;
mod stack;
mod starting;
mod statistics;
mod tabs;
mod timeline_menu;
mod undo;
mod users;
mod users_pane;
mod warnings;

use tui_textarea::{Input, Key};

use super::update;
use crate::config::StartAt;
use crate::model::{
    Arrival, Body, Nickname, OpenDraft, PageStart, Post, PostId, Purpose, ReadState, ThreadNode, Timeline, Timestamp,
    User, UserId, UserKind,
};
use crate::tui::keys::{self, Action};
use crate::tui::list::List;
use crate::tui::screens::delete_post::DeletePosts;
use crate::tui::screens::help::Help;
use crate::tui::screens::import::Import;
use crate::tui::screens::menu::{Menu, MenuRow};
use crate::tui::screens::palette::{Command, CommandEffect, Palette};
use crate::tui::screens::search::Search;
use crate::tui::screens::statistics::Statistics;
use crate::tui::screens::thread_preview::ThreadPreview;
use crate::tui::screens::user_picker::UserPicker;
use crate::tui::screens::welcome::Welcome;
use crate::tui::screens::{self, initial_state};
use crate::tui::state::{
    Detail, Direction, Effect, ListRow, LoadedUsers, Message, Pane, SettingsEffect, State, StoreEffect, TerminalEffect,
    UndoableAction, UsersRow, WorkerEffect,
};

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn user(id: i64, name: &str) -> User {
    User::named(id, name)
}

/// Everything had arrived when a page was loaded.
const ARRIVED: Arrival = Arrival(i64::MAX);

fn post(id: i64, author: &User) -> Post {
    let body = Body::written(&format!("post {id}")).unwrap();
    Post::plain(PostId(id), author.id, author.nickname.clone(), body, at(id * 10))
}

fn place(depth: usize, post: Post) -> ThreadNode {
    ThreadNode { depth, id: post.id, post: Some(post), is_unread: false }
}

fn page(place: PageStart, ids: impl DoubleEndedIterator<Item = i64>, more: bool) -> Message {
    let john = user(1, "john");
    Message::Page {
        timeline: Timeline::All,
        place,
        posts: ids.rev().map(|id| post(id, &john)).collect(),
        more,
        arrived: ARRIVED,
    }
}

/// John and susan, john active, with posts 1 to 50 loaded.
fn state() -> State {
    let mut state = initial_state(at(0), (100, 30));
    let (john, susan) = (user(1, "john"), user(2, "susan"));
    update(&mut state, Message::Users(LoadedUsers::new(vec![john.clone(), susan], Some(john))));
    act(&mut state, Action::Timeline(1));
    update(&mut state, page(PageStart::Newest, 1..=50, true));
    state
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    update(state, Message::Act(action))
}

fn write(state: &mut State, text: &str) {
    update(state, Message::Draft { author: UserId(1), reply_to: None, draft: OpenDraft::default() });
    for c in text.chars() {
        update(state, Message::Input(Input { key: Key::Char(c), ctrl: false, alt: false, shift: false }));
    }
}
