//! Asks the store and the model the same questions.

use super::super::*;
use super::plain::{Plain, PlainTimeline, Shown, key};
use super::words::{QUERIES, TAGS};
use crate::model::{
    Arrival, Collapse, Delivery, Mention, OutboxId, OutboxState, OwnReactions, Relation, ReplyParent, UserId,
};
use crate::store::{DraftKey, Viewer};

/// More than there ever is.
const MANY: usize = 1_000;

/// What the store calls a timeline of a user's.
pub(super) fn timeline(model: &Plain, user: i64, view: PlainTimeline) -> Timeline {
    let named = |id: i64| (UserId(id), nickname(model, id));
    match view {
        PlainTimeline::Home => Timeline::Home(UserId(user)),
        PlainTimeline::All => Timeline::All,
        PlainTimeline::User(id) => Timeline::User(named(id).0, named(id).1),
        PlainTimeline::Replies(id) => Timeline::Replies(named(id).0, named(id).1),
        PlainTimeline::Likes(id) => Timeline::Likes(named(id).0, named(id).1),
        PlainTimeline::Mentions => Timeline::Mentions(UserId(user)),
        PlainTimeline::Bookmarks => Timeline::Bookmarks(UserId(user)),
        PlainTimeline::List => Timeline::List(UserId(user), "Pals".to_owned()),
        PlainTimeline::Tag(tag) => Timeline::Tag(tag.to_owned()),
        PlainTimeline::Search(query) => Timeline::Search(query.0.to_owned()),
    }
}

/// The remote id of a post that a server has.
pub(super) fn uri(post: i64) -> String {
    format!("https://m.example/{post}")
}

fn nickname(model: &Plain, id: i64) -> Nickname {
    Nickname::parse(&model.users[&id].nickname).unwrap()
}

/// A post as one reader should see it.
fn seen(model: &Plain, reader: Option<i64>, entry: &Shown) -> Post {
    let (row, written) = model.post(entry.post).unwrap();
    let boosts = model.boosts();
    let answered = |id: i64| ReplyParent {
        id: PostId(id),
        post: model.post(id).map(|(row, post)| (nickname(model, row.author), post.body().chars().take(120).collect())),
    };
    let mention = |(user, name): (&i64, &String)| Mention {
        name: name.clone(),
        user: UserId(*user),
        nickname: nickname(model, *user),
    };
    let body = Body::written(written.body()).unwrap();
    let delivery = model.delivery(entry.post).map(|it| Delivery {
        id: OutboxId(it.id),
        state: it.state,
        error: it.error.map(str::to_owned),
    });
    let source = written.published.then(|| uri(entry.post));
    let (edited_at, edits) = (written.versions.last().unwrap().1, written.versions.len() as u32 - 1);
    Post {
        key: at(entry.key),
        arrival: Arrival(entry.boost.unwrap_or(entry.post)),
        reply_to: written.answers.map(answered),
        edited_at: (edits > 0).then(|| at(edited_at)),
        edits,
        likes: written.likes.len() as u64,
        boosts: boosts.iter().filter(|(.., of)| *of == entry.post).count() as u64,
        replies: model.posts().filter(|(_, _, post)| post.answers == Some(entry.post)).count() as u64,
        boost: entry.boost.map(PostId),
        boosted_by: entry.boost.map(|boost| nickname(model, model.rows[&boost].author)).into_iter().collect(),
        mentions: written.names.iter().map(mention).collect(),
        own_reactions: reader.map_or(OwnReactions::default(), |reader| OwnReactions {
            liked: written.likes.contains_key(&reader),
            boosted: boosts.iter().any(|(_, row, of)| *of == entry.post && row.author == reader),
            bookmarked: written.bookmarks.contains(&reader),
        }),
        collapsed: entry.collapsed.clone().map(Collapse::Filter),
        origin: source.is_some().then(Box::default),
        source,
        delivery: delivery.map(Box::new),
        ..Post::plain(PostId(entry.post), UserId(row.author), nickname(model, row.author), body, at(row.moment))
    }
}

/// The same in home, where all those are named of whom the reader knows that they boosted it.
fn seen_at_home(model: &Plain, reader: i64, entry: &Shown) -> Post {
    let person = &model.users[&reader];
    let mut post = seen(model, Some(reader), entry);
    for (_, row, _) in model.boosts().into_iter().filter(|(.., of)| *of == entry.post) {
        let known = row.author == reader || person.follows.contains_key(&row.author);
        let name = nickname(model, row.author);
        if known && !person.mutes.contains(&row.author) && !post.boosted_by.contains(&name) {
            post.boosted_by.push(name);
        }
    }
    post
}

/// Compares the store with the model: what all users share, and everything that one user sees.
pub(super) fn compare(store: &Store, model: &Plain, reader: usize) {
    users(store, model);
    posts(store, model);
    outbox(store, model);
    let active = store.active_user().unwrap().map(|user| user.id.0);
    assert_eq!(active, model.active, "who is active");
    let Some(reader) = model.users.keys().copied().nth(reader % model.users.len().max(1)) else { return };
    timelines(store, model, reader);
    notifications(store, model, reader);
    related(store, model, reader);
    polls(store, model, reader);
}

fn users(store: &Store, model: &Plain) {
    let mut wanted: Vec<_> = model.users.iter().collect();
    wanted.sort_by_key(|(_, user)| key(&user.nickname));
    let posts = |id: i64| model.posts().filter(|(_, row, _)| row.author == id).count() as u64;
    let wanted: Vec<_> = wanted.into_iter().map(|(id, user)| (*id, user.nickname.clone(), posts(*id))).collect();
    let found = store.users(UserOrder::Nickname, false).unwrap();
    let found: Vec<_> = found.into_iter().map(|user| (user.id.0, user.nickname.to_string(), user.posts)).collect();
    assert_eq!(found, wanted, "users");
}

/// Compares each post by its id, with its edit history, its likes and boosts, and its thread.
fn posts(store: &Store, model: &Plain) {
    for id in 1..=model.last_row + 1 {
        let Ok(original) = model.target(id) else {
            assert!(matches!(store.post(PostId(id)), Err(StoreError::UnknownPost(_))), "post {id} is there");
            continue;
        };
        let boost = Some(id).filter(|_| id != original);
        let entry = Shown { key: model.rows[&id].moment, post: original, boost, collapsed: None };
        assert_eq!(store.post(PostId(id)).unwrap(), seen(model, None, &entry));
        if boost.is_some() {
            continue;
        }
        let (_, post) = model.post(id).unwrap();
        let history = store.history(PostId(id)).unwrap();
        let history: Vec<_> = history.iter().map(|it| (it.body.to_string(), it.written_at.micros())).collect();
        assert_eq!(history, post.versions, "what {id} said");
        let thread = store.thread(PostId(id)).unwrap();
        let thread: Vec<_> = thread.iter().map(|place| (place.depth, place.id.0, place.post.is_some())).collect();
        assert_eq!(thread, model.thread(id), "the thread of {id}");
        let ids = |users: Vec<User>| users.into_iter().map(|user| user.id.0).collect::<Vec<_>>();
        let mut likers: Vec<_> = post.likes.iter().map(|(user, at)| (*at, *user)).collect();
        likers.sort();
        let likers: Vec<i64> = likers.into_iter().rev().map(|(_, user)| user).collect();
        assert_eq!(ids(store.liked_by(PostId(id), MANY).unwrap()), likers, "who likes {id}");
        let boosters = model.boosts().into_iter().rev().filter(|(.., of)| *of == id);
        let boosters: Vec<i64> = boosters.map(|(_, row, _)| row.author).collect();
        assert_eq!(ids(store.boosted_by(PostId(id), MANY).unwrap()), boosters, "who boosted {id}");
    }
}

/// Compares the polls that an account knows, and its votes.
fn polls(store: &Store, model: &Plain, account: i64) {
    for (id, _, post) in model.posts() {
        let poll = store.poll(UserId(account), PostId(id));
        if !post.polls.contains_key(&account) {
            assert!(poll.is_err(), "{id} is no poll for {account}");
            continue;
        }
        let poll = poll.unwrap();
        let wanted = model.vote_of(account, id);
        let own: Vec<u32> = wanted.iter().map(|(choice, _)| *choice).collect();
        let pending = wanted.is_some_and(|(_, pending)| pending);
        assert_eq!((poll.has_voted, poll.own_votes, poll.is_pending), (wanted.is_some(), own, pending), "poll {id}");
    }
}

fn outbox(store: &Store, model: &Plain) {
    let found = store.outbox(None).unwrap().into_iter();
    let found: Vec<_> = found.map(|it| (it.id.0, it.account.0, it.action, it.post.unwrap().0, it.state)).collect();
    let wanted = model.outbox.iter().filter(|it| it.state != OutboxState::Withdrawn);
    let wanted: Vec<_> = wanted.map(|it| (it.id, it.account, it.action, it.post, it.state)).collect();
    assert_eq!(found, wanted, "the outbox");
}

fn timelines(store: &Store, model: &Plain, reader: i64) {
    let mut all = vec![
        PlainTimeline::Home,
        PlainTimeline::All,
        PlainTimeline::Mentions,
        PlainTimeline::Bookmarks,
        PlainTimeline::List,
    ];
    all.extend(
        model
            .users
            .keys()
            .flat_map(|id| [PlainTimeline::User(*id), PlainTimeline::Replies(*id), PlainTimeline::Likes(*id)]),
    );
    all.extend(TAGS.map(PlainTimeline::Tag));
    all.extend(QUERIES.map(PlainTimeline::Search));
    let viewer = Viewer::of(UserId(reader));
    for view in all {
        let timeline = timeline(model, reader, view);
        let entries = model.timeline(reader, false, view);
        let home = view == PlainTimeline::Home;
        let post = |entry| if home { seen_at_home(model, reader, entry) } else { seen(model, Some(reader), entry) };
        let wanted: Vec<Post> = entries.iter().map(post).collect();
        let window = Window { viewer, limit: MANY, ..Window::default() };
        assert_eq!(store.timeline(&timeline, &window).unwrap(), wanted, "{timeline:?} of {reader}");
        pages(store, &timeline, viewer, &wanted);
        between(store, &timeline, viewer, &wanted);
        unread(store, model, reader, view, &timeline);
    }
    let everything =
        Window { viewer: Viewer { include_muted: true, ..viewer }, limit: MANY, reverse: true, ..Window::default() };
    let wanted = model.timeline(reader, true, PlainTimeline::All);
    let wanted: Vec<Post> = wanted.iter().rev().map(|entry| seen(model, Some(reader), entry)).collect();
    assert_eq!(store.timeline(&Timeline::All, &everything).unwrap(), wanted, "all, with what is muted");
}

/// A range of time, such as a day of an earlier year, has what is in it, the oldest first.
fn between(store: &Store, timeline: &Timeline, viewer: Viewer, wanted: &[Post]) {
    let (Some(newest), Some(oldest)) = (wanted.get(wanted.len() / 3), wanted.get(wanted.len() * 2 / 3)) else { return };
    let (since, until) = (Some(oldest.key), Some(newest.key));
    let window = Window { viewer, since, until, reverse: true, limit: MANY };
    let inside = wanted.iter().rev().filter(|post| (oldest.key..newest.key).contains(&post.key)).cloned();
    assert_eq!(store.timeline(timeline, &window).unwrap(), inside.collect::<Vec<_>>(), "{timeline:?} between");
}

/// All that is certainly unread is found, and nothing that was read.
fn unread(store: &Store, model: &Plain, reader: i64, view: PlainTimeline, timeline: &Timeline) {
    let (certain, possible) = model.unread(reader, view, &timeline.key());
    let page = store.unread_page(UserId(reader), timeline, None, MANY).unwrap();
    let keys: Vec<i64> = page.iter().map(|post| post.key.micros()).collect();
    assert!(keys.is_sorted_by(|one, other| one > other), "{timeline:?}: {keys:?}");
    assert!(certain.iter().all(|key| keys.contains(key)), "unread of {timeline:?}: {keys:?}, expected {certain:?}");
    assert!(
        keys.iter().all(|key| certain.contains(key) || possible.contains(key)),
        "unread of {timeline:?}: {keys:?}, expected {certain:?} and perhaps {possible:?}"
    );
    let count = store.unread(UserId(reader), std::slice::from_ref(timeline), MANY).unwrap();
    assert_eq!(count, [keys.len()], "{timeline:?}");
    let read = store.read_state(UserId(reader), timeline).unwrap();
    for (at, key) in page.iter().map(|post| post.key).enumerate() {
        let (above, more) = store.unread_above(UserId(reader), timeline, &read, key, 2).unwrap();
        assert_eq!((above.as_slice(), more), (&page[at.saturating_sub(2)..at], at > 2), "unread above {key:?}");
        let count = store.count_unread_above(UserId(reader), timeline, &read, key, MANY).unwrap();
        assert_eq!(count, at, "unread posts above {key:?}");
    }
    let next = store.next_unread(UserId(reader), timeline, Timestamp::MAX).unwrap();
    assert_eq!(next.map(Timestamp::micros), keys.first().copied(), "{timeline:?}");
}

/// Read in pages, downwards and upwards, a timeline is the same.
fn pages(store: &Store, timeline: &Timeline, viewer: Viewer, wanted: &[Post]) {
    const PAGE: usize = 3;
    let mut down = store.timeline_page(timeline, viewer, PageStart::Newest, PAGE).unwrap();
    while down.len() < wanted.len() {
        let before = down.last().unwrap().key;
        let page = store.timeline_page(timeline, viewer, PageStart::Before(before), PAGE).unwrap();
        assert!(!page.is_empty(), "{timeline:?} ends early");
        down.extend(page);
    }
    assert_eq!(down, wanted, "{timeline:?} downwards");
    let mut up = store.timeline_page(timeline, viewer, PageStart::Oldest, PAGE).unwrap();
    while up.len() < wanted.len() {
        let page = store.timeline_page(timeline, viewer, PageStart::After(up[0].key), PAGE).unwrap();
        assert!(!page.is_empty(), "{timeline:?} begins late");
        up.splice(0..0, page);
    }
    assert_eq!(up, wanted, "{timeline:?} upwards");
    if let Some(middle) = wanted.get(wanted.len() / 2) {
        let newer = store.count_after(timeline, viewer, middle.key, MANY).unwrap();
        assert_eq!(newer, wanted.len() / 2, "{timeline:?} after its middle");
    }
}

fn notifications(store: &Store, model: &Plain, reader: i64) {
    let wanted = model.notifications(reader);
    let found = store.notifications(UserId(reader), None, MANY).unwrap();
    let read = &model.users[&reader].seen;
    assert_eq!(found.len(), wanted.len(), "notifications of {reader}: {found:?}, expected {wanted:?}");
    for (found, wanted) in found.iter().zip(&wanted) {
        let post = wanted.post.map(|id| {
            let entry = Shown { key: model.rows[&id].moment, post: id, boost: None, collapsed: None };
            seen(model, Some(reader), &entry)
        });
        let unread = !read.contains(wanted.kind, wanted.at);
        assert_eq!((found.at, found.kind, found.actor.0), (at(wanted.at), wanted.kind, wanted.actor));
        assert_eq!((&found.post, found.unread, &found.nickname), (&post, unread, &nickname(model, wanted.actor)));
    }
    let unread = wanted.iter().filter(|notification| !read.contains(notification.kind, notification.at)).count();
    assert_eq!(store.unread_notifications(UserId(reader), MANY).unwrap(), unread, "unread notifications");
}

/// Whom a reader follows, mutes and so on, and their draft.
fn related(store: &Store, model: &Plain, reader: i64) {
    let (id, person) = (UserId(reader), &model.users[&reader]);
    let mut follows: Vec<_> = person.follows.iter().map(|(user, since)| (*since, *user)).collect();
    follows.sort();
    let follows: Vec<_> = follows.into_iter().rev().collect();
    let found = store.following(id, MANY).unwrap();
    let found: Vec<_> = found.into_iter().map(|it| (it.since.micros(), it.user.id.0)).collect();
    assert_eq!(found, follows, "whom {reader} follows");
    let followers = model.users.values().filter(|other| other.follows.contains_key(&reader)).count() as u64;
    let numbers = store.follow_counts(id).unwrap();
    assert_eq!((numbers.following, numbers.followers), (follows.len() as u64, followers));
    for (other, their) in &model.users {
        let relation = Relation {
            follows: person.follows.contains_key(other),
            followed: their.follows.contains_key(&reader),
            muted: person.mutes.contains(other),
        };
        assert_eq!(store.relation(id, UserId(*other)).unwrap(), relation, "{reader} and {other}");
    }
    let pinned = store.pinned_posts(id, None).unwrap();
    let pinned: Vec<i64> = pinned.iter().map(|post| post.id.0).collect();
    assert_eq!(pinned, model.pinned(reader), "pinned posts of {reader}");
    let lists: Vec<_> = store.lists(id).unwrap().into_iter().map(|list| (list.name, list.members)).collect();
    let wanted: Vec<_> = person.list.iter().map(|list| ("pals".to_owned(), list.len() as u64)).collect();
    assert_eq!(lists, wanted, "lists of {reader}");
    let found =
        store.scheduled_posts(id).unwrap().into_iter().map(|it| {
            (it.id.0, it.body.to_string(), it.rest.len(), it.reply_to.map(|post| post.0), it.post_at.micros())
        });
    let wanted = model.scheduled_by(reader).into_iter().map(|it| (it.id, it.body, it.rest, it.answers, it.at));
    assert_eq!(found.collect::<Vec<_>>(), wanted.collect::<Vec<_>>(), "scheduled posts of {reader}");
    let tabs: Vec<String> = store.tabs(id).unwrap().into_iter().map(|tab| tab.timeline.key()).collect();
    let wanted = model.tabs(reader).into_iter().map(|view| timeline(model, reader, view).key());
    assert_eq!(tabs, wanted.collect::<Vec<_>>(), "tabs of {reader}");
    let home = [Timeline::Home(id)];
    let stats = store.reading_stats(id, MANY).unwrap().all;
    let unread = store.unread(id, &home, MANY).unwrap()[0] as u64;
    let hidden = |entry: &&Shown| model.rows[&entry.boost.unwrap_or(entry.post)].author != reader;
    if person.filters.is_empty() {
        let others = model.timeline(reader, false, PlainTimeline::Home).iter().filter(hidden).count() as u64;
        assert_eq!((stats.posts, stats.posts - stats.read), (others, unread), "what {reader} has read");
    }
    let muted = store.muted(id).unwrap();
    assert!(
        muted.iter().map(|user| user.id.0).all(|user| person.mutes.contains(&user))
            && muted.len() == person.mutes.len()
    );
    let filters = store.filters(id).unwrap();
    let filters: Vec<_> = filters.iter().map(|it| (it.phrase.as_str().to_owned(), it.folded)).collect();
    assert_eq!(filters, person.filters.clone().into_iter().collect::<Vec<_>>());
    assert_eq!(store.draft(DraftKey::first(id, Purpose::New)).unwrap(), person.draft);
}
