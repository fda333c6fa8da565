//! Messages that wait for the end of their request's response.

use std::sync::{Mutex, PoisonError};

use super::command::{MailError, send};
use super::message::Message;
use crate::config::Settings;

/// The messages of this process. A process that ends loses them: the person
/// asks for another code.
#[derive(Default)]
pub struct Outbox(Mutex<Vec<Message>>);

impl Outbox {
    /// Adds a message.
    pub fn put(&self, message: Message) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(message);
    }

    /// Sends all messages; returns why some were not sent.
    pub fn send(&self, settings: &Settings) -> Vec<MailError> {
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        waiting.iter().filter_map(|message| send(settings, message).err()).collect()
    }
}
