//! Reads one user's rows from the database.

use std::collections::BTreeMap;

use mysql::prelude::Queryable;
use mysql::{Conn, Row};

use super::entry::{Content, Key, Stored, UNITS};
use super::timestamps::Micros;

/// A user's stored entries and clock.
#[derive(Debug, Default)]
pub(crate) struct UserTable {
    pub(crate) entries: BTreeMap<String, Stored>,
    /// The column `recent_edits` by server id.
    pub(crate) recent_edits: BTreeMap<String, Vec<u8>>,
    pub(crate) last_stamp: Micros,
    /// Stored entries, live entries and the hash of these.
    pub(crate) totals: (i64, i64, u64),
    pub(crate) purged_through: Option<Micros>,
    pub(crate) started_at: Micros,
}

const ENTRIES: &str = "SELECT id, device_id, local_id, CAST(weight_value * 100 AS SIGNED), unit, \
    TIMESTAMPDIFF(MICROSECOND, '1970-01-01', timestamp), TIMESTAMPDIFF(MICROSECOND, '1970-01-01', created_at), \
    TIMESTAMPDIFF(MICROSECOND, '1970-01-01', updated_at), TIMESTAMPDIFF(MICROSECOND, '1970-01-01', edited_at), \
    TIMESTAMPDIFF(MICROSECOND, '1970-01-01', deleted_at), recent_edits FROM weight_entries WHERE user_id = ?";
const CLOCK: &str = "SELECT last_stamp, stored_entries, live_entries, live_hash, purged_through, started_at \
    FROM sync_clocks WHERE user_id = ?";

impl UserTable {
    pub(crate) fn read(connection: &mut Conn, user: &str) -> Self {
        let rows: Vec<Row> = connection.exec(ENTRIES, (user,)).expect("the entries");
        let (mut entries, mut recent_edits) = (BTreeMap::new(), BTreeMap::new());
        for mut row in rows {
            let memory = row.take(10).expect("accepted");
            let entry = entry(row);
            recent_edits.insert(entry.id.clone(), memory);
            entries.insert(entry.id.clone(), entry);
        }
        let clock = connection.exec_first(CLOCK, (user,)).expect("the clock").expect("a clock");
        let (last_stamp, stored_entries, live_entries, live_hash, purged_through, started_at) =
            clock;
        let totals = (stored_entries, live_entries, live_hash);
        Self { entries, recent_edits, last_stamp, totals, purged_through, started_at }
    }
}

fn entry(mut row: Row) -> Stored {
    let device = row.take(1).expect("device_id");
    let local: Option<String> = row.take(2).expect("local_id");
    let unit: String = row.take(4).expect("unit");
    Stored {
        id: row.take(0).expect("id"),
        key: local.map(|local| Key { device, local }),
        content: Content {
            hundredths: row.take(3).expect("weight_value"),
            unit: UNITS.into_iter().find(|known| *known == unit).expect("a known unit"),
            measured: row.take(5).expect("timestamp"),
        },
        created_at: row.take(6).expect("created_at"),
        updated_at: row.take(7).expect("updated_at"),
        edited_at: row.take(8).expect("edited_at"),
        deleted_at: row.take(9).expect("deleted_at"),
    }
}
