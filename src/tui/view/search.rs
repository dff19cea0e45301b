//! A search while it is typed, and what it found.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::text::{Query, clean_line, pluralize, truncate, with_prefix_wildcard};
use crate::tui::labels::spinner;
use crate::tui::layout::{self, Areas};
use crate::tui::measure::post::Extent;
use crate::tui::state::{Search, State};
use crate::tui::widgets::post::{self, PostStyle};
use crate::tui::widgets::{Theme, header, rows, title};

/// What a search can ask for, most asked for first.
const GRAMMAR: [(&str, &str); 10] = [
    ("rye bread", "both words"),
    ("\"rye bread\"", "one behind the other"),
    ("bre*", "what begins so"),
    ("-dull", "without that word"),
    ("#tag", "with that tag"),
    ("from:maya", "written by her"),
    ("to:maya", "to her"),
    ("has:link", "with a link"),
    ("is:reply", "that answers"),
    ("since:2026-01", "from then, until:… to then"),
];

pub(super) fn draw(state: &State, search: &Search, areas: &Areas, theme: &Theme, frame: &mut Frame<'_>) {
    header::draw(state, theme, areas.header, frame);
    let rule = Rect { y: areas.header.bottom(), ..areas.header };
    title::rule(rule, theme, frame);
    let line = Rect { y: rule.y + 1, ..rule };
    frame.render_widget(Line::styled(" /", theme.accent.patch(theme.strong)), Rect { width: 2, ..line });
    let field = Rect { x: line.x + 3, width: line.width.saturating_sub(4), ..line };
    match &search.name {
        None => frame.render_widget(&search.query.0, field),
        Some(_) => frame.render_widget(Line::raw(clean_line(&search.query.text()).into_owned()), field),
    }
    let text = search.query.text();
    let below = Rect { y: line.y + 1, ..line };
    let room = usize::from(below.width).saturating_sub(2);
    if let Some(name) = &search.name {
        let label = "   keep it as ";
        frame.render_widget(Line::styled(label, theme.accent), below);
        let wide = label.len() as u16;
        frame.render_widget(&name.0, Rect { x: below.x + wide, width: below.width.saturating_sub(wide + 1), ..below });
    } else {
        frame.render_widget(status(state, search, text.trim().is_empty(), room, theme), below);
    }
    let area = layout::search(state.size);
    if text.trim().is_empty() {
        return grammar(theme, area, frame);
    }
    let query = Query::parse(&with_prefix_wildcard(&text));
    rows::draw(&search.found, area, frame, |at, item| {
        let selected = at == search.found.cursor;
        let style = PostStyle {
            theme,
            alike: &state.confusables,
            wrapped: &state.wrapped,
            now: state.now,
            clock: state.settings.times.clock,
            selected,
            focused: true,
            absolute: false,
            unread: false,
            extent: Extent::Excerpt,
            query: Some(&query),
            pictures: &state.avatars,
            warning_key: None,
        };
        post::lines(item, area.width, &style)
    });
}

/// What can be asked for, while nothing is.
fn grammar(theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    for ((ask, what), y) in GRAMMAR.iter().zip(area.y..area.bottom()) {
        let line = Line::from(vec![Span::raw(format!("   {ask:<15}")), Span::styled(*what, theme.dim)]);
        frame.render_widget(line, Rect { y, height: 1, ..area });
    }
}

/// What there is to say of a search, in one line.
fn status(state: &State, search: &Search, blank: bool, room: usize, theme: &Theme) -> Line<'static> {
    let text = if blank {
        String::new()
    } else if let Some(picture) = state.spinner_frame {
        format!("{} searching", spinner(picture))
    } else if !search.answered && search.found.items.is_empty() {
        String::new()
    } else {
        let posts = match search.found.items.len() {
            0 => "no posts".to_owned(),
            n if search.found.more_below => format!("the newest {}", pluralize(n as u64, "post")),
            n => pluralize(n as u64, "post"),
        };
        let users: Vec<_> =
            search.users.iter().map(|user| format!("@{}", state.confusables.label(user.nickname.as_str()))).collect();
        if users.is_empty() { posts } else { format!("{posts} · users: {}", users.join(", ")) }
    };
    Line::from(vec![Span::raw("   "), Span::styled(truncate(&text, room.saturating_sub(3)).into_owned(), theme.dim)])
}
