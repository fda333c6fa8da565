//! Messages that wait for the end of their request's response, and the command
//! that sends one of them beside the next requests. One at a time: however many
//! codes strangers ask for, a process has one child.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::command::{Delivery, MailError};
use super::message::Message;
use crate::config::Settings;

/// The messages of this process. A process that is killed loses them: the
/// person asks for another code. `rate_limit.mails_per_hour` bounds them.
#[derive(Default)]
pub struct Outbox(Mutex<Mails>);

#[derive(Default)]
struct Mails {
    waiting: VecDeque<Message>,
    under_way: Option<Delivery>,
}

impl Outbox {
    /// Adds a message.
    pub fn put(&self, message: Message) {
        self.mails().waiting.push_back(message);
    }

    /// Looks whether the command has ended, ends one that takes too long, and
    /// starts it for the next message. Waits for nothing. Returns why messages
    /// were not sent.
    pub fn advance(&self, settings: &Settings) -> Vec<MailError> {
        let mut mails = self.mails();
        let mut failures = Vec::new();
        loop {
            if let Some(delivery) = &mut mails.under_way {
                let Some(result) = delivery.result() else { return failures };
                mails.under_way = None;
                failures.extend(result.err());
            }
            let Some(message) = mails.waiting.pop_front() else { return failures };
            match Delivery::start(settings, &message) {
                Ok(delivery) => mails.under_way = Some(delivery),
                Err(error) => failures.push(error),
            }
        }
    }

    /// Whether all messages were sent or have failed.
    pub fn is_empty(&self) -> bool {
        let mails = self.mails();
        mails.under_way.is_none() && mails.waiting.is_empty()
    }

    fn mails(&self) -> MutexGuard<'_, Mails> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
