//! The natural order of names: by their numbers where they have some.

/// Digits up to which numbers are compared as such.
const DIGITS: usize = 20;

/// Returns a text whose order is the natural one: `a2` comes before `a13`.
#[must_use]
pub fn natural_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len() + DIGITS);
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
        key.push_str(before);
        key.push_str(&format!("{:0>DIGITS$}", &number[..end]));
        rest = &number[end..];
    }
    key + rest
}

#[cfg(test)]
mod tests {
    use super::natural_key;

    #[test]
    fn numbers_in_names_are_in_their_order() {
        let mut names = ["b", "a13b", "a", "a2", "a13", "7", "a02", "é1", "a1"];
        names.sort_by_key(|name| natural_key(name));
        assert_eq!(names, ["7", "a", "a1", "a2", "a02", "a13", "a13b", "b", "é1"]);
    }
}
