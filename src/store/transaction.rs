//! Transactions and single statements, and which failures repeat them. A
//! deadlock, a lock wait or a connection lost before COMMIT was sent leaves
//! nothing stored, so the work is repeated. After a COMMIT without an answer it
//! is unknown what was stored: that is [`StoreError::CommitUnknown`], and the
//! client sends its request again.

use std::time::Duration;

use super::connection::Connection;
use super::database::Database;
use super::error::StoreError;

/// The most attempts, the first included.
const MAX_ATTEMPTS: u32 = 4;

/// How a transaction ends.
pub(super) enum Finish<T> {
    /// Keep what was written.
    Commit(T),
    /// Nothing was written: spare the durable commit.
    Rollback(T),
}

impl Database<'_> {
    /// Runs a transaction.
    pub(super) fn transaction<T>(
        &mut self,
        mut work: impl FnMut(&mut Connection) -> Result<Finish<T>, StoreError>,
    ) -> Result<T, StoreError> {
        self.repeat(|database| {
            database.connection()?.begin();
            database.is_in_transaction = true;
            let finish = work(database.connection()?)?;
            let value = match finish {
                Finish::Commit(value) => value,
                Finish::Rollback(value) => {
                    database.roll_back();
                    return Ok(value);
                }
            };
            database.connection()?.control("COMMIT").map_err(StoreError::at_commit)?;
            database.is_in_transaction = false;
            Ok(value)
        })
    }

    /// Runs statements that each commit on their own and are safe to repeat:
    /// reads and idempotent writes.
    pub(super) fn run<T>(
        &mut self,
        mut work: impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.repeat(|database| work(database.connection()?))
    }

    /// Runs one statement that commits on its own and must not take effect
    /// twice: a connection lost in it is a COMMIT without an answer.
    pub(super) fn run_once<T>(
        &mut self,
        mut work: impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.repeat(|database| work(database.connection()?).map_err(StoreError::at_commit))
    }

    /// Runs one statement that reads, and never repeats it: its rows have been
    /// passed on.
    pub(super) fn read_once<T>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        work(self.connection()?).inspect_err(|error| {
            if error.has_lost_connection() {
                self.discard_connection();
            }
        })
    }

    /// Runs `work`, and repeats it after a transient failure.
    pub(super) fn repeat<T>(
        &mut self,
        mut work: impl FnMut(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut attempt = 0;
        loop {
            let error = match work(self) {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            if error.has_lost_connection() {
                self.discard_connection();
            } else {
                self.roll_back();
            }
            attempt += 1;
            if !error.is_transient() || attempt == MAX_ATTEMPTS || !self.has_time() {
                return Err(error);
            }
            if matches!(error, StoreError::Contended(_)) {
                std::thread::sleep(pause(attempt));
            }
        }
    }
}

/// 5 to 20 ms before the first repetition, twice that before the next. Random,
/// so that two writers that met in a deadlock do not meet again.
fn pause(attempt: u32) -> Duration {
    let mut random = [0_u8; 1];
    // Without randomness the pause is merely not jittered.
    let _ = getrandom::fill(&mut random);
    let [jitter] = random;
    let milliseconds = 5 + u64::from(jitter) % 16;
    Duration::from_millis(milliseconds << attempt.min(4))
}
