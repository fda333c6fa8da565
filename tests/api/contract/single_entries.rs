//! One weight entry at a time, and what a web client asks beforehand.

use serde_json::json;

use super::{LIMIT, show};
use crate::support::user::with;
use crate::support::{Request, Server, WEIGHT, weighing};

#[test]
fn an_entry_is_created_listed_replaced_and_deleted() {
    let server = Server::with(&[LIMIT], 1);
    let user = server.user();
    let show = |name: &str, request: Request| show(&server, name, request.bearer(&user.token));
    let keys = json!({"local_id": "local-123", "edited_at": "2026-01-06T20:30:02Z"});
    let create = Request::new("POST", WEIGHT).json(&with(weighing(75.5), &keys));

    let created = show("weights.create.created", create.clone()).expect(201);
    // Without a Location, which Apache would follow.
    show("weights.create.repeated", create).expect(200);
    show("weights.list", Request::get(&format!("{WEIGHT}?limit=10&since=2026-01-01T00:00:00Z")));
    show("weights.list.head", Request::new("HEAD", WEIGHT));
    show("weights.options", Request::new("OPTIONS", WEIGHT));

    let address = format!("{WEIGHT}/{}", created["id"].as_str().unwrap());
    let edited = |kilograms: f64, at: &str| with(weighing(kilograms), &json!({"edited_at": at}));
    let put = |body| Request::new("PUT", address.as_str()).json(&body);
    let base = format!("\"{}\"", created["updated_at"].as_str().unwrap());
    let replace = put(edited(76.0, "2026-01-06T21:00:00Z")).header("If-Match", base.as_str());
    show("weights.replace", replace).expect(200);
    let other = put(edited(77.005, "2026-01-06T23:00:00+01:00")).header("If-Match", base.as_str());
    show("errors.precondition_failed", other);
    show("errors.newer_on_server", put(edited(77.0, "2026-01-06T20:45:00Z")));
    show("weights.delete", Request::new("DELETE", address.as_str())).expect(204);
    show("errors.not_found", Request::new("DELETE", format!("{WEIGHT}/unknown")));
}
