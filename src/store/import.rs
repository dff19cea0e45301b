//! Imports the items of a source in one transaction: all of them, or none. It knows nothing of formats.

mod identity;
mod people;
mod update;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use rusqlite::{Connection, OptionalExtension, params};

use super::bloom::BloomFilter;
use super::bulk::Bulk;
use super::nicknames::FreeNicknames;
use super::remote_ids::RemoteIdBuffer;
use super::{
    Result, Store, StoreError, adopt, arrivals, feed_avatars, follows, pending, published, reactions, remote, users,
};
use crate::model::{
    ImportItem, NewPost, Nickname, PostId, PostRange, Reaction, ReactionKind, RemotePost, Revision, Skipped, Timestamp,
    UserId, case_fold,
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
    /// Whose source it is.
    pub identity: SourceIdentity,
    /// Take changes of what is already here: edited posts, profiles, and deletions.
    pub update: bool,
    /// Let a dump change the users of this database.
    pub trust: bool,
    /// Which of the imported posts are unread.
    pub unread: UnreadPosts,
}

impl ImportOptions {
    /// Returns the options of a plain import of a file.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            now,
            import_as: None,
            claim_owner: false,
            include_private: false,
            limit: None,
            dry_run: false,
            identity: SourceIdentity::default(),
            update: false,
            trust: false,
            unread: UnreadPosts::default(),
        }
    }
}

/// By what the owner of a source is identified. What a source says of itself can be copied from another one, so the
/// address that it was fetched from decides where there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SourceIdentity {
    /// By what the source says: a file.
    #[default]
    Claimed,
    /// By the address that it was fetched from. The owner is the user with this URL.
    Address(String),
    /// The user to whom a subscription is bound.
    User(UserId),
    /// The server of an account, by its host: it speaks for its own users, and says what those of others wrote.
    Server(String),
}

/// Which new posts of an import are unread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UnreadPosts {
    /// All of a remote source that was imported before, and none of an archive that comes for the first time.
    #[default]
    Later,
    /// None.
    None,
    /// All.
    All,
    /// The newest of them: the first fetch of a feed.
    Newest(usize),
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
    /// Posts that existed before and got another text.
    pub updated: u64,
    /// Posts that were deleted because their source deleted them.
    pub deleted: u64,
    /// Users whose profile changed.
    pub profiles: u64,
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
    /// Records of a dump that were left out because they would change users of this database.
    pub untrusted: u64,
    /// The owner of the source.
    pub owner: Option<UserId>,
    /// The ids of the added posts, once they are committed; `None` if none was added, or the database was empty before.
    pub added: Option<PostRange>,
}

/// An import in progress.
pub struct Import<'a> {
    bulk: Bulk<'a>,
    connection: &'a Connection,
    options: &'a ImportOptions,
    skip: &'a mut dyn FnMut(Skipped),
    stats: ImportStats,
    /// Users by their URL.
    people: HashMap<String, UserId>,
    nicknames: FreeNicknames,
    remote_ids: RemoteIdBuffer,
    /// Remote ids of the posts seen so far.
    seen_ids: BloomFilter,
    /// Authors of posts of this import.
    authors: HashSet<UserId>,
    /// Whether one of them had posts before.
    has_earlier_posts: bool,
    /// Whether anything is pending for posts that are not here.
    has_pending: bool,
    /// Whether it is unknown of posts whether their account's server has them.
    has_unresolved_posts: bool,
    /// Users to whom the source may add posts.
    trusted: HashSet<UserId>,
    /// The site of the address that the source was fetched from; `None` for a file.
    site: Option<String>,
    /// The last id of a post before the import.
    last_arrival: i64,
}

/// Returns why nothing can be from that time; `None` if it can.
pub(super) fn date_error(created_at: Timestamp, now: Timestamp) -> Option<String> {
    if created_at.micros() > now.micros().saturating_add(AHEAD) {
        return Some(format!("{} is in the future", created_at.rfc3339()));
    }
    (created_at < FIRST).then(|| format!("{} is before {}", created_at.rfc3339(), FIRST.rfc3339()))
}

impl Store {
    /// Starts an import in one transaction; `skip` is called for each item that is refused. Nothing is imported before
    /// [`Import::commit`].
    ///
    /// # Errors
    /// When the store fails.
    pub fn begin_import<'a>(
        &'a mut self,
        options: &'a ImportOptions,
        skip: &'a mut dyn FnMut(Skipped),
    ) -> Result<Import<'a>> {
        Import::start(self.begin_bulk()?, options, skip)
    }
}

/// Returns the range of the posts that arrived after an id, if there are any.
pub(super) fn added(connection: &Connection, before: i64) -> Result<Option<PostRange>> {
    let last = arrivals::last_arrival(connection)?;
    Ok((last > before).then_some(PostRange { first: PostId(before + 1), last: PostId(last) }))
}

/// Imports the items of a feed within a transaction. All its posts belong to the user whom it is bound to, and what it
/// says about others is ignored.
pub(super) fn import_feed(
    connection: &Connection,
    options: &ImportOptions,
    items: Vec<ImportItem>,
    skip: &mut dyn FnMut(Skipped),
) -> Result<ImportStats> {
    let mut import = Import::start(Bulk::with_triggers(connection)?, options, skip)?;
    for mut item in items {
        match &mut item {
            ImportItem::Owner(_) | ImportItem::AvatarUrl(_) | ImportItem::Skipped(_) => {}
            ImportItem::Post(post) => post.author = None,
            ImportItem::Deleted { author, .. } => *author = None,
            ImportItem::User(_)
            | ImportItem::Avatar(_)
            | ImportItem::Follow { .. }
            | ImportItem::FollowKnown { .. }
            | ImportItem::Like(_)
            | ImportItem::Bookmark(_) => continue,
        }
        import.add(item)?;
    }
    import.commit()
}

impl<'a> Import<'a> {
    pub(super) fn start(bulk: Bulk<'a>, options: &'a ImportOptions, skip: &'a mut dyn FnMut(Skipped)) -> Result<Self> {
        let connection = bulk.connection();
        let has_pending = pending::exists(connection)?;
        Ok(Self {
            bulk,
            connection,
            options,
            skip,
            stats: ImportStats::default(),
            people: HashMap::new(),
            nicknames: FreeNicknames::new(),
            remote_ids: RemoteIdBuffer::default(),
            seen_ids: BloomFilter::new(),
            authors: HashSet::new(),
            has_earlier_posts: false,
            has_pending,
            has_unresolved_posts: adopt::has_unresolved_posts(connection)?,
            trusted: HashSet::new(),
            site: None,
            last_arrival: arrivals::last_arrival(connection)?,
        })
    }

    /// Commits what was imported, or drops it in a dry run, and returns what it was.
    ///
    /// # Errors
    /// When the store fails; then nothing is imported.
    pub fn commit(mut self) -> Result<ImportStats> {
        self.remote_ids.flush(self.connection)?;
        self.mark_arrivals()?;
        if !self.options.dry_run {
            self.stats.added = added(self.connection, self.last_arrival)?;
            self.bulk.commit()?;
        }
        Ok(self.stats)
    }
}

impl Import<'_> {
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
            ImportItem::AvatarUrl(url) => {
                if let SourceIdentity::User(id) = self.options.identity {
                    feed_avatars::note(self.connection, id, &url)?;
                }
            }
            ImportItem::Avatar(picture) => {
                let owner = self.user(None)?;
                self.avatar(owner, &picture)?;
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
            ImportItem::Deleted { author, post } => self.delete(author.as_deref(), &post)?,
            ImportItem::Skipped(skipped) => self.skip(skipped),
        }
        Ok(self.options.limit.is_none_or(|limit| self.stats.posts < limit))
    }

    /// Returns what was imported so far.
    #[must_use]
    pub fn stats(&self) -> ImportStats {
        self.stats
    }

    /// Makes a user follow another, if the source may speak for the first.
    fn follow(&mut self, follower: UserId, followed: UserId) -> Result<()> {
        let mut known = self.connection.prepare_cached("SELECT 1 FROM follow WHERE follower = ?1 AND followed = ?2")?;
        if follower != followed && self.trusted.contains(&follower) && !known.exists([follower.0, followed.0])? {
            follows::follow(self.connection, follower, followed, self.options.now)?;
            self.stats.follows += 1;
        }
        Ok(())
    }

    fn skip(&mut self, skipped: Skipped) {
        self.stats.skipped += u64::from(!skipped.imported);
        (self.skip)(skipped);
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
        if let Some(why) = date_error(post.created_at, self.options.now) {
            self.skip(Skipped { place: post.place, why, imported: false });
            return Ok(());
        }
        if self.options.import_as.is_some() && self.stats.owner.is_none() {
            return Err(StoreError::SeveralAuthors);
        }
        let author = self.user(post.author.as_deref())?;
        if !self.trusted.contains(&author) {
            let name = users::by_id(self.connection, author)?.nickname;
            let why =
                format!("{name} is one of your users: their posts are imported from their own files, with --mine");
            self.skip(Skipped { place: post.place, why, imported: false });
            return Ok(());
        }
        if let Some(known) = self.known_post(author, &post.source, &post.origin.aliases)? {
            return self.change(known, post);
        }
        if self.has_unresolved_posts && adopt::adopt(self.connection, author, &post)?.is_some() {
            self.stats.known += 1;
            return Ok(());
        }
        if let Some(name) = &post.origin.boost_of
            && let Some(boosted) = self.remote_ids.post_by_remote_id(self.connection, name)?
        {
            let new = self.bulk.boost(author, boosted, post.created_at)?;
            *if new { &mut self.stats.posts } else { &mut self.stats.known } += 1;
            return Ok(());
        }
        self.stats.posts += 1;
        self.insert(author, post)
    }

    /// Returns the users whom the nicknames in a text mean, by their URLs.
    fn mentioned(&self, mentions: &[(String, String)]) -> Result<HashMap<String, Option<UserId>>> {
        let mut meant = HashMap::new();
        for (name, url) in mentions {
            let user = match self.people.get(url) {
                Some(id) => Some(*id),
                None => self
                    .connection
                    .prepare_cached("SELECT id FROM user WHERE url = ?1")?
                    .query_row([url], |row| row.get(0).map(UserId))
                    .optional()?
                    .map_or_else(|| published::author(self.connection, url), |id| Ok(Some(id)))?,
            };
            meant.insert(case_fold(name), user);
        }
        Ok(meant)
    }

    fn insert(&mut self, author: UserId, post: RemotePost) -> Result<()> {
        let RemotePost { source, created_at, edited_at, revisions, body, origin, .. } = post;
        let reply_to = match &origin.in_reply_to {
            Some(name) => self.remote_ids.post_by_remote_id(self.connection, name)?,
            None => None,
        };
        let meant = self.mentioned(&post.mentions)?;
        let post = NewPost { author, body, created_at, reply_to, source: Some(source) };
        let id = self.bulk.insert(&post, meant)?;
        remote::insert(self.connection, id, &origin)?;
        self.remote_ids.add(self.connection, id, &origin)?;
        if let Some(edited) = edited_at.filter(|edited| *edited > created_at) {
            self.connection
                .prepare_cached("UPDATE post SET edited_at = ?2 WHERE id = ?1")?
                .execute([id.0, edited.micros()])?;
        }
        self.add_revisions(id, &revisions)?;
        if self.has_pending {
            for name in origin.aliases.iter().chain(&post.source) {
                pending::resolve(self.connection, id, author, name)?;
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
            .connection
            .prepare_cached("INSERT INTO post_version (post, version, body, written_at) VALUES (?1, ?2, ?3, ?4)")?;
        for (number, revision) in (0_i64..).zip(revisions) {
            insert.execute(params![post.0, number, revision.body.as_str(), revision.written_at.micros()])?;
        }
        self.connection
            .prepare_cached(
                "UPDATE post SET edits = (SELECT count(*) FROM post_version WHERE post = ?1) WHERE id = ?1",
            )?
            .execute([post.0])?;
        Ok(())
    }

    /// Adds a like or a bookmark of a user, if the source may speak for them.
    fn react(&mut self, reaction: Reaction, kind: ReactionKind) -> Result<()> {
        let user = self.user(reaction.user.as_deref())?;
        if !self.trusted.contains(&user) {
            return Ok(());
        }
        let at = reaction.at.unwrap_or(self.options.now);
        if let Some(copy) = reaction.copy
            && self.remote_ids.post_by_remote_id(self.connection, &reaction.post)?.is_none()
        {
            self.post(*copy)?;
        }
        let before = self.connection.total_changes();
        match self.remote_ids.post_by_remote_id(self.connection, &reaction.post)? {
            Some(id) => {
                let target = reactions::target(self.connection, id)?;
                match kind {
                    ReactionKind::Like => reactions::like(self.connection, user, target, at)?,
                    ReactionKind::Bookmark => reactions::bookmark(self.connection, user, target, at)?,
                }
            }
            None => {
                pending::add_reaction(self.connection, &reaction.post, user, kind, at)?;
                self.has_pending = true;
            }
        }
        let count = if kind == ReactionKind::Like { &mut self.stats.likes } else { &mut self.stats.bookmarks };
        *count += u64::from(self.connection.total_changes() > before);
        Ok(())
    }
}
