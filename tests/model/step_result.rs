//! The result of a step of a history. Errors are texts rather than panics, so that the output of shrinking is readable.

use std::fmt::Debug;

/// A result whose error describes the failure.
pub(crate) type StepResult<T = ()> = Result<T, String>;

/// Fails if two values differ.
pub(crate) fn same<T: PartialEq + Debug>(what: &str, got: T, expected: T) -> StepResult {
    if got == expected {
        return Ok(());
    }
    Err(format!("{what}\n       got {got:?}\n  expected {expected:?}"))
}

/// Fails if a condition does not hold.
pub(crate) fn holds(condition: bool, what: impl FnOnce() -> String) -> StepResult {
    if condition { Ok(()) } else { Err(what()) }
}
