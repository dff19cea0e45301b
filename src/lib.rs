//! A microblog in a terminal, stored in one SQLite file.
//!
//! The modules, from bottom to top. Each imports only modules above it in this list, which a test checks:
//!
//! - [`model`]: domain types such as users, posts and timelines. Values are validated when they are created.
//! - [`text`]: pure text processing: cleaning, measuring, wrapping, tokens, search queries.
//! - [`os_error`]: errors of the operating system, in words. [`output_file`]: writes files other than the database.
//!   [`shell`]: commands of the settings.
//! - [`net`]: HTTP requests with limits. The only module that uses the network, and it knows no posts.
//! - [`store`]: the database. The only module that uses SQL. Acknowledged writes survive a power cut.
//! - [`transfer`]: import and export formats. No SQL, no terminal.
//! - [`import`]: imports a source into the store, completely or not at all.
//! - [`mastodon`]: the API of Mastodon: requests to the server of an account, and its answers. It knows no store.
//! - [`sync`]: follows feeds and accounts: requests, readers and the store together.
//! - [`demo`]: the sample database.
//! - [`attach`]: checks files that are to be attached. [`auto_publish`]: when posts are published by themselves.
//! - [`config`]: settings, themes, keys and default paths. [`editor`]: the user's editor. [`text_recovery`]: saves texts
//!   that could not be stored. [`crash`]: crash reports.
//! - [`cli`]: the commands. [`tui`]: the screens. The commands open the screens; the screens do not know the commands.
//!
//! The program uses the network only for feeds that you follow and for accounts that you add: nothing is sent before. The
//! requests for feeds carry no more than the address, the versions that are known and the name of the program, and
//! `offline = true` in the settings forbids all requests. It never writes to files that are not its own, and never prints text from others on a
//! terminal without cleaning it.

pub mod attach;
pub mod auto_publish;
pub mod cli;
pub mod config;
pub mod crash;
pub mod demo;
pub mod editor;
pub mod import;
pub mod mastodon;
pub mod model;
pub mod net;
pub mod os_error;
pub mod output_file;
pub mod shell;
pub mod store;
pub mod sync;
pub mod text;
pub mod text_recovery;
pub mod transfer;
pub mod tui;
