//! What one was told, what one was writing, and a text split into posts: over the panes.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::{Notification, NotificationKind, Purpose, Timeline, grapheme_count};
use crate::text::{clean, clean_line, datetime, displayed_prefix, rich_text, single_line, truncate, width, wrap};
use crate::tui::layout;
use crate::tui::list::List;
use crate::tui::state::{DraftRow, Offer, Offered, Parts, State};
use crate::tui::widgets::{Theme, page, rows, title};

/// A row: the cursor, when, and what.
fn row(selected: bool, when: String, what: Vec<Span<'static>>, theme: &Theme) -> Vec<Line<'static>> {
    let mut spans = vec![
        Span::styled(if selected { "▌" } else { " " }, theme.accent),
        Span::styled(format!("{when:>6}  "), theme.dim),
    ];
    spans.extend(what);
    vec![Line::from(spans)]
}

fn nothing(text: &'static str, area: Rect, theme: &Theme, frame: &mut Frame<'_>) {
    frame.render_widget(Line::styled(text, theme.dim), area);
}

pub(super) fn told(state: &State, list: &List<Notification>, theme: &Theme, frame: &mut Frame<'_>) {
    title::of_screen("notifications", theme, frame);
    let area = layout::list(state.size);
    if list.items.is_empty() {
        return nothing("  Nobody has done anything yet.", area, theme, frame);
    }
    rows::draw(list, area, frame, |at, told| {
        let did = match told.kind {
            NotificationKind::Followed => " followed you",
            NotificationKind::Replied => " answered: ",
            NotificationKind::Mentioned => " mentioned you: ",
            NotificationKind::Liked => " liked: ",
            NotificationKind::Boosted => " boosted: ",
        };
        // Where there is little room, some of it is the text's.
        let most = usize::from(area.width).saturating_sub(26 + width(did)).clamp(6, 20);
        let name = truncate(&state.confusables.label(told.nickname.as_str()), most).into_owned();
        let room = usize::from(area.width).saturating_sub(12 + width(&name) + width(did));
        let body = told.post.as_ref().map(|post| single_line(&rich_text(post.body.as_str()).text));
        let body = truncate(body.as_deref().unwrap_or_default(), room).into_owned();
        let sign = if told.unread { "● " } else { "  " };
        let what = vec![
            Span::styled(sign, theme.accent),
            Span::styled(name, theme.author(told.nickname.as_str()).patch(theme.strong)),
            Span::styled(did, theme.dim),
            Span::raw(body),
        ];
        row(at == list.cursor, datetime::relative(told.at, state.now), what, theme)
    });
}

pub(super) fn drafts(state: &State, list: &List<DraftRow>, theme: &Theme, frame: &mut Frame<'_>) {
    title::of_screen("drafts", theme, frame);
    let area = layout::list(state.size);
    if list.items.is_empty() {
        return nothing("  No drafts: what is written and not sent is kept here.", area, theme, frame);
    }
    rows::draw(list, area, frame, |at, kept| {
        let to = match kept.purpose {
            Purpose::New => String::new(),
            Purpose::Reply(_) if kept.orphaned => "to a deleted post: ".to_owned(),
            Purpose::Reply(id) => match &kept.answered {
                Some(nickname) => format!("to @{}: ", state.confusables.label(nickname.as_str())),
                None => format!("to {id}: "),
            },
            Purpose::Edit { .. } if kept.orphaned => "edit of a deleted post: ".to_owned(),
            Purpose::Edit { post, .. } => format!("edit of {post}: "),
        };
        let text = single_line(displayed_prefix(&kept.text));
        let room = usize::from(area.width).saturating_sub(10 + width(&to));
        let what = vec![Span::styled(to, theme.dim), Span::raw(truncate(&text, room).into_owned())];
        row(at == list.cursor, datetime::relative(kept.saved_at, state.now), what, theme)
    });
}

/// Links or timelines to open, or texts to copy; the first nine are known by their numbers.
pub(super) fn offer(state: &State, offer: &Offer, theme: &Theme, frame: &mut Frame<'_>) {
    title::of_screen(offer.title, theme, frame);
    let area = layout::list(state.size);
    rows::draw(&offer.list, area, frame, |at, offered| {
        let number = if at < 9 { (at + 1).to_string() } else { String::new() };
        let (name, text, style) = match offered {
            Offered::Link(link) => ("", link.clone(), theme.link),
            Offered::Text { name, text } => (*name, text.clone(), Style::new()),
            Offered::Saved(kept) if kept.name == kept.query => ("search", kept.query.clone(), Style::new()),
            Offered::Saved(kept) => ("search", format!("{}: {}", kept.name, kept.query), Style::new()),
            Offered::Timeline(timeline) => {
                let (name, text) = named(timeline);
                (name, text, Style::new())
            }
        };
        let name = if name.is_empty() { String::new() } else { format!("{name:<8}") };
        let room = usize::from(area.width).saturating_sub(11 + width(&name));
        let text = truncate(&clean_line(&text), room).into_owned();
        row(at == offer.list.cursor, number, vec![Span::styled(name, theme.dim), Span::styled(text, style)], theme)
    });
}

/// What kind of timeline one is, and of what.
fn named(timeline: &Timeline) -> (&'static str, String) {
    match timeline {
        Timeline::Tag(tag) => ("tag", format!("#{tag}")),
        Timeline::User(_, nickname) => ("posts", format!("@{nickname}")),
        Timeline::Replies(_, nickname) => ("answers", format!("@{nickname}")),
        Timeline::Likes(_, nickname) => ("likes", format!("@{nickname}")),
        Timeline::Search(query) => ("search", query.clone()),
        other => ("", other.key()),
    }
}

/// The lines of the posts that a long text would become.
fn part_lines(parts: &[String], columns: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for part in parts {
        let part = clean(part);
        let wrapped = wrap(&part, usize::from(columns).saturating_sub(4).max(4));
        lines.extend(
            wrapped
                .into_iter()
                .map(|at| Line::from(vec![Span::styled("  │ ", theme.rule), Span::raw(part[at].to_owned())])),
        );
        lines.push(Line::default());
    }
    lines
}

/// How many lines they take.
#[must_use]
pub fn parts_height(parts: &[String], columns: u16) -> usize {
    part_lines(parts, columns, &Theme::new(false)).len()
}

pub(super) fn parts(state: &State, parts: &Parts, theme: &Theme, frame: &mut Frame<'_>) {
    let long = state.compose.as_ref().map_or(0, |compose| grapheme_count(compose.editor.text().trim()));
    let (count, limit) = (parts.parts.len(), state.settings.post_limit);
    title::of_screen(&format!("{long} of {limit} characters: a thread of {count}?"), theme, frame);
    let area = layout::list(state.size);
    let first = Rect { height: 1, ..frame.area() };
    page::draw(part_lines(&parts.parts, area.width, theme), parts.scroll, area, first, theme, frame);
}
