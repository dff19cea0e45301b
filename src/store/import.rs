//! Imports the items of a source in one transaction: all of them, or none. It knows nothing of formats.

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use rusqlite::{OptionalExtension, Transaction, params};

use super::bloom::BloomFilter;
use super::bulk::Bulk;
use super::remote_ids::RemoteIdBuffer;
use super::{Result, Store, StoreError, avatars, follows, pending, reactions, remote, users};
use crate::model::{
    ImportItem, NewPost, NewUser, Nickname, PostId, Reaction, ReactionKind, RemotePost, RemoteUser, Revision, Skipped,
    Timestamp, UserId, UserKind, case_fold,
};

/// Posts dated before 1970, or more than a day ahead, are skipped.
const FIRST: Timestamp = Timestamp::from_seconds(0);
/// How far ahead a post may be dated, since clocks differ: a day, in microseconds.
const AHEAD: i64 = 24 * 3600 * 1_000_000;

/// Options of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// The current time.
    pub now: Timestamp,
    /// The local user to whom the owner's posts are added; `None` for a user of their own.
    pub import_as: Option<Nickname>,
    /// Claim the owner, so that posts can be written as them.
    pub claim_owner: bool,
    /// Import private posts too.
    pub include_private: bool,
    /// Maximum number of posts.
    pub limit: Option<u64>,
    /// Import nothing, only count.
    pub dry_run: bool,
}

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportStats {
    /// Users added.
    pub users: u64,
    /// Posts added, boosts included.
    pub posts: u64,
    /// Posts that existed before.
    pub known: u64,
    /// Follows added.
    pub follows: u64,
    /// Likes added, pending ones included.
    pub likes: u64,
    /// Bookmarks added, pending ones included.
    pub bookmarks: u64,
    /// Items that could not be read, or were implausible.
    pub skipped: u64,
    /// Private posts that were skipped.
    pub private_skipped: u64,
    /// The owner of the source.
    pub owner: Option<UserId>,
}

/// An import in progress.
pub struct Import<'a, 't> {
    bulk: &'a mut Bulk<'t>,
    transaction: &'t Transaction<'t>,
    options: &'a ImportOptions,
    skip: &'a mut dyn FnMut(Skipped),
    stats: ImportStats,
    /// Users by their URL.
    people: HashMap<String, UserId>,
    remote_ids: RemoteIdBuffer,
    /// Authors and remote ids of the posts seen so far.
    known_posts: BloomFilter,
    /// Whether each author had no posts before.
    new: HashMap<UserId, bool>,
    /// Whether anything is pending for posts that are not here.
    has_pending: bool,
    /// Users to whom the source may add posts.
    trusted: HashSet<UserId>,
}

impl Store {
    /// Imports what `read` passes to the [`Import`], in one transaction; `skip` is called for each item that is
    /// refused.
    ///
    /// # Errors
    /// As `read`, and when the store fails. Nothing is imported then.
    pub fn import<E: From<StoreError>>(
        &mut self,
        options: &ImportOptions,
        skip: &mut dyn FnMut(Skipped),
        read: impl FnOnce(&mut Import<'_, '_>) -> Result<(), E>,
    ) -> Result<ImportStats, E> {
        self.bulk_or(|bulk| {
            let transaction = bulk.transaction();
            let has_pending = pending::exists(transaction)?;
            let mut import = Import {
                bulk,
                transaction,
                options,
                skip,
                stats: ImportStats::default(),
                people: HashMap::new(),
                remote_ids: RemoteIdBuffer::default(),
                known_posts: BloomFilter::new(),
                new: HashMap::new(),
                has_pending,
                trusted: HashSet::new(),
            };
            read(&mut import)?;
            import.remote_ids.flush(transaction)?;
            Ok((import.stats, !options.dry_run))
        })
    }
}

impl Import<'_, '_> {
    /// Imports one item; returns false when no more are wanted.
    ///
    /// # Errors
    /// When the store fails, or the owner is unknown.
    pub fn add(&mut self, item: ImportItem) -> Result<bool> {
        match item {
            ImportItem::Owner(person) => {
                let id = self.owner(&person)?;
                self.stats.owner = Some(id);
                self.people.insert(person.url, id);
            }
            ImportItem::Avatar(picture) => {
                let owner = self.user(None)?;
                avatars::add(self.transaction, owner, &picture)?;
            }
            ImportItem::User(person) => drop(self.person(&person)?),
            ImportItem::Post(post) => self.post(*post)?,
            ImportItem::Follow { follower, followed } => {
                let (follower, followed) = (self.user(follower.as_deref())?, self.person(&followed)?);
                self.follow(follower, followed)?;
            }
            ImportItem::FollowKnown { follower, followed } => {
                let (follower, followed) = (self.user(Some(&follower))?, self.user(Some(&followed))?);
                self.follow(follower, followed)?;
            }
            ImportItem::Like(reaction) => self.react(reaction, ReactionKind::Like)?,
            ImportItem::Bookmark(reaction) => self.react(reaction, ReactionKind::Bookmark)?,
            ImportItem::Skipped(skipped) => self.skip(skipped),
        }
        Ok(self.options.limit.is_none_or(|limit| self.stats.posts < limit))
    }

    /// Returns what was imported so far.
    #[must_use]
    pub fn stats(&self) -> ImportStats {
        self.stats
    }

    fn follow(&mut self, follower: UserId, followed: UserId) -> Result<()> {
        let mut known =
            self.transaction.prepare_cached("SELECT 1 FROM follow WHERE follower = ?1 AND followed = ?2")?;
        if follower != followed && !known.exists([follower.0, followed.0])? {
            follows::follow(self.transaction, follower, followed, self.options.now)?;
            self.stats.follows += 1;
        }
        Ok(())
    }

    fn skip(&mut self, skipped: Skipped) {
        self.stats.skipped += u64::from(!skipped.imported);
        (self.skip)(skipped);
    }

    fn owner(&mut self, person: &RemoteUser) -> Result<UserId> {
        if let Some(nickname) = &self.options.import_as {
            let id = self.under(nickname)?;
            self.trusted.insert(id);
            return Ok(id);
        }
        let kind = if self.options.claim_owner { UserKind::Claimed } else { person.kind };
        let id = self.person(&RemoteUser { kind, ..person.clone() })?;
        if self.options.claim_owner {
            self.trusted.insert(id);
        }
        if self.trusted.contains(&id) {
            return Ok(id);
        }
        Err(StoreError::UnconfirmedOwner(users::by_id(self.transaction, id)?.nickname))
    }

    fn under(&mut self, nickname: &Nickname) -> Result<UserId> {
        if let Some(user) = users::find(self.transaction, &nickname.key())? {
            return if user.kind == UserKind::Remote {
                Err(StoreError::RemoteUser(user.nickname))
            } else {
                Ok(user.id)
            };
        }
        let (id, _) = self.bulk.find_or_add_user(&NewUser::named(nickname.clone()), self.options.now)?;
        self.stats.users += 1;
        Ok(id)
    }

    /// Returns the user of a profile, added if necessary; empty fields are filled from the profile.
    fn person(&mut self, person: &RemoteUser) -> Result<UserId> {
        if let Some(id) = self.people.get(&person.url) {
            return Ok(*id);
        }
        let mut by_url = self.transaction.prepare_cached("SELECT id, kind FROM user WHERE url = ?1")?;
        let known = by_url.query_row([&person.url], |row| Ok((UserId(row.get(0)?), row.get(1)?))).optional()?;
        let known = match known {
            Some(known) => Some(known),
            None => self.known_by_account(person)?,
        };
        let id = match known {
            Some((id, kind)) => {
                // A file may claim any URL, so it adds nothing to users of this database without --mine.
                if kind == UserKind::Remote || kind == person.kind {
                    self.trusted.insert(id);
                    self.correct_nickname(id, person)?;
                    self.complete(id, person)?;
                }
                if person.kind == UserKind::Claimed && kind == UserKind::Remote {
                    self.claim(id)?;
                }
                id
            }
            None => {
                let id = self.add_user(person)?;
                self.trusted.insert(id);
                id
            }
        };
        self.people.insert(person.url.clone(), id);
        Ok(id)
    }

    /// Finds a user who was known by their account only (`acct:ada@example.com`), or by their URL only, and stores
    /// the URL.
    fn known_by_account(&self, person: &RemoteUser) -> Result<Option<(UserId, UserKind)>> {
        let account = format!("acct:{}", person.nickname);
        let Some(user) = users::find(self.transaction, &person.nickname.key())? else { return Ok(None) };
        if person.url == account {
            return Ok(user.url.is_some().then_some((user.id, user.kind)));
        }
        // Only the host itself says which URL an account has: a file from elsewhere is by another user.
        if user.url.as_deref() != Some(account.as_str()) || remote::site(&person.url) != remote::site(&account) {
            return Ok(None);
        }
        self.transaction
            .prepare_cached("UPDATE user SET url = ?2 WHERE id = ?1")?
            .execute(params![user.id.0, person.url])?;
        Ok(Some((user.id, user.kind)))
    }

    fn add_user(&mut self, person: &RemoteUser) -> Result<UserId> {
        let nickname = self.free_nickname(&person.nickname)?;
        let mut taken = self.transaction.prepare_cached("SELECT 1 FROM user WHERE email_key = ?1")?;
        let email = match &person.email {
            Some(email) if !taken.exists([email.key()])? => Some(email.clone()),
            _ => None,
        };
        let user = NewUser { nickname, email, display_name: None, about_me: None };
        let id = users::insert_from(self.transaction, &user, self.options.now, Some(&person.url), person.kind)?;
        self.bulk.users_changed();
        self.complete(id, person)?;
        self.stats.users += 1;
        Ok(id)
    }

    /// Renames a user who is called by the id at the end of their URL (`1168400@example.com`), because the file that
    /// named them first had no nickname for them.
    fn correct_nickname(&mut self, id: UserId, person: &RemoteUser) -> Result<()> {
        let Some((_, host)) = person.nickname.as_str().split_once('@') else { return Ok(()) };
        let last = person.url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let substitute = Nickname::for_remote(last, host);
        if !person.url.contains("://") || substitute.key() == person.nickname.key() {
            return Ok(());
        }
        if users::by_id(self.transaction, id)?.nickname.as_str() != substitute.as_str() {
            return Ok(());
        }
        let nickname = self.free_nickname(&person.nickname)?;
        self.transaction
            .prepare_cached("UPDATE user SET nickname = ?2, nickname_key = ?3 WHERE id = ?1")?
            .execute(params![id.0, nickname.as_str(), nickname.key()])?;
        self.bulk.users_changed();
        Ok(())
    }

    fn complete(&self, id: UserId, person: &RemoteUser) -> Result<()> {
        self.transaction
            .prepare_cached(
                "UPDATE user SET display_name = ifnull(display_name, ?2), about_me = ifnull(about_me, ?3),
                     last_seen = ifnull(last_seen, ?4) WHERE id = ?1",
            )?
            .execute(params![
                id.0,
                person.display_name.as_ref().map(crate::model::DisplayName::as_str),
                person.about_me.as_ref().map(crate::model::AboutMe::as_str),
                person.last_seen.map(Timestamp::micros),
            ])?;
        Ok(())
    }

    fn claim(&self, id: UserId) -> Result<()> {
        self.transaction
            .prepare_cached("UPDATE user SET kind = ?2 WHERE id = ?1")?
            .execute(params![id, UserKind::Claimed])?;
        Ok(())
    }

    /// Returns the nickname, or the first free one of `john2`, `john3` and so on.
    fn free_nickname(&self, wanted: &Nickname) -> Result<Nickname> {
        let mut nickname = wanted.clone();
        for number in 2.. {
            if users::find(self.transaction, &nickname.key())?.is_none() {
                break;
            }
            nickname = wanted.numbered(number);
        }
        Ok(nickname)
    }

    /// Returns a user by their URL; `None` stands for the owner.
    fn user(&self, url: Option<&str>) -> Result<UserId> {
        let found = match url {
            Some(url) => self.people.get(url).copied(),
            None => self.stats.owner,
        };
        found.ok_or(StoreError::NoAuthor)
    }

    fn post(&mut self, post: RemotePost) -> Result<()> {
        if post.origin.audience.is_private() && !self.options.include_private {
            self.stats.private_skipped += 1;
            return Ok(());
        }
        let latest = self.options.now.micros() + AHEAD;
        if post.created_at < FIRST || post.created_at.micros() > latest {
            let why = format!("{} is no date that can be believed", post.created_at.rfc3339());
            self.skip(Skipped { place: post.place, why, imported: false });
            return Ok(());
        }
        if self.options.import_as.is_some() && self.stats.owner.is_none() {
            return Err(StoreError::SeveralAuthors);
        }
        let author = self.user(post.author.as_deref())?;
        if !self.trusted.contains(&author) {
            let name = users::by_id(self.transaction, author)?.nickname;
            let why =
                format!("{name} is one of your users: their posts are imported from their own files, with --mine");
            self.skip(Skipped { place: post.place, why, imported: false });
            return Ok(());
        }
        if self.knows(author, &post.source)? {
            self.stats.known += 1;
            return Ok(());
        }
        if let Some(name) = &post.origin.boost_of
            && let Some(boosted) = self.remote_ids.post_by_remote_id(self.transaction, name)?
        {
            let new = self.bulk.boost(author, boosted, post.created_at)?;
            *if new { &mut self.stats.posts } else { &mut self.stats.known } += 1;
            return Ok(());
        }
        self.stats.posts += 1;
        self.insert(author, post)
    }

    /// Returns whether an author has a post with that remote id. For authors without earlier posts, most need no
    /// lookup.
    fn knows(&mut self, author: UserId, source: &str) -> Result<bool> {
        let seen = self.known_posts.insert((author.0, source));
        let new = match self.new.get(&author) {
            Some(new) => *new,
            None => {
                let mut wrote = self
                    .transaction
                    .prepare_cached("SELECT 1 FROM post INDEXED BY post_author_created_at WHERE author = ?1")?;
                let new = !wrote.exists([author.0])?;
                self.new.insert(author, new);
                new
            }
        };
        if new && !seen { Ok(false) } else { self.bulk.knows(author, source) }
    }

    fn insert(&mut self, author: UserId, post: RemotePost) -> Result<()> {
        let RemotePost { source, created_at, edited_at, revisions, body, origin, .. } = post;
        let reply_to = match &origin.in_reply_to {
            Some(name) => self.remote_ids.post_by_remote_id(self.transaction, name)?,
            None => None,
        };
        let mut meant = HashMap::new();
        for (name, url) in &post.mentions {
            let user = match self.people.get(url) {
                Some(id) => Some(*id),
                None => self
                    .transaction
                    .prepare_cached("SELECT id FROM user WHERE url = ?1")?
                    .query_row([url], |row| row.get(0).map(UserId))
                    .optional()?,
            };
            meant.insert(case_fold(name), user);
        }
        let post = NewPost { author, body, created_at, reply_to, source: Some(source) };
        let id = self.bulk.insert(&post, meant)?;
        remote::insert(self.transaction, id, &origin)?;
        self.remote_ids.add(self.transaction, id, &origin)?;
        if let Some(edited) = edited_at.filter(|edited| *edited > created_at) {
            self.transaction
                .prepare_cached("UPDATE post SET edited_at = ?2 WHERE id = ?1")?
                .execute([id.0, edited.micros()])?;
        }
        self.add_revisions(id, &revisions)?;
        if self.has_pending {
            for name in origin.aliases.iter().chain(&post.source) {
                pending::resolve(self.transaction, id, author, name)?;
            }
        }
        self.has_pending |= origin.boost_of.is_some() || origin.in_reply_to.is_some();
        Ok(())
    }

    fn add_revisions(&self, post: PostId, revisions: &[Revision]) -> Result<()> {
        if revisions.is_empty() {
            return Ok(());
        }
        let mut insert = self
            .transaction
            .prepare_cached("INSERT INTO post_version (post, version, body, written_at) VALUES (?1, ?2, ?3, ?4)")?;
        for (number, revision) in (0_i64..).zip(revisions) {
            insert.execute(params![post.0, number, revision.body.as_str(), revision.written_at.micros()])?;
        }
        self.transaction
            .prepare_cached(
                "UPDATE post SET edits = (SELECT count(*) FROM post_version WHERE post = ?1) WHERE id = ?1",
            )?
            .execute([post.0])?;
        Ok(())
    }

    fn react(&mut self, reaction: Reaction, kind: ReactionKind) -> Result<()> {
        let user = self.user(reaction.user.as_deref())?;
        let at = reaction.at.unwrap_or(self.options.now);
        if let Some(copy) = reaction.copy
            && self.remote_ids.post_by_remote_id(self.transaction, &reaction.post)?.is_none()
        {
            self.post(*copy)?;
        }
        let before = self.transaction.total_changes();
        match self.remote_ids.post_by_remote_id(self.transaction, &reaction.post)? {
            Some(id) => {
                let target = reactions::target(self.transaction, id)?;
                match kind {
                    ReactionKind::Like => reactions::like(self.transaction, user, target, at)?,
                    ReactionKind::Bookmark => reactions::bookmark(self.transaction, user, target, at)?,
                }
            }
            None => {
                pending::add_reaction(self.transaction, &reaction.post, user, kind, at)?;
                self.has_pending = true;
            }
        }
        let count = if kind == ReactionKind::Like { &mut self.stats.likes } else { &mut self.stats.bookmarks };
        *count += u64::from(self.transaction.total_changes() > before);
        Ok(())
    }
}
