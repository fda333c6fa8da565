//! Broken releases are refused before the upload or on the host, or rolled back after the smoke test.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::next_release::first;
use crate::shared_host::SharedHost;
use crate::support::folder::Folder;
use crate::support::site::said;
use crate::support::{Request, WEIGHT};

/// The files of a working copy that a push reads, with an edited `.htaccess`.
fn working_copy(folder: &Folder, edit: impl Fn(&str) -> String) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = folder.join("copy");
    let _ = std::fs::remove_dir_all(&copy);
    std::fs::create_dir_all(&copy).unwrap();
    for name in ["deploy.sh", "Cargo.toml", "public_html", "deploy"] {
        let status =
            Command::new("cp").arg("-a").arg(root.join(name)).arg(copy.join(name)).status();
        assert!(status.unwrap().success(), "{name}");
    }
    let htaccess = std::fs::read_to_string(root.join(".htaccess")).unwrap();
    std::fs::write(copy.join(".htaccess"), edit(&htaccess)).unwrap();
    copy
}

/// Removes the lines that pass tokens to the program, a fault that only the smoke test finds.
fn without_authorization(text: &str) -> String {
    text.replace("CGIPassAuth On", "")
        .replace("SetEnvIf Authorization", "SetEnvIf X-Nothing")
        .replace("E=HTTP_AUTHORIZATION", "E=NOTHING")
}

#[test]
fn files_deployed_by_hand_come_back_when_the_first_push_over_them_fails() {
    let (host, folder) = (SharedHost::start(), Folder::new());
    host.push(&first());
    // A deployment by hand leaves no record of releases.
    for name in ["releases", "live", "mode"] {
        let path = host.private().join(name);
        let _ =
            if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    }
    let before = std::fs::read(host.site.web.join(".htaccess")).unwrap();
    let copy = working_copy(&folder, without_authorization);
    let output = host.deploy_in(&copy, &["push", "--binaries", &first().display().to_string()]);
    assert!(
        !output.status.success() && said(&output).contains("returning to adopted-"),
        "{}",
        said(&output)
    );
    assert!(said(&output).contains("./deploy.sh logs --status 5xx"), "{}", said(&output));
    assert_eq!(std::fs::read(host.site.web.join(".htaccess")).unwrap(), before);
    host.send(&Request::get(WEIGHT).bearer(&host.token())).expect(200);
}

#[test]
fn a_broken_release_does_not_stay_live() {
    let (host, folder) = (SharedHost::start(), Folder::new());
    let binaries = first().display().to_string();
    host.push(&first());
    let token = host.token();
    let live = || std::fs::read_to_string(host.private().join("live")).unwrap();
    let htaccess = || std::fs::read_to_string(host.site.web.join(".htaccess")).unwrap();
    let (good, good_htaccess) = (live(), htaccess());
    let refused = |output: std::process::Output, because: &str| {
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains(because), "{}", said(&output));
        assert_eq!((live(), htaccess()), (good.clone(), good_htaccess.clone()), "{because}");
        host.send(&Request::get(WEIGHT).bearer(&token)).expect(200);
    };

    // Refused before the upload: the program could not run on the host.
    std::fs::create_dir(folder.join("dynamic")).unwrap();
    for program in ["weight-api", "weightctl"] {
        std::fs::copy("/bin/true", folder.join("dynamic").join(program)).unwrap();
    }
    let dynamic = folder.join("dynamic").display().to_string();
    refused(host.deploy(&["push", "--binaries", &dynamic]), "not statically linked");

    // Refused on the host before anything is live: Apache does not accept the directive there.
    let copy = working_copy(&folder, |text| format!("{text}\nFcgidMaxRequestLen 1000000\n"));
    refused(
        host.deploy_in(&copy, &["push", "--binaries", &binaries]),
        "CGI does not answer either",
    );

    // Found only by the smoke test: the push restores the previous release.
    let copy = working_copy(&folder, without_authorization);
    refused(host.deploy_in(&copy, &["push", "--binaries", &binaries]), "missing_token");
    let users = host.weightctl_ok(&["user", "list"]);
    assert!(!users.contains("smoke-test"), "the user of the smoke test is gone: {users}");
    let releases = host.deploy_ok(&["releases"]);
    assert!(!releases.contains("unverified"), "failed pushes leave no release: {releases}");
    assert!(releases.contains(good.trim()) && releases.contains("verified, live"), "{releases}");
}
