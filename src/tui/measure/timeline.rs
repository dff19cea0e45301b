//! Heights of the rows of a timeline, and the divider between new and old posts.

use super::post::{self, Extent};
use crate::model::{Post, User};
use crate::tui::state::Tab;

/// Returns the index of the post below the divider "new since …", whose time the divider names.
///
/// That is the post below the last unread one, if all loaded posts of others above it are unread. There is no divider if
/// nothing is unread, nothing loaded is below, or a read post is above an unread one: then only the dots are true. The
/// reader's own posts are never unread, and are on the side where they are.
#[must_use]
pub fn divider(tab: &Tab, reader: Option<&User>) -> Option<usize> {
    let items = &tab.list.items;
    let below = items.iter().rposition(|post| is_unread(tab, post, reader))? + 1;
    let are_unread = items[..below].iter().all(|post| is_own(post, reader) || is_unread(tab, post, reader));
    (are_unread && below < items.len()).then_some(below)
}

/// Returns whether a post that others wrote or boosted was not read when the timeline was loaded.
/// Before it is known what was read, none is marked so.
#[must_use]
pub fn is_unread(tab: &Tab, post: &Post, reader: Option<&User>) -> bool {
    let is_known = tab.opened || !tab.read_before.is_empty();
    !is_own(post, reader) && is_known && !tab.read_before.is_read(post.key, post.arrival)
}

/// Returns whether the reader put a post into the timeline, by writing or by boosting it.
fn is_own(post: &Post, reader: Option<&User>) -> bool {
    reader.is_some_and(|reader| post.is_shown_by(reader))
}

/// Returns whether a post is unread now: it was not on the screen, or not long enough to be marked.
#[must_use]
pub fn is_unread_now(tab: &Tab, post: &Post, reader: Option<&User>) -> bool {
    let is_own = tab.timeline.mixes_own_posts() && is_own(post, reader);
    let was_viewed = tab.viewed.is_some_and(|(from, to)| (from..=to).contains(&post.key));
    tab.opened && !is_own && !was_viewed && !tab.read.is_read(post.key, post.arrival)
}

/// Returns how many unread posts are above the screen; it is at least the limit of counts if there may be more.
#[must_use]
pub fn unread_above(tab: &Tab, reader: Option<&User>) -> usize {
    let above = tab.list.items.get(..tab.list.top).unwrap_or_default();
    tab.fresh + above.iter().filter(|post| is_unread_now(tab, post, reader)).count()
}

/// Returns the number of rows of the post at index `at`, the divider above it included.
#[must_use]
pub fn height(divider: Option<usize>, at: usize, post: &Post, columns: u16, body_lines: usize) -> usize {
    post::height(post, columns, Extent::Excerpt, body_lines) + usize::from(divider == Some(at))
}

#[cfg(test)]
mod tests {
    use super::divider;
    use crate::model::{Arrival, Body, Nickname, Post, PostId, Timeline, Timestamp, User, UserId};
    use crate::tui::list::List;
    use crate::tui::state::Tab;

    /// Returns a timeline of posts, newest first: U is unread, R was read, and O is an own post that was not on the screen.
    fn timeline(posts: &str) -> (Tab, User) {
        let mut tab = Tab { opened: true, ..Tab::new(Timeline::All) };
        let nickname = |name| Nickname::parse(name).unwrap();
        let reader = User::named(1, "ada");
        let post = |(id, kind): (i64, char)| {
            let key = Timestamp::from_micros(id);
            if kind == 'R' {
                tab.read_before.read((key, key), Arrival(i64::MAX));
            }
            let author = if kind == 'O' { (UserId(1), "ada") } else { (UserId(2), "bo") };
            Post::plain(PostId(id), author.0, nickname(author.1), Body::written("text").unwrap(), key)
        };
        let posts: Vec<Post> = (1..).zip(posts.chars().rev()).map(post).collect();
        tab.list = List::new(posts.into_iter().rev().collect());
        (tab, reader)
    }

    #[test]
    fn divider_is_only_between_unread_and_read_posts() {
        for (posts, expected) in [
            ("", None),
            ("UUU", None),
            ("RRR", None),
            ("OOR", None),
            ("UURR", Some(2)),
            // Own posts are on the side where they are.
            ("OURR", Some(2)),
            ("UORR", Some(1)),
            ("UOURR", Some(3)),
            ("UUO", Some(2)),
            // Unread posts are below read ones.
            ("RRURR", None),
            ("URUR", None),
            ("UURRU", None),
            ("RRU", None),
        ] {
            let (tab, reader) = timeline(posts);
            assert_eq!(divider(&tab, Some(&reader)), expected, "{posts}");
        }
    }
}
