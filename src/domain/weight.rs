//! A body weight: exact hundredths of a unit, never a float.

use std::fmt;

use serde::{Serialize, Serializer};

/// The unit a person weighed in. Values are kept in it and never converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Kilogram.
    Kilogram,
    /// Pound (avoirdupois).
    Pound,
    /// Stone of 14 pounds.
    Stone,
}

impl Unit {
    /// All units, in the order in which messages name them.
    pub const ALL: [Self; 3] = [Self::Kilogram, Self::Pound, Self::Stone];

    /// The unit's name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kilogram => "kg",
            Self::Pound => "lb",
            Self::Stone => "st",
        }
    }

    /// The unit of that name, compared byte for byte.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == text)
    }

    /// The plausible range in hundredths, both ends included: 0.1 to 1000 kg
    /// and what that is in the other units (docs/PROTOCOL.md, "Fields").
    pub fn range(self) -> (Hundredths, Hundredths) {
        let (least, most) = match self {
            Self::Kilogram => (10, 100_000),
            Self::Pound => (20, 220_462),
            Self::Stone => (2, 15_747),
        };
        (Hundredths(least), Hundredths(most))
    }
}

/// A decimal number with two places, held as a whole number of hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(i64);

impl Hundredths {
    /// Decimal places that are kept.
    pub const PLACES: u8 = 2;

    /// Takes a count of hundredths as it is.
    pub fn new(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// The count of hundredths.
    pub fn get(self) -> i64 {
        self.0
    }

    /// Reads the text of a JSON number (RFC 8259 section 6) exactly, rounding
    /// half away from zero. A value too large to hold becomes the largest,
    /// which is outside every unit's range.
    pub fn from_json_number(number: &str) -> Self {
        let (negative, magnitude) = match number.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, number),
        };
        let (mantissa, exponent) =
            magnitude.split_once(['e', 'E']).map_or((magnitude, 0), |(mantissa, exponent)| {
                (mantissa, saturating_exponent(exponent))
            });
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let whole_digits = i64::try_from(whole.len()).unwrap_or(i64::MAX);
        let digits = whole.bytes().chain(fraction.bytes()).map(|byte| byte.wrapping_sub(b'0'));
        let point = whole_digits.saturating_add(exponent).saturating_add(i64::from(Self::PLACES));
        let value = round_at(digits, point);
        Self(if negative { value.saturating_neg() } else { value })
    }
}

fn saturating_exponent(text: &str) -> i64 {
    text.strip_prefix('+').unwrap_or(text).parse().unwrap_or(if text.starts_with('-') {
        i64::from(i32::MIN)
    } else {
        i64::from(i32::MAX)
    })
}

/// The whole number that the first `point` digits make, rounded half up by
/// the digit after them; missing digits are zero.
fn round_at(digits: impl Iterator<Item = u8>, point: i64) -> i64 {
    let mut value: i64 = 0;
    let mut position: i64 = 0;
    for digit in digits {
        if position >= point {
            let rounds_up = position == point && digit >= 5;
            return value.saturating_add(i64::from(rounds_up));
        }
        value = value.saturating_mul(10).saturating_add(i64::from(digit));
        position = position.saturating_add(1);
    }
    while position < point && value != 0 && value != i64::MAX {
        value = value.saturating_mul(10);
        position = position.saturating_add(1);
    }
    value
}

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        match rest {
            0 => write!(f, "{sign}{whole}"),
            tenths if tenths % 10 == 0 => write!(f, "{sign}{whole}.{}", tenths / 10),
            _ => write!(f, "{sign}{whole}.{rest:02}"),
        }
    }
}

impl Serialize for Hundredths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 {
            serializer.serialize_i64(self.0 / 100)
        } else {
            // The nearest double of a two-place decimal prints as that
            // decimal again (shortest round trip) far beyond our range.
            #[allow(clippy::cast_precision_loss)]
            serializer.serialize_f64(self.0 as f64 / 100.0)
        }
    }
}

/// A plausible weight in its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    value: Hundredths,
    unit: Unit,
}

impl Weight {
    /// A weight, unless the value lies outside the unit's range.
    pub fn new(value: Hundredths, unit: Unit) -> Option<Self> {
        let (least, most) = unit.range();
        (least..=most).contains(&value).then_some(Self { value, unit })
    }

    /// The number, in its unit.
    pub fn value(self) -> Hundredths {
        self.value
    }

    /// The unit.
    pub fn unit(self) -> Unit {
        self.unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_exactly_and_rounded_half_away_from_zero() {
        for (text, hundredths) in [
            ("75.5", 7550),
            ("75", 7500),
            ("0", 0),
            ("-0", 0),
            ("0.1", 10),
            ("75.555", 7556),
            ("75.554999999999999999999", 7555),
            ("75.545", 7555),
            ("-75.555", -7556),
            ("1.005", 101),
            ("7.55e1", 7550),
            ("7550E-2", 7550),
            ("7.5e+1", 7500),
            ("0.005", 1),
            ("0.0049", 0),
            ("5e-3", 1),
            ("5e-4", 0),
            ("1e-400", 0),
            ("0e400", 0),
            ("1e400", i64::MAX),
            ("-1e400", -i64::MAX),
            ("1e99999999999999999999", i64::MAX),
            ("1e-99999999999999999999", 0),
            ("99999999999999999999999999", i64::MAX),
        ] {
            assert_eq!(Hundredths::from_json_number(text).get(), hundredths, "{text}");
        }
    }

    #[test]
    fn a_weight_is_written_with_the_fewest_digits() {
        for (hundredths, text) in [(7550, "75.5"), (7500, "75"), (7555, "75.55"), (7505, "75.05")] {
            let value = Hundredths::new(hundredths);
            assert_eq!(value.to_string(), text);
            assert_eq!(serde_json::to_string(&value).unwrap(), text);
        }
    }

    #[test]
    fn every_hundredth_in_range_survives_json() {
        for hundredths in 0..=220_500 {
            let value = Hundredths::new(hundredths);
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(Hundredths::from_json_number(&json), value);
            assert_eq!(json, value.to_string());
        }
    }

    #[test]
    fn the_ranges_include_both_ends() {
        for (unit, least, most) in [
            (Unit::Kilogram, "0.1", "1000"),
            (Unit::Pound, "0.2", "2204.62"),
            (Unit::Stone, "0.02", "157.47"),
        ] {
            let least = Hundredths::from_json_number(least);
            let most = Hundredths::from_json_number(most);
            assert!(Weight::new(least, unit).is_some());
            assert!(Weight::new(most, unit).is_some());
            assert!(Weight::new(Hundredths::new(least.get() - 1), unit).is_none());
            assert!(Weight::new(Hundredths::new(most.get() + 1), unit).is_none());
        }
    }
}
