//! The notifications of the active user, newest first. Likes and boosts of one post, and new followers, are one row.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use ratatui::text::Span;

use super::compose::update as compose;
use super::list_screen::{LABEL_COLUMNS, ListScreen};
use super::registration::Registration;
use super::timeline::unread;
use crate::model::{Nickname, Notification, NotificationKind, Post, Timestamp, UserId};
use crate::store::{Store, StoreError};
use crate::text::{datetime, rich_text, single_line, truncate, width};
use crate::tui::keys::{
    self, Action, Binding, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_OPEN, LIST_SCROLL, LIST_UNDO, Opening, Scope,
    ScreenName, key,
};
use crate::tui::list::List;
use crate::tui::state::{Effect, FRESH_LIMIT, Outcome, Screen, State, StoreEffect, UndoableAction};
use crate::tui::update::undo;
use crate::tui::widgets::Theme;

/// Notifications that are loaded.
const LOADED: usize = 500;

/// The notifications screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Notifications {
    /// The groups that are shown.
    pub list: List<Group>,
    /// All groups of notifications, by the newest of each.
    groups: Vec<Group>,
    /// Which of them are shown.
    pub shown: Kinds,
    /// The user whose notifications they are.
    reader: UserId,
    /// The users who were muted here, whose notifications are hidden.
    muted: BTreeSet<UserId>,
    /// The times of all of them, and whether they are read, or were on the screen.
    seen: BTreeMap<Timestamp, bool>,
}

/// Which notifications are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinds {
    /// All of them.
    All,
    /// Replies and mentions.
    Conversations,
    /// Likes and boosts.
    Reactions,
    /// New followers.
    Followers,
}

impl Kinds {
    fn next(self) -> Self {
        match self {
            Self::All => Self::Conversations,
            Self::Conversations => Self::Reactions,
            Self::Reactions => Self::Followers,
            Self::Followers => Self::All,
        }
    }

    fn kinds(self) -> &'static [NotificationKind] {
        match self {
            Self::All => &NotificationKind::ALL,
            Self::Conversations => &[NotificationKind::Replied, NotificationKind::Mentioned],
            Self::Reactions => &[NotificationKind::Liked, NotificationKind::Boosted],
            Self::Followers => &[NotificationKind::Followed],
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::All => "notifications",
            Self::Conversations => "notifications · replies and mentions",
            Self::Reactions => "notifications · likes and boosts",
            Self::Followers => "notifications · new followers",
        }
    }
}

/// Notifications that are shown in one row: the likes or the boosts of a post, new followers, or a single other one.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What happened.
    pub kind: NotificationKind,
    /// The post that it is about.
    pub post: Option<Post>,
    /// The users who caused it, the latest first, each once.
    pub actors: Vec<(UserId, Nickname)>,
    /// When it happened, the latest first.
    pub times: Vec<Timestamp>,
    /// Whether they were unread when they were loaded.
    pub unread: bool,
}

impl Group {
    /// Returns whether a notification belongs into the row.
    fn takes(&self, other: &Notification) -> bool {
        let is_grouped =
            matches!(self.kind, NotificationKind::Followed | NotificationKind::Liked | NotificationKind::Boosted);
        let id = |post: &Option<Post>| post.as_ref().map(|post| post.id);
        is_grouped && self.kind == other.kind && self.unread == other.unread && id(&self.post) == id(&other.post)
    }
}

impl Notifications {
    /// Groups the notifications of a user, which are sorted from the newest to the oldest.
    #[must_use]
    pub fn new(reader: UserId, notifications: Vec<Notification>) -> Self {
        let seen = notifications.iter().map(|one| (one.at, !one.unread)).collect();
        let mut groups: Vec<Group> = Vec::new();
        for one in notifications {
            let actor = (one.actor, one.nickname.clone());
            match groups.iter_mut().find(|group| group.takes(&one)) {
                Some(group) => {
                    group.times.push(one.at);
                    if group.actors.iter().all(|(known, _)| *known != one.actor) {
                        group.actors.push(actor);
                    }
                }
                None => groups.push(Group {
                    kind: one.kind,
                    post: one.post,
                    actors: vec![actor],
                    times: vec![one.at],
                    unread: one.unread,
                }),
            }
        }
        let list = List::new(groups.clone());
        Self { list, groups, shown: Kinds::All, reader, muted: BTreeSet::new(), seen }
    }

    /// Lists the groups of the kinds that are shown, without those that only muted users caused.
    fn show_groups(&mut self) {
        let is_shown = |group: &&Group| {
            let is_muted = group.actors.iter().all(|(actor, _)| self.muted.contains(actor));
            self.shown.kinds().contains(&group.kind) && !is_muted
        };
        self.list.items = self.groups.iter().filter(is_shown).cloned().collect();
        self.list.select(self.list.cursor);
    }

    /// Marks rows as read that are on the screen. What is between them and others that are read is a single range.
    fn mark_seen(&mut self, rows: Range<usize>, state: &mut State) -> Vec<Effect> {
        if state.read_only {
            return vec![];
        }
        let mut new = BTreeSet::new();
        for time in self.list.items.get(rows).unwrap_or_default().iter().flat_map(|group| &group.times) {
            if let Some(seen) = self.seen.get_mut(time).filter(|seen| !**seen) {
                *seen = true;
                new.insert(*time);
            }
        }
        if new.is_empty() {
            return vec![];
        }
        let times: Vec<(Timestamp, bool)> = self.seen.iter().map(|(time, seen)| (*time, *seen)).collect();
        let runs = times.chunk_by(|one, other| one.1 == other.1).filter(|run| run[0].1);
        let changed = runs.filter(|run| run.iter().any(|(time, _)| new.contains(time)));
        let ranges = changed.map(|run| (run[0].0, run[run.len() - 1].0)).collect();
        let is_capped = state.unread.notifications >= FRESH_LIMIT;
        let mut effects = vec![StoreEffect::MarkNotificationsSeen(self.reader, ranges).into()];
        if is_capped {
            effects.extend(unread::count_for_reader(state));
        } else {
            state.unread.notifications = state.unread.notifications.saturating_sub(new.len());
        }
        effects
    }

    /// Marks the kinds that are shown as read up to the newest notification, also what is not loaded. This can be undone.
    fn mark_shown(&self, state: &mut State) -> Vec<Effect> {
        let Some((newest, _)) = self.seen.last_key_value() else {
            return state.show_notice("there are no notifications to mark as read");
        };
        let kinds = self.shown.kinds().to_vec();
        undo::perform(state, UndoableAction::MarkNotificationsRead { kinds, up_to: *newest, count: 0 })
    }

    /// Replies to the post of the selected row, in its thread. Going back from there leads here again.
    fn reply(&self, state: &mut State) -> Outcome {
        let Some(post) = self.list.selected().and_then(|group| group.post.clone()) else {
            return Outcome::stay(state.show_notice("there is no post to reply to here"));
        };
        let mut effects = state.load_detail(StoreEffect::LoadThread(post.id));
        effects.extend(compose::start(state, Some(post)));
        Outcome::hide(effects)
    }

    /// Opens the profile of the user who caused the selected row last, or asks whether to mute them.
    fn act_on_actor(&self, state: &mut State, action: Action) -> Outcome {
        let Some(actor) = self.list.selected().and_then(|group| group.actors.first()) else {
            return Outcome::stay(state.show_notice("there is no user here"));
        };
        match action {
            Action::Profile => Outcome::hide(state.load_detail(StoreEffect::LoadProfile(actor.0))),
            _ if state.read_only => Outcome::stay(state.refuse_write()),
            _ => Outcome::stay(vec![StoreEffect::AskToMute(self.reader, vec![actor.clone()]).into()]),
        }
    }
}

const OWN: &[Binding] = &[
    key("List", &["r"], Action::Reply, "reply", "reply"),
    key("List", &["u"], Action::Profile, "profile of the user", ""),
    key("List", &["m"], Action::Mute, "mute the user", ""),
    key("List", &["Tab"], Action::NextField, "show only some kinds", "filter"),
    key("List", &["x"], Action::MarkRead, "mark as read, also what is not loaded", "mark read"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("notifications");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context(NAME.0),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, LIST_OPEN, OWN, LIST_UNDO, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Timelines", &["N"], NAME, "notifications", "")],
    load: Some(load),
    during_import: false,
    ..Registration::named(NAME)
};

fn load(store: &Store, reader: UserId) -> Result<Box<dyn Screen>, StoreError> {
    Ok(Box::new(Notifications::new(reader, store.notifications(reader, None, LOADED)?)))
}

impl ListScreen for Notifications {
    type Row = Group;

    fn name(&self) -> ScreenName {
        NAME
    }

    fn list(&self) -> &List<Group> {
        &self.list
    }

    fn list_mut(&mut self) -> &mut List<Group> {
        &mut self.list
    }

    fn title(&self, _state: &State) -> String {
        self.shown.title().to_owned()
    }

    fn empty(&self, state: &State) -> String {
        match self.shown {
            Kinds::All => {
                "No notifications yet. Replies, mentions, likes, boosts and new followers appear here.".to_owned()
            }
            _ => {
                let key = keys::here(state, Action::NextField).unwrap_or_default();
                format!("No notifications of this kind. Press {key} to show others.")
            }
        }
    }

    fn label(&self, state: &State, _at: usize, row: &Group) -> String {
        row.times.first().map(|at| datetime::relative(*at, state.now)).unwrap_or_default()
    }

    fn row(&self, state: &State, row: &Group, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
        let verb = match row.kind {
            NotificationKind::Followed => " followed you",
            NotificationKind::Replied => " replied: ",
            NotificationKind::Mentioned => " mentioned you: ",
            NotificationKind::Liked => " liked: ",
            NotificationKind::Boosted => " boosted: ",
        };
        // On a narrow screen the names leave some columns to the text.
        let longest = columns.saturating_sub(26 - LABEL_COLUMNS + width(verb));
        let names = names(state, row, longest, theme);
        let room = columns.saturating_sub(3 + names.iter().map(Span::width).sum::<usize>() + width(verb));
        let body = row.post.as_ref().map(|post| single_line(&rich_text(post.body.as_str()).text));
        let body = truncate(body.as_deref().unwrap_or_default(), room).into_owned();
        let mut spans = vec![Span::styled(if row.unread { "● " } else { "  " }, theme.accent)];
        spans.extend(names);
        spans.extend([Span::styled(verb, theme.dim), Span::raw(body)]);
        spans
    }

    fn viewed(&mut self, rows: Range<usize>, state: &mut State) -> Vec<Effect> {
        self.mark_seen(rows, state)
    }

    fn performed(&mut self, action: &UndoableAction, inverse: &UndoableAction) {
        if let UndoableAction::Mute(users, Some(on)) = action {
            for (user, _) in users {
                if *on {
                    self.muted.insert(*user)
                } else {
                    self.muted.remove(user)
                };
            }
            return self.show_groups();
        }
        let is_read = |kind: NotificationKind, at: Timestamp, before: bool| match (action, inverse) {
            (UndoableAction::MarkNotificationsRead { kinds, up_to, .. }, _) => {
                before || (at <= *up_to && kinds.contains(&kind))
            }
            // The inverse replaces what is read now.
            (_, UndoableAction::SetReadNotifications { from: read, .. }) => read.contains(kind, at),
            _ => before,
        };
        for group in self.list.items.iter_mut().chain(&mut self.groups) {
            group.unread = group.times.iter().any(|at| !is_read(group.kind, *at, !group.unread));
            for at in &group.times {
                if let Some(seen) = self.seen.get_mut(at) {
                    *seen = is_read(group.kind, *at, *seen);
                }
            }
        }
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        let selected = match action {
            Action::MarkRead if state.read_only => return Outcome::stay(state.refuse_write()),
            Action::MarkRead => return Outcome::stay(self.mark_shown(state)),
            Action::NextField => {
                self.shown = self.shown.next();
                self.list = List::default();
                self.show_groups();
                return Outcome::stay(vec![]);
            }
            Action::Reply if state.read_only => return Outcome::stay(state.refuse_write()),
            Action::Reply => return self.reply(state),
            Action::Profile | Action::Mute => return self.act_on_actor(state, action),
            Action::Accept => self.list.selected(),
            _ => None,
        };
        let effect = match selected {
            Some(Group { post: Some(post), .. }) => StoreEffect::LoadThread(post.id),
            Some(Group { actors, .. }) => match actors.first() {
                Some((actor, _)) => StoreEffect::LoadProfile(*actor),
                None => return Outcome::close(vec![]),
            },
            None => return Outcome::close(vec![]),
        };
        Outcome::hide(state.load_detail(effect))
    }
}

/// Returns who caused a group, as in “Ada, Bo and 3 others”, in at most about `longest` columns.
fn names(state: &State, row: &Group, longest: usize, theme: &Theme) -> Vec<Span<'static>> {
    let others = |named: usize| match row.actors.len().saturating_sub(named) {
        0 => String::new(),
        1 => " and 1 other".to_owned(),
        count => format!(" and {count} others"),
    };
    // Two names are shown where both fit, and one otherwise.
    let named = if longest >= 2 * 12 + width(&others(2)) { 2 } else { 1 }.min(row.actors.len());
    let others = others(named);
    let room = longest.saturating_sub(width(&others) + 5 * (named - named.min(1))) / named.max(1);
    let mut spans = Vec::new();
    for (at, (_, nickname)) in row.actors.iter().take(named).enumerate() {
        if at > 0 {
            spans.push(Span::styled(if others.is_empty() { " and " } else { ", " }, theme.dim));
        }
        let name = truncate(&state.confusables.label(nickname.as_str()), room.clamp(6, 20)).into_owned();
        spans.push(Span::styled(name, theme.author(nickname.as_str()).patch(theme.strong)));
    }
    spans.push(Span::styled(others, theme.dim));
    spans
}
