//! Which entry a submission means.

use super::*;

#[test]
fn a_local_id_that_no_entry_has_means_the_entry_whose_id_it_spells() {
    let (known, rules) = (
        live("2026-01-09T00:00:00Z", "2026-01-09T00:00:05Z"),
        rules(ConflictStrategy::LastWriteWins),
    );
    let spelling = put(&known.entry.id.to_string(), 7600);
    let mut unit = UnitOfWork::new([known.clone()]);
    let edited = unit.apply(&spelling, rules).entry.unwrap();
    assert_eq!((edited.id, &edited.identity), (known.entry.id, &known.entry.identity));

    // An entry with that key comes first.
    let mut named = live("2026-01-09T00:00:00Z", "2026-01-09T00:00:06Z");
    named.entry.identity = spelling.identity.clone();
    let mut unit = UnitOfWork::new([known, named.clone()]);
    assert_eq!(unit.apply(&spelling, rules).entry.unwrap().id, named.entry.id);

    let mut empty = UnitOfWork::default();
    assert_eq!(empty.apply(&spelling, rules).status, Some(Status::Created));
}

#[test]
fn a_server_id_decides_alone_and_an_unknown_one_is_gone() {
    let mut unit = UnitOfWork::default();
    let mut unknown = put("a", 7550);
    unknown.server_id = Some(EntryId::generate());
    let outcome = unit.apply(&unknown, rules(ConflictStrategy::KeepBoth));
    let conflict = outcome.conflict.unwrap();
    assert_eq!((conflict.resolution, conflict.reason), (Resolution::ServerWins, Reason::Gone));
    assert_eq!((outcome.status, conflict.server_entry), (None, None));
    assert_eq!(unit.changed().count(), 0);
}
