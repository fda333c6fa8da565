//! Mail: what the messages say, and the command that sends them. A message is
//! sent after the response, so that the time of a response does not tell
//! whether there was one.

mod command;
mod message;
mod outbox;

pub use command::{MailError, obstacle, send};
pub use message::{Message, Occasion};
pub use outbox::Outbox;
