//! Exports the account and uploads the export to the same account, at once or much later.

use std::collections::BTreeMap;

use super::conflict_rules::Strategy;
use super::device::Upload;
use super::entry::{Content, Edit, Key, Stored, text, time};
use super::expected_state::Line;
use super::simulation::{Sent, Simulation};
use super::single_writes::NOBODY;
use super::step_result::{StepResult, same};
use crate::support::Request;

pub(crate) const DEVICE: &str = "import";

/// An export as lines of an upload, and the entries of that moment.
pub(crate) struct Export {
    lines: Vec<Line>,
    entries: BTreeMap<String, Stored>,
}

impl Simulation<'_> {
    pub(crate) fn export(&mut self) -> StepResult {
        let answer = self.client.send(&Request::get("/api/account/export"));
        same("the status of an export", answer.status, 200)?;
        let json = answer.json();
        let exported = json["entries"].as_array().ok_or("no entries in an export")?;
        let mut lines = Vec::new();
        for entry in exported {
            let content = Content::read(entry)?;
            let key = Key { device: DEVICE.into(), local: text(entry, "local_id")? };
            let edit = if entry["deleted"] == true { Edit::Delete } else { Edit::Put(content) };
            lines.push(Line {
                key: Some(key),
                server_id: None,
                edit,
                edited_at: Some(time(entry, "edited_at")?),
                base: Some(time(entry, "base_updated_at")?),
                spoiled: false,
            });
        }
        let mut ids: Vec<&String> =
            lines.iter().filter_map(|line| Some(&line.key.as_ref()?.local)).collect();
        ids.sort();
        same("the entries of an export", ids, self.expected.entries.keys().collect())?;
        self.exported = Some(Export { lines, entries: self.expected.entries.clone() });
        Ok(())
    }

    /// Uploads the last export.
    pub(crate) fn import(&mut self) -> StepResult {
        let Some(Export { lines, entries }) = &self.exported else { return Ok(()) };
        let (lines, is_current) = (lines.clone(), *entries == self.expected.entries);
        let before = self.expected.entries.clone();
        for lines in lines.chunks(100) {
            let upload = Upload {
                device: DEVICE.into(),
                strategy: Strategy::LastWriteWins,
                lines: lines.to_vec(),
                numbers: Vec::new(),
                author: NOBODY,
                is_careful: false,
            };
            let answers = self.send_bulk(&upload)?;
            for (line, answer) in lines.iter().zip(&answers) {
                let status = answer.synced.as_ref().map(|synced| synced.status.as_str());
                if let (Some("created"), Edit::Put(content)) = (status, line.edit) {
                    // The server had forgotten it, by a purge or a restore.
                    self.imported.insert(content.birth());
                }
                self.client.saw(&format!("import {}", answer.kind()));
            }
            self.sent.push(Sent::Bulk(upload, answers));
            self.is_quiet = true;
        }
        if is_current {
            same("what an export changed in its own account", &self.expected.entries, &before)?;
        }
        Ok(())
    }
}
