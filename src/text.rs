//! Text processing: cleaning, measuring, wrapping, and finding mentions, tags and links.
//!
//! Everything here is pure. This module does not know the store or the terminal; commands and screens both use it.

mod bars;
mod catch_up;
mod confusables;
pub mod datetime;
mod diff;
mod emoji;
mod filter_match;
pub mod identicon;
mod index_words;
mod length;
mod links;
mod natural;
mod numbers;
mod polls;
mod query;
mod quote;
mod relevance;
mod rich_text;
mod same_text;
mod sanitize;
mod search_hints;
mod segment;
mod split;
mod tokens;
mod width;
mod word_count;
mod wrap;

pub use bars::{horizontal_bar, vertical_bars};
pub use catch_up::{CatchUp, CatchUpGroup, CatchUpKind, CatchUpOrder, SharedLink, boosted_by};
pub use confusables::{Confusables, confusable_user};
pub use datetime::{Clock, TimeFormat, Weekday};
pub use diff::{Change, diff};
pub use emoji::emoji;
pub use filter_match::PhraseMatcher;
pub use index_words::index_words;
pub use length::PostLimit;
pub use links::links;
pub use natural::natural_key;
pub use numbers::{compact, pluralize, restored_only_here, server_counts, with_thousands};
pub use polls::{choice_votes, has_poll, is_same_but_votes, poll_state, with_votes, without_quote};
pub use query::{Query, Term, with_prefix_wildcard};
pub use quote::{Quote, find_quote, quote};
pub use relevance::{Occurrences, Relevance};
pub use rich_text::{RichText, rich_text};
pub use same_text::is_same_text;
pub use sanitize::{clean, clean_line, displayed_prefix, escape_json, is_clean, single_line};
pub use search_hints::SearchHint;
pub use segment::{Segment, bigrams, extra_search_terms, is_symbol, is_unspaced, segments};
pub use split::split;
pub use tokens::{Token, TokenKind, is_tag_char, mentions, reply_start, tags, tokens};
pub use width::{truncate, width};
pub use word_count::{MIN_LETTERS, topic_words};
pub use wrap::{wrap, wrap_message};
