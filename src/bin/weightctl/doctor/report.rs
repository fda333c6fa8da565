//! Formats the findings as text.

use super::finding::{Finding, Level};
use crate::terminal::{Colour, Paint};

/// All findings by group, then the number of each result.
pub(super) fn text(findings: &[Finding], paint: Paint) -> String {
    let width = findings.iter().map(|finding| finding.check.len()).max().unwrap_or(0);
    let mut lines = Vec::new();
    let mut group = "";
    for finding in findings {
        if finding.group != group {
            group = finding.group;
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.push(paint.text(Colour::Dim, group));
        }
        let (word, colour) = shown(finding.level);
        let word = paint.text(colour, &format!("{word:<4}"));
        lines.push(format!("  {word}  {:<width$}  {}", finding.check, finding.reason));
        if let Some(remedy) = &finding.remedy {
            lines.push(format!("        {:<width$}  → {remedy}", ""));
        }
    }
    lines.push(String::new());
    lines.push(sum(findings, paint));
    lines.join("\n")
}

fn shown(level: Level) -> (&'static str, Colour) {
    match level {
        Level::Skip => ("-", Colour::Dim),
        Level::Pass => ("pass", Colour::Green),
        Level::Warn => ("warn", Colour::Yellow),
        Level::Fail => ("FAIL", Colour::Red),
    }
}

fn sum(findings: &[Finding], paint: Paint) -> String {
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let parts = [
        (Level::Pass, "passed"),
        (Level::Warn, "to look at"),
        (Level::Fail, "failed"),
        (Level::Skip, "not looked at"),
    ];
    let parts = parts.into_iter().filter(|(level, _)| count(*level) > 0);
    let parts: Vec<String> = parts
        .map(|(level, word)| paint.text(shown(level).1, &format!("{} {word}", count(level))))
        .collect();
    parts.join(", ")
}
