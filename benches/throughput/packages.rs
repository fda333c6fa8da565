//! The packages that the peers need. `deploy/packages.sh` installs them as its group `bench`.

use std::path::{Path, PathBuf};

const MODULES: &str = "/usr/lib/apache2/modules";

/// Debian's names of the packages that are missing.
pub(crate) fn missing() -> Vec<&'static str> {
    let needed = [
        ("php-cgi", program("php-cgi").is_some()),
        ("php-mysql", extension("pdo_mysql.so")),
        ("php-opcache", extension("opcache.so")),
        ("libapache2-mod-php", php_module().is_some()),
        ("strace", program("strace").is_some()),
        ("gcc", program("cc").is_some()),
    ];
    needed.into_iter().filter(|(_, is_here)| !is_here).map(|(package, _)| package).collect()
}

/// The path of a program in `PATH`.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Apache's module for PHP; the newest, where there are several.
pub(crate) fn php_module() -> Option<PathBuf> {
    let is_php = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("libphp") && name.ends_with(".so")
    };
    files(Path::new(MODULES)).into_iter().filter(is_php).max()
}

fn extension(name: &str) -> bool {
    files(Path::new("/usr/lib/php")).iter().any(|folder| folder.join(name).is_file())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
