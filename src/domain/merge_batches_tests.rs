//! The edits of one batch that meet each other, and the stamps and totals of what it writes.

use super::*;

#[test]
fn each_accepted_write_has_a_stamp_of_its_own() {
    let rules = rules(ConflictStrategy::LastWriteWins);
    let mut unit = UnitOfWork::default();
    let stamps: Vec<UtcTime> = ["a", "b", "a"]
        .iter()
        .zip([7550, 7560, 7570])
        .map(|(local_id, hundredths)| {
            unit.apply(&put(local_id, hundredths), rules).entry.unwrap().updated_at
        })
        .collect();
    assert_eq!(stamps, [0, 1, 2].map(|micros| rules.now.plus_micros(micros)));
    assert_eq!(unit.changed().count(), 2, "each entry is written once, in its last version");
    let Totals { stored_entries, live_entries, .. } = unit.totals();
    assert_eq!((stored_entries, live_entries), (2, 2));
}

#[test]
fn a_tombstone_carries_the_stamp_of_its_write_and_a_restored_entry_counts_as_live() {
    let known = live("2026-01-07T00:00:00Z", "2026-01-07T00:00:05Z");
    let rules = rules(ConflictStrategy::LastWriteWins);
    let mut unit = UnitOfWork::new([known]);
    let mut delete = put("a", 7550);
    delete.edit.kind = EditKind::Delete;
    let deleted = unit.apply(&delete, rules).entry.unwrap();
    assert_eq!((deleted.deleted_at, deleted.updated_at), (Some(rules.now), rules.now));
    let Totals { stored_entries, live_entries, .. } = unit.totals();
    assert_eq!((stored_entries, live_entries), (0, -1));
    let restored = unit.apply(&put("a", 7600), rules).entry.unwrap();
    assert_eq!((restored.deleted_at, unit.totals().live_entries), (None, 0));
}

#[test]
fn two_edits_on_one_base_do_not_conflict_with_each_other() {
    let known = live("2026-01-07T00:00:00Z", "2026-01-07T00:00:05Z");
    let mut unit = UnitOfWork::new([known.clone()]);
    for hundredths in [7560, 7570] {
        let mut edit = put("a", hundredths);
        edit.edit.base_updated_at = Some(known.entry.updated_at);
        let outcome = unit.apply(&edit, rules(ConflictStrategy::Manual));
        assert_eq!((outcome.status, outcome.conflict), (Some(Status::Updated), None));
    }
}

#[test]
fn each_conflict_of_two_edits_on_one_stale_base_shows_the_version_of_others() {
    let theirs = live("2026-01-09T00:00:00Z", "2026-01-09T00:00:05Z");
    let mut unit = UnitOfWork::new([theirs.clone()]);
    let mut delete = put("a", 7550);
    delete.edit.kind = EditKind::Delete;
    for submission in [put("a", 7560), delete, put("a", 7570)] {
        let mut stale = submission;
        stale.edit.base_updated_at = Some(time("2026-01-08T00:00:05Z"));
        let outcome = unit.apply(&stale, rules(ConflictStrategy::LastWriteWins));
        let conflict = outcome.conflict.unwrap();
        assert_eq!(conflict.server_entry.as_ref(), Some(&theirs.entry));
        assert_eq!(conflict.reason, Reason::ConcurrentEdit, "not the sender's own tombstone");
    }
}

#[test]
fn an_edit_over_an_entry_that_its_own_batch_made_overwrites_nobody() {
    let mut unit = UnitOfWork::default();
    for hundredths in [7560, 7570] {
        let mut blind = put("a", hundredths);
        blind.edit.edited_at = None;
        let outcome = unit.apply(&blind, rules(ConflictStrategy::LastWriteWins));
        assert_eq!(outcome.conflict, None);
    }
}
