//! The database as one request uses it: a connection that is checked out when
//! first needed, and returned at the end.

use super::connection::Connection;
use super::error::StoreError;
use super::pool::Pool;

/// Access to the database for one request or command. Dropping it returns the
/// connection to the pool, unless a transaction is open on it (a panic): then
/// the connection is closed.
pub struct Database<'p> {
    pool: &'p Pool,
    connection: Option<Connection>,
    statements: u32,
    /// Whether a transaction was begun, and neither committed nor rolled back
    /// since.
    pub(super) is_in_transaction: bool,
}

impl<'p> Database<'p> {
    /// Access through `pool`. Connects when the first statement is run.
    pub fn new(pool: &'p Pool) -> Self {
        Self { pool, connection: None, statements: 0, is_in_transaction: false }
    }

    /// Statements sent so far, those of retries included.
    pub fn statements(&self) -> u32 {
        self.statements + self.connection.as_ref().map_or(0, Connection::statements)
    }

    /// The checked-out connection; checks one out where there is none.
    pub(super) fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            empty => Ok(empty.insert(self.pool.check_out()?)),
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
