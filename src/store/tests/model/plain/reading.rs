//! Reads the plain model: timelines, unread counts and notifications.

use super::*;

impl Plain {
    /// What a user sees, newest first; with `muted` also what they mute or filter.
    pub(in super::super) fn timeline(&self, viewer: i64, muted: bool, view: PlainTimeline) -> Vec<Shown> {
        let person = &self.users[&viewer];
        let mutes = |user: i64| !muted && person.mutes.contains(&user);
        let is_included = |user: i64| match (view, &person.list) {
            (PlainTimeline::List, list) => list.as_ref().is_some_and(|list| list.contains(&user)),
            _ => user == viewer || person.follows.contains_key(&user),
        };
        let known = |user: i64| is_included(user) && !mutes(user);
        let entry = |key: i64, post: i64, boost| Shown { key, post, boost, collapsed: None };
        let those = |wanted: &dyn Fn(&Row, &PlainPost) -> bool| -> Vec<Shown> {
            let those = self.posts().filter(|(_, row, post)| wanted(row, post));
            those.map(|(id, row, _)| entry(row.moment, id, None)).collect()
        };
        let mut entries = match view {
            PlainTimeline::Home | PlainTimeline::List => {
                let mut home = those(&|row, _| known(row.author));
                for (id, row, of) in self.boosts() {
                    let author = self.rows[&of].author;
                    let first = !home.iter().any(|entry| entry.post == of);
                    if first && known(row.author) && !known(author) && !mutes(author) {
                        home.push(entry(row.moment, of, Some(id)));
                    }
                }
                home
            }
            PlainTimeline::All => those(&|row, _| !mutes(row.author)),
            PlainTimeline::User(user) => {
                let boosts =
                    self.boosts().into_iter().filter(|(_, row, of)| row.author == user && self.rows[of].author != user);
                let boosts: Vec<Shown> = boosts.map(|(id, row, of)| entry(row.moment, of, Some(id))).collect();
                [those(&|row, _| row.author == user), boosts].concat()
            }
            PlainTimeline::Replies(user) => those(&|row, post| row.author == user && post.answers.is_some()),
            PlainTimeline::Likes(user) => those(&|_, post| post.likes.contains_key(&user)),
            PlainTimeline::Mentions => those(&|row, post| post.names.contains_key(&viewer) && !mutes(row.author)),
            PlainTimeline::Bookmarks => those(&|_, post| post.bookmarks.contains(&viewer)),
            PlainTimeline::Tag(tag) => those(&|row, post| tags(post.body()).contains(&key(tag)) && !mutes(row.author)),
            PlainTimeline::Search(query) => {
                those(&|row, post| query.finds(self, viewer, row.author, post) && !mutes(row.author))
            }
        };
        entries.sort_by_key(|entry| -entry.key);
        let filtered = matches!(
            view,
            PlainTimeline::Home
                | PlainTimeline::All
                | PlainTimeline::Mentions
                | PlainTimeline::List
                | PlainTimeline::Tag(_)
                | PlainTimeline::Search(_)
        );
        if filtered && !muted {
            entries.retain_mut(|entry| self.sift(viewer, entry));
        }
        entries
    }

    /// Folds what a user's filters fold; false for what they hide.
    fn sift(&self, viewer: i64, entry: &mut Shown) -> bool {
        let Some((row, post)) = self.post(entry.post).filter(|(row, _)| row.author != viewer) else { return true };
        debug_assert_ne!(row.author, viewer);
        let said = words(post.body());
        let caught = |phrase: &str| match phrase.strip_prefix('#') {
            Some(tag) => tags(post.body()).contains(&key(tag)),
            None => {
                let phrase = words(phrase);
                said.windows(phrase.len()).any(|part| part == phrase)
            }
        };
        let filters = &self.users[&viewer].filters;
        let found: Vec<_> = filters.iter().filter(|(phrase, _)| caught(phrase)).collect();
        entry.collapsed = found.first().map(|(phrase, _)| (*phrase).clone());
        found.iter().all(|(_, collapsed)| **collapsed)
    }

    /// The keys of posts that a user has certainly not read, and of those that they may not have read.
    pub(in super::super) fn unread(&self, user: i64, view: PlainTimeline, name: &str) -> (Vec<i64>, Vec<i64>) {
        let (mut certain, mut possible) = (Vec::new(), Vec::new());
        let none = PlainRead::default();
        let read = self.users[&user].read.get(name).unwrap_or(&none);
        for entry in self.timeline(user, false, view) {
            let id = entry.boost.unwrap_or(entry.post);
            if view.mixes_own_posts() && self.rows[&id].author == user {
                continue;
            }
            match (read.read.contains(&id), read.elsewhere.contains(&id)) {
                (false, false) => certain.push(entry.key),
                (_, true) => possible.push(entry.key),
                (true, false) => {}
            }
        }
        (certain, possible)
    }

    /// A range of a timeline was on the screen.
    pub(in super::super) fn read(&mut self, user: i64, view: PlainTimeline, name: String, (from, to): (i64, i64)) {
        let entries = self.timeline(user, false, view);
        let own = |row: i64| view.mixes_own_posts() && self.rows[&row].author == user;
        let shown: BTreeSet<i64> = entries.iter().map(|entry| entry.boost.unwrap_or(entry.post)).collect();
        let elsewhere: Vec<i64> = self.rows.keys().copied().filter(|row| !shown.contains(row) || own(*row)).collect();
        let read = self.users.get_mut(&user).unwrap().read.entry(name).or_default();
        for entry in entries.iter().filter(|entry| (from..=to).contains(&entry.key)) {
            let id = entry.boost.unwrap_or(entry.post);
            read.read.insert(id);
            read.elsewhere.remove(&id);
        }
        read.elsewhere.extend(elsewhere);
    }

    /// Returns the notifications of a user, newest first.
    pub(in super::super) fn notifications(&self, user: i64) -> Vec<PlainNotification> {
        let person = &self.users[&user];
        let shown = |notification: &&PlainNotification| {
            notification.user == user
                && !person.mutes.contains(&notification.actor)
                && notification.post.is_none_or(|post| self.row(post).is_some())
        };
        let mut found: Vec<PlainNotification> = self.notifications.iter().filter(shown).copied().collect();
        found.sort_by_key(|notification| -notification.at);
        found
    }

    /// Notifications in a range were on the screen. Everything before the oldest unread one is seen from now on.
    pub(in super::super) fn see_notifications(&mut self, user: i64, range: (i64, i64)) {
        let shown = self.notifications(user);
        let seen = &mut self.users.get_mut(&user).unwrap().seen;
        seen.ranges.push(range);
        let oldest = shown.iter().filter(|one| !seen.contains(one.kind, one.at)).map(|one| one.at).min();
        let last = seen.ranges.iter().map(|(_, to)| *to).max();
        if let Some(up_to) = oldest.map(|at| at - 1).or(last) {
            seen.mark_up_to(&NotificationKind::ALL, up_to);
        }
    }

    /// The thread of a post: depth, number, and whether the post is there.
    pub(in super::super) fn thread(&self, id: i64) -> Vec<(usize, i64, bool)> {
        let mut root = id;
        while let Some(above) = self.answers(root) {
            root = above;
        }
        let mut places = Vec::new();
        self.below(root, 0, &mut places);
        places
    }

    /// Adds a place and all below it, if there is a post among them.
    fn below(&self, id: i64, depth: usize, places: &mut Vec<(usize, i64, bool)>) -> bool {
        let (at, there) = (places.len(), self.row(id).is_some());
        places.push((depth, id, there));
        let mut answers: Vec<i64> =
            self.rows.keys().copied().filter(|answer| self.answers(*answer) == Some(id)).collect();
        answers.sort_by_key(|answer| self.rows[answer].moment);
        let mut kept = there;
        for answer in answers {
            kept |= self.below(answer, depth + 1, places);
        }
        if !kept {
            places.truncate(at);
        }
        kept
    }
}
