//! Bytes of a web server on one connection. The first says where they are cut.

#![no_main]

#[path = "../../src/fastcgi/tests/rules.rs"]
mod rules;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some((cut, bytes)) = bytes.split_first() {
        rules::assert_rules(bytes, &[usize::from(*cut), 1]);
    }
});
