//! Commands about users.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;

use super::args::{Profile, Sort, UserCommand};
use super::{CliError, Context, confirm};
use crate::model::{AboutMe, DisplayName, Email, NewUser, Nickname, Picture, Timestamp, User};
use crate::store::{Store, UserEdit, UserOrder};
use crate::text::{confusable_user, pluralize};
use crate::transfer::ReadError;

pub(super) fn run(context: &mut Context, command: UserCommand) -> Result<(), CliError> {
    match command {
        UserCommand::Add { nickname, profile } => add(context, &nickname, &profile),
        UserCommand::List { reverse, sort, json } => list(context, reverse, sort, json),
        UserCommand::Show { nickname, json } => {
            let store = context.store()?;
            let user = store.user(&nickname)?;
            let active = store.active_user()?.is_some_and(|active| active.id == user.id);
            if json {
                context.out.user_json(&user, store.follow_counts(user.id)?, active)?
            } else {
                let reader = context.viewer(&store, false)?.user;
                let relation = reader.map(|reader| store.relation(reader, user.id)).transpose()?.unwrap_or_default();
                context.out.profile(&user, store.follow_counts(user.id)?, relation)?
            }
            Ok(())
        }
        UserCommand::Edit { nickname, profile, avatar } => edit(context, &nickname, &profile, avatar.as_deref()),
        UserCommand::Rename { old, new } => {
            let mut store = context.store()?;
            let user = store.user(&old)?;
            let renamed = store.rename_user(user.id, &Nickname::parse(&new)?)?;
            context.out.say(&format!("renamed {} to {}", user.nickname, renamed.nickname))?;
            warn_if_alike(context, &store, &renamed)
        }
        UserCommand::Delete { nickname, yes } => delete(context, &nickname, yes),
    }
}

pub(super) fn switch(context: &mut Context, nickname: &str) -> Result<(), CliError> {
    let mut store = context.store()?;
    let id = store.user(nickname)?.id;
    let user = store.set_active_user(id, Timestamp::now())?;
    Ok(context.out.say(&format!("now {}", user.nickname))?)
}

fn email(text: &str) -> Result<Option<Email>, CliError> {
    Ok(if text.trim().is_empty() { None } else { Some(Email::parse(text)?) })
}

fn add(context: &mut Context, nickname: &str, profile: &Profile) -> Result<(), CliError> {
    let user = NewUser {
        nickname: Nickname::parse(nickname)?,
        email: profile.email.as_deref().map(Email::parse).transpose()?,
        display_name: profile.name.as_deref().map(DisplayName::parse).transpose()?.flatten(),
        about_me: profile.about.as_deref().map(AboutMe::parse).transpose()?.flatten(),
    };
    let mut store = context.store()?;
    let user = store.add_user(&user, Timestamp::now())?;
    let active = store.active_user()?.is_some_and(|active| active.id == user.id);
    let note = if active { ", who is now the active user" } else { "" };
    context.out.say(&format!("added {}{note}", user.nickname))?;
    warn_if_alike(context, &store, &user)
}

/// Says so when a new name is easily taken for that of somebody else.
fn warn_if_alike(context: &Context, store: &Store, user: &User) -> Result<(), CliError> {
    if let Some(other) = confusable_user(&store.users(UserOrder::Nickname, false)?, user) {
        let (new, old, last) = (&user.nickname, &other.nickname, user.id.max(other.id).0);
        context.note(&format!(
            "warning: {new} looks like {old}: on screens, whoever came later has ≈{last} behind the name"
        ));
    }
    Ok(())
}

fn list(context: &mut Context, reverse: bool, sort: Sort, json: bool) -> Result<(), CliError> {
    let order = match sort {
        Sort::Nickname => UserOrder::Nickname,
        Sort::Recent => UserOrder::Recent,
        Sort::Posts => UserOrder::Posts,
    };
    let store = context.store()?;
    let users = store.users(order, reverse)?;
    let active = store.active_user()?;
    if json {
        for user in &users {
            let is_active = active.as_ref().is_some_and(|active| active.id == user.id);
            context.out.user_json(user, store.follow_counts(user.id)?, is_active)?;
        }
        return Ok(());
    }
    if users.is_empty() {
        context.note("no users yet: add one with microblog user add NICK");
    }
    Ok(context.out.users(&users, active.as_ref())?)
}

/// What a file shows; none where no file is named.
fn avatar(file: &OsStr) -> Result<Option<Picture>, CliError> {
    if file.is_empty() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let opened = File::open(file);
    let read = opened.and_then(|opened| opened.take(Picture::MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
    let name = file.display().to_string();
    read.map_err(|error| CliError::File(ReadError::file(&name, &error).to_string()))?;
    Ok(Some(Picture::parse(bytes).map_err(|why| CliError::File(format!("{name}: {why}")))?))
}

fn edit(context: &mut Context, nickname: &str, profile: &Profile, picture: Option<&OsStr>) -> Result<(), CliError> {
    let edit = UserEdit {
        email: profile.email.as_deref().map(email).transpose()?,
        display_name: profile.name.as_deref().map(DisplayName::parse).transpose()?,
        about_me: profile.about.as_deref().map(AboutMe::parse).transpose()?,
        avatar: picture.map(avatar).transpose()?,
    };
    if edit == UserEdit::default() {
        let hint = "nothing to change: give --email, --name, --about or --avatar; see microblog user edit --help";
        return Err(CliError::Usage(hint.to_owned()));
    }
    let mut store = context.store()?;
    let id = store.user(nickname)?.id;
    let user = store.edit_user(id, &edit)?;
    Ok(context.out.say(&format!("changed {}", user.nickname))?)
}

fn delete(context: &mut Context, nickname: &str, yes: bool) -> Result<(), CliError> {
    let mut store = context.store()?;
    let user = store.user(nickname)?;
    let posts = pluralize(user.posts, "post");
    if !yes && !confirm(&format!("{} and {posts} would be deleted", user.nickname))? {
        return Ok(context.out.line("nothing deleted")?);
    }
    store.delete_user(user.id)?;
    Ok(context.out.say(&format!("deleted {} and {posts}", user.nickname))?)
}
