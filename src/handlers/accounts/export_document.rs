//! The format of an export (docs/PROTOCOL.md, "Export"), written entry by
//! entry, so that the memory does not depend on the account's size. Entries
//! have the form of bulk upload.

use std::io::{BufWriter, Error, Write};

use serde::Serialize;

use crate::domain::entry::{ClientKey, Entry, EntryId, Identity};
use crate::domain::time::UtcTime;
use crate::domain::user::UserId;
use crate::domain::weight::Hundredths;
use crate::store::StoreError;
use crate::store::weights::{Exported, ExportedUser, UserWeights};

const BUFFER_BYTES: usize = 32 * 1024;

/// The fields before the entries.
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

/// An entry under the server's id, because two devices may use the same key,
/// and some entries have none. Importers ignore unknown fields.
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
    /// Lets an upload to the same account report what was edited since.
    base_updated_at: UtcTime,
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
            base_updated_at: entry.updated_at,
            origin: entry.identity.as_ref().map(origin),
        }
    }
}

/// Writes the document of a user to `out` and returns the time of the export.
///
/// # Errors
/// See [`UserWeights::export`]. The document is then incomplete JSON.
pub fn write(weights: &mut UserWeights<'_, '_>, out: impl Write) -> Result<UtcTime, StoreError> {
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, out);
    let user_id = weights.user_id().clone();
    let mut separator = "\n";
    let exported_at = weights.export(|part| {
        match part {
            Exported::User(user) => out.write_all(&head(&user_id, &user)?)?,
            Exported::Entry(entry) => {
                out.write_all(separator.as_bytes())?;
                serde_json::to_writer(&mut out, &ExportedEntry::of(&entry)).map_err(Error::from)?;
                separator = ",\n";
            }
        }
        Ok(())
    })?;
    out.write_all(b"\n]}\n")?;
    out.flush()?;
    Ok(exported_at)
}

/// Everything before the first entry.
fn head(user_id: &UserId, user: &ExportedUser) -> Result<Vec<u8>, Error> {
    let head = Head {
        format: "weight-sync-export",
        version: 1,
        exported_at: user.exported_at,
        user: User {
            id: user_id.as_str(),
            email: user.email.as_deref(),
            created_at: user.created_at,
            google: user
                .google
                .as_ref()
                .map(|google| Google { sub: &google.subject, linked_at: google.linked_at }),
        },
    };
    let mut json = serde_json::to_vec(&head)?;
    // Removes the closing brace, because the entries follow.
    json.pop();
    json.extend_from_slice(b",\"entries\":[");
    Ok(json)
}
