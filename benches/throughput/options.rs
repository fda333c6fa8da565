//! The command line. Arguments follow `cargo bench --bench throughput --`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

const AFTER: &str = "\
The peers, each with as many processes, and as many clients with a connection each:
  ours      the site as ./deploy.sh local starts it: Apache, mod_fcgid, the static program
  lean      lean.php, the leanest hand-written PHP, as php-cgi under the same mod_fcgid: what a shared host runs
  mod_php   lean.php under mod_php in a prefork Apache: no shared host offers it
  slim      a Slim-like PHP program as php-cgi under the same mod_fcgid: what people write
  hello     a C program that only says hello under the same mod_fcgid: the floor
  before    with --before: our site of an older checkout
All speak TCP to a database with full durability. They take turns in short rounds, so that a drift of the machine hits
all alike. A ratio is the median of the rounds' ratios. Processor time is read from /proc.

Examples:
  cargo bench --bench throughput
  cargo bench --bench throughput -- --rounds 1 --seconds 1           a quick look
  cargo bench --bench throughput -- --processes 5 --rtt 0.5          a host with five processes and a remote database
  cargo bench --bench throughput -- --before ../old --markdown       before and after in one run

PHP, mod_php and strace come from Debian's packages: ./deploy.sh packages bench
Run it on a quiet machine: the clients share its processors with the servers.

Exit codes: 0 every aim is met, 1 an aim is missed, 2 wrong usage, 3 packages are missing (the command that installs
            them is printed), 101 the bench itself failed, 130 interrupted.";

/// Compares the service with PHP and with a C program that does nothing: requests a second, latencies and processor
/// time. Ends with the table of aims.
#[derive(Parser)]
#[command(name = "cargo bench --bench throughput --", after_help = AFTER)]
pub(crate) struct Options {
    /// Processes of each peer, and clients
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) processes: u16,
    /// Rounds; in each round every peer has one turn per route
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) rounds: u16,
    /// Length of a turn in seconds
    #[arg(long, default_value = "2", value_parser = seconds)]
    pub(crate) seconds: Duration,
    /// Round trip to add between program and database, in milliseconds
    #[arg(long, value_name = "MS", value_parser = milliseconds)]
    pub(crate) rtt: Option<Duration>,
    /// Directory of weight-api and weightctl [default: $WEIGHT_SYNC_TEST_BINARIES, else ./deploy.sh build]
    #[arg(long, value_name = "DIR")]
    pub(crate) binaries: Option<PathBuf>,
    /// Checkout of an older commit, to measure as well
    #[arg(long, value_name = "CHECKOUT")]
    pub(crate) before: Option<PathBuf>,
    /// Its binaries [default: its ./deploy.sh build]
    #[arg(long, value_name = "DIR", requires = "before")]
    pub(crate) before_binaries: Option<PathBuf>,
    /// Print the tables in Markdown, for docs/PERFORMANCE.md
    #[arg(long, conflicts_with = "json")]
    pub(crate) markdown: bool,
    /// Print one JSON object instead of tables
    #[arg(long)]
    pub(crate) json: bool,
    /// cargo passes it to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds @ 0.1..=600.0) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("a number from 0.1 to 600 is expected".to_owned()),
    }
}

fn milliseconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(milliseconds @ 0.05..=1000.0) => Ok(Duration::from_secs_f64(milliseconds / 1000.0)),
        _ => Err("a number from 0.05 to 1000 is expected".to_owned()),
    }
}
