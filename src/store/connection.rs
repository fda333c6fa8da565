//! One checked-out connection: runs statements and counts them.
//!
//! A statement that will be used again is prepared at its first use. Any other
//! goes as text, with its values as [`literal`](super::literal)s, and so takes
//! one round trip and not two.

use std::borrow::Cow;
use std::time::Instant;

use mysql::prelude::Queryable;
use mysql::{Binary, Params, PooledConn, QueryResult, Row, Text, Value};

use super::error::StoreError;
use super::literal::push_statement;
use super::row::Columns;

/// Statements with more parameters are not kept prepared: the mysql crate holds
/// a quarter of a kilobyte per parameter, and batches have many.
const MOST_PARAMETERS_KEPT: usize = 200;

const BEGIN: &str = "START TRANSACTION; ";

/// A checked-out connection. All statements go through it, so that the log
/// has their number for each request.
pub(super) struct Connection {
    inner: PooledConn,
    statements: u32,
    /// Whether later requests will use the same statements.
    keeps_statements: bool,
    /// Whether a transaction begins with the next statement.
    begins: bool,
    /// No statement is sent after this.
    deadline: Option<Instant>,
}

/// A statement with its values, one for each `?`.
pub(super) struct Statement {
    sql: Cow<'static, str>,
    params: Vec<Value>,
}

impl Statement {
    pub(super) fn new(sql: impl Into<Cow<'static, str>>, params: Vec<Value>) -> Self {
        Self { sql: sql.into(), params }
    }
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
    pub(super) fn new(
        inner: PooledConn,
        keeps_statements: bool,
        deadline: Option<Instant>,
    ) -> Self {
        Self { inner, statements: 0, keeps_statements, begins: false, deadline }
    }

    /// Fails where the request's time is over: nothing is sent.
    fn check_time(&self) -> Result<(), StoreError> {
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => {
                Err(StoreError::Unavailable("it is too slow for a request".into()))
            }
            _ => Ok(()),
        }
    }

    /// Statements sent since the connection was checked out.
    pub(super) fn statements(&self) -> u32 {
        self.statements
    }

    /// Returns the pooled connection, to be closed.
    pub(super) fn into_inner(self) -> PooledConn {
        self.inner
    }

    /// Begins a transaction: START TRANSACTION travels in front of the next
    /// statement, in one command.
    pub(super) fn begin(&mut self) {
        self.begins = true;
    }

    /// The rows of a query, each converted by `read` as it arrives, so that a
    /// page is not held twice.
    pub(super) fn rows<T>(
        &mut self,
        sql: &str,
        params: Vec<Value>,
        mut read: impl FnMut(&mut Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.send(sql, params)?.map(|row| read(&mut Columns::of(row?))).collect()
    }

    /// The first row of a query.
    pub(super) fn first(
        &mut self,
        sql: &str,
        params: Vec<Value>,
    ) -> Result<Option<Columns>, StoreError> {
        let row = self.send(sql, params)?.next().transpose()?;
        Ok(row.map(Columns::of))
    }

    /// The row of a query that always has one, of an aggregate for instance.
    pub(super) fn one(&mut self, sql: &str, params: Vec<Value>) -> Result<Columns, StoreError> {
        self.first(sql, params)?.ok_or_else(|| StoreError::Failed(format!("no row from {sql}")))
    }

    /// Runs a statement that writes.
    pub(super) fn execute(&mut self, sql: &str, params: Vec<Value>) -> Result<Effect, StoreError> {
        let mut answer = self.send(sql, params)?;
        let effect = answer.effect();
        // The failure of a statement behind another in one command shows here.
        answer.next().transpose()?;
        Ok(effect)
    }

    /// Sends one command, and reads the answer up to the first row.
    fn send(&mut self, sql: &str, params: Vec<Value>) -> Result<Answer<'_>, StoreError> {
        self.check_time()?;
        self.statements += 1;
        let begins = std::mem::take(&mut self.begins);
        if self.keeps_statements && !begins && params.len() <= MOST_PARAMETERS_KEPT {
            return Ok(Answer::Prepared(self.inner.exec_iter(sql, positional(params))?));
        }
        let mut command = String::with_capacity(BEGIN.len() + 2 * sql.len());
        command.push_str(if begins { BEGIN } else { "" });
        push_statement(&mut command, sql, &params).ok_or_else(|| misfit(sql))?;
        let mut answer = self.inner.query_iter(command)?;
        if begins {
            // Steps over the answer to START TRANSACTION.
            drop(answer.iter());
        }
        Ok(Answer::Text(answer))
    }

    /// Runs statements that write in one command. After one that fails the
    /// server executes no further one. COMMIT must not be among them: a node of
    /// a Galera cluster that gives the transaction up between two statements of a
    /// command answers COMMIT as if it had stored them (MariaDB 10.11).
    pub(super) fn execute_all(&mut self, statements: &[Statement]) -> Result<(), StoreError> {
        self.check_time()?;
        self.statements += 1;
        let mut command =
            String::with_capacity(statements.iter().map(|one| 2 * one.sql.len()).sum());
        for (index, Statement { sql, params }) in statements.iter().enumerate() {
            command.push_str(if index == 0 { "" } else { "; " });
            push_statement(&mut command, sql, params).ok_or_else(|| misfit(sql))?;
        }
        let mut answer = self.inner.query_iter(command)?;
        while let Some(mut result) = answer.iter() {
            result.next().transpose()?;
        }
        Ok(())
    }

    /// Runs a constant statement without parameters, COMMIT for instance.
    pub(super) fn control(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.check_time()?;
        self.statements += 1;
        self.begins = false;
        Ok(self.inner.query_drop(sql)?)
    }

    /// Runs a statement of a migration; the server cannot prepare DDL.
    pub(super) fn run_migration_statement(&mut self, sql: &str) -> Result<(), StoreError> {
        self.statements += 1;
        Ok(self.inner.query_drop(sql)?)
    }

    /// Runs an INSERT of a backup as it is; returns the number of rows.
    pub(super) fn load(&mut self, sql: &str) -> Result<u64, StoreError> {
        self.run_migration_statement(sql)?;
        Ok(self.inner.affected_rows())
    }
}

/// The answer to a command: an iterator of its rows.
enum Answer<'c> {
    Prepared(QueryResult<'c, 'c, 'c, Binary>),
    Text(QueryResult<'c, 'c, 'c, Text>),
}

impl Answer<'_> {
    fn effect(&self) -> Effect {
        let (affected_rows, last_insert_id) = match self {
            Self::Prepared(result) => (result.affected_rows(), result.last_insert_id()),
            Self::Text(result) => (result.affected_rows(), result.last_insert_id()),
        };
        Effect { affected_rows, last_insert_id: last_insert_id.unwrap_or(0) }
    }
}

impl Iterator for Answer<'_> {
    type Item = mysql::Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Prepared(result) => result.next(),
            Self::Text(result) => result.next(),
        }
    }
}

fn misfit(sql: &str) -> StoreError {
    StoreError::Failed(format!("values do not fit {sql}"))
}

fn positional(params: Vec<Value>) -> Params {
    if params.is_empty() { Params::Empty } else { Params::Positional(params) }
}
