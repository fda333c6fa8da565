//! Parses the response to a bulk upload, in the order of the inputs.

use serde_json::Value;

use super::entry::{Content, Stored, optional_text, stored, text, time};
use super::step_result::{StepResult, holds};
use super::timestamps::Micros;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LineAnswer {
    pub(crate) local_id: Option<String>,
    pub(crate) synced: Option<Synced>,
    pub(crate) conflict: Option<Conflict>,
    pub(crate) error: Option<LineError>,
}

/// Why an input was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LineError {
    pub(crate) code: String,
    /// Field and code of each error.
    pub(crate) fields: Vec<(String, String)>,
}

impl LineError {
    pub(crate) fn quota_exceeded() -> Self {
        Self { code: "quota_exceeded".into(), fields: Vec::new() }
    }
}

impl LineAnswer {
    /// A short name for the outcome of the input.
    pub(crate) fn kind(&self) -> String {
        let status = self.synced.as_ref().map(|synced| synced.status.clone());
        let conflict = self.conflict.as_ref().map(|it| match &it.replaced_copy {
            None => format!("{} {}", it.resolution, it.reason),
            Some(copy) if copy.is_deleted() => "kept_both by restoring the deleted copy".into(),
            Some(_) => "kept_both by changing back the edited copy".into(),
        });
        let error = self.error.as_ref().map(|error| error.code.clone());
        conflict.or(status).or(error).unwrap_or_else(|| "nothing".into())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Synced {
    pub(crate) status: String,
    pub(crate) server_id: Option<String>,
    pub(crate) updated_at: Option<Micros>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    pub(crate) resolution: String,
    pub(crate) reason: String,
    pub(crate) server_id: Option<String>,
    pub(crate) server_entry: Option<Stored>,
    pub(crate) local_entry: Local,
    pub(crate) options: Vec<String>,
    pub(crate) copy_id: Option<String>,
    pub(crate) replaced_copy: Option<Stored>,
}

/// The client's version, which the server returns beside its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Local {
    pub(crate) id: Option<String>,
    pub(crate) local_id: Option<String>,
    pub(crate) content: Option<Content>,
    pub(crate) edited_at: Micros,
    pub(crate) deleted: bool,
}

/// Reads the results in the order of the inputs, and the server's time.
pub(crate) fn read(answer: &Value, inputs: usize) -> StepResult<(Vec<LineAnswer>, Micros)> {
    let mut lines = vec![LineAnswer::default(); inputs];
    for list in ["synced", "conflicts", "errors"] {
        for item in answer[list].as_array().ok_or_else(|| format!("no {list} in {answer}"))? {
            let index = item["index"].as_u64().and_then(|index| usize::try_from(index).ok());
            let line = index.and_then(|index| lines.get_mut(index));
            let line = line.ok_or_else(|| format!("index of {item}"))?;
            line.local_id = optional_text(item, "local_id");
            let is_twice = match list {
                "synced" => line.synced.replace(synced(item)?).is_some(),
                "conflicts" => line.conflict.replace(conflict(item)?).is_some(),
                _ => line.error.replace(error(item)?).is_some(),
            };
            holds(!is_twice, || format!("an input is twice in {list}: {answer}"))?;
        }
    }
    Ok((lines, time(&answer["sync"], "server_time")?))
}

fn synced(item: &Value) -> StepResult<Synced> {
    Ok(Synced {
        status: text(item, "status")?,
        server_id: optional_text(item, "server_id"),
        updated_at: optional_text(item, "updated_at")
            .map(|_| time(item, "updated_at"))
            .transpose()?,
    })
}

fn conflict(item: &Value) -> StepResult<Conflict> {
    let entry = &item["server_entry"];
    let options = item["options"].as_array().ok_or_else(|| format!("no options in {item}"))?;
    Ok(Conflict {
        resolution: text(item, "resolution")?,
        reason: text(item, "reason")?,
        server_id: optional_text(item, "server_id"),
        server_entry: if entry.is_null() { None } else { Some(stored(entry)?) },
        local_entry: local(&item["local_entry"])?,
        options: options.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        copy_id: optional_text(item, "copy_id"),
        replaced_copy: item.get("replaced_copy").map(stored).transpose()?,
    })
}

/// Reads the `local_entry` of a conflict or of a problem.
pub(crate) fn local(item: &Value) -> StepResult<Local> {
    let content = item.get("weight_value").map(|_| Content::read(item)).transpose()?;
    Ok(Local {
        id: optional_text(item, "id"),
        local_id: optional_text(item, "local_id"),
        content,
        edited_at: time(item, "edited_at")?,
        deleted: item["deleted"].as_bool().ok_or_else(|| format!("no deleted in {item}"))?,
    })
}

fn error(item: &Value) -> StepResult<LineError> {
    let errors = item["errors"].as_array().ok_or_else(|| format!("no errors in {item}"))?;
    let field = |error| Ok((text(error, "field")?, text(error, "code")?));
    Ok(LineError {
        code: text(item, "code")?,
        fields: errors.iter().map(field).collect::<StepResult<_>>()?,
    })
}
