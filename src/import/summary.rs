//! Describes the result of an import.

use crate::store::ImportStats;
use crate::text::{pluralize, with_thousands};

/// Returns what an import from a format added, or would add in a dry run, in one line: `imported 2 posts from rss`.
///
/// Changes, posts that existed before and skipped items follow after a semicolon.
#[must_use]
pub fn summary(stats: &ImportStats, format: &str, dry_run: bool) -> String {
    let counts = [
        (stats.users, "user"),
        (stats.posts, "post"),
        (stats.follows, "follow"),
        (stats.likes, "like"),
        (stats.bookmarks, "bookmark"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| pluralize(*count, noun));
    let mut imported = counts.collect::<Vec<_>>().join(", ");
    if imported.is_empty() {
        "nothing".clone_into(&mut imported);
    }
    let mut line = format!("{} {imported} from {format}", if dry_run { "would import" } else { "imported" });
    let changed = [
        (stats.updated, "post", "changed"),
        (stats.deleted, "post", "deleted"),
        (stats.profiles, "profile", "changed"),
    ];
    let changed = changed.iter().filter(|(count, ..)| *count > 0);
    let changed = changed.map(|(count, noun, what)| format!("{} {what}", pluralize(*count, noun)));
    let known = (stats.known > 0).then(|| format!("{} already known", pluralize(stats.known, "post")));
    let skipped = (stats.skipped > 0).then(|| format!("{} skipped", with_thousands(stats.skipped)));
    let changes =
        || format!("{} to your users left out: add --trust if the dump is yours", pluralize(stats.untrusted, "change"));
    let untrusted = (stats.untrusted > 0).then(changes);
    let rest: Vec<String> = changed.chain(known).chain(skipped).chain(untrusted).collect();
    if !rest.is_empty() {
        line.push_str(&format!("; {}", rest.join(", ")));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::summary;
    use crate::store::ImportStats;

    #[test]
    fn summary_leaves_out_zeros_and_groups_thousands() {
        let none = ImportStats::default();
        assert_eq!(summary(&none, "rss", false), "imported nothing from rss");
        let known = ImportStats { known: 1, ..none };
        assert_eq!(summary(&known, "rss", true), "would import nothing from rss; 1 post already known");
        let changed = ImportStats { updated: 2, deleted: 1, profiles: 1, ..known };
        assert_eq!(
            summary(&changed, "rss", false),
            "imported nothing from rss; 2 posts changed, 1 post deleted, 1 profile changed, 1 post already known"
        );
        let all = ImportStats {
            users: 1,
            posts: 2_000,
            follows: 3,
            likes: 1,
            bookmarks: 2,
            known: 4,
            skipped: 1_000,
            ..none
        };
        assert_eq!(
            summary(&all, "x", false),
            "imported 1 user, 2,000 posts, 3 follows, 1 like, 2 bookmarks from x; 4 posts already known, 1,000 skipped"
        );
    }
}
