//! Items for the report of an import.

use crate::model::{ImportItem, Skipped};

/// Returns an item for a part of a file that cannot be read: its place, and what is wrong with it.
pub(super) fn skipped(place: impl Into<String>, why: impl Into<String>) -> ImportItem {
    ImportItem::Skipped(Skipped { place: place.into(), why: why.into() })
}
