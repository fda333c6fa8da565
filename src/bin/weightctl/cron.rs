//! `weightctl cron`: the nightly jobs, in a marked block of the user's crontab.
//! Every other line stays as it is.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use clap::Subcommand;
use serde_json::json;
use weight_sync::config::{find, load};

use crate::failure::Failure;
use crate::output::Output;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Writes the block: the purge, and Google's keys where sign-in with Google
    /// is on
    #[command(after_help = "Example:\n  weightctl cron install")]
    Install,
    /// Shows the block; exit code 1 where there is none
    #[command(after_help = "Example:\n  weightctl cron show")]
    Show,
    /// Removes the block
    #[command(after_help = "Example:\n  weightctl cron remove")]
    Remove,
}

pub(crate) fn run(
    command: &Command,
    given: Option<PathBuf>,
    output: &Output,
) -> Result<(), Failure> {
    let wrong = |error: &dyn std::fmt::Display| Failure::Configuration(error.to_string());
    let path = find(given).map_err(|error| wrong(&error))?;
    let path = std::fs::canonicalize(&path).map_err(|error| wrong(&error))?;
    let private = path.parent().unwrap_or(Path::new("/")).to_owned();
    match command {
        Command::Install => {
            let settings = load(&path).map_err(|error| wrong(&error))?.settings;
            let block = new_block(&private, settings.google.is_configured())?;
            write(&(others(&table()?, &private)? + &block))?;
            output.result(&json!({"installed": block}), || {
                format!(
                    "installed; every other line of the crontab is unchanged:\n{}",
                    block.trim_end()
                )
            });
        }
        Command::Remove => {
            write(&others(&table()?, &private)?)?;
            output.result(&json!({"installed": null}), || {
                "the crontab has no block of weight-sync now".to_owned()
            });
        }
        Command::Show => match block(&private)? {
            Some(block) => {
                output.result(&json!({"installed": block}), || block.trim_end().to_owned());
            }
            None => {
                return Err(Failure::Failed("the crontab has no block of weight-sync".to_owned())
                    .advise("./deploy.sh cron install"));
            }
        },
    }
    Ok(())
}

/// The block of the deployment in this private folder, with its marks.
pub(crate) fn block(private: &Path) -> Result<Option<String>, Failure> {
    let table = table()?;
    let [begin, end] = marks(private);
    let lines = table.lines().skip_while(|line| *line != begin);
    let mut block = String::new();
    for line in lines {
        block += line;
        block.push('\n');
        if line == end {
            break;
        }
    }
    Ok((!block.is_empty()).then_some(block))
}

fn marks(private: &Path) -> [String; 2] {
    ["begin", "end"].map(|word| format!("# weight-sync {word} {}", private.display()))
}

/// At a minute that depends on the account, so that not all accounts begin at
/// once.
fn new_block(private: &Path, has_google: bool) -> Result<String, Failure> {
    let program = private.join("bin/weightctl");
    if !program.is_file() {
        return Err(Failure::Failed(format!("there is no {} yet", program.display()))
            .advise("./deploy.sh push"));
    }
    let (minute, program) = (rustix::process::geteuid().as_raw() % 60, program.display());
    let [begin, end] = marks(private);
    let mut lines = vec![
        begin,
        "# Written by weightctl cron install. Prints errors only, which cron mails.".to_owned(),
        format!("{minute} 4 * * * {program} purge --quiet"),
    ];
    if has_google {
        lines.push(format!("{minute} * * * * {program} google-keys refresh --quiet"));
    }
    lines.push(end);
    Ok(lines.join("\n") + "\n")
}

/// The lines outside the block.
///
/// # Errors
/// [`Failure::Failed`] for a block that has lost its begin or end: a person
/// must repair it.
fn others(table: &str, private: &Path) -> Result<String, Failure> {
    let [begin, end] = marks(private);
    let count = |mark: &str| table.lines().filter(|line| *line == mark).count();
    let counts = (count(&begin), count(&end));
    if !matches!(counts, (0, 0) | (1, 1)) {
        return Err(Failure::Failed(format!(
            "the crontab has {} begin and {} end lines of weight-sync: repair it with crontab -e",
            counts.0, counts.1
        )));
    }
    let (mut kept, mut is_inside) = (String::new(), false);
    for line in table.lines() {
        is_inside |= line == begin;
        if !is_inside {
            kept += line;
            kept.push('\n');
        }
        is_inside &= line != end;
    }
    Ok(kept)
}

/// The whole table. Only "there is none" counts as empty; after any other
/// failure the table would be overwritten.
fn table() -> Result<String, Failure> {
    let output = Process::new("crontab")
        .arg("-l")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Failure::Failed(format!("crontab: {error}")))?;
    let said = String::from_utf8_lossy(&output.stderr);
    match output.status.success() {
        true => String::from_utf8(output.stdout)
            .map_err(|_| Failure::Failed("the crontab is not UTF-8: edit it by crontab -e".into())),
        false if said.contains("no crontab for") => Ok(String::new()),
        false => Err(Failure::Failed(format!("crontab -l: {}", said.trim()))),
    }
}

fn write(table: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Failed(format!("crontab: {error}"));
    let mut child =
        Process::new("crontab").arg("-").stdin(Stdio::piped()).spawn().map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(table.as_bytes()).map_err(failed)?;
    }
    let status = child.wait().map_err(failed)?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::Failed("crontab refused the table; it is unchanged".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_block_is_taken_out_and_half_a_block_is_refused() {
        let private = Path::new("/home/me/weight-sync");
        let [begin, end] = marks(private);
        let [other, other_end] = marks(Path::new("/home/me/staging/weight-sync"));
        let theirs = format!("# mine\n{other}\n1 1 * * * /bin/true\n{other_end}\n");
        let table = format!("{theirs}{begin}\n2 2 * * * x\n{end}\n5 5 * * * last\n");
        assert_eq!(others(&table, private).unwrap(), format!("{theirs}5 5 * * * last\n"));
        assert_eq!(others(&theirs, private).unwrap(), theirs);
        let half = others(&format!("{begin}\n"), private).unwrap_err();
        assert!(half.message().contains("1 begin and 0 end"), "{}", half.message());
    }
}
