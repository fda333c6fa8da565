//! Reads docs/openapi.yaml once per process and validates values against its schemas.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

const TEXT: &str = include_str!("../../../docs/openapi.yaml");

/// The OpenAPI document.
pub(crate) struct Document {
    /// The unchanged document.
    pub(crate) root: Value,
    /// A copy whose schemas forbid undescribed members in every object.
    sealed: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Document {
    pub(crate) fn get() -> &'static Self {
        static DOCUMENT: OnceLock<Document> = OnceLock::new();
        DOCUMENT.get_or_init(|| {
            let root: Value = serde_saphyr::from_str(TEXT)
                .unwrap_or_else(|error| panic!("docs/openapi.yaml is not YAML: {error}"));
            let mut sealed = root["components"]["schemas"].clone();
            sealed.as_object_mut().expect("schemas").values_mut().for_each(seal_members);
            Self { root, sealed, validators: Mutex::default() }
        })
    }

    /// The component of this kind and name below `components`.
    pub(crate) fn component(&self, kind: &str, name: &str) -> Option<&Value> {
        self.root["components"][kind].get(name)
    }

    /// Follows `value` if it is a reference.
    pub(crate) fn resolve<'d>(&'d self, value: &'d Value) -> &'d Value {
        let Some(reference) = value["$ref"].as_str() else {
            return value;
        };
        let found = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
        found.unwrap_or_else(|| panic!("docs/openapi.yaml: {reference} leads nowhere"))
    }

    /// The violations of a schema by a value.
    pub(crate) fn errors(&self, schema: &Value, value: &Value) -> Vec<String> {
        self.judge(schema, value, &self.root["components"]["schemas"])
    }

    /// The violations, undescribed members included. Clients must ignore such members, but the tests reject them.
    pub(crate) fn sealed_errors(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut schema = schema.clone();
        seal(&mut schema);
        self.judge(&schema, value, &self.sealed)
    }

    fn judge(&self, schema: &Value, value: &Value, schemas: &Value) -> Vec<String> {
        let validator = self.validator(schema, schemas);
        let errors = validator.iter_errors(value);
        errors.map(|error| format!("{} {error}", error.instance_path())).collect()
    }

    fn validator(&self, schema: &Value, schemas: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        let made = validators.entry(format!("{:p} {schema}", schemas)).or_insert_with(|| {
            let whole = json!({"allOf": [schema], "components": {"schemas": schemas}});
            let validator = jsonschema::options()
                .with_draft(Draft::Draft202012)
                .should_validate_formats(true)
                // The service checks addresses less strictly than this format, as the document says.
                .with_format("email", |_: &str| true)
                .build(&whole);
            let validator = validator.unwrap_or_else(|error| panic!("{schema}: {error}"));
            Arc::new(validator)
        });
        Arc::clone(made)
    }
}

/// Forbids undescribed members in a schema and all nested schemas.
fn seal(schema: &mut Value) {
    seal_members(schema);
    if let Some(schema) = schema.as_object_mut()
        && !schema.contains_key("additionalProperties")
    {
        schema.insert("unevaluatedProperties".to_owned(), false.into());
    }
}

/// Forbids undescribed members in nested schemas. The parts of a combined schema describe one value together, so none
/// of them is sealed on its own.
fn seal_members(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    if let Some(members) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        members.values_mut().for_each(seal);
    }
    if let Some(items) = schema.get_mut("items") {
        seal(items);
    }
    for name in ["allOf", "anyOf", "oneOf"] {
        let alternatives = schema.get_mut(name).and_then(Value::as_array_mut);
        alternatives.into_iter().flatten().for_each(seal_members);
    }
}
