//! The baseline: a minimal program that shows fifty posts with the same libraries.
//!
//! It opens the database, reads one page, draws it and moves a cursor. It has no users, and neither wraps nor cleans text.

use std::path::Path;

use crossterm::event::{self, Event, KeyCode, KeyModifiers};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use rusqlite::Connection;

const PAGE: &str = "SELECT u.nickname || ': ' || p.body FROM post p JOIN user u ON u.id = p.author
                    WHERE p.body IS NOT NULL ORDER BY p.created_at DESC LIMIT 50";

pub fn run(database: &Path) {
    let connection = Connection::open(database).unwrap();
    let mut statement = connection.prepare(PAGE).unwrap();
    let posts: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut terminal = ratatui::init();
    let mut selected = 0_usize;
    loop {
        terminal
            .draw(|frame| {
                let style =
                    |n| if n == selected { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
                let lines = posts.iter().enumerate().map(|(n, post)| Line::styled(post.as_str(), style(n)));
                frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), frame.area());
            })
            .unwrap();
        if let Event::Key(key) = event::read().unwrap() {
            match key.code {
                KeyCode::Char('j') => selected = (selected + 1).min(posts.len().saturating_sub(1)),
                KeyCode::Char('k') => selected = selected.saturating_sub(1),
                KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => break,
                _ => {}
            }
        }
    }
    ratatui::restore();
}
