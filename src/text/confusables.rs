//! Nicknames that look the same but are spelled differently, such as `paypal` and `раураl`.

use std::array;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_security::skeleton;

use super::clean_line;
use crate::model::{User, UserId, case_fold};

/// Returns a key that is equal for names that are easily confused, ignoring case (Unicode Technical Standard 39,
/// section 4, "skeleton").
#[must_use]
pub fn confusable_key(name: &str) -> String {
    /// Keys of the ASCII characters. Nearly all nicknames are ASCII, and thousands are compared before the first
    /// screen.
    static ASCII: LazyLock<[String; 128]> = LazyLock::new(|| {
        array::from_fn(|code| {
            char::from_u32(code as u32).map(String::from).as_deref().map_or_else(String::new, skeleton_key)
        })
    });
    if name.is_ascii() {
        name.bytes().map(|byte| ASCII[usize::from(byte)].as_str()).collect()
    } else {
        skeleton_key(name)
    }
}

fn skeleton_key(name: &str) -> String {
    let plain: String = skeleton(name).collect();
    skeleton(&case_fold(&plain)).collect()
}

/// Users whose nicknames look like an older user's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Confusables(HashMap<String, UserId>);

impl Confusables {
    /// Finds them among all users.
    #[must_use]
    pub fn find(users: &[User]) -> Self {
        let mut first: HashMap<String, &User> = HashMap::with_capacity(users.len());
        let mut later = HashMap::new();
        for user in users {
            let earlier = first.entry(confusable_key(user.nickname.as_str())).or_insert(user);
            let second = if user.id.0 < earlier.id.0 { std::mem::replace(earlier, user) } else { user };
            if second.id != earlier.id {
                later.insert(second.nickname.as_str().to_owned(), second.id);
            }
        }
        Self(later)
    }

    /// Returns a nickname for display: cleaned, and followed by `≈` and the user's id if it looks like an older one, as
    /// in `раураl≈7`.
    #[must_use]
    pub fn label<'a>(&self, nickname: &'a str) -> Cow<'a, str> {
        match self.0.get(nickname) {
            Some(id) => Cow::Owned(format!("{}≈{}", clean_line(nickname), id.0)),
            None => clean_line(nickname),
        }
    }
}

/// Returns the oldest user whose nickname is confusable with `new`'s.
#[must_use]
pub fn confusable_user<'a>(users: impl IntoIterator<Item = &'a User>, new: &User) -> Option<&'a User> {
    let wanted = confusable_key(new.nickname.as_str());
    let others = users.into_iter().filter(|user| user.id != new.id);
    others.filter(|user| confusable_key(user.nickname.as_str()) == wanted).min_by_key(|user| user.id.0)
}

#[cfg(test)]
mod tests {
    use super::{Confusables, confusable_key, confusable_user};
    use crate::model::User;

    #[test]
    fn confusable_names_have_the_same_key() {
        for (a, b) in
            [("paypal", "раураl"), ("john1", "JOHNl"), ("modern", "rnodern"), ("Ärger", "ärger"), ("O0", "oO")]
        {
            assert_eq!(confusable_key(a), confusable_key(b), "{a} {b}");
        }
        for (a, b) in [("john", "jöhn"), ("anna", "ana"), ("susan", "susan@example.com")] {
            assert_ne!(confusable_key(a), confusable_key(b), "{a} {b}");
        }
    }

    #[test]
    fn key_of_ascii_name_equals_its_skeleton() {
        let all: String = ('!'..='~').collect();
        for name in [all.as_str(), "rnodern", "l1I|", "a.b-c_d@example.com"] {
            assert_eq!(confusable_key(name), super::skeleton_key(name));
        }
    }

    #[test]
    fn newer_confusable_user_is_marked_in_any_order() {
        let users = [(3, "раураl"), (1, "paypal"), (2, "susan"), (9, "PAYPA1")];
        let mut users = users.map(|(id, name)| User::named(id, name));
        for _ in 0..2 {
            let confusables = Confusables::find(&users);
            let shown: Vec<_> =
                ["paypal", "раураl", "susan", "PAYPA1"].map(|name| confusables.label(name).into_owned()).into();
            assert_eq!(shown, ["paypal", "раураl≈3", "susan", "PAYPA1≈9"]);
            users.reverse();
        }
        assert_eq!(confusable_user(&users, &users[0]).map(|user| user.id.0), Some(1));
        assert_eq!(confusable_user(&users, &User::named(2, "susan")), None);
    }
}
