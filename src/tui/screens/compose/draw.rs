//! Draws the composer.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::ReplyParent;
use crate::text::{Token, clean, clean_line, displayed_prefix, tokens, truncate, width, wrap};
use crate::tui::layout;
use crate::tui::state::{Completion, Compose, Editor, State, Suggestion};
use crate::tui::widgets::{Theme, frame as window, post, text_field};

/// From so many characters left on, the count warns.
const NEAR: isize = 20;
/// So many columns of the author's name are shown, however much the post has besides its text.
const NAME_COLUMNS: usize = 12;

/// Draws the pane.
pub(in crate::tui) fn draw(state: &State, compose: &Compose, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let columns = usize::from(area.width);
    let mut rest = area;
    let mut take = || {
        let row = Rect { height: rest.height.min(1), ..rest };
        rest.y += row.height;
        rest.height -= row.height;
        row
    };
    frame.render_widget(title(state, compose, theme, columns), take());
    if let Some(parent) = &compose.reply_to {
        let quote = (parent.nickname.clone(), parent.body.as_str().to_owned());
        let quote = ReplyParent { id: parent.id, post: Some(quote) };
        let text = post::replies_to(&quote, columns.saturating_sub(3), &state.confusables);
        frame.render_widget(Line::styled(format!("  {text}"), theme.dim), take());
    }
    if let Some(editing) = compose.editing.as_ref().filter(|editing| editing.meanwhile) {
        let said = clean(displayed_prefix(editing.post.body.as_str()));
        let lines = wrap(&said, layout::meanwhile_columns(area.width));
        for (at, line) in lines.into_iter().take(usize::from(layout::meanwhile_rows(compose, area.width))).enumerate() {
            let label = if at == 0 { "  it now says " } else { "              " };
            let said = Span::raw(said[line].to_owned());
            frame.render_widget(Line::from(vec![Span::styled(label, theme.warn), said]), take());
        }
    }
    let text = Rect { x: rest.x + 2, width: rest.width.saturating_sub(3), ..rest };
    let cursor = text_field::draw(&compose.editor, text, frame);
    set_off(&compose.editor, theme, text, frame.buffer_mut());
    if let Some(completion) = &compose.completion {
        offered(completion, theme, (area, cursor.map_or(text.x, |cursor| cursor.x)), frame);
    }
}

/// Returns the line above the text: who writes, for whom, and how many characters are left.
fn title<'s>(state: &'s State, compose: &Compose, theme: &Theme, columns: usize) -> Line<'s> {
    let limit = state.post_limit(compose);
    let left = limit.characters as isize - limit.count(&compose.editor.text()) as isize;
    let style = match left {
        ..0 => theme.error,
        0..=NEAR => theme.warn,
        _ => theme.dim,
    };
    let author = state.shown_users().chain(&state.active).find(|user| user.id == compose.author);
    let author = author.map_or("".into(), |user| state.confusables.label(user.nickname.as_str()));
    let verb = match &compose.editing {
        Some(_) => "edits",
        None if compose.reply_to.is_some() => "replies",
        None => "writes",
    };
    let count = format!(" {left} ");
    // Who can read the post is more important to see than the whole name of its author.
    let room = columns.saturating_sub(3 + 2 + verb.len() + count.len() + 2);
    let details = compose.details_label(state.account_of(compose.author).is_some());
    let gap = if details.is_empty() { 0 } else { 3 };
    let least = width(&author).min(NAME_COLUMNS) + gap;
    let details = truncate(&clean_line(&details), room.saturating_sub(least)).into_owned();
    let name = truncate(&author, room.saturating_sub(width(&details) + gap)).into_owned();
    let used = columns - room + width(&name) + width(&details) + gap;
    let details_style = if compose.draft.details.audience.is_private() { theme.warn } else { theme.dim };
    Line::from(vec![
        Span::styled("── ", theme.rule),
        Span::styled(name, theme.author(&author).patch(theme.strong)),
        Span::styled(format!(" {verb} "), theme.dim),
        Span::styled(if details.is_empty() { String::new() } else { format!("· {details} ") }, details_style),
        Span::styled("─".repeat(columns.saturating_sub(used)), theme.rule),
        Span::styled(count, style),
        Span::styled("──", theme.rule),
    ])
}

/// Styles mentions, tags and links of the text being written as they will look. The text is in the buffer already: each
/// of its lines is followed from its start.
fn set_off(editor: &Editor, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (first, _) = editor.0.scroll_offset();
    let lines = editor.0.lines();
    let tokens: Vec<Vec<Token<'_>>> = lines.iter().map(|line| tokens(displayed_prefix(line))).collect();
    for y in area.y..area.bottom() {
        let place = editor.0.screen_to_data(usize::from(first + y - area.y), 0);
        let (Some(line), Some(tokens)) = (lines.get(place.0), tokens.get(place.0)) else { return };
        let Some((mut at, _)) = line.char_indices().nth(place.1) else { continue };
        let mut x = area.x;
        while x < area.right() {
            let cell = &mut buffer[(x, y)];
            let letter = cell.symbol();
            if !line[at..].starts_with(letter) {
                break;
            }
            let token = tokens.iter().find(|token| token.range.contains(&at));
            (at, x) = (at + letter.len(), x + width(letter).max(1) as u16);
            if let Some(token) = token {
                cell.set_style(post::token_style(token.kind, theme));
            }
        }
    }
}

/// Draws what is offered to complete the word that ends at a column, in a box right above the pane.
fn offered(completion: &Completion, theme: &Theme, (pane, column): (Rect, u16), frame: &mut Frame<'_>) {
    /// Columns of the border and the gap inside it.
    const EDGE: u16 = 2;
    let room = usize::from(pane.width.saturating_sub(2 * EDGE));
    let label = |offer: &Suggestion| {
        let label = format!("{}  {}", offer.text, offer.description);
        truncate(&clean_line(label.trim_end()), room).into_owned()
    };
    let labels: Vec<String> = completion.found.iter().map(label).collect();
    let wide = labels.iter().map(|label| width(label)).max().unwrap_or(0);
    let width_of_box = u16::try_from(wide).unwrap_or(pane.width).saturating_add(2 * EDGE).min(pane.width);
    let height = u16::try_from(labels.len() + 2).unwrap_or(u16::MAX).min(pane.y.saturating_sub(1));
    let start = column.saturating_sub(u16::try_from(width(&completion.word)).unwrap_or(0) + EDGE);
    let x = start.clamp(pane.x, pane.right() - width_of_box);
    let inside = window::border(Rect { x, y: pane.y - height, width: width_of_box, height }, theme, frame);
    let hidden = (completion.at + 1).saturating_sub(usize::from(inside.height));
    for ((at, label), y) in labels.iter().enumerate().skip(hidden).zip(inside.y..inside.bottom()) {
        let style = if at == completion.at { theme.pill } else { theme.accent };
        let gap = " ".repeat(wide - width(label) + 1);
        frame.render_widget(Line::styled(format!(" {label}{gap}"), style), Rect { y, height: 1, ..inside });
    }
}
