#![no_main]

use microblog::transfer::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| microblog_fuzz::parse(Format::Rss, bytes));
