//! Routes, errors and the page of problems in docs/PROTOCOL.md.

use weight_sync::app::router::Router;
use weight_sync::http::field::FieldCode;
use weight_sync::http::problem::Code;

use crate::{first_cells, read, root};

#[test]
fn every_route_is_described() {
    let protocol = read("docs/PROTOCOL.md");
    for (path, methods) in Router::paths() {
        for method in methods {
            // To the end of the address: one may begin like another.
            let names = ["`", ":", " `", "\n"].map(|end| format!("{method} {path}{end}"));
            assert!(names.iter().any(|name| protocol.contains(name)), "{method} {path}");
        }
    }
}

#[test]
fn every_error_code_is_described_with_its_status() {
    let protocol = read("docs/PROTOCOL.md");
    for code in Code::ALL {
        let row = format!("| `{}` | {} |", code.name, code.status());
        assert!(protocol.contains(&row), "docs/PROTOCOL.md has no row that begins {row}");
    }
}

/// Text with code in backticks as HTML.
fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    let parts = escaped.split('`').enumerate();
    parts
        .map(|(number, part)| match number % 2 {
            0 => part.to_owned(),
            _ => format!("<code>{part}</code>"),
        })
        .collect()
}

/// The page that explains the codes, made from their table in docs/PROTOCOL.md.
fn page_of_problems() -> String {
    let protocol = read("docs/PROTOCOL.md");
    let (_, table) = protocol.split_once("| `code` | status | what to do |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let sections = rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches(['|', ' ']).splitn(3, " | ").collect();
        let [code, status, advice] = cells[..] else { panic!("{row}") };
        let name = code.trim_matches('`');
        let title = Code::ALL.iter().find(|known| known.name == name).map(|known| known.title());
        let title = title.map_or_else(String::new, |title| format!("{title}. "));
        format!(
            "<h2 id=\"{name}\">{name}</h2>\n<p>Status {status}. {}{}</p>\n",
            html(&title),
            html(advice)
        )
    });
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Errors of weight-sync</title>\n\
         <h1>Errors</h1>\n<p>What each <code>code</code> of an error means, and what a client does. The address of this \
         page ends with the code that you came from.</p>\n{}</html>\n",
        sections.collect::<String>()
    )
}

/// `INSTA_UPDATE=always` writes the page, as it does the snapshots.
#[test]
fn the_page_of_problems_explains_every_code() {
    const PAGE: &str = "public_html/problems/index.html";
    let page = page_of_problems();
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
        std::fs::write(root().join(PAGE), &page).unwrap();
    }
    assert!(read(PAGE) == page, "{PAGE} differs from docs/PROTOCOL.md: set INSTA_UPDATE=always");
    let apache = ["413", "500", "503", "chunked"].map(|name| {
        let json = read(&format!("public_html/problems/{name}.json"));
        serde_json::from_str::<serde_json::Value>(&json).unwrap()["code"]
            .as_str()
            .unwrap()
            .to_owned()
    });
    let own = Code::ALL.iter().map(|code| code.name.to_owned());
    let missing: Vec<String> =
        own.chain(apache).filter(|name| !page.contains(&format!("id=\"{name}\""))).collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn every_field_error_is_described() {
    let described = first_cells(&read("docs/PROTOCOL.md"));
    for code in FieldCode::ALL {
        let name = serde_json::to_value(code).unwrap();
        assert!(described.contains(name.as_str().unwrap()), "{name}");
    }
}
