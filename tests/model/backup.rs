//! Backs up the database, and restores it under a new epoch.

use mysql::Conn;
use mysql::prelude::Queryable;

use super::entry::Stored;
use super::expected_state::ExpectedState;
use super::simulation::Simulation;
use super::step_result::StepResult;
use super::stored_rows::UserTable;
use super::timestamps::Micros;

pub(crate) struct Backup {
    table: UserTable,
    expected: ExpectedState,
}

const INSERT: &str = "INSERT INTO weight_entries (id, user_id, device_id, local_id, weight_value, unit, timestamp, \
    created_at, updated_at, edited_at, deleted_at, recent_edits) VALUES (?, ?, ?, ?, ? / 100, ?, \
    TIMESTAMPADD(MICROSECOND, ?, '1970-01-01'), TIMESTAMPADD(MICROSECOND, ?, '1970-01-01'), \
    TIMESTAMPADD(MICROSECOND, ?, '1970-01-01'), TIMESTAMPADD(MICROSECOND, ?, '1970-01-01'), \
    TIMESTAMPADD(MICROSECOND, ?, '1970-01-01'), ?)";
const CLOCK: &str = "UPDATE sync_clocks SET last_stamp = ?, stored_entries = ?, live_entries = ?, live_hash = ?, \
     purged_through = ? WHERE user_id = ?";

impl Simulation<'_> {
    pub(crate) fn back_up(&mut self) {
        self.backup = Some(Backup { table: self.table(), expected: self.expected.clone() });
    }

    /// Restores as docs/OPERATIONS.md describes: the rows, then `weightctl epoch renew`.
    pub(crate) fn restore(&mut self) -> StepResult {
        let Some(Backup { table, expected }) = self.backup.take() else { return Ok(()) };
        let user = &expected.user;
        let delete = "DELETE FROM weight_entries WHERE user_id = ?";
        self.database.exec_drop(delete, (user,)).expect("the rows go");
        for entry in table.entries.values() {
            insert(self.database, user, entry, &table.recent_edits[&entry.id]);
        }
        let (stored, live, hash) = table.totals;
        let clock = (table.last_stamp, stored, live, hash, table.purged_through, user);
        self.database.exec_drop(CLOCK, clock).expect("the clock is set");
        // The quota is the server's, not the database's.
        self.expected = ExpectedState { quota: self.expected.quota, ..expected };
        // The restored database does not recognise requests from before the restore as resends.
        self.sent.clear();
        self.client.weightctl(&["epoch", "renew", "--yes"]);
        self.check_table()
    }
}

fn insert(database: &mut Conn, user: &str, entry: &Stored, memory: &[u8]) {
    let key = entry.key.as_ref();
    let values: Vec<mysql::Value> = vec![
        entry.id.as_str().into(),
        user.into(),
        key.map_or("", |key| key.device.as_str()).into(),
        key.map(|key| key.local.as_str()).into(),
        entry.content.hundredths.into(),
        entry.content.unit.into(),
        entry.content.measured.into(),
        entry.created_at.into(),
        entry.updated_at.into(),
        entry.edited_at.into(),
        entry.deleted_at.map_or(mysql::Value::NULL, |moment: Micros| moment.into()),
        memory.into(),
    ];
    database.exec_drop(INSERT, values).expect("the row is written");
}
