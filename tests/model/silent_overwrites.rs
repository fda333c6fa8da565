//! Detects silent overwrites from requests and responses: a client that names its base must not overwrite an unknown
//! version without a report.

use std::collections::BTreeMap;

use super::bulk_response::LineAnswer;
use super::device::Upload;
use super::step_result::{StepResult, holds};
use super::timestamps::Micros;

/// One accepted version of an entry.
#[derive(Clone, Copy, Debug)]
struct Version {
    stamp: Micros,
    /// The device that sent it.
    author: usize,
    request: u64,
    /// The version that the sender named as the base or in `If-Match`.
    named: Option<Micros>,
    /// The version reported to the sender as overwritten.
    reported: Option<Micros>,
    is_careful: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Overwrites {
    versions: BTreeMap<String, Vec<Version>>,
    requests: u64,
}

impl Overwrites {
    pub(crate) fn take_bulk(&mut self, upload: &Upload, answers: &[LineAnswer]) {
        self.requests += 1;
        let (author, is_careful) = (upload.author, upload.is_careful);
        for (line, answer) in upload.lines.iter().zip(answers) {
            let Some(synced) = &answer.synced else { continue };
            let (Some(id), Some(stamp)) = (&synced.server_id, synced.updated_at) else { continue };
            let overwritten = answer.conflict.as_ref().and_then(|it| it.server_entry.as_ref());
            let reported = overwritten.map(|version| version.updated_at);
            let (request, named) = (self.requests, line.base);
            self.take(id, Version { stamp, author, request, named, reported, is_careful });
        }
    }

    pub(crate) fn take_single(
        &mut self,
        author: usize,
        id: &str,
        stamp: Micros,
        guard: Option<Micros>,
    ) {
        self.requests += 1;
        let request = self.requests;
        let version =
            Version { stamp, author, request, named: guard, reported: None, is_careful: false };
        self.take(id, version);
    }

    /// Takes a version of a `keep_both` copy from the upload that is being checked.
    pub(crate) fn take_copy(&mut self, id: &str, stamp: Micros, reported: Option<Micros>) {
        let (author, request) = (usize::MAX, self.requests + 1);
        self.take(id, Version { stamp, author, request, named: None, reported, is_careful: false });
    }

    fn take(&mut self, id: &str, version: Version) {
        let versions = self.versions.entry(id.to_owned()).or_default();
        // A request that wrote nothing returns a stamp that is already known.
        if versions.iter().all(|known| known.stamp != version.stamp) {
            versions.push(version);
            versions.sort_by_key(|version| version.stamp);
        }
    }

    /// Checks that the author of each version knew the version before it or received a report. Clients that name no
    /// version or resend late are exempt. Returns how often exempt clients replaced another device's version.
    pub(crate) fn check(&self) -> StepResult<u64> {
        let mut unnamed = 0;
        for (id, versions) in &self.versions {
            for pair in versions.windows(2) {
                let [old, new] = pair else { continue };
                let is_known = new.named == Some(old.stamp) || new.request == old.request;
                if is_known || new.reported == Some(old.stamp) {
                    continue;
                }
                holds(new.named.is_none() && !new.is_careful, || {
                    format!("a version of {id} was overwritten in silence: {old:?} by {new:?}")
                })?;
                unnamed += u64::from(old.author != new.author);
            }
        }
        Ok(unnamed)
    }
}
