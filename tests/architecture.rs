//! Holds the shape of the program: who may use whom, which crate belongs where, what SQL must say.
//!
//! Reads `src/` as text. DESIGN section 3 draws the arrows; docs/ARCHITECTURE.md explains them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "a test may end by a panic"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A module and what it may use, besides itself and the standard library.
const ARROWS: &[(&str, &[&str])] = &[
    ("gateway", &["http"]),
    ("app", &["router", "handlers", "http", "domain", "store", "config"]),
    ("router", &["handlers", "http"]),
    ("handlers", &["auth", "domain", "store", "http", "config"]),
    ("auth", &["store", "domain", "http", "config"]),
    ("store", &["domain", "config"]),
    ("config", &[]),
    ("http", &[]),
    ("domain", &[]),
];

/// A crate and the path prefix of the files that may name it.
const FENCES: &[(&str, &[&str])] = &[
    ("fastcgi", &["src/gateway/fastcgi.rs"]),
    ("mysql", &["src/store/", "src/store.rs"]),
    ("matchit", &["src/router/", "src/router.rs"]),
    ("jsonwebtoken", &["src/auth/", "src/auth.rs"]),
    ("argon2", &["src/auth/", "src/auth.rs"]),
    ("ureq", &["src/bin/weightctl/fetch.rs"]),
    ("rustls", &["src/bin/weightctl/doctor/certificate.rs"]),
];

const LINES: usize = 300;

struct Source {
    /// Relative to the repository, with `/`.
    path: String,
    text: String,
}

impl Source {
    fn sample(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The module of the first level, or `None` for `lib.rs` and the binaries, which may use everything.
    fn module(&self) -> Option<&str> {
        let rest = self.path.strip_prefix("src/")?;
        let first = rest.split('/').next()?;
        let name = first.strip_suffix(".rs").unwrap_or(first);
        (!matches!(name, "lib" | "bin")).then_some(name)
    }

    /// The text without comments, and without texts in quotes unless they are asked for.
    fn code(&self) -> String {
        strip(&self.text, false)
    }

    /// The same, of what is not for tests only: everything up to `#[cfg(test)]`.
    fn product(&self) -> String {
        let code = strip(&self.text, true);
        code.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
    }
}

/// Removes comments; replaces the inside of string literals by nothing unless `keep_texts`.
fn strip(text: &str, keep_texts: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for token in tokens(text) {
        match token {
            Token::Code(code) => out.push_str(code),
            Token::Text(literal) if keep_texts => out.push_str(literal),
            Token::Text(_) => out.push_str("\"\""),
            Token::Comment => out.push(' '),
        }
    }
    out
}

enum Token<'text> {
    Code(&'text str),
    /// With its quotes.
    Text(&'text str),
    Comment,
}

/// A small lexer: enough of Rust to tell code, literals and comments apart.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    while at < bytes.len() {
        let rest = &text[at..];
        let length = if rest.starts_with("//") {
            Some((rest.find('\n').unwrap_or(rest.len()), false))
        } else if rest.starts_with("/*") {
            Some((rest.find("*/").map_or(rest.len(), |end| end + 2), false))
        } else if let Some(length) = raw_text(rest, at.checked_sub(1).map(|before| bytes[before])) {
            Some((length, true))
        } else if rest.starts_with('"') {
            Some((plain_text(rest), true))
        } else {
            character(rest).map(|length| (length, true))
        };
        match length {
            Some((length, literal)) => {
                found.push(Token::Code(&text[start..at]));
                found.push(if literal {
                    Token::Text(&text[at..at + length])
                } else {
                    Token::Comment
                });
                at += length;
                start = at;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    found.push(Token::Code(&text[start..]));
    found
}

fn raw_text(rest: &str, before: Option<u8>) -> Option<usize> {
    if before.is_some_and(|byte| {
        byte.is_ascii_alphanumeric() && byte != b'b' && byte != b'c' || byte == b'_'
    }) {
        return None;
    }
    let hashes = rest.strip_prefix('r')?.bytes().take_while(|byte| *byte == b'#').count();
    rest[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let from = hashes + 2;
    Some(rest[from..].find(&end).map_or(rest.len(), |place| from + place + end.len()))
}

fn plain_text(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

/// A character literal such as `'"'`; lifetimes are code.
fn character(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    let mut characters = inner.char_indices();
    let (_, first) = characters.next()?;
    if first == '\\' {
        return inner[1..]
            .char_indices()
            .skip(1)
            .find(|(_, character)| *character == '\'')
            .map(|(place, _)| place + 3);
    }
    characters.next().filter(|(_, second)| *second == '\'').map(|(place, _)| place + 2)
}

/// Names of this crate's modules that a text uses: `crate::x`, `weight_sync::x`, `crate::{x, y::z}`, `super::x`.
fn used_modules(source: &Source) -> BTreeSet<String> {
    let code = source.code();
    let mut used = BTreeSet::new();
    for root in ["crate::", "weight_sync::"] {
        for (place, _) in code.match_indices(root) {
            if code[..place].ends_with('$') || is_identifier_end(&code[..place]) {
                continue;
            }
            let rest = &code[place + root.len()..];
            match rest.strip_prefix('{') {
                Some(group) => used.extend(first_names(group)),
                None => used.extend(leading_identifier(rest)),
            }
        }
    }
    // From a module's own file `super::` is the crate's root; deeper it stays inside the module.
    let depth =
        source.path.trim_start_matches("src/").trim_end_matches("/mod.rs").matches('/').count();
    let climb = "super::".repeat(depth + 1);
    for (place, _) in code.match_indices(&climb) {
        if !code[..place].ends_with("super::") {
            used.extend(leading_identifier(&code[place + climb.len()..]));
        }
    }
    used
}

fn is_identifier_end(text: &str) -> bool {
    text.chars()
        .next_back()
        .is_some_and(|character| character.is_alphanumeric() || character == '_')
}

fn leading_identifier(text: &str) -> Option<String> {
    let name: String = text
        .chars()
        .take_while(|character| character.is_alphanumeric() || *character == '_')
        .collect();
    (!name.is_empty()).then_some(name)
}

/// The first names inside `{a::b, c, d::{e, f}}`, given what follows the opening brace.
fn first_names(group: &str) -> Vec<String> {
    let (mut names, mut depth, mut expecting) = (Vec::new(), 0_u32, true);
    for (place, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expecting = true,
            _ if expecting && depth == 0 && !character.is_whitespace() => {
                names.extend(leading_identifier(&group[place..]));
                expecting = false;
            }
            _ => {}
        }
    }
    names
}

/// Breaches of the arrows in one file.
fn arrow_breaches(source: &Source) -> Vec<String> {
    let Some(module) = source.module() else { return Vec::new() };
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == module) else {
        return vec![format!(
            "{}: module {module} has no arrows in tests/architecture.rs",
            source.path
        )];
    };
    let known = |name: &str| ARROWS.iter().any(|(module, _)| *module == name);
    used_modules(source)
        .into_iter()
        .filter(|name| name != module && known(name) && !allowed.contains(&name.as_str()))
        .map(|name| format!("{}: {module} must not use {name}", source.path))
        .collect()
}

/// Breaches of the crate fences in one file.
fn fence_breaches(source: &Source) -> Vec<String> {
    let code = source.code();
    FENCES
        .iter()
        .filter(|(_, places)| !places.iter().any(|place| source.path.starts_with(place)))
        .filter(|(name, _)| names_crate(&code, name))
        .map(|(name, _)| format!("{}: must not name the crate {name}", source.path))
        .collect()
}

/// Whether a text names a crate, by a path (`mysql::Conn`) or by `use mysql`; modules of that name don't count.
fn names_crate(code: &str, name: &str) -> bool {
    if code.contains(&format!("mod {name};")) {
        // Here the plain name is the module; the crate would need its leading colons.
        let dense = code.replace(' ', "");
        return dense
            .match_indices(&format!("::{name}"))
            .any(|(place, _)| !is_identifier_end(&dense[..place]));
    }
    code.match_indices(name).any(|(place, _)| {
        let (before, after) = (&code[..place], &code[place + name.len()..]);
        let as_path =
            after.starts_with("::") && !before.ends_with("::") && !is_identifier_end(before);
        let as_use = before.ends_with("use ")
            && !after
                .starts_with(|character: char| character.is_alphanumeric() || character == '_');
        as_path || as_use || before.ends_with("extern crate ")
    })
}

const VERBS: [&str; 12] = [
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE ",
    "REPLACE ",
    "SET ",
    "CREATE ",
    "ALTER ",
    "DROP ",
    "TRUNCATE ",
    "LOCK ",
    "WITH ",
];

/// The texts of a file's product code: each literal, and what `concat!` joins as one text, with `…` for the
/// macros among the parts.
fn texts(source: &Source) -> Vec<String> {
    let product = source.product();
    let (mut found, mut joined, mut depth) = (Vec::new(), None::<String>, 0_u32);
    for token in tokens(&product) {
        match token {
            Token::Text(literal) => match (&mut joined, inside(literal)) {
                (Some(joined), Some(text)) => joined.push_str(text),
                (None, Some(text)) => found.push(text.to_owned()),
                (_, None) => {}
            },
            Token::Code(code) => {
                let mut rest = code;
                while !rest.is_empty() {
                    match &mut joined {
                        None => match rest.split_once("concat!(") {
                            Some((_, after)) => {
                                (joined, depth, rest) = (Some(String::new()), 1, after)
                            }
                            None => rest = "",
                        },
                        Some(text) => {
                            let (end, after) = closing(rest, &mut depth);
                            text.extend(end.matches("!()").map(|_| "…"));
                            if depth == 0 {
                                found.extend(joined.take());
                            }
                            rest = after;
                        }
                    }
                }
            }
            Token::Comment => {}
        }
    }
    found
}

/// What stands between the quotes of a text literal; `None` for a character.
fn inside(literal: &str) -> Option<&str> {
    let quote = literal.find('"').filter(|_| !literal.starts_with('\''))?;
    Some(literal[quote + 1..].trim_end_matches('#').trim_end_matches('"'))
}

/// Splits where the parenthesis closes that has been open `depth` deep; `depth` counts on.
fn closing<'text>(text: &'text str, depth: &mut u32) -> (&'text str, &'text str) {
    for (place, character) in text.char_indices() {
        match character {
            '(' => *depth += 1,
            ')' => *depth -= 1,
            _ => {}
        }
        if *depth == 0 {
            return text.split_at(place + 1);
        }
    }
    (text, "")
}

/// A literal as one line, without the line ends that a backslash joins.
fn one_line(text: &str) -> String {
    text.replace("\\\n", " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_sql(text: &str) -> bool {
    let line = format!("{} ", one_line(text));
    VERBS.iter().any(|verb| line.starts_with(verb))
        || (line.contains(" FROM ") && line.contains("WHERE "))
}

/// Statements about weight entries that do not say whose.
fn statements_without_user(source: &Source) -> Vec<String> {
    texts(source)
        .iter()
        .map(|text| one_line(text))
        .filter(|text| {
            let uses = uses_of_entries(text);
            let unguarded =
                source.path.starts_with("src/store/weights/") && overwrites_blindly(text);
            unguarded || uses.iter().any(|part| !says_whose(source, part))
        })
        .map(|text| format!("{}: {text}", source.path))
        .collect()
}

/// The parts of a statement from each place where it reads or writes the table up to the next one.
fn uses_of_entries(statement: &str) -> Vec<String> {
    let padded = format!(" {statement} ");
    let before = ["FROM ", "JOIN ", "UPDATE ", "INTO ", "IGNORE ", "TABLE ", ", "];
    let mut places: Vec<usize> = padded
        .match_indices("weight_entries")
        .filter(|(place, name)| !padded[place + name.len()..].starts_with('.'))
        .filter_map(|(place, _)| {
            let word = before.iter().find(|word| padded[..place].ends_with(**word))?;
            Some(place - word.len())
        })
        .collect();
    places.sort_unstable();
    let ends = places.iter().skip(1).copied().chain([padded.len()]);
    places.iter().zip(ends).map(|(start, end)| within(&padded[*start..end]).to_owned()).collect()
}

/// Up to the end of the subquery that the text begins in: a condition outside of it says nothing about the inside.
fn within(text: &str) -> &str {
    let mut depth = 0_i32;
    for (place, character) in text.char_indices() {
        depth += match character {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth < 0 {
            return &text[..place];
        }
    }
    text
}

/// An `INSERT` names the column; everything else filters on `user_id = ?`, whatever the table is called there.
fn says_whose(source: &Source, part: &str) -> bool {
    if part.starts_with("INTO") {
        let columns =
            part.split_once('(').map_or("", |(_, rest)| rest.split(')').next().unwrap_or_default());
        return columns.split(',').any(|column| column.trim() == "user_id");
    }
    let Some((_, condition)) = part.split_once(" WHERE ") else { return false };
    let compact: String =
        condition.chars().filter(|character| !character.is_whitespace()).collect();
    let filters = |form: &str| compact.contains(form);
    // What is counted over all users: the row of the user is the outer one.
    let counts_all = source.path == "src/store/daily_counts.rs";
    let of_outer_row = counts_all && filters("e.user_id=c.user_id");
    (filters("user_id=?") || of_outer_row) && !filters("OR1=1") && !filters("ORuser_id")
}

/// An upsert of entries that may change another user's row, if ids should ever meet.
fn overwrites_blindly(statement: &str) -> bool {
    statement.contains("ON DUPLICATE KEY UPDATE")
        && !statement.contains("sync_clocks")
        && !statement.contains(
            "user_id = IF(weight_entries.user_id = VALUES(user_id), weight_entries.user_id, NULL)",
        )
}

/// SQL that is put together at run time: a formatting macro whose text is SQL, or `push_str` of SQL.
fn built_statements(source: &Source) -> Vec<String> {
    let product = source.product();
    let mut found = Vec::new();
    for builder in ["format!(", "write!(", "writeln!(", "push_str(", "concat!("] {
        // `concat!` joins constants at compile time.
        if builder == "concat!(" {
            continue;
        }
        for (place, _) in product.match_indices(builder) {
            let argument = &product[place + builder.len()..];
            let literal = tokens(argument).into_iter().find_map(|token| match token {
                Token::Text(literal) => {
                    Some(literal.trim_start_matches(['r', '#']).trim_matches('"').to_owned())
                }
                Token::Code(_) | Token::Comment => None,
            });
            if literal.as_deref().is_some_and(|text| is_sql(text) || mentions_table(text)) {
                found.push(format!(
                    "{}: {builder}{}",
                    source.path,
                    argument.chars().take(80).collect::<String>()
                ));
            }
        }
    }
    found
}

fn mentions_table(text: &str) -> bool {
    ["weight_entries", "sync_clocks", " users ", "refresh_tokens", "rate_counters"]
        .iter()
        .any(|table| text.contains(table))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let relative =
                    path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                found
                    .push(Source { path: relative, text: std::fs::read_to_string(&path).unwrap() });
            }
        }
    }
    assert!(!found.is_empty());
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

/// Files of `src/` that are only tests of another file.
fn is_for_tests(source: &Source) -> bool {
    source.path.ends_with("_tests.rs") || source.path.ends_with("/tests.rs")
}

#[track_caller]
fn assert_none(breaches: &[String]) {
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn dependency_arrows_never_point_back_up() {
    assert_none(&sources().iter().flat_map(arrow_breaches).collect::<Vec<_>>());
}

#[test]
fn external_crates_stay_behind_their_fences() {
    assert_none(&sources().iter().flat_map(fence_breaches).collect::<Vec<_>>());
}

#[test]
fn sql_stands_only_in_the_store() {
    let elsewhere: Vec<String> = sources()
        .iter()
        .filter(|source| source.module() != Some("store") && !is_for_tests(source))
        .flat_map(|source| {
            texts(source)
                .iter()
                .map(|text| one_line(text))
                .filter(|text| {
                    is_sql(text)
                        && [" FROM ", " INTO ", " SET ", " TABLE "]
                            .iter()
                            .any(|word| text.contains(word))
                })
                .map(|text| format!("{}: {text}", source.path))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_none(&elsewhere);
}

#[test]
fn every_statement_about_weight_entries_says_whose() {
    let sources = sources();
    let store: Vec<&Source> = sources
        .iter()
        .filter(|source| source.module() == Some("store") && !is_for_tests(source))
        .collect();
    let about: usize = store
        .iter()
        .flat_map(|source| texts(source))
        .map(|text| uses_of_entries(&one_line(&text)).len())
        .sum();
    assert!(
        about >= 9,
        "only {about} uses of weight_entries found: does the reader still understand src/store?"
    );
    assert_none(
        &store.iter().flat_map(|source| statements_without_user(source)).collect::<Vec<_>>(),
    );
}

#[test]
fn no_statement_is_put_together_at_run_time() {
    let sources = sources();
    let store =
        sources.iter().filter(|source| source.module() == Some("store") && !is_for_tests(source));
    assert_none(&store.flat_map(built_statements).collect::<Vec<_>>());
}

#[test]
fn no_file_is_longer_than_300_lines() {
    let long: Vec<String> = sources()
        .iter()
        .map(|source| (source, source.text.lines().count()))
        .filter(|(_, lines)| *lines > LINES)
        .map(|(source, lines)| format!("{}: {lines} lines", source.path))
        .collect();
    assert_none(&long);
}

#[test]
fn the_pure_part_knows_no_clock_no_environment_and_no_files() {
    let banned = [
        "SystemTime",
        "Instant::now",
        "Utc::now",
        "Local::now",
        "std::env",
        "std::fs",
        "std::net",
        "std::process",
    ];
    let breaches: Vec<String> = sources()
        .iter()
        .filter(|source| source.module() == Some("domain") && !is_for_tests(source))
        .flat_map(|source| {
            let code = strip(&source.product(), false);
            banned
                .iter()
                .filter(|name| code.contains(**name))
                .map(|name| format!("{}: {name}", source.path))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_none(&breaches);
}

#[test]
fn nothing_but_what_the_design_names_stands_at_the_top_of_the_repository() {
    if !Path::new(&root().join(".git")).exists() {
        return;
    }
    let listed =
        std::process::Command::new("git").arg("ls-files").current_dir(root()).output().unwrap();
    let names: BTreeSet<String> = String::from_utf8(listed.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| line.split('/').next().map(str::to_owned))
        .filter(|name| !name.starts_with('.'))
        .collect();
    let known = [
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "app",
        "benches",
        "clippy.toml",
        "deploy",
        "deploy.sh",
        "docs",
        "migrations",
        "public_html",
        "rustfmt.toml",
        "src",
        "tests",
    ];
    let strange: Vec<String> =
        names.into_iter().filter(|name| !known.contains(&name.as_str())).collect();
    assert_none(&strange);
}

mod the_reader_itself {
    //! That the tests above can fail.

    use super::*;

    #[test]
    fn sees_an_arrow_that_points_up_in_every_form() {
        for text in [
            "use crate::handlers::weight;",
            "use crate::{store::Pool, handlers};",
            "use crate::{\n    store::{Pool, users::find},\n    handlers::weight,\n};",
            "fn f() { crate::handlers::weight::list() }",
            "use weight_sync::handlers;",
            "use super::super::handlers;",
        ] {
            let source = Source::sample("src/store/weights.rs", text);
            assert_eq!(
                arrow_breaches(&source),
                ["src/store/weights.rs: store must not use handlers"],
                "{text}"
            );
        }
    }

    #[test]
    fn lets_permitted_arrows_comments_and_texts_pass() {
        for text in [
            "use crate::domain::entry;",
            "use crate::store::error;",
            "use super::weights;",
            "// use crate::handlers;",
            "/* crate::handlers */",
            "const X: &str = \"crate::handlers\";",
            "const X: &str = r#\"a \" crate::handlers\"#;",
            "const C: char = '\"'; // crate::handlers \"",
            "fn f<'a>(x: &'a str) -> &'a str { x } // crate::handlers",
        ] {
            assert!(
                arrow_breaches(&Source::sample("src/store/weights.rs", text)).is_empty(),
                "{text}"
            );
        }
        assert!(
            arrow_breaches(&Source::sample("src/bin/weight-api.rs", "use weight_sync::gateway;"))
                .is_empty()
        );
    }

    #[test]
    fn sees_a_module_without_arrows() {
        assert_eq!(arrow_breaches(&Source::sample("src/utils.rs", "")).len(), 1);
    }

    #[test]
    fn sees_a_crate_outside_its_fence() {
        for (path, text) in [
            ("src/handlers/weight.rs", "use mysql::prelude::Queryable;"),
            ("src/auth/mod.rs", "fn f(c: mysql::Conn) {}"),
            ("src/gateway/mod.rs", "use fastcgi;"),
            ("src/gateway/mod.rs", "mod fastcgi;\nfn f() { ::fastcgi::run(g) }"),
            ("src/gateway/cgi.rs", "fastcgi::run(f)"),
            ("src/handlers/auth.rs", "use argon2::Argon2;"),
            ("src/bin/weight-api.rs", "use matchit::Router;"),
        ] {
            assert_eq!(fence_breaches(&Source::sample(path, text)).len(), 1, "{path} {text}");
        }
        for (path, text) in [
            ("src/gateway/fastcgi.rs", "use fastcgi::Request;"),
            ("src/gateway/mod.rs", "mod fastcgi; use self::fastcgi::run; gateway::fastcgi::run()"),
            ("src/gateway/mod.rs", "mod fastcgi;\nfn f() { match x { y => fastcgi::serve() } }"),
            ("src/store/pool.rs", "use mysql::Pool;"),
            ("src/handlers/weight.rs", "// mysql::Pool\nlet my_mysql = 1;"),
        ] {
            assert!(fence_breaches(&Source::sample(path, text)).is_empty(), "{path} {text}");
        }
    }

    #[test]
    fn sees_a_weight_statement_without_user_id() {
        for sql in [
            "SELECT id FROM weight_entries WHERE id = ?",
            "SELECT id, user_id FROM weight_entries WHERE id = ?",
            "SELECT id FROM weight_entries ORDER BY user_id",
            "UPDATE weight_entries SET user_id = ? WHERE id = ?",
            "DELETE FROM weight_entries WHERE id = ? \\\n   ORDER BY user_id",
            "INSERT INTO weight_entries (id, unit) VALUES (?, ?)",
            "SELECT id FROM weight_entries WHERE user_id = ? OR 1 = 1",
        ] {
            let source = Source::sample("src/store/x.rs", &format!("const X: &str = \"{sql}\";"));
            assert_eq!(statements_without_user(&source).len(), 1, "{sql}");
        }
        for code in [
            "concat!(\"SELECT \", columns!(), \" FROM weight_entries WHERE id IN (\")",
            "concat!(\"SELECT 1 FROM a LEFT JOIN (SELECT \", c!(), \" FROM weight_entries WHERE id = ?) e WHERE a.user_id = ?\")",
            "concat!(\"INSERT INTO weight_entries (\", columns!(), \") VALUES \")",
            "\"SELECT 1 FROM a, weight_entries WHERE a.x = ?\"",
            "\"SELECT user_id, COUNT(*) FROM weight_entries WHERE x < ? GROUP BY user_id\"",
            "\"SELECT 1 FROM u c WHERE EXISTS (SELECT 1 FROM weight_entries e WHERE e.user_id = c.user_id)\"",
        ] {
            let source = Source::sample("src/store/x.rs", &format!("const X: &str = {code};"));
            assert_eq!(statements_without_user(&source).len(), 1, "{code}");
        }
        let blind = "const X: &str = \" ON DUPLICATE KEY UPDATE unit = VALUES(unit)\";";
        assert_eq!(
            statements_without_user(&Source::sample("src/store/weights/sql.rs", blind)).len(),
            1
        );
        for code in [
            "concat!(\"SELECT \", columns!(), \" FROM weight_entries WHERE user_id = ? AND id IN (\")",
            "concat!(\"INSERT INTO weight_entries (user_id, \", columns!(), \") VALUES \")",
        ] {
            let source = Source::sample("src/store/x.rs", &format!("const X: &str = {code};"));
            assert!(statements_without_user(&source).is_empty(), "{code}");
        }
        for sql in [
            "SELECT id FROM weight_entries WHERE user_id = ? AND id = ?",
            "DELETE FROM weight_entries \\\n  WHERE user_id=?",
            "INSERT INTO weight_entries (id, user_id) VALUES (?, ?)",
            "SELECT id FROM users WHERE id = ?",
        ] {
            let source = Source::sample("src/store/x.rs", &format!("const X: &str = \"{sql}\";"));
            assert!(statements_without_user(&source).is_empty(), "{sql}");
        }
    }

    #[test]
    fn sees_a_statement_that_is_put_together() {
        for text in [
            "let q = format!(\"SELECT * FROM users WHERE id = {id}\");",
            "let q = format!(r\"DELETE FROM users WHERE id = {}\", id);",
            "q.push_str(\"SELECT 1\");",
            "write!(q, \"UPDATE users SET a = {}\", a)?;",
        ] {
            assert_eq!(
                built_statements(&Source::sample("src/store/x.rs", text)).len(),
                1,
                "{text}"
            );
        }
        for text in [
            "let m = format!(\"no user {id}\");",
            "const Q: &str = concat!(\"SELECT \", \"1\");",
            "// format!(\"SELECT 1\")",
            "#[cfg(test)]\nmod tests { fn f() { format!(\"SELECT {x}\"); } }",
        ] {
            assert!(built_statements(&Source::sample("src/store/x.rs", text)).is_empty(), "{text}");
        }
    }
}
