//! The actions of a history, and the generator of random histories.

use proptest::collection::vec;
use proptest::prelude::*;

use super::conflict_rules::Strategy as Settlement;

/// The fate of a request in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Delivered,
    RequestLost,
    AnswerLost,
}

/// A person's choice in a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    Server,
    Local,
    Both,
}

/// The fixed properties of a device in a history.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Habits {
    /// Minutes by which the device's clock is ahead.
    pub(crate) clock_ahead: i64,
    /// The clock has whole seconds only, so two edits may have the same time.
    pub(crate) whole_seconds: bool,
    pub(crate) sends_base: bool,
    pub(crate) sends_edited_at: bool,
    /// Keeps every edit in the outbox instead of only the last edit of each entry.
    pub(crate) keeps_each_edit: bool,
    pub(crate) settlement: Settlement,
    /// Creates an edited entry again when the server no longer has it.
    pub(crate) revives: bool,
    pub(crate) last_choice: Choice,
}

/// One action. Numbers select devices, entries and requests modulo their count.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    Create {
        device: u8,
        weight: u8,
    },
    Edit {
        device: u8,
        entry: u8,
        weight: u8,
        moved: bool,
    },
    Delete {
        device: u8,
        entry: u8,
    },
    /// Sends the first edits of the outbox in bulk; if `spoiled`, one has an invalid weight.
    Upload {
        device: u8,
        most: u8,
        spoiled: bool,
        fate: Fate,
    },
    /// Sends the first edit of the outbox by POST, PUT or DELETE; if `guarded`, with `If-Match`: the known version, or
    /// `*` from a device that names none.
    Single {
        device: u8,
        guarded: bool,
        fate: Fate,
    },
    /// Creates an entry without a `local_id`.
    Post {
        weight: u8,
    },
    /// Sends the first edit of the outbox; the connection to the database is cut at COMMIT, which is executed if
    /// `stored`.
    LoseCommit {
        device: u8,
        stored: bool,
    },
    Pull {
        device: u8,
        limit: u8,
        pages: u8,
        fate: Fate,
    },
    /// Uploads the whole outbox and pulls all changes.
    Sync {
        device: u8,
    },
    Decide {
        device: u8,
        choice: Choice,
    },
    StepClock {
        device: u8,
        minutes: i8,
    },
    /// Delivers an earlier request again and ignores the response.
    Echo {
        back: u8,
    },
    /// Sends the edits of an earlier upload once more, as new edits made now, or so long ago by a slow clock.
    Again {
        back: u8,
        minutes_ago: u8,
    },
    /// Keeps an export of the account.
    Export,
    /// Uploads the last export to the account that it came from.
    Import,
    /// Reads changes since an earlier stamp.
    Probe {
        back: u8,
        limit: u8,
    },
    /// Tries to edit and delete another user's entry.
    Meddle {
        entry: u8,
    },
    /// Sets the server's clock back by this number of seconds.
    ServerClockBack {
        seconds: u8,
    },
    /// The operator lowers the quota, or raises it again.
    Quota {
        low: bool,
    },
    Purge,
    RenewEpoch,
    Backup,
    /// Restores the last backup.
    Restore,
}

#[derive(Clone, Debug)]
pub(crate) struct History {
    pub(crate) habits: Vec<Habits>,
    pub(crate) actions: Vec<Action>,
}

pub(crate) fn histories() -> impl Strategy<Value = History> {
    let devices = prop_oneof![3 => 2..=2_usize, 2 => 3..=3_usize, 1 => 4..=5_usize];
    let devices = devices.prop_flat_map(|count| vec(habits(), count));
    (devices, vec(action(), 1..70)).prop_map(|(habits, actions)| History { habits, actions })
}

fn habits() -> impl Strategy<Value = Habits> {
    let clock = prop_oneof![3 => Just(0), 1 => -120..=120_i64];
    let settlement = prop_oneof![
        3 => Just(Settlement::LastWriteWins),
        2 => Just(Settlement::Manual),
        2 => Just(Settlement::KeepBoth)
    ];
    let rarely = || proptest::bool::weighted(0.2);
    (clock, rarely(), rarely(), rarely(), rarely(), settlement, any::<bool>(), choice()).prop_map(
        |(
            clock_ahead,
            whole_seconds,
            no_base,
            no_time,
            keeps_each_edit,
            settlement,
            revives,
            last_choice,
        )| Habits {
            clock_ahead,
            whole_seconds,
            sends_base: !no_base,
            sends_edited_at: !no_time,
            keeps_each_edit,
            settlement,
            revives,
            last_choice,
        },
    )
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![Just(Choice::Server), Just(Choice::Local), Just(Choice::Both)]
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![4 => Just(Fate::Delivered), 1 => Just(Fate::RequestLost), 2 => Just(Fate::AnswerLost)]
}

fn action() -> impl Strategy<Value = Action> {
    let device = || 0..5_u8;
    let weight = || 0..4_u8;
    let entry = || 0..5_u8;
    let most = || prop_oneof![Just(1_u8), Just(2), Just(3), Just(100)];
    let limit = || prop_oneof![Just(1_u8), Just(2), Just(3), Just(7), Just(250)];
    prop_oneof![
        7 => (device(), weight()).prop_map(|(device, weight)| Action::Create { device, weight }),
        18 => (device(), entry(), weight(), any::<bool>())
            .prop_map(|(device, entry, weight, moved)| Action::Edit { device, entry, weight, moved }),
        6 => (device(), entry()).prop_map(|(device, entry)| Action::Delete { device, entry }),
        16 => (device(), most(), proptest::bool::weighted(0.1), fate())
            .prop_map(|(device, most, spoiled, fate)| Action::Upload { device, most, spoiled, fate }),
        10 => (device(), any::<bool>(), fate())
            .prop_map(|(device, guarded, fate)| Action::Single { device, guarded, fate }),
        2 => weight().prop_map(|weight| Action::Post { weight }),
        2 => (device(), any::<bool>()).prop_map(|(device, stored)| Action::LoseCommit { device, stored }),
        16 => (device(), limit(), 1..4_u8, fate())
            .prop_map(|(device, limit, pages, fate)| Action::Pull { device, limit, pages, fate }),
        8 => device().prop_map(|device| Action::Sync { device }),
        4 => (device(), choice()).prop_map(|(device, choice)| Action::Decide { device, choice }),
        2 => (device(), -120..=120_i8)
            .prop_map(|(device, minutes)| Action::StepClock { device, minutes }),
        6 => (0..8_u8).prop_map(|back| Action::Echo { back }),
        4 => (0..8_u8, prop_oneof![2 => Just(0), 1 => 1..100_u8])
            .prop_map(|(back, minutes_ago)| Action::Again { back, minutes_ago }),
        1 => Just(Action::Export),
        2 => Just(Action::Import),
        3 => (0..12_u8, limit()).prop_map(|(back, limit)| Action::Probe { back, limit }),
        1 => entry().prop_map(|entry| Action::Meddle { entry }),
        1 => (1..90_u8).prop_map(|seconds| Action::ServerClockBack { seconds }),
        2 => proptest::bool::weighted(0.75).prop_map(|low| Action::Quota { low }),
        2 => Just(Action::Purge),
        1 => Just(Action::RenewEpoch),
        1 => Just(Action::Backup),
        1 => Just(Action::Restore),
    ]
}
