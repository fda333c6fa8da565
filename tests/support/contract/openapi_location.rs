//! Finds the part of the document that describes a request.

use std::fmt;

use serde_json::Value;

use super::Document;

/// Where the document describes a request's target.
pub(crate) enum OpenApiLocation<'d> {
    /// A described operation.
    Operation(&'d Value),
    /// `OPTIONS` on a described path.
    Options,
    /// A method that a path does not have. An `{id}` that cannot be decoded gives 404 first.
    OtherMethod { has_parameter: bool },
    /// A path that is not described.
    Nowhere,
}

impl<'d> OpenApiLocation<'d> {
    pub(crate) fn of(document: &'d Document, method: &str, target: &str) -> Self {
        let Some((template, item)) = find(document, path_of(target)) else {
            return Self::Nowhere;
        };
        let method = if method == "HEAD" { "GET" } else { method };
        // Methods are case-sensitive.
        let is_upper = !method.bytes().any(|byte| byte.is_ascii_lowercase());
        match item.get(method.to_ascii_lowercase()) {
            Some(operation) if is_upper => Self::Operation(operation),
            _ if method == "OPTIONS" => Self::Options,
            _ => Self::OtherMethod { has_parameter: template.contains('{') },
        }
    }

    /// The described response for this status. Every request may get 400 and 500, and 403 without TLS.
    pub(crate) fn response(&self, document: &'d Document, status: u16) -> Option<&'d Value> {
        if let Self::Operation(operation) = self
            && let Some(response) = operation["responses"].get(status.to_string())
        {
            return Some(document.resolve(response));
        }
        let name = match (self, status) {
            (_, 403) => "HttpsRequired",
            (Self::Operation(_), _) => return None,
            (_, 400) => "BadRequest",
            (_, 500) => "InternalError",
            (Self::Options, 204) => "Options",
            (Self::OtherMethod { .. }, 405) => "MethodNotAllowed",
            (Self::Nowhere | Self::Options | Self::OtherMethod { has_parameter: true }, 404) => {
                "NotFound"
            }
            _ => return None,
        };
        document.component("responses", name)
    }

    pub(crate) fn request_schema(&self) -> Option<&'d Value> {
        match self {
            Self::Operation(operation) => {
                operation.pointer("/requestBody/content/application~1json/schema")
            }
            _ => None,
        }
    }
}

impl fmt::Display for OpenApiLocation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(operation) => {
                f.write_str(operation["operationId"].as_str().unwrap_or("an operation"))
            }
            Self::Options => f.write_str("OPTIONS"),
            Self::OtherMethod { .. } => f.write_str("a method that is not described"),
            Self::Nowhere => f.write_str("a path that is not described"),
        }
    }
}

/// The path of a request target in origin or absolute form.
fn path_of(target: &str) -> &str {
    let origin = match target.split_once("://") {
        Some((scheme, rest)) if !scheme.starts_with('/') => {
            rest.find('/').map_or("", |start| &rest[start..])
        }
        _ => target,
    };
    origin.split('?').next().unwrap_or_default()
}

/// The path item of a path. An exact match precedes a match with a parameter.
fn find<'d>(document: &'d Document, path: &str) -> Option<(&'d str, &'d Value)> {
    let fits = |template: &str| {
        let (wanted, given) = (template.split('/'), path.split('/'));
        wanted.clone().count() == given.clone().count()
            && wanted.zip(given).all(|(wanted, given)| {
                wanted == given || (wanted.starts_with('{') && !given.is_empty())
            })
    };
    let paths = document.root["paths"].as_object()?;
    let exact = paths.get_key_value(path);
    let found = exact.or_else(|| paths.iter().find(|(template, _)| fits(template)));
    found.map(|(template, item)| (template.as_str(), item))
}
