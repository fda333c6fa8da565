//! The database as one request uses it: a connection that is checked out when
//! first needed, and returned at the end.

use std::time::{Duration, Instant};

use super::connection::Connection;
use super::error::StoreError;
use super::pool::Pool;

/// How long a request may send statements. The last one may wait for
/// `database.read_timeout_seconds` (15), so a response comes within 27 s of
/// database time. Apache gives up after 40 s, and would answer 500 for what may
/// be stored.
const REQUEST_TIME: Duration = Duration::from_secs(12);

/// Access to the database for one request or command. Dropping it returns the
/// connection to the pool, unless a transaction is open on it (a panic): then
/// the connection is closed.
pub struct Database<'p> {
    pool: &'p Pool,
    /// No statement is sent after this; `None` for a command.
    deadline: Option<Instant>,
    connection: Option<Connection>,
    statements: u32,
    /// Whether a transaction was begun, and neither committed nor rolled back
    /// since.
    pub(super) is_in_transaction: bool,
}

impl<'p> Database<'p> {
    /// Access through `pool`. Connects when the first statement is run.
    pub fn new(pool: &'p Pool) -> Self {
        Self::with_deadline(pool, None)
    }

    /// The same for a request: after [`REQUEST_TIME`] no statement is sent, and
    /// an open transaction ends without its changes.
    pub fn for_request(pool: &'p Pool) -> Self {
        Self::with_deadline(pool, Some(Instant::now() + REQUEST_TIME))
    }

    fn with_deadline(pool: &'p Pool, deadline: Option<Instant>) -> Self {
        Self { pool, deadline, connection: None, statements: 0, is_in_transaction: false }
    }

    /// Whether there is time for another attempt.
    pub(super) fn has_time(&self) -> bool {
        self.deadline.is_none_or(|deadline| Instant::now() < deadline)
    }

    /// Statements sent so far, those of retries included.
    pub fn statements(&self) -> u32 {
        self.statements + self.connection.as_ref().map_or(0, Connection::statements)
    }

    /// The checked-out connection; checks one out where there is none.
    pub(super) fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            empty => Ok(empty.insert(self.pool.check_out(self.deadline)?)),
        }
    }

    /// Ends the open transaction, if there is one, without its changes.
    pub(super) fn roll_back(&mut self) {
        let is_open = std::mem::take(&mut self.is_in_transaction);
        if let Some(connection) = self.connection.as_mut().filter(|_| is_open)
            && connection.control("ROLLBACK").is_err()
        {
            self.discard_connection();
        }
    }

    /// Closes the connection, which is in an unknown state.
    pub(super) fn discard_connection(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.statements += connection.statements();
            self.pool.discard(connection.into_inner());
        }
        self.is_in_transaction = false;
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if self.is_in_transaction {
            self.discard_connection();
        }
    }
}
