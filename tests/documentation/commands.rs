//! The commands of `deploy.sh` and `weightctl`: each explains itself, and documents name no other.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use crate::markdown::code;
use crate::{documents, read, root};

fn deploy(arguments: &[&str]) -> Output {
    Command::new(root().join("deploy.sh")).args(arguments).output().unwrap()
}

fn weightctl(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_weightctl")).args(arguments).output().unwrap()
}

#[track_caller]
fn stdout(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The commands that `./deploy.sh --help` lists.
fn deploy_commands() -> BTreeSet<String> {
    let help = stdout(deploy(&["--help"]));
    let (list, _) = help.split_once("Examples:").unwrap();
    let commands = list.lines().filter_map(|line| line.strip_prefix("  ./deploy.sh "));
    commands.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

/// The commands of `weightctl` and theirs, such as `weightctl user show`.
fn weightctl_commands() -> BTreeSet<String> {
    let of = |command: &str| -> Vec<String> {
        let words: Vec<&str> = command.split(' ').skip(1).chain(["--help"]).collect();
        let help = stdout(weightctl(&words));
        let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        let rows = list.take_while(|line| !line.is_empty()).filter_map(|line| {
            line.strip_prefix("  ").filter(|row| !row.starts_with(' '))?.split(' ').next()
        });
        // The command `help` has no `--help`.
        rows.filter(|name| *name != "help").map(|name| format!("{command} {name}")).collect()
    };
    let first = of("weightctl");
    let second: Vec<String> = first.iter().flat_map(|command| of(command)).collect();
    first.into_iter().chain(second).collect()
}

/// The arguments behind each mention of a program in code.
fn mentions<'c>(code: &'c str, program: &str) -> Vec<Vec<&'c str>> {
    let places = code.match_indices(program).filter_map(|(place, _)| {
        let rest = code.get(place + program.len()..)?;
        rest.starts_with(' ').then(|| rest.split_whitespace().collect())
    });
    places.collect()
}

/// The alternatives of a word such as `show|list`; none of an option, a placeholder or a sign.
fn names(word: Option<&&str>) -> Vec<String> {
    let is_name = |name: &&str| {
        !name.is_empty()
            && name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    let word = word.map_or("", |word| word.trim_end_matches(['\'', '"', ')', ';', ',', '.', ':']));
    let names: Vec<&str> = word.split('|').collect();
    if names.iter().all(is_name) { names.into_iter().map(str::to_owned).collect() } else { vec![] }
}

/// Without the options before a command, `--config FILE` or `--json`.
fn without_options<'a, 'c>(mut arguments: &'a [&'c str]) -> &'a [&'c str] {
    loop {
        arguments = match arguments {
            ["--config" | "--settings", _, rest @ ..] | ["--json", rest @ ..] => rest,
            _ => return arguments,
        }
    }
}

#[test]
fn each_command_of_deploy_sh_explains_itself_with_an_example() {
    let commands = deploy_commands();
    assert_eq!(commands.len(), 10, "{commands:?}");
    for command in &commands {
        for option in ["--help", "-h"] {
            let help = stdout(deploy(&[command, option]));
            assert!(help.starts_with(&format!("./deploy.sh {command}")), "{help}");
            let (_, examples) = help.split_once("\nExamples:\n").expect(command);
            assert!(examples.contains(&format!("./deploy.sh {command}")), "{help}");
        }
    }
    for wrong in [&["nonsense"][..], &["nonsense", "--help"], &["help", "nonsense"]] {
        assert_eq!(deploy(wrong).status.code(), Some(2), "{wrong:?}");
    }
    let behind_an_action = stdout(deploy(&["cron", "install", "--help"]));
    assert!(behind_an_action.starts_with("./deploy.sh cron"), "{behind_an_action}");
}

/// The commands that a piece of code names. What follows one without commands of its own is an argument.
fn named(code: &str, known: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut of_weightctl = mentions(code, "weightctl");
    for arguments in mentions(code, "./deploy.sh") {
        let commands = names(arguments.first()).into_iter();
        found.extend(commands.map(|name| format!("./deploy.sh {name}")));
        if let ["ctl", rest @ ..] = &arguments[..] {
            of_weightctl.push(rest.to_vec());
        }
    }
    for arguments in &of_weightctl {
        let arguments = without_options(arguments);
        for name in names(arguments.first()) {
            let command = format!("weightctl {name}");
            if known.iter().any(|other| other.starts_with(&format!("{command} "))) {
                let own = names(arguments.get(1)).into_iter();
                found.extend(own.map(|own| format!("{command} {own}")));
            }
            found.push(command);
        }
    }
    found
}

#[test]
fn each_command_that_a_document_names_exists() {
    let deploy = deploy_commands().into_iter().map(|name| format!("./deploy.sh {name}"));
    let known: BTreeSet<String> = weightctl_commands().into_iter().chain(deploy).collect();
    let mut count = 0;
    for document in documents() {
        let codes = code(&read(&document));
        let named: Vec<String> = codes.iter().flat_map(|code| named(code, &known)).collect();
        let unknown: Vec<&String> = named.iter().filter(|name| !known.contains(*name)).collect();
        assert_eq!(unknown, [""; 0], "{document}");
        count += named.len();
    }
    assert!(count > 100, "{count}");
}
