//! Builds settings from WEIGHT_SYNC_<SECTION>_<KEY> variables for a new
//! configuration file. The running service never reads these variables.

use sha2::{Digest, Sha256};

use super::{Secret, Settings, SigningSecret};

const PREFIX: &str = "WEIGHT_SYNC_";
const SECTIONS: [&str; 10] = [
    "server",
    "database",
    "auth",
    "accounts",
    "google",
    "mail",
    "rate_limit",
    "limits",
    "sync",
    "log",
];
/// Variables that hold lists, with commas between the members.
const LISTS: [&str; 2] =
    ["WEIGHT_SYNC_GOOGLE_CLIENT_IDS", "WEIGHT_SYNC_AUTH_FOREIGN_USER_ID_CLAIMS"];
/// A variable that holds a table: `name=value`, with commas between them.
const TABLE: &str = "WEIGHT_SYNC_AUTH_FOREIGN_REQUIRE";
/// The prefix of a key in the table `auth.foreign`.
const FOREIGN: &str = "foreign_";
/// Prefixes of variables that are not settings.
const OTHERS: [&str; 2] = ["WEIGHT_SYNC_CONFIG", "WEIGHT_SYNC_TEST_"];

/// Why the variables do not give a configuration.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    /// A variable names an unknown setting.
    #[error(
        "{0} names no setting: it must be WEIGHT_SYNC_<SECTION>_<KEY>, see docs/CONFIGURATION.md"
    )]
    Unknown(String),
    /// The variables together are not a valid configuration.
    #[error("the WEIGHT_SYNC_ variables make no configuration: {0}")]
    Invalid(String),
    /// The one variable that is required.
    #[error("WEIGHT_SYNC_DATABASE_URL is not set: it must be mysql://user:password@host:3306/name")]
    NoDatabase,
    /// The configuration file is not TOML.
    #[error("the configuration cannot be read: {0}")]
    Unreadable(String),
    /// The system provides no randomness for the secret.
    #[error("no randomness for the secret: {0}")]
    Randomness(String),
}

/// Builds settings from variables and generates a secret if none is given.
pub fn from_environment(
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Settings, EnvironmentError> {
    let mut root = toml::Table::new();
    let secret = match overlay(&mut root, variables)? {
        Some(secret) => secret,
        None => generate_secret()?,
    };
    into_settings(root, Some(secret))
}

/// The settings of a configuration file's text, with those replaced that
/// variables name. Everything else stays, the secrets included.
pub fn with_environment(
    text: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Settings, EnvironmentError> {
    // Its message shows no value of the file.
    let root: Result<toml::Table, toml::de::Error> = text.parse();
    let mut root = root.map_err(|error| EnvironmentError::Unreadable(error.message().into()))?;
    let secret = overlay(&mut root, variables)?;
    into_settings(root, secret)
}

/// Puts the variables' settings into a configuration. Returns the secret, which
/// has a form of its own there.
fn overlay(
    root: &mut toml::Table,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Option<Secret>, EnvironmentError> {
    let mut secret = None;
    for (name, value) in variables {
        if !name.starts_with(PREFIX) || OTHERS.iter().any(|other| name.starts_with(other)) {
            continue;
        }
        if name == "WEIGHT_SYNC_AUTH_SECRET" {
            secret = Some(Secret::new(value));
            continue;
        }
        let (section, key) = place(&name).ok_or_else(|| EnvironmentError::Unknown(name.clone()))?;
        let value = value_of_variable(&name, &value);
        let mut place = root.entry(section).or_insert_with(|| toml::Table::new().into());
        let key = match key.strip_prefix(FOREIGN) {
            Some(key) => {
                let Some(auth) = place.as_table_mut() else { continue };
                place = auth.entry("foreign").or_insert_with(|| toml::Table::new().into());
                key.to_owned()
            }
            None => key,
        };
        if let Some(table) = place.as_table_mut() {
            table.insert(key, value);
        }
    }
    Ok(secret)
}

fn into_settings(
    mut root: toml::Table,
    secret: Option<Secret>,
) -> Result<Settings, EnvironmentError> {
    let invalid = |error: &dyn std::fmt::Display| EnvironmentError::Invalid(error.to_string());
    if let Some(secret) = secret {
        let secrets = vec![SigningSecret { kid: kid_of(&secret), secret }];
        let secrets = toml::Value::try_from(secrets).map_err(|error| invalid(&error))?;
        let auth = root.entry("auth").or_insert_with(|| toml::Table::new().into());
        if let Some(auth) = auth.as_table_mut() {
            auth.insert("secrets".to_owned(), secrets);
        }
    }
    let has_url = root.get("database").is_some_and(|database| database.get("url").is_some());
    if !has_url {
        return Err(EnvironmentError::NoDatabase);
    }
    toml::Value::Table(root).try_into().map_err(|error: toml::de::Error| invalid(&error.message()))
}

/// The value of the setting `section.key`, given as the text of its variable.
pub(super) fn value_of(key: &str, text: &str) -> toml::Value {
    let name = key.replace('.', "_").to_ascii_uppercase();
    value_of_variable(&[PREFIX, &name].concat(), text)
}

fn value_of_variable(name: &str, text: &str) -> toml::Value {
    match name {
        TABLE => table(text),
        name if LISTS.contains(&name) => list(text),
        _ => typed(text),
    }
}

fn place(variable: &str) -> Option<(String, String)> {
    let rest = variable.strip_prefix(PREFIX)?.to_ascii_lowercase();
    SECTIONS.iter().find_map(|section| {
        let key = rest.strip_prefix(section)?.strip_prefix('_')?;
        (!key.is_empty()).then(|| ((*section).to_owned(), key.to_owned()))
    })
}

fn list(value: &str) -> toml::Value {
    let members = value.split(',').map(str::trim).filter(|member| !member.is_empty());
    members.map(toml::Value::from).collect::<Vec<_>>().into()
}

fn table(value: &str) -> toml::Value {
    let members = value.split(',').filter_map(|member| member.split_once('='));
    let members = members.map(|(name, value)| (name.trim().to_owned(), value.trim().into()));
    toml::Table::from_iter(members).into()
}

fn typed(value: &str) -> toml::Value {
    if let Ok(number) = value.parse::<i64>() {
        return number.into();
    }
    match value {
        "true" => true.into(),
        "false" => false.into(),
        text => text.into(),
    }
}

/// Derives the `kid` from the secret, so that a rewritten configuration with
/// the same secret accepts tokens already issued.
pub(super) fn kid_of(secret: &Secret) -> String {
    let digest = Sha256::digest(["kid ", secret.reveal()].concat());
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Generates 256 random bits, in base64.
pub(super) fn generate_secret() -> Result<Secret, EnvironmentError> {
    use base64::Engine as _;
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| EnvironmentError::Randomness(error.to_string()))?;
    Ok(Secret::new(base64::engine::general_purpose::STANDARD.encode(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(variables: &[(&str, &str)]) -> Result<Settings, EnvironmentError> {
        let owned = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        from_environment(owned.collect::<Vec<_>>())
    }

    #[test]
    fn variables_become_settings_of_their_sections() {
        let settings = settings(&[
            ("WEIGHT_SYNC_DATABASE_URL", "mysql://u:p@h/d"),
            ("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "100000"),
            ("WEIGHT_SYNC_ACCOUNTS_REGISTRATION_OPEN", "false"),
            ("WEIGHT_SYNC_GOOGLE_CLIENT_IDS", "one.example, two.example"),
            ("WEIGHT_SYNC_AUTH_FOREIGN_USER_ID_CLAIMS", "user_id, sub"),
            ("WEIGHT_SYNC_AUTH_FOREIGN_REQUIRE", "iss=https://example.org/?a=b, aud = weights"),
            ("WEIGHT_SYNC_TEST_DATABASE_URL", "ignored"),
            ("HOME", "ignored"),
        ])
        .unwrap();
        assert_eq!(settings.rate_limit.requests_per_minute, 100_000);
        assert!(!settings.accounts.registration_open);
        assert_eq!(settings.google.client_ids, ["one.example", "two.example"]);
        assert!(settings.auth.secrets[0].secret.reveal().len() >= 32);
        let foreign = settings.auth.foreign.unwrap();
        assert_eq!(foreign.user_id_claims, ["user_id", "sub"]);
        assert_eq!(foreign.require["iss"], "https://example.org/?a=b");
        assert_eq!(foreign.require["aud"], "weights");
    }

    #[test]
    fn the_same_secret_keeps_its_kid() {
        let secret = "0123456789abcdef0123456789abcdef";
        let written = || {
            let variables = [
                ("WEIGHT_SYNC_DATABASE_URL", "mysql://u:p@h/d"),
                ("WEIGHT_SYNC_AUTH_SECRET", secret),
            ];
            settings(&variables).unwrap().auth.secrets.remove(0).kid
        };
        assert_eq!(written(), written());
        assert!(!written().is_empty() && !secret.contains(&written()));
    }

    #[test]
    fn variables_change_a_configuration_and_keep_the_rest_of_it() {
        let text = "[database]\nurl = \"mysql://u:p@old/d\"\npool_max = 2\n[auth]\n\
            secrets = [{ kid = \"1\", secret = \"0123456789abcdef0123456789abcdef\" }]\n";
        let given = |name: &str, value: &str| [(name.to_owned(), value.to_owned())];
        let url = given("WEIGHT_SYNC_DATABASE_URL", "mysql://u:p@new/d");
        let settings = with_environment(text, url).unwrap();
        assert_eq!(settings.database.url.reveal(), "mysql://u:p@new/d");
        assert_eq!((settings.database.pool_max, settings.auth.secrets[0].kid.as_str()), (2, "1"));
        let secret = given("WEIGHT_SYNC_AUTH_SECRET", "fedcba9876543210fedcba9876543210");
        let settings = with_environment(text, secret).unwrap();
        assert_eq!(settings.auth.secrets.len(), 1);
        assert_ne!(settings.auth.secrets[0].kid, "1");
        let broken = with_environment("[database]\nurl = \"hidden", given("HOME", "x"));
        assert!(!broken.unwrap_err().to_string().contains("hidden"));
    }

    #[test]
    fn an_unknown_variable_is_named() {
        for (name, value) in [("WEIGHT_SYNC_NONSENSE", "1"), ("WEIGHT_SYNC_SYNC_NONSENSE", "1")] {
            let error = settings(&[("WEIGHT_SYNC_DATABASE_URL", "mysql://u:p@h/d"), (name, value)]);
            let error = error.unwrap_err().to_string().to_lowercase();
            assert!(error.contains("nonsense"), "{error}");
        }
    }

    #[test]
    fn a_configuration_requires_a_database() {
        assert!(settings(&[]).unwrap_err().to_string().contains("WEIGHT_SYNC_DATABASE_URL"));
    }
}
