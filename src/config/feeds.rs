//! Settings for following feeds and for publishing your own.

use std::time::Duration;

use toml::de::DeValue;

use crate::model::Nickname;

use super::setting::{Setting, assign, number, quoted};

/// Interval between two requests for a feed while no other is set, also where automatic refreshing is off.
const INTERVAL: Duration = Duration::from_secs(30 * 60);
const DAY: Duration = Duration::from_secs(24 * 3_600);
const MIB: u64 = 1 << 20;

/// How feeds are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feeds {
    /// Interval between two requests for a feed; `None` if feeds are refreshed only on request.
    pub refresh: Option<Duration>,
    /// No request is sent.
    pub offline: bool,
    /// Maximum time of a request.
    pub timeout: Duration,
    /// Maximum size of a feed in bytes, decompressed.
    pub max_size: u64,
    /// Number of servers that are asked at the same time.
    pub parallel: usize,
    /// The name under which the program asks servers; empty for the default.
    pub user_agent: String,
    /// Name the user to the authors of twtxt feeds that they follow.
    pub twtxt_user_agent: bool,
    /// How often accounts are read.
    pub sync: Duration,
    /// How long what an account does on the screens waits before it is sent.
    pub send_delay: Duration,
}

impl Default for Feeds {
    fn default() -> Self {
        Self {
            refresh: Some(INTERVAL),
            offline: false,
            timeout: Duration::from_secs(30),
            max_size: 16 * MIB,
            parallel: 8,
            user_agent: String::new(),
            twtxt_user_agent: false,
            sync: Duration::from_secs(60),
            send_delay: Duration::from_secs(5),
        }
    }
}

impl Feeds {
    /// Returns the interval between two requests for a feed.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.refresh.unwrap_or(INTERVAL)
    }
}

/// How your own feed is published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Publish {
    /// The nickname of the user whose posts are published; empty for the active user.
    pub user: String,
    /// Publish after each post, edit and deletion of that user.
    pub auto: bool,
    /// The file to write; empty if none is set.
    pub to: String,
    /// The address under which others fetch the file; empty if none is set.
    pub url: String,
    /// The command that is run once the file is written; empty for none.
    pub command: String,
}

#[rustfmt::skip]
pub(super) const FEEDS: &[Setting<Feeds>] = &[
    Setting {
        name: "refresh",
        about: "How often a feed is fetched, unless its server asks for less; never: only when you ask for it.",
        allowed: "never, or a time from 5m to 1d such as 30m or 2h",
        get: |it| quoted(&it.refresh.map_or_else(|| "never".to_owned(), show_duration)),
        set: |it, value| {
            let never = value.as_str() == Some("never");
            let interval = duration(value, Duration::from_secs(300), DAY);
            assign(&mut it.refresh, if never { Some(None) } else { interval.map(Some) })
        },
    },
    Setting {
        name: "offline",
        about: "Never use the network.",
        allowed: "true or false",
        get: |it| it.offline.to_string(),
        set: |it, value| assign(&mut it.offline, value.as_bool()),
    },
    Setting {
        name: "timeout",
        about: "Maximum time of a request.",
        allowed: "a time from 1s to 10m",
        get: |it| quoted(&show_duration(it.timeout)),
        set: |it, value| assign(&mut it.timeout, duration(value, Duration::from_secs(1), Duration::from_secs(600))),
    },
    Setting {
        name: "max_size",
        about: "Maximum size of a feed, decompressed.",
        allowed: "a size from 1K to 256M",
        get: |it| quoted(&show_size(it.max_size)),
        set: |it, value| assign(&mut it.max_size, size(value)),
    },
    Setting {
        name: "parallel",
        about: "How many servers are asked at the same time; each gets one request at a time.",
        allowed: "a number from 1 to 64",
        get: |it| it.parallel.to_string(),
        set: |it, value| assign(&mut it.parallel, number(value, 1, 64).and_then(|n| n.try_into().ok())),
    },
    Setting {
        name: "user_agent",
        about: "The name under which the program asks servers; if empty, microblog and its version.",
        allowed: "a text in quotes without line breaks",
        get: |it| quoted(&it.user_agent),
        set: |it, value| assign(&mut it.user_agent, header(value)),
    },
    Setting {
        name: "twtxt_user_agent",
        about: "Name yourself to the authors of twtxt feeds that you follow, by the user and url under [publish].",
        allowed: "true or false",
        get: |it| it.twtxt_user_agent.to_string(),
        set: |it, value| assign(&mut it.twtxt_user_agent, value.as_bool()),
    },
    Setting {
        name: "sync",
        about: "How often your accounts are read while the screens are open, and by refresh.",
        allowed: "a time from 1m to 1d such as 5m or 2h",
        get: |it| quoted(&show_duration(it.sync)),
        set: |it, value| assign(&mut it.sync, duration(value, Duration::from_secs(60), DAY)),
    },
    Setting {
        name: "send_delay",
        about: "How long what you do as an account on the screens waits before it is sent, so that undo takes it out of the outbox.",
        allowed: "a time from 0s to 1h",
        get: |it| quoted(&show_duration(it.send_delay)),
        set: |it, value| assign(&mut it.send_delay, duration(value, Duration::ZERO, Duration::from_secs(3_600))),
    },
];

#[rustfmt::skip]
pub(super) const PUBLISH: &[Setting<Publish>] = &[
    Setting {
        name: "user",
        about: "The user whose public posts are published; empty: the active user.",
        allowed: "a nickname in quotes",
        get: |it| quoted(&it.user),
        set: |it, value| {
            let is_nickname = |text: &&str| text.is_empty() || Nickname::parse(text).is_ok();
            assign(&mut it.user, value.as_str().filter(is_nickname).map(str::to_owned))
        },
    },
    Setting {
        name: "auto",
        about: "Publish after each post, edit and deletion of that user; needs user and to.",
        allowed: "true or false",
        get: |it| it.auto.to_string(),
        set: |it, value| assign(&mut it.auto, value.as_bool()),
    },
    Setting {
        name: "to",
        about: "The file that microblog publish writes: .txt for twtxt, .json for JSON Feed, .xml or .atom for Atom.",
        allowed: "a path in quotes",
        get: |it| quoted(&it.to),
        set: |it, value| assign(&mut it.to, value.as_str().map(str::to_owned)),
    },
    Setting {
        name: "url",
        about: "The address under which others fetch that file.",
        allowed: "an http or https address in quotes",
        get: |it| quoted(&it.url),
        set: |it, value| {
            let is_url = |url: &&str| url.is_empty() || url.starts_with("https://") || url.starts_with("http://");
            assign(&mut it.url, header(value).as_deref().filter(is_url).map(str::to_owned))
        },
    },
    Setting {
        name: "command",
        about: "Command that uploads the file after it is written, such as rsync, scp or git push; its path is in $MICROBLOG_FILE.",
        allowed: "a command in quotes",
        get: |it| quoted(&it.command),
        set: |it, value| assign(&mut it.command, value.as_str().map(str::to_owned)),
    },
];

/// Returns a text that can be sent in a header.
fn header(value: &DeValue<'_>) -> Option<String> {
    let text = value.as_str()?.trim();
    text.chars().all(|c| c == ' ' || c.is_ascii_graphic()).then(|| text.to_owned())
}

/// Parses a number and its unit: seconds, minutes, hours or days.
fn duration(value: &DeValue<'_>, least: Duration, most: Duration) -> Option<Duration> {
    let text = value.as_str()?.trim();
    let unit = text.chars().next_back()?;
    let count: u64 = text[..text.len() - unit.len_utf8()].trim().parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let found = Duration::from_secs(count.checked_mul(seconds)?);
    (least..=most).contains(&found).then_some(found)
}

fn show_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match [(86_400, 'd'), (3_600, 'h'), (60, 'm')].into_iter().find(|(unit, _)| seconds.is_multiple_of(*unit)) {
        Some((unit, letter)) if seconds > 0 => format!("{}{letter}", seconds / unit),
        _ => format!("{seconds}s"),
    }
}

fn size(value: &DeValue<'_>) -> Option<u64> {
    let text = value.as_str()?.trim();
    let unit = text.chars().next_back()?;
    let count: u64 = text[..text.len() - unit.len_utf8()].trim().parse().ok()?;
    let bytes = match unit {
        'K' | 'k' => 1_024,
        'M' | 'm' => MIB,
        _ => return None,
    };
    count.checked_mul(bytes).filter(|bytes| (1_024..=256 * MIB).contains(bytes))
}

fn show_size(bytes: u64) -> String {
    if bytes.is_multiple_of(MIB) { format!("{}M", bytes / MIB) } else { format!("{}K", bytes / 1_024) }
}
