//! The command's failures and their exit codes.

use weight_sync::auth::password::HashingError;
use weight_sync::store::StoreError;
use weight_sync::store::migrations::MigrationError;

/// A failure and the message for the user.
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
}

impl Failure {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Reported | Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Configuration(_) => 3,
            Self::Unreachable(_) => 4,
            Self::Busy(_) => 5,
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
            MigrationError::Store(error) => error.into(),
            MigrationError::Locked => Self::Busy(error.to_string()),
            other => Self::Failed(other.to_string()),
        }
    }
}
