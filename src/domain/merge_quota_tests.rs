//! What a unit of work does where the quota has no room.

use super::*;

#[test]
fn without_room_edits_are_applied_and_new_entries_and_copies_are_refused() {
    let known = live("2026-01-09T00:00:00Z", "2026-01-09T00:00:05Z");
    let rules = rules(ConflictStrategy::KeepBoth);
    let mut unit = UnitOfWork::new([known.clone()]).with_room(Some(1));
    assert_eq!(unit.apply(&put("b", 7600), rules).status, Some(Status::Created));
    for refused in [put("c", 7700), put("d", 7800)] {
        assert_eq!(unit.apply(&refused, rules), Outcome::NO_ROOM);
    }
    let mut stale = put("a", 7700);
    stale.edit.edited_at = Some(time("2026-01-08T00:00:00Z"));
    assert_eq!(unit.apply(&stale, rules), Outcome::NO_ROOM);
    assert_eq!(unit.entry(known.entry.id), Some(&known.entry));
    for status in [Status::Updated, Status::Deleted] {
        let mut edit = put("a", 7710);
        edit.edit.base_updated_at = unit.find(&edit).map(|entry| entry.updated_at);
        if status == Status::Deleted {
            edit.edit.kind = EditKind::Delete;
        }
        assert_eq!(unit.apply(&edit, rules).status, Some(status));
    }
    assert_eq!((unit.totals().stored_entries, unit.totals().live_entries), (1, 0));
}
