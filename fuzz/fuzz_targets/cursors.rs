//! Any text as a cursor, and so as one or two times.

#![no_main]

use weight_sync::domain::cursor::Cursor;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(cursor) = Cursor::parse(text) {
        // What a page renders is read back as the same position.
        assert_eq!(Cursor::parse(&cursor.to_string()), Ok(cursor));
    }
});
