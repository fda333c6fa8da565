//! Where this deployment lies on the host, and its records. Reads only.

use std::path::{Path, PathBuf};

use crate::mode::Mode;
use crate::records::{self, LIVE, MODE, SWITCHING, WEB};

/// The program in the web directory.
pub(crate) const PROGRAM: &str = "api";
/// The program's name while the service is in maintenance. The dot keeps it
/// from being fetched.
pub(crate) const AWAY: &str = ".weight-sync-away-api";

/// The folders and records of a deployment.
pub(crate) struct Deployment {
    /// The folder of the configuration.
    pub(crate) private: PathBuf,
    /// The web directory, if it is known.
    pub(crate) web: Option<PathBuf>,
    /// The name of the release in the web directory.
    pub(crate) live: Option<String>,
    /// How it was put live.
    pub(crate) mode: Option<Mode>,
    /// The release whose switch has not been verified.
    pub(crate) switching: Option<String>,
}

impl Deployment {
    /// The deployment with this configuration file.
    pub(crate) fn of(config: &Path) -> Self {
        let private = config.parent().unwrap_or(Path::new(".")).to_owned();
        let record = |name: &str| records::read(&private, name);
        let web = record(WEB).map(|path| private.join(path));
        let mode = record(MODE).and_then(|word| Mode::parse(&word));
        let (live, switching) = (record(LIVE), record(SWITCHING));
        Self { web: web.or_else(|| beside(&private)), private, live, mode, switching }
    }

    /// The folder of the live release, if it is there.
    pub(crate) fn release(&self) -> Option<PathBuf> {
        let folder = self.private.join("releases").join(self.live.as_ref()?);
        folder.join("weight-api").is_file().then_some(folder)
    }
}

/// The one folder beside the private one that has the program and its
/// `.htaccess`: a site that was installed by hand, or locally.
fn beside(private: &Path) -> Option<PathBuf> {
    let private = private.canonicalize().ok()?;
    let folders = std::fs::read_dir(private.parent()?).ok()?.flatten().map(|entry| entry.path());
    let is_web = |folder: &PathBuf| {
        let has_program = [PROGRAM, AWAY].iter().any(|name| folder.join(name).is_file());
        has_program && folder.join(".htaccess").is_file()
    };
    let mut found = folders.filter(is_web);
    found.next().filter(|_| found.next().is_none())
}

/// The path of this program, for commands that are shown.
pub(crate) fn this_program() -> String {
    std::env::current_exe().map_or("weightctl".to_owned(), |path| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_web_directory_is_the_recorded_one_or_the_only_one_beside() {
        let home = tempfile::tempdir().unwrap();
        let private = home.path().join("weight-sync");
        std::fs::create_dir(&private).unwrap();
        let web = || Deployment::of(&private.join("weight-sync.toml")).web;
        assert_eq!(web(), None);
        for name in ["one", "two"] {
            let folder = home.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join(".htaccess"), "").unwrap();
            std::fs::write(folder.join(PROGRAM), "").unwrap();
            let only = (name == "one").then(|| folder.canonicalize().unwrap());
            assert_eq!(web(), only);
        }
        std::fs::write(private.join("web"), "/home/me/site\n").unwrap();
        assert_eq!(web(), Some(PathBuf::from("/home/me/site")));
    }
}
