//! One checked-out connection: runs statements and counts them.

use mysql::prelude::Queryable;
use mysql::{Params, PooledConn, Row, Value};

use super::error::StoreError;
use super::row::Columns;

/// Statements with more parameters are not kept prepared: the mysql crate holds
/// a quarter of a kilobyte per parameter, and batches have many.
const MOST_PARAMETERS_KEPT: usize = 200;

/// A checked-out connection. All statements go through it, so that the log
/// has their number for each request.
pub(super) struct Connection {
    inner: PooledConn,
    statements: u32,
}

/// Result of a statement that writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Effect {
    /// Rows inserted, changed or deleted; 2 for a row that an upsert changed.
    pub(super) affected_rows: u64,
    /// The value of `LAST_INSERT_ID(expression)` in the statement, else 0. It
    /// arrives with the result, where a SELECT would be another round trip.
    pub(super) last_insert_id: u64,
}

impl Connection {
    pub(super) fn new(inner: PooledConn) -> Self {
        Self { inner, statements: 0 }
    }

    /// Statements sent since the connection was checked out.
    pub(super) fn statements(&self) -> u32 {
        self.statements
    }

    /// Returns the pooled connection, to be closed.
    pub(super) fn into_inner(self) -> PooledConn {
        self.inner
    }

    /// The rows of a query, each converted by `read` as it arrives, so that a
    /// page is not held twice.
    pub(super) fn rows<T>(
        &mut self,
        sql: &str,
        params: Vec<Value>,
        mut read: impl FnMut(&mut Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.statements += 1;
        let rows = self.inner.exec_iter(sql, positional(params))?;
        rows.map(|row| read(&mut Columns::of(row?))).collect()
    }

    /// The first row of a query.
    pub(super) fn first(
        &mut self,
        sql: &str,
        params: Vec<Value>,
    ) -> Result<Option<Columns>, StoreError> {
        self.statements += 1;
        let row: Option<Row> = self.inner.exec_first(sql, positional(params))?;
        Ok(row.map(Columns::of))
    }

    /// The row of a query that always has one, of an aggregate for instance.
    pub(super) fn one(&mut self, sql: &str, params: Vec<Value>) -> Result<Columns, StoreError> {
        self.first(sql, params)?.ok_or_else(|| StoreError::Failed(format!("no row from {sql}")))
    }

    /// Runs a statement that writes.
    pub(super) fn execute(&mut self, sql: &str, params: Vec<Value>) -> Result<Effect, StoreError> {
        self.statements += 1;
        let is_kept = params.len() <= MOST_PARAMETERS_KEPT;
        let statement = self.inner.prep(sql)?;
        let effect = self.inner.exec_iter(&statement, positional(params)).map(|result| Effect {
            affected_rows: result.affected_rows(),
            last_insert_id: result.last_insert_id().unwrap_or(0),
        });
        // Closing has no answer, so it costs no round trip.
        let closed = if is_kept { Ok(()) } else { self.inner.close(statement) };
        let effect = effect?;
        closed?;
        Ok(effect)
    }

    /// Runs a constant statement without parameters, START TRANSACTION for
    /// instance.
    pub(super) fn control(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.statements += 1;
        Ok(self.inner.query_drop(sql)?)
    }

    /// Runs a statement of a migration; the server cannot prepare DDL.
    pub(super) fn run_migration_statement(&mut self, sql: &str) -> Result<(), StoreError> {
        self.statements += 1;
        Ok(self.inner.query_drop(sql)?)
    }
}

fn positional(params: Vec<Value>) -> Params {
    if params.is_empty() { Params::Empty } else { Params::Positional(params) }
}
