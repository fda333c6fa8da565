//! `release state`: what is live, whether it was verified, and whether the next
//! process would start well.

use serde_json::{Value, json};
use weight_sync::config::load;
use weight_sync::handlers::service::Service;
use weight_sync::store::migrations;

use super::layout::Layout;
use super::state::State;
use crate::cron;
use crate::deployment::AWAY;
use crate::failure::Failure;
use crate::output::Output;
use crate::processes::Running;

pub(super) fn run(layout: &Layout, output: &Output) -> Result<(), Failure> {
    let state = State::read(layout);
    let web = layout.web().ok();
    let is_away = web.as_ref().is_some_and(|web| web.join(AWAY).exists());
    let running = web.and_then(|web| Running::of(Some(&web))).unwrap_or_default();
    let (current, replaced) = (running.current.len(), running.replaced.len());
    let migrations = missing_migrations(layout);
    let cron = cron::block(layout.private.as_path());
    let cron = match &cron {
        Ok(Some(block)) => block.lines().filter(|line| !line.starts_with('#')).collect(),
        Ok(None) => vec!["not installed"],
        Err(failure) => vec![failure.message()],
    };
    let json = json!({
        "state": state,
        "maintenance": is_away,
        "processes": {"live": current, "replaced": replaced},
        "migrations": match &migrations {
            Ok(missing) => json!({"missing": missing}),
            Err(failure) => json!({"error": failure.message()}),
        },
        "cron": cron,
    });
    output.result(&json, || {
        let mut lines = vec![
            ("live", state.live.clone().unwrap_or_else(|| "nothing".to_owned())),
            ("mode", state.mode.name().to_owned()),
            ("processes", format!("{current} of the live program, {replaced} of a replaced one")),
            ("migrations", shown(&migrations)),
            ("cron", cron.join("; ")),
        ];
        if is_away {
            lines.push(("maintenance", "on: ./deploy.sh ctl maintenance off ends it".to_owned()));
        }
        if let Some(switching) = &state.switching {
            let back = state.back.as_ref().map(|back| format!(", or rollback (to {back})"));
            let back = back.unwrap_or_default();
            let text = format!("the switch to {switching} was not verified: push again{back}");
            lines.push(("unfinished", text));
        }
        let lines = lines.into_iter().map(|(name, value)| format!("{name:<12} {value}"));
        lines.collect::<Vec<_>>().join("\n")
    });
    let is_well = migrations.is_ok() && state.switching.is_none();
    if is_well { Ok(()) } else { Err(Failure::Reported) }
}

fn missing_migrations(layout: &Layout) -> Result<Vec<Value>, Failure> {
    let loaded =
        load(&layout.config()).map_err(|error| Failure::Configuration(error.to_string()))?;
    let service = Service::new(loaded.settings).map_err(Failure::Configuration)?;
    let report = migrations::status(&mut service.database())?;
    Ok(report.pending.into_iter().map(Value::from).collect())
}

fn shown(migrations: &Result<Vec<Value>, Failure>) -> String {
    match migrations {
        Ok(missing) if missing.is_empty() => "nothing missing".to_owned(),
        Ok(missing) => {
            let names: Vec<_> = missing.iter().filter_map(Value::as_str).collect();
            format!("missing: {}", names.join(", "))
        }
        Err(failure) => failure.message().to_owned(),
    }
}
