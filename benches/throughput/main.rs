//! Compares the service with PHP and with a C program that does nothing, in one run on one machine, and says which aims
//! are met. Only ratios are comparable between machines and runs.
//!
//! `cargo bench --bench throughput -- --help` explains it; docs/PERFORMANCE.md has the method and results.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark may end by a panic and says what it measured"
)]

#[path = "../../tests/support/mod.rs"]
mod support;

mod aims;
mod client;
mod delay;
mod figures;
mod floor;
mod measure;
mod options;
mod packages;
mod peers;
mod php;
#[path = "../capacity/processor.rs"]
mod processor;
mod report;
mod routes;
mod site;
mod system_calls;
mod table;
mod users;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use clap::Parser;
use mysql::prelude::Queryable;

use figures::Figures;
use floor::Floor;
use measure::Bench;
use options::Options;
use peers::{Name, Peer};
use php::Php;
use report::Report;
use site::Site;

const MISSED: u8 = 1;
const MISSING_PACKAGES: u8 = 3;
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let options = Options::parse();
    let missing = packages::missing();
    if !missing.is_empty() {
        eprintln!("missing: {}. Run: ./deploy.sh packages bench", missing.join(", "));
        return ExitCode::from(MISSING_PACKAGES);
    }
    // Without it, an interrupt would leave the servers running.
    let is_interrupted = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&is_interrupted)).expect("a handler");
    }
    eprintln!("about {:.0} minutes", estimate(&options).as_secs_f64() / 60.0 + 1.0);
    compare(&options, &is_interrupted)
}

/// The time of the turns; setting up takes about a minute more.
fn estimate(options: &Options) -> Duration {
    let peers = if options.before.is_some() { 5 } else { 4 };
    let turns = u32::from(options.rounds) * (7 * peers + 1);
    options.seconds * turns
}

fn compare(options: &Options, is_interrupted: &AtomicBool) -> ExitCode {
    let given = std::env::var_os("WEIGHT_SYNC_TEST_BINARIES").map(PathBuf::from);
    let binaries = options.binaries.clone().or(given);
    let ours = Site::start(Path::new(env!("CARGO_MANIFEST_DIR")), binaries.as_deref());
    let before = options
        .before
        .as_ref()
        .map(|checkout| Site::start(checkout, options.before_binaries.as_deref()));
    let database = ours.delay_database(options.rtt);
    let floor = Floor::compile();
    let lean = Php::lean(&ours, database, "lean_fcgid_");
    let mut module = Php::lean(&ours, database, "lean_module_");
    let slim = Php::slim(&ours, database);
    let hosts = [floor.virtual_host(), lean.virtual_host(), slim.virtual_host()].concat();
    ours.configure_apache(options.processes, &hosts);
    module.start_apache(&ours, options.processes);
    let mut peers = vec![
        Peer::site(Name::Ours, &ours),
        Peer::under_fcgid(Name::Lean, &ours, &lean),
        Peer::under_mod_php(&ours, &module),
        Peer::under_fcgid(Name::Slim, &ours, &slim),
        Peer::floor(&ours, &floor),
    ];
    let mut sites = vec![&ours];
    if let Some(before) = &before {
        before.delay_database(options.rtt);
        before.configure_apache(options.processes, "");
        peers.push(Peer::site(Name::Before, before));
        sites.push(before);
    }
    let programs = vec![&lean, &module, &slim];
    let bench = Bench { options, sites, programs, peers, is_interrupted };
    let Ok(rows) = bench.run() else { return ExitCode::from(INTERRUPTED) };
    let system_calls = system_calls::count(&bench.peers[0], &users::create(&ours.instance, 1)[0]);
    let names = bench.peers.iter().map(|peer| peer.name).collect();
    let figures = Figures { names, rows: &rows };
    let aims = aims::all(&figures, system_calls);
    let conditions = conditions(options, &ours, database);
    let is_met = aims.iter().all(aims::Aim::is_met);
    let report = Report { figures, aims, conditions };
    if options.json {
        println!("{}", report.json());
    } else {
        report.print(options.markdown);
    }
    if is_met { ExitCode::SUCCESS } else { ExitCode::from(MISSED) }
}

fn conditions(options: &Options, site: &Site, port: u16) -> String {
    let url = mysql::Opts::from_url(&site.database_url).expect("a URL");
    let url = mysql::OptsBuilder::from_opts(url).tcp_port(port).prefer_socket(false);
    let mut connection = mysql::Conn::new(url).expect("the database answers");
    let version: Option<String> = connection.query_first("SELECT VERSION()").expect("a version");
    let mut pings: Vec<Duration> = (0..201)
        .map(|_| {
            let sent = Instant::now();
            connection.ping().expect("the database answers");
            sent.elapsed()
        })
        .collect();
    pings.sort_unstable();
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{} processes of each peer and as many clients, {} rounds of {} s, {processors} processors, {}, round trip to the \
         database {:.2} ms",
        options.processes,
        options.rounds,
        options.seconds.as_secs_f64(),
        version.unwrap_or_default(),
        pings[pings.len() / 2].as_secs_f64() * 1000.0
    )
}
