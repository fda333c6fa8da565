//! Formats the findings as text.

use super::finding::{Finding, Level};
use crate::terminal::{Colour, Paint};

/// How much is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Only what is not well; nothing if all is.
    Quiet,
    /// What is well in one line for each group.
    Folded,
    /// Every check.
    All,
}

/// The findings by group, then the number of each result. Nothing if there is
/// nothing to say.
pub(super) fn text(findings: &[Finding], extent: Extent, paint: Paint) -> String {
    let is_shown = |finding: &&Finding| match extent {
        Extent::Quiet => finding.level >= Level::Warn,
        Extent::Folded => finding.level != Level::Pass,
        Extent::All => true,
    };
    let width = findings.iter().filter(is_shown).map(|finding| finding.check.len()).max();
    let width = width.unwrap_or(0);
    let mut lines = Vec::new();
    for group in findings.chunk_by(|one, other| one.group == other.group) {
        let shown: Vec<&Finding> = group.iter().filter(is_shown).collect();
        let passed = group.iter().filter(|finding| finding.level == Level::Pass);
        if let ([], Extent::Folded) = (shown.as_slice(), extent) {
            lines.push(folded(passed, paint));
            continue;
        }
        let Some(first) = shown.first() else { continue };
        if lines.last().is_some_and(|line| !line.is_empty()) {
            lines.push(String::new());
        }
        lines.push(paint.text(Colour::Dim, first.group));
        for finding in &shown {
            push(&mut lines, finding, width, paint);
        }
        if extent == Extent::Folded && passed.clone().next().is_some() {
            lines.push(folded(passed, paint));
        }
        lines.push(String::new());
    }
    if !lines.is_empty() {
        lines.push(sum(findings, paint));
    }
    lines.join("\n")
}

fn push(lines: &mut Vec<String>, finding: &Finding, width: usize, paint: Paint) {
    let (word, colour) = shown(finding.level);
    let word = paint.text(colour, &format!("{word:<4}"));
    lines.push(format!("  {word}  {:<width$}  {}", finding.check, finding.reason));
    if let Some(remedy) = &finding.remedy {
        lines.push(format!("        {:<width$}  → {remedy}", ""));
    }
}

/// `pass  configuration, private folder`
fn folded<'f>(passed: impl Iterator<Item = &'f Finding>, paint: Paint) -> String {
    let names: Vec<&str> = passed.map(|finding| finding.check).collect();
    format!("  {}  {}", paint.text(Colour::Green, "pass"), names.join(", "))
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

#[cfg(test)]
mod tests {
    use super::super::finding::Check;
    use super::*;

    fn report(findings: &[Finding], extent: Extent) -> String {
        text(findings, extent, Paint::off())
    }

    #[test]
    fn what_is_well_is_folded_and_the_rest_has_its_remedy() {
        let well = [Check("a", "one").pass("x"), Check("a", "two").pass("y")];
        assert_eq!(report(&well, Extent::Folded), "  pass  one, two\n2 passed");
        assert_eq!(report(&well, Extent::Quiet), "");
        let ill = [Check("a", "one").pass("x"), Check("a", "three").fail("y", "z")];
        let expected = "a\n  FAIL  three  y\n               → z\n  pass  one\n\n1 passed, 1 failed";
        assert_eq!(report(&ill, Extent::Folded), expected);
        let expected = "a\n  FAIL  three  y\n               → z\n\n1 passed, 1 failed";
        assert_eq!(report(&ill, Extent::Quiet), expected);
        assert!(report(&ill, Extent::All).contains("  pass  one    x\n"));
    }
}
