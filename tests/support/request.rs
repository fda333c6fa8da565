//! A client's request, the CGI parameters that Apache derives from it, and the response.

use serde_json::Value;

use super::timestamps;

/// One HTTP request.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The target in the request line, query included.
    pub(crate) target: Vec<u8>,
    /// In the order sent. Apache joins the values of equal names.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    pub(crate) remote_address: String,
    /// Parameters to leave out.
    pub(crate) omitted: Vec<&'static str>,
    /// Parameters that precede all others, as those set by `SetEnvIf` and mod_rewrite do.
    pub(crate) environment: Vec<(String, Vec<u8>)>,
}

impl Request {
    pub(crate) fn new(method: &str, target: impl Into<Vec<u8>>) -> Self {
        Self {
            method: method.to_owned(),
            target: target.into(),
            headers: vec![
                ("Host".to_owned(), b"weights.example.org".to_vec()),
                ("User-Agent".to_owned(), b"weight-sync-tests".to_vec()),
                ("Accept".to_owned(), b"*/*".to_vec()),
            ],
            body: Vec::new(),
            remote_address: "192.0.2.7".to_owned(),
            omitted: Vec::new(),
            environment: Vec::new(),
        }
    }

    pub(crate) fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", format!("Bearer {token}"))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json").body(body.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn sent_from(mut self, address: &str) -> Self {
        self.remote_address = address.to_owned();
        self
    }

    pub(crate) fn without(mut self, parameter: &'static str) -> Self {
        self.omitted.push(parameter);
        self
    }

    pub(crate) fn environment(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// The parameters in Apache 2.4's order (`ap_add_common_vars`, then `ap_add_cgi_vars`).
    pub(crate) fn parameters(&self, program: &str) -> Vec<(String, Vec<u8>)> {
        let mut parameters = self.environment.clone();
        for (name, value) in &self.headers {
            let name = match name.to_ascii_lowercase().as_str() {
                "content-type" => "CONTENT_TYPE".to_owned(),
                "content-length" => "CONTENT_LENGTH".to_owned(),
                other => format!("HTTP_{}", other.to_ascii_uppercase().replace('-', "_")),
            };
            match parameters.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => {
                    known.extend_from_slice(b", ");
                    known.extend_from_slice(value);
                }
                None => parameters.push((name, value.clone())),
            }
        }
        let mut set = |name: &str, value: &[u8]| {
            if !parameters.iter().any(|(known, _)| known == name) {
                parameters.push((name.to_owned(), value.to_vec()));
            }
        };
        // mod_fcgid sets it for a GET too.
        set("CONTENT_LENGTH", self.body.len().to_string().as_bytes());
        set("HTTPS", b"on");
        set("PATH", b"/usr/local/bin:/usr/bin:/bin");
        set("SERVER_SIGNATURE", b"");
        set("SERVER_SOFTWARE", b"Apache/2.4");
        set("SERVER_NAME", b"weights.example.org");
        set("SERVER_ADDR", b"192.0.2.1");
        set("SERVER_PORT", b"443");
        set("REMOTE_ADDR", self.remote_address.as_bytes());
        set("DOCUMENT_ROOT", b"/home/family/weights.example.org");
        set("REQUEST_SCHEME", b"https");
        set("CONTEXT_PREFIX", b"");
        set("SERVER_ADMIN", b"webmaster@example.org");
        set("SCRIPT_FILENAME", program.as_bytes());
        set("REMOTE_PORT", b"40000");
        set("GATEWAY_INTERFACE", b"CGI/1.1");
        set("SERVER_PROTOCOL", b"HTTP/1.1");
        set("REQUEST_METHOD", self.method.as_bytes());
        let query = self.target.splitn(2, |byte| *byte == b'?').nth(1).unwrap_or_default();
        set("QUERY_STRING", query);
        set("REQUEST_URI", &self.target);
        set("SCRIPT_NAME", b"/api");
        parameters.retain(|(name, _)| !self.omitted.contains(&name.as_str()));
        parameters
    }
}

/// One HTTP response.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Parses a response in CGI format.
    #[track_caller]
    pub(crate) fn parse(output: &[u8]) -> Self {
        let end = output.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or_else(|| {
            panic!("no end of the header: {:?}", String::from_utf8_lossy(output))
        });
        let head = std::str::from_utf8(&output[..end]).expect("the header is UTF-8");
        let headers: Vec<(String, String)> = head
            .split("\r\n")
            .map(|line| {
                line.split_once(':')
                    .unwrap_or_else(|| panic!("header line without a colon: {line:?}"))
            })
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let status = headers
            .iter()
            .find(|(name, _)| name == "status")
            .unwrap_or_else(|| panic!("no Status line: {head}"))
            .1
            .split(' ')
            .next()
            .and_then(|number| number.parse().ok())
            .expect("a status number");
        Self { status, headers, body: output[end + 4..].to_vec() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values =
            self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let first = values.next();
        assert!(values.next().is_none(), "{name} appears twice: {:?}", self.headers);
        first
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{error} in the body of {}: {}", self.status, self.text())
        })
    }

    /// Checks the status and returns the body.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// Checks the status and code of a problem.
    #[track_caller]
    pub(crate) fn problem_code(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
    }

    /// Checks that the response is a complete problem (RFC 9457) with this status and code, and returns it.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        self.problem_code(status, code);
        let problem = self.json();
        assert_eq!(problem["status"], status);
        let kind = problem["type"].as_str().expect("a type");
        assert!(
            kind.starts_with("https://") && kind.ends_with(&format!("/problems/{code}")),
            "{kind}"
        );
        for member in ["title", "detail"] {
            assert!(
                problem[member].as_str().is_some_and(|text| !text.is_empty()),
                "{member} in {problem}"
            );
        }
        assert_eq!(
            problem["request_id"].as_str(),
            self.header("x-request-id"),
            "the id in body and header"
        );
        problem
    }

    /// Each field error as `field code`, sorted.
    #[track_caller]
    pub(crate) fn field_errors(&self) -> Vec<String> {
        self.problem(422, "validation_failed");
        field_errors(&self.json())
    }

    /// The problem's stable code, or an empty string.
    pub(crate) fn code(&self) -> String {
        serde_json::from_slice::<Value>(&self.body)
            .ok()
            .and_then(|body| body["code"].as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Checks the header fields that every response must have.
    #[track_caller]
    pub(crate) fn assert_common_headers(&self) {
        assert_eq!(self.header("cache-control"), Some("no-store"));
        assert_eq!(self.header("x-content-type-options"), Some("nosniff"));
        assert!(self.header("x-request-id").is_some_and(|id| !id.is_empty()), "{:?}", self.headers);
    }

    /// Returns the entity tag, which must be the quoted `updated_at` of the entry in the body.
    #[track_caller]
    pub(crate) fn etag(&self) -> String {
        let updated_at = self.json()["updated_at"].as_str().expect("an entry").to_owned();
        timestamps::assert_form(&updated_at);
        let etag =
            self.header("etag").unwrap_or_else(|| panic!("no ETag: {:?}", self.headers)).to_owned();
        assert_eq!(etag, format!("\"{updated_at}\""));
        etag
    }
}

/// Each member of `errors` as `field code`, sorted.
#[track_caller]
pub(crate) fn field_errors(holder: &Value) -> Vec<String> {
    let mut errors: Vec<String> = holder["errors"]
        .as_array()
        .unwrap_or_else(|| panic!("no errors in {holder}"))
        .iter()
        .map(|error| {
            assert!(
                error["message"].as_str().is_some_and(|text| !text.is_empty()),
                "a message in {error}"
            );
            format!(
                "{} {}",
                error["field"].as_str().expect("a field"),
                error["code"].as_str().expect("a code")
            )
        })
        .collect();
    errors.sort();
    errors
}
