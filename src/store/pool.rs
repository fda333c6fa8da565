//! The pool of connections of this process, and how each is set up.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use mysql::{Opts, OptsBuilder, PoolConstraints, PoolOpts, PooledConn, SslOpts};

use super::connection::Connection;
use super::error::StoreError;
use crate::config::{DatabaseSettings, DatabaseTls};

/// Far above any statement and answer. Set, so that a new connection does not
/// query the server's value.
const MAX_PACKET_BYTES: usize = 16 * 1024 * 1024;

/// How many statements a connection keeps prepared: the dozen fixed ones, and
/// a few sizes of those whose text grows with a batch.
const PREPARED_STATEMENTS: usize = 20;

/// The connections of this process. Connects when the first is checked out, so
/// that the process starts, and answers 503, while the database is down.
pub struct Pool {
    options: Opts,
    pool: Mutex<mysql::Pool>,
    keeps_statements: bool,
    wait_for_connection: Duration,
}

impl Pool {
    /// A pool for the database of `settings`, without connections yet.
    ///
    /// # Errors
    /// An invalid URL; the message does not contain the password.
    pub fn new(settings: &DatabaseSettings) -> Result<Self, StoreError> {
        Self::over(options(settings)?, settings)
    }

    fn over(options: Opts, settings: &DatabaseSettings) -> Result<Self, StoreError> {
        let pool = mysql::Pool::new(options.clone()).map_err(StoreError::from)?;
        Ok(Self {
            options,
            pool: Mutex::new(pool),
            keeps_statements: true,
            wait_for_connection: Duration::from_secs(settings.connect_timeout_seconds),
        })
    }

    /// A pool for one statement whose answer must come within seconds:
    /// [`maintenance::check`](super::maintenance::check) and
    /// [`daily_counts::add`](super::daily_counts::add). They need no setting of
    /// the connection, so connecting takes one answer less.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn impatient(settings: &DatabaseSettings) -> Result<Self, StoreError> {
        const SECONDS: u64 = 2;
        let mut settings = settings.clone();
        settings.connect_timeout_seconds = settings.connect_timeout_seconds.min(SECONDS);
        settings.read_timeout_seconds = settings.read_timeout_seconds.min(SECONDS);
        settings.write_timeout_seconds = settings.write_timeout_seconds.min(SECONDS);
        let options = OptsBuilder::from_opts(options(&settings)?).init(Vec::<String>::new());
        Ok(Self::over(options.into(), &settings)?.for_one_request())
    }

    /// The same pool for a process that ends after one request, and would
    /// prepare each statement for a single use.
    #[must_use]
    pub fn for_one_request(mut self) -> Self {
        self.keeps_statements = false;
        self
    }

    pub(super) fn check_out(&self, deadline: Option<Instant>) -> Result<Connection, StoreError> {
        let pool = self.pool.lock().map_err(|_| poisoned())?.clone();
        match pool.try_get_conn(self.wait_for_connection) {
            Ok(connection) => Ok(Connection::new(connection, self.keeps_statements, deadline)),
            Err(error) => Err(match StoreError::from(error) {
                StoreError::Lost(text) | StoreError::Contended(text) => {
                    StoreError::Unavailable(text)
                }
                other => other,
            }),
        }
    }

    /// Closes a connection that is in an unknown state. It must not be used
    /// again: the answer to one user's statement may still arrive. The crate
    /// cannot remove a connection from a pool's count, so the pool is replaced.
    pub(super) fn discard(&self, broken: PooledConn) {
        self.renew();
        drop(broken.unwrap());
    }

    /// Replaces the pool. Connections of the old one live on until they are
    /// returned.
    fn renew(&self) {
        if let (Ok(mut pool), Ok(fresh)) =
            (self.pool.lock(), mysql::Pool::new(self.options.clone()))
        {
            *pool = fresh;
        }
    }
}

fn poisoned() -> StoreError {
    StoreError::Failed("the pool's lock is poisoned".into())
}

fn options(settings: &DatabaseSettings) -> Result<Opts, StoreError> {
    let address = Opts::from_url(settings.url.reveal())
        .map_err(|_| StoreError::Failed("database.url cannot be read: it must look like mysql://user:password@host:3306/name, with special characters percent-encoded".into()))?;
    let constraints = PoolConstraints::new(0, settings.pool_max)
        .ok_or_else(|| StoreError::Failed("database.pool_max must be at least 1".into()))?;
    let pool = PoolOpts::default()
        .with_constraints(constraints)
        // A ping and a reset would cost a round trip each per request. Instead
        // a failed connection is closed, and no code changes a connection's
        // settings.
        .with_check_health(false)
        .with_reset_connection(false);
    let seconds = |seconds: u64| Some(Duration::from_secs(seconds));
    Ok(OptsBuilder::from_opts(address)
        .pool_opts(pool)
        .prefer_socket(false)
        .ssl_opts(tls(settings))
        .tcp_connect_timeout(seconds(settings.connect_timeout_seconds))
        .read_timeout(seconds(settings.read_timeout_seconds))
        .write_timeout(seconds(settings.write_timeout_seconds))
        .max_allowed_packet(Some(MAX_PACKET_BYTES))
        .stmt_cache_size(PREPARED_STATEMENTS)
        .init(vec![session_setup(settings.lock_wait_timeout_seconds)])
        .into())
}

/// With TLS options, a connection to a server without TLS fails before user
/// name and password are sent.
fn tls(settings: &DatabaseSettings) -> Option<SslOpts> {
    match settings.tls {
        DatabaseTls::Off => None,
        DatabaseTls::Required => Some(
            SslOpts::default()
                .with_danger_accept_invalid_certs(true)
                .with_danger_skip_domain_validation(true),
        ),
        DatabaseTls::Verified => {
            Some(SslOpts::default().with_root_cert_path(settings.tls_ca_file.clone()))
        }
    }
}

/// Sets up a connection in one round trip. Hosts run without strict mode and in
/// local time, so the server's defaults are not relied on. READ COMMITTED,
/// because every writer locks the user's clock first: gap locks would only add
/// deadlocks.
fn session_setup(lock_wait_timeout_seconds: u64) -> String {
    const SETUP: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
        SET SESSION time_zone = '+00:00', SESSION autocommit = 1, \
        SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,\
ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', \
        SESSION innodb_lock_wait_timeout = ";
    let mut setup = SETUP.to_owned();
    setup.push_str(&lock_wait_timeout_seconds.to_string());
    setup
}
