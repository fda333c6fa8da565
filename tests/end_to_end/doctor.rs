//! `weightctl doctor` on a local instance.

use serde_json::Value;

use crate::support::site::Instance;

#[test]
fn the_doctor_warns_of_a_local_instance_only_that_it_has_no_tls_and_no_nightly_purge() {
    let instance = Instance::with_own_database(&[]);
    let text = instance.weightctl_ok(&["--json", "doctor"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_ne!(report["result"], "fail", "{report:#}");
    for (check, result) in [
        ("database", "pass"),
        ("privileges", "pass"),
        ("schema", "pass"),
        ("health", "pass"),
        ("mode", "pass"),
        ("authorization", "pass"),
        ("cache", "pass"),
        ("place", "pass"),
        ("secrets", "pass"),
        ("https", "warn"),
        ("last purge", "warn"),
    ] {
        let found = report["checks"].as_array().unwrap().iter().find(|one| one["check"] == check);
        assert_eq!(found.unwrap_or_else(|| panic!("no {check}"))["result"], result, "{found:?}");
    }
}
