//! The end of a history: all devices sync twice and must then agree with the server.

use std::collections::BTreeMap;

use super::device::Device;
use super::entry::{Content, Stored, stored};
use super::history::Fate;
use super::simulation::Simulation;
use super::step_result::{StepResult, holds, same};
use super::timestamps::Micros;
use crate::support::{Request, WEIGHT};

/// The most rounds that a device may need to empty its outbox.
const ROUNDS: usize = 60;

impl Simulation<'_> {
    pub(crate) fn finish(&mut self) -> StepResult {
        self.set_quota(false);
        for round in ["first", "second"] {
            for device in 0..self.devices.len() {
                self.client.note(format!("{round} sync of device {device}"));
                self.sync(device)?;
            }
        }
        self.check_table()?;
        self.check_list()?;
        for device in 0..self.devices.len() {
            self.check_device(device)?;
        }
        self.check_births()?;
        for _ in 0..self.expected.overwrites.check()? {
            self.client.saw("overwrote another device's version, naming none");
        }
        Ok(())
    }

    /// Resolves conflicts, uploads until the outbox is empty, and pulls all changes.
    fn sync(&mut self, device: usize) -> StepResult {
        for _ in 0..ROUNDS {
            let choice = self.devices[device].habits.last_choice;
            while self.devices[device].decide(choice) {}
            if self.upload_all(device)? {
                continue;
            }
            while self.pull(device, 7, Fate::Delivered)? {}
            if self.devices[device].outbox.is_empty() && self.devices[device].cursor.is_some() {
                return Ok(());
            }
        }
        Err(format!("device {device} does not come to rest: {:?}", self.devices[device].outbox))
    }

    /// Syncs once, as when a person starts it. Open conflicts stay open.
    pub(crate) fn sync_once(&mut self, device: usize) -> StepResult {
        for _ in 0..ROUNDS {
            if !self.upload_all(device)? {
                break;
            }
        }
        while self.pull(device, 250, Fate::Delivered)? {}
        let Device { outbox, cursor, .. } = &self.devices[device];
        if outbox.is_empty() && cursor.is_some() { self.check_device(device) } else { Ok(()) }
    }

    fn check_device(&mut self, device: usize) -> StepResult {
        let device = &self.devices[device];
        let mut held: Vec<(Option<String>, Content, Option<Micros>)> = device
            .items
            .values()
            .map(|item| (item.server_id.clone(), item.content, item.base))
            .collect();
        held.sort();
        let expected: Vec<_> = self
            .expected
            .live()
            .map(|entry| (Some(entry.id.clone()), entry.content, Some(entry.updated_at)))
            .collect();
        same(&format!("what device {:?} holds after a sync", device.name), held, expected)
    }

    fn check_list(&mut self) -> StepResult {
        let json = self.client.send(&Request::get(&format!("{WEIGHT}?limit=250"))).json();
        let listed = json["data"].as_array().ok_or("no data")?;
        let listed: Vec<Stored> = listed.iter().map(stored).collect::<StepResult<_>>()?;
        let mut expected: Vec<Stored> = self.expected.live().map(Stored::listed).collect();
        expected.sort_by(|one, other| {
            (other.content.measured, &other.id).cmp(&(one.content.measured, &one.id))
        });
        same("the list", &listed, &expected)?;
        same("total of the list", json["pagination"]["total"].as_u64(), Some(expected.len() as u64))
    }

    /// Checks that each creation exists once, except copies by `keep_both` and entries that devices or an import created
    /// again.
    fn check_births(&mut self) -> StepResult {
        let mut births: BTreeMap<Micros, Vec<&Stored>> = BTreeMap::new();
        let is_copy = |entry: &Stored| self.expected.copies.values().any(|copy| *copy == entry.id);
        for entry in self.expected.live().filter(|entry| !is_copy(entry)) {
            births.entry(entry.content.birth()).or_default().push(entry);
        }
        for (birth, entries) in births.iter().filter(|(_, entries)| entries.len() > 1) {
            let is_revived = self.devices.iter().any(|device| device.revived.contains(birth));
            holds(is_revived || self.imported.contains(birth), || {
                format!("an entry exists twice: {entries:?}")
            })?;
            self.client.saw("an entry exists twice, because it was created again");
        }
        Ok(())
    }
}
