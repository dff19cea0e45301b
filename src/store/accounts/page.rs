//! Stores a page of a server in one transaction: its posts, reactions and notifications, and how far the list was read.

use rusqlite::{Connection, OptionalExtension, params};

use super::notices;
use super::rows::{account_of, find_user, put_server_status, remote_id};
use crate::model::{
    Account, AccountList, AccountPage, AccountStatus, AccountUser, GapChange, ImportItem, PostId, Reaction, RemoteUser,
    Skipped, Timestamp, UserId, UserKind,
};
use crate::store::authority::{is_same_host, may_change_post, speaks_for};
use crate::store::bulk::Bulk;
use crate::store::import::{Import, ImportOptions, SourceIdentity, UnreadPosts};
use crate::store::{ImportStats, Result, Store, StoreError, arrivals, feed_avatars, pending, remote, users};

/// Number of posts of a home timeline, the newest, that are unread when it is read for the first time.
const FIRST_UNREAD: usize = 20;

impl Store {
    /// Stores a page of the server of an account in one transaction.
    ///
    /// # Errors
    /// When the store fails, or the account was removed; nothing is stored then.
    pub fn store_account_page(
        &mut self,
        user: UserId,
        page: &AccountPage,
        now: Timestamp,
        skip: &mut dyn FnMut(Skipped),
    ) -> Result<ImportStats> {
        self.write(|transaction| {
            let account = account_of(transaction, user)?.ok_or(StoreError::UserDeleted)?;
            let before = arrivals::last_arrival(transaction)?;
            let options = ImportOptions {
                identity: SourceIdentity::Server(account.server.clone()),
                include_private: true,
                update: true,
                unread: UnreadPosts::All,
                ..ImportOptions::new(now)
            };
            let mut import = Import::start(Bulk::with_triggers(transaction)?, &options, skip)?;
            let uri = account.user.url.clone().unwrap_or_default();
            import.add(ImportItem::User(own(&account, &uri)))?;
            for named in &page.users {
                adopt_feed_user(transaction, &account.server, named)?;
                let kind = kind(transaction, &account.server, &named.user)?;
                import.add(ImportItem::User(RemoteUser { kind, ..named.user.clone() }))?;
            }
            for status in &page.statuses {
                add_status(transaction, &mut import, &account, status)?;
                react(&mut import, page.list, &uri, status)?;
            }
            for notice in &page.notices {
                if let Some(status) = &notice.status {
                    add_status(transaction, &mut import, &account, status)?;
                }
            }
            let stats = import.commit()?;
            for named in &page.users {
                note_avatar(transaction, user, named)?;
            }
            for notice in &page.notices {
                notices::apply(transaction, &account, notice, now, page.is_first)?;
            }
            for followed in &page.follows {
                follow(transaction, user, followed, now)?;
            }
            mark_arrivals(transaction, user, page, before)?;
            store_progress(transaction, user, page)?;
            Ok(stats)
        })
    }
}

/// Stores the address of the avatar of a user.
fn note_avatar(connection: &Connection, account: UserId, named: &AccountUser) -> Result<()> {
    match (&named.avatar, find_user(connection, &named.user.url)?) {
        (Some(avatar), Some(user)) => feed_avatars::note_of_account(connection, account, user, avatar),
        _ => Ok(()),
    }
}

/// Returns the account itself as a user whom a page names.
fn own(account: &Account, uri: &str) -> RemoteUser {
    RemoteUser {
        url: uri.to_owned(),
        nickname: account.user.nickname.clone(),
        kind: UserKind::Claimed,
        display_name: None,
        about_me: None,
        email: None,
        last_seen: None,
    }
}

/// Returns the kind that a user has: servers may add posts to their own accounts, but not to other users of ours.
fn kind(connection: &Connection, server: &str, person: &RemoteUser) -> Result<UserKind> {
    let mut is_account = connection.prepare_cached(
        "SELECT 1 FROM user u CROSS JOIN account a ON a.user = u.id WHERE u.url = ?1 AND a.server = ?2",
    )?;
    Ok(if is_account.exists([&person.url, server])? { UserKind::Claimed } else { UserKind::Remote })
}

/// Makes the user of a feed the user of the account whose feed it is: the one at the address of its page, with `.rss`. Of
/// an account on another server, its name has to be in both addresses.
fn adopt_feed_user(connection: &Connection, server: &str, named: &AccountUser) -> Result<()> {
    let Some(page) = &named.page else { return Ok(()) };
    let name = |address: &str| address.rsplit('/').next().map(|name| name.trim_start_matches('@').to_lowercase());
    if !speaks_for(server, &named.user.url) && name(page) != name(&named.user.url) {
        return Ok(());
    }
    let mut known = connection.prepare_cached("SELECT 1 FROM user WHERE url = ?1")?;
    if known.exists([&named.user.url])? {
        return Ok(());
    }
    connection
        .prepare_cached(
            "UPDATE user SET url = ?1 WHERE kind = 'remote'
                 AND id IN (SELECT user FROM subscription WHERE url IN (?2 || '.rss', ?2))",
        )?
        .execute([&named.user.url, page])?;
    Ok(())
}

/// Adds a status, and before it the one that it boosts.
fn add_status(
    connection: &Connection,
    import: &mut Import<'_>,
    account: &Account,
    status: &AccountStatus,
) -> Result<()> {
    let mut post = status.post.clone();
    if let Some(boosted) = &status.boosted {
        add_status(connection, import, account, boosted)?;
        let mut known = connection.prepare_cached("SELECT 1 FROM post WHERE source = ?1")?;
        if !known.exists([&boosted.post.source])? {
            return Ok(());
        }
    } else if !post.author.as_deref().is_some_and(|author| is_same_host(&post.source, author)) {
        // A server could otherwise pass off its own text as a post of another one.
        return Ok(());
    }
    let by_id = |id: &str| remote::status_id(&account.server, id);
    if let Some(parent) = &status.parent_id {
        post.origin.in_reply_to = Some(match remote_id(connection, account.user.id, parent)? {
            Some(source) => source,
            // It is linked when it comes.
            None => by_id(parent),
        });
    }
    let Some(author) = post.author.as_deref().map(|url| find_user(connection, url)).transpose()?.flatten() else {
        return Ok(());
    };
    if is_deleted(connection, author, status)? {
        return Ok(());
    }
    let source = post.source.clone();
    let known = stored(connection, author, &source, status)?;
    let may_change = match known {
        Some(id) => may_change_post(connection, (account.user.id, &account.server), author, id)?,
        None => true,
    };
    if may_change {
        import.add(ImportItem::Post(Box::new(post)))?;
    }
    let Some(id) = stored(connection, author, &source, status)? else { return Ok(()) };
    // The counts of a server that only repeats a post are not stored, because they would show that it brought the post.
    if may_change || is_of_server(connection, id)? {
        put_server_status(connection, account.user.id, id, &status.server)?;
    }
    pending::resolve_proven(connection, id, author, &by_id(&status.server.id))
}

/// Returns whether the server of any account has a post.
fn is_of_server(connection: &Connection, post: PostId) -> Result<bool> {
    Ok(connection.prepare_cached("SELECT 1 FROM server_status WHERE post = ?1")?.exists([post])?)
}

/// Returns whether a status was deleted here, or its boost undone: the server may not know it yet.
fn is_deleted(connection: &Connection, author: UserId, status: &AccountStatus) -> Result<bool> {
    let boosted = status.boosted.as_ref().map(|boosted| &boosted.post.source);
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM deleted_post d INDEXED BY deleted_post_author WHERE d.author = ?1 AND (d.source = ?2
             OR ?3 IS NOT NULL AND EXISTS (SELECT 1 FROM post p WHERE p.id = d.boost_of AND p.source = ?3))",
    )?;
    Ok(statement.exists(params![author, status.post.source, boosted])?)
}

/// Returns the row of a status that was just added.
fn stored(connection: &Connection, author: UserId, source: &str, status: &AccountStatus) -> Result<Option<PostId>> {
    let mut by_source = connection.prepare_cached("SELECT id FROM post WHERE source = ?1 AND author = ?2")?;
    if let Some(id) = by_source.query_row(params![source, author], |row| row.get(0)).optional()? {
        return Ok(Some(id));
    }
    let mut by_alias = connection.prepare_cached(
        "SELECT p.id FROM other_name o CROSS JOIN post p ON p.id = o.post WHERE o.name = ?1 AND p.author = ?2",
    )?;
    if let Some(id) = by_alias.query_row(params![source, author], |row| row.get(0)).optional()? {
        return Ok(Some(id));
    }
    // A boost has no remote id here.
    let Some(boosted) = &status.boosted else { return Ok(None) };
    let mut boost = connection.prepare_cached(
        "SELECT w.id FROM post p CROSS JOIN post w INDEXED BY post_boost_once ON w.boost_of = p.id
         WHERE p.source = ?1 AND w.author = ?2",
    )?;
    Ok(boost.query_row(params![boosted.post.source, author], |row| row.get(0)).optional()?)
}

/// Likes or bookmarks a status of the account's lists of these.
fn react(import: &mut Import<'_>, list: Option<AccountList>, uri: &str, status: &AccountStatus) -> Result<()> {
    let reaction = || Reaction { user: Some(uri.to_owned()), post: status.post.source.clone(), at: None, copy: None };
    match list {
        Some(AccountList::Likes) => import.add(ImportItem::Like(reaction())).map(drop),
        Some(AccountList::Bookmarks) => import.add(ImportItem::Bookmark(reaction())).map(drop),
        _ => Ok(()),
    }
}

/// Makes an account follow a user, unless it unfollowed them here since; its server has notified them.
fn follow(connection: &Connection, user: UserId, followed: &str, now: Timestamp) -> Result<()> {
    let Some(followed) = find_user(connection, followed)?.filter(|followed| *followed != user) else { return Ok(()) };
    users::by_id(connection, followed)?;
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO follow (follower, followed, since) SELECT ?1, ?2, ?3
             WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE target = ?2 AND user = ?1 AND action = 'unfollow')",
        )?
        .execute(params![user, followed, now])?;
    Ok(())
}

/// Marks the new posts that you do not need to read: those of lists that you have seen on the server, and all but the
/// newest of a home timeline that is read for the first time.
fn mark_arrivals(connection: &Connection, user: UserId, page: &AccountPage, before: i64) -> Result<()> {
    let last = arrivals::last_arrival(connection)?;
    let mut unread_ids = match (page.list, page.is_first) {
        (Some(AccountList::Home | AccountList::Notifications), false) => return Ok(()),
        (Some(AccountList::Home), true) => {
            let newest = page.statuses.iter().rev().take(FIRST_UNREAD);
            let ids = newest.map(|status| status_row(connection, user, &status.server.id));
            ids.filter_map(Result::transpose).collect::<Result<Vec<i64>>>()?
        }
        _ => Vec::new(),
    };
    unread_ids.retain(|id| *id > before);
    unread_ids.sort_unstable();
    let mut first = before + 1;
    for id in unread_ids {
        arrivals::mark_read_on_arrival(connection, first, id - 1)?;
        first = id + 1;
    }
    arrivals::mark_read_on_arrival(connection, first, last)
}

/// Returns the row of the post that the server of an account knows by this id.
fn status_row(connection: &Connection, user: UserId, status_id: &str) -> Result<Option<i64>> {
    let mut statement = connection.prepare_cached(
        "SELECT post FROM server_status INDEXED BY server_status_id WHERE user = ?1 AND status_id = ?2",
    )?;
    Ok(statement.query_row(params![user, status_id], |row| row.get(0)).optional()?)
}

/// Stores how far the list was read, and the gaps in it.
fn store_progress(connection: &Connection, user: UserId, page: &AccountPage) -> Result<()> {
    if let (Some(list), Some(newest)) = (page.list, &page.newest) {
        connection
            .prepare_cached("INSERT OR REPLACE INTO account_cursor (user, list, newest) VALUES (?1, ?2, ?3)")?
            .execute(params![user, list.word(), newest])?;
    }
    match &page.gap {
        GapChange::None => {}
        GapChange::Add { before, after } => {
            let oldest = page.statuses.first().map(|status| status.post.created_at);
            let Some(position) = oldest else { return Ok(()) };
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO account_gap (user, position, before, after) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![user, position, before, after])?;
        }
        GapChange::Shrink(gap, after) => {
            connection
                .prepare_cached("UPDATE account_gap SET after = ?3 WHERE user = ?1 AND position = ?2")?
                .execute(params![user, gap.position, after])?;
        }
        GapChange::Close(gap) => {
            connection
                .prepare_cached("DELETE FROM account_gap WHERE user = ?1 AND position = ?2")?
                .execute(params![user, gap.position])?;
        }
    }
    Ok(())
}
