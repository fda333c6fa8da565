//! Reads the processor time of processes from /proc.

/// Ticks per second in /proc/PID/stat: USER_HZ, which is 100 on every supported Linux.
const TICKS_A_SECOND: f64 = 100.0;

/// Milliseconds of processor time that these processes have used so far, threads that have ended included.
pub(crate) fn milliseconds(ids: Vec<u32>) -> f64 {
    ids.into_iter().filter_map(ticks).sum::<f64>() * 1000.0 / TICKS_A_SECOND
}

/// User plus system time, fields 14 and 15 of proc(5). The name in field 2 may contain blanks.
fn ticks(id: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let at = |place: usize| fields.get(place)?.parse::<f64>().ok();
    Some(at(11)? + at(12)?)
}
