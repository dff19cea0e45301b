//! A profile: a user, with what they say about themselves, some numbers, and the activity of a year.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::timeline::pages;
use crate::model::{Relation, Timeline, Timestamp, User};
use crate::text::{Clock, Confusables, TimeFormat, clean, clean_line, datetime, displayed_prefix, single_line, wrap};
use crate::tui::images::{self, avatars::AvatarCache};
use crate::tui::keys::{self, Action, KeyTable, PANE, PANE_SCROLL, Scope, USER};
use crate::tui::labels::feed_state;
use crate::tui::layout::{TITLE_ROWS, areas, pane_parts};
use crate::tui::state::{Detail, Effect, Pane, Profile, State, StoreEffect, WorkerEffect, pane_context};
use crate::tui::update::{movement, undo};
use crate::tui::widgets::{Theme, activity, avatar, page, title};

/// The keys of the pane.
pub const KEYS: KeyTable =
    KeyTable { context: pane_context::PROFILE, scope: Scope::Pane, bindings: &[PANE_SCROLL, USER, PANE] };

/// Columns of the name of a fact.
const NAME_COLUMNS: usize = 11;
/// Rows of the map of a year: its title, and one for each day of the week.
const ACTIVITY_ROWS: usize = 8;
/// Rows of a pinned post at most.
const PINNED_ROWS: usize = 3;
/// Rows of the hint below an empty row.
const HINT_ROWS: usize = 2;

/// Opens the profile of the selected user, or of the author of the selected post.
pub(in crate::tui) fn open(state: &mut State) -> Vec<Effect> {
    if state.focus == Pane::Users {
        return match state.selected_user().map(|user| user.id) {
            Some(user) => state.load_detail(StoreEffect::LoadProfile(user)),
            None => state.show_notice("select a user first"),
        };
    }
    let Some(author) = state.selected().map(|post| post.author) else { return undo::select_post_first(state) };
    state.load_detail(StoreEffect::LoadProfile(author))
}

/// Opens the posts of a user, and their profile beside them.
pub(in crate::tui) fn open_with_posts(state: &mut State, user: &User) -> Vec<Effect> {
    let mut effects = pages::open_timeline(state, Timeline::User(user.id, user.nickname.clone()));
    effects.push(StoreEffect::LoadProfile(user.id).into());
    effects
}

/// Shows a loaded profile; one that is loaded again keeps its scroll position.
pub(in crate::tui) fn loaded(state: &mut State, mut profile: Box<Profile>) -> Vec<Effect> {
    match &mut state.detail {
        Detail::Profile(before) if before.user.id == profile.user.id => {
            profile.scroll = before.scroll;
            *before = profile;
        }
        _ => {
            let fetch = fetch(state, &profile);
            state.show_detail(Detail::Profile(profile));
            return fetch.into_iter().collect();
        }
    }
    vec![]
}

/// Returns the effect that fetches a profile from the server of the active user, if they are an account and the profile is of
/// a server.
fn fetch(state: &State, profile: &Profile) -> Option<Effect> {
    let account = state.account_of(state.active.as_ref()?.id)?;
    let is_off = account.needs_login || state.settings.feeds.offline || state.read_only || state.temporary;
    let is_remote = profile.user.url.is_some() && profile.feed.is_none();
    (!is_off && is_remote).then(|| WorkerEffect::FetchProfile(account.user.id, profile.user.id).into())
}

/// Scrolls as an action says.
pub(in crate::tui) fn step(state: &mut State, action: Action) {
    change_scroll(state, |scroll, rows, all| movement::scrolled(scroll, action, rows, all));
}

/// Scrolls by so many lines.
pub(in crate::tui) fn scroll(state: &mut State, lines: isize) {
    change_scroll(state, |scroll, rows, all| movement::scrolled_by(scroll, lines, rows, all));
}

/// Sets the scroll position from the one before, the rows of the pane, and the rows of the profile.
fn change_scroll(state: &mut State, change: impl FnOnce(usize, usize, usize) -> usize) {
    let (Some(area), clock, now) = (areas(state).detail, state.settings.times.clock, state.now) else { return };
    let Detail::Profile(shown) = &mut state.detail else { return };
    let all = height(shown, now, clock, area.width);
    shown.scroll = change(shown.scroll, movement::rows(area.height, TITLE_ROWS), all);
}

/// Returns the number of rows of a profile in a pane of `columns` columns.
pub(in crate::tui) fn height(profile: &Profile, now: Timestamp, clock: Clock, columns: u16) -> usize {
    let head = images::ROWS + 1;
    let facts = facts(profile, now, clock, columns).len() + 1;
    let pinned = pinned(profile, columns).len();
    head + about(&profile.user, columns).len() + pinned + facts + ACTIVITY_ROWS + HINT_ROWS
}

/// Returns the columns of text in a pane of `columns` columns.
fn text_columns(columns: u16) -> usize {
    usize::from(columns).saturating_sub(3)
}

/// Returns the rows of what a user says about themselves, with an empty row below; nothing if the user says nothing.
fn about(user: &User, columns: u16) -> Vec<String> {
    let Some(about) = &user.about_me else { return vec![] };
    let about = clean(about.as_str());
    let rows = wrap(&about, text_columns(columns)).into_iter().map(|row| about[row].to_owned());
    rows.chain([String::new()]).collect()
}

/// Returns the rows of the pinned posts, each as the start of its text, with an empty row below; nothing if none is
/// pinned.
fn pinned(profile: &Profile, columns: u16) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    for post in &profile.pinned {
        let shown = post.collapsed.is_none();
        let text = if shown { single_line(displayed_prefix(post.body.as_str())) } else { "(hidden)".to_owned() };
        let wrapped = wrap(&text, text_columns(columns).saturating_sub(NAME_COLUMNS));
        let lines = wrapped.into_iter().take(PINNED_ROWS).map(|row| text[row].trim_end().to_owned());
        rows.extend(lines.enumerate().map(|(at, text)| (if at == 0 { "pinned" } else { "" }, text)));
    }
    if !rows.is_empty() {
        rows.push(("", String::new()));
    }
    rows
}

/// Returns the rows of the facts about a user: the name of the fact, which only its first row has, and the text.
fn facts(profile: &Profile, now: Timestamp, clock: Clock, columns: u16) -> Vec<(&'static str, String)> {
    let user = &profile.user;
    let tags: Vec<_> = profile.tags.iter().map(|(name, uses)| format!("#{}\u{a0}{uses}", clean_line(name))).collect();
    let facts = [
        ("posts", Some(user.posts.to_string())),
        ("following", Some(profile.numbers.following.to_string())),
        ("followers", Some(profile.numbers.followers.to_string())),
        ("email", user.email.as_ref().map(|email| clean_line(email.as_str()).into_owned())),
        ("since", user.created_at.map(datetime::day)),
        ("feed", profile.feed.as_ref().map(|feed| clean_line(&feed.url).into_owned())),
        ("", profile.feed.as_ref().map(|feed| feed_state(feed, now))),
        ("last seen", user.last_seen.map(|then| datetime::absolute(then, clock))),
        ("tags", Some(tags.join("  "))),
    ];
    let mut rows = Vec::new();
    for (name, value) in facts {
        let value = value.unwrap_or_default();
        let wrapped = wrap(&value, text_columns(columns).saturating_sub(NAME_COLUMNS));
        let texts = wrapped.into_iter().filter(|row| !row.is_empty()).map(|row| value[row].to_owned());
        rows.extend(texts.enumerate().map(|(at, text)| (if at == 0 { name } else { "" }, text)));
    }
    rows
}

/// Draws the pane.
pub(in crate::tui) fn draw(state: &State, shown: &Profile, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let (first, below) = pane_parts(area);
    frame.render_widget(title::of_pane("profile", Pane::Detail, state, theme), first);
    let times = (state.now, state.settings.times);
    let whose = if state.is_active(shown.user.id) { "your" } else { "their" };
    let open = keys::key_of(state, Action::Open).map(|key| format!("{key} shows {whose} posts."));
    let faces = (&state.confusables, &state.avatars);
    let lines = lines(shown, faces, times, area.width, open.as_deref(), theme);
    page::draw(lines, shown.scroll, below, first, theme, frame);
}

/// Returns the lines of a profile; the last one is a hint that names keys.
pub(in crate::tui) fn lines(
    profile: &Profile,
    (confusables, avatars): (&Confusables, &AvatarCache),
    (now, times): (Timestamp, TimeFormat),
    columns: u16,
    hint: Option<&str>,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let user = &profile.user;
    let nickname = confusables.label(user.nickname.as_str()).into_owned();
    let color = theme.author(user.nickname.as_str());
    let (shown, below) = match &user.display_name {
        Some(name) => (clean_line(name.as_str()).into_owned(), format!("@{nickname}  ")),
        None => (nickname, String::new()),
    };
    let beside = [
        vec![Span::styled(shown, color.patch(theme.strong))],
        vec![Span::styled(below, theme.dim), Span::styled(relation(profile.relation), theme.accent)],
    ];
    let picture = avatar::lines(user.id, user.nickname.as_str(), avatars, theme);
    let head = picture.into_iter().zip(beside).map(|(picture, beside)| {
        let gap = || vec![Span::raw("  ")];
        Line::from([gap(), picture, gap(), beside].concat())
    });
    let mut lines: Vec<Line<'static>> = head.chain([Line::default()]).collect();
    lines.extend(about(user, columns).into_iter().map(|text| match text.as_str() {
        "" => Line::default(),
        text => Line::raw(format!("  {text}")),
    }));
    let facts = facts(profile, now, times.clock, columns);
    lines.extend(pinned(profile, columns).into_iter().chain(facts).map(|(name, text)| {
        Line::from(vec![Span::styled(format!("  {name:<NAME_COLUMNS$}"), theme.dim), Span::raw(text)])
    }));
    lines.push(Line::default());
    lines.extend(activity::lines(&profile.activity, (now, times.week), text_columns(columns), theme));
    let hint = hint.map_or_else(String::new, |hint| format!("  {hint}"));
    lines.extend([Line::default(), Line::styled(hint, theme.dim)]);
    lines
}

fn relation(relation: Option<Relation>) -> String {
    let Some(relation) = relation else { return String::new() };
    let mut words = match (relation.follows, relation.followed) {
        (true, true) => vec!["mutual"],
        (true, false) => vec!["followed"],
        (false, true) => vec!["follows you"],
        (false, false) => vec![],
    };
    words.extend(relation.muted.then_some("muted"));
    words.join(" · ")
}
