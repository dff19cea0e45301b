//! Colors and generated avatars of users, derived from the nickname so that they are the same everywhere.

use crate::model::case_fold;

/// Returns the index of a user's color, to be taken modulo the number of colors of the theme.
#[must_use]
pub fn color(nickname: &str) -> usize {
    (pattern(nickname) >> 8) as usize
}

/// Returns the bits of a user's generated avatar: the FNV-1a hash of the case-folded nickname, which is the same on
/// every machine and in every version. <https://datatracker.ietf.org/doc/draft-eastlake-fnv/>
#[must_use]
pub fn pattern(nickname: &str) -> u32 {
    case_fold(nickname).bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::{color, pattern};

    #[test]
    fn color_and_pattern_ignore_case() {
        // The published vector for "foobar".
        assert_eq!(pattern("FooBar"), 0xbf9c_f968);
        assert_eq!(color("FooBar"), 0x00bf_9cf9);
        assert_eq!(color("Ärger"), color("ärger"));
        assert_ne!(color("john"), color("susan"));
    }
}
