//! The copies of `keep_both`, and what resends and later edits do to them.

use super::*;

#[test]
fn a_resend_does_not_make_a_second_copy() {
    let newer = live("2026-01-10T11:00:00Z", "2026-01-10T11:00:05Z");
    let older = put("a", 7600);
    let rules = rules(ConflictStrategy::KeepBoth);
    let mut unit = UnitOfWork::new([newer.clone()]);
    let first = unit.apply(&older, rules).conflict.unwrap();
    assert_eq!(first.resolution, Resolution::KeptBoth);
    let copy = only_changed(&unit);
    assert_eq!(Some(copy.entry.id), first.copy_id);
    assert_eq!((copy.entry.content, &copy.entry.identity), (kilograms(7600), &None));

    let mut later = UnitOfWork::new([newer, copy]);
    let second = later.apply(&Submission { new_id: EntryId::generate(), ..older }, rules);
    assert_eq!(second.conflict.unwrap().copy_id, first.copy_id);
    assert_eq!(later.changed().count(), 0);
}

/// The copy that `edit` made beside `original`, after a change at 11:30.
fn changed_copy(original: &StoredEntry, edit: &Submission, kind: EditKind) -> StoredEntry {
    let mut unit = UnitOfWork::new([original.clone()]);
    let id = unit.apply(edit, rules(ConflictStrategy::KeepBoth)).conflict.unwrap().copy_id;
    let mut unit = UnitOfWork::new([only_changed(&unit)]);
    let edited_at = Some(time("2026-01-10T11:30:00Z"));
    let change = Submission::of_entry(id.unwrap(), Edit { kind, edited_at, base_updated_at: None });
    unit.apply(&change, rules(ConflictStrategy::LastWriteWins));
    only_changed(&unit)
}

#[test]
fn a_later_edit_restores_or_changes_its_copy_and_an_older_one_or_a_resend_does_not() {
    let newer = live("2026-01-10T11:00:00Z", "2026-01-10T11:00:05Z");
    let first = put("a", 7600);
    for kind in [EditKind::Delete, EditKind::Put(kilograms(8500))] {
        let copy = changed_copy(&newer, &first, kind);
        for (edited_at, replaces) in [
            ("2026-01-10T10:00:00Z", false),
            ("2026-01-10T11:29:59Z", false),
            ("2026-01-10T11:30:00Z", true),
            ("2026-01-10T11:45:00Z", true),
            ("2026-01-10T23:00:00Z", true),
        ] {
            let mut again = first.clone();
            again.edit.edited_at = Some(time(edited_at));
            // What the original has seen since decides that it is a conflict.
            again.edit.base_updated_at = Some(time("2026-01-08T00:00:05Z"));
            if edited_at == "2026-01-10T10:00:00Z" {
                again = first.clone();
            }
            let mut unit = UnitOfWork::new([newer.clone(), copy.clone()]);
            let keeps_both = rules(ConflictStrategy::KeepBoth);
            let conflict = unit.apply(&again, keeps_both).conflict.unwrap();
            // A new edit that loses against the copy too stands nowhere.
            let stands = replaces || again.edit == first.edit;
            let resolution = if stands { Resolution::KeptBoth } else { Resolution::ServerWins };
            assert_eq!(conflict.resolution, resolution, "{edited_at}");
            assert_eq!(conflict.copy_id, stands.then_some(copy.entry.id), "{edited_at}");
            assert_eq!(conflict.replaced_copy, replaces.then(|| copy.entry.clone()), "{edited_at}");
            assert_eq!(unit.changed().count(), usize::from(replaces), "{edited_at}");
            let stands = unit.entry(copy.entry.id).unwrap();
            assert_eq!(is_equal(stands, again.edit.kind), replaces, "{edited_at}");
            let restored = replaces && copy.entry.is_deleted();
            assert_eq!(unit.totals().live_entries, i64::from(restored), "{edited_at}");
            // It changes nothing when it is sent again after the next change.
            if replaces {
                let deleted = Submission::of_entry(
                    copy.entry.id,
                    Edit { kind: EditKind::Delete, edited_at: None, base_updated_at: None },
                );
                let mut unit = UnitOfWork::new([newer.clone(), only_changed(&unit)]);
                unit.apply(&deleted, rules(ConflictStrategy::LastWriteWins));
                unit.apply(&again, rules_at(time("2026-01-11T12:00:00Z"), keeps_both.strategy));
                assert!(unit.entry(copy.entry.id).unwrap().is_deleted(), "{edited_at}");
            }
        }
    }
}
