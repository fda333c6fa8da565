//! docs/openapi.yaml describes exactly what the program has, and the tests detect an answer that it does not describe.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};
use weight_sync::app::router::Router;
use weight_sync::domain::weight::{Hundredths, Unit, Weight};
use weight_sync::http::field::FieldCode;
use weight_sync::http::problem::Code;

use crate::support::Answer;
use crate::support::contract::{Document, Door, differences};

/// The texts that a schema allows by `const` or `enum`.
fn texts(schema: &Value) -> Vec<&str> {
    let constant = schema["const"].as_str();
    let listed = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    constant.into_iter().chain(listed).collect()
}

/// Every value with the key `name` below `value`, with the object that contains it.
fn holders<'v>(value: &'v Value, name: &str) -> Vec<(&'v Map<String, Value>, &'v Value)> {
    let mut found = Vec::new();
    match value {
        Value::Object(members) => {
            found.extend(members.get(name).map(|value| (members, value)));
            found.extend(members.values().flat_map(|value| holders(value, name)));
        }
        Value::Array(items) => found.extend(items.iter().flat_map(|value| holders(value, name))),
        _ => {}
    }
    found
}

#[test]
fn the_document_describes_exactly_the_routes_of_the_program() {
    let mut described = BTreeSet::new();
    for (path, item) in Document::get().root["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().keys().filter(|key| *key != "parameters");
        described.extend(methods.map(|method| format!("{} {path}", method.to_ascii_uppercase())));
    }
    let routes = Router::paths().into_iter().flat_map(|(path, methods)| {
        methods.into_iter().map(move |method| format!("{method} {path}"))
    });
    assert_eq!(described, routes.collect());
}

#[test]
fn the_document_describes_exactly_the_error_codes_with_their_status() {
    let root = &Document::get().root;
    let mut described = BTreeSet::new();
    for (properties, code) in holders(root, "code") {
        if let Some(status) = properties.get("status").and_then(|status| status["const"].as_u64()) {
            described.extend(texts(code).into_iter().map(|code| (status, code.to_owned())));
        }
    }
    let codes = Code::ALL.iter().map(|code| (code.status().into(), code.name.to_owned()));
    assert_eq!(described, codes.collect());
}

#[test]
fn a_problem_is_described_under_its_own_status() {
    let document = Document::get();
    for (_, responses) in holders(&document.root["paths"], "responses") {
        for (status, response) in responses.as_object().unwrap() {
            for (_, described) in holders(document.resolve(response), "status") {
                let described = described["const"].as_u64().map(|status| status.to_string());
                assert!(described.is_none_or(|described| described == *status), "{response}");
            }
        }
    }
}

#[test]
fn the_document_describes_exactly_the_field_errors_of_the_program() {
    let described = &Document::get().component("schemas", "FieldError").unwrap()["properties"];
    let codes = FieldCode::ALL.map(|code| serde_json::to_value(code).unwrap());
    assert_eq!(
        described["code"]["enum"].as_array().unwrap().iter().collect::<Vec<_>>(),
        codes.iter().collect::<Vec<_>>()
    );
}

#[test]
fn the_documented_ranges_are_those_of_the_program() {
    let document = Document::get();
    let schema = document.component("schemas", "WeightInput").unwrap();
    for unit in Unit::ALL {
        let (least, most) = unit.range();
        for edge in [least.get(), most.get()] {
            for thousandths in edge * 10 - 20..edge * 10 + 20 {
                let number = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
                let value: Value = serde_json::from_str(&number).unwrap();
                let body = json!({"weight_value": value, "unit": unit.as_str(), "timestamp": "2026-01-06T20:30:00Z"});
                let fits = Weight::new(Hundredths::from_json_number(&number), unit).is_some();
                let errors = document.errors(schema, &body);
                assert_eq!(errors.is_empty(), fits, "{number} {}: {errors:?}", unit.as_str());
            }
        }
    }
}

#[test]
fn the_documented_limits_are_those_that_the_limits_route_publishes() {
    let schemas = &Document::get().root["components"]["schemas"];
    let published = &schemas["Limits"]["properties"];
    let (bulk, account) = (&published["bulk"]["properties"], &published["account"]["properties"]);
    for (stated, published) in [
        (&schemas["Upload"]["properties"]["entries"]["maxItems"], &bulk["max_entries"]),
        (&schemas["NewPassword"]["minLength"], &account["password_min_characters"]),
        (&schemas["NewPassword"]["maxLength"], &account["password_max_characters"]),
        (&schemas["Password"]["maxLength"], &account["password_max_characters"]),
        (&schemas["EmailInput"]["maxLength"], &account["email_max_bytes"]),
        (
            &schemas["List"]["properties"]["data"]["maxItems"],
            &published["page"]["properties"]["max"],
        ),
    ] {
        assert!(stated.is_u64());
        assert_eq!(stated, &published["const"]);
    }
}

#[test]
fn every_example_matches_its_schema() {
    let document = Document::get();
    let mut seen = 0;
    for (holder, example) in holders(&document.root, "example") {
        let errors = document.errors(&holder["schema"], example);
        assert!(errors.is_empty(), "{example}: {errors:?}");
        seen += 1;
    }
    for (schema, examples) in holders(&document.root, "examples") {
        for example in examples.as_array().into_iter().flatten() {
            let errors = document.errors(&Value::Object(schema.clone()), example);
            assert!(errors.is_empty(), "{example}: {errors:?}");
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen} examples");
}

#[test]
fn every_reference_resolves_and_every_component_is_referenced() {
    let document = Document::get();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for (_, reference) in holders(&document.root, "$ref") {
        let reference = reference.as_str().unwrap();
        assert!(document.root.pointer(&reference[1..]).is_some(), "{reference}");
        used.insert(reference);
    }
    for kind in ["parameters", "headers", "responses", "schemas"] {
        for name in document.root["components"][kind].as_object().unwrap().keys() {
            // These answer requests that no operation describes.
            let is_general = matches!(
                name.as_str(),
                "Options" | "MethodNotAllowed" | "HttpsRequired" | "WebServer" | "WebServerPage"
            );
            let reference = format!("#/components/{kind}/{name}");
            assert!(is_general || used.contains(reference.as_str()), "{reference} is not used");
        }
    }
}

#[test]
fn the_documented_web_server_problems_are_those_in_its_files() {
    let document = Document::get();
    let schema = document.component("schemas", "WebServerProblem").unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("public_html/problems");
    let mut seen = BTreeSet::new();
    let paths = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        let problem: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let errors = document.sealed_errors(schema, &problem);
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        seen.insert(problem["code"].as_str().unwrap().to_owned());
    }
    let described = texts(&schema["properties"]["code"]);
    assert_eq!(seen, described.into_iter().map(str::to_owned).collect());
}

#[test]
fn the_document_has_the_version_of_the_program() {
    assert_eq!(Document::get().root["info"]["version"], env!("CARGO_PKG_VERSION"));
}

fn answer(status: u16, headers: &[(&str, &str)], body: &Value) -> Answer {
    let always = [
        ("status", "200 OK"),
        ("cache-control", "no-store"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("x-request-id", "0199e1a0000070008000000000000001"),
        ("content-type", "application/json"),
    ];
    let headers = always.iter().chain(headers);
    Answer {
        status,
        headers: headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.to_string().into_bytes(),
    }
}

#[test]
fn an_undescribed_answer_is_detected_and_a_described_one_passes() {
    let user = json!({"id": "7", "email": null});
    let seen = |method: &str, answer: &Answer| {
        differences(method, "/api/account?x=1", answer, Door::Program)
    };
    assert_eq!(seen("GET", &answer(200, &[], &user)), [""; 0]);
    assert_eq!(seen("GET", &answer(200, &[("ratelimit-limit", "100")], &user)), [""; 0]);
    for (method, wrong) in [
        ("GET", answer(202, &[], &user)),
        ("HEAD", answer(200, &[], &user)),
        ("PUT", answer(200, &[], &user)),
        ("GET", answer(200, &[("etag", "\"x\"")], &user)),
        ("GET", answer(200, &[("ratelimit-limit", "many")], &user)),
        ("GET", answer(200, &[], &json!({"id": "7"}))),
        ("GET", answer(200, &[], &json!({"id": 7, "email": null}))),
        ("GET", answer(200, &[], &json!({"id": "7", "email": null, "password": "x"}))),
        ("GET", answer(404, &[], &user)),
    ] {
        assert_eq!(
            seen(method, &wrong).len(),
            1,
            "{method} {}: {:?}",
            wrong.status,
            seen(method, &wrong)
        );
    }
    let mut silent = answer(200, &[], &user);
    silent.headers.retain(|(name, _)| name != "x-request-id");
    assert_eq!(seen("GET", &silent), ["the header field X-Request-Id is missing"]);
}

#[test]
fn an_undescribed_member_is_detected_at_any_depth() {
    let entry = json!({"id": "0199e1a0-0000-7000-8000-000000000001", "weight_value": 75.5, "unit": "kg",
        "timestamp": "2026-01-06T20:30:00Z", "created_at": "2026-01-06T20:30:00Z", "updated_at": "2026-01-06T20:30:00Z",
        "edited_at": "2026-01-06T20:30:00Z"});
    let list = |entry: &Value| json!({"data": [entry], "pagination": {"total": 1, "limit": 100, "offset": 0}});
    let path = "/api/health-metrics/weight";
    let seen =
        |entry: &Value| differences("GET", path, &answer(200, &[], &list(entry)), Door::Program);
    assert_eq!(seen(&entry), [""; 0]);
    let mut more = entry;
    more["user_id"] = "7".into();
    assert_eq!(seen(&more).len(), 1);
}
