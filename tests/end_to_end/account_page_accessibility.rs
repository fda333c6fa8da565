//! The account page without scripts, with assistive technology, on small screens and in the dark colour scheme; and its
//! content security policy.

use serde_json::{Value, json};

use super::account_page::{page, register, sign_in, weigh};
use crate::support::Request;
use crate::support::browser::Browser;
use crate::support::site::Instance;
use crate::support::user::PASSWORD;

#[test]
fn the_policy_forbids_inline_code_and_foreign_sources_and_the_page_needs_neither() {
    let instance = Instance::start();
    let answer = instance.send(&Request::get("/account/"));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html")));
    let html = answer.text();
    let policy = answer.header("content-security-policy").expect("a policy").to_owned();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    for never in ["unsafe", "data:", "blob:", "*", "http"] {
        assert!(!policy.contains(never), "{never} in {policy}");
    }
    let (_, meta) =
        html.split_once("http-equiv=\"Content-Security-Policy\" content=\"").expect("a meta tag");
    let meta = meta.split('"').next().unwrap();
    // `frame-ancestors` has no effect in a meta tag.
    assert_eq!(meta, policy.replace(" frame-ancestors 'none';", ""));
    let script = instance.send(&Request::get("/account/account.js"));
    assert_eq!((script.status, script.header("content-type")), (200, Some("text/javascript")));
    for text in
        [&html, &script.text(), &instance.send(&Request::get("/account/account.css")).text()]
    {
        for never in [
            " style=",
            " onclick",
            "<style",
            "javascript:",
            "innerHTML",
            "https://",
            "@import",
            "url(",
            "eval(",
        ] {
            assert!(!text.contains(never), "{never}");
        }
    }
    for name in ["", "account.js", "account.css", "icon.svg"] {
        let answer = instance.send(&Request::get(&format!("/account/{name}")));
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{name}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{name}");
    }
    assert_eq!(instance.send(&Request::get("/account")).status, 301);
}

#[test]
fn without_scripts_the_page_says_how_to_delete_an_account() {
    let Some(browser) =
        Browser::with(&json!({"profile.managed_default_content_settings.javascript": 2}))
    else {
        return;
    };
    let instance = Instance::start();
    browser.open(&page(&instance));
    let text = browser.text("main");
    for part in [
        "needs JavaScript",
        "How to delete your account",
        "ask the person who runs this server",
        "What is deleted",
        "What is kept",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!browser.is_shown("#sign-in"), "a form that cannot work without scripts");
}

#[test]
fn every_field_and_button_has_a_name_and_the_page_has_a_logical_order() {
    let Some(browser) = Browser::start() else { return };
    let instance = Instance::start();
    let token = register(&instance, "anna@example.org");
    weigh(&instance, &token, 30);
    browser.open(&page(&instance));
    let shown = |selector: &str| -> Vec<(String, String)> {
        let all = browser.find_all(selector);
        all.iter()
            .map(|element| browser.role_and_name(element))
            .filter(|(role, _)| role != "none")
            .collect()
    };
    let named = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(role, name)| ((*role).to_owned(), (*name).to_owned())).collect()
    };
    let controls = "a, button, input:not([hidden]), select, [tabindex='0'], svg";
    let out = [
        ("link", "Skip to the content"),
        ("textbox", "E-mail address"),
        ("textbox", "Password"),
        ("button", "Sign in"),
        ("button", "Forgot password?"),
    ];
    let visible = |pairs: Vec<(String, String)>| -> Vec<(String, String)> {
        pairs.into_iter().filter(|(_, name)| !name.is_empty()).collect()
    };
    assert_eq!(visible(shown("a, #sign-in input, #sign-in button")), named(&out));
    sign_in(&browser, "anna@example.org", PASSWORD);
    browser.wait_for_text("#status", "30 entries.");
    let inside = shown(&format!("#signed-in :is({controls})"));
    let expected = [
        ("button", "Sign out"),
        ("combobox", "Shown in"),
        ("image", "Chart: 30 entries"),
        ("region", "All entries, newest first"),
        ("button", "Download my data"),
        ("textbox", "Password"),
        ("textbox", "Type DELETE to confirm"),
        ("button", "Delete my account for ever"),
    ];
    assert_eq!(inside.len(), expected.len(), "{inside:?}");
    for ((role, name), (known_role, known_name)) in inside.iter().zip(expected) {
        assert_eq!(role, known_role, "{name}");
        assert!(name.starts_with(known_name), "{name}");
    }
    for (selector, role) in
        [("#status", "status"), ("#problem", "alert"), ("main", "main"), ("table", "table")]
    {
        assert_eq!(browser.role_and_name(&browser.find(selector)).0, role, "{selector}");
    }
    let headings = browser.evaluate(
        "return [...document.querySelectorAll('h1, h2, h3')].map(one => one.tagName).join(' ')",
    );
    assert_eq!(headings, "H1 H2 H2 H2 H2 H2 H2");
    assert_eq!(browser.evaluate("return document.documentElement.lang"), "en");
    let repeated = "const ids = [...document.querySelectorAll('[id]')].map(one => one.id); return ids.length - new Set(ids).size";
    assert_eq!(browser.evaluate(repeated), 0);
}

/// Checks the contrast of every visible text (WCAG 2.2, 1.4.3), the size of every control (2.5.8), and that nothing is
/// wider than the window (1.4.10). Returns the violations.
const SIGHT: &str = r#"
const channel = (value) => { const c = value / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
const background = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = numbers(getComputedStyle(at).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
const wrong = [];
let texts = 0;
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.textContent.trim() || !element.checkVisibility() || element.closest('noscript, .skip')) continue;
  texts += 1;
  const style = getComputedStyle(element);
  const [one, other] = [luminance(numbers(element.closest('svg') ? style.fill : style.color)), luminance(background(element))];
  const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  if (ratio < 4.5) wrong.push(`${ratio.toFixed(2)}: ${walker.currentNode.textContent.trim().slice(0, 40)}`);
}
for (const control of document.querySelectorAll('button, input, select')) {
  if (!control.checkVisibility()) continue;
  const { width, height } = control.getBoundingClientRect();
  if (width < 44 || height < 44) wrong.push(`${width}x${height}: ${control.id || control.textContent}`);
}
const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
if (over > 0) wrong.push(`${over} pixels too wide`);
return { texts, wrong };
"#;

/// Whether the middle of an element is within the window and not covered.
fn is_visible(browser: &Browser, element: &str) -> bool {
    let script = format!(
        "const one = {element}; const box = one.getBoundingClientRect(); \
         const top = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2); \
         return top !== null && one.contains(top);"
    );
    browser.evaluate(&script) == json!(true)
}

#[test]
fn on_a_small_screen_messages_and_the_field_in_error_are_visible() {
    let Some(browser) = Browser::start() else { return };
    let instance = Instance::start();
    let token = register(&instance, "anna@example.org");
    weigh(&instance, &token, 30);
    browser.appear(320, 640, "light");
    browser.open(&page(&instance));
    sign_in(&browser, "anna@example.org", PASSWORD);
    browser.wait_for_text("#status", "30 entries.");
    browser.fill("#delete-password", "a wrong password");
    browser.fill("#confirm", "DELETE");
    browser.click(".destroy");
    browser.wait_for_text("#problem", "The password is wrong. Nothing was deleted.");
    assert!(is_visible(&browser, "document.getElementById('problem')"));
    assert_eq!(browser.evaluate("return document.activeElement.id"), "delete-password");
    assert!(is_visible(&browser, "document.activeElement"));
    browser.click("#download");
    browser.wait_for_text("#status", "was downloaded");
    assert!(is_visible(&browser, "document.getElementById('status')"));
}

#[test]
fn texts_are_readable_and_controls_large_enough_in_both_colour_schemes_and_sizes() {
    let Some(browser) = Browser::start() else { return };
    let instance = Instance::with(&[("WEIGHT_SYNC_SERVER_CONTACT", "me@example.org")]);
    let email = "a.rather.long.address.of.anna.and.her.family@weights.example.org";
    let token = register(&instance, email);
    weigh(&instance, &token, 30);
    let check = |what: &str, least: u64| {
        let seen: Value = browser.evaluate(SIGHT);
        assert_eq!(seen["wrong"], json!([]), "{what}");
        assert!(seen["texts"].as_u64().unwrap() >= least, "{what}: {seen}");
    };
    for (width, height) in [(320, 640), (1280, 900)] {
        for scheme in ["light", "dark"] {
            browser.appear(width, height, scheme);
            browser.open(&page(&instance));
            browser.wait_for("#ask-operator");
            browser.click("#sign-in-form button");
            browser.wait_for_text("#problem", "Please fill in");
            check(&format!("signed out, {width}, {scheme}"), 20);
            sign_in(&browser, email, PASSWORD);
            browser.wait_for_text("#status", "30 entries.");
            check(&format!("signed in, {width}, {scheme}"), 80);
        }
    }
    let dark = browser.evaluate("return getComputedStyle(document.body).backgroundColor");
    browser.appear(1280, 900, "light");
    assert_ne!(browser.evaluate("return getComputedStyle(document.body).backgroundColor"), dark);
}
