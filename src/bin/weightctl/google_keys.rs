//! `weightctl google-keys refresh|show`.

use clap::Subcommand;
use serde_json::{Value, json};
use weight_sync::auth::google::parse_key_set;
use weight_sync::config::GoogleSettings;
use weight_sync::domain::google::{GoogleKey, KeySet};
use weight_sync::handlers::service::Service;
use weight_sync::store::Database;
use weight_sync::store::accounts::google_keys;

use crate::duration::in_words;
use crate::failure::Failure;
use crate::fetch;
use crate::output::{Output, counted};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Fetches the keys that sign Google's ID tokens (for cron, hourly)
    ///
    /// When that fails the keys stay as they are, and the exit code is 1.
    #[command(after_help = "\
Examples:
  weightctl google-keys refresh
  17 * * * * $HOME/weight-sync/bin/weightctl google-keys refresh --quiet     in the crontab")]
    Refresh {
        /// Print nothing when all is well: cron mails whatever is printed
        #[arg(long, short)]
        quiet: bool,
    },
    /// Shows which keys there are and how old they are
    #[command(after_help = "Example:\n  weightctl google-keys show")]
    Show,
}

/// Bounds on the lifetime of fetched keys: they last until the next hourly cron
/// run, and never without limit. The lower bound also applies if the server
/// gives no lifetime.
const LEAST_LIFETIME_SECONDS: u32 = 3600;
const MOST_LIFETIME_SECONDS: u32 = 86_400;

pub(crate) fn run(command: &Command, service: &Service, output: &Output) -> Result<(), Failure> {
    let settings = &service.settings.google;
    let mut database = service.database();
    match command {
        Command::Refresh { quiet } => refresh(settings, &mut database, *quiet, output),
        Command::Show => show(settings, &mut database, output),
    }
}

fn refresh(
    settings: &GoogleSettings,
    database: &mut Database<'_>,
    is_quiet: bool,
    output: &Output,
) -> Result<(), Failure> {
    let tell = |json: &Value, text: String| {
        if !is_quiet {
            output.result(json, || text);
        }
    };
    if !settings.is_configured() {
        let text = "google.client_ids is empty: nobody signs in with Google here";
        tell(&json!({"configured": false}), text.to_owned());
        return Ok(());
    }
    // Before the fetch, so that a database outage is reported as one. A set
    // that cannot be read is replaced.
    let before = match google_keys::load(database, &settings.keys_url) {
        Err(error) if error.is_outage() => return Err(error.into()),
        found => found.ok().flatten(),
    };
    let fetched = fetch(settings).map_err(|error| {
        Failure::Failed(format!("{error}; {}", what_remains(before.as_ref(), settings)))
    })?;
    let (keys, lifetime) = fetched;
    google_keys::keep(database, &settings.keys_url, &keys, lifetime)?;
    let kids: Vec<&str> = keys.iter().map(|key| key.kid.as_str()).collect();
    let json = json!({"configured": true, "kids": kids, "expires_in_seconds": lifetime});
    tell(
        &json,
        format!("fetched {}, good for {}", counted(kids.len(), "key"), in_words(lifetime.into())),
    );
    Ok(())
}

fn fetch(settings: &GoogleSettings) -> Result<(Vec<GoogleKey>, u32), String> {
    let url = &settings.keys_url;
    let fetched = fetch::get(url, settings.fetches_from_loopback())
        .map_err(|error| format!("{url} cannot be fetched: {error}"))?;
    let keys = parse_key_set(&fetched.body).map_err(|error| format!("{url}: {error}"))?;
    let lifetime = fetched.max_age_seconds.unwrap_or(LEAST_LIFETIME_SECONDS);
    Ok((keys, lifetime.clamp(LEAST_LIFETIME_SECONDS, MOST_LIFETIME_SECONDS)))
}

fn what_remains(set: Option<&KeySet>, settings: &GoogleSettings) -> String {
    let left = set.map_or(-1, |set| set.expires_in_seconds + settings.keys_max_stale_seconds());
    match set {
        None => "there are no keys yet: sign-in with Google does not work".to_owned(),
        Some(_) if left < 0 => "the old keys are too old: sign-in with Google fails".to_owned(),
        Some(_) => format!("the old keys are used for {} more", in_words(left.unsigned_abs())),
    }
}

fn show(
    settings: &GoogleSettings,
    database: &mut Database<'_>,
    output: &Output,
) -> Result<(), Failure> {
    let set = google_keys::load(database, &settings.keys_url)?;
    let mut json = json!({"configured": settings.is_configured(), "source": settings.keys_url,
        "state": "missing", "kids": []});
    let mut text = "no keys were fetched yet: run weightctl google-keys refresh".to_owned();
    if let Some(set) = set {
        let kids: Vec<&str> = set.keys.iter().map(|key| key.kid.as_str()).collect();
        let state = json!(set.freshness(settings.keys_max_stale_seconds()));
        text = format!(
            "{}, {}, fetched {} ago, {}: {}",
            counted(kids.len(), "key"),
            state.as_str().unwrap_or_default(),
            in_words(set.age_seconds.unsigned_abs()),
            validity(set.expires_in_seconds),
            kids.join(", ")
        );
        let more = json!({"state": state, "kids": kids, "age_seconds": set.age_seconds,
            "expires_in_seconds": set.expires_in_seconds});
        if let (Some(json), Value::Object(more)) = (json.as_object_mut(), more) {
            json.extend(more);
        }
    }
    output.result(&json, || text);
    Ok(())
}

/// `valid for 5 hours`, or since when not.
fn validity(expires_in_seconds: i64) -> String {
    let words = in_words(expires_in_seconds.unsigned_abs());
    match expires_in_seconds {
        0.. => format!("valid for {words}"),
        _ => format!("expired {words} ago"),
    }
}
