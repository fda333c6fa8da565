//! Mail: what the messages say, and the command that sends them. A message is
//! sent after the response, beside the next requests, so that no time tells
//! whether there was one.

mod command;
mod message;
mod outbox;

pub use command::{MailError, obstacle, send};
pub use message::{Message, Occasion};
pub use outbox::Outbox;
