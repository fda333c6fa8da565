//! The result of a step of a history: an error text and no panic, so that shrinking stays readable.

use std::fmt::Debug;

/// The error says what is wrong.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// Fails where two values differ.
pub(crate) fn same<T: PartialEq + Debug>(what: &str, got: T, expected: T) -> Outcome {
    if got == expected {
        return Ok(());
    }
    Err(format!("{what}\n       got {got:?}\n  expected {expected:?}"))
}

/// Fails where a condition does not hold.
pub(crate) fn holds(condition: bool, what: impl FnOnce() -> String) -> Outcome {
    if condition { Ok(()) } else { Err(what()) }
}
