//! A post, as rows of a list. Its height is counted from the very lines that are drawn.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

use super::{Theme, avatar, hits, origin};
use crate::model::{Collapse, OwnReactions, Post, PostId, ReplyParent, Timestamp, UserId, case_fold};
use crate::text::{
    Clock, Confusables, Query, RichText, TokenKind, clean_line, compact, datetime, displayed_prefix, links, rich_text,
    single_line, tokens, truncate, width, wrap,
};
use crate::tui::images::avatars::AvatarCache;

/// Lines longer than this are tiring to read, in however wide a pane they stand.
const TEXT: usize = 80;

/// Narrower than this there is no room for avatars.
const AVATARS_FROM: u16 = 46;

/// From so many columns of text on, a whole time leaves room for the author's name.
const LONG_TIMES_FROM: usize = 56;

/// Of a body with more lines than this, a list shows the first ones, so that no post keeps the others away.
const LISTED: usize = 12;

/// How much of a post is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The beginning of a long body.
    Listed,
    /// The body.
    Read,
    /// All that it keeps of where it comes from, too.
    Whole,
}

/// How a post is to be drawn.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The styles.
    pub theme: &'a Theme,
    /// Whose names look like those of others.
    pub alike: &'a Confusables,
    /// The moment as of which times are told.
    pub now: Timestamp,
    /// How times are written.
    pub clock: Clock,
    /// The cursor is on it.
    pub selected: bool,
    /// The pane has the keys.
    pub focused: bool,
    /// Tell the whole time and the number.
    pub absolute: bool,
    /// The reader has not seen it yet.
    pub unread: bool,
    /// How much of it is shown.
    pub extent: Extent,
    /// Mark what was looked for.
    pub query: Option<&'a Query>,
    /// What users look like.
    pub pictures: &'a AvatarCache,
    /// The key that shows a text of which its author warns.
    pub warned: Option<&'a str>,
}

/// Columns left of the text: the bar, the avatar, and the gaps between.
pub(super) fn gutter(columns: u16) -> usize {
    if columns < AVATARS_FROM { 2 } else { avatar::WIDTH + 3 }
}

pub(super) fn text_columns(columns: u16) -> usize {
    usize::from(columns).saturating_sub(gutter(columns) + 1).clamp(4, TEXT)
}

/// The text of a post, its lines at a width, and how many more of them are not shown.
fn body(post: &Post, columns: u16, extent: Extent) -> (RichText, Vec<Range<usize>>, usize) {
    let rich = rich_text(post.body.as_str());
    let mut lines = wrap(&rich.text, text_columns(columns));
    let more = if extent == Extent::Listed && lines.len() > LISTED { lines.len() - LISTED + 2 } else { 0 };
    lines.truncate(lines.len() - more);
    (rich, lines, more)
}

/// How many lines a post takes in a pane so many columns wide, the blank one below it included.
#[must_use]
pub fn height(post: &Post, columns: u16) -> usize {
    height_of(post, columns, Extent::Listed)
}

/// The same, with so much of it.
#[must_use]
pub fn height_of(post: &Post, columns: u16, extent: Extent) -> usize {
    let (_, lines, more) = body(post, columns, extent);
    content_rows(post, lines.len() + usize::from(more > 0), text_columns(columns), extent) + 1
}

/// Lines above the one with the author.
fn lead(post: &Post) -> usize {
    usize::from(!post.boosted_by.is_empty())
}

fn content_rows(post: &Post, body: usize, room: usize, extent: Extent) -> usize {
    if post.folded.is_some() {
        return lead(post) + 2;
    }
    lead(post)
        + 1
        + usize::from(post.reply_to.is_some())
        + body
        + origin::rows(post, room, extent == Extent::Whole)
        + usize::from(has_counts(post))
}

fn has_counts(post: &Post) -> bool {
    post.replies + post.boosts + post.likes > 0 || post.mine != OwnReactions::default()
}

/// Who passed a post on, in one line.
fn boosters(post: &Post, room: usize, alike: &Confusables) -> String {
    let names: Vec<_> = post.boosted_by.iter().map(|name| alike.label(name.as_str())).collect();
    truncate(&format!("↻ boosted by {}", names.join(", ")), room).into_owned()
}

/// What was done with a post, and what the reader did lit up.
fn counts(post: &Post, room: usize, theme: &Theme) -> Line<'static> {
    let many = |count: u64, one: &str, more: &str| match count {
        0 => String::new(),
        1 => format!("1 {one}"),
        _ => format!("{} {more}", compact(count)),
    };
    let parts = [
        (many(post.replies, "answer", "answers"), false),
        (many(post.boosts, "boost", "boosts"), post.mine.boosted),
        (many(post.likes, "like", "likes"), post.mine.liked),
        (if post.mine.bookmarked { "bookmarked".to_owned() } else { String::new() }, true),
    ];
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut used = 0;
    for (text, lit) in parts.into_iter().filter(|(text, _)| !text.is_empty()) {
        let gap = if spans.is_empty() { "" } else { " · " };
        let text = if lit { format!("✓ {text}") } else { text };
        used += width(gap) + width(&text);
        if used > room {
            break;
        }
        spans.push(Span::styled(gap, theme.dim));
        spans.push(Span::styled(text, if lit { theme.accent.patch(theme.strong) } else { theme.dim }));
    }
    Line::from(spans)
}

/// The lines of a post in a pane so many columns wide.
#[must_use]
pub fn lines(post: &Post, columns: u16, look: &Look<'_>) -> Vec<Line<'static>> {
    let theme = look.theme;
    let room = text_columns(columns);
    let lead = lead(post);
    let mut text = Vec::new();
    if lead > 0 {
        text.push(Line::styled(boosters(post, room, look.alike), theme.dim));
    }
    text.push(head(post, room, look));
    if let Some(fold) = &post.folded {
        let line = match fold {
            Collapse::Filter(phrase) => format!("filtered: {}", clean_line(phrase)),
            Collapse::Warning(warning) => match look.warned {
                Some(key) => format!("warning: {} ({key} shows it)", clean_line(warning)),
                None => format!("warning: {}", clean_line(warning)),
            },
        };
        text.push(Line::styled(truncate(&line, room).into_owned(), theme.dim));
    } else {
        text.extend(
            post.reply_to.as_ref().map(|answered| Line::styled(answers(answered, room, look.alike), theme.dim)),
        );
        let (rich, body, more) = body(post, columns, look.extent);
        let hits = look.query.map_or_else(Vec::new, |query| hits::hits(query, &rich.text));
        let end = body.last().map_or(0, |line| line.end);
        text.extend(body.into_iter().map(|range| styled(&rich, range, &hits, theme)));
        if more > 0 {
            let hidden = hits.iter().filter(|hit| hit.start >= end).count();
            text.push(Line::styled(truncate(&more_lines(more, hidden), room).into_owned(), theme.dim));
        }
        text.extend(origin::lines(post, room, look.extent == Extent::Whole, theme));
        if has_counts(post) {
            text.push(counts(post, room, theme));
        }
    }
    text.push(Line::default());
    let last = text.len() - 1;
    let mut picture = avatar::lines(post.author, post.nickname.as_str(), look.pictures, theme).into_iter();
    let bar = bar(look);
    let with_gutter = |(at, line): (usize, Line<'static>)| {
        let mut spans = vec![if at == last { Span::raw(" ") } else { bar.clone() }, Span::raw(" ")];
        if gutter(columns) > 2 {
            let row = (lead..last).contains(&at).then(|| picture.next()).flatten();
            spans.extend(row.unwrap_or_else(|| vec![Span::raw(" ".repeat(avatar::WIDTH))]));
            spans.push(Span::raw(" "));
        }
        spans.extend(line.spans.into_iter().map(|span| Span::styled(span.content, line.style.patch(span.style))));
        Line::from(spans)
    };
    text.into_iter().enumerate().map(with_gutter).collect()
}

/// What stands before each line of a post: whether the cursor is on it.
pub(super) fn bar(look: &Look<'_>) -> Span<'static> {
    match (look.selected, look.focused) {
        (true, true) => Span::styled("▌", look.theme.accent),
        (true, false) => Span::styled("▏", look.theme.dim),
        (false, _) => Span::raw(" "),
    }
}

/// What is said in the place of lines that are not shown, and of what was looked for in them.
fn more_lines(count: usize, hits: usize) -> String {
    match hits {
        0 => format!("… {count} more lines"),
        1 => format!("… {count} more lines, 1 match there"),
        _ => format!("… {count} more lines, {hits} matches there"),
    }
}

/// Names at the left, the time at the right.
fn head(post: &Post, room: usize, look: &Look<'_>) -> Line<'static> {
    let theme = look.theme;
    let time = if look.absolute && room >= LONG_TIMES_FROM {
        format!("{} · #{}", datetime::absolute(post.created_at, look.clock), post.id)
    } else if look.absolute {
        format!("{} · #{}", datetime::brief(post.created_at, look.clock), post.id)
    } else {
        datetime::relative(post.created_at, look.now)
    };
    let time = if post.edited_at.is_some() { format!("{time} (edited)") } else { time };
    let time = truncate(&time, room).into_owned();
    let sign = if look.unread && room > width(&time) + 2 { "● " } else { "" };
    let mark = origin::mark(post).map(|mark| format!("{mark} · "));
    let mark = mark.filter(|mark| room > width(mark) + width(sign) + width(&time) + 8).unwrap_or_default();
    let left = room.saturating_sub(width(sign) + width(&mark) + width(&time) + 1);
    let nickname = look.alike.label(post.nickname.as_str()).into_owned();
    let author = theme.author(post.nickname.as_str()).patch(theme.strong);
    let mut spans = Vec::new();
    let shown = post.display_name.as_ref().map(|name| clean_line(name.as_str()).into_owned());
    let name = truncate(shown.as_deref().unwrap_or(&nickname), left).into_owned();
    let mut used = width(&name);
    spans.push(Span::styled(name, author));
    if shown.is_some() && used + 3 < left {
        let at = truncate(&format!(" @{nickname}"), left - used).into_owned();
        used += width(&at);
        spans.push(Span::styled(at, theme.dim));
    }
    spans.push(Span::raw(" ".repeat(room.saturating_sub(used + width(sign) + width(&mark) + width(&time)))));
    spans.push(Span::styled(sign, theme.accent));
    spans.push(Span::styled(mark, theme.warn));
    spans.push(Span::styled(time, theme.dim));
    Line::from(spans)
}

/// What of a post leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Its author.
    Author,
    /// The post that it answers.
    ReplyParent(PostId),
    /// A user whom it mentions.
    Mention(UserId),
    /// A tag.
    Tag(String),
    /// A link.
    Link(String),
}

/// What stands at a line and a column of a post in a pane so many columns wide, if that leads somewhere.
#[must_use]
pub fn target(post: &Post, columns: u16, extent: Extent, line: usize, column: usize) -> Option<Target> {
    let line = line.checked_sub(lead(post))?;
    let left = gutter(columns);
    if line < 2 && left > 2 && (2..2 + avatar::WIDTH).contains(&column) {
        return Some(Target::Author);
    }
    let column = column.checked_sub(left)?;
    if line == 0 {
        let shown = post.display_name.as_ref().map_or(0, |name| width(&clean_line(name.as_str())) + 2);
        return (column < shown + width(&clean_line(post.nickname.as_str()))).then_some(Target::Author);
    }
    if post.folded.is_some() {
        return None;
    }
    let line = match &post.reply_to {
        Some(answered) if line == 1 => return answered.post.as_ref().map(|_| Target::ReplyParent(answered.id)),
        Some(_) => line - 2,
        None => line - 1,
    };
    let (rich, lines, _) = body(post, columns, extent);
    let place = byte_at(&rich.text, lines.get(line)?.clone(), column)?;
    let nth = rich.spans.iter().position(|(span, _)| span.contains(&place))?;
    let token = tokens(displayed_prefix(post.body.as_str())).into_iter().nth(nth)?;
    match token.kind {
        TokenKind::Mention => {
            let mention = post.mentions.iter().find(|mention| case_fold(&mention.name) == case_fold(token.name))?;
            Some(Target::Mention(mention.user))
        }
        TokenKind::Tag => Some(Target::Tag(token.name.to_owned())),
        TokenKind::Link => links(token.name).first().map(|link| Target::Link((*link).to_owned())),
    }
}

/// Where in a text the letter stands that is drawn at a column of a line.
fn byte_at(text: &str, line: Range<usize>, column: usize) -> Option<usize> {
    let mut used = 0;
    for (at, grapheme) in text[line.clone()].grapheme_indices(true) {
        used += width(grapheme);
        if column < used {
            return Some(line.start + at);
        }
    }
    None
}

/// What a post answers, in one line.
#[must_use]
pub fn answers(answered: &ReplyParent, room: usize, alike: &Confusables) -> String {
    let line = match &answered.post {
        Some((nickname, excerpt)) => {
            format!("↳ @{}: {}", alike.label(nickname.as_str()), single_line(&rich_text(excerpt).text))
        }
        None => "↳ a deleted post".to_owned(),
    };
    truncate(&line, room).into_owned()
}

/// How what stands for something is set off.
pub(super) fn style_of(kind: TokenKind, theme: &Theme) -> Style {
    match kind {
        TokenKind::Mention => theme.mention,
        TokenKind::Tag => theme.tag,
        TokenKind::Link => theme.link,
    }
}

/// One line of a text with its mentions, tags and links set off, and what was looked for marked.
pub(super) fn styled(rich: &RichText, range: Range<usize>, hits: &[Range<usize>], theme: &Theme) -> Line<'static> {
    let mut cuts: Vec<usize> =
        rich.spans.iter().map(|(at, _)| at).chain(hits).flat_map(|at| [at.start, at.end]).collect();
    cuts.retain(|at| range.contains(at));
    cuts.extend([range.start, range.end]);
    cuts.sort_unstable();
    cuts.dedup();
    let piece = |ends: &[usize]| {
        let part = ends[0]..ends[1];
        let kind = rich.spans.iter().find(|(at, _)| at.contains(&part.start)).map(|(_, kind)| kind);
        let style = kind.map_or_else(Style::new, |kind| style_of(*kind, theme));
        let hit = hits.iter().any(|at| at.contains(&part.start));
        Span::styled(rich.text[part].to_owned(), if hit { style.patch(theme.hit) } else { style })
    };
    Line::from(cuts.windows(2).map(piece).collect::<Vec<_>>())
}
