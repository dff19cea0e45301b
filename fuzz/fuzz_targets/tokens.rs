#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| microblog_fuzz::tokenize(text));
