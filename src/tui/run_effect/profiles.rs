//! Adds users and changes profiles.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::config;
use crate::model::{NewUser, Picture, Timestamp, User, UserId};
use crate::os_error;
use crate::store::{Store, StoreError, UserEdit};
use crate::tui::state::{Message, ProfileEdit, ProfileFields};

/// Adds a user.
pub(super) fn add(store: &mut Store, user: &NewUser) -> Message {
    Message::UserAdded(store.add_user(user, Timestamp::now()).map_err(|error| error.to_string()))
}

/// Returns what a user says about themselves, and their avatar.
pub(super) fn fields(store: &Store, user: UserId) -> Result<ProfileFields, StoreError> {
    let User { display_name, about_me, email, .. } = store.user_by_id(user)?;
    Ok(ProfileFields { display_name, about_me, email, avatar: store.avatar(user)? })
}

/// Changes a profile; returns the user as it is now and the profile before, or why nothing was changed.
pub(super) fn edit(store: &mut Store, user: UserId, edit: ProfileEdit) -> Result<(User, Box<ProfileFields>), String> {
    let before = fields(store, user).map_err(|error| error.to_string())?;
    let avatar = edit.avatar.map(|path| read_picture(&path)).transpose()?;
    let edit = UserEdit {
        email: edit.email,
        display_name: edit.display_name,
        about_me: edit.about_me,
        avatar: avatar.map(Some),
    };
    let edited = store.edit_user(user, &edit).map_err(|error| error.to_string())?;
    Ok((edited, Box::new(before)))
}

/// Reads a picture, at most as much of it as is allowed and a byte more.
fn read_picture(path: &str) -> Result<Picture, String> {
    let expanded = config::expand_home(Path::new(path));
    let mut bytes = Vec::new();
    let opened = File::open(expanded).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("there is no file {path}: check the path"),
        _ => format!("cannot read {path}: {}", os_error::describe(&error)),
    })?;
    // A pipe could keep the screens waiting for ever.
    if !opened.metadata().is_ok_and(|found| found.is_file()) {
        return Err(format!("{path} is not a file: give a PNG, JPEG, GIF or WebP file of at most 1 MB"));
    }
    let read = opened.take(Picture::MAX_BYTES as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("cannot read {path}: {}", os_error::describe(&error)))?;
    Picture::parse(bytes).map_err(|why| format!("{path}: {why}"))
}
