//! The documents list what the program has.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use weight_sync::app::router::Router;
use weight_sync::config::load;
use weight_sync::http::field::FieldCode;
use weight_sync::http::problem::Code;

const EXAMPLE: &str = "docs/weight-sync.example.toml";

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The first cells of a document's table rows, without their backticks.
fn first_cells(document: &str) -> BTreeSet<String> {
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next().map(str::to_owned)).collect()
}

/// `section.key` of each setting.
fn keys(table: &toml::Table) -> BTreeSet<String> {
    let sections = table.iter().filter_map(|(name, section)| Some((name, section.as_table()?)));
    sections.flat_map(|(name, keys)| keys.keys().map(move |key| format!("{name}.{key}"))).collect()
}

/// The settings that the program has, by loading the example.
fn settings() -> BTreeSet<String> {
    let name = format!("weight-sync-example-{}", uuid::Uuid::now_v7());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, read(EXAMPLE)).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    let loaded = load(&path);
    std::fs::remove_file(&path).unwrap();
    keys(&toml::Table::try_from(&loaded.unwrap().settings).unwrap())
}

#[test]
fn the_example_configuration_is_accepted_and_shows_every_setting() {
    let shown = keys(&read(EXAMPLE).parse().unwrap());
    let missing: Vec<String> = settings().difference(&shown).cloned().collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn every_setting_is_described_and_nothing_else_is() {
    assert_eq!(first_cells(&read("docs/CONFIGURATION.md")), settings());
}

#[test]
fn every_route_is_described() {
    let protocol = read("docs/PROTOCOL.md");
    for (path, methods) in Router::addresses() {
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
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE), &page).unwrap();
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

/// The files that a document names: linked, or a path of the repository in backticks.
fn named_files(document: &str) -> impl Iterator<Item = &str> {
    let targets = document.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    let linked = targets.filter(|target| !target.is_empty() && !target.contains("://"));
    let quoted = document.split('`').skip(1).step_by(2).filter(|text| {
        let is_file = [".rs", ".sh", ".sql", ".md"].iter().any(|end| text.ends_with(end));
        is_file && text.contains('/') && !text.contains(char::is_whitespace)
    });
    linked.chain(quoted)
}

#[test]
fn every_file_that_a_document_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guides = [
        "ARCHITECTURE",
        "CLUSTERS",
        "CONFIGURATION",
        "OPERATIONS",
        "PERFORMANCE",
        "PROOF",
        "PROTOCOL",
        "SECURITY",
    ]
    .map(|name| format!("docs/{name}"));
    let others = ["README", "CHANGELOG", "app/README"].map(str::to_owned);
    let pages = std::fs::read_dir(root.join("docs/operations")).unwrap().map(|page| {
        let name = page.unwrap().file_name().into_string().unwrap();
        format!("docs/operations/{}", name.strip_suffix(".md").expect("a page"))
    });
    let pages: Vec<String> = pages.collect();
    for document in guides.iter().chain(&others).chain(&pages) {
        let text = read(&format!("{document}.md"));
        let folder = root.join(document).parent().unwrap().to_owned();
        let missing: Vec<&str> = named_files(&text)
            .filter(|name| {
                !["", "src"].iter().any(|base| root.join(base).join(name).exists())
                    && !folder.join(name).exists()
            })
            .collect();
        assert_eq!(missing, [""; 0], "{document}.md");
    }
}

/// The text of all files of Rust in a folder.
fn sources(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all += &sources(&path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all += &std::fs::read_to_string(path).unwrap();
        }
    }
    all
}

#[test]
fn every_test_that_the_table_of_checks_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let code = sources(&root.join("tests")) + &sources(&root.join("src"));
    let document = read("docs/SECURITY.md");
    let (_, table) = document.split_once("| check | test |").unwrap();
    let rows: Vec<&str> = table.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 10, "{rows:?}");
    for row in rows {
        let mut names = row.split('`').skip(1).step_by(2).peekable();
        assert!(names.peek().is_some(), "no test: {row}");
        let missing: Vec<&str> =
            names.filter(|name| !code.contains(&format!("fn {name}("))).collect();
        assert_eq!(missing, [""; 0], "{row}");
    }
}
