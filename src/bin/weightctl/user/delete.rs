//! `weightctl user delete`.

use serde_json::json;
use weight_sync::handlers::service::Service;
use weight_sync::store::accounts::erasure::erase;

use super::find;
use crate::failure::Failure;
use crate::output::Output;

pub(super) fn run(
    named: &str,
    yes: bool,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let mut database = service.database();
    let id = find(&mut database, named)?;
    if !yes {
        let text = format!("this deletes {id} and all data of theirs for ever");
        return Err(Failure::Usage(text).advise("add --yes"));
    }
    let erased = erase(&mut database, &id, &service.hashes)?;
    let erased = erased.ok_or_else(|| Failure::Failed(format!("there is no user {id}")))?;
    output.result(&json!({"deleted": erased, "id": id.as_str()}), || {
        let rows = erased.rows().map(|(table, rows)| format!("\n{rows:>8}  {table}"));
        format!("deleted {id}, rows:{}", rows.collect::<String>())
    });
    Ok(())
}
