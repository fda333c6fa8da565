//! The maintenance command, for administrators and cron.

mod backup;
mod config;
mod cron;
mod deployment;
mod doctor;
mod duration;
mod epoch;
mod export;
mod failure;
mod fetch;
mod google_keys;
mod last_purge;
mod lock;
mod logs;
mod mail;
mod maintenance;
mod migrate;
mod mode;
mod output;
mod processes;
mod progress;
mod purge;
mod records;
mod release;
mod restart;
mod restore;
mod secret;
mod session;
mod stats;
mod terminal;
mod token;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use failure::Failure;
use output::Output;
use weight_sync::config::{Loaded, Settings, find, load};
use weight_sync::handlers::service::Service;

/// Maintains a weight-sync server: its database, its users, its purge.
#[derive(Parser)]
#[command(version = VERSION, after_help = AFTER_HELP)]
struct Arguments {
    /// The configuration file [default: $WEIGHT_SYNC_CONFIG, else the first
    /// weight-sync/weight-sync.toml above this program]
    #[arg(long, global = true, value_name = "FILE", help_heading = GLOBAL)]
    config: Option<PathBuf>,
    /// Print one JSON object instead of text, also for errors
    #[arg(long, global = true, help_heading = GLOBAL)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

const GLOBAL: &str = "Global options";

/// With the commit, where deploy.sh has built the program.
const VERSION: &str = match option_env!("WEIGHT_SYNC_BUILD") {
    Some(build) => build,
    None => env!("CARGO_PKG_VERSION"),
};

const AFTER_HELP: &str = "\
Exit codes: 0 done, 1 failed, 2 usage, 3 configuration, 4 database unreachable,
5 another copy is running.

First steps on a new server:
  WEIGHT_SYNC_DATABASE_URL=mysql://user:password@host/name \\
    weightctl config init --output ~/weight-sync/weight-sync.toml
  weightctl migrate
  weightctl user create --email you@example.org";

#[derive(Subcommand)]
enum Command {
    /// Makes, checks, shows or changes the configuration
    #[command(subcommand)]
    Config(config::Command),
    /// Brings the database's schema up to date
    Migrate(migrate::Arguments),
    /// Creates, lists, shows, helps and deletes users
    #[command(subcommand)]
    User(user::Command),
    /// Lists and ends the sessions of a user
    #[command(subcommand)]
    Session(session::Command),
    /// Tries the command that mails one-time codes
    #[command(subcommand)]
    Mail(mail::Command),
    /// Prints an access token for a user, for curl and tests
    Token(token::Arguments),
    /// Removes old tombstones, expired tokens and idle counters (for cron)
    Purge(purge::Arguments),
    /// Fetches and shows the keys that sign Google's ID tokens
    #[command(subcommand)]
    GoogleKeys(google_keys::Command),
    /// Looks whether this deployment is healthy, and says what to do
    Doctor(doctor::Arguments),
    /// Writes all data to a file
    Backup(backup::Arguments),
    /// Puts a backup in the place of all data
    Restore(restore::Arguments),
    /// Takes the service offline and brings it back
    #[command(subcommand)]
    Maintenance(maintenance::Command),
    /// Ends the web program's processes, so that new ones read the configuration
    ///
    /// Each finishes its current request; Apache starts a new one at the next.
    #[command(after_help = "\
Examples:
  weightctl config check && weightctl restart")]
    Restart,
    /// Rotates the secrets that sign access tokens
    #[command(subcommand)]
    Secret(secret::Command),
    /// Shows what has happened day by day
    Stats(stats::Arguments),
    /// Shows the request log, readable on a terminal
    Logs(logs::Arguments),
    /// Handles the server's epoch
    #[command(subcommand)]
    Epoch(epoch::Command),
    /// Installs, shows and removes the nightly jobs in the crontab
    #[command(subcommand)]
    Cron(cron::Command),
    /// Lists and switches the releases on this host; deploy.sh calls it
    #[command(subcommand)]
    Release(release::Command),
    /// Prints a completion script for a shell
    #[command(after_help = "\
Examples:
  weightctl completions bash >> ~/.bash_completion")]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() && std::env::args_os().any(|word| word == "--json") => {
            return report(&usage(&error), &Output::new(true));
        }
        Err(error) => error.exit(),
    };
    let output = Output::new(arguments.json);
    match run(arguments, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report(&failure, &output),
    }
}

fn report(failure: &Failure, output: &Output) -> ExitCode {
    if !matches!(failure, Failure::Reported) {
        output.failure(failure);
    }
    ExitCode::from(failure.exit_code())
}

/// The first line of what clap prints.
fn usage(error: &clap::Error) -> Failure {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    Failure::Usage(line.to_owned()).advise("weightctl --help")
}

fn run(arguments: Arguments, output: &Output) -> Result<(), Failure> {
    let given = arguments.config;
    let service = || -> Result<Service, Failure> {
        Service::new(loaded(given.clone())?.settings).map_err(Failure::Configuration)
    };
    match arguments.command {
        Command::Doctor(arguments) => doctor::run(&arguments, given, output),
        Command::Restart => restart::run(given, output),
        Command::Maintenance(command) => maintenance::run(&command, given, output),
        Command::Secret(command) => secret::run(&command, given, output),
        Command::Backup(arguments) => backup::run(&arguments, &service()?, output),
        Command::Restore(arguments) => {
            let loaded = loaded(given)?;
            let service = patient(loaded.settings)?;
            restore::run(&arguments, &loaded.path, &service, output)
        }
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "weightctl", &mut std::io::stdout());
            Ok(())
        }
        Command::Logs(arguments) => logs::run(&arguments, given, output.is_json()),
        Command::Config(command) => config::run(&command, given, output),
        Command::Cron(command) => cron::run(&command, given, output),
        Command::Release(command) => release::run(&command, output),
        Command::Migrate(arguments) => {
            migrate::run(&arguments, &patient(loaded(given)?.settings)?, output)
        }
        Command::User(command) => user::run(command, &service()?, output),
        Command::Session(command) => session::run(&command, &service()?, output),
        Command::Mail(command) => mail::run(&command, &service()?, output),
        Command::Token(arguments) => token::run(&arguments, &service()?, output),
        Command::Purge(arguments) => purge::run(&arguments, &service()?, output),
        Command::GoogleKeys(command) => google_keys::run(&command, &service()?, output),
        Command::Stats(arguments) => stats::run(&arguments, &service()?, output),
        Command::Epoch(command) => epoch::run(&command, &service()?, output),
    }
}

/// A service whose statements may take long.
fn patient(mut settings: Settings) -> Result<Service, Failure> {
    migrate::be_patient(&mut settings.database);
    Service::new(settings).map_err(Failure::Configuration)
}

fn loaded(given: Option<PathBuf>) -> Result<Loaded, Failure> {
    find(given)
        .and_then(|path| load(&path))
        .map_err(|error| Failure::Configuration(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The commands that do something, each with its words.
    fn leaves(command: &clap::Command, words: &str) -> Vec<(String, clap::Command)> {
        let inner = command.get_subcommands().filter(|inner| inner.get_name() != "help");
        let inner: Vec<_> = inner
            .flat_map(|inner| leaves(inner, &format!("{words} {}", inner.get_name())))
            .collect();
        if inner.is_empty() { vec![(words.to_owned(), command.clone())] } else { inner }
    }

    #[test]
    fn the_help_of_every_command_shows_how_to_call_it() {
        let all = leaves(&Arguments::command(), "weightctl");
        assert!(all.len() > 30, "{}", all.len());
        for (words, mut command) in all {
            let help = command.render_long_help().to_string();
            let (_, after) = help.rsplit_once("Usage:").expect("a usage");
            assert!(
                after.lines().skip(1).any(|line| line.contains(&words)),
                "{words} has no example"
            );
        }
    }
}
