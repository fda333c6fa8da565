//! Values as SQL text, for statements that are sent once: preparing them would
//! be one more round trip. A [`Literal`] has digits, `NULL` and fixed
//! punctuation only; text and bytes are hexadecimal. So no input can end a
//! literal, whatever the server's SQL mode and character set.

use std::fmt::Write;

use mysql::Value;

/// A value that can be written into a statement.
enum Literal<'v> {
    Null,
    Signed(i64),
    Unsigned(u64),
    /// Valid UTF-8 gets the character set that a prepared statement's parameter
    /// has, so that it is compared by its column's collation.
    Bytes(&'v [u8]),
    /// Year, month, day, hour, minute, second, microseconds.
    Time(u16, [u8; 5], u32),
}

impl<'v> Literal<'v> {
    /// `None` for kinds of values that the service does not store.
    fn of(value: &'v Value) -> Option<Self> {
        Some(match value {
            Value::NULL => Self::Null,
            Value::Int(number) => Self::Signed(*number),
            Value::UInt(number) => Self::Unsigned(*number),
            Value::Bytes(bytes) => Self::Bytes(bytes),
            Value::Date(year, month, day, hour, minute, second, micros) => {
                Self::Time(*year, [*month, *day, *hour, *minute, *second], *micros)
            }
            Value::Float(_) | Value::Double(_) | Value::Time(..) => return None,
        })
    }

    fn push_to(&self, sql: &mut String) {
        // Writing to a String cannot fail.
        let _ = match self {
            Self::Null => sql.write_str("NULL"),
            // `--5` could begin a comment.
            Self::Signed(number) if *number < 0 => write!(sql, "({number})"),
            Self::Signed(number) => write!(sql, "{number}"),
            Self::Unsigned(number) => write!(sql, "{number}"),
            Self::Bytes(bytes) => {
                push_hexadecimal(bytes, sql);
                Ok(())
            }
            Self::Time(year, [month, day, hour, minute, second], micros) => write!(
                sql,
                "TIMESTAMP'{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{micros:06}'"
            ),
        };
    }
}

fn push_hexadecimal(bytes: &[u8], sql: &mut String) {
    sql.reserve(bytes.len() * 2 + "_utf8mb4 x''".len());
    sql.push_str(if std::str::from_utf8(bytes).is_ok() { "_utf8mb4 x'" } else { "x'" });
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            sql.extend(char::from_digit(digit.into(), 16));
        }
    }
    sql.push('\'');
}

/// Appends `statement` to `sql` with a literal in place of each `?`. `None` if
/// their numbers differ, or a value has no literal.
pub(super) fn push_statement(sql: &mut String, statement: &str, values: &[Value]) -> Option<()> {
    let mut pieces = statement.split('?');
    sql.push_str(pieces.next()?);
    let mut values = values.iter();
    for piece in pieces {
        Literal::of(values.next()?)?.push_to(sql);
        sql.push_str(piece);
    }
    values.next().is_none().then_some(())
}
