//! Requests by host: one at a time for each, several hosts in parallel.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::SyncError;

/// How often it is checked whether to stop, while nothing arrives.
const IDLE: Duration = Duration::from_millis(50);
/// Results that may wait to be stored; requests wait then.
const QUEUE: usize = 16;

/// Threads that send requests. They end when all is done, or when nothing receives their results.
pub(super) struct HostWorkers<R> {
    receiver: Receiver<R>,
    is_stopped: Arc<AtomicBool>,
}

/// The results of the requests to one host, on their way to the caller.
pub(super) struct HostResults<'w, R> {
    sender: &'w SyncSender<R>,
    is_stopped: &'w AtomicBool,
}

impl<R> HostResults<'_, R> {
    /// Passes a result to the caller; returns whether more are wanted.
    pub(super) fn send(&self, result: R) -> bool {
        !self.is_stopped.load(Ordering::Relaxed) && self.sender.send(result).is_ok()
    }
}

impl<R: Send + 'static> HostWorkers<R> {
    /// Starts at most `parallel` threads. Each takes the requests to a host, and `fetch` sends them one after the other.
    ///
    /// # Errors
    /// If the system has no thread.
    pub(super) fn start<T: Send + 'static>(
        parallel: usize,
        requests: Vec<T>,
        url: impl Fn(&T) -> &str,
        fetch: impl Fn(Vec<T>, &HostResults<'_, R>) + Send + Sync + 'static,
    ) -> Result<Self, SyncError> {
        let hosts = by_host(requests, url);
        let count = hosts.len().min(parallel);
        let (hosts, fetch) = (Arc::new(Mutex::new(hosts)), Arc::new(fetch));
        let is_stopped = Arc::new(AtomicBool::new(false));
        let (sender, receiver) = sync_channel(QUEUE);
        for number in 0..count {
            let (hosts, fetch, sender) = (Arc::clone(&hosts), Arc::clone(&fetch), sender.clone());
            let is_stopped = Arc::clone(&is_stopped);
            let work = move || {
                let next = || hosts.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                while let Some(requests) = next() {
                    fetch(requests, &HostResults { sender: &sender, is_stopped: &is_stopped });
                    if is_stopped.load(Ordering::Relaxed) {
                        return;
                    }
                }
            };
            match thread::Builder::new().name("requests".to_owned()).spawn(work) {
                Err(error) if number == 0 => return Err(SyncError::Thread(error)),
                // The threads that there are do the work of all.
                Err(_) => break,
                Ok(_) => {}
            }
        }
        Ok(Self { receiver, is_stopped })
    }

    /// Passes each result to `take`, and `None` while there is none, until all are done or `stop` is set.
    ///
    /// # Errors
    /// As `take`.
    pub(super) fn receive(
        &self,
        stop: &AtomicBool,
        mut take: impl FnMut(Option<R>) -> Result<(), SyncError>,
    ) -> Result<(), SyncError> {
        while !stop.load(Ordering::Relaxed) {
            match self.receiver.recv_timeout(IDLE) {
                Ok(result) => take(Some(result))?,
                Err(RecvTimeoutError::Timeout) => take(None)?,
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        Ok(())
    }
}

impl<R> Drop for HostWorkers<R> {
    fn drop(&mut self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }
}

/// Groups requests by their host, in the order in which each host occurs first.
fn by_host<T>(requests: Vec<T>, url: impl Fn(&T) -> &str) -> VecDeque<Vec<T>> {
    let mut indexes: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<T>> = Vec::new();
    for request in requests {
        let host = host(url(&request)).to_owned();
        let index = *indexes.entry(host).or_insert(groups.len());
        if index == groups.len() {
            groups.push(Vec::new());
        }
        groups[index].push(request);
    }
    groups.into()
}

/// Returns the host of an address with its port.
pub(super) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}
