//! A real browser: headless Chromium with an empty profile. CSS selectors identify elements; each must match exactly one.

mod driver;

use std::path::PathBuf;

use serde_json::{Value, json};

use super::waiting::wait_until;
use driver::Driver;

/// The JSON member that holds an element's id in WebDriver.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub(crate) struct Browser(Driver);

/// An element of the page, by its WebDriver id.
#[derive(Clone)]
pub(crate) struct Element(String);

impl Browser {
    /// Starts a browser. `None` if Chromium is not installed; with CI=true that is a failure.
    pub(crate) fn start() -> Option<Self> {
        Self::with(&json!({}))
    }

    /// Starts a browser with these Chromium preferences.
    pub(crate) fn with(preferences: &Value) -> Option<Self> {
        Driver::start(preferences).map(Self)
    }

    pub(crate) fn downloads(&self) -> PathBuf {
        self.0.downloads()
    }

    #[track_caller]
    pub(crate) fn open(&self, url: &str) {
        self.0.call("POST", "/url", &json!({"url": url}));
    }

    #[track_caller]
    pub(crate) fn find(&self, selector: &str) -> Element {
        let found = self.find_all(selector);
        assert_eq!(found.len(), 1, "{selector}");
        found[0].clone()
    }

    #[track_caller]
    pub(crate) fn find_all(&self, selector: &str) -> Vec<Element> {
        let query = json!({"using": "css selector", "value": selector});
        let found = self.0.call("POST", "/elements", &query);
        let found = found.as_array().expect("a list");
        found.iter().map(|one| Element(one[ELEMENT].as_str().expect("an id").to_owned())).collect()
    }

    /// Clicks an element after scrolling it to the middle of the window. The driver would scroll it to the edge.
    #[track_caller]
    pub(crate) fn click(&self, selector: &str) {
        let Element(id) = self.find(selector);
        let selector = json!(selector);
        self.evaluate(&format!("document.querySelector({selector}).scrollIntoView({{block: 'center', behavior: 'instant'}});"));
        self.0.call("POST", &format!("/element/{id}/click"), &json!({}));
    }

    /// Clears a field and types into it.
    #[track_caller]
    pub(crate) fn fill(&self, selector: &str, text: &str) {
        let Element(id) = self.find(selector);
        self.0.call("POST", &format!("/element/{id}/clear"), &json!({}));
        self.0.call("POST", &format!("/element/{id}/value"), &json!({"text": text}));
    }

    /// Presses keys one after another in the focused element.
    #[track_caller]
    pub(crate) fn press(&self, keys: &str) {
        let stroke = |key: char| {
            ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()}))
        };
        let strokes: Vec<Value> = keys.chars().flat_map(stroke).collect();
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": strokes});
        self.0.call("POST", "/actions", &json!({"actions": [keyboard]}));
    }

    /// The visible text of an element.
    #[track_caller]
    pub(crate) fn text(&self, selector: &str) -> String {
        self.read(&self.find(selector), "text")
    }

    #[track_caller]
    pub(crate) fn is_shown(&self, selector: &str) -> bool {
        let Element(id) = self.find(selector);
        self.0.call("GET", &format!("/element/{id}/displayed"), &Value::Null) == json!(true)
    }

    /// The role and name of an element as assistive technology sees them.
    #[track_caller]
    pub(crate) fn role_and_name(&self, element: &Element) -> (String, String) {
        (self.read(element, "computedrole"), self.read(element, "computedlabel"))
    }

    #[track_caller]
    fn read(&self, Element(id): &Element, what: &str) -> String {
        let value = self.0.call("GET", &format!("/element/{id}/{what}"), &Value::Null);
        value.as_str().expect("a text").to_owned()
    }

    /// Runs a script in the page and returns its result.
    #[track_caller]
    pub(crate) fn evaluate(&self, script: &str) -> Value {
        self.0.call("POST", "/execute/sync", &json!({"script": script, "args": []}))
    }

    /// The console messages of the page and the browser since the last call, for example errors and policy violations.
    #[track_caller]
    pub(crate) fn complaints(&self) -> Vec<String> {
        let log = self.0.call("POST", "/se/log", &json!({"type": "browser"}));
        let lines = log.as_array().expect("a list");
        lines.iter().map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Sets the viewport's size and the preferred colour scheme.
    #[track_caller]
    pub(crate) fn appear(&self, width: u32, height: u32, scheme: &str) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        let scheme = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        for (command, parameters) in [
            ("Emulation.setDeviceMetricsOverride", metrics),
            ("Emulation.setEmulatedMedia", scheme),
        ] {
            let body = json!({"cmd": command, "params": parameters});
            self.0.call("POST", "/goog/cdp/execute", &body);
        }
    }

    /// Waits until the element's visible text contains `part`.
    #[track_caller]
    pub(crate) fn wait_for_text(&self, selector: &str, part: &str) {
        wait_until(&format!("{selector} says {part:?}"), || self.text(selector).contains(part));
    }

    /// Waits until the element is visible.
    #[track_caller]
    pub(crate) fn wait_for(&self, selector: &str) {
        wait_until(&format!("{selector} is shown"), || self.is_shown(selector));
    }
}
