//! The maintenance command, for administrators and cron.

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
mod logs;
mod mail;
mod migrate;
mod output;
mod processes;
mod purge;
mod release;
mod restart;
mod session;
mod stats;
mod terminal;
mod token;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;
use output::Output;
use weight_sync::config::{Loaded, find, load};
use weight_sync::handlers::service::Service;

/// Maintains a weight-sync server: its database, its users, its purge.
#[derive(Parser)]
#[command(version, after_help = AFTER_HELP)]
struct Arguments {
    /// The configuration file [default: $WEIGHT_SYNC_CONFIG, else the first
    /// weight-sync/weight-sync.toml above this program]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

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
    /// Makes or checks the configuration file
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
    /// Ends the web program's processes, so that new ones read the configuration
    Restart,
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
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error),
    };
    let output = Output::new(arguments.json);
    match run(arguments, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !matches!(failure, Failure::Reported) {
                output.failure(&failure);
            }
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Reports wrong arguments; as JSON where they ask for it.
fn refuse(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() || !std::env::args_os().any(|argument| argument == "--json") {
        error.exit();
    }
    let text = error.to_string();
    let reason = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
    let failure = Failure::Usage(reason.to_owned());
    Output::new(true).failure(&failure);
    ExitCode::from(failure.exit_code())
}

fn run(arguments: Arguments, output: &Output) -> Result<(), Failure> {
    let given = arguments.config;
    let service = || -> Result<Service, Failure> {
        Service::new(loaded(given.clone())?.settings).map_err(Failure::Configuration)
    };
    match arguments.command {
        Command::Doctor(arguments) => doctor::run(&arguments, given, output),
        Command::Restart => restart::run(given, output),
        Command::Logs(arguments) => logs::run(&arguments, given, output.is_json()),
        Command::Config(command) => config::run(&command, given, output),
        Command::Cron(command) => cron::run(&command, given, output),
        Command::Release(command) => release::run(&command, output),
        Command::Migrate(arguments) => {
            let mut settings = loaded(given.clone())?.settings;
            migrate::be_patient(&mut settings.database);
            let service = Service::new(settings).map_err(Failure::Configuration)?;
            migrate::run(&arguments, &service, output)
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

fn loaded(given: Option<PathBuf>) -> Result<Loaded, Failure> {
    find(given)
        .and_then(|path| load(&path))
        .map_err(|error| Failure::Configuration(error.to_string()))
}
