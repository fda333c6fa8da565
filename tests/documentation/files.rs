//! The files, headings and tests that documents name, and the length of lines.

use std::path::Path;

use crate::markdown::{anchors, links, text};
use crate::{documents, read, root};

/// The files that a document names: linked, or a path of the repository in backticks.
fn named_files(document: &str) -> Vec<String> {
    let targets = links(document).into_iter().filter(|target| !target.contains("://"));
    let linked = targets.filter_map(|target| Some(target.split('#').next()?.to_owned()));
    let quoted = document.split('`').skip(1).step_by(2).filter(|text| {
        let is_file = [".rs", ".sh", ".sql", ".md"].iter().any(|end| text.ends_with(end));
        is_file && text.contains('/') && !text.contains(char::is_whitespace)
    });
    linked.filter(|name| !name.is_empty()).chain(quoted.map(str::to_owned)).collect()
}

#[test]
fn every_file_that_a_document_names_exists() {
    for document in documents() {
        let folder = root().join(&document).parent().unwrap().to_owned();
        let bases = [root().to_owned(), root().join("src"), folder];
        let missing: Vec<String> = named_files(&read(&document))
            .into_iter()
            .filter(|name| !bases.iter().any(|base| base.join(name).exists()))
            .collect();
        assert_eq!(missing, [""; 0], "{document}");
    }
}

#[test]
fn every_heading_that_a_link_names_exists() {
    let mut count = 0;
    for document in documents() {
        let text = read(&document);
        let folder = Path::new(&document).parent().unwrap();
        for link in links(&text).iter().filter(|link| !link.contains("://")) {
            let Some((file, anchor)) = link.split_once('#') else { continue };
            let target = match file {
                "" => text.clone(),
                file => read(folder.join(file).to_str().unwrap()),
            };
            assert!(anchors(&target).iter().any(|one| one == anchor), "{document}: {link}");
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}

#[test]
fn the_contents_of_the_runbook_list_every_section_or_all_parts_of_it() {
    let document = read("docs/OPERATIONS.md");
    let text = text(&document);
    let mut sections = text.split("\n## ");
    let contents = links(sections.next().unwrap());
    let is_listed = |title: &&str| {
        let anchor = anchors(&format!("# {title}")).remove(0);
        contents.contains(&format!("#{anchor}"))
    };
    let is_missing = |section: &&str| {
        let title = section.lines().next().unwrap();
        let mut parts = section.lines().filter_map(|line| line.strip_prefix("### ")).peekable();
        !is_listed(&title) && (parts.peek().is_none() || !parts.all(|part| is_listed(&part)))
    };
    let missing = sections.filter(is_missing).filter_map(|section| section.lines().next());
    assert_eq!(missing.collect::<Vec<_>>(), [""; 0]);
}

/// In characters.
const LONGEST_LINE: usize = 132;

#[test]
fn no_line_of_prose_is_longer_than_a_screen() {
    let mut long = Vec::new();
    for document in documents() {
        let text = text(&read(&document));
        // Tables, headings and pictures cannot be broken.
        let prose = text.lines().filter(|line| !line.trim_start().starts_with(['|', '#', '<']));
        let too_long = prose.filter(|line| line.chars().count() > LONGEST_LINE);
        long.extend(too_long.map(|line| format!("{document}: {line}")));
    }
    assert_eq!(long, [""; 0]);
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
    let code = sources(&root().join("tests")) + &sources(&root().join("src"));
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
