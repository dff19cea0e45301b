//! Reads a source on a thread of its own while the items read before are stored, which takes longer than reading.

use std::io;
use std::mem;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;
use std::vec;

use crate::crash::{self, Crash};
use crate::transfer::Stopped;

/// Size of a batch that is handed over to the receiver, in bytes.
const BATCH: usize = 1 << 16;
/// Number of batches that may be waiting; the reader blocks on the next one.
const QUEUE: usize = 2;
/// How often `idle` is called while there is nothing to store.
const IDLE: Duration = Duration::from_millis(50);

/// Receives one item after the other.
type Sink<'a, T> = dyn FnMut(T) -> Result<(), Stopped> + 'a;

enum Message<T, R> {
    Batch(Vec<T>),
    End(Result<R, Crash>),
}

/// The items that a reader emits, and its result.
pub(super) struct Ahead<'i, T, R> {
    receiver: Receiver<Message<T, R>>,
    idle: &'i dyn Fn(),
    batch: vec::IntoIter<T>,
    result: Option<Result<R, Crash>>,
}

impl<T, R> Ahead<'_, T, R> {
    /// Waits until there is an item, or the reader has ended.
    pub(super) fn wait(&mut self) {
        while self.batch.len() == 0 && self.result.is_none() {
            match self.receiver.recv_timeout(IDLE) {
                Ok(Message::Batch(batch)) => self.batch = batch.into_iter(),
                Ok(Message::End(result)) => self.result = Some(result),
                Err(RecvTimeoutError::Timeout) => (self.idle)(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Returns the result of the reader, once all items were taken; `None` before.
    pub(super) fn result(&mut self) -> Option<Result<R, Crash>> {
        self.result.take()
    }
}

impl<T, R> Iterator for Ahead<'_, T, R> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.wait();
        self.batch.next()
    }
}

/// Runs `read` on a thread of its own, and `store` with the items that it emits, in order; returns the result of `store`.
///
/// `idle` is called now and then while `store` waits. If `store` returns before all items were taken, the sink of `read` soon returns [`Stopped`]. `weight` is the
/// approximate size of an item in bytes.
///
/// # Errors
/// When the system allows no more threads.
pub(super) fn read_ahead<T: Send, R: Send, S>(
    weight: impl Fn(&T) -> usize + Send,
    read: impl FnOnce(&mut Sink<'_, T>) -> R + Send,
    idle: &dyn Fn(),
    store: impl FnOnce(&mut Ahead<'_, T, R>) -> S,
) -> io::Result<S> {
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(QUEUE);
        let reader = move || {
            let result = crash::catch(|| {
                let (mut batch, mut bytes) = (Vec::new(), 0);
                let result = read(&mut |item| {
                    bytes += weight(&item);
                    batch.push(item);
                    if bytes < BATCH {
                        return Ok(());
                    }
                    bytes = 0;
                    sender.send(Message::Batch(mem::take(&mut batch))).map_err(|_| Stopped)
                });
                // The receiver is gone if it wanted no more.
                let _ = sender.send(Message::Batch(batch));
                result
            });
            let _ = sender.send(Message::End(result));
        };
        thread::Builder::new().name("reader".to_owned()).spawn_scoped(scope, reader)?;
        let mut ahead = Ahead { receiver, idle, batch: Vec::new().into_iter(), result: None };
        Ok(store(&mut ahead))
    })
}

#[cfg(test)]
mod tests {
    use super::{BATCH, Sink, read_ahead};
    use crate::transfer::Stopped;

    #[test]
    fn items_arrive_in_order() {
        let read = |emit: &mut Sink<'_, usize>| (0..1_000).try_for_each(emit);
        let (taken, result) =
            read_ahead(|_| BATCH / 3, read, &|| {}, |ahead| (ahead.collect::<Vec<_>>(), ahead.result())).unwrap();
        assert_eq!(taken, (0..1_000).collect::<Vec<_>>());
        assert_eq!(result.unwrap().unwrap(), Ok(()));
    }

    #[test]
    fn stopped_receiver_stops_the_reader() {
        let read = |emit: &mut Sink<'_, usize>| -> Result<(), Stopped> { (0..).try_for_each(emit) };
        assert_eq!(read_ahead(|_| BATCH, read, &|| {}, |ahead| ahead.take(5).count()).unwrap(), 5);
    }

    #[test]
    fn panic_of_the_reader_is_an_error() {
        let read = |emit: &mut Sink<'_, usize>| {
            let _ = emit(1);
            panic!("a fault");
        };
        let (taken, result) = read_ahead(|_| 1, read, &|| {}, |ahead| (ahead.sum::<usize>(), ahead.result())).unwrap();
        let result: Result<(), _> = result.unwrap();
        assert!(result.is_err());
        assert_eq!(taken, 0);
    }
}
