//! Finds, checks, reads and writes the configuration file.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::Settings;

/// The environment variable that names the file.
const VARIABLE: &str = "WEIGHT_SYNC_CONFIG";
/// The file's path inside the private folder.
const PLACE: &str = "weight-sync/weight-sync.toml";
/// How many levels above the executable to look for the private folder: beside
/// the web root, beside the web root's parent, or above `bin/`.
const LEVELS: usize = 3;

/// Why the configuration file cannot be used or written.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// None of these places holds a file.
    #[error("no configuration found: looked for {}; set WEIGHT_SYNC_CONFIG, or make one with weightctl config init", .0.join(", "))]
    NotFound(Vec<String>),
    /// The file cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        reason: String,
    },
    /// Others have permissions on the file, and it holds secrets.
    #[error(
        "{path} holds secrets and is open to other users (mode {mode:04o}): run chmod 600 {path}"
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is not TOML, or does not have the expected keys and types.
    #[error("{path}: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line and reason; never a value of the file.
        reason: String,
    },
    /// The file has invalid values.
    #[error("{path}: {}", complaints.join("; "))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// A sentence for each invalid value.
        complaints: Vec<String>,
    },
    /// An unknown key.
    #[error("there is no setting {0}")]
    Unknown(String),
    /// The file could not be written.
    #[error("{path} cannot be written: {reason}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
}

/// Settings and the file that holds them.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The file.
    pub path: PathBuf,
    /// The settings in the file.
    pub settings: Settings,
}

/// Finds the file: `given`, else the file that WEIGHT_SYNC_CONFIG names, else
/// the first `weight-sync/weight-sync.toml` above the executable. Ignores HOME,
/// which mod_fcgid does not set.
///
/// # Errors
/// [`ConfigError::NotFound`] with every place that was searched.
pub fn find(given: Option<PathBuf>) -> Result<PathBuf, ConfigError> {
    if let Some(path) = given.or_else(|| std::env::var_os(VARIABLE).map(PathBuf::from)) {
        return Ok(path);
    }
    let executable = std::env::current_exe().unwrap_or_default();
    let candidates: Vec<PathBuf> =
        executable.ancestors().skip(2).take(LEVELS).map(|folder| folder.join(PLACE)).collect();
    let names = || candidates.iter().map(|path| path.display().to_string()).collect();
    candidates
        .iter()
        .find(|path| path.exists())
        .cloned()
        .ok_or_else(|| ConfigError::NotFound(names()))
}

/// Reads and checks a file.
pub fn load(path: &Path) -> Result<Loaded, ConfigError> {
    let unreadable = |error: std::io::Error| ConfigError::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let mode = std::fs::metadata(path).map_err(unreadable)?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(ConfigError::Exposed { path: path.to_owned(), mode });
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let settings = parse(path, &text)?;
    Ok(Loaded { path: path.to_owned(), settings })
}

/// Reads and checks the text of a file.
pub(super) fn parse(path: &Path, text: &str) -> Result<Settings, ConfigError> {
    let mut settings: Settings = toml::from_str(text).map_err(|error| ConfigError::Malformed {
        path: path.to_owned(),
        reason: describe(&error, text),
    })?;
    let complaints = settings.complaints();
    if !complaints.is_empty() {
        return Err(ConfigError::Invalid { path: path.to_owned(), complaints });
    }
    if let Some(folder) = path.parent() {
        let files = [&mut settings.log.file, &mut settings.database.tls_ca_file];
        for file in files.into_iter().flatten() {
            *file = folder.join(&file);
        }
        settings.folder = Some(folder.to_owned());
    }
    Ok(settings)
}

/// Returns line and reason without the parser's excerpt, which may show a
/// secret.
fn describe(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}: {}", before.matches('\n').count() + 1, error.message())
}

/// Writes settings to a file that only its owner may read. Without `replace` an
/// existing file stays and is an error.
///
/// # Errors
/// [`ConfigError::Invalid`] before anything is written, or
/// [`ConfigError::Unwritable`].
pub fn write_new(path: &Path, settings: &Settings, replace: bool) -> Result<(), ConfigError> {
    let complaints = settings.complaints();
    if !complaints.is_empty() {
        return Err(ConfigError::Invalid { path: path.to_owned(), complaints });
    }
    let unwritable = |reason: String| ConfigError::Unwritable { path: path.to_owned(), reason };
    let _lock = lock(path);
    if !replace && path.exists() {
        return Err(unwritable("it exists; --force replaces it".into()));
    }
    let text = toml::to_string(settings).map_err(|error| unwritable(error.to_string()))?;
    put(path, &[HEAD, &text].concat())
}

/// Waits until nobody else changes files of this folder, and keeps others from
/// it until the lock is dropped. Goes on without where the file system has none.
pub(super) fn lock(path: &Path) -> Option<File> {
    let folder = File::open(folder(path)).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

fn folder(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Writes a file that only its owner may read in place of the present one. The
/// caller holds the [`lock`].
pub(super) fn put(path: &Path, text: &str) -> Result<(), ConfigError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    // A file left by an interrupted run may have other permissions.
    let _ = std::fs::remove_file(&beside);
    let write = || {
        let options = File::options().write(true).create_new(true).mode(0o600).to_owned();
        let mut file = options.open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, path)?;
        File::open(folder(path))?.sync_all()
    };
    write().map_err(|error: std::io::Error| ConfigError::Unwritable {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

const HEAD: &str = "# weight-sync: see docs/CONFIGURATION.md. Holds secrets: keep mode 0600,\n\
                    # outside the web root.\n\n";

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder for one test, removed on drop.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let name = format!("weight-sync-{}", uuid::Uuid::now_v7());
            let path = std::env::temp_dir().join(name);
            std::fs::create_dir(&path).unwrap();
            Self(path)
        }

        fn file(&self, name: &str) -> PathBuf {
            self.0.join(name)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn write(path: &Path, text: &str, mode: u32) {
        std::fs::write(path, text).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    const LEAST: &str = "[database]\nurl = \"mysql://u:p@h/d\"\n[auth]\n\
        secrets = [{ kid = \"1\", secret = \"0123456789abcdef0123456789abcdef\" }]\n";

    #[test]
    fn a_minimal_file_holds_a_database_and_a_secret() {
        let folder = Folder::new();
        let path = folder.file("c.toml");
        write(&path, LEAST, 0o600);
        let settings = load(&path).unwrap().settings;
        assert_eq!(settings.rate_limit.requests_per_minute, 100);
        assert_eq!(settings.database.pool_max, 1);
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let folder = Folder::new();
        let path = folder.file("c.toml");
        for mode in [0o644, 0o640, 0o604] {
            write(&path, LEAST, mode);
            assert!(matches!(load(&path), Err(ConfigError::Exposed { .. })));
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line_and_without_a_secret() {
        let folder = Folder::new();
        let path = folder.file("c.toml");
        write(&path, &format!("{LEAST}[rate_limit]\nrequests_per_minut = 5\n"), 0o600);
        let error = load(&path).unwrap_err().to_string();
        assert!(error.contains("line 6") && error.contains("requests_per_minut"), "{error}");
        write(&path, "[database]\nurl = \"mysql://u:hidden@h/d\n", 0o600);
        assert!(!load(&path).unwrap_err().to_string().contains("hidden"));
    }

    #[test]
    fn all_invalid_values_are_reported_at_once() {
        let folder = Folder::new();
        let path = folder.file("c.toml");
        let text = LEAST.replace("0123456789abcdef0123456789abcdef", "short")
            + "[sync]\ntombstone_retention_days = 0\n";
        write(&path, &text, 0o600);
        let error = load(&path).unwrap_err().to_string();
        assert!(
            error.contains("32 bytes") && error.contains("tombstone_retention_days"),
            "{error}"
        );
    }

    #[test]
    fn a_written_file_reads_back_and_is_private() {
        let folder = Folder::new();
        let (given, path) = (folder.file("a.toml"), folder.file("b.toml"));
        write(&given, LEAST, 0o600);
        let settings = load(&given).unwrap().settings;
        write_new(&path, &settings, false).unwrap();
        assert_eq!(load(&path).unwrap().settings.database.url, settings.database.url);
        assert!(write_new(&path, &settings, false).is_err());
        write_new(&path, &settings, true).unwrap();
    }
}
