//! The Latin letter on the key that types a letter of another script, by the usual layouts.
//!
//! Terminals that report base-layout codes say it themselves; for the others the letter is looked up here, so that
//! shortcuts work without switching the layout.

/// Rows of keys: first the Latin letters, then what other layouts have in the same places.
const ROWS: &[(&str, &[&str])] = &[
    ("qwertyuiop[]", &["йцукенгшщзхъ", "йцукенгшщзхї", "ضصثقفغعهخحجد", "ๆไำพะัีรนยบล", "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ"]),
    ("asdfghjkl;'", &["фывапролджэ", "фівапролджє", "شسيبلاتنمكط", "ฟหกดเ้่าสวง", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ"]),
    ("zxcvbnm,.", &["ячсмитьбю", "ผปแอิืทมใ", "ㅋㅌㅊㅍㅠㅜㅡ"]),
    ("wertyuiopasdfghjklzxcvbnm", &["ςερτυθιοπασδφγηξκλζχψωβνμ"]),
    ("ertyuiopasdfghjkl;zxcvbnm,.", &["קראטוןםפשדגכעיחלךףזסבהנמצתץ"]),
    ("`oq", &["ёўў"]),
    ("zxcv", &["ئءؤر"]),
];

/// Returns true for a character that is not written with Latin letters, nor a sign that Latin layouts have.
pub(super) fn is_of_another_script(c: char) -> bool {
    !matches!(c, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{2000}'..='\u{20cf}')
}

/// Returns the Latin letter in the place of a letter of another script, in the same case.
pub(super) fn letter(typed: char) -> Option<char> {
    if !is_of_another_script(typed) {
        return None;
    }
    let mut lower = typed.to_lowercase();
    let (Some(small), None) = (lower.next(), lower.next()) else { return None };
    let found = ROWS.iter().find_map(|(latin, layouts)| {
        let at = layouts.iter().find_map(|layout| layout.chars().position(|other| other == small))?;
        latin.chars().nth(at)
    })?;
    Some(if small == typed { found } else { found.to_ascii_uppercase() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_other_scripts_map_to_the_latin_key() {
        for (typed, latin) in [
            ('с', Some('c')),
            ('ы', Some('s')),
            ('і', Some('s')),
            ('Щ', Some('O')),
            ('ю', Some('.')),
            ('σ', Some('s')),
            ('ש', Some('a')),
            ('ش', Some('a')),
            ('ฟ', Some('a')),
            ('ㅁ', Some('a')),
            ('c', None),
            ('ä', None),
            ('字', None),
        ] {
            assert_eq!(letter(typed), latin, "{typed}");
        }
    }

    #[test]
    fn every_layout_has_at_most_as_many_letters_as_keys() {
        for (latin, layouts) in ROWS {
            for layout in *layouts {
                assert!(layout.chars().count() <= latin.chars().count(), "{layout}");
            }
        }
    }
}
