//! The parts of Markdown that the checks need: code, prose, headings and links.

use std::collections::BTreeMap;

/// A line of a document: code of a block, or anything else.
pub(crate) enum Line<'d> {
    Code(&'d str),
    Text(&'d str),
}

/// The lines of a document, without the fences. A line indented by four is code, as it is everywhere here.
pub(crate) fn lines(document: &str) -> Vec<Line<'_>> {
    let mut is_fenced = false;
    let mut found = Vec::new();
    for line in document.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if is_fenced || line.starts_with("    ") {
            found.push(Line::Code(line));
        } else {
            found.push(Line::Text(line));
        }
    }
    found
}

/// Everything outside blocks of code.
pub(crate) fn text(document: &str) -> String {
    let text = lines(document).into_iter().filter_map(|line| match line {
        Line::Text(line) => Some(line),
        Line::Code(_) => None,
    });
    text.collect::<Vec<_>>().join("\n")
}

/// The code of a document: each line of a block, and each text in backticks.
pub(crate) fn code(document: &str) -> Vec<String> {
    let blocks = lines(document).into_iter().filter_map(|line| match line {
        Line::Code(line) => Some(line.to_owned()),
        Line::Text(_) => None,
    });
    let text = text(document);
    let spans = text.split('`').skip(1).step_by(2).map(|span| span.replace('\n', " "));
    blocks.chain(spans).collect()
}

/// The targets of a document's links.
pub(crate) fn links(document: &str) -> Vec<String> {
    let text = text(document);
    text.split("](").skip(1).filter_map(|rest| Some(rest.split(')').next()?.to_owned())).collect()
}

/// The anchors that GitHub makes of a document's headings.
pub(crate) fn anchors(document: &str) -> Vec<String> {
    let mut seen = BTreeMap::<String, usize>::new();
    let text = text(document);
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|heading| {
            let title = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = title.chars().filter(|one| one.is_alphanumeric() || " -_".contains(*one));
            let anchor: String = kept.map(|one| if one == ' ' { '-' } else { one }).collect();
            let count = seen.entry(anchor.clone()).or_default();
            *count += 1;
            if *count == 1 { anchor } else { format!("{anchor}-{}", *count - 1) }
        })
        .collect()
}
