//! Reading ahead: what a source holds is read on a thread of its own while what was read before is taken in, which is
//! the longer half.

use std::mem;
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::crash::{self, Crash};
use crate::transfer::Stopped;

/// Bytes of text that are handed over at a time.
const BATCH: usize = 1 << 16;
/// So many pieces wait to be taken; then the reader does.
const WAITING: usize = 2;

/// Takes one thing after the other.
type Sink<'a, T> = dyn FnMut(T) -> Result<(), Stopped> + 'a;

/// Hands over what `read` gives, in its order, to `take`, and gives back what `read` says in the end. Once `take` wants
/// no more, so does `read` soon. `weight` tells how many bytes a thing is about.
///
/// # Errors
/// When `read` has a fault.
pub(super) fn read_ahead<T: Send, R: Send>(
    weight: impl Fn(&T) -> usize + Send,
    read: impl FnOnce(&mut Sink<'_, T>) -> R + Send,
    take: &mut Sink<'_, T>,
) -> Result<R, Crash> {
    thread::scope(|scope| {
        let (send, coming) = sync_channel(WAITING);
        let reader = scope.spawn(move || {
            crash::catch(|| {
                let (mut piece, mut bytes) = (Vec::new(), 0);
                let read = read(&mut |thing| {
                    bytes += weight(&thing);
                    piece.push(thing);
                    if bytes < BATCH {
                        return Ok(());
                    }
                    bytes = 0;
                    send.send(mem::take(&mut piece)).map_err(|_| Stopped)
                });
                // Nobody listens where no more is wanted.
                let _ = send.send(piece);
                read
            })
        });
        for thing in coming.into_iter().flatten() {
            if take(thing).is_err() {
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
    fn all_that_was_read_is_taken_in_its_order() {
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
    fn who_wants_no_more_ends_the_reading() {
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
    fn a_fault_of_the_reader_is_told() {
        let read = |emit: &mut super::Sink<'_, usize>| {
            let _ = emit(1);
            panic!("a fault");
        };
        let mut taken = 0;
        let told: Result<(), _> = read_ahead(|_| 1, read, &mut |number| {
            taken += number;
            Ok(())
        });
        assert!(told.is_err());
        assert_eq!(taken, 0);
    }
}
