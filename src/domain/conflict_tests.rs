//! Properties that hold for any two versions. `merge_tests.rs` runs the table
//! of cases.

use proptest::prelude::*;

use super::*;
use crate::domain::content::Content;
use crate::domain::entry::EntryId;
use crate::domain::weight::{Hundredths, Unit, Weight};

fn content(hundredths: i64) -> Content {
    let weight = Weight::new(Hundredths::new(hundredths), Unit::Kilogram).unwrap();
    Content { weight, timestamp: UtcTime::UNIX_EPOCH }
}

/// Few distinct moments and weights, so that equal ones are common.
fn moments() -> impl Strategy<Value = UtcTime> {
    (0_i64..6).prop_map(UtcTime::from_micros)
}

prop_compose! {
    fn entries()(
        hundredths in 7500_i64..7503,
        is_deleted in any::<bool>(),
        edited_at in moments(),
        updated_at in moments(),
    ) -> Entry {
        Entry {
            id: EntryId::generate(),
            identity: None,
            content: content(hundredths),
            created_at: UtcTime::UNIX_EPOCH,
            updated_at,
            edited_at,
            deleted_at: is_deleted.then_some(updated_at),
        }
    }
}

prop_compose! {
    fn edits()(
        hundredths in prop::option::of(7500_i64..7503),
        edited_at in prop::option::of(moments()),
        base_updated_at in prop::option::of(moments()),
    ) -> Edit {
        let kind =
            hundredths.map_or(EditKind::Delete, |hundredths| EditKind::Put(content(hundredths)));
        Edit { kind, edited_at, base_updated_at }
    }
}

fn strategies() -> impl Strategy<Value = ConflictStrategy> {
    prop::sample::select(ConflictStrategy::NAMES.map(|(_, strategy)| strategy).to_vec())
}

prop_compose! {
    fn some_rules()(
        now in moments(),
        strategy in strategies(),
        may_be_late in any::<bool>(),
    ) -> Rules {
        Rules { now, strategy, may_be_late }
    }
}

/// The entry after the verdict.
fn applied(stored: &Entry, kind: EditKind, edited_at: UtcTime, stamp: UtcTime) -> Entry {
    let mut entry = Entry { edited_at, updated_at: stamp, ..stored.clone() };
    match kind {
        EditKind::Put(content) => (entry.content, entry.deleted_at) = (content, None),
        EditKind::Delete => entry.deleted_at = Some(stamp),
    }
    entry
}

proptest! {
    #[test]
    fn an_applied_edit_sent_again_changes_nothing(
        stored in entries(), edit in edits(), rules in some_rules(),
    ) {
        if let Verdict::Apply { edited_at, .. } = judge(&stored, &edit, false, rules) {
            let stamp = UtcTime::from_micros(100);
            let after = applied(&stored, edit.kind, edited_at, stamp);
            prop_assert_eq!(judge(&after, &edit, false, rules), Verdict::Unchanged);
        }
    }

    #[test]
    fn edited_at_never_goes_back_nor_beyond_the_server(
        stored in entries(), edit in edits(), rules in some_rules(),
    ) {
        if let Verdict::Apply { edited_at, .. } = judge(&stored, &edit, false, rules) {
            prop_assert!(edited_at >= stored.edited_at);
            prop_assert!(edited_at <= stored.edited_at.max(rules.now));
        }
    }

    #[test]
    fn an_edit_of_the_current_version_is_never_a_conflict(
        stored in entries(), edit in edits(), rules in some_rules(),
    ) {
        let edit = Edit { base_updated_at: Some(stored.updated_at), ..edit };
        let verdict = judge(&stored, &edit, false, rules);
        let is_silent =
            matches!(verdict, Verdict::Unchanged | Verdict::Apply { overwrites: None, .. });
        prop_assert!(is_silent);
    }

    #[test]
    fn an_edit_of_another_version_is_never_silently_lost_or_won(
        stored in entries(), edit in edits(), rules in some_rules(),
    ) {
        prop_assume!(edit.base_updated_at.is_some_and(|base| base != stored.updated_at));
        let verdict = judge(&stored, &edit, false, rules);
        let is_silent = matches!(verdict, Verdict::Apply { overwrites: None, .. });
        prop_assert!(!is_silent);
    }

    #[test]
    fn only_last_write_wins_overwrites_somebody_elses_edit(
        stored in entries(), edit in edits(), rules in some_rules(),
    ) {
        prop_assume!(rules.strategy != ConflictStrategy::LastWriteWins);
        let verdict = judge(&stored, &edit, false, rules);
        let overwrites = matches!(verdict, Verdict::Apply { overwrites: Some(_), .. });
        prop_assert!(!overwrites);
    }

    #[test]
    fn with_equal_knowledge_the_later_edit_wins_whatever_the_order(
        first in edits(), second in edits(), now in moments(),
    ) {
        let (Some(first_at), Some(second_at)) = (first.edited_at, second.edited_at) else {
            return Ok(());
        };
        prop_assume!(first_at.min(now) != second_at.min(now));
        let start = Entry {
            id: EntryId::generate(),
            identity: None,
            content: content(9000),
            created_at: UtcTime::UNIX_EPOCH,
            updated_at: UtcTime::from_micros(-1),
            edited_at: UtcTime::from_micros(-1),
            deleted_at: None,
        };
        let rules =
            Rules { now, strategy: ConflictStrategy::LastWriteWins, may_be_late: false };
        let run = |order: [&Edit; 2]| {
            let mut entry = start.clone();
            for (stamp, edit) in (100..).zip(order) {
                let stamp = UtcTime::from_micros(stamp);
                if let Verdict::Apply { edited_at, .. } = judge(&entry, edit, false, rules) {
                    entry = applied(&entry, edit.kind, edited_at, stamp);
                }
            }
            (entry.is_deleted(), (!entry.is_deleted()).then_some(entry.content))
        };
        prop_assert_eq!(run([&first, &second]), run([&second, &first]));
    }
}
