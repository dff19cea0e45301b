//! Emoji and their shortcodes, as GitHub and others write them: `:heart:`. Kept as a text: a table of so many names is a
//! quarter of a megabyte of addresses, and all of them are put right at every start, of a command too. It knows nothing
//! of how they are looked for.

/// A line each: the emoji, and its shortcodes.
static LIST: &str = include_str!("../../assets/emoji.txt");

/// Each emoji that has a shortcode, with all of them.
pub fn emoji() -> impl Iterator<Item = (&'static str, impl Iterator<Item = &'static str>)> {
    LIST.lines().filter_map(|line| line.split_once(' ')).map(|(emoji, codes)| (emoji, codes.split(' ')))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_list_is_that_of_the_crate_that_knows_them() {
        let line = |emoji: &emojis::Emoji| {
            let codes: Vec<_> = emoji.shortcodes().collect();
            (!codes.is_empty()).then(|| format!("{emoji} {}\n", codes.join(" ")))
        };
        let list: String = emojis::iter().filter_map(line).collect();
        if list != LIST {
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/emoji.txt"), &list).unwrap();
            panic!("assets/emoji.txt was another, and is written anew: look at what changed");
        }
        assert_eq!(emoji().count(), list.lines().count());
        let heart = emoji().find(|(emoji, _)| *emoji == "❤\u{fe0f}").unwrap();
        assert_eq!(heart.1.collect::<Vec<_>>(), ["heart"]);
    }
}
