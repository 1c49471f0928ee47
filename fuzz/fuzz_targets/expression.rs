#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| galat_fuzz::expression(data));
