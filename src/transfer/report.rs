//! Items for the report of an import.

use crate::model::{ImportItem, Skipped};

/// Returns an item for a part of a file that cannot be read: its place, and what is wrong with it.
pub(super) fn skipped(place: impl Into<String>, why: impl Into<String>) -> ImportItem {
    ImportItem::Skipped(Skipped { place: place.into(), why: why.into(), imported: false })
}

/// Returns an item for something that was imported although a part of it cannot be read.
pub(super) fn imported_with_defect(place: impl Into<String>, why: impl Into<String>) -> ImportItem {
    ImportItem::Skipped(Skipped { place: place.into(), why: why.into(), imported: true })
}
