//! Shrunk histories that once failed, most of them because of a bug injected to check the test. They stay valid when
//! the generator of histories changes; the seeds in `regressions.txt` do not.

use super::conflict_rules::Strategy;
use super::history::Action::{
    Again, Backup, Create, Delete, Echo, Edit, Export, Import, LoseCommit, Post, Probe, Pull,
    Purge, Quota, RenewEpoch, Restore, ServerClockBack, Single, StepClock, Sync, Upload,
};
use super::history::Fate::{AnswerLost, Delivered};
use super::history::{Action, Choice, Fate, Habits, History};

/// A device that sends bases and times, with a correct clock.
const HONEST: Habits = Habits {
    clock_ahead: 0,
    whole_seconds: false,
    sends_base: true,
    sends_edited_at: true,
    keeps_each_edit: false,
    settlement: Strategy::LastWriteWins,
    revives: false,
    last_choice: Choice::Server,
};

const EACH_EDIT: Habits = Habits { keeps_each_edit: true, ..HONEST };
const FAST_EACH_EDIT: Habits = Habits { clock_ahead: 2, ..EACH_EDIT };
const BLIND: Habits = Habits { sends_base: false, sends_edited_at: false, ..HONEST };
const WHOLE_SECONDS: Habits = Habits { whole_seconds: true, ..HONEST };
const KEEPS_BOTH: Habits = Habits { settlement: Strategy::KeepBoth, ..HONEST };
const ASKS: Habits = Habits { settlement: Strategy::Manual, ..HONEST };

fn create(device: u8) -> Action {
    Create { device, weight: 0 }
}

fn edit(device: u8, weight: u8) -> Action {
    Edit { device, entry: 0, weight, moved: true }
}

fn delete(device: u8) -> Action {
    Delete { device, entry: 0 }
}

fn upload(device: u8, fate: Fate) -> Action {
    Upload { device, most: 100, spoiled: false, fate }
}

fn pull(device: u8) -> Action {
    Pull { device, limit: 1, pages: 1, fate: Delivered }
}

fn sync(device: u8) -> Action {
    Sync { device }
}

/// Each history with its name.
pub(crate) fn kept() -> Vec<(&'static str, History)> {
    let history = |habits: &[Habits], actions: &[Action]| History {
        habits: habits.to_vec(),
        actions: actions.to_vec(),
    };
    let two = [HONEST, HONEST];
    let mixed = [KEEPS_BOTH, HONEST];
    vec![
        (
            "a server whose clock was set back still gives later stamps",
            history(&two, &[create(0), ServerClockBack { seconds: 1 }, create(0)]),
        ),
        (
            "a tie goes to the incoming edit",
            history(
                &[HONEST, EACH_EDIT],
                &[StepClock { device: 1, minutes: 1 }, create(1), edit(1, 0)],
            ),
        ),
        (
            "an edit in the outbox of an entry that is not new leaves the count alone",
            history(&two, &[create(0), upload(0, Delivered), pull(1), edit(0, 1), create(1)]),
        ),
        (
            "a copy is made once, though the answer was lost",
            history(
                &mixed,
                &[
                    create(0),
                    sync(0),
                    sync(1),
                    edit(0, 1),
                    edit(1, 2),
                    sync(1),
                    upload(0, AnswerLost),
                    edit(1, 3),
                    sync(1),
                ],
            ),
        ),
        (
            "a copy that was deleted comes back by a later edit, and not by its resend",
            history(
                &mixed,
                &[
                    create(0),
                    sync(0),
                    sync(1),
                    edit(1, 2),
                    sync(1),
                    edit(0, 1),
                    upload(0, Delivered),
                    sync(1),
                    Delete { device: 1, entry: 1 },
                    sync(1),
                    Echo { back: 1 },
                    Again { back: 1, minutes_ago: 0 },
                    sync(1),
                    Delete { device: 1, entry: 1 },
                    sync(1),
                    Echo { back: 1 },
                ],
            ),
        ),
        (
            "two edits on one stale base both show the version of others",
            history(
                &[EACH_EDIT, HONEST],
                &[
                    create(0),
                    sync(0),
                    sync(1),
                    edit(1, 1),
                    sync(1),
                    edit(0, 2),
                    edit(0, 3),
                    upload(0, Delivered),
                ],
            ),
        ),
        (
            "a POST without a time, sent again, restores nothing",
            history(
                &[BLIND, HONEST],
                &[
                    create(0),
                    Single { device: 0, guarded: false, fate: AnswerLost },
                    sync(1),
                    delete(1),
                    sync(1),
                    Single { device: 0, guarded: false, fate: Delivered },
                ],
            ),
        ),
        (
            "an export comes back to its account, at once and after a deletion",
            history(
                &two,
                &[
                    create(0),
                    sync(0),
                    Post { weight: 1 },
                    Export,
                    Import,
                    Echo { back: 0 },
                    delete(0),
                    sync(0),
                    Import,
                ],
            ),
        ),
        (
            "an entry that is deleted between two pages of a full pull goes",
            history(
                &two,
                &[
                    Post { weight: 0 },
                    create(0),
                    create(0),
                    Single { device: 0, guarded: false, fate: Delivered },
                    pull(0),
                    Delete { device: 0, entry: 0 },
                    upload(0, Delivered),
                    pull(0),
                ],
            ),
        ),
        (
            "a cursor at the purge horizon is still good, one below it is not",
            history(&two, &[create(0), sync(1), sync(0), delete(1), upload(1, Delivered), Purge]),
        ),
        (
            "two edits of an entry in one request are both based on what the device knew",
            history(
                &[FAST_EACH_EDIT, HONEST],
                &[create(0), upload(0, Delivered), edit(0, 1), edit(0, 2), upload(0, Delivered)],
            ),
        ),
        (
            "on the current base an edit by a slow clock leaves the later edited_at",
            history(
                &two,
                &[
                    create(1),
                    upload(1, Delivered),
                    StepClock { device: 1, minutes: -1 },
                    edit(1, 1),
                ],
            ),
        ),
        (
            "exactly one full page has no more",
            history(
                &two,
                &[create(0), Post { weight: 0 }, upload(0, Delivered), Probe { back: 1, limit: 1 }],
            ),
        ),
        (
            "a create that arrives again after a neighbour's edit by a slow clock",
            history(
                &two,
                &[
                    create(0),
                    upload(0, AnswerLost),
                    StepClock { device: 1, minutes: -1 },
                    sync(1),
                    edit(1, 1),
                    sync(1),
                    sync(0),
                ],
            ),
        ),
        (
            "a create by a fast clock that arrives again after its delete",
            history(
                &[Habits { clock_ahead: 1, ..HONEST }, HONEST],
                &[create(0), upload(0, Delivered), delete(0), sync(0), Echo { back: 1 }],
            ),
        ),
        (
            "a create and a delete within one second, then the create again",
            history(
                &[WHOLE_SECONDS, HONEST],
                &[create(0), upload(0, Delivered), delete(0), sync(0), Echo { back: 1 }],
            ),
        ),
        (
            "an edit of an entry whose create was answered in vain meets a neighbour's edit",
            history(
                &two,
                &[
                    create(0),
                    upload(0, AnswerLost),
                    sync(1),
                    edit(1, 1),
                    sync(1),
                    edit(0, 2),
                    sync(0),
                ],
            ),
        ),
        (
            "an offer after a restore and a delete by a slow clock arrive twice",
            history(
                &[ASKS, EACH_EDIT],
                &[
                    create(0),
                    StepClock { device: 1, minutes: -1 },
                    sync(0),
                    Backup,
                    pull(1),
                    Restore,
                    sync(1),
                    delete(1),
                    upload(1, Delivered),
                    Echo { back: 0 },
                ],
            ),
        ),
        (
            "an open question outlives a purge",
            history(
                &[ASKS, BLIND],
                &[
                    create(0),
                    sync(0),
                    sync(1),
                    edit(0, 1),
                    delete(1),
                    sync(1),
                    upload(0, Delivered),
                    Purge,
                    pull(0),
                ],
            ),
        ),
        (
            "an edit that is later than the server's clock, but not than its stamps, loses once and for all",
            history(
                &[KEEPS_BOTH, HONEST, HONEST],
                &[
                    create(1),
                    pull(0),
                    pull(0),
                    create(0),
                    StepClock { device: 1, minutes: 2 },
                    ServerClockBack { seconds: 1 },
                    Edit { device: 1, entry: 0, weight: 0, moved: false },
                    sync(1),
                    pull(0),
                    Edit { device: 1, entry: 0, weight: 1, moved: false },
                    RenewEpoch,
                    sync(0),
                    Single { device: 1, guarded: false, fate: Delivered },
                    Single { device: 0, guarded: false, fate: Delivered },
                    Single { device: 0, guarded: false, fate: AnswerLost },
                ],
            ),
        ),
        (
            "a new entry waits while the quota has no room, and edits and deletions do not",
            history(
                &two,
                &[
                    create(0),
                    create(0),
                    create(0),
                    create(0),
                    create(0),
                    Quota { low: true },
                    sync(0),
                    sync(1),
                    edit(1, 1),
                    delete(1),
                    Post { weight: 1 },
                    sync(1),
                    Quota { low: false },
                    Echo { back: 1 },
                ],
            ),
        ),
        (
            "an edit whose COMMIT was executed and not answered is stored once",
            history(
                &two,
                &[
                    create(0),
                    LoseCommit { device: 0, stored: true },
                    edit(0, 1),
                    sync(1),
                    edit(1, 2),
                    sync(1),
                    Echo { back: 1 },
                    sync(0),
                ],
            ),
        ),
        (
            "an edit whose COMMIT was not executed is sent again",
            history(
                &mixed,
                &[
                    create(0),
                    LoseCommit { device: 0, stored: false },
                    sync(0),
                    sync(1),
                    edit(1, 2),
                    sync(1),
                    edit(0, 1),
                    LoseCommit { device: 0, stored: true },
                ],
            ),
        ),
    ]
}
