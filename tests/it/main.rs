//! The program and its parts as a whole: commands, screens in a pseudo-terminal, servers, and the structure of the source.
//!
//! One test program with a module for each subject, because each further program is linked once more.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot continue has failed.

mod common;
#[path = "../../fuzz/src/lib.rs"]
mod fuzz;
mod source;

mod accounts;
mod cli;
mod clocks;
mod completions;
mod damage;
mod database;
mod disks;
mod docs;
mod doctor;
mod environment;
mod exit_status;
mod export;
mod feed_samples;
mod fuzz_seeds;
mod hostile;
mod imports;
mod keyboard;
mod kills;
mod layers;
mod manual;
mod mastodon;
mod migrate;
mod monkey;
mod network;
mod network_faults;
mod nginx;
mod outbox;
mod packaging;
mod parity;
mod pictures;
mod polls;
mod publishing;
mod refresh;
mod screens;
mod settings;
mod sharing;
mod social;
mod survival;
mod terminal;
mod words;
