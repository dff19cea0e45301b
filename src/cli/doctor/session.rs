//! Findings about the locale, the time zone and the network.

use chrono::{Local, Offset};

use super::Finding;
use super::environment::variable;
use crate::store::Refreshes;
use crate::text::pluralize;

/// Variables that name a proxy; their values may hold a password.
const PROXIES: [&str; 8] =
    ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"];

pub(super) fn findings(refreshes: Option<Refreshes>) -> [Finding; 3] {
    [locale(), time_zone(), network(refreshes)]
}

fn locale() -> Finding {
    let characters = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    let times = ["LC_ALL", "LC_TIME", "LANG"].into_iter().find_map(variable);
    let name = times.as_deref().unwrap_or("not set");
    let advice = "characters beyond ASCII may look wrong; set LANG=C.UTF-8, or another UTF-8 locale";
    match characters {
        Some(characters) if is_utf8(&characters) => Finding::ok("locale", name),
        Some(characters) => Finding::warning("locale", format!("{characters} is not UTF-8"), advice),
        None => Finding::warning("locale", name, advice),
    }
}

fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

fn time_zone() -> Finding {
    let offset = Local::now().offset().fix();
    match variable("TZ") {
        Some(name) => Finding::ok("time zone", format!("{offset}, by TZ={name}")),
        None => Finding::ok("time zone", format!("{offset}, by the system")),
    }
}

fn network(refreshes: Option<Refreshes>) -> Finding {
    let set: Vec<&str> = PROXIES.into_iter().filter(|name| variable(name).is_some()).collect();
    let proxy = if set.is_empty() { "no proxy".to_owned() } else { format!("proxy by {}", set.join(", ")) };
    let Some(Refreshes { last, failing }) = refreshes else { return Finding::ok("network", proxy) };
    let found = format!("{proxy}; feeds were refreshed at {}", last.utc().format("%Y-%m-%d %H:%M UTC"));
    match failing {
        0 => Finding::ok("network", found),
        _ => {
            let found = format!("{found}, {} failed", pluralize(failing.into(), "feed"));
            Finding::warning("network", found, "microblog feeds says which and why")
        }
    }
}
