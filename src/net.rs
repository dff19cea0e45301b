//! HTTP: addresses, requests, limits and retries. The only module that names ureq; it knows no post.
//!
//! A request blocks its thread, so the screens never make one on their own. Nothing is sent before a caller asks.

mod address;
mod call;
mod client;
mod error;
mod reach;
mod retry;

pub use address::{Address, AddressError};
pub use call::{Answer, Call, Method, Payload, Secret, Upload};
pub use client::{AtMost, Client, Fetched, Limits, Options, Request, Response, Validators};
pub use error::NetError;
pub use reach::{Reach, is_loopback, names_private_address};
pub use retry::{Backoff, DAY, fresh_for, retry_after};
