//! The configuration file and its folder.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use weight_sync::config::{ConfigError, ForeignSettings, Loaded, find, load};
use weight_sync::handlers::service::Service;

use super::finding::{Check, Finding};

const FILE: Check = Check("configuration", "configuration");
const HASHING: Check = Check("configuration", "password hashing");
const FOLDER: Check = Check("configuration", "private folder");

/// The findings, and the configuration if it is valid.
pub(super) fn examine(given: Option<PathBuf>) -> (Vec<Finding>, Option<Loaded>) {
    match find(given).and_then(|path| load(&path)) {
        Ok(loaded) => {
            let shown = loaded.path.display();
            let tokens = tokens(loaded.settings.auth.foreign.as_ref());
            let registration =
                if loaded.settings.accounts.registration_open { "open" } else { "closed" };
            let found = FILE.pass(format!(
                "{shown} is valid, and readable by you alone; registration is {registration}; {tokens}"
            ));
            (vec![found, folder(&loaded.path)], Some(loaded))
        }
        Err(error) => (vec![FILE.fail(error.to_string(), remedy(&error))], None),
    }
}

/// The access tokens that are valid with this configuration.
fn tokens(foreign: Option<&ForeignSettings>) -> String {
    let Some(foreign) = foreign else { return "only this service's own tokens are valid".into() };
    let required: Vec<String> =
        foreign.require.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    format!("another backend's tokens are valid with {}", required.join(", "))
}

/// The settings are well-formed, but the service cannot start with them.
pub(super) fn unusable(reason: &str) -> Finding {
    let remedy = if reason.contains("database.url") {
        "weightctl config set database.url - ; percent-encode special characters"
    } else {
        "correct the setting"
    };
    FILE.fail(reason, remedy)
}

/// Whether concurrent password hashing can be capped across processes.
pub(super) fn hashing(service: &Service) -> Finding {
    match service.passwords.obstacle() {
        None => HASHING.pass("bounded across all processes"),
        Some(reason) => HASHING.warn(
            reason,
            "let the private folder be writable by its owner: a burst of sign-ins may take all memory",
        ),
    }
}

fn remedy(error: &ConfigError) -> String {
    match error {
        ConfigError::NotFound(_) => "make one by weightctl config init, or name it by --config",
        ConfigError::Exposed { .. } => {
            "other users may have read it: then change the database's password, and weightctl secret rotate"
        }
        ConfigError::Unreadable { path, .. } if !path.exists() => {
            "--config or WEIGHT_SYNC_CONFIG names a file that is not there: correct it, or leave it out"
        }
        ConfigError::Unreadable { .. } => "run the doctor as the user the deployment belongs to",
        ConfigError::Invalid { complaints, .. }
            if complaints.iter().any(|one| one.contains("auth.secrets")) =>
        {
            "write a longer one: openssl rand -base64 32; docs/CONFIGURATION.md describes every setting"
        }
        _ => "correct the line; docs/CONFIGURATION.md describes every setting",
    }
    .to_owned()
}

/// Other users must not have access: the folder also holds the log and the
/// programs.
fn folder(path: &Path) -> Finding {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return FOLDER.skip("the path has no folder part");
    };
    let shown = folder.display();
    match folder.metadata() {
        Ok(metadata) => match metadata.permissions().mode() & 0o777 {
            mode if mode & 0o022 != 0 => FOLDER.fail(
                format!("{shown} may be written to by others (mode {mode:04o})"),
                format!("chmod 700 {shown}: others could put another configuration there"),
            ),
            mode if mode & 0o055 != 0 => FOLDER.warn(
                format!("{shown} may be looked into by others (mode {mode:04o})"),
                format!("chmod 700 {shown}"),
            ),
            _ => FOLDER.pass(format!("{shown} is yours alone")),
        },
        Err(error) => FOLDER.warn(format!("{shown}: {error}"), "look at its permissions"),
    }
}
