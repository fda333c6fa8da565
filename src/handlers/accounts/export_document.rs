//! The form of an export (docs/PROTOCOL.md, "Export"): written piece by piece,
//! so that an account of any size takes the same memory. Entries stand in the
//! form of bulk upload.

use serde::Serialize;

use crate::domain::entry::{ClientKey, Entry, EntryId, Identity};
use crate::domain::time::UtcTime;
use crate::domain::user::UserId;
use crate::domain::weight::Hundredths;
use crate::handlers::Cut;
use crate::store::weights::{Exported, UserWeights};

/// What is before the entries.
#[derive(Serialize)]
struct Head<'a> {
    format: &'static str,
    version: u32,
    exported_at: UtcTime,
    user: User<'a>,
}

#[derive(Serialize)]
struct User<'a> {
    id: &'a str,
    email: Option<&'a str>,
    created_at: Option<UtcTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    google: Option<Google<'a>>,
}

#[derive(Serialize)]
struct Google<'a> {
    sub: &'a str,
    linked_at: UtcTime,
}

/// An entry under the server's id: the keys of several devices may be the
/// same, and some entries have none. Importers ignore what they do not know.
#[derive(Serialize)]
struct ExportedEntry<'a> {
    local_id: EntryId,
    weight_value: Hundredths,
    unit: &'static str,
    timestamp: UtcTime,
    edited_at: UtcTime,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deleted: bool,
    created_at: UtcTime,
    updated_at: UtcTime,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<Origin<'a>>,
}

#[derive(Serialize)]
struct Origin<'a> {
    device_id: &'a ClientKey,
    local_id: &'a ClientKey,
}

impl<'a> ExportedEntry<'a> {
    fn of(entry: &'a Entry) -> Self {
        let origin = |identity: &'a Identity| Origin {
            device_id: &identity.device_id,
            local_id: &identity.local_id,
        };
        Self {
            local_id: entry.id,
            weight_value: entry.content.weight.value(),
            unit: entry.content.weight.unit().as_str(),
            timestamp: entry.content.timestamp,
            edited_at: entry.edited_at,
            deleted: entry.is_deleted(),
            created_at: entry.created_at,
            updated_at: entry.updated_at,
            origin: entry.identity.as_ref().map(origin),
        }
    }
}

/// The beginning, which names the user and the moment.
///
/// # Errors
/// A value that JSON cannot hold: a fault of ours.
pub fn beginning(user_id: &UserId, exported: &Exported) -> serde_json::Result<Vec<u8>> {
    let head = Head {
        format: "weight-sync-export",
        version: 1,
        exported_at: exported.exported_at,
        user: User {
            id: user_id.as_str(),
            email: exported.email.as_deref(),
            created_at: exported.created_at,
            google: exported
                .google
                .as_ref()
                .map(|google| Google { sub: &google.subject, linked_at: google.linked_at }),
        },
    };
    let mut piece = serde_json::to_vec(&head)?;
    // The object goes on.
    piece.pop();
    piece.extend_from_slice(b",\"entries\":[");
    Ok(piece)
}

/// Sends all that follows, and closes the view that was opened before.
///
/// # Errors
/// See [`Cut`]. Then the document does not close.
pub fn send_entries(
    weights: &mut UserWeights<'_, '_>,
    send: &mut dyn FnMut(&[u8]) -> std::io::Result<()>,
) -> Result<(), Cut> {
    let mut after = None;
    loop {
        let page = weights.export_page(after)?;
        let Some(last) = page.last() else { break };
        send(&lines(&page, after.is_none())?)?;
        after = Some(last.id);
    }
    weights.close_export();
    Ok(send(b"\n]}\n")?)
}

/// A line for each entry.
fn lines(entries: &[Entry], are_first: bool) -> serde_json::Result<Vec<u8>> {
    const ENTRY_BYTES: usize = 512;
    let mut piece = Vec::with_capacity(entries.len() * ENTRY_BYTES);
    for (index, entry) in entries.iter().enumerate() {
        piece.extend_from_slice(if are_first && index == 0 { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut piece, &ExportedEntry::of(entry))?;
    }
    Ok(piece)
}
