//! Requests by host: one at a time for each, several hosts in parallel.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// How often it is checked whether to stop, while nothing arrives.
pub(super) const IDLE: Duration = Duration::from_millis(50);

/// Groups what is to be requested by its host, in the order in which each host occurs first.
pub(super) fn by_host<T>(all: Vec<T>, url: impl Fn(&T) -> &str) -> VecDeque<Vec<T>> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<T>> = Vec::new();
    for one in all {
        let host = host(url(&one)).to_owned();
        let place = *places.entry(host).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(one);
    }
    groups.into()
}

/// Returns the host of an address with its port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}
