//! Lines becoming a database again. Into an empty one everything comes as it was, numbers included; into one that is
//! not empty it is merged, as docs/jsonl.md says.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Transaction, params};

use super::{OF_USERS, PanesLine};
use crate::model::{
    AboutMe, Body, Deed, DisplayName, DraftLine, Email, FilterLine, Head, HomeWord, Line, NewPost, Nickname,
    NotificationLine, PairLine, Phrase, PostId, PostLine, ReactionLine, ReadLine, SearchLine, Skipped, Timestamp,
    UserId, UserLine, WaitingLine, fold,
};
use crate::store::intake::{Taken, Terms};
use crate::store::words::{self, Names};
use crate::store::{Result, Store, StoreError, notifications, origins, posts, reactions};
use crate::text::mentions;

/// A database that is being taken in.
pub struct Whole<'a> {
    transaction: &'a Transaction<'a>,
    skip: &'a mut dyn FnMut(Skipped),
    taken: Taken,
    /// There was nothing here: numbers stay as they are.
    empty: bool,
    head: Option<Head>,
    /// The users by the nicknames that they have in the file.
    users: HashMap<String, UserId>,
    names: Names,
    /// Answers that came before what they answer: the answer here, and the number of the other in the file.
    later: Vec<(PostId, i64)>,
}

/// Why a line is not taken; the place is added by [`Whole::take`].
type Refused = String;
/// Whether a line could be taken, if the store did not fail.
type Took = Result<std::result::Result<(), Refused>>;

/// Leaves a function with a reason for not taking the line.
macro_rules! refuse {
    ($($why:tt)*) => { return Ok(Err(format!($($why)*))) };
}

/// What is there; else it leaves the function with why it is not.
macro_rules! taken {
    ($found:expr) => {
        match $found {
            Ok(found) => found,
            Err(why) => return Ok(Err(why.to_string())),
        }
    };
}

impl Store {
    /// Takes in the lines that `read` gives to the [`Whole`], in one transaction; nothing of them if that fails.
    /// Each line that cannot be taken is told to `skip`.
    ///
    /// # Errors
    /// What `read` says, or the store.
    pub fn take_whole<E: From<StoreError>>(
        &mut self,
        terms: &Terms,
        skip: &mut dyn FnMut(Skipped),
        read: impl FnOnce(&mut Whole<'_>) -> Result<(), E>,
    ) -> Result<Taken, E> {
        self.bulk_or(|bulk| {
            let transaction = bulk.transaction();
            let mut whole = Whole {
                empty: is_empty(transaction)?,
                transaction,
                skip,
                taken: Taken::default(),
                head: None,
                users: HashMap::new(),
                names: Names::default(),
                later: Vec::new(),
            };
            transaction
                .execute_batch("CREATE TEMP TABLE here (theirs INTEGER PRIMARY KEY, ours INTEGER NOT NULL)")
                .map_err(StoreError::from)?;
            read(&mut whole)?;
            whole.finish()?;
            transaction.execute_batch("DROP TABLE temp.here").map_err(StoreError::from)?;
            Ok((whole.taken, !terms.dry))
        })
    }
}

/// Whether there is nobody, and never was.
fn is_empty(transaction: &Transaction<'_>) -> Result<bool> {
    Ok(!transaction.prepare("SELECT 1 FROM user UNION ALL SELECT 1 FROM post")?.exists([])?)
}

impl Whole<'_> {
    /// Takes one line; `place` says where it stands.
    ///
    /// # Errors
    /// When the store fails.
    pub fn take(&mut self, line: Line, place: &str) -> Result<()> {
        let took = match line {
            Line::Microblog(head) => {
                self.head = Some(head);
                Ok(Ok(()))
            }
            Line::User(user) => self.user(&user),
            Line::Active(nickname) => self.active(&nickname),
            Line::Panes(panes) => self.panes(&panes),
            Line::Post(post) => self.post(*post),
            Line::Follow(pair) => {
                self.pair(&pair, "INSERT OR IGNORE INTO follow (follower, followed, since) VALUES (?1, ?2, ?3)")
            }
            Line::Mute(pair) => {
                self.pair(&pair, "INSERT OR IGNORE INTO mute (muter, muted, since) VALUES (?1, ?2, ?3)")
            }
            Line::Like(line) => self.react(&line, "INSERT OR IGNORE INTO liked (user, moment, at) VALUES (?1, ?2, ?3)"),
            Line::Bookmark(line) => {
                self.react(&line, "INSERT OR IGNORE INTO bookmark (user, moment, at) VALUES (?1, ?2, ?3)")
            }
            Line::Waiting(line) => self.waiting(&line),
            Line::Draft(draft) => self.draft(&draft),
            Line::Filter(filter) => self.filter(&filter),
            Line::Search(search) => self.search(&search),
            Line::Read(read) => self.read(&read),
            Line::Notification(line) => self.notification(&line),
        };
        if let Err(why) = took? {
            self.skip(place, why);
        }
        Ok(())
    }

    /// Passes over a line that could not be read.
    pub fn skip(&mut self, place: &str, why: String) {
        self.taken.skipped += 1;
        (self.skip)(Skipped { place: place.to_owned(), why });
    }

    /// What was taken so far.
    #[must_use]
    pub fn taken(&self) -> Taken {
        self.taken
    }

    fn run(&self, sql: &str, params: impl rusqlite::Params) -> Result<bool> {
        Ok(self.transaction.prepare_cached(sql)?.execute(params)? > 0)
    }

    /// Ties answers to what came after them, and makes sure that no number is given again.
    fn finish(&mut self) -> Result<()> {
        for (answer, theirs) in std::mem::take(&mut self.later) {
            self.tie(answer, theirs)?;
        }
        if let Some(head) = self.head.take().filter(|_| self.empty) {
            for (table, last) in [("user", head.last_user), ("post", head.last_post)] {
                let given: Option<i64> = self
                    .transaction
                    .query_row("SELECT seq FROM sqlite_sequence WHERE name = ?1", [table], |row| row.get(0))
                    .optional()?;
                self.run("DELETE FROM sqlite_sequence WHERE name = ?1", [table])?;
                self.run(
                    "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)",
                    params![table, last.max(given.unwrap_or(0))],
                )?;
            }
        }
        Ok(())
    }

    fn tie(&self, answer: PostId, theirs: i64) -> Result<()> {
        let mut marks = format!(" {}", words::is_reply());
        let answered = match self.here(theirs)? {
            Some(ours) => {
                let author = self
                    .transaction
                    .prepare_cached("UPDATE post SET replies = replies + 1 WHERE id = ?1 RETURNING author")?
                    .query_row([ours.0], |row| row.get(0).map(UserId))?;
                marks.push_str(&format!(" {}", words::to(author)));
                ours.0
            }
            // What it answered is gone. In a database of its own the number still says that there was something.
            None if self.empty => theirs,
            None => return Ok(()),
        };
        self.run(
            "UPDATE post SET reply_to = ?2, marks = marks || ?3 WHERE id = ?1",
            params![answer.0, answered, marks],
        )?;
        Ok(())
    }

    /// The post here that has this number in the file.
    fn here(&self, theirs: i64) -> Result<Option<PostId>> {
        let sql = if self.empty {
            "SELECT id FROM post WHERE id = ?1"
        } else {
            "SELECT ours FROM temp.here WHERE theirs = ?1"
        };
        Ok(self.transaction.prepare_cached(sql)?.query_row([theirs], |row| row.get(0).map(PostId)).optional()?)
    }

    fn someone(&self, nickname: &str) -> std::result::Result<UserId, Refused> {
        let nobody = || format!("it is of {nickname:?}, who is no user of this file");
        self.users.get(&fold(nickname)).copied().ok_or_else(nobody)
    }

    fn user(&mut self, line: &UserLine) -> Took {
        let nickname = taken!(Nickname::parse(&line.nickname));
        let key = nickname.key();
        let id = match self.known_user(line, &key)? {
            Some(id) => {
                self.run(
                    "UPDATE user SET display_name = ifnull(display_name, ?2), about_me = ifnull(about_me, ?3),
                         last_seen = max(ifnull(last_seen, ?4), ifnull(?4, last_seen)), url = ifnull(url, ?5)
                     WHERE id = ?1",
                    params![id.0, name_of(line), about(line), line.last_seen.map(Timestamp::micros), line.url],
                )?;
                id
            }
            None => taken!(self.add_user(line, nickname)?),
        };
        self.users.insert(key, id);
        Ok(Ok(()))
    }

    /// The user here who is the one of the line: of the same address or, where not both have one, of the same nickname.
    fn known_user(&self, line: &UserLine, key: &str) -> Result<Option<UserId>> {
        let by = |sql: &str, value: &dyn rusqlite::ToSql| -> Result<Option<UserId>> {
            Ok(self
                .transaction
                .prepare_cached(sql)?
                .query_row(params![value, line.url], |row| row.get(0).map(UserId))
                .optional()?)
        };
        if let Some(url) = &line.url
            && let Some(id) = by("SELECT id FROM user WHERE url = ?1 AND ?2 IS NOT NULL", url)?
        {
            return Ok(Some(id));
        }
        by("SELECT id FROM user WHERE nickname_key = ?1 AND (url IS NULL OR ?2 IS NULL)", &key)
    }

    fn add_user(&mut self, line: &UserLine, nickname: Nickname) -> Result<std::result::Result<UserId, Refused>> {
        let taken =
            |sql: &str, value: &str| -> Result<bool> { Ok(self.transaction.prepare_cached(sql)?.exists([value])?) };
        let mut free = nickname.clone();
        for number in 2.. {
            if !taken("SELECT 1 FROM user WHERE nickname_key = ?1", &free.key())? {
                break;
            }
            free = nickname.numbered(number);
        }
        let email = line.email.as_deref().and_then(|email| Email::parse(email).ok());
        let email = match email {
            Some(email) if !taken("SELECT 1 FROM user WHERE email_key = ?1", &email.key())? => Some(email),
            _ => None,
        };
        if self.empty && taken("SELECT 1 FROM user WHERE id = ?1", &line.id.to_string())? || line.id < 1 {
            return Ok(Err(format!("the number {} is given twice, or is none", line.id)));
        }
        self.run(
            "INSERT INTO user (id, nickname, nickname_key, email, email_key, display_name, about_me, created_at,
                 last_seen, url, home) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                self.empty.then_some(line.id),
                free.as_str(),
                free.key(),
                email.as_ref().map(Email::as_str),
                email.as_ref().map(Email::key),
                name_of(line),
                about(line),
                line.created_at.map(Timestamp::micros),
                line.last_seen.map(Timestamp::micros),
                line.url,
                match line.home {
                    HomeWord::Here => 0,
                    HomeWord::Elsewhere => 1,
                    HomeWord::Claimed => 2,
                },
            ],
        )?;
        self.taken.users += 1;
        self.names.users_changed();
        Ok(Ok(UserId(self.transaction.last_insert_rowid())))
    }

    fn active(&self, nickname: &str) -> Took {
        let user = taken!(self.someone(nickname));
        self.run("INSERT OR IGNORE INTO active_user (one, user) VALUES (1, ?1)", [user.0])?;
        Ok(Ok(()))
    }

    fn panes(&self, line: &PanesLine) -> Took {
        let sql = "INSERT OR IGNORE INTO panes (one, users, timeline) VALUES (1, ?1, ?2)";
        self.run(sql, [line.users, line.timeline])?;
        Ok(Ok(()))
    }

    fn post(&mut self, line: PostLine) -> Took {
        let author = taken!(self.someone(&line.author));
        let theirs = line.id;
        if theirs < 1 || self.here(theirs)?.is_some() {
            refuse!("the number {theirs} is given twice, or is none");
        }
        let boosted = match line.boost_of {
            None => None,
            Some(boosted) => match self.here(boosted)? {
                Some(boosted) => Some(boosted),
                None => refuse!("it boosts post {boosted}, which is not here"),
            },
        };
        if let Some(why) = wrong(&line) {
            return Ok(Err(why));
        }
        let known = if self.empty { None } else { self.known_post(&line, author, boosted)? };
        let id = match known {
            Some(known) => {
                self.taken.known += 1;
                known
            }
            None => self.add_post(line, author, boosted)?,
        };
        if !self.empty {
            self.run("INSERT INTO temp.here (theirs, ours) VALUES (?1, ?2)", [theirs, id.0])?;
        }
        Ok(Ok(()))
    }

    /// The post here that is the one of the line: the same boost; of the same author and source; or of the same author
    /// and moment, where both once said the same.
    fn known_post(&self, line: &PostLine, author: UserId, boosted: Option<PostId>) -> Result<Option<PostId>> {
        let id = |row: &rusqlite::Row<'_>| row.get(0).map(PostId);
        if let Some(boosted) = boosted {
            let mut same =
                self.transaction.prepare_cached("SELECT id FROM post WHERE boost_of = ?1 AND author = ?2")?;
            return Ok(same.query_row([boosted.0, author.0], id).optional()?);
        }
        if let Some(source) = &line.source {
            let mut same = self.transaction.prepare_cached("SELECT id FROM post WHERE source = ?1 AND author = ?2")?;
            return Ok(same.query_row(params![source, author.0], id).optional()?);
        }
        let mut there = self.transaction.prepare_cached("SELECT id, author, body FROM post WHERE created_at = ?1")?;
        let mut versions = self.transaction.prepare_cached("SELECT body FROM post_version WHERE post = ?1")?;
        // Had the moment been taken when it came before, it stands at the next one that was free.
        for micros in line.created_at.micros().. {
            let found = there
                .query_row([micros], |row| Ok((id(row)?, UserId(row.get(1)?), row.get::<_, Option<String>>(2)?)))
                .optional()?;
            let Some((id, who, body)) = found else { return Ok(None) };
            if who == author && body.is_some() {
                let before = versions.query_map([id.0], |row| row.get::<_, String>(0))?;
                let texts = body.into_iter().map(Ok).chain(before).collect::<rusqlite::Result<Vec<_>>>()?;
                let mut theirs = line.versions.iter().map(|version| &version.body).chain(&line.body);
                if theirs.any(|text| texts.contains(text)) {
                    return Ok(Some(id));
                }
            }
        }
        Ok(None)
    }

    fn add_post(&mut self, line: PostLine, author: UserId, boosted: Option<PostId>) -> Result<PostId> {
        let at = posts::free_moment(self.transaction, line.created_at)?;
        let awaited = line.origin.as_ref().and_then(|origin| origin.answers.as_deref()).filter(|_| !self.empty);
        let answered = match (line.reply_to, awaited) {
            (Some(theirs), _) => self.here(theirs)?,
            (None, Some(name)) => origins::named(self.transaction, name)?,
            (None, None) => None,
        };
        let later = line.reply_to.filter(|_| answered.is_none());
        let number = self.empty.then_some(line.id);
        let words = match line.body {
            Some(ref body) => Some(self.words(&line, body, author, answered)?),
            None => None,
        };
        self.run(
            "INSERT INTO post (id, author, body, created_at, reply_to, source, boost_of, edited_at, edits, marks)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                number,
                author.0,
                line.body,
                at.micros(),
                answered.map(|id| id.0),
                line.source,
                boosted.map(|id| id.0),
                line.edited_at.map(Timestamp::micros),
                line.edits,
                words.as_ref().map(|words| &words.marks),
            ],
        )?;
        let id = PostId(self.transaction.last_insert_rowid());
        if let Some(words) = words {
            words::keep(self.transaction, &words, at)?;
        }
        for version in &line.versions {
            self.run(
                "INSERT OR IGNORE INTO post_version (post, version, body, written_at) VALUES (?1, ?2, ?3, ?4)",
                params![id.0, version.version, version.body, version.written_at.micros()],
            )?;
        }
        if let Some(origin) = &line.origin {
            origins::keep(self.transaction, id, origin)?;
        }
        if !self.empty {
            let names = line.origin.iter().flat_map(|origin| &origin.names).chain(&line.source);
            for name in names {
                origins::arrived(self.transaction, id, author, name)?;
            }
        }
        self.later.extend(later.map(|theirs| (id, theirs)));
        self.taken.posts += 1;
        Ok(id)
    }

    /// What the words of a body stand for: those users whom they stood for where it comes from, and nobody else.
    fn words(&mut self, line: &PostLine, body: &str, author: UserId, answered: Option<PostId>) -> Result<words::Words> {
        let mut meant = HashMap::new();
        if body.contains('@') {
            meant.extend(mentions(body).into_iter().map(|name| (fold(&name), None)));
            for mention in &line.mentions {
                meant.insert(fold(&mention.name), self.users.get(&fold(&mention.user)).copied());
            }
        }
        self.names.meant = meant;
        let to = match answered {
            Some(id) => Some(
                self.transaction
                    .prepare_cached("SELECT author FROM post WHERE id = ?1")?
                    .query_row([id.0], |row| row.get(0).map(UserId))?,
            ),
            None => None,
        };
        let (body, created_at) = (Body::stored(body.to_owned()), line.created_at);
        let post = NewPost { author, body, created_at, reply_to: answered, source: None };
        words::find(self.transaction, &mut self.names, &post, to)
    }

    fn pair(&mut self, line: &PairLine, sql: &str) -> Took {
        let (user, whom) = (taken!(self.someone(&line.user)), taken!(self.someone(&line.whom)));
        if user == whom {
            refuse!("nobody follows or mutes themselves");
        }
        let new = self.run(sql, [user.0, whom.0, line.since.micros()])?;
        self.taken.follows += u64::from(new && sql.contains("INTO follow"));
        Ok(Ok(()))
    }

    fn react(&mut self, line: &ReactionLine, sql: &str) -> Took {
        let user = taken!(self.someone(&line.user));
        let Some(post) = self.here(line.post)? else { refuse!("post {} is not here", line.post) };
        let moment = reactions::target(self.transaction, post)?.moment;
        self.taken.reactions += u64::from(self.run(sql, [user.0, moment, line.at.micros()])?);
        Ok(Ok(()))
    }

    fn waiting(&mut self, line: &WaitingLine) -> Took {
        let user = taken!(self.someone(&line.user));
        let deed = match line.deed {
            Deed::Like => 1,
            Deed::Bookmark => 2,
        };
        match origins::named(self.transaction, &line.name)? {
            Some(post) if !self.empty => {
                let target = reactions::target(self.transaction, post)?;
                match line.deed {
                    Deed::Like => reactions::like(self.transaction, user, target, line.at)?,
                    Deed::Bookmark => reactions::bookmark(self.transaction, user, target, line.at)?,
                }
            }
            _ => origins::wait(self.transaction, &line.name, user, deed, line.at)?,
        }
        Ok(Ok(()))
    }

    fn draft(&mut self, line: &DraftLine) -> Took {
        let user = taken!(self.someone(&line.user));
        let reply_to = match line.reply_to {
            Some(theirs) if self.empty => theirs,
            // What it answered is not here: it becomes a plain one rather than be lost.
            Some(theirs) => self.here(theirs)?.map_or(0, |id| id.0),
            None => 0,
        };
        let mut known = self.transaction.prepare_cached("SELECT body FROM draft WHERE user = ?1 AND reply_to = ?2")?;
        let known: Option<String> = known.query_row([user.0, reply_to], |row| row.get(0)).optional()?;
        let body = match known {
            Some(known) if known.contains(&line.body) => return Ok(Ok(())),
            Some(known) => format!("{known}\n\n{}", line.body),
            None => line.body.clone(),
        };
        self.run(
            "INSERT OR REPLACE INTO draft (user, reply_to, body, saved_at) VALUES (?1, ?2, ?3, ?4)",
            params![user.0, reply_to, body, line.saved_at.micros()],
        )?;
        Ok(Ok(()))
    }

    fn filter(&mut self, line: &FilterLine) -> Took {
        let (user, phrase) = (taken!(self.someone(&line.user)), taken!(Phrase::parse(&line.phrase)));
        self.run(
            "INSERT OR IGNORE INTO filter (user, phrase_key, phrase, folded, until) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![user.0, phrase.key(), phrase.as_str(), line.folded, line.until.map(Timestamp::micros)],
        )?;
        Ok(Ok(()))
    }

    fn search(&mut self, line: &SearchLine) -> Took {
        let user = taken!(self.someone(&line.user));
        if line.name.trim().is_empty() {
            refuse!("a search that is kept needs a name");
        }
        self.run(
            "INSERT OR IGNORE INTO saved_search (user, name_key, name, query) VALUES (?1, ?2, ?3, ?4)",
            params![user.0, fold(line.name.trim()), line.name.trim(), line.query],
        )?;
        Ok(Ok(()))
    }

    fn read(&mut self, line: &ReadLine) -> Took {
        let user = taken!(self.someone(&line.user));
        let timeline = match line.timeline.split_once(' ') {
            Some((kind, nickname)) if OF_USERS.contains(&kind) => {
                format!("{kind} {}", taken!(self.someone(nickname)).0)
            }
            _ => line.timeline.clone(),
        };
        self.run(
            "INSERT INTO read_mark (user, timeline, seen, place) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET seen = max(seen, excluded.seen)",
            params![user.0, timeline, line.seen.micros(), line.place.map(Timestamp::micros)],
        )?;
        Ok(Ok(()))
    }

    fn notification(&mut self, line: &NotificationLine) -> Took {
        let (user, actor) = (taken!(self.someone(&line.user)), taken!(self.someone(&line.actor)));
        let kind = notifications::number(line.kind);
        if (kind == 1) != line.post.is_none() {
            refuse!("only who follows is told of without a post");
        }
        let post = match line.post {
            Some(theirs) if self.empty => Some(theirs),
            // Of a post that is gone nobody is told any more.
            Some(theirs) => match self.here(theirs)? {
                Some(id) => Some(id.0),
                None => return Ok(Ok(())),
            },
            None => None,
        };
        let told = "SELECT 1 FROM notification WHERE user = ?1 AND kind = ?2 AND actor = ?3 AND post IS ?4";
        if !self.empty && self.transaction.prepare_cached(told)?.exists(params![user.0, kind, actor.0, post])? {
            return Ok(Ok(()));
        }
        let mut at = line.at.micros();
        let mut taken = self.transaction.prepare_cached("SELECT 1 FROM notification WHERE user = ?1 AND at = ?2")?;
        while taken.exists([user.0, at])? {
            at += 1;
        }
        self.run(
            "INSERT INTO notification (user, at, kind, actor, post) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![user.0, at, kind, actor.0, post],
        )?;
        Ok(Ok(()))
    }
}

fn name_of(line: &UserLine) -> Option<String> {
    let name = DisplayName::parse(line.display_name.as_deref()?).ok().flatten()?;
    Some(name.as_str().to_owned())
}

fn about(line: &UserLine) -> Option<String> {
    let about = AboutMe::parse(line.about_me.as_deref()?).ok().flatten()?;
    Some(about.as_str().to_owned())
}

/// What the store would not hold of a post.
fn wrong(line: &PostLine) -> Option<Refused> {
    let odd = |c: char| c.is_control() && c != '\n';
    match (&line.body, line.boost_of) {
        (Some(_), Some(_)) => Some("a boost has no text of its own".to_owned()),
        (None, None) => Some("it has no text".to_owned()),
        (None, Some(_)) if line.reply_to.is_some() => Some("a boost answers nothing".to_owned()),
        (Some(body), None) if Body::imported(body).is_err() || body.contains('\0') => {
            Some("the text is blank, or holds the character U+0000".to_owned())
        }
        (Some(body), None) if line.source.is_none() && body.contains(odd) => {
            Some("the text holds control characters, as only posts that were brought in do".to_owned())
        }
        _ => None,
    }
}
