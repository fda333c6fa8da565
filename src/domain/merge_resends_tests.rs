//! Edits that come again, at once or late.

use super::*;

/// Two devices on one entry that `pixel-8` made; each knows the other's edits.
#[test]
fn a_resend_changes_nothing_however_the_clocks_go() {
    let created = put("a", 7550);
    for (strategy, ahead) in [
        (ConflictStrategy::LastWriteWins, -60),
        (ConflictStrategy::LastWriteWins, 0),
        (ConflictStrategy::LastWriteWins, 60),
        (ConflictStrategy::LastWriteWins, 7200),
        (ConflictStrategy::Manual, 7200),
        (ConflictStrategy::KeepBoth, 60),
    ] {
        let rules = rules(strategy);
        let mut created = created.clone();
        created.edit.edited_at = Some(rules.now.plus_seconds(ahead));
        let mut unit = UnitOfWork::default();
        unit.apply(&created, rules);
        let made = only_changed(&unit);

        let mut other = put("b", 7600);
        other.server_id = Some(made.entry.id);
        other.edit.edited_at = Some(rules.now.plus_seconds(-3600));
        other.edit.base_updated_at = Some(made.entry.updated_at);
        let later = rules_at(rules.now.plus_seconds(30), strategy);
        let mut unit = UnitOfWork::new([made]);
        unit.apply(&other, later);
        let edited = only_changed(&unit);

        let late = rules_at(rules.now.plus_seconds(9000), strategy);
        let mut unit = UnitOfWork::new([edited.clone()]);
        created.new_id = EntryId::generate();
        for resend in [&created, &other] {
            let outcome = unit.apply(resend, late);
            assert_eq!(outcome.entry.as_ref(), Some(&edited.entry), "{ahead}");
            match outcome.conflict {
                // The create was replaced since; the other edit is current.
                Some(conflict) => {
                    assert_eq!(conflict.resolution, Resolution::ServerWins, "{ahead}");
                    assert_eq!(resend.edit, created.edit, "{ahead}");
                }
                None => assert_eq!(outcome.status, Some(Status::Unchanged), "{ahead}"),
            }
        }
        assert_eq!(unit.changed().count(), 0);
    }
}

#[test]
fn an_edit_by_a_fast_clock_that_lost_does_not_win_when_it_is_resent() {
    let noon = time("2026-01-10T12:00:00Z");
    let mut unit = UnitOfWork::default();
    let mut first = put("a", 7000);
    first.edit.edited_at = None;
    unit.apply(&first, rules_at(noon, ConflictStrategy::LastWriteWins));
    let mut late = put("a", 7100);
    late.edit.edited_at = Some(noon.plus_seconds(7200));
    // The server's clock went back a little between the first edit and this one.
    for now in [noon.plus_micros(-5), noon.plus_seconds(60)] {
        let outcome = unit.apply(&late, rules_at(now, ConflictStrategy::LastWriteWins));
        let conflict = outcome.conflict.unwrap();
        assert_eq!((outcome.status, conflict.resolution), (None, Resolution::ServerWins), "{now}");
    }
}

/// Its time is its own, so that it loses again whenever it is resent.
#[test]
fn an_edit_that_lost_without_being_clamped_is_not_remembered() {
    let later = live("2026-01-10T12:00:01Z", "2026-01-10T12:00:01Z");
    let rules = rules(ConflictStrategy::LastWriteWins);
    for edited_at in [rules.now, rules.now.plus_micros(-1)] {
        let mut edit = put("a", 7600);
        edit.edit.edited_at = Some(edited_at);
        let mut unit = UnitOfWork::new([later.clone()]);
        let conflict = unit.apply(&edit, rules).conflict.unwrap();
        assert_eq!(conflict.resolution, Resolution::ServerWins);
        assert_eq!(unit.changed().count(), 0, "{edited_at}");
    }
}

#[test]
fn an_entry_remembers_each_edit_that_needed_no_change() {
    let known = live("2026-01-10T09:00:00Z", "2026-01-10T09:00:05Z");
    let mut unit = UnitOfWork::new([known]);
    let first = put("a", 7550);
    let mut second = first.clone();
    second.edit.edited_at = Some(time("2026-01-10T11:00:00Z"));
    for edit in [&first, &second] {
        let outcome = unit.apply(edit, rules(ConflictStrategy::LastWriteWins));
        assert_eq!(outcome.status, Some(Status::Unchanged));
    }
    let recent_edits = only_changed(&unit).recent_edits;
    assert!([first, second].iter().all(|submission| recent_edits.contains(&submission.edit)));
}
