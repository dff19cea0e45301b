#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| microblog_fuzz::picture(bytes));
