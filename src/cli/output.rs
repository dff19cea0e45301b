//! Printing, for people and for programs.

use std::cell::OnceCell;
use std::env;
use std::fmt::Write as _;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use anstyle::{Ansi256Color, RgbColor, Style};
use serde::Serialize;

use super::args::When;
use crate::config::{Background, Color, ColorDepth, Config, Paint, Palette, Rgb};
use crate::model::{Collapse, FollowCounts, Post, PostId, Relation, Timestamp, User, case_fold};
use crate::text::{
    Clock, Confusables, clean, clean_line, datetime, escape_json, identicon, mentions, pluralize, tags, wrap,
};

/// Lines longer than this are tiring to read.
const COLUMNS: u16 = 100;
/// Deeper answers are not indented further.
const DEEPEST: usize = 10;

/// Standard output.
pub(super) struct Output {
    out: BufWriter<Stdout>,
    /// Somebody reads along; text from others must be cleaned.
    pub(super) terminal: bool,
    /// What the environment tells of the terminal's colours; none where none are wanted.
    pub(super) told: ColorDepth,
    depth: ColorDepth,
    /// The colours that are wanted.
    palette: Palette,
    /// The same as the terminal can show them; most commands name nobody.
    shown: OnceCell<Palette>,
    /// Whose names look like those of others, where somebody reads along.
    pub(super) alike: OnceCell<Confusables>,
    columns: usize,
    clock: Clock,
}

impl Output {
    pub(super) fn new(when: When, config: &Config) -> Self {
        let terminal = io::stdout().is_terminal();
        let named = |name| env::var(name).ok();
        let plain = named("NO_COLOR").is_some_and(|value| !value.is_empty());
        let told = match when {
            When::Auto if !terminal || plain || named("TERM").is_some_and(|term| term == "dumb") => ColorDepth::None,
            When::Never => ColorDepth::None,
            When::Auto | When::Always => ColorDepth::from_env(named("COLORTERM").as_deref(), named("TERM").as_deref()),
        };
        let depth = config.settings.depth(told);
        let palette = config.palette(Background::from_colorfgbg(named("COLORFGBG").as_deref()), depth);
        let columns = terminal_size::terminal_size().map_or(COLUMNS, |(width, _)| width.0.min(COLUMNS));
        Self {
            out: BufWriter::new(io::stdout()),
            terminal,
            told,
            depth,
            palette,
            shown: OnceCell::new(),
            alike: OnceCell::new(),
            columns: usize::from(columns),
            clock: config.settings.times.clock,
        }
    }

    /// A moment, whole, as the person writes it.
    pub(super) fn moment(&self, then: Timestamp) -> String {
        datetime::absolute(then, self.clock)
    }

    /// The same in short.
    pub(super) fn minute(&self, then: Timestamp) -> String {
        datetime::brief(then, self.clock)
    }

    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// A line that names what others wrote: cleaned on a terminal, exact elsewhere.
    pub(super) fn say(&mut self, text: &str) -> io::Result<()> {
        let line = self.shown(text);
        self.line(&line)
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    pub(super) fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        let json = serde_json::to_string(value)?;
        writeln!(self.out, "{}", escape_json(&json))
    }

    pub(super) fn paint(&self, style: Style, text: &str) -> String {
        if self.depth > ColorDepth::None { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// A user's colour, the same as on the screens.
    fn author(&self, nickname: &str) -> Style {
        let palette = self.shown.get_or_init(|| self.palette.clone().reduced(self.depth));
        style(palette.author(identicon::color(nickname)))
    }

    pub(super) fn shown(&self, text: &str) -> String {
        if self.terminal { clean_line(text).into_owned() } else { text.to_owned() }
    }

    /// A nickname: cleaned on a terminal, and told apart from older ones that look the same.
    pub(super) fn name(&self, nickname: &str) -> String {
        match self.alike.get() {
            Some(alike) if self.terminal => alike.label(nickname).into_owned(),
            _ => self.shown(nickname),
        }
    }

    pub(super) fn user_json(&mut self, user: &User, numbers: FollowCounts, active: bool) -> io::Result<()> {
        self.json(&JsonUser {
            id: user.id.0,
            nickname: user.nickname.as_str(),
            email: user.email.as_ref().map(|email| email.as_str()),
            display_name: user.display_name.as_ref().map(|name| name.as_str()),
            about_me: user.about_me.as_ref().map(|about| about.as_str()),
            created_at: user.created_at.map(|moment| moment.rfc3339()),
            last_seen: user.last_seen.map(|moment| moment.rfc3339()),
            posts: user.posts,
            following: numbers.following,
            followers: numbers.followers,
            active,
        })
    }

    pub(super) fn post_json(&mut self, post: &Post) -> io::Result<()> {
        let booster = post.boost.and_then(|_| post.boosted_by.first()).map(|name| name.as_str());
        // Who was renamed since is called what they are called now.
        let now = |name: String| match post.mentions.iter().find(|mention| case_fold(&mention.name) == case_fold(&name))
        {
            Some(mention) => mention.nickname.to_string(),
            None => name,
        };
        self.json(&JsonPost {
            id: post.boost.unwrap_or(post.id).0,
            author: booster.unwrap_or(post.nickname.as_str()),
            body: post.body.as_str(),
            created_at: post.key.rfc3339(),
            edited_at: post.edited_at.map(|moment| moment.rfc3339()),
            reply_to: post.reply_to.as_ref().map(|answered| answered.id.0),
            boost_of: post.boost.map(|_| post.id.0),
            likes: post.likes,
            boosts: post.boosts,
            replies: post.replies,
            tags: tags(post.body.as_str()),
            mentions: mentions(post.body.as_str()).into_iter().map(now).collect(),
            source: post.source.as_deref(),
        })
    }

    /// A table of users: whether active, nickname, posts, display name.
    pub(super) fn users(&mut self, users: &[User], active: Option<&User>) -> io::Result<()> {
        let name = |user: &User| self.name(user.nickname.as_str());
        let wide = users.iter().map(|user| crate::text::width(&clean_line(&name(user)))).max().unwrap_or(0);
        let mut table = String::new();
        for user in users {
            let nickname = name(user);
            let gap = " ".repeat(wide - crate::text::width(&clean_line(&nickname)));
            let mark = if active.is_some_and(|active| active.id == user.id) { '*' } else { ' ' };
            let nickname = self.paint(self.author(user.nickname.as_str()), &nickname);
            let shown = user.display_name.as_ref().map_or(String::new(), |name| self.shown(name.as_str()));
            let word = if user.posts == 1 { "post" } else { "posts" };
            let row = format!("{mark} {nickname}{gap}  {:>7} {word:<5}  {shown}", user.posts);
            let _ = writeln!(table, "{}", row.trim_end());
        }
        self.bytes(table.as_bytes())
    }

    /// A profile, a fact a line.
    pub(super) fn profile(&mut self, user: &User, numbers: FollowCounts, relation: Relation) -> io::Result<()> {
        let nickname = self.paint(self.author(user.nickname.as_str()), &self.name(user.nickname.as_str()));
        self.line(&nickname)?;
        let about = user.about_me.as_ref().map(|about| about.as_str().replace('\n', "\n           "));
        let facts = [
            ("name", user.display_name.as_ref().map(|name| self.shown(name.as_str()))),
            ("about", about.map(|about| if self.terminal { clean(&about).into_owned() } else { about })),
            ("email", user.email.as_ref().map(|email| self.shown(email.as_str()))),
            ("posts", Some(user.posts.to_string())),
            ("following", Some(numbers.following.to_string())),
            ("followers", Some(numbers.followers.to_string())),
            ("relation", related(relation)),
            ("since", user.created_at.map(|then| self.moment(then))),
            ("last seen", user.last_seen.map(|then| self.moment(then))),
        ];
        for (name, value) in facts {
            if let Some(value) = value {
                self.line(&format!("{name:<9}  {value}"))?;
            }
        }
        Ok(())
    }

    /// Where a post was that others answered.
    pub(super) fn gone(&mut self, id: PostId, depth: usize) -> io::Result<()> {
        let said = self.paint(Style::new().dimmed(), &format!("a post that was deleted  #{id}"));
        self.line(&format!("{}{said}\n", "  ".repeat(depth.min(DEEPEST))))
    }

    /// A post as a block: who and when, then the text, then a blank line. On a terminal the text is
    /// cleaned and wrapped; elsewhere it is exact.
    pub(super) fn post(&mut self, post: &Post, depth: usize) -> io::Result<()> {
        let indent = "  ".repeat(depth.min(DEEPEST));
        let nickname = self.name(post.nickname.as_str());
        let dim = Style::new().dimmed();
        let mut facts = format!("  {}  #{}", self.minute(post.created_at), post.id);
        if let Some(answered) = &post.reply_to {
            let _ = match &answered.post {
                Some((who, _)) => write!(facts, "  answers #{} by {}", answered.id, self.name(who.as_str())),
                None => write!(facts, "  answers a deleted post"),
            };
        }
        if !post.boosted_by.is_empty() {
            let names: Vec<_> = post.boosted_by.iter().map(|name| self.name(name.as_str())).collect();
            let _ = write!(facts, "  boosted by {}", names.join(", "));
        }
        for (count, what) in [(post.likes, "like"), (post.boosts, "boost")] {
            if count > 0 {
                let _ = write!(facts, "  {}", pluralize(count, what));
            }
        }
        if post.edited_at.is_some() {
            facts.push_str("  edited");
        }
        let origin = post.origin.as_deref();
        if let Some(mark) = origin.and_then(|origin| origin.audience.mark()) {
            let _ = write!(facts, "  {mark}");
        }
        let head = format!(
            "{indent}{}{}",
            self.paint(self.author(post.nickname.as_str()).bold(), &nickname),
            self.paint(dim, &facts)
        );
        self.line(&head)?;
        if let Some(fold) = &post.folded {
            let line = match fold {
                Collapse::Filter(phrase) => format!("{indent}  filtered: {}", self.shown(phrase)),
                Collapse::Warning(warning) => {
                    format!("{indent}  warning: {} (microblog show {} shows it)", self.shown(warning), post.id)
                }
            };
            self.line(&line)?;
            return self.line("");
        }
        if let Some(warning) = origin.and_then(|origin| origin.warning.as_ref()) {
            self.line(&format!("{indent}  warning: {}", self.shown(warning)))?;
        }
        let body = post.body.as_str();
        if self.terminal {
            let body = clean(body);
            let columns = self.columns.saturating_sub(indent.len() + 2);
            for range in wrap(&body, columns) {
                self.line(format!("{indent}  {}", &body[range]).trim_end())?;
            }
        } else {
            for line in body.split('\n') {
                self.line(&format!("{indent}  {line}"))?;
            }
        }
        for one in origin.map_or(&[][..], |origin| &origin.attachments) {
            let what = one.description.as_deref().or(one.kind.as_deref()).unwrap_or("a file");
            self.line(&format!("{indent}  ▣ {}", self.shown(what)))?;
        }
        self.line("")
    }
}

/// What a reader and a user are to each other, in words; nothing for strangers.
fn related(relation: Relation) -> Option<String> {
    let follows = match (relation.follows, relation.followed) {
        (true, true) => Some("you follow each other"),
        (true, false) => Some("you follow them"),
        (false, true) => Some("follows you"),
        (false, false) => None,
    };
    let words: Vec<&str> = follows.into_iter().chain(relation.muted.then_some("muted")).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn style(paint: Paint) -> Style {
    let color = match paint.fg {
        Color::Own => None,
        Color::Indexed(index) => Some(Ansi256Color(index).into()),
        Color::Rgb(Rgb(red, green, blue)) => Some(RgbColor(red, green, blue).into()),
    };
    let style = Style::new().fg_color(color);
    if paint.bold { style.bold() } else { style }
}

/// A user in JSON.
#[derive(Serialize)]
struct JsonUser<'a> {
    id: i64,
    nickname: &'a str,
    email: Option<&'a str>,
    display_name: Option<&'a str>,
    about_me: Option<&'a str>,
    created_at: Option<String>,
    last_seen: Option<String>,
    posts: u64,
    following: u64,
    followers: u64,
    active: bool,
}

/// A post in JSON. One that came by a boost is the boost: its number, who boosted it and when, and what it boosts; its
/// text and counts are those of the post boosted.
#[derive(Serialize)]
struct JsonPost<'a> {
    id: i64,
    author: &'a str,
    body: &'a str,
    created_at: String,
    edited_at: Option<String>,
    reply_to: Option<i64>,
    boost_of: Option<i64>,
    likes: u64,
    boosts: u64,
    replies: u64,
    tags: Vec<String>,
    mentions: Vec<String>,
    source: Option<&'a str>,
}
