//! When two names are the same name.

use unicode_normalization::UnicodeNormalization;

/// The key under which a name is compared: Unicode case folding after NFC, so that `Ärger`, `ärger` and
/// `A\u{308}rger` are one (Unicode Standard, section 3.13, "canonical caseless matching").
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
    fn case_and_composition_do_not_make_a_difference() {
        same("Ärger", "ärger");
        same("A\u{308}rger", "ärger");
        same("STRASSE", "straße");
        same("ΣΊΣΥΦΟΣ", "σίσυφος");
        same("ДЖОН", "джон");
        assert_ne!(case_fold("john"), case_fold("jöhn"));
    }
}
