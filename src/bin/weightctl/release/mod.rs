//! `weightctl release`: the host's side of a deployment. Owns the private
//! folder's releases and records, and the site's files. Every change is a
//! rename of a flushed file, so that an end at any point leaves the old or the
//! new one. The layout of the private folder may only be extended: after a
//! rollback the program of an older release works on it.

mod adopt;
mod begin;
mod configuration;
mod dialogue;
mod files;
mod go_live;
mod layout;
mod names;
mod probe;
mod prune;
mod report;
mod smoke_user;
mod space;
mod state;
mod status;
mod sweep;
mod switch;
mod to;

use clap::Subcommand;
use serde_json::json;

use crate::failure::Failure;
use crate::lock;
use crate::output::Output;
use crate::records::LIVE;
use layout::Layout;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Lists the releases on this host, newest first
    #[command(after_help = "Examples:\n  weightctl release list\n  weightctl --json release list")]
    List,
    /// Shows what is live, its processes, missing migrations and cron
    ///
    /// Exit code 1 where the next process would not start well, or the live
    /// release was not verified.
    #[command(after_help = "Example:\n  weightctl release state")]
    State,
    /// Makes the upload that this program is part of live; for deploy.sh
    ///
    /// Reads lines of WEIGHT_SYNC_<SECTION>_<KEY>=value up to an empty line.
    /// Then prints a line of JSON whenever the caller has to do something, and
    /// reads the answer: "answered TIMES", "failed REASON" or, where nothing
    /// responds, "unreachable REASON" after "try", "verified" or "failed
    /// REASON" after "test". Without an answer within five minutes, and when
    /// standard input ends, the release before becomes live again.
    #[command(
        after_help = "Example:\n  releases/by-hand.uploading/weightctl release begin --web weights.example.org \\\n    --base-url https://weights.example.org"
    )]
    Begin(begin::Arguments),
    /// Switches to an earlier release: the one named, or the one before
    ///
    /// Asks for a test and waits as begin does: type verified to keep it.
    #[command(
        after_help = "Examples:\n  weightctl release to\n  weightctl release to 0.1.0-20260106T203000Z"
    )]
    To {
        /// A name that list shows [default: the verified release before]
        release: Option<String>,
    },
    /// Removes old releases, and uploads that were interrupted
    #[command(after_help = "Example:\n  weightctl release prune --keep 3")]
    Prune {
        /// How many verified releases stay
        #[arg(long, value_name = "COUNT", default_value_t = prune::KEPT)]
        keep: usize,
    },
}

pub(crate) fn run(command: &Command, output: &Output) -> Result<(), Failure> {
    let layout = Layout::of_program()?;
    match command {
        Command::List => list(&layout, output),
        Command::State => status::run(&layout, output),
        Command::Begin(arguments) => begin::run(arguments, &layout),
        Command::To { release } => to::run(release.as_deref(), &layout),
        Command::Prune { keep } => {
            let _lock = lock::take(&layout.private)?;
            sweep::remove_uploads(&layout, None)?;
            let removed = prune::prune(&layout, *keep)?;
            output.result(&json!({"removed": removed}), || match removed.len() {
                0 => "no release is old enough".to_owned(),
                _ => format!("removed {}", removed.join(", ")),
            });
            Ok(())
        }
    }
}

fn list(layout: &Layout, output: &Output) -> Result<(), Failure> {
    let live = layout.record(LIVE);
    let releases = names::all(layout);
    let json: Vec<_> = releases
        .iter()
        .map(|release| {
            let is_live = live.as_ref() == Some(&release.name);
            json!({"name": release.name, "verified": release.is_verified, "live": is_live})
        })
        .collect();
    output.result(&json!({"releases": json}), || {
        let lines = releases.iter().map(|release| {
            let state = if release.is_verified { "verified" } else { "unverified" };
            let is_live = live.as_ref() == Some(&release.name);
            format!("{:<40} {state}{}", release.name, if is_live { ", live" } else { "" })
        });
        lines.collect::<Vec<_>>().join("\n")
    });
    Ok(())
}
