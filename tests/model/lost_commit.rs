//! Cuts the server's connection to the database at COMMIT: the device cannot know whether its edit was stored.

use super::expected_bulk::Batch;
use super::recorded_client::bulk;
use super::simulation::{Sent, Simulation};
use super::step_result::{StepResult, same};
use super::timestamps::now;
use crate::support::proxy::Verdict;

impl Simulation<'_> {
    /// Sends the first edit of the outbox. The connection is cut after the execution of COMMIT if `is_stored`, before it
    /// otherwise. The device gets 503 in both cases.
    pub(crate) fn lose_commit(&mut self, device: usize, is_stored: bool) -> StepResult {
        let Some(upload) = self.devices[device].next_upload(1) else { return Ok(()) };
        let [line] = &upload.lines[..] else { return Err("not one line".into()) };
        // Without a response, the server's time is unknown, and so is the time of an edit that it gives a time.
        if line.edited_at.is_none_or(|edited_at| edited_at > now()) {
            return Ok(());
        }
        self.devices[device].mark_sent(&upload.numbers);
        let verdict = if is_stored { Verdict::CutAfter } else { Verdict::CutBefore };
        // The process with the proxy has no low quota.
        let quota = self.expected.quota.take();
        let answer = self.client.send_and_cut(&bulk(&upload), verdict);
        let answers = if answer.status == 200 {
            // The edit changed nothing, so there was no COMMIT.
            self.check_bulk(&upload, &answer)?
        } else {
            let problem = (answer.status, answer.code());
            same("the response without a COMMIT", problem, (503, "database_unavailable".into()))?;
            if !is_stored {
                self.expected.quota = quota;
                self.client.saw("COMMIT not executed");
                return self.check_table();
            }
            let table = self.table();
            let before = self.expected.entries.clone();
            let (strategy, server_time) = (upload.strategy, now());
            let batch = Batch { strategy, server_time, before, table: &table.entries };
            let expected = vec![self.expected.settle(line, None, &batch)?];
            self.expected.overwrites.take_bulk(&upload, &expected);
            self.client.saw(&format!("COMMIT not answered: {}", expected[0].kind()));
            self.check_table()?;
            expected
        };
        self.expected.quota = quota;
        self.sent.push(Sent::Bulk(upload, answers));
        self.is_quiet = true;
        Ok(())
    }
}
