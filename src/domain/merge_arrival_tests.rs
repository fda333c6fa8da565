//! The order in which edits arrive decides nothing that their times decide.

use super::*;

/// What is left of a live entry after edits that were all made on its version, in this order of arrival.
fn after(edits: &[(EditKind, &str)]) -> Entry {
    let mut stored = live("2026-01-10T10:00:00Z", "2026-01-10T10:00:05Z");
    let base_updated_at = Some(stored.entry.updated_at);
    for (number, (kind, edited_at)) in edits.iter().enumerate() {
        let mut unit = UnitOfWork::new([stored.clone()]);
        let edit = Edit { kind: *kind, edited_at: Some(time(edited_at)), base_updated_at };
        let now = time("2026-01-10T12:00:00Z").plus_micros(i64::try_from(number).unwrap());
        unit.apply(
            &Submission::of_entry(stored.entry.id, edit),
            rules_at(now, ConflictStrategy::LastWriteWins),
        );
        stored = unit.changed().next().cloned().unwrap_or(stored);
    }
    stored.entry
}

#[test]
fn the_last_edit_wins_though_another_device_made_the_same_edit_before() {
    let (deletion, weight) = (EditKind::Delete, EditKind::Put(kilograms(7600)));
    let first = (deletion, "2026-01-10T10:05:00Z");
    let between = (weight, "2026-01-10T10:10:00Z");
    let last = (deletion, "2026-01-10T10:20:00Z");
    for edits in [
        [first, last, between],
        [first, between, last],
        [last, first, between],
        [last, between, first],
    ] {
        let left = after(&edits);
        assert!(left.is_deleted(), "{edits:?}");
        assert_eq!(left.edited_at, time("2026-01-10T10:20:00Z"), "{edits:?}");
    }
}

#[test]
fn equal_content_gets_the_later_time_and_no_new_stamp_and_a_resend_changes_nothing() {
    let stored = live("2026-01-10T10:00:00Z", "2026-01-10T10:00:05Z");
    let kind = EditKind::Put(stored.entry.content);
    let edit = Edit { kind, edited_at: Some(time("2026-01-10T23:00:00Z")), base_updated_at: None };
    let same = Submission::of_entry(stored.entry.id, edit);
    let mut unit = UnitOfWork::new([stored.clone()]);
    let now = time("2026-01-10T12:00:00Z");
    let outcome = unit.apply(&same, rules_at(now, ConflictStrategy::LastWriteWins));
    assert_eq!(outcome.status, Some(Status::Unchanged));
    let confirmed = only_changed(&unit);
    assert_eq!(confirmed.entry, Entry { edited_at: now, ..stored.entry });

    let mut unit = UnitOfWork::new([confirmed.clone()]);
    let later = time("2026-01-10T13:00:00Z");
    let outcome = unit.apply(&same, rules_at(later, ConflictStrategy::LastWriteWins));
    assert_eq!((outcome.status, outcome.entry), (Some(Status::Unchanged), Some(confirmed.entry)));
    assert_eq!(unit.changed().count(), 0);
}
