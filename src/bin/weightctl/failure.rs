//! The command's failures and their exit codes.

use weight_sync::auth::password::HashingError;
use weight_sync::store::StoreError;
use weight_sync::store::migrations::MigrationError;

/// A failure and the message for the user: what, and why.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Exit code 1; the command has already printed the reason.
    Reported,
    /// Exit code 1.
    Failed(String),
    /// Exit code 2: arguments that do not fit together.
    Usage(String),
    /// Exit code 3.
    Configuration(String),
    /// Exit code 4.
    Unreachable(String),
    /// Exit code 5.
    Busy(String),
    /// Another failure, with what to do next.
    Advised(Box<Failure>, String),
}

impl Failure {
    /// The same failure with what to do next.
    pub(crate) fn advise(self, next: impl Into<String>) -> Self {
        Self::Advised(Box::new(self), next.into())
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Reported | Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Configuration(_) => 3,
            Self::Unreachable(_) => 4,
            Self::Busy(_) => 5,
            Self::Advised(failure, _) => failure.exit_code(),
        }
    }

    /// The same kind of failure with another message.
    pub(crate) fn with_message(self, text: String) -> Self {
        match self {
            Self::Reported | Self::Failed(_) => Self::Failed(text),
            Self::Usage(_) => Self::Usage(text),
            Self::Configuration(_) => Self::Configuration(text),
            Self::Unreachable(_) => Self::Unreachable(text),
            Self::Busy(_) => Self::Busy(text),
            Self::Advised(failure, next) => failure.with_message(text).advise(next),
        }
    }

    pub(crate) fn message(&self) -> &str {
        match self {
            Self::Reported => "",
            Self::Failed(text)
            | Self::Usage(text)
            | Self::Configuration(text)
            | Self::Unreachable(text)
            | Self::Busy(text) => text,
            Self::Advised(failure, _) => failure.message(),
        }
    }

    /// What to do next, if that is known.
    pub(crate) fn next(&self) -> Option<&str> {
        match self {
            Self::Advised(_, next) => Some(next),
            Self::Configuration(_) => Some("docs/CONFIGURATION.md describes every setting"),
            Self::Unreachable(_) => Some("weightctl doctor says what may be wrong"),
            Self::Busy(_) => Some("wait until it has ended, then try again"),
            Self::Reported | Self::Failed(_) | Self::Usage(_) => None,
        }
    }
}

impl From<HashingError> for Failure {
    fn from(error: HashingError) -> Self {
        match error {
            HashingError::Busy => Self::Busy(error.to_string()),
            HashingError::Failed(_) => Self::Failed(error.to_string()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        if error.is_outage() {
            Self::Unreachable(error.to_string())
        } else {
            Self::Failed(error.to_string())
        }
    }
}

impl From<MigrationError> for Failure {
    fn from(error: MigrationError) -> Self {
        match error {
            MigrationError::Store(StoreError::Contended(_))
            | MigrationError::Statement { source: StoreError::Contended(_), .. } => {
                Self::Unreachable(error.to_string()).advise(
                    "another connection uses the table: SHOW PROCESSLIST lists it; try again when it has ended",
                )
            }
            MigrationError::Store(error) => error.into(),
            MigrationError::Locked => Self::Busy(error.to_string()),
            other => Self::Failed(other.to_string()),
        }
    }
}
