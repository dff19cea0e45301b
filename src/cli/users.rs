//! Commands that list, show, add, edit and delete users.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;

use super::args::users::{ProfileFields, UserCommand, UserSort};
use super::confirm::confirm;
use super::{CliError, Context};
use crate::model::{AboutMe, DisplayName, Email, NewUser, Nickname, Picture, Timestamp, User};
use crate::store::{Store, UserEdit, UserOrder};
use crate::text::{confusable_user, pluralize};
use crate::transfer::ReadError;

pub(super) fn run(context: &mut Context, command: UserCommand) -> Result<(), CliError> {
    match command {
        UserCommand::Add { nickname, profile } => add(context, &nickname, &profile),
        UserCommand::List { reverse, sort, json } => list(context, reverse, sort, json),
        UserCommand::Show { nickname, json } => show(context, &nickname, json),
        UserCommand::Edit { nickname, profile, avatar } => edit(context, &nickname, &profile, avatar.as_deref()),
        UserCommand::Rename { old, new } => rename(context, &old, &new),
        UserCommand::Delete { nickname, yes } => delete(context, &nickname, yes),
    }
}

pub(super) fn switch(context: &mut Context, nickname: &str) -> Result<(), CliError> {
    let mut store = context.store()?;
    let id = store.user(nickname)?.id;
    let user = store.set_active_user(id, Timestamp::now())?;
    Ok(context.out.clean_line(&format!("switched to @{}", user.nickname))?)
}

pub(super) fn whoami(context: &mut Context) -> Result<(), CliError> {
    let user = context.actor(&context.store()?)?;
    Ok(context.out.clean_line(user.nickname.as_str())?)
}

fn add(context: &mut Context, nickname: &str, profile: &ProfileFields) -> Result<(), CliError> {
    let user = NewUser {
        nickname: Nickname::parse(nickname)?,
        email: profile.email.as_deref().map(Email::parse).transpose()?,
        display_name: profile.name.as_deref().map(DisplayName::parse).transpose()?.flatten(),
        about_me: profile.about.as_deref().map(AboutMe::parse).transpose()?.flatten(),
    };
    let mut store = context.store()?;
    let user = store.add_user(&user, Timestamp::now())?;
    let is_active = store.active_user()?.is_some_and(|active| active.id == user.id);
    let note = if is_active { ", now the active user" } else { "" };
    context.out.clean_line(&format!("added @{}{note}", user.nickname))?;
    warn_if_confusable(context, &store, &user)
}

/// Warns when a new nickname looks like an existing one.
fn warn_if_confusable(context: &Context, store: &Store, user: &User) -> Result<(), CliError> {
    if let Some(other) = confusable_user(&store.users(UserOrder::Nickname, false)?, user) {
        let (new, old, newer) = (&user.nickname, &other.nickname, user.id.max(other.id).0);
        context.note(&format!(
            "warning: {new} looks like {old}: the newer of the two is shown with ≈{newer} after the name"
        ));
    }
    Ok(())
}

fn list(context: &mut Context, reverse: bool, sort: UserSort, json: bool) -> Result<(), CliError> {
    let order = match sort {
        UserSort::Nickname => UserOrder::Nickname,
        UserSort::Recent => UserOrder::Recent,
        UserSort::Posts => UserOrder::Posts,
    };
    let store = context.store()?;
    let users = store.users(order, reverse)?;
    if json {
        return print(context, &store, &users, true);
    }
    if users.is_empty() {
        context.note("no users yet: add one with microblog user add NICK");
    }
    Ok(context.out.user_table(&users, store.active_user()?.as_ref())?)
}

/// Prints users, one nickname per line or as JSON.
pub(super) fn print(context: &mut Context, store: &Store, users: &[User], json: bool) -> Result<(), CliError> {
    for user in users {
        if json {
            print_json(context, store, user)?;
        } else {
            context.out.clean_line(user.nickname.as_str())?;
        }
    }
    Ok(())
}

/// Prints a user as JSON.
pub(super) fn print_json(context: &mut Context, store: &Store, user: &User) -> Result<(), CliError> {
    let is_active = store.active_user()?.is_some_and(|active| active.id == user.id);
    Ok(context.out.user_json(user, store.follow_counts(user.id)?, is_active)?)
}

fn show(context: &mut Context, nickname: &str, json: bool) -> Result<(), CliError> {
    let store = context.store()?;
    let user = store.user(nickname)?;
    if json {
        return print_json(context, &store, &user);
    }
    let viewer = context.viewer(&store, false)?.user;
    let relation = viewer.map(|viewer| store.relation(viewer, user.id)).transpose()?.unwrap_or_default();
    context.out.profile(&user, store.follow_counts(user.id)?, relation)?;
    let pinned = store.pinned_posts(user.id, viewer)?;
    if !pinned.is_empty() {
        context.out.line("")?;
        context.out.heading("pinned")?;
    }
    Ok(context.out.posts(&pinned, false)?)
}

fn rename(context: &mut Context, old: &str, new: &str) -> Result<(), CliError> {
    let mut store = context.store()?;
    let user = store.user(old)?;
    let renamed = store.rename_user(user.id, &Nickname::parse(new)?)?;
    context.out.clean_line(&format!("renamed @{} to @{}", user.nickname, renamed.nickname))?;
    warn_if_confusable(context, &store, &renamed)
}

/// Reads an avatar; an empty file name means none.
fn avatar(file: &OsStr) -> Result<Option<Picture>, CliError> {
    if file.is_empty() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let opened = File::open(file);
    let read = opened.and_then(|opened| opened.take(Picture::MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
    let name = file.display().to_string();
    read.map_err(|error| CliError::Failed(ReadError::file(&name, &error).to_string()))?;
    Ok(Some(Picture::parse(bytes).map_err(|why| CliError::Failed(format!("{name}: {why}")))?))
}

/// Reads an email address; a blank text means none.
fn email(text: &str) -> Result<Option<Email>, CliError> {
    Ok(if text.trim().is_empty() { None } else { Some(Email::parse(text)?) })
}

fn edit(
    context: &mut Context,
    nickname: &str,
    profile: &ProfileFields,
    picture: Option<&OsStr>,
) -> Result<(), CliError> {
    let edit = UserEdit {
        email: profile.email.as_deref().map(email).transpose()?,
        display_name: profile.name.as_deref().map(DisplayName::parse).transpose()?,
        about_me: profile.about.as_deref().map(AboutMe::parse).transpose()?,
        avatar: picture.map(avatar).transpose()?,
    };
    if edit == UserEdit::default() {
        let why = "nothing to change: give --email, --name, --about or --avatar; see microblog user edit --help";
        return Err(CliError::Usage(why.to_owned()));
    }
    let mut store = context.store()?;
    let id = store.user(nickname)?.id;
    let user = store.edit_user(id, &edit)?;
    Ok(context.out.clean_line(&format!("updated @{}", user.nickname))?)
}

fn delete(context: &mut Context, nickname: &str, yes: bool) -> Result<(), CliError> {
    let mut store = context.store()?;
    let user = store.user(nickname)?;
    let posts = pluralize(user.posts, "post");
    if !yes && !confirm(&format!("@{} and {posts} will be deleted", user.nickname), "--yes")? {
        return Ok(context.out.line("nothing deleted")?);
    }
    store.delete_user(user.id)?;
    Ok(context.out.clean_line(&format!("deleted @{} and {posts}", user.nickname))?)
}
