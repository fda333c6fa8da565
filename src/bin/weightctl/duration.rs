//! Durations in words: "3 days".

const UNITS: [(u64, &str); 4] = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];

/// The whole number of the largest unit that fits twice, so that little is lost
/// by rounding: 90 minutes, 47 hours, 3 days.
pub(crate) fn in_words(seconds: u64) -> String {
    let fitting = UNITS.iter().find(|(length, _)| seconds >= 2 * length);
    let (length, name) = fitting.copied().unwrap_or((1, "second"));
    let number = seconds / length;
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_number_that_says_enough() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (119, "119 seconds"),
            (120, "2 minutes"),
            (5400, "90 minutes"),
            (86_400, "24 hours"),
            (288_000, "3 days"),
        ] {
            assert_eq!(in_words(seconds), words);
        }
    }
}
