//! Failures of the database that callers distinguish.

/// A failure of the database or of its use.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database accepts no connection or no writes. Not repeated within a
    /// request: the client gets 503 within seconds.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// An established connection broke before COMMIT was sent. The connection
    /// is closed, and the work may be repeated as a whole.
    #[error("the database connection was lost: {0}")]
    Lost(String),
    /// The connection broke after COMMIT, or a statement that commits on its
    /// own, was sent: it is not known whether the changes were stored. Not
    /// repeated here; the client sends its request again.
    #[error("the connection was lost before the commit was answered: {0}")]
    CommitUnknown(String),
    /// A deadlock (1213), a lock wait (1205), a serialisation failure or a
    /// statement that took too long. The transaction is rolled back.
    #[error("the database is busy: {0}")]
    Contended(String),
    /// A unique key is taken; the name of the key. Its value may be an address,
    /// which must not get into the log.
    #[error("duplicate key: {0}")]
    Duplicate(String),
    /// A value cannot be compared with its column's type (1292). MySQL refuses
    /// that in a write and accepts it in a query.
    #[error("a value does not fit its column: {0}")]
    Unfit(String),
    /// A table is full (1114): a MEMORY table, or the disk.
    #[error("a table is full: {0}")]
    TableFull(String),
    /// A table refuses a row: a column without a default, a value that does not
    /// fit, a check. Expected of an adopted `users` table only.
    #[error("a table does not take the row: {0}")]
    RowRefused(String),
    /// A column that must not be NULL got NULL (1048).
    #[error("a column refused NULL: {0}")]
    NullRefused(String),
    /// An admitted user has no clock: they were deleted since, or belong to
    /// another backend and have never written.
    #[error("the user has no clock")]
    NoClock,
    /// The caller cannot take what was read: a full disk.
    #[error("what was read cannot be written: {0}")]
    Unwritable(#[from] std::io::Error),
    /// Any other failure, an unexpected row for instance.
    #[error("{0}")]
    Failed(String),
}

impl StoreError {
    /// The same failure of a statement that commits.
    pub(super) fn at_commit(self) -> Self {
        match self {
            Self::Lost(text) => Self::CommitUnknown(text),
            known => known,
        }
    }

    /// The same failure of a statement whose guard is a NULL where the row must
    /// not be written.
    pub(super) fn of_guard(self) -> Self {
        match self {
            Self::NullRefused(text) => Self::Contended(format!("the guard of a write: {text}")),
            known => known,
        }
    }

    /// Whether the connection is in an unknown state and must not be used again.
    pub(super) fn has_lost_connection(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::CommitUnknown(_))
    }

    /// Whether nothing was stored and the same transaction may succeed when
    /// run again.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Contended(_))
    }

    /// Whether the database failed, and not this program.
    pub fn is_outage(&self) -> bool {
        self.has_lost_connection()
            || matches!(self, Self::Unavailable(_) | Self::Contended(_) | Self::TableFull(_))
    }
}

/// Error numbers of MySQL and MariaDB.
mod number {
    pub(super) const CONNECTIONS_EXHAUSTED: [u16; 4] = [1040, 1203, 1226, 1698];
    pub(super) const ACCESS: [u16; 6] = [1044, 1045, 1049, 1129, 1130, 1251];
    /// The server is in maintenance, or a secondary of a cluster.
    pub(super) const READ_ONLY: [u16; 2] = [1290, 1836];
    /// The database's disk is full, or its storage engine fails.
    pub(super) const STORAGE: [u16; 2] = [1021, 1030];
    /// A node of a cluster that has lost the others: 1047 of Galera, 3100 of
    /// Group Replication.
    pub(super) const OUT_OF_CLUSTER: [u16; 2] = [1047, 3100];
    /// Group Replication refuses rows of a table that it cannot replicate.
    pub(super) const NOT_REPLICABLE: u16 = 3098;
    /// 4031: MySQL (from 8.0.24) has closed an idle connection.
    pub(super) const SHUTDOWN_OR_KILLED: [u16; 7] = [1053, 1080, 1152, 1317, 1927, 3169, 4031];
    /// 1180 and 3101: COMMIT failed, after a conflict with another node of a
    /// cluster; 1969 and 3024: the server's limit on a statement's time.
    pub(super) const CONTENDED: [u16; 7] = [1205, 1213, 1020, 1180, 3101, 1969, 3024];
    pub(super) const DUPLICATE: [u16; 2] = [1062, 1586];
    pub(super) const UNFIT: u16 = 1292;
    pub(super) const TABLE_FULL: u16 = 1114;
    pub(super) const NULL_REFUSED: u16 = 1048;
    pub(super) const ROW_REFUSED: [u16; 8] = [1264, 1265, 1364, 1366, 1406, 1644, 3819, 4025];
}

impl From<mysql::Error> for StoreError {
    fn from(error: mysql::Error) -> Self {
        let server = match &error {
            mysql::Error::MySqlError(server) => server,
            // I/O, protocol and time-out errors leave the connection in an
            // unknown state: an answer may still arrive. Without the name of
            // the crate's type around the reason.
            mysql::Error::DriverError(reason) => return Self::Lost(reason.to_string()),
            mysql::Error::IoError(reason) => return Self::Lost(reason.to_string()),
            other => return Self::Lost(other.to_string()),
        };
        let text = server.to_string();
        match server.code {
            code if number::CONNECTIONS_EXHAUSTED.contains(&code) => Self::Unavailable(text),
            code if number::ACCESS.contains(&code) => Self::Unavailable(text),
            code if number::READ_ONLY.contains(&code) => Self::Unavailable(text),
            code if number::STORAGE.contains(&code) => Self::Unavailable(text),
            code if number::OUT_OF_CLUSTER.contains(&code) => Self::Unavailable(text),
            code if number::SHUTDOWN_OR_KILLED.contains(&code) => Self::Lost(text),
            code if number::CONTENDED.contains(&code) => Self::Contended(text),
            code if number::DUPLICATE.contains(&code) => {
                let key = text.rsplit_once(" for key ").map(|(_, key)| key.to_owned());
                Self::Duplicate(key.unwrap_or_default())
            }
            number::UNFIT => Self::Unfit(text),
            number::TABLE_FULL => Self::TableFull(text),
            number::NULL_REFUSED => Self::NullRefused(text),
            code if number::ROW_REFUSED.contains(&code) => Self::RowRefused(text),
            number::NOT_REPLICABLE => {
                Self::Failed(format!("{text}; weightctl migrate fits the tables to a cluster"))
            }
            _ => Self::Failed(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: u16) -> StoreError {
        let (state, message) = (String::new(), String::new());
        mysql::Error::MySqlError(mysql::MySqlError { state, message, code }).into()
    }

    #[test]
    fn an_unreachable_busy_or_read_only_server_is_an_outage_and_a_wrong_statement_is_not() {
        for (codes, is_transient, is_outage) in [
            (&[1053, 1927, 3169, 4031, 1205, 1213, 1180, 3101, 1969, 3024][..], true, true),
            (
                &[1021, 1030, 1040, 1045, 1114, 1130, 1203, 1226, 1290, 1836, 1047, 3100],
                false,
                true,
            ),
            (&[1054, 1064, 1146, 1292, 1062, 1406, 3098], false, false),
        ] {
            for error in codes.iter().map(|code| of(*code)) {
                assert_eq!(
                    (error.is_transient(), error.is_outage()),
                    (is_transient, is_outage),
                    "{error:?}"
                );
            }
        }
        assert!(of(3098).to_string().contains("weightctl migrate"));
        // Only a broken connection is closed.
        assert!(matches!(of(4031), StoreError::Lost(_)));
        assert!(matches!(of(3024), StoreError::Contended(_)));
    }

    #[test]
    fn a_commit_that_failed_may_be_repeated_and_an_unanswered_one_may_not() {
        for (code, may_be_repeated) in [(1180, true), (1213, true), (1053, false), (1317, false)] {
            let error = of(code).at_commit();
            assert_eq!(error.is_transient(), may_be_repeated, "{error:?}");
            assert_eq!(error.has_lost_connection(), !may_be_repeated, "{error:?}");
            assert!(error.is_outage(), "{error:?}");
        }
    }

    #[test]
    fn a_duplicate_names_the_key_and_not_the_value() {
        let error = StoreError::from(mysql::Error::MySqlError(mysql::MySqlError {
            state: "23000".to_owned(),
            message: "Duplicate entry 'anna for key @example.org' for key 'uq_credentials_email'"
                .to_owned(),
            code: 1062,
        }));
        assert_eq!(error.to_string(), "duplicate key: 'uq_credentials_email'");
    }
}
