//! One request's use of the database: a connection checked out when first
//! needed, transactions, and what is tried again.

use std::time::{Duration, Instant};

use super::connection::Connection;
use super::database::Database;
use super::error::StoreError;

/// How often a piece of work is tried in all.
const MAX_ATTEMPTS: u32 = 4;
/// No attempt starts after this: Apache gives up on us at 40 s, and one
/// attempt may wait for a lock.
const LAST_ATTEMPT_AFTER: Duration = Duration::from_secs(12);

/// A session. Dropping it returns the connection, unless a transaction is
/// open on it (a panic): then the connection is thrown away.
pub struct Session<'d> {
    database: &'d Database,
    connection: Option<Connection>,
    statements: u32,
    is_in_transaction: bool,
}

/// How a transaction ends.
pub(super) enum Finish<T> {
    /// Keep what was written.
    Commit(T),
    /// Nothing was to be written after all: spare the durable commit.
    Rollback(T),
}

impl<'d> Session<'d> {
    pub(super) fn new(database: &'d Database) -> Self {
        Self { database, connection: None, statements: 0, is_in_transaction: false }
    }

    /// Statements sent so far, those of retries included.
    pub fn statements(&self) -> u32 {
        self.statements + self.connection.as_ref().map_or(0, Connection::statements)
    }

    /// The server's epoch as this process last read it.
    pub(super) fn known_epoch(&self) -> Option<String> {
        self.database.known_epoch()
    }

    /// Takes note of the server's epoch.
    pub(super) fn note_epoch(&self, epoch: &str) {
        self.database.note_epoch(epoch);
    }

    /// Runs statements that each commit on their own and are safe to repeat:
    /// reads and idempotent writes. They are repeated when the connection
    /// breaks.
    pub(super) fn run<T>(
        &mut self,
        mut work: impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.repeat(|session| work(session.connection()?))
    }

    /// Runs one statement that commits on its own and must not take effect
    /// twice. It is repeated after a deadlock or lock wait, which undo it, and
    /// not after a lost connection.
    pub(super) fn run_once<T>(
        &mut self,
        mut work: impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.repeat(|session| work(session.connection()?).map_err(StoreError::at_commit))
    }

    /// Runs a transaction. It is repeated after a deadlock, a lock wait or a
    /// lost connection, unless COMMIT was sent and its answer was lost: then
    /// the client gets 503 and sends the request again.
    pub(super) fn transaction<T>(
        &mut self,
        mut work: impl FnMut(&mut Connection) -> Result<Finish<T>, StoreError>,
    ) -> Result<T, StoreError> {
        self.repeat(|session| {
            session.connection()?.control("START TRANSACTION")?;
            session.is_in_transaction = true;
            match work(session.connection()?)? {
                Finish::Commit(value) => {
                    session.connection()?.control("COMMIT").map_err(StoreError::at_commit)?;
                    session.is_in_transaction = false;
                    Ok(value)
                }
                Finish::Rollback(value) => {
                    session.roll_back();
                    Ok(value)
                }
            }
        })
    }

    /// Opens a view of the database as it is now, and reads the first of it.
    /// The view stays open, whatever others write, for [`Self::look`]. Not
    /// with READ COMMITTED, which every statement would see anew.
    pub(super) fn open_view<T>(
        &mut self,
        mut work: impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.repeat(|session| {
            let connection = session.connection()?;
            connection.control("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
            connection.control("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")?;
            session.is_in_transaction = true;
            work(session.connection()?)
        })
    }

    /// Reads on in the open view. Never tried again: what a new connection
    /// would show is another view.
    pub(super) fn look<T>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if !self.is_in_transaction {
            return Err(StoreError::Failed("no view is open".into()));
        }
        work(self.connection()?)
    }

    /// Closes the view.
    pub(super) fn close_view(&mut self) {
        self.roll_back();
    }

    fn repeat<T>(
        &mut self,
        mut work: impl FnMut(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let begun = Instant::now();
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
            let may_retry = error.is_transient()
                && attempt < MAX_ATTEMPTS
                && begun.elapsed() < LAST_ATTEMPT_AFTER;
            if !may_retry {
                return Err(error);
            }
            if matches!(error, StoreError::Contended(_)) {
                std::thread::sleep(pause(attempt));
            }
        }
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            empty => Ok(empty.insert(self.database.check_out()?)),
        }
    }

    /// Ends the open transaction, if there is one, without its changes.
    fn roll_back(&mut self) {
        let is_open = std::mem::take(&mut self.is_in_transaction);
        if let Some(connection) = self.connection.as_mut().filter(|_| is_open)
            && connection.control("ROLLBACK").is_err()
        {
            self.discard_connection();
        }
    }

    fn discard_connection(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.statements += connection.statements();
            self.database.discard(connection.into_inner());
        }
        self.is_in_transaction = false;
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        if self.is_in_transaction {
            self.discard_connection();
        }
        if let Some(connection) = &self.connection {
            self.database.has_received(connection.received());
        }
    }
}

/// 5 to 20 ms for the first repetition, twice that for the next: two
/// deadlocked writers must not meet again in step.
fn pause(attempt: u32) -> Duration {
    let mut random = [0_u8; 1];
    // Without randomness the pause is merely not jittered.
    let _ = getrandom::fill(&mut random);
    let [jitter] = random;
    let milliseconds = 5 + u64::from(jitter) % 16;
    Duration::from_millis(milliseconds << attempt.min(4))
}
