//! The parts that screens are drawn from: posts, users, avatars, lists, text fields, pages of text, and the theme of them all.
//! A widget draws what it is given; it decides nothing.

pub mod activity;
pub mod avatar;
pub mod footer;
pub mod form;
pub mod frame;
pub mod header;
mod highlight;
pub mod message;
pub mod one_line_form;
pub mod page;
pub mod post;
pub mod rows;
pub mod text_field;
mod theme;
pub mod title;
pub mod user_row;

pub use theme::Theme;
