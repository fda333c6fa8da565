//! A person uses the account page in a real browser, through Apache.

use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::mail::Mailbox;
use crate::support::site::Instance;
use crate::support::user::PASSWORD;
use crate::support::waiting::wait_until;
use crate::support::{Request, SYNC};

/// WebDriver's codes of the Tab and Enter keys.
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

pub(super) fn page(instance: &Instance) -> String {
    format!("{}/account/", instance.base_url)
}

/// Registers an account and returns its access token.
pub(super) fn register(instance: &Instance, email: &str) -> String {
    let body = json!({"email": email, "password": PASSWORD});
    let tokens = instance.send(&Request::new("POST", "/api/auth/register").json(&body)).expect(201);
    tokens["access_token"].as_str().unwrap().to_owned()
}

/// Uploads `count` entries, a day apart, each a tenth of a kilogram lighter than the previous entry.
pub(super) fn weigh(instance: &Instance, token: &str, count: u32) {
    let entry = |number: u32| {
        let day = chrono::DateTime::from_timestamp(1_735_722_000 + i64::from(number) * 86_400, 0)
            .unwrap();
        json!({"local_id": number.to_string(), "weight_value": f64::from(990 - number) / 10.0, "unit": "kg",
            "timestamp": day.to_rfc3339()})
    };
    for first in (0..count).step_by(100) {
        let entries: Vec<Value> = (first..count.min(first + 100)).map(entry).collect();
        let upload = Request::new("POST", SYNC).bearer(token).json(&json!({"entries": entries}));
        instance.send(&upload).expect(200);
    }
}

#[track_caller]
pub(super) fn sign_in(browser: &Browser, email: &str, password: &str) {
    browser.fill("#email", email);
    browser.fill("#password", password);
    browser.click("#sign-in-form button");
}

/// Checks that the content security policy blocked nothing and no script failed.
#[track_caller]
fn assert_no_complaints(browser: &Browser) {
    let complaints: Vec<String> = browser
        .complaints()
        .into_iter()
        // The log also contains responses with an error status, which tests provoke.
        .filter(|line| !line.contains("the server responded with a status of"))
        .collect();
    assert!(complaints.is_empty(), "{complaints:?}");
}

#[test]
fn a_person_signs_in_sees_all_weights_downloads_them_and_signs_out() {
    let Some(browser) = Browser::start() else { return };
    let instance = Instance::start();
    let token = register(&instance, "anna@example.org");
    weigh(&instance, &token, 260);
    browser.open(&page(&instance));

    sign_in(&browser, "anna@example.org", "a wrong password");
    browser.wait_for_text("#problem", "E-mail address or password is wrong.");
    assert!(!browser.is_shown("#signed-in"));
    sign_in(&browser, "anna@example.org", PASSWORD);
    browser.wait_for_text("#status", "260 entries.");
    assert_eq!(browser.text("#problem"), "");
    assert_eq!(browser.text("#who"), "anna@example.org");
    assert!(!browser.is_shown("#sign-in"));
    assert!(!browser.is_shown("#ask-operator"), "no contact is set");

    // The list takes two pages: newest first, every entry once.
    let cells = browser.evaluate("return [...document.querySelectorAll('#rows td:last-child')].map(cell => cell.textContent)");
    let cells: Vec<&str> =
        cells.as_array().unwrap().iter().map(|cell| cell.as_str().unwrap()).collect();
    let expected: Vec<String> =
        (0..260).map(|number| format!("{:.1} kg", 73.1 + f64::from(number) / 10.0)).collect();
    assert_eq!(cells, expected);
    let label =
        browser.evaluate("return document.querySelector('#chart svg').getAttribute('aria-label')");
    let label = label.as_str().unwrap();
    assert!(label.contains("260 entries") && label.contains("Latest 73.1 kg"), "{label}");
    let points = browser.evaluate("return document.querySelector('#chart polyline').points.length");
    assert_eq!(points, 260);

    // Another unit changes only the display.
    browser.evaluate("const unit = document.getElementById('unit'); unit.value = 'lb'; unit.dispatchEvent(new Event('change'))");
    let first = "return document.querySelector('#rows td:last-child').textContent";
    assert_eq!(browser.evaluate(first), "161.2 lb");
    let list = instance
        .send(&Request::get("/api/health-metrics/weight?limit=1").bearer(&token))
        .expect(200);
    assert_eq!(list["data"][0]["unit"], "kg");

    browser.click("#download");
    browser.wait_for_text("#status", "was downloaded");
    let mut found = Vec::new();
    wait_until("the file has arrived", || {
        found = std::fs::read_dir(browser.downloads())
            .into_iter()
            .flatten()
            .flatten()
            .map(|file| file.path())
            .collect();
        matches!(&found[..], [file] if file.extension().is_some_and(|ending| ending == "json"))
    });
    let file: Value = serde_json::from_slice(&std::fs::read(&found[0]).unwrap()).unwrap();
    assert_eq!(file["entries"].as_array().unwrap().len(), 260);
    assert_eq!(file["user"]["email"], "anna@example.org");

    // The page stores nothing in the browser.
    let kept = "return [document.cookie, localStorage.length, sessionStorage.length]";
    assert_eq!(browser.evaluate(kept), json!(["", 0, 0]));
    browser.click("#sign-out");
    browser.wait_for_text("#status", "You are signed out.");
    assert!(browser.is_shown("#sign-in") && !browser.is_shown("#signed-in"));
    assert_eq!(browser.evaluate("return document.querySelectorAll('#rows tr').length"), 0);
    assert!(!browser.evaluate("return document.body.innerHTML").as_str().unwrap().contains("anna"));
    assert_no_complaints(&browser);
}

#[test]
fn the_page_names_whom_to_ask_where_a_contact_is_set() {
    let Some(browser) = Browser::start() else { return };
    for (contact, link) in [
        ("me@example.org", "mailto:me@example.org"),
        ("https://example.org/imprint", "https://example.org/imprint"),
    ] {
        let instance = Instance::with(&[("WEIGHT_SYNC_SERVER_CONTACT", contact)]);
        browser.open(&page(&instance));
        browser.wait_for_text("#ask-operator", contact);
        assert_eq!(browser.evaluate("return document.getElementById('contact').href"), link);
        assert_no_complaints(&browser);
    }
}

#[test]
fn a_person_deletes_the_account_by_keyboard_with_the_password_and_a_typed_word() {
    let Some(browser) = Browser::start() else { return };
    let instance = Instance::start();
    let token = register(&instance, "anna@example.org");
    weigh(&instance, &token, 3);
    browser.open(&page(&instance));
    // The first Tab stops at the link that skips the header.
    browser.press(&[TAB, TAB, "anna@example.org", TAB, PASSWORD, ENTER].concat());
    browser.wait_for_text("#status", "3 entries.");
    assert_eq!(browser.evaluate("return document.activeElement.id"), "weights-title");

    // Tab order after the heading: unit, table, download, password, word, button.
    browser.press(&[TAB, TAB, TAB, TAB, "a wrong password", TAB, "delete", ENTER].concat());
    browser.wait_for_text("#problem", "Type DELETE in capital letters");
    assert_eq!(browser.evaluate("return document.activeElement.id"), "confirm");
    browser.fill("#confirm", "DELETE");
    browser.press(ENTER);
    browser.wait_for_text("#problem", "The password is wrong. Nothing was deleted.");
    assert_eq!(browser.evaluate("return document.activeElement.id"), "delete-password");
    let account = || instance.send(&Request::get("/api/account").bearer(&token));
    account().expect(200);

    browser.fill("#delete-password", PASSWORD);
    browser.press(ENTER);
    browser.wait_for_text("#status", "Your account was deleted, and 3 weight entries with it.");
    assert!(browser.is_shown("#sign-in") && !browser.is_shown("#signed-in"));
    account().problem_code(401, "account_gone");
    sign_in(&browser, "anna@example.org", PASSWORD);
    browser.wait_for_text("#problem", "E-mail address or password is wrong.");
    assert_no_complaints(&browser);
}

#[test]
fn a_person_who_has_forgotten_the_password_sets_a_new_one_by_a_mailed_code() {
    const NEW: &str = "another horse battery staple";
    let Some(browser) = Browser::start() else { return };
    let mailbox = Mailbox::new();
    let settings = mailbox.settings();
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let instance = Instance::with(&settings);
    instance.weightctl_ok(&["user", "create", "--email", "anna@example.org"]);
    browser.open(&page(&instance));
    browser.fill("#email", "anna@example.org");
    browser.click("#forgot");
    assert_eq!(browser.evaluate("return document.activeElement.id"), "reset-title");
    browser.click("#ask");
    browser.wait_for_text("#status", "If an account has this address");
    let code = mailbox.next_code();

    browser.fill("#code", "0000-0000");
    browser.fill("#new-password", NEW);
    browser.click("#reset-form [type=submit]");
    browser.wait_for_text("#problem", "The code is wrong, used or too old.");
    browser.fill("#code", &code);
    browser.fill("#new-password", "short");
    browser.click("#reset-form [type=submit]");
    browser.wait_for_text("#problem", "The new password must have at least 12 characters.");
    browser.fill("#new-password", NEW);
    browser.press(ENTER);
    browser.wait_for_text("#status", "0 entries.");
    assert_eq!(browser.text("#who"), "anna@example.org");
    assert!(!browser.is_shown("#reset") && !browser.is_shown("#sign-in"));
    assert_no_complaints(&browser);
}

#[test]
fn the_page_renews_an_expired_token_signs_out_when_left_and_reports_a_deletion_elsewhere() {
    let Some(browser) = Browser::start() else { return };
    let instance = Instance::with(&[("WEIGHT_SYNC_AUTH_ACCESS_TOKEN_SECONDS", "3")]);
    // The page must show the address as text, even if it contains HTML.
    let email = "<b>anna</b>@example.org";
    register(&instance, email);
    browser.open(&page(&instance));
    sign_in(&browser, email, PASSWORD);
    browser.wait_for_text("#status", "0 entries.");
    assert_eq!(browser.text("#who"), email);
    browser.wait_for("#none");
    std::thread::sleep(std::time::Duration::from_millis(3100));
    browser.click("#download");
    browser.wait_for_text("#status", "was downloaded");

    browser.open("about:blank");
    let sessions = || {
        let text = instance.weightctl_ok(&["--json", "user", "export", email]);
        serde_json::from_str::<Value>(&text).unwrap()["user"]["id"].as_str().unwrap().to_owned()
    };
    let id = sessions();
    browser.open(&page(&instance));
    assert!(!browser.is_shown("#signed-in"));
    sign_in(&browser, email, PASSWORD);
    browser.wait_for_text("#status", "0 entries.");
    instance.weightctl_ok(&["user", "delete", &id, "--yes"]);
    std::thread::sleep(std::time::Duration::from_millis(3100));
    browser.click("#download");
    browser.wait_for_text("#problem", "The account was deleted.");
    assert!(browser.is_shown("#sign-in") && !browser.is_shown("#signed-in"));
    assert_no_complaints(&browser);
}
