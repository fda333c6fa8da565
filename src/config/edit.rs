//! Changes single settings of a configuration file; comments and order stay.
//! A change that makes no valid configuration is not written. Each holds the lock
//! from the reading to the writing.

use std::fs::File;
use std::path::{Path, PathBuf};

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value, value};

use super::environment::{generate_secret, kid_of, value_of};
use super::file::{ConfigError, lock, parse, put};
use super::{Secret, Settings};

/// A valid configuration that is not written yet, so that it can be tried.
#[must_use]
pub struct Changed {
    /// The settings with the change.
    pub settings: Settings,
    path: PathBuf,
    text: String,
    /// Held until it is written or dropped.
    lock: Option<File>,
}

impl Changed {
    /// Writes it in place of the present one.
    ///
    /// # Errors
    /// [`ConfigError::Unwritable`].
    pub fn write(self) -> Result<(), ConfigError> {
        let written = put(&self.path, &self.text);
        drop(self.lock);
        written
    }
}

/// Sets `section.key` to a value in the form that the environment variables of
/// `config init` have: lists are separated by commas.
///
/// # Errors
/// [`ConfigError::Unknown`] for an unknown key, [`ConfigError::Unfit`] or
/// [`ConfigError::Invalid`] for a value that does not fit; the reasons of
/// [`super::load`] for the present file.
pub fn set(path: &Path, key: &str, text: &str) -> Result<Changed, ConfigError> {
    let lock = lock(path);
    let changed = edit(path, key, |document| {
        let unknown = || ConfigError::Unknown(key.to_owned());
        let mut parts: Vec<&str> = key.split('.').collect();
        let name = parts.pop().filter(|_| !parts.is_empty()).ok_or_else(unknown)?;
        let mut table = document.as_table_mut();
        for part in parts {
            let place = table.entry(part).or_insert(Item::Table(Table::new()));
            table = place.as_table_mut().ok_or_else(unknown)?;
        }
        let text = value_of(key, text).to_string();
        let parsed: Value = text.parse().map_err(|_| unknown())?;
        match table.get_mut(name).and_then(Item::as_value_mut) {
            Some(old) => {
                // The comment behind a value belongs to the setting.
                let decor = old.decor().clone();
                *old = parsed;
                *old.decor_mut() = decor;
            }
            None => drop(table.insert(name, value(parsed))),
        }
        Ok(())
    })?;
    Ok(Changed { lock, ..changed })
}

/// Puts a new secret before the others, which stay valid; returns its kid.
pub fn rotate_secret(path: &Path) -> Result<String, ConfigError> {
    let secret = generate_secret().map_err(|error| ConfigError::Unwritable {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    let kid = kid_of(&secret);
    let _lock = lock(path);
    let mut secrets = secrets_of(path)?;
    secrets.insert(0, (kid.clone(), secret));
    put_secrets(path, &secrets)?;
    Ok(kid)
}

/// Removes a secret by its kid: tokens that it has signed are refused.
///
/// # Errors
/// [`ConfigError::Unknown`] if there is none; an invalid configuration if it is
/// the only one.
pub fn drop_secret(path: &Path, kid: &str) -> Result<(), ConfigError> {
    let _lock = lock(path);
    let mut secrets = secrets_of(path)?;
    let before = secrets.len();
    secrets.retain(|(name, _)| name != kid);
    if secrets.len() == before {
        return Err(ConfigError::Unknown(format!("auth.secrets with kid = \"{kid}\"")));
    }
    put_secrets(path, &secrets)
}

fn secrets_of(path: &Path) -> Result<Vec<(String, Secret)>, ConfigError> {
    let settings = super::load(path)?.settings;
    Ok(settings.auth.secrets.into_iter().map(|one| (one.kid, one.secret)).collect())
}

/// As `[[auth.secrets]]`, whatever form they had.
fn put_secrets(path: &Path, secrets: &[(String, Secret)]) -> Result<(), ConfigError> {
    let changed = edit(path, "auth.secrets", |document| {
        let mut tables = ArrayOfTables::new();
        for (kid, secret) in secrets {
            let mut table = Table::new();
            table.insert("kid", value(kid.as_str()));
            table.insert("secret", value(secret.reveal()));
            tables.push(table);
        }
        let auth = document.entry("auth").or_insert(Item::Table(Table::new()));
        let unknown = || ConfigError::Unknown("auth".to_owned());
        let auth = auth.as_table_mut().ok_or_else(unknown)?;
        auth.insert("secrets", Item::ArrayOfTables(tables));
        Ok(())
    })?;
    changed.write()
}

/// `key`: what is changed, for the message. The caller holds the lock.
fn edit(
    path: &Path,
    key: &str,
    change: impl FnOnce(&mut DocumentMut) -> Result<(), ConfigError>,
) -> Result<Changed, ConfigError> {
    super::load(path)?;
    let unreadable = |reason: String| ConfigError::Unreadable { path: path.to_owned(), reason };
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let mut document: DocumentMut = text
        .parse()
        .map_err(|error: toml_edit::TomlError| unreadable(error.message().to_owned()))?;
    change(&mut document)?;
    let text = document.to_string();
    let settings = parse(path, &text).map_err(|error| match error {
        // The line is one of a text that is not written.
        ConfigError::Malformed { reason, .. } => ConfigError::Unfit { key: key.to_owned(), reason },
        other => other,
    })?;
    Ok(Changed { settings, path: path.to_owned(), text, lock: None })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const TEXT: &str = "# mine\n[database]\nurl = \"mysql://u:p@h/d\" # the panel's\n\n[auth]\n\
        secrets = [{ kid = \"1\", secret = \"0123456789abcdef0123456789abcdef\" }]\n";

    /// Runs `work` on a file with `TEXT` and returns what it is then.
    fn after(work: impl FnOnce(&Path)) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        std::fs::write(&path, TEXT).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        work(&path);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn a_setting_is_changed_and_comments_stay() {
        let text = after(|path| {
            for (key, value) in [
                ("database.url", "mysql://u:new@h/d"),
                ("rate_limit.requests_per_minute", "7"),
                ("google.client_ids", "one.example, two.example"),
                ("server.public_url", "https://example.org"),
            ] {
                set(path, key, value).unwrap().write().unwrap();
            }
            let settings = super::super::load(path).unwrap().settings;
            assert_eq!(settings.rate_limit.requests_per_minute, 7);
            assert_eq!(settings.google.client_ids, ["one.example", "two.example"]);
        });
        assert!(
            text.starts_with("# mine\n[database]\nurl = \"mysql://u:new@h/d\" # the panel's"),
            "{text}"
        );
    }

    #[test]
    fn what_is_no_setting_or_does_not_fit_changes_nothing() {
        let text = after(|path| {
            for (key, value) in [
                ("nonsense", "1"),
                ("sync.nonsense", "1"),
                ("nonsense.x", "1"),
                ("sync.tombstone_retention_days", "0"),
                ("sync.tombstone_retention_days", "soon"),
                ("database.url.x", "1"),
            ] {
                assert!(set(path, key, value).is_err(), "{key}");
            }
            assert!(drop_secret(path, "1").is_err(), "the only one");
            assert!(drop_secret(path, "2").is_err(), "an unknown one");
        });
        assert_eq!(text, TEXT);
    }

    #[test]
    fn changes_at_once_lose_none() {
        const EACH: usize = 20;
        after(|path| {
            std::thread::scope(|scope| {
                let rotates = || (0..EACH).map(|_| rotate_secret(path).unwrap()).collect();
                let threads = [scope.spawn(rotates), scope.spawn(rotates)];
                for number in 0..EACH {
                    let text = number.to_string();
                    let key = "rate_limit.requests_per_minute";
                    set(path, key, &text).unwrap().write().unwrap();
                }
                let made = threads.map(|thread| -> Vec<String> { thread.join().unwrap() });
                let kept: Vec<String> =
                    secrets_of(path).unwrap().into_iter().map(|(kid, _)| kid).collect();
                assert_eq!(kept.len(), 1 + 2 * EACH);
                assert!(made.iter().flatten().all(|kid| kept.contains(kid)));
            });
        });
    }

    #[test]
    fn a_rotated_secret_signs_and_the_old_one_stays_until_it_is_dropped() {
        after(|path| {
            let kid = rotate_secret(path).unwrap();
            let kids = || secrets_of(path).unwrap().into_iter().map(|(kid, _)| kid);
            assert_eq!(kids().collect::<Vec<_>>(), [kid.as_str(), "1"]);
            drop_secret(path, "1").unwrap();
            assert_eq!(kids().collect::<Vec<_>>(), [kid]);
        });
    }
}
