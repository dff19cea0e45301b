//! A Bloom filter: `insert` returns false only if the value is certainly new.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Size in bits, a power of two: 2 MB. After a million values one lookup in two hundred is unnecessary, after ten
/// million two of three.
const BITS: usize = 1 << 24;

/// The filter, with three bits for each value.
#[derive(Debug)]
pub(super) struct BloomFilter {
    bits: Vec<u64>,
}

impl BloomFilter {
    pub(super) fn new() -> Self {
        Self { bits: vec![0; BITS / 64] }
    }

    /// Adds a value; returns false if it was certainly not added before.
    pub(super) fn insert(&mut self, thing: impl Hash) -> bool {
        let mut hasher = DefaultHasher::new();
        thing.hash(&mut hasher);
        let hash = hasher.finish();
        let mut before = true;
        for part in [hash, hash >> 20, hash >> 40] {
            let at = part as usize % BITS;
            let (word, bit) = (&mut self.bits[at / 64], 1 << (at % 64));
            before &= *word & bit != 0;
            *word |= bit;
        }
        before
    }
}

#[cfg(test)]
mod tests {
    use super::BloomFilter;

    #[test]
    fn what_was_seen_is_never_taken_for_new() {
        let mut seen = BloomFilter::new();
        let new = (0..50_000).filter(|n| !seen.insert((1, n.to_string()))).count();
        assert!(new > 49_900, "{new}");
        assert!((0..50_000).all(|n| seen.insert((1, n.to_string()))));
        assert!(!seen.insert((2, "1".to_owned())));
    }
}
