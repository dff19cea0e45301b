//! The files of the world: bytes to what the model knows. No SQL, no terminal, no paths.

pub mod jsonl;
pub mod out;
pub mod twtxt;
