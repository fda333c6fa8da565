//! Compares the files on the host with the release that is live, and their
//! permissions with what Apache's suexec demands.

use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::finding::{Check, FILES, Finding, PUSH};
use super::htaccess;
use crate::deployment::{AWAY, Deployment, PROGRAM, this_program};
use crate::mode::Mode;

const RELEASE: Check = Check(FILES, "release");
const FOLDERS: Check = Check(FILES, "web directory");
const FILE: Check = Check(FILES, "program");
const PAGES: Check = Check(FILES, "pages");

/// `answers`: whether the service can be reached from outside.
pub(super) fn examine(deployment: &Deployment, answers: bool) -> Vec<Finding> {
    let Some(web) = &deployment.web else {
        let reason = "the web directory is not known: ./deploy.sh push records it";
        return vec![RELEASE.skip(reason)];
    };
    let release = deployment.release();
    let mut findings = vec![live(deployment, release.is_some())];
    if !web.is_dir() {
        let reason = format!("{} is not there", web.display());
        findings
            .push(FOLDERS.fail(reason, format!("see the site in the host's panel; then {PUSH}")));
        return findings;
    }
    let Ok(owner) = deployment.private.metadata().map(|folder| folder.uid()) else {
        return findings;
    };
    findings.push(folders(web, owner, answers));
    findings.push(program(web, owner, release.as_deref()));
    findings.push(htaccess::examine(
        web,
        release.as_deref(),
        deployment.mode.unwrap_or(Mode::Fcgid),
    ));
    findings.push(pages(web, release.as_deref()));
    findings
}

fn live(deployment: &Deployment, is_there: bool) -> Finding {
    if let Some(name) = &deployment.switching {
        return RELEASE.warn(
            format!("the switch to {name} was interrupted, or not verified"),
            "./deploy.sh push, or ./deploy.sh rollback",
        );
    }
    match &deployment.live {
        None => {
            RELEASE.skip("none is recorded: these files were not installed by ./deploy.sh push")
        }
        Some(name) if is_there => RELEASE.pass(format!("{name} is live")),
        Some(name) => {
            let folder = deployment.private.join("releases");
            let reason = format!("{name} is live, but not in {}", folder.display());
            RELEASE.warn(reason, "./deploy.sh push: files can be compared, and brought back, again")
        }
    }
}

/// suexec refuses what the group may write. Apache must be able to enter.
fn folders(web: &Path, owner: u32, answers: bool) -> Finding {
    let own = [web.to_owned(), web.join("account"), web.join("problems")];
    for folder in own.iter().filter(|folder| folder.is_dir()) {
        let Ok(metadata) = folder.metadata() else { continue };
        if let Some(finding) = wrong_owner(FOLDERS, folder, &metadata, owner) {
            return finding;
        }
        let (mode, shown) = (bits(&metadata), folder.display());
        if mode & 0o022 != 0 || mode & 0o005 != 0o005 {
            let what = match mode & 0o022 {
                0 => "Apache may not enter",
                _ => "others may write there, so suexec refuses the program",
            };
            return FOLDERS
                .fail(format!("{shown}: {what} (mode {mode:04o})"), format!("chmod 755 {shown}"));
        }
    }
    let closed = web
        .ancestors()
        .skip(1)
        .find(|folder| folder.metadata().is_ok_and(|metadata| bits(&metadata) & 0o001 == 0));
    match closed {
        // Where it answers, the host has another way to let Apache in.
        Some(folder) if !answers => FOLDERS.fail(
            format!("Apache may not pass {}", folder.display()),
            format!("chmod 711 {}", folder.display()),
        ),
        _ => FOLDERS.pass(format!("{} is as suexec demands", web.display())),
    }
}

fn program(web: &Path, owner: u32, release: Option<&Path>) -> Finding {
    let path = web.join(PROGRAM);
    let shown = path.display();
    let Ok(metadata) = path.symlink_metadata() else {
        if web.join(AWAY).is_file() {
            let remedy = format!("{} maintenance off", this_program());
            return FILE.fail("the service is in maintenance: all requests get 503", remedy);
        }
        return FILE.fail(format!("{shown} is missing"), PUSH);
    };
    if !metadata.is_file() {
        let what = if metadata.is_symlink() { "a symbolic link" } else { "no regular file" };
        return FILE.fail(format!("{shown} is {what}, which suexec refuses"), PUSH);
    }
    if let Some(finding) = wrong_owner(FILE, &path, &metadata, owner) {
        return finding;
    }
    let mode = bits(&metadata);
    if mode & 0o022 != 0 || mode & 0o755 != 0o755 {
        let what = if mode & 0o022 != 0 {
            "others may write it, so suexec refuses it"
        } else {
            "Apache may not run it"
        };
        return FILE
            .fail(format!("{shown}: {what} (mode {mode:04o})"), format!("chmod 755 {shown}"));
    }
    let Some(original) = release.map(|release| release.join("weight-api")) else {
        return FILE.pass(format!("{shown} may be run; there is no release to compare it with"));
    };
    if is_equal(&path, &original) {
        return FILE.pass(format!("{shown} is the release's"));
    }
    let size = |path: &Path| path.metadata().map_or(0, |metadata| metadata.len());
    FILE.fail(
        format!(
            "{shown} is not the release's program ({} bytes, not {})",
            size(&path),
            size(&original)
        ),
        PUSH,
    )
}

/// The account page and the texts of Apache's errors.
fn pages(web: &Path, release: Option<&Path>) -> Finding {
    let (mut missing, mut changed) = (Vec::new(), Vec::new());
    let root = release.map(|release| release.join("public_html")).filter(|root| root.is_dir());
    match &root {
        Some(root) => {
            for name in names(root, Path::new("")) {
                let path = web.join(&name);
                if !path.is_file() {
                    missing.push(name.display().to_string());
                } else if !is_equal(&path, &root.join(&name)) {
                    changed.push(name.display().to_string());
                }
            }
        }
        None => {
            let all = [
                "account/index.html",
                "account/.htaccess",
                "problems/500.json",
                "problems/.htaccess",
            ];
            missing.extend(
                all.iter().filter(|name| !web.join(name).is_file()).map(|name| (*name).to_owned()),
            );
        }
    }
    if !missing.is_empty() {
        let reason = format!("missing in {}: {}", web.display(), missing.join(", "));
        return PAGES.fail(reason, format!("{PUSH}; app stores demand the account page"));
    }
    if !changed.is_empty() {
        let reason = format!("changed since the push: {}", changed.join(", "));
        return PAGES.warn(reason, format!("{PUSH}; make changes in the repository"));
    }
    PAGES.pass("the account page and the texts of errors are there")
}

/// Relative paths of all files below `root`.
fn names(root: &Path, below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root.join(below)).into_iter().flatten().flatten() {
        let name = below.join(entry.file_name());
        if entry.path().is_dir() { found.extend(names(root, &name)) } else { found.push(name) }
    }
    found.sort();
    found
}

/// `owner`: the user of the private folder, as whom suexec runs the program.
fn wrong_owner(check: Check, path: &Path, metadata: &Metadata, owner: u32) -> Option<Finding> {
    let found = metadata.uid();
    (found != owner).then(|| {
        check.fail(
            format!(
                "{} belongs to user {found}, not to user {owner} as the configuration: suexec refuses it",
                path.display()
            ),
            "ask the host to give it back (chown), or remove it and push",
        )
    })
}

fn bits(metadata: &Metadata) -> u32 {
    metadata.permissions().mode() & 0o7777
}

fn is_equal(one: &Path, other: &Path) -> bool {
    match (std::fs::read(one), std::fs::read(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}
