//! Reads fields of JSON by strangers.

use serde_json::Value;

/// Longest id or address that is taken, in bytes: indexes hold a copy of each, and requests repeat some.
pub(super) const MAX_ID: usize = 2_048;

/// Returns a text that is not blank. Some servers send ids as numbers.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns an id or address; none if it is too long.
pub(super) fn id(value: &Value) -> Option<String> {
    text(value).filter(|id| id.len() <= MAX_ID)
}

/// Returns the elements of an array; none of anything else.
pub(super) fn elements(value: Value) -> Vec<Value> {
    match value {
        Value::Array(elements) => elements,
        _ => Vec::new(),
    }
}
