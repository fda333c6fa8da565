//! Judges the database server's facts, in pure functions.

use weight_sync::store::diagnosis::ServerFacts;

use super::finding::{Check, DATABASE, Finding};
use crate::duration::in_words;

const VERSION: Check = Check(DATABASE, "version");
const CHARSET: Check = Check(DATABASE, "charset");
const STRICT_MODE: Check = Check(DATABASE, "strict mode");
const TIME_ZONE: Check = Check(DATABASE, "time zone");
const CLOCK: Check = Check(DATABASE, "clock");
const CONNECTIONS: Check = Check(DATABASE, "connections");

/// The remedy if a proxy in front of the server drops SET statements.
const PROXY: &str = "something between the service and the server drops what connections set: \
    connect to the server itself";

const FIRST_MYSQL: (u32, u32) = (8, 0);
const FIRST_MARIADB: (u32, u32) = (10, 6);

pub(super) fn version(facts: &ServerFacts) -> Finding {
    let text = &facts.version;
    let is_mariadb = text.contains("MariaDB");
    // Older MariaDB servers announce themselves as 5.5.5-10.x.
    let number = text.strip_prefix("5.5.5-").filter(|_| is_mariadb).unwrap_or(text);
    let mut parts = number.split(['.', '-']).map(|part| part.parse::<u32>().unwrap_or(0));
    let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    let (kind, first) =
        if is_mariadb { ("MariaDB", FIRST_MARIADB) } else { ("MySQL", FIRST_MYSQL) };
    if version < first {
        let (major, minor) = first;
        VERSION.fail(
            format!("{kind} {text} is older than {major}.{minor}"),
            format!("ask the host for {kind} {major}.{minor} or later"),
        )
    } else {
        VERSION.pass(format!("{kind} {text}"))
    }
}

/// `None` if the connection and all tables use utf8mb4.
pub(super) fn charset(facts: &ServerFacts, tables: &[String]) -> Option<Finding> {
    if facts.charset != "utf8mb4" {
        let reason = format!("the connection speaks {}, not utf8mb4", facts.charset);
        return Some(CHARSET.fail(reason, PROXY));
    }
    let list = tables.join(", ");
    (!tables.is_empty()).then(|| {
        let reason = format!("these tables hold another charset than utf8mb4: {list}");
        let lines = tables.iter().map(|table| {
            format!("ALTER TABLE {table} DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;")
        });
        let lines = lines.collect::<Vec<_>>().join(" ");
        CHARSET.fail(reason, format!("after weightctl backup, in the panel's SQL window: {lines}"))
    })
}

pub(super) fn strict_mode(facts: &ServerFacts) -> Finding {
    if facts.sql_mode.contains("STRICT_ALL_TABLES") {
        STRICT_MODE.pass("the service's sessions are strict, whatever the server's default")
    } else {
        STRICT_MODE.fail(format!("sessions are not strict: {}", facts.sql_mode), PROXY)
    }
}

pub(super) fn time_zone(facts: &ServerFacts) -> Finding {
    match facts.time_zone.as_str() {
        "+00:00" | "UTC" => TIME_ZONE.pass("the service's sessions speak UTC"),
        other => TIME_ZONE.fail(format!("sessions speak {other}, not UTC"), PROXY),
    }
}

/// `ahead_micros`: how far this host's clock is ahead of the database's.
pub(super) fn clock(ahead_micros: i64) -> Finding {
    const NOTICEABLE: u64 = 5_000_000;
    const HARMFUL: u64 = 300_000_000;
    let apart = ahead_micros.unsigned_abs();
    let size = match apart {
        0..NOTICEABLE => format!("{} ms", apart / 1000),
        _ => in_words(apart / 1_000_000),
    };
    let direction = if ahead_micros < 0 { "behind" } else { "ahead of" };
    let text = format!("this host is {size} {direction} the database");
    let remedy = "tell the host: stamps stay in order, but limits and expiry go by two clocks";
    match apart {
        0..NOTICEABLE => CLOCK.pass(text),
        NOTICEABLE..HARMFUL => CLOCK.warn(text, remedy),
        _ => CLOCK.fail(text, remedy),
    }
}

/// mod_fcgid starts a process per concurrent request, by default up to a
/// hundred.
pub(super) fn connections(facts: &ServerFacts, pool_max: usize) -> Finding {
    const FEW: i64 = 10;
    let of_account = facts.max_user_connections;
    let limit = if of_account > 0 { of_account } else { facts.max_connections };
    let used = facts.connections;
    let text = format!(
        "{used} of {limit} in use; each process takes up to {pool_max}, for up to {} s of idleness",
        facts.wait_timeout
    );
    let a_process = i64::try_from(pool_max).unwrap_or(i64::MAX);
    if limit < FEW.saturating_mul(a_process) {
        CONNECTIONS.warn(
            format!("{text}: ten processes at once would not all get theirs"),
            "leave database.pool_max at 1, and ask the host for more",
        )
    } else if used.saturating_mul(5) > limit.saturating_mul(4) {
        CONNECTIONS.warn(text, "end old processes; whatever is beyond the limit is answered by 503")
    } else {
        CONNECTIONS.pass(text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    fn facts() -> ServerFacts {
        ServerFacts {
            version: "8.0.41".into(),
            sql_mode: "STRICT_ALL_TABLES".into(),
            time_zone: "+00:00".into(),
            charset: "utf8mb4".into(),
            database_charset: "utf8mb3".into(),
            max_user_connections: 0,
            max_connections: 151,
            wait_timeout: 60,
            connections: 3,
        }
    }

    #[test]
    fn versions_before_those_that_are_tested_fail() {
        for (text, level) in [
            ("8.0.41", Level::Pass),
            ("9.7.0", Level::Pass),
            ("10.11.9-MariaDB-deb12", Level::Pass),
            ("5.5.5-10.6.1-MariaDB", Level::Pass),
            ("11.4.2-MariaDB", Level::Pass),
            ("5.7.44-log", Level::Fail),
            ("10.5.29-MariaDB", Level::Fail),
            ("5.5.5-10.3.39-MariaDB", Level::Fail),
            ("nonsense", Level::Fail),
        ] {
            let found = version(&ServerFacts { version: text.into(), ..facts() });
            assert_eq!(found.level, level, "{text}: {}", found.reason);
        }
    }

    #[test]
    fn sessions_that_are_not_as_the_service_sets_them_fail() {
        let wrong = ServerFacts {
            sql_mode: "NO_ENGINE_SUBSTITUTION".into(),
            time_zone: "SYSTEM".into(),
            charset: "latin1".into(),
            ..facts()
        };
        for found in [strict_mode(&wrong), time_zone(&wrong), charset(&wrong, &[]).unwrap()] {
            assert_eq!(found.level, Level::Fail, "{}", found.check);
        }
        assert!(charset(&facts(), &[]).is_none());
        assert_eq!(charset(&facts(), &["credentials".into()]).unwrap().level, Level::Fail);
    }

    #[test]
    fn clocks_may_be_apart_by_seconds_but_not_by_minutes() {
        for (micros, level) in [
            (0, Level::Pass),
            (-4_999_999, Level::Pass),
            (5_000_000, Level::Warn),
            (-299_000_000, Level::Warn),
            (300_000_000, Level::Fail),
            (i64::MIN, Level::Fail),
        ] {
            assert_eq!(clock(micros).level, level, "{micros}");
        }
    }

    #[test]
    fn few_connections_or_nearly_all_in_use_are_reported() {
        for (of_account, used, pool_max, level) in [
            (0, 3, 1, Level::Pass),
            (25, 3, 1, Level::Pass),
            (9, 1, 1, Level::Warn),
            (25, 1, 3, Level::Warn),
            (25, 21, 1, Level::Warn),
        ] {
            let facts =
                ServerFacts { max_user_connections: of_account, connections: used, ..facts() };
            assert_eq!(connections(&facts, pool_max).level, level, "{of_account} {used}");
        }
    }
}
