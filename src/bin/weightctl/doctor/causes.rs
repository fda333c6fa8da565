//! Connects symptoms with their cause: what fails at the public address often
//! follows from a file or a table that is missing.

use super::finding::{DATABASE, FILES, Finding, Level};

/// Checks at the public address, and the groups that may be their cause.
const SYMPTOMS: [(&str, &[&str]); 4] = [
    ("https", &[FILES]),
    ("health", &[FILES, DATABASE]),
    ("authorization", &[FILES, DATABASE]),
    ("headers", &[FILES]),
];

/// Replaces the remedy of each symptom by the check to see first.
pub(super) fn point_out(findings: &mut [Finding]) {
    let failed = |finding: &&Finding| finding.level == Level::Fail;
    let causes: Vec<_> =
        findings.iter().filter(failed).map(|cause| (cause.group, cause.check)).collect();
    for finding in findings.iter_mut().filter(|finding| finding.level == Level::Fail) {
        let groups = SYMPTOMS.iter().find(|(check, _)| *check == finding.check);
        let Some((_, groups)) = groups else { continue };
        if let Some((_, cause)) = causes.iter().find(|(group, _)| groups.contains(group)) {
            finding.remedy = Some(format!("follows from the check {cause}: see there first"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Check;
    use super::*;

    #[test]
    fn a_symptom_points_at_the_cause_that_failed_and_keeps_its_remedy_without_one() {
        let remedies = |cause: Finding| {
            let mut findings = [
                cause,
                Check("web", "health").fail("x", "own"),
                Check("web", "cache").fail("x", "own"),
            ];
            point_out(&mut findings);
            findings.map(|finding| finding.remedy.unwrap_or_default())
        };
        let [_, health, cache] = remedies(Check(DATABASE, "tables").fail("x", "y"));
        assert!(health.contains("tables"), "{health}");
        assert_eq!(cache, "own");
        assert_eq!(remedies(Check(DATABASE, "tables").warn("x", "y"))[1], "own");
    }
}
