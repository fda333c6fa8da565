//! Entries and results as JSON.

use serde::Serialize;

use crate::domain::batch::{Status, Submission};
use crate::domain::conflict::Reason;
use crate::domain::edit::EditKind;
use crate::domain::entry::{ClientKey, Entry, EntryId};
use crate::domain::time::UtcTime;
use crate::domain::user::UserId;
use crate::domain::weight::Hundredths;

/// An entry as lists show it; POST and PUT add the user.
#[derive(Serialize)]
pub(super) struct EntryView<'a> {
    id: EntryId,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    weight_value: Hundredths,
    unit: &'static str,
    timestamp: UtcTime,
    created_at: UtcTime,
    updated_at: UtcTime,
    edited_at: UtcTime,
}

impl<'a> EntryView<'a> {
    pub(super) fn listed(entry: &'a Entry) -> Self {
        Self {
            id: entry.id,
            user_id: None,
            weight_value: entry.content.weight.value(),
            unit: entry.content.weight.unit().as_str(),
            timestamp: entry.content.timestamp,
            created_at: entry.created_at,
            updated_at: entry.updated_at,
            edited_at: entry.edited_at,
        }
    }

    pub(super) fn owned(entry: &'a Entry, user_id: &'a UserId) -> Self {
        Self { user_id: Some(user_id.as_str()), ..Self::listed(entry) }
    }
}

/// An entry as sync responses show it: tombstones too, with the device's keys.
#[derive(Serialize)]
pub(super) struct SyncedView<'a> {
    #[serde(flatten)]
    entry: EntryView<'a>,
    deleted_at: Option<UtcTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    local_id: Option<&'a ClientKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_id: Option<&'a ClientKey>,
}

impl<'a> SyncedView<'a> {
    pub(super) fn of(entry: &'a Entry) -> Self {
        let identity = entry.identity.as_ref();
        Self {
            entry: EntryView::listed(entry),
            deleted_at: entry.deleted_at,
            local_id: identity.map(|identity| &identity.local_id),
            device_id: identity
                .map(|identity| &identity.device_id)
                .filter(|device_id| !device_id.is_empty()),
        }
    }

    /// Leaves the device's keys out.
    pub(super) fn drop_keys(&mut self) {
        (self.local_id, self.device_id) = (None, None);
    }
}

/// What a client sent, normalised, for display beside the server's version.
#[derive(Serialize)]
pub(super) struct LocalView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<EntryId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    local_id: Option<&'a ClientKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight_value: Option<Hundredths>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<UtcTime>,
    edited_at: UtcTime,
    deleted: bool,
}

impl<'a> LocalView<'a> {
    /// `now` is the server's time, to which `edited_at` is clamped.
    pub(super) fn of(submission: &'a Submission, now: UtcTime) -> Self {
        let content = match submission.edit.kind {
            EditKind::Put(content) => Some(content),
            EditKind::Delete => None,
        };
        Self {
            id: submission.server_id,
            local_id: submission.identity.as_ref().map(|identity| &identity.local_id),
            weight_value: content.map(|content| content.weight.value()),
            unit: content.map(|content| content.weight.unit().as_str()),
            timestamp: content.map(|content| content.timestamp),
            edited_at: submission.edit.edited_at.unwrap_or(now).min(now),
            deleted: content.is_none(),
        }
    }
}

/// The name of a status on the wire.
pub(super) fn status_name(status: Status) -> &'static str {
    match status {
        Status::Created => "created",
        Status::Updated => "updated",
        Status::Deleted => "deleted",
        Status::Unchanged => "unchanged",
    }
}

/// The options that resolve a conflict. `keep_both` needs two versions: a
/// deletion adds none, and an entry that is gone has none left. For the
/// deletion of a gone entry, `keep_server` is the only option.
pub(super) fn options(reason: Reason, kind: EditKind) -> &'static [&'static str] {
    match (reason, kind) {
        (Reason::Gone, EditKind::Delete) => &["keep_server"],
        (Reason::Gone, EditKind::Put(_)) | (_, EditKind::Delete) => &["keep_server", "keep_local"],
        (_, EditKind::Put(_)) => &["keep_server", "keep_local", "keep_both"],
    }
}
