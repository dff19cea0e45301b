//! Emoji and their shortcodes, as GitHub writes them: `:heart:`.
//!
//! The list is one text, since a table of strings would need a quarter of a megabyte of relocations at every start.

/// One emoji per line, followed by its shortcodes.
static LIST: &str = include_str!("../../assets/emoji.txt");

/// Returns every emoji that has shortcodes, with its shortcodes.
pub fn emoji() -> impl Iterator<Item = (&'static str, impl Iterator<Item = &'static str>)> {
    LIST.lines().filter_map(|line| line.split_once(' ')).map(|(emoji, codes)| (emoji, codes.split(' ')))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn emoji_list_matches_the_emojis_crate() {
        let line = |emoji: &emojis::Emoji| {
            let codes: Vec<_> = emoji.shortcodes().collect();
            (!codes.is_empty()).then(|| format!("{emoji} {}\n", codes.join(" ")))
        };
        let list: String = emojis::iter().filter_map(line).collect();
        if list != LIST {
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/emoji.txt"), &list).unwrap();
            panic!("assets/emoji.txt was out of date and has been regenerated: review the changes");
        }
        assert_eq!(emoji().count(), list.lines().count());
        let heart = emoji().find(|(emoji, _)| *emoji == "❤\u{fe0f}").unwrap();
        assert_eq!(heart.1.collect::<Vec<_>>(), ["heart"]);
    }
}
