//! A chromedriver with one Chromium and an empty profile, controlled through WebDriver (W3C).

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::folder::Folder;
use crate::support::site::http_agent;

/// Options for servers and containers: no window, no sandbox (root cannot use one), no background requests.
const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// Dropping it ends chromedriver and Chromium.
pub(super) struct Driver {
    child: Child,
    session: String,
    agent: ureq::Agent,
    folder: Folder,
}

impl Driver {
    /// Starts chromedriver. `None` if it is not installed; with CI=true that is a failure.
    pub(super) fn start(preferences: &Value) -> Option<Self> {
        let command = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = command else {
            let is_ci = std::env::var_os("CI").is_some_and(|ci| ci == "true");
            assert!(!is_ci, "there is no chromedriver");
            eprintln!("left out: there is no chromedriver (Debian's package chromium-driver)");
            return None;
        };
        let session = format!("http://127.0.0.1:{}/session", port_of(&mut child));
        let mut driver = Self { child, session, agent: http_agent(), folder: Folder::new() };
        // Chromedriver gives Chromium a minute to start, which may be too short on a busy machine.
        let made = driver
            .new_session("profile", preferences)
            .or_else(|_| driver.new_session("second-profile", preferences))
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        let id = made["sessionId"].as_str().expect("a session").to_owned();
        driver.session = format!("{}/{id}", driver.session);
        Some(driver)
    }

    fn new_session(&self, profile: &str, preferences: &Value) -> Result<Value, Value> {
        let mut arguments: Vec<String> = ARGUMENTS.map(str::to_owned).to_vec();
        arguments.push(format!("--user-data-dir={}", self.folder.join(profile).display()));
        let mut preferences = preferences.clone();
        preferences["download.default_directory"] = json!(self.downloads());
        let options = json!({"args": arguments, "prefs": preferences});
        let capabilities =
            json!({"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}});
        self.try_call("POST", "", &json!({"capabilities": {"alwaysMatch": capabilities}}))
    }

    pub(super) fn downloads(&self) -> PathBuf {
        self.folder.join("downloads")
    }

    /// Sends a WebDriver command of the session and returns the response's value.
    #[track_caller]
    pub(super) fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_call(method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    fn try_call(&self, method: &str, path: &str, body: &Value) -> Result<Value, Value> {
        let text = if method == "POST" { body.to_string() } else { String::new() };
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.session))
            .header("Content-Type", "application/json")
            .body(text)
            .expect("a request");
        let lost = |error: ureq::Error| json!(error.to_string());
        let mut answer = self.agent.run(request).map_err(lost)?;
        let text = answer.body_mut().read_to_string().map_err(lost)?;
        let value = serde_json::from_str::<Value>(&text).unwrap_or_default()["value"].clone();
        if answer.status().is_success() { Ok(value) } else { Err(value) }
    }
}

/// Reads the port that chromedriver has chosen from its output.
fn port_of(driver: &mut Child) -> u16 {
    let output = driver.stdout.take().expect("piped");
    let mut lines = BufReader::new(output).lines();
    let port = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| {
            line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
        })
        .expect("chromedriver names its port");
    // A full pipe would block chromedriver.
    std::thread::spawn(move || lines.for_each(drop));
    port
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.try_call("DELETE", "", &Value::Null);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
