//! The database account's privileges.

use weight_sync::store::{Database, diagnosis};

use super::finding::{Check, DATABASE, Finding};

const PRIVILEGES: Check = Check(DATABASE, "privileges");

/// Without these the service cannot serve requests.
const TO_SERVE: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "DELETE"];
/// Without these the next `weightctl migrate` fails.
const TO_MIGRATE: [&str; 5] = ["CREATE", "ALTER", "DROP", "INDEX", "REFERENCES"];
/// With these a stolen password gives access to more than the service's database.
const TOO_MUCH: [&str; 5] = ["SUPER", "FILE", "PROCESS", "CREATE USER", "SHUTDOWN"];

pub(super) fn examine(database: &mut Database<'_>) -> Finding {
    match diagnosis::grants(database) {
        Ok((grants, database)) => judge(&grants, &database),
        Err(error) => PRIVILEGES.skip(error.to_string()),
    }
}

fn judge(grants: &[String], database: &str) -> Finding {
    let mut held: Vec<String> = Vec::new();
    let mut global: Vec<String> = Vec::new();
    for (privileges, scope) in grants.iter().filter_map(|grant| parts(grant)) {
        if scope == "*.*" {
            global.extend(privileges.clone());
        }
        if scope == "*.*" || is_about(scope, database) {
            held.extend(privileges);
        }
    }
    let has = |list: &[String], name: &str| {
        list.iter().any(|held| held == name || held.starts_with("ALL PRIVILEGES"))
    };
    let missing = |names: &[&str]| {
        let names = names.iter().filter(|name| !has(&held, name));
        names.copied().collect::<Vec<_>>().join(", ")
    };
    let (to_serve, to_migrate) = (missing(&TO_SERVE), missing(&TO_MIGRATE));
    let too_much: Vec<&str> = TOO_MUCH.iter().filter(|name| has(&global, name)).copied().collect();
    let grant = "grant it in the host's panel";
    if !to_serve.is_empty() {
        PRIVILEGES.fail(format!("missing on {database}: {to_serve}"), grant)
    } else if !to_migrate.is_empty() {
        let reason = format!("missing on {database}: {to_migrate}; weightctl migrate needs it");
        PRIVILEGES.warn(reason, grant)
    } else if !too_much.is_empty() {
        PRIVILEGES.warn(
            format!("the account may do more than its database: {}", too_much.join(", ")),
            "give the service an account of its own, for its database alone",
        )
    } else {
        PRIVILEGES.pass(format!("all that is needed on {database}, and nothing global"))
    }
}

/// Splits `GRANT a, b ON scope TO account` into privileges and scope. `None` for
/// the grant of a role, which has no scope.
fn parts(grant: &str) -> Option<(Vec<String>, &str)> {
    let (privileges, rest) = grant.strip_prefix("GRANT ")?.split_once(" ON ")?;
    let (scope, _) = rest.split_once(" TO ")?;
    let privileges = privileges.split(',').map(|name| name.trim().to_uppercase());
    Some((privileges.collect(), scope))
}

/// Whether a scope such as `name\_%`.* covers the database. `_` matches one
/// character, `%` any number; a backslash escapes both.
fn is_about(scope: &str, database: &str) -> bool {
    let Some(pattern) = scope.strip_suffix(".*") else { return false };
    let pattern: Vec<char> = pattern.trim_matches('`').chars().collect();
    let name: Vec<char> = database.chars().collect();
    matches(&pattern, &name)
}

fn matches(pattern: &[char], name: &[char]) -> bool {
    match (pattern, name) {
        ([], rest) => rest.is_empty(),
        (['%', pattern @ ..], _) => {
            (0..=name.len()).any(|skipped| matches(pattern, name.get(skipped..).unwrap_or(&[])))
        }
        (['\\', letter, pattern @ ..], [first, name @ ..]) => {
            letter == first && matches(pattern, name)
        }
        (['_', pattern @ ..], [_, name @ ..]) => matches(pattern, name),
        ([letter, pattern @ ..], [first, name @ ..]) => letter == first && matches(pattern, name),
        (_, []) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    const USAGE: &str = "GRANT USAGE ON *.* TO `me`@`%` IDENTIFIED BY PASSWORD '*0'";
    const ALL: &str = "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER";

    fn level(grants: &[String]) -> Level {
        judge(grants, "my_weights").level
    }

    #[test]
    fn what_is_granted_on_our_database_by_whatever_pattern_counts() {
        for scope in ["`my_weights`.*", "`my\\_weights`.*", "`my\\_%`.*", "`%`.*"] {
            let grants = [USAGE.to_owned(), format!("GRANT {ALL} ON {scope} TO `me`@`%`")];
            assert_eq!(level(&grants), Level::Pass, "{scope}");
        }
        for scope in ["`my\\_weight`.*", "`other`.*", "`my\\%weights`.*", "`my_weights`.`users`"] {
            let grants = [USAGE.to_owned(), format!("GRANT {ALL} ON {scope} TO `me`@`%`")];
            assert_eq!(level(&grants), Level::Fail, "{scope}");
        }
    }

    #[test]
    fn what_is_missing_for_service_fails_and_for_migrations_warns() {
        for (privileges, expected) in [
            ("ALL PRIVILEGES", Level::Pass),
            ("SELECT, INSERT, UPDATE, DELETE", Level::Warn),
            ("SELECT, INSERT, UPDATE, CREATE, DROP, REFERENCES, INDEX, ALTER", Level::Fail),
        ] {
            let grant = format!("GRANT {privileges} ON `my_weights`.* TO `me`@`%`");
            assert_eq!(level(&[grant]), expected, "{privileges}");
        }
    }

    #[test]
    fn an_account_that_may_do_everything_is_too_much() {
        let grant = "GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION";
        assert_eq!(level(&[grant.to_owned()]), Level::Warn);
    }
}
