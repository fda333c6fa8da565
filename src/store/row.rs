//! Conversion between the database's values and the domain's.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike};
use mysql::{Row, Value};

use super::error::StoreError;
use crate::domain::time::UtcTime;
use crate::domain::totals::{LiveHash, Totals};

/// A DATETIME(6) in UTC.
pub(super) fn datetime(time: UtcTime) -> Value {
    let Some(utc) = DateTime::from_timestamp_micros(time.as_micros()) else {
        return Value::NULL;
    };
    let utc = utc.naive_utc();
    let part = |number: u32| u8::try_from(number).unwrap_or(0);
    Value::Date(
        u16::try_from(utc.year()).unwrap_or(0),
        part(utc.month()),
        part(utc.day()),
        part(utc.hour()),
        part(utc.minute()),
        part(utc.second()),
        utc.nanosecond() / 1000,
    )
}

/// A DATETIME(6) or NULL.
pub(super) fn optional_datetime(time: Option<UtcTime>) -> Value {
    time.map_or(Value::NULL, datetime)
}

/// Text.
pub(super) fn text(text: impl AsRef<str>) -> Value {
    Value::Bytes(text.as_ref().as_bytes().to_vec())
}

/// Reads a row's columns from left to right.
pub(super) struct Columns(std::vec::IntoIter<Value>);

impl Columns {
    pub(super) fn of(row: Row) -> Self {
        Self(row.unwrap().into_iter())
    }

    fn next(&mut self) -> Result<Value, StoreError> {
        self.0.next().ok_or_else(|| StoreError::Failed("a row has too few columns".into()))
    }

    /// The values that are left, as they arrived.
    pub(super) fn rest(&mut self) -> Vec<Value> {
        self.0.by_ref().collect()
    }

    pub(super) fn optional_text(&mut self) -> Result<Option<String>, StoreError> {
        match self.next()? {
            Value::NULL => Ok(None),
            Value::Bytes(bytes) => String::from_utf8(bytes)
                .map(Some)
                .map_err(|_| StoreError::Failed("a column is not UTF-8".into())),
            // An adopted users table may have numbers as ids.
            Value::Int(number) => Ok(Some(number.to_string())),
            Value::UInt(number) => Ok(Some(number.to_string())),
            _ => Err(StoreError::Failed("a column is not text".into())),
        }
    }

    pub(super) fn text(&mut self) -> Result<String, StoreError> {
        self.optional_text()?.ok_or_else(unexpected_null)
    }

    pub(super) fn optional_int(&mut self) -> Result<Option<i64>, StoreError> {
        match self.next()? {
            Value::NULL => Ok(None),
            Value::Int(number) => Ok(Some(number)),
            Value::UInt(number) => i64::try_from(number)
                .map(Some)
                .map_err(|_| StoreError::Failed("a number is too large".into())),
            // So do COUNT, SUM and expressions arrive, and all numbers of a
            // statement that was not prepared.
            Value::Bytes(text) => from_text(&text, |text| text.parse().ok())
                .map(Some)
                .ok_or_else(|| StoreError::Failed("a column is not a number".into())),
            _ => Err(StoreError::Failed("a column is not a number".into())),
        }
    }

    pub(super) fn int(&mut self) -> Result<i64, StoreError> {
        self.optional_int()?.ok_or_else(unexpected_null)
    }

    /// A BIGINT UNSIGNED or NULL.
    pub(super) fn optional_unsigned(&mut self) -> Result<Option<u64>, StoreError> {
        let number = match self.next()? {
            Value::NULL => return Ok(None),
            Value::Int(number) => u64::try_from(number).ok(),
            Value::UInt(number) => Some(number),
            Value::Bytes(text) => from_text(&text, |text| text.parse().ok()),
            _ => None,
        };
        let unexpected = || StoreError::Failed("a column is not an unsigned number".into());
        number.map(Some).ok_or_else(unexpected)
    }

    pub(super) fn optional_datetime(&mut self) -> Result<Option<UtcTime>, StoreError> {
        match self.next()? {
            Value::NULL => Ok(None),
            Value::Date(year, month, day, hour, minute, second, micros) => {
                NaiveDate::from_ymd_opt(i32::from(year), month.into(), day.into())
                    .and_then(|date| {
                        date.and_hms_micro_opt(hour.into(), minute.into(), second.into(), micros)
                    })
                    .map(|time| Some(UtcTime::from_micros(time.and_utc().timestamp_micros())))
                    .ok_or_else(|| StoreError::Failed("a column holds no real time".into()))
            }
            Value::Bytes(text) => from_text(&text, |text| {
                NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok()
            })
            .map(|time| Some(UtcTime::from_micros(time.and_utc().timestamp_micros())))
            .ok_or_else(|| StoreError::Failed("a column holds no real time".into())),
            _ => Err(StoreError::Failed("a column is not a time".into())),
        }
    }

    pub(super) fn datetime(&mut self) -> Result<UtcTime, StoreError> {
        self.optional_datetime()?.ok_or_else(unexpected_null)
    }

    pub(super) fn date(&mut self) -> Result<NaiveDate, StoreError> {
        match self.next()? {
            Value::Date(year, month, day, ..) => {
                NaiveDate::from_ymd_opt(i32::from(year), month.into(), day.into())
                    .ok_or_else(|| StoreError::Failed("a column holds no real day".into()))
            }
            Value::Bytes(text) => from_text(&text, |text| text.parse().ok())
                .ok_or_else(|| StoreError::Failed("a column holds no real day".into())),
            _ => Err(StoreError::Failed("a column is not a day".into())),
        }
    }

    /// The columns stored_entries, live_entries and live_hash; `None` where
    /// they are NULL.
    pub(super) fn optional_totals(&mut self) -> Result<Option<Totals>, StoreError> {
        let stored = self.optional_int()?;
        let live = self.optional_int()?;
        let hash = self.optional_unsigned()?.map(LiveHash::from_bits);
        Ok(stored.zip(live).zip(hash).map(|((stored_entries, live_entries), live_hash)| Totals {
            stored_entries,
            live_entries,
            live_hash,
        }))
    }

    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        match self.next()? {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(StoreError::Failed("a column holds no bytes".into())),
        }
    }

    /// A BINARY(N) or NULL.
    pub(super) fn optional_array<const N: usize>(&mut self) -> Result<Option<[u8; N]>, StoreError> {
        match self.next()? {
            Value::NULL => Ok(None),
            Value::Bytes(bytes) => bytes
                .try_into()
                .map(Some)
                .map_err(|_| StoreError::Failed("a column has another length".into())),
            _ => Err(StoreError::Failed("a column holds no bytes".into())),
        }
    }

    /// A BINARY(N).
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        self.optional_array()?.ok_or_else(unexpected_null)
    }
}

fn from_text<T>(bytes: &[u8], parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    parse(std::str::from_utf8(bytes).ok()?)
}

fn unexpected_null() -> StoreError {
    StoreError::Failed("a column is unexpectedly NULL".into())
}
