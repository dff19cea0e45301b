//! Heights of what is drawn, and where on the screen it is. Shared by `update`, which moves cursors over rows, and the
//! code that draws those rows, so that both always agree. It draws nothing and changes nothing but its own cache.

pub mod columns;
pub mod footer;
pub mod header;
pub mod origin;
pub mod post;
pub mod thread;
pub mod timeline;
mod wrap_cache;

pub use wrap_cache::{QUOTE_COLUMNS, WrapCache, WrappedPost};
