//! A single edit of an entry that must exist.

use super::*;

/// An edit that was made before the stored version's. The status, or why there is none.
fn single(stored: &StoredEntry, kind: EditKind, found: Precondition) -> String {
    let edit = Edit { kind, edited_at: Some(time("2026-01-08T00:00:00Z")), base_updated_at: None };
    let mut unit = UnitOfWork::new([stored.clone()]);
    let rules = rules(ConflictStrategy::LastWriteWins);
    match unit.apply_single(stored.entry.id, edit, |_| found, rules) {
        SingleOutcome::NotFound => "not found".to_owned(),
        SingleOutcome::PreconditionFailed(entry) => {
            assert_eq!(*entry, stored.entry);
            "precondition failed".to_owned()
        }
        SingleOutcome::Judged(outcome) => match outcome.conflict {
            Some(conflict) => format!("{:?}", conflict.resolution),
            None => format!("{:?}", outcome.status.unwrap()),
        },
    }
}

#[test]
fn the_precondition_permits_or_refuses_what_changes_a_live_entry() {
    let live = live("2026-01-09T00:00:00Z", "2026-01-09T00:00:05Z");
    let (same, other) = (EditKind::Put(live.entry.content), EditKind::Put(kilograms(7600)));
    for (kind, found, expected) in [
        (other, Precondition::Absent, "ServerWins"),
        (other, Precondition::Holds, "Updated"),
        (other, Precondition::Fails, "precondition failed"),
        (EditKind::Delete, Precondition::Absent, "ServerWins"),
        (EditKind::Delete, Precondition::Holds, "Deleted"),
        (EditKind::Delete, Precondition::Fails, "precondition failed"),
        (same, Precondition::Absent, "Unchanged"),
        (same, Precondition::Holds, "Unchanged"),
        (same, Precondition::Fails, "Unchanged"),
    ] {
        assert_eq!(single(&live, kind, found), expected, "{kind:?} {found:?}");
    }
}

#[test]
fn a_tombstone_is_not_found_but_for_a_deletion_which_changes_nothing() {
    let mut tombstone = live("2026-01-09T00:00:00Z", "2026-01-09T00:00:05Z");
    tombstone.entry.deleted_at = Some(tombstone.entry.updated_at);
    for found in [Precondition::Absent, Precondition::Holds, Precondition::Fails] {
        let put = EditKind::Put(kilograms(7600));
        assert_eq!(single(&tombstone, put, found), "not found", "{found:?}");
        assert_eq!(single(&tombstone, EditKind::Delete, found), "Unchanged", "{found:?}");
    }
}
