//! The result of one check.

use serde::Serialize;

/// The group of the checks on the database, which are in several files.
pub(super) const DATABASE: &str = "database";
/// The group of the checks on the files of the site.
pub(super) const FILES: &str = "files";

/// The remedy where files are not as the release has them.
pub(super) const PUSH: &str = "./deploy.sh push puts the release's files back";

/// The severity of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    /// Not checked, because another check failed.
    Skip,
    Pass,
    /// It works, but not as well or as safely as it should.
    Warn,
    /// Something does not work, or data is in danger.
    Fail,
}

/// The result of a check with its reason and, unless it passed, the remedy.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    pub(super) group: &'static str,
    pub(super) check: &'static str,
    #[serde(rename = "result")]
    pub(super) level: Level,
    pub(super) reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remedy: Option<String>,
}

/// A check: its group and its name, as docs/OPERATIONS.md lists it.
#[derive(Clone, Copy)]
pub(super) struct Check(pub(super) &'static str, pub(super) &'static str);

impl Check {
    pub(super) fn pass(self, reason: impl Into<String>) -> Finding {
        self.finding(Level::Pass, reason.into(), None)
    }

    pub(super) fn skip(self, reason: impl Into<String>) -> Finding {
        self.finding(Level::Skip, reason.into(), None)
    }

    pub(super) fn warn(self, reason: impl Into<String>, remedy: impl Into<String>) -> Finding {
        self.finding(Level::Warn, reason.into(), Some(remedy.into()))
    }

    pub(super) fn fail(self, reason: impl Into<String>, remedy: impl Into<String>) -> Finding {
        self.finding(Level::Fail, reason.into(), Some(remedy.into()))
    }

    fn finding(self, level: Level, reason: String, remedy: Option<String>) -> Finding {
        Finding { group: self.0, check: self.1, level, reason, remedy }
    }
}
