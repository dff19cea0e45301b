//! Searches of a text whose steps are counted in tests.

#[cfg(test)]
thread_local! {
    /// Number of examined characters.
    pub(super) static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Finds the first character that matches, like [`str::find`].
pub(super) fn find(text: &str, matches: impl Fn(char) -> bool) -> Option<usize> {
    text.find(|c| {
        count_step();
        matches(c)
    })
}

/// Counts an examined character in tests, which check that the number is linear.
pub(super) fn count_step() {
    #[cfg(test)]
    STEPS.with(|steps| steps.set(steps.get() + 1));
}
