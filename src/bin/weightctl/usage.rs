//! Wrong arguments as a failure, for `--json`. Without it clap prints them.

use clap::error::ErrorKind;

use crate::failure::Failure;

/// What clap prints, as a failure: the lines up to the first blank one, and its
/// tip.
pub(crate) fn failure(error: &clap::Error) -> Failure {
    let text = error.to_string();
    let command = command_of(&text);
    if let ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand =
        error.kind()
    {
        return Failure::Usage(format!("which command of {command}?"))
            .advise(format!("{command} --help"));
    }
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let message = lines.split(|line| line.is_empty()).next().unwrap_or_default().join(" ");
    let message = message.strip_prefix("error: ").unwrap_or(&message).to_owned();
    let tip = lines.iter().find_map(|line| line.strip_prefix("tip: ")).map(str::to_owned);
    Failure::Usage(message).advise(tip.unwrap_or_else(|| format!("{command} --help")))
}

/// The words in front of the arguments in clap's line of the usage.
fn command_of(text: &str) -> String {
    let usage = text.lines().find_map(|line| line.strip_prefix("Usage: ")).unwrap_or("weightctl");
    let is_word = |word: &&str| !word.starts_with(['[', '<', '-']);
    usage.split_whitespace().take_while(is_word).collect::<Vec<_>>().join(" ")
}
