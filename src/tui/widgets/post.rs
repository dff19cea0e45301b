//! A post as lines of a list. [`measure::post`](crate::tui::measure::post) says how many there are.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Theme, avatar, highlight};
use crate::model::{Collapse, Post, ReplyParent, Timestamp};
use crate::text::{
    Clock, Confusables, Query, RichText, TokenKind, clean_line, compact, datetime, rich_text, single_line, truncate,
    width,
};
use crate::tui::images::avatars::AvatarCache;
use crate::tui::labels::{collapse_reason, delivery_state};
use crate::tui::measure::columns::{gutter, text_columns};
use crate::tui::measure::post::{Extent, has_counts, hidden_lines, rows_above_author};
use crate::tui::measure::{WrapCache, origin};

/// A date with its year leaves at least this many columns for the author, if the name is that long.
const MIN_NAME: usize = 16;
/// The id of a post leaves at least this many.
const SHORT_NAME: usize = 8;

/// How a post is drawn.
#[derive(Debug, Clone, Copy)]
pub struct PostStyle<'a> {
    /// The colors.
    pub theme: &'a Theme,
    /// The names that are easily mistaken for others.
    pub confusables: &'a Confusables,
    /// The posts that are wrapped already.
    pub wrapped: &'a WrapCache,
    /// The time that relative times refer to.
    pub now: Timestamp,
    /// The format of times.
    pub clock: Clock,
    /// The cursor is on the post.
    pub selected: bool,
    /// The pane has the focus.
    pub focused: bool,
    /// The date and the id are shown instead of a relative time.
    pub absolute: bool,
    /// The post is marked.
    pub marked: bool,
    /// The reader has not read the post yet.
    pub unread: bool,
    /// How much of the post is shown.
    pub extent: Extent,
    /// The search whose matches are highlighted.
    pub query: Option<&'a Query>,
    /// The avatars.
    pub avatars: &'a AvatarCache,
    /// The key that shows a post with a content warning.
    pub warning_key: Option<&'a str>,
}

/// Returns the lines of a post in a pane of `columns` columns.
#[must_use]
pub fn lines(post: &Post, columns: u16, style: &PostStyle<'_>) -> Vec<Line<'static>> {
    let theme = style.theme;
    let room = text_columns(columns);
    let above = rows_above_author(post);
    let mut text = Vec::new();
    if above > 0 {
        text.push(Line::styled(boosters(post, room, style.confusables), theme.dim));
    }
    text.push(author_line(post, room, style));
    match &post.collapsed {
        Some(reason) => text.push(Line::styled(collapsed(reason, room, style), theme.dim)),
        None => text.extend(content(post, columns, style)),
    }
    text.push(Line::default());
    let last = text.len() - 1;
    let mut picture = avatar::lines(post.author, post.nickname.as_str(), style.avatars, theme).into_iter();
    let bar = cursor_bar(style);
    let with_gutter = |(at, line): (usize, Line<'static>)| {
        let mark = if style.marked && at == above { Span::styled("◆", theme.warn) } else { Span::raw(" ") };
        let mut spans = vec![if at == last { Span::raw(" ") } else { bar.clone() }, mark];
        if gutter(columns) > 2 {
            let row = (above..last).contains(&at).then(|| picture.next()).flatten();
            spans.extend(row.unwrap_or_else(|| vec![Span::raw(" ".repeat(avatar::WIDTH))]));
            spans.push(Span::raw(" "));
        }
        spans.extend(line.spans.into_iter().map(|span| Span::styled(span.content, line.style.patch(span.style))));
        Line::from(spans)
    };
    text.into_iter().enumerate().map(with_gutter).collect()
}

/// Returns what is below the author: the parent, the body, the attachments and the counts.
fn content(post: &Post, columns: u16, style: &PostStyle<'_>) -> Vec<Line<'static>> {
    let theme = style.theme;
    let room = text_columns(columns);
    let mut text = Vec::new();
    text.extend(
        post.reply_to.as_ref().map(|parent| Line::styled(replies_to(parent, room, style.confusables), theme.dim)),
    );
    let wrapped = style.wrapped.get(post, columns);
    let hidden = hidden_lines(wrapped.lines.len(), style.extent);
    let shown = &wrapped.lines[..wrapped.lines.len() - hidden];
    let matches = style.query.map_or_else(Vec::new, |query| highlight::matches(query, &wrapped.rich.text));
    text.extend(shown.iter().map(|range| {
        let line = styled(&wrapped.rich, range.clone(), &matches, theme);
        if wrapped.is_quoted(range) { quoted(line, theme) } else { line }
    }));
    if hidden > 0 {
        let end = shown.last().map_or(0, |line| line.end);
        let below = matches.iter().filter(|found| found.start >= end).count();
        text.push(Line::styled(truncate(&more_lines(hidden, below), room).into_owned(), theme.dim));
    }
    let origin = origin::lines(post, room, style.extent == Extent::Details);
    text.extend(origin.into_iter().map(|line| Line::styled(line, theme.dim)));
    if has_counts(post) {
        text.push(counts(post, room, theme));
    }
    text
}

/// Returns a line of a quote, behind a bar.
fn quoted(line: Line<'static>, theme: &Theme) -> Line<'static> {
    let text = line.spans.into_iter().map(|span| Span::styled(span.content, theme.dim.patch(span.style)));
    Line::from([Span::styled("│ ", theme.rule)].into_iter().chain(text).collect::<Vec<_>>())
}

/// Returns the cursor bar to the left of a post.
#[must_use]
pub fn cursor_bar(style: &PostStyle<'_>) -> Span<'static> {
    match (style.selected, style.focused) {
        (true, true) => Span::styled("▌", style.theme.accent),
        (true, false) => Span::styled("▏", style.theme.dim),
        (false, _) => Span::raw(" "),
    }
}

/// Returns who boosted a post, in one line.
fn boosters(post: &Post, room: usize, confusables: &Confusables) -> String {
    let names: Vec<_> = post.boosted_by.iter().map(|name| confusables.label(name.as_str())).collect();
    truncate(&format!("↻ boosted by {}", names.join(", ")), room).into_owned()
}

/// Returns why a post is collapsed, in one line.
fn collapsed(reason: &Collapse, room: usize, style: &PostStyle<'_>) -> String {
    let line = match (reason, style.warning_key) {
        (Collapse::Warning(_), Some(key)) => format!("{} ({key} to show)", collapse_reason(reason)),
        _ => collapse_reason(reason),
    };
    truncate(&line, room).into_owned()
}

/// Returns the line that replaces hidden lines, with the number of search matches in them.
fn more_lines(hidden: usize, matches: usize) -> String {
    match matches {
        0 => format!("… {hidden} more lines"),
        1 => format!("… {hidden} more lines, with 1 match"),
        _ => format!("… {hidden} more lines, with {matches} matches"),
    }
}

/// Returns the author at the left and the time at the right.
fn author_line(post: &Post, room: usize, style: &PostStyle<'_>) -> Line<'static> {
    let theme = style.theme;
    let time = time(post, room, style);
    let unread = if style.unread && room > width(&time) + 2 { "● " } else { "" };
    let audience = post.origin.as_ref().and_then(|origin| origin.audience.mark()).map(|mark| format!("{mark} · "));
    let fits = |mark: &String| room > width(mark) + width(unread) + width(&time) + 8;
    let audience = audience.filter(fits).unwrap_or_default();
    let left = room.saturating_sub(width(unread) + width(&audience) + width(&time) + 1);
    let nickname = style.confusables.label(post.nickname.as_str()).into_owned();
    let author = theme.author(post.nickname.as_str()).patch(theme.strong);
    let mut spans = Vec::new();
    let display_name = post.display_name.as_ref().map(|name| clean_line(name.as_str()).into_owned());
    let name = truncate(display_name.as_deref().unwrap_or(&nickname), left).into_owned();
    let mut used = width(&name);
    spans.push(Span::styled(name, author));
    if display_name.is_some() && used + 3 < left {
        let at = truncate(&format!(" @{nickname}"), left - used).into_owned();
        used += width(&at);
        spans.push(Span::styled(at, theme.dim));
    }
    used += width(unread) + width(&audience) + width(&time);
    spans.push(Span::raw(" ".repeat(room.saturating_sub(used))));
    spans.push(Span::styled(unread, theme.accent));
    spans.push(Span::styled(audience, theme.warn));
    spans.push(Span::styled(time, theme.dim));
    Line::from(spans)
}

/// Returns the time of a post: the fullest form that leaves room for the author, never cut.
fn time(post: &Post, room: usize, style: &PostStyle<'_>) -> String {
    let edited = if post.edited_at.is_some() { " (edited)" } else { "" };
    let relative = || datetime::relative(post.created_at, style.now);
    if !style.absolute {
        return format!("{}{edited}", relative());
    }
    let brief = datetime::brief(post.created_at, style.clock);
    let forms = [
        (format!("{} · #{}{edited}", datetime::absolute(post.created_at, style.clock), post.id), MIN_NAME),
        (format!("{brief} · #{}{edited}", post.id), SHORT_NAME),
        (format!("{brief} · #{}", post.id), SHORT_NAME),
        (brief, SHORT_NAME),
    ];
    let name = post.display_name.as_ref().map_or(post.nickname.as_str(), |name| name.as_str());
    let (name, unread) = (width(&clean_line(name)), if style.unread { 2 } else { 0 });
    let fits = |(form, least): &(String, usize)| width(form) + name.min(*least) + unread < room;
    forms.into_iter().find(fits).map_or_else(relative, |(form, _)| form)
}

/// Returns how far it is that the server of an account gets a post; empty if it has it, or gets nothing.
fn delivery(post: &Post) -> String {
    post.delivery.as_ref().map(|sent| delivery_state(sent.state, sent.error.as_deref())).unwrap_or_default()
}

/// Returns how far sending a post is, and the numbers of replies, boosts and likes; the reader's own reactions are
/// highlighted.
fn counts(post: &Post, room: usize, theme: &Theme) -> Line<'static> {
    let label = |count: u64, one: &str, many: &str| match count {
        0 => String::new(),
        1 => format!("1 {one}"),
        _ => format!("{} {many}", compact(count)),
    };
    let parts = [
        (label(post.replies, "reply", "replies"), false),
        (label(post.boosts, "boost", "boosts"), post.own_reactions.boosted),
        (label(post.likes, "like", "likes"), post.own_reactions.liked),
        (if post.own_reactions.bookmarked { "bookmarked".to_owned() } else { String::new() }, true),
    ];
    let sent = truncate(&delivery(post), room).into_owned();
    let mut used = width(&sent);
    let mut spans: Vec<Span<'static>> = Vec::new();
    if !sent.is_empty() {
        spans.push(Span::styled(sent, theme.warn));
    }
    for (text, own) in parts.into_iter().filter(|(text, _)| !text.is_empty()) {
        let gap = if spans.is_empty() { "" } else { " · " };
        let text = if own { format!("✓ {text}") } else { text };
        used += width(gap) + width(&text);
        if used > room {
            break;
        }
        spans.push(Span::styled(gap, theme.dim));
        spans.push(Span::styled(text, if own { theme.accent.patch(theme.strong) } else { theme.dim }));
    }
    Line::from(spans)
}

/// Returns the post that another replies to, in one line.
#[must_use]
pub fn replies_to(parent: &ReplyParent, room: usize, confusables: &Confusables) -> String {
    let line = match &parent.post {
        Some((nickname, excerpt)) => {
            format!("↳ @{}: {}", confusables.label(nickname.as_str()), single_line(&rich_text(excerpt).text))
        }
        None => "↳ a deleted post".to_owned(),
    };
    truncate(&line, room).into_owned()
}

/// Returns the style of a mention, a tag or a link.
#[must_use]
pub fn token_style(kind: TokenKind, theme: &Theme) -> Style {
    match kind {
        TokenKind::Mention => theme.mention,
        TokenKind::Tag => theme.tag,
        TokenKind::Link => theme.link,
    }
}

/// Returns one line of a text, with mentions, tags and links in their colors and search matches highlighted.
fn styled(rich: &RichText, range: Range<usize>, matches: &[Range<usize>], theme: &Theme) -> Line<'static> {
    let mut cuts: Vec<usize> =
        rich.spans.iter().map(|(at, _)| at).chain(matches).flat_map(|at| [at.start, at.end]).collect();
    cuts.retain(|at| range.contains(at));
    cuts.extend([range.start, range.end]);
    cuts.sort_unstable();
    cuts.dedup();
    let piece = |ends: &[usize]| {
        let part = ends[0]..ends[1];
        let kind = rich.spans.iter().find(|(at, _)| at.contains(&part.start)).map(|(_, kind)| kind);
        let style = kind.map_or_else(Style::new, |kind| token_style(*kind, theme));
        let matched = matches.iter().any(|at| at.contains(&part.start));
        Span::styled(rich.text[part].to_owned(), if matched { style.patch(theme.hit) } else { style })
    };
    Line::from(cuts.windows(2).map(piece).collect::<Vec<_>>())
}
