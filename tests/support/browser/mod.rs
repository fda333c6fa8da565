//! A real browser: headless Chromium, driven by WebDriver (W3C) through chromedriver, each with an empty profile.

mod waiting;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::folder::Folder;
use super::waiting::PATIENCE;

/// What WebDriver calls an element in JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// For servers and containers: no window, no sandbox that root could not have, no calls home.
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

/// Ended, with all of Chromium, when dropped.
pub(crate) struct Browser {
    driver: Child,
    session: String,
    agent: ureq::Agent,
    folder: Folder,
}

/// A part of the page.
#[derive(Clone)]
pub(crate) struct Element(String);

impl Browser {
    /// `None` where there is no Chromium; with CI=true that is a failure.
    pub(crate) fn start() -> Option<Self> {
        Self::with(&json!({}))
    }

    /// With preferences of Chromium's own.
    pub(crate) fn with(preferences: &Value) -> Option<Self> {
        let command = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut driver) = command else {
            assert!(
                std::env::var_os("CI").is_none_or(|ci| ci != "true"),
                "there is no chromedriver"
            );
            eprintln!("left out: there is no chromedriver (Debian's package chromium-driver)");
            return None;
        };
        let port = port_of(&mut driver);
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_idle_connections(0)
            .timeout_global(Some(PATIENCE))
            .build()
            .new_agent();
        let folder = Folder::new();
        let mut browser =
            Self { driver, session: format!("http://127.0.0.1:{port}/session"), agent, folder };
        // The driver gives a Chromium that starts a minute; on a machine that is busy it may need another.
        let made = browser
            .new_session("profile", preferences)
            .or_else(|_| browser.new_session("second-profile", preferences))
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        let id = made["sessionId"].as_str().expect("a session").to_owned();
        browser.session = format!("{}/{id}", browser.session);
        Some(browser)
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

    /// Where downloads land.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.folder.join("downloads")
    }

    #[track_caller]
    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
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

    #[track_caller]
    pub(crate) fn open(&self, url: &str) {
        self.call("POST", "/url", &json!({"url": url}));
    }

    /// The one element of a CSS selector.
    #[track_caller]
    pub(crate) fn find(&self, selector: &str) -> Element {
        let found = self.find_all(selector);
        assert_eq!(found.len(), 1, "{selector}");
        found[0].clone()
    }

    #[track_caller]
    pub(crate) fn find_all(&self, selector: &str) -> Vec<Element> {
        let found =
            self.call("POST", "/elements", &json!({"using": "css selector", "value": selector}));
        let found = found.as_array().expect("a list");
        found.iter().map(|one| Element(one[ELEMENT].as_str().expect("an id").to_owned())).collect()
    }

    /// Clicks in the middle of the window, as who reads a page does: the driver by itself would go for its edge.
    #[track_caller]
    pub(crate) fn click(&self, selector: &str) {
        let Element(id) = self.find(selector);
        let selector = json!(selector);
        self.evaluate(&format!("document.querySelector({selector}).scrollIntoView({{block: 'center', behavior: 'instant'}});"));
        self.call("POST", &format!("/element/{id}/click"), &json!({}));
    }

    /// Empties a field and types into it.
    #[track_caller]
    pub(crate) fn fill(&self, selector: &str, text: &str) {
        let Element(id) = self.find(selector);
        self.call("POST", &format!("/element/{id}/clear"), &json!({}));
        self.call("POST", &format!("/element/{id}/value"), &json!({"text": text}));
    }

    /// Presses keys one after another, wherever the focus is.
    #[track_caller]
    pub(crate) fn press(&self, keys: &str) {
        let strokes: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()}))
            })
            .collect();
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": strokes});
        self.call("POST", "/actions", &json!({"actions": [keyboard]}));
    }

    /// The text as a person sees it: of what is hidden, nothing.
    #[track_caller]
    pub(crate) fn text(&self, selector: &str) -> String {
        let Element(id) = self.find(selector);
        self.read(&format!("/element/{id}/text"))
    }

    #[track_caller]
    pub(crate) fn is_shown(&self, selector: &str) -> bool {
        let Element(id) = self.find(selector);
        self.call("GET", &format!("/element/{id}/displayed"), &Value::Null) == json!(true)
    }

    /// Role and name as assistive technology gets them.
    #[track_caller]
    pub(crate) fn role_and_name(&self, Element(id): &Element) -> (String, String) {
        let read = |what: &str| self.read(&format!("/element/{id}/{what}"));
        (read("computedrole"), read("computedlabel"))
    }

    #[track_caller]
    fn read(&self, path: &str) -> String {
        self.call("GET", path, &Value::Null).as_str().expect("a text").to_owned()
    }

    /// What a script of the test's own returns.
    #[track_caller]
    pub(crate) fn evaluate(&self, script: &str) -> Value {
        self.call("POST", "/execute/sync", &json!({"script": script, "args": []}))
    }

    /// A command of the DevTools protocol.
    #[track_caller]
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.call("POST", "/goog/cdp/execute", &body)
    }

    /// What the page or the browser complained of since this was asked last: errors, refused by policy, …
    #[track_caller]
    pub(crate) fn complaints(&self) -> Vec<String> {
        let log = self.call("POST", "/se/log", &json!({"type": "browser"}));
        let lines = log.as_array().expect("a list");
        lines.iter().map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The size of the window's inside and the colour scheme of the person's choice.
    #[track_caller]
    pub(crate) fn appear(&self, width: u32, height: u32, scheme: &str) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.devtools("Emulation.setEmulatedMedia", &json!({"features": features}));
    }
}

/// chromedriver says which port it took.
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
    // It must not stop at a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    port
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.try_call("DELETE", "", &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
