//! Durations: read as "90d", shown in words as "3 days".

use crate::output::counted;

const UNITS: [(u64, &str); 4] = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];

/// The whole number of the largest unit that fits twice, so that little is lost
/// by rounding: 90 minutes, 47 hours, 3 days.
pub(crate) fn in_words(seconds: u64) -> String {
    let fitting = UNITS.iter().find(|(length, _)| seconds >= 2 * length);
    let (length, name) = fitting.copied().unwrap_or((1, "second"));
    counted(seconds / length, name)
}

/// Parses a number with a unit, such as `90d`, into seconds.
///
/// # Errors
/// What to write, as a sentence.
pub(crate) fn parse(text: &str) -> Result<u32, String> {
    let wrong = || format!("{text} is not an age: write 90d, 12h, 30m or 45s");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number = text.strip_suffix(unit).and_then(|number| number.parse::<u32>().ok());
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    number.and_then(|number| number.checked_mul(seconds)).ok_or_else(wrong)
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

    #[test]
    fn an_age_is_a_number_with_a_unit() {
        assert_eq!(parse("90d"), Ok(7_776_000));
        assert_eq!(parse("0s"), Ok(0));
        for wrong in ["", "d", "90", "-1d", "1y", "99999999d", "1.5h", "9ü"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
