//! What a user looks like: made from the nickname, so that it is the same everywhere and for ever.

use crate::model::case_fold;

/// Which of a theme's colours a user has, counted round and round.
#[must_use]
pub fn color(nickname: &str) -> usize {
    (pattern(nickname) >> 8) as usize
}

/// The bits that a user's avatar is made of: FNV-1a of the folded nickname, which is small, and the same on
/// every machine and in every version. <https://datatracker.ietf.org/doc/draft-eastlake-fnv/>
#[must_use]
pub fn pattern(nickname: &str) -> u32 {
    case_fold(nickname).bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::{color, pattern};

    #[test]
    fn a_user_looks_the_same_whatever_the_case() {
        // The published vector for "foobar".
        assert_eq!(pattern("FooBar"), 0xbf9c_f968);
        assert_eq!(color("FooBar"), 0x00bf_9cf9);
        assert_eq!(color("Ärger"), color("ärger"));
        assert_ne!(color("john"), color("susan"));
    }
}
