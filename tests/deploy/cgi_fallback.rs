//! A push to a host on which FastCGI does not work.

use crate::host_apache::Variation;
use crate::next_release::first;
use crate::shared_host::SharedHost;
use crate::support::waiting::wait_until;

/// Makes every process end as soon as mod_fcgid has started it.
const BROKEN: &str = "FcgidWrapper /bin/false\n";

#[test]
fn a_push_falls_back_to_cgi_when_fastcgi_fails_and_returns_to_fastcgi_when_it_works() {
    let mut host = SharedHost::with(&Variation { lines: BROKEN, ..Variation::default() });
    let said = host.push(&first());
    assert!(
        said.contains("FastCGI does not answer here") && said.contains("falling back to plain CGI"),
        "{said}"
    );
    assert!(said.contains("cold start on the host"), "{said}");
    let version = host.version();
    // A FastCGI process would stay. A CGI process may end a moment after its response.
    wait_until("CGI leaves no process behind", || host.programs().is_empty());
    let forced =
        host.deploy(&["push", "--mode", "fastcgi", "--binaries", &first().display().to_string()]);
    assert_eq!(forced.status.code(), Some(1), "forced means nothing else is tried");
    assert_eq!(host.version(), version);

    host.restart_apache(&Variation::default());
    host.push(&first());
    host.version();
    assert!(!host.programs().is_empty(), "FastCGI keeps its process");
    host.deploy_ok(&["push", "--mode=cgi", "--binaries", &first().display().to_string()]);
    host.version();
    wait_until("it goes when CGI is wanted", || host.programs().is_empty());
}
