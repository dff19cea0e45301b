//! Prints users: tables and profiles.

use std::fmt::Write as _;
use std::io;

use super::Printer;
use crate::model::{FollowCounts, Relation, User};
use crate::text::{clean, clean_line, width};

impl Printer {
    /// Prints a table of users: active or not, nickname, posts, display name.
    pub(in crate::cli) fn user_table(&mut self, users: &[User], active: Option<&User>) -> io::Result<()> {
        let shown_width = |user: &User| width(&clean_line(&self.nickname(user.nickname.as_str())));
        let widest = users.iter().map(shown_width).max().unwrap_or(0);
        let mut table = String::new();
        for user in users {
            let gap = " ".repeat(widest - shown_width(user));
            let mark = if active.is_some_and(|active| active.id == user.id) { '*' } else { ' ' };
            let nickname = user.nickname.as_str();
            let nickname = self.styled(self.author_style(nickname), &self.nickname(nickname));
            let display_name = user.display_name.as_ref().map_or(String::new(), |name| self.cleaned(name.as_str()));
            let noun = if user.posts == 1 { "post" } else { "posts" };
            let row = format!("{mark} {nickname}{gap}  {:>7} {noun:<5}  {display_name}", user.posts);
            let _ = writeln!(table, "{}", row.trim_end());
        }
        self.bytes(table.as_bytes())
    }

    /// Prints a profile, one fact per line.
    pub(in crate::cli) fn profile(&mut self, user: &User, counts: FollowCounts, relation: Relation) -> io::Result<()> {
        let nickname = user.nickname.as_str();
        self.line(&self.styled(self.author_style(nickname), &self.nickname(nickname)))?;
        let about = user.about_me.as_ref().map(|about| about.as_str().replace('\n', "\n           "));
        let facts = [
            ("name", user.display_name.as_ref().map(|name| self.cleaned(name.as_str()))),
            ("about", about.map(|about| if self.terminal { clean(&about).into_owned() } else { about })),
            ("email", user.email.as_ref().map(|email| self.cleaned(email.as_str()))),
            ("posts", Some(user.posts.to_string())),
            ("following", Some(counts.following.to_string())),
            ("followers", Some(counts.followers.to_string())),
            ("relation", describe(relation)),
            ("since", user.created_at.map(|time| self.full_time(time))),
            ("last seen", user.last_seen.map(|time| self.full_time(time))),
        ];
        for (name, value) in facts {
            if let Some(value) = value {
                self.line(&format!("{name:<9}  {value}"))?;
            }
        }
        Ok(())
    }
}

/// Describes how the viewer and a user are related; `None` for strangers.
fn describe(relation: Relation) -> Option<String> {
    let follows = match (relation.follows, relation.followed) {
        (true, true) => Some("you follow each other"),
        (true, false) => Some("you follow them"),
        (false, true) => Some("follows you"),
        (false, false) => None,
    };
    let words: Vec<&str> = follows.into_iter().chain(relation.muted.then_some("muted")).collect();
    (!words.is_empty()).then(|| words.join(", "))
}
