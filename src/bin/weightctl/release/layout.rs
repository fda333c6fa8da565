//! Where everything lies on the host.

use std::path::{Path, PathBuf};

use super::files;
use crate::failure::Failure;
use crate::mode::Mode;
use crate::records::{self, SWITCHING, WEB};

/// The private folder's name, by which the programs find their configuration.
const PRIVATE: &str = "weight-sync";
/// The mark of a release that has passed its smoke test.
pub(super) const VERIFIED: &str = "verified";
/// The end of the name of an upload that is not a release yet.
pub(super) const UPLOADING: &str = ".uploading";

/// The private folder.
pub(super) struct Layout {
    pub(super) private: PathBuf,
}

impl Layout {
    /// That of the running program, which is in it.
    pub(super) fn of_program() -> Result<Self, Failure> {
        let program =
            std::env::current_exe().map_err(|error| Failure::Failed(error.to_string()))?;
        let private = program.ancestors().skip(1).find(|folder| folder.ends_with(PRIVATE));
        let private = private.ok_or_else(|| {
            let shown = program.display();
            Failure::Usage(format!(
                "{shown} is not below a folder named {PRIVATE}: run the weightctl of a deployment"
            ))
        })?;
        Ok(Self { private: private.to_owned() })
    }

    pub(super) fn config(&self) -> PathBuf {
        self.private.join("weight-sync.toml")
    }

    pub(super) fn installed_weightctl(&self) -> PathBuf {
        self.private.join("bin/weightctl")
    }

    pub(super) fn releases(&self) -> PathBuf {
        self.private.join("releases")
    }

    pub(super) fn release(&self, name: &str) -> Release {
        Release(self.releases().join(name))
    }

    /// The line of a record, unless it is missing or empty.
    pub(super) fn record(&self, name: &str) -> Option<String> {
        records::read(&self.private, name)
    }

    /// The web directory of the deployment.
    pub(super) fn web(&self) -> Result<PathBuf, Failure> {
        self.record(WEB).map(PathBuf::from).ok_or_else(|| {
            Failure::Failed("nothing is deployed here yet".to_owned()).advise("./deploy.sh push")
        })
    }

    /// Marks a release as one that has passed its smoke test.
    pub(super) fn mark_verified(&self, name: &str) -> std::io::Result<()> {
        self.release(name).mark_verified()?;
        match std::fs::remove_file(self.private.join(SWITCHING)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => files::sync_folder(&self.private),
        }
    }
}

/// The folder of a release, or of an upload.
pub(super) struct Release(pub(super) PathBuf);

impl Release {
    pub(super) fn program(&self) -> PathBuf {
        self.0.join("weight-api")
    }

    pub(super) fn weightctl(&self) -> PathBuf {
        self.0.join("weightctl")
    }

    pub(super) fn htaccess(&self) -> PathBuf {
        self.0.join("htaccess")
    }

    /// The text of `.htaccess` for `mode`.
    pub(super) fn rendered_htaccess(&self, mode: Mode) -> std::io::Result<String> {
        Ok(mode.htaccess(&std::fs::read_to_string(self.htaccess())?))
    }

    /// Its mark is a file without a content, so that half of it is impossible.
    pub(super) fn mark_verified(&self) -> std::io::Result<()> {
        std::fs::File::create(self.0.join(VERIFIED))?.sync_all()?;
        files::sync_folder(&self.0)
    }

    /// The web files: each path in the web directory, and its file here.
    pub(super) fn pages(&self) -> std::io::Result<Vec<(PathBuf, PathBuf)>> {
        let root = self.0.join("public_html");
        if !root.is_dir() {
            return Ok(Vec::new());
        }
        let all = files::walk(&root)?;
        let relative = |file: &Path| file.strip_prefix(&root).map(Path::to_owned).ok();
        Ok(all.into_iter().filter_map(|file| Some((relative(&file)?, file))).collect())
    }
}
