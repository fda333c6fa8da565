//! The store's literals beside prepared parameters: the database must take both for the same value.

#[path = "../../src/store/literal.rs"]
mod literal;

use mysql::prelude::{Protocol, Queryable};
use mysql::{Conn, Params, QueryResult, Row, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::database::TestDatabase;

/// Columns of every type in the service's tables, and of those that an adopted `users` table may have.
const COLUMNS: [&str; 14] = [
    "BIGINT",
    "INT UNSIGNED",
    "DECIMAL(6,2)",
    "DATETIME(6)",
    "DATE",
    "BINARY(32)",
    "VARBINARY(128)",
    "JSON",
    "TEXT CHARACTER SET utf8mb4",
    "VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin",
    "VARCHAR(64) CHARACTER SET latin1 COLLATE latin1_swedish_ci",
    "VARCHAR(64) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci",
    "VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
    "VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
];

/// The service's modes, and modes in which quotes and backslashes mean something else.
const SQL_MODES: [&str; 2] = [
    "STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO",
    "STRICT_ALL_TABLES,ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,IGNORE_SPACE",
];

/// The rows of a statement; `None` if the server refuses it, for which MySQL has several numbers.
type Outcome = Option<Vec<Vec<Value>>>;

/// Runs a statement with values.
type Send = fn(&mut Conn, &str, &[Value]) -> Outcome;

fn outcome<P: Protocol>(result: mysql::Result<QueryResult<'_, '_, '_, P>>) -> Outcome {
    let rows = result.and_then(|rows| rows.collect::<mysql::Result<Vec<Row>>>());
    match rows {
        Ok(rows) => Some(rows.into_iter().map(Row::unwrap).collect()),
        Err(mysql::Error::MySqlError(_)) => None,
        Err(error) => panic!("{error}"),
    }
}

fn prepared(connection: &mut Conn, statement: &str, values: &[Value]) -> Outcome {
    let statement = connection.prep(statement).expect("a statement");
    let outcome = outcome(connection.exec_iter(&statement, Params::Positional(values.to_vec())));
    // MySQL 9 remembers the type of an earlier value, a number for instance, and reads an empty text by it.
    connection.close(statement).expect("a statement");
    outcome
}

fn as_text(connection: &mut Conn, statement: &str, values: &[Value]) -> Outcome {
    let mut sql = String::new();
    literal::push_statement(&mut sql, statement, values).expect("as many values as places");
    outcome(connection.query_iter(sql))
}

fn a_value() -> impl Strategy<Value = Value> {
    let datetime =
        (1000..9999_u16, 1..=12_u8, 1..=28_u8, 0..24_u8, 0..60_u8, 0..60_u8, 0..1_000_000_u32);
    prop_oneof![
        Just(Value::NULL),
        any::<i64>().prop_map(Value::Int),
        (-9..9_i64).prop_map(Value::Int),
        any::<u64>().prop_map(Value::UInt),
        vec(any::<u8>(), 0..140).prop_map(Value::Bytes),
        vec(any::<u8>(), 32).prop_map(Value::Bytes),
        any::<String>().prop_map(|text| Value::Bytes(text.into())),
        "[-'\"\\\\?;/*#%_ éÉßẞǅ😀a-cA-C0-9]{0,40}".prop_map(|text| Value::Bytes(text.into())),
        "-?[0-9]{1,5}(\\.[0-9]{1,3})?".prop_map(|text| Value::Bytes(text.into())),
        "\\{\"[a-z'\\\\?]{0,5}\": ?[0-9]{1,3}\\}".prop_map(|text| Value::Bytes(text.into())),
        datetime.prop_map(|(y, mo, d, h, mi, s, us)| Value::Date(y, mo, d, h, mi, s, us)),
    ]
}

/// One row of `probe`, with a value in one column.
#[derive(Debug)]
struct Case {
    column: usize,
    value: Value,
    /// Compared with the stored one.
    other: Value,
}

fn a_case() -> impl Strategy<Value = Case> {
    let case = (0..COLUMNS.len(), a_value(), a_value(), any::<bool>());
    case.prop_map(|(column, value, other, is_same)| {
        let is_binary = COLUMNS[column].contains("BINARY");
        let fitting = |value: Value| match value {
            // The service writes bytes to columns of bytes only.
            Value::Bytes(bytes) if !is_binary => {
                Value::Bytes(String::from_utf8_lossy(&bytes).into_owned().into())
            }
            other => other,
        };
        let other = if is_same { value.clone() } else { other };
        Case { column, value: fitting(value), other: fitting(other) }
    })
}

/// Whether the service would write the value to that column, or compare it with one. For other pairs MySQL refuses or
/// converts a parameter and a literal in ways of their own.
fn fits(column: usize, value: &Value) -> bool {
    match value {
        Value::NULL => true,
        Value::Int(_) | Value::UInt(_) => COLUMNS[column].contains("INT"),
        Value::Date(..) => COLUMNS[column] == "DATETIME(6)",
        Value::Bytes(_) => {
            ["BINARY", "CHAR", "TEXT"].iter().any(|kind| COLUMNS[column].contains(kind))
        }
        _ => false,
    }
}

fn assert_same(connection: &mut Conn, case: &Case) {
    let column = format!("c{}", case.column);
    let value = std::slice::from_ref(&case.value);
    let insert = format!("INSERT INTO probe ({column}) VALUES (?)");
    // Numbers as text too, since a prepared statement returns them otherwise.
    let found = format!(
        "SELECT HEX({column}), HEX(? = {column}), HEX(? <=> {column}), HEX({column} < ?) FROM probe"
    );
    // Not the collation, in which MySQL's differ: the column's decides in each comparison.
    let is_text = |value: &Value| match value {
        Value::Bytes(bytes) => std::str::from_utf8(bytes).is_ok(),
        _ => false,
    };
    let [prepared, as_text] = [prepared, as_text].map(|send: Send| {
        let inserted = send(connection, &insert, value);
        let found =
            send(connection, &found, &[case.other.clone(), case.other.clone(), case.other.clone()]);
        connection.query_drop("DELETE FROM probe").expect("it is ours");
        let kind = is_text(&case.value)
            .then(|| send(connection, "SELECT HEX(?), CHARSET(?)", &[value, value].concat()));
        (inserted, found, kind)
    });
    assert_eq!(prepared, as_text, "{} {case:?}", COLUMNS[case.column]);
}

#[test]
fn a_literal_is_stored_and_compared_as_a_prepared_parameter_is() {
    let database = TestDatabase::create();
    let mut connection = database.connect();
    let columns: Vec<String> =
        COLUMNS.iter().enumerate().map(|(number, kind)| format!("c{number} {kind} NULL")).collect();
    // Group Replication takes no rows into a table without a primary key.
    connection
        .query_drop(format!(
            "CREATE TABLE probe (id INT AUTO_INCREMENT PRIMARY KEY, {})",
            columns.join(", ")
        ))
        .unwrap();
    let version: Option<String> = connection.query_first("SELECT VERSION()").unwrap();
    let is_mysql = !version.unwrap().contains("MariaDB");
    let cases = if std::env::var_os("WEIGHT_SYNC_TEST_LONG").is_some() { 100_000 } else { 500 };
    for mode in SQL_MODES {
        connection.exec_drop("SET SESSION sql_mode = ?", (mode,)).unwrap();
        connection.query_drop("START TRANSACTION").unwrap();
        let connection = std::cell::RefCell::new(&mut connection);
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let run = TestRunner::new(config).run(&a_case(), |case| {
            if !is_mysql || [&case.value, &case.other].iter().all(|value| fits(case.column, value))
            {
                assert_same(&mut connection.borrow_mut(), &case);
            }
            Ok(())
        });
        run.unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn a_statement_takes_as_many_values_as_it_has_places() {
    let rendered = |statement: &str, values: &[Value]| {
        let mut sql = String::from("/* before */ ");
        literal::push_statement(&mut sql, statement, values).map(|()| sql)
    };
    let text = Value::Bytes(b"a'?".to_vec());
    assert_eq!(
        rendered("SELECT ?, ?-?, ?", &[text.clone(), 1.into(), (-5).into(), Value::NULL]).unwrap(),
        "/* before */ SELECT _utf8mb4 x'61273f', 1-(-5), NULL"
    );
    assert_eq!(
        rendered("?", &[Value::Date(2026, 1, 6, 20, 30, 0, 5)]).unwrap(),
        "/* before */ TIMESTAMP'2026-01-06 20:30:00.000005'"
    );
    assert_eq!(rendered("?", &[Value::Bytes(vec![0xff, 0x0a])]).unwrap(), "/* before */ x'ff0a'");
    assert_eq!(rendered("SELECT ?, ?", &[Value::NULL]), None);
    assert_eq!(rendered("SELECT ?", &[text, Value::NULL]), None);
    assert_eq!(rendered("SELECT ?", &[Value::Double(0.5)]), None);
}
