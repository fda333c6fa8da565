//! Runs one history: applies each action to the devices, the service and the expected state.

use std::collections::{BTreeMap, BTreeSet};

use mysql::Conn;
use mysql::prelude::Queryable;

use super::backup::Backup;
use super::bulk_response::{self, LineAnswer};
use super::device::{Device, Upload, measured};
use super::entry::{Content, Edit, Stored};
use super::expected_bulk::{Batch, compare};
use super::expected_state::ExpectedState;
use super::history::{Action, Fate, History};
use super::import::Export;
use super::processes::{LOW_QUOTA, Way};
use super::recorded_client::{RecordedClient, bulk};
use super::single_writes::Single;
use super::step_result::{StepResult, same};
use super::stored_rows::UserTable;
use super::timestamps::{Micros, SECOND, now, render};
use crate::support::Answer;

const PAGE_LIMITS: [usize; 5] = [1, 2, 3, 7, 250];

/// An answered request, kept to be sent again.
#[derive(Clone)]
pub(crate) enum Sent {
    Bulk(Upload, Vec<LineAnswer>),
    /// A single write, with the entry's id if the edit was accepted.
    Single(Single, Option<String>),
}

pub(crate) struct Simulation<'processes> {
    pub(crate) client: RecordedClient<'processes>,
    pub(crate) database: &'processes mut Conn,
    pub(crate) expected: ExpectedState,
    pub(crate) devices: Vec<Device>,
    pub(crate) sent: Vec<Sent>,
    /// Entries of another user, which must not change.
    pub(crate) foreign: Vec<String>,
    /// Whether nothing was written since the last request in `sent`.
    pub(crate) is_quiet: bool,
    pub(crate) backup: Option<Backup>,
    pub(crate) exported: Option<Export>,
    /// The creations that an import repeated, because the server had forgotten them.
    pub(crate) imported: BTreeSet<Micros>,
    births: u32,
}

impl<'processes> Simulation<'processes> {
    pub(crate) fn new(
        client: RecordedClient<'processes>,
        database: &'processes mut Conn,
        foreign: Vec<String>,
        history: &History,
    ) -> Self {
        let name = |number| if number == 0 { String::new() } else { format!("device-{number}") };
        let devices = history.habits.iter().enumerate();
        let devices =
            devices.map(|(number, habits)| Device::new(number, name(number), *habits)).collect();
        let user = client.user.id.clone();
        let table = UserTable::read(database, &user);
        let expected =
            ExpectedState { user, started_at: table.started_at, ..ExpectedState::default() };
        Self {
            client,
            database,
            expected,
            devices,
            sent: Vec::new(),
            foreign,
            is_quiet: false,
            backup: None,
            exported: None,
            imported: BTreeSet::new(),
            births: 0,
        }
    }

    pub(crate) fn act(&mut self, action: Action) -> StepResult {
        self.client.note(format!("{action:?}"));
        let count = self.devices.len();
        let at = |device: u8| usize::from(device) % count;
        match action {
            Action::Create { device, weight } => {
                let content = self.birth(weight);
                self.devices[at(device)].create(content);
            }
            Action::Edit { device, entry, weight, moved } => {
                let device = &mut self.devices[at(device)];
                let Some(local) = device.visible(entry) else { return Ok(()) };
                let mut content = measured(0, weight, 0);
                content.measured = device.items[&local].content.measured + i64::from(moved);
                device.edit(&local, Edit::Put(content));
            }
            Action::Delete { device, entry } => {
                let device = &mut self.devices[at(device)];
                let Some(local) = device.visible(entry) else { return Ok(()) };
                device.edit(&local, Edit::Delete);
            }
            Action::Upload { device, most, spoiled, fate } => {
                self.upload(at(device), most, spoiled, fate)?;
            }
            Action::Single { device, guarded, fate } => self.single(at(device), guarded, fate)?,
            Action::Post { weight } => self.post_keyless(weight)?,
            Action::LoseCommit { device, stored } => self.lose_commit(at(device), stored)?,
            Action::Pull { device, limit, pages, fate } => {
                for _ in 0..pages {
                    if !self.pull(at(device), usize::from(limit), fate)? {
                        break;
                    }
                }
            }
            Action::Sync { device } => self.sync_once(at(device))?,
            Action::Decide { device, choice } => {
                self.devices[at(device)].decide(choice);
            }
            Action::StepClock { device, minutes } => {
                self.devices[at(device)].habits.clock_ahead = i64::from(minutes);
            }
            Action::Echo { back } => self.echo(usize::from(back))?,
            Action::Again { back, minutes_ago } => self.again(usize::from(back), minutes_ago)?,
            Action::Export => self.export()?,
            Action::Import => self.import()?,
            Action::Probe { back, limit } => self.probe(usize::from(back), usize::from(limit))?,
            Action::Meddle { entry } => self.meddle(usize::from(entry))?,
            Action::ServerClockBack { seconds } => self.set_server_back(Micros::from(seconds)),
            Action::Quota { low } => self.set_quota(low),
            Action::Purge => self.purge()?,
            Action::Backup => self.back_up(),
            Action::Restore => self.restore()?,
            Action::RenewEpoch => {
                self.client.weightctl(&["epoch", "renew", "--yes"]);
            }
        }
        Ok(())
    }

    pub(crate) fn birth(&mut self, weight: u8) -> Content {
        self.births += 1;
        measured(self.births, weight, 0)
    }

    pub(crate) fn table(&mut self) -> UserTable {
        UserTable::read(self.database, &self.expected.user)
    }

    pub(crate) fn check_table(&mut self) -> StepResult {
        let table = self.table();
        compare(&self.expected, &table)
    }

    fn upload(&mut self, device: usize, most: u8, spoiled: bool, fate: Fate) -> StepResult<bool> {
        let Some(mut upload) = self.devices[device].next_upload(most) else { return Ok(false) };
        let last = upload.lines.last_mut().expect("at least one line");
        last.spoiled = spoiled && last.edit != Edit::Delete;
        self.devices[device].mark_sent(&upload.numbers);
        if fate == Fate::RequestLost {
            return Ok(true);
        }
        let answers = self.send_bulk(&upload)?;
        self.sent.push(Sent::Bulk(upload.clone(), answers.clone()));
        self.is_quiet = true;
        if fate == Fate::Delivered {
            self.devices[device].take_upload(&upload, &answers);
        }
        Ok(answers.iter().any(|answer| answer.error.is_none()))
    }

    /// Uploads and applies the response. `false` if nothing can be sent, or nothing was taken.
    pub(crate) fn upload_all(&mut self, device: usize) -> StepResult<bool> {
        self.upload(device, 100, false, Fate::Delivered)
    }

    pub(crate) fn send_bulk(&mut self, upload: &Upload) -> StepResult<Vec<LineAnswer>> {
        let answer = self.client.send(&bulk(upload));
        self.check_bulk(upload, &answer)
    }

    pub(crate) fn check_bulk(
        &mut self,
        upload: &Upload,
        answer: &Answer,
    ) -> StepResult<Vec<LineAnswer>> {
        same("the status of an upload", answer.status, 200)?;
        let (lines, server_time) = bulk_response::read(&answer.json(), upload.lines.len())?;
        let table = self.table();
        let before: BTreeMap<String, Stored> = self.expected.entries.clone();
        let batch = Batch { strategy: upload.strategy, server_time, before, table: &table.entries };
        for (line, got) in upload.lines.iter().zip(&lines) {
            self.expected.settle(line, Some(got), &batch)?;
        }
        self.expected.overwrites.take_bulk(upload, &lines);
        lines.iter().for_each(|line| self.client.saw(&line.kind()));
        compare(&self.expected, &table)?;
        Ok(lines)
    }

    /// Pulls one page. `false` after the last page or on an error.
    pub(crate) fn pull(&mut self, device: usize, limit: usize, fate: Fate) -> StepResult<bool> {
        let Device { cursor, epoch, .. } = &self.devices[device];
        let (cursor, epoch) = (cursor.clone(), epoch.clone());
        if fate == Fate::RequestLost {
            return Ok(false);
        }
        let (status, code, page) = self.page(cursor.as_deref(), epoch.as_deref(), limit)?;
        if fate == Fate::AnswerLost {
            return Ok(false);
        }
        let device = &mut self.devices[device];
        match (status, code.as_str()) {
            (200, _) => {
                let page = page.expect("a page");
                device.take_page(&page.data, &page.next_since, page.has_more);
                device.epoch = Some(page.epoch);
                Ok(page.has_more)
            }
            (_, "epoch_changed") => {
                device.offer_everything();
                Ok(false)
            }
            _ => {
                device.drop_copy();
                Ok(true)
            }
        }
    }

    fn probe(&mut self, back: usize, limit: usize) -> StepResult {
        let mut stamps: Vec<Micros> =
            self.expected.entries.values().map(|entry| entry.updated_at).collect();
        stamps.extend([self.expected.started_at, self.expected.floor + 1]);
        stamps.sort_unstable();
        let since = stamps[back % stamps.len()] - i64::from(back.is_multiple_of(2));
        let limit = PAGE_LIMITS.into_iter().find(|known| *known >= limit).unwrap_or(250);
        self.page(Some(&render(since)), None, limit).map(|_| ())
    }

    fn set_server_back(&mut self, seconds: Micros) {
        let set = "UPDATE sync_clocks SET last_stamp = GREATEST(last_stamp, ?) WHERE user_id = ?";
        let stamp = now() + seconds * SECOND;
        self.database.exec_drop(set, (stamp, &self.expected.user)).expect("the clock");
        self.expected.floor = self.expected.floor.max(stamp);
    }

    pub(crate) fn set_quota(&mut self, low: bool) {
        let (way, quota) = if low { (Way::LowQuota, Some(LOW_QUOTA)) } else { (Way::Plain, None) };
        self.client.way.set(way);
        self.expected.quota = quota;
        self.is_quiet = false;
    }

    fn purge(&mut self) -> StepResult {
        let before = now();
        self.is_quiet = false;
        self.client.weightctl(&["purge", "--older-than", "0s"]);
        let table = self.table();
        self.expected.purge(&table.entries, table.purged_through, (before, now()))
    }
}
