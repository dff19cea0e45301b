//! Case-insensitive comparison of names.

use unicode_normalization::UnicodeNormalization;

/// Returns the key under which names are compared: equal for `Ärger`, `ärger` and `A\u{308}rger`.
///
/// This is Unicode case folding after NFC (Unicode Standard, section 3.13, "canonical caseless matching").
#[must_use]
pub fn case_fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    let composed: String = name.nfc().collect();
    caseless::default_case_fold_str(&composed).nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::case_fold;

    #[track_caller]
    fn same(a: &str, b: &str) {
        assert_eq!(case_fold(a), case_fold(b));
    }

    #[test]
    fn names_that_differ_in_case_or_composition_have_the_same_key() {
        same("Ärger", "ärger");
        same("A\u{308}rger", "ärger");
        same("STRASSE", "straße");
        same("ΣΊΣΥΦΟΣ", "σίσυφος");
        same("ДЖОН", "джон");
        assert_ne!(case_fold("john"), case_fold("jöhn"));
    }
}
