//! Reads fields of JSON by strangers.

use serde_json::Value;

/// Returns a text that is not blank. Some servers send ids as numbers.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns the elements of an array; none of anything else.
pub(super) fn elements(value: Value) -> Vec<Value> {
    match value {
        Value::Array(elements) => elements,
        _ => Vec::new(),
    }
}
