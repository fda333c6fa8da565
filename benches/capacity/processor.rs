//! Reads the processor time of the three parts of a site from /proc.

use crate::support::site::Instance;

/// Ticks per second in /proc/PID/stat: USER_HZ, which is 100 on every supported Linux.
const TICKS_A_SECOND: f64 = 100.0;

pub(crate) struct Processor<'a> {
    instance: &'a Instance,
}

impl<'a> Processor<'a> {
    pub(crate) fn of(instance: &'a Instance) -> Self {
        Self { instance }
    }

    /// Milliseconds used so far by the program, Apache and the database.
    pub(crate) fn spent(&self) -> [f64; 3] {
        let sum = |ids: Vec<u32>| ids.into_iter().filter_map(ticks).sum::<f64>();
        let apache = self.instance.apache_ids();
        [sum(self.instance.program_ids()), sum(apache), sum(self.instance.database_ids())]
            .map(|ticks| ticks * 1000.0 / TICKS_A_SECOND)
    }
}

/// User plus system time, fields 14 and 15 of proc(5). The name in field 2 may contain blanks.
fn ticks(id: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let at = |place: usize| fields.get(place)?.parse::<f64>().ok();
    Some(at(11)? + at(12)?)
}
