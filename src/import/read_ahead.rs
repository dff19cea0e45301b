//! Reads a source on a thread of its own while the items read before are stored, which takes longer than reading.

use std::mem;
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::crash::{self, Crash};
use crate::transfer::Stopped;

/// Size of a batch that is handed over to the receiver, in bytes.
const BATCH: usize = 1 << 16;
/// Number of batches that may be waiting; the reader blocks on the next one.
const QUEUE: usize = 2;

/// Receives one item after the other.
type Sink<'a, T> = dyn FnMut(T) -> Result<(), Stopped> + 'a;

/// Calls `take` with every item that `read` emits, in order, and returns the result of `read`.
///
/// `read` runs on a thread of its own. Once `take` returns [`Stopped`], the sink of `read` soon does, too. `weight` is
/// the approximate size of an item in bytes.
///
/// # Errors
/// If `read` panics.
pub(super) fn read_ahead<T: Send, R: Send>(
    weight: impl Fn(&T) -> usize + Send,
    read: impl FnOnce(&mut Sink<'_, T>) -> R + Send,
    take: &mut Sink<'_, T>,
) -> Result<R, Crash> {
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(QUEUE);
        let reader = scope.spawn(move || {
            crash::catch(|| {
                let (mut batch, mut bytes) = (Vec::new(), 0);
                let result = read(&mut |item| {
                    bytes += weight(&item);
                    batch.push(item);
                    if bytes < BATCH {
                        return Ok(());
                    }
                    bytes = 0;
                    sender.send(mem::take(&mut batch)).map_err(|_| Stopped)
                });
                // The receiver is gone if it wanted no more.
                let _ = sender.send(batch);
                result
            })
        });
        for item in receiver.into_iter().flatten() {
            if take(item).is_err() {
                break;
            }
        }
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

#[cfg(test)]
mod tests {
    use super::{BATCH, read_ahead};
    use crate::transfer::Stopped;

    #[test]
    fn items_arrive_in_order() {
        let mut taken = Vec::new();
        let read = |emit: &mut super::Sink<'_, usize>| (0..1_000).try_for_each(emit);
        let take = &mut |number| {
            taken.push(number);
            Ok(())
        };
        assert_eq!(read_ahead(|_| BATCH / 3, read, take).unwrap(), Ok(()));
        assert_eq!(taken, (0..1_000).collect::<Vec<_>>());
    }

    #[test]
    fn stopped_receiver_stops_the_reader() {
        let mut taken = 0;
        let read = |emit: &mut super::Sink<'_, usize>| (0..).try_for_each(emit);
        let take = &mut |_| {
            taken += 1;
            if taken < 5 { Ok(()) } else { Err(Stopped) }
        };
        assert_eq!(read_ahead(|_| BATCH, read, take).unwrap(), Err(Stopped));
        assert_eq!(taken, 5);
    }

    #[test]
    fn panic_of_the_reader_is_an_error() {
        let read = |emit: &mut super::Sink<'_, usize>| {
            let _ = emit(1);
            panic!("a fault");
        };
        let mut taken = 0;
        let result: Result<(), _> = read_ahead(|_| 1, read, &mut |number| {
            taken += number;
            Ok(())
        });
        assert!(result.is_err());
        assert_eq!(taken, 0);
    }
}
