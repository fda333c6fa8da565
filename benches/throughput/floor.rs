//! The C program that only says hello, compiled and installed in the same Apache.

use std::process::Command;

use crate::support::site::Instance;

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/throughput/hello.c");
pub(crate) const TARGET: &str = "/floor/hello.fcgi";

/// A separate `.htaccess`, since the site's serves only the service.
const HTACCESS: &str =
    "Options +ExecCGI\nAddHandler fcgid-script .fcgi\nRewriteEngine On\nRewriteRule ^ - [L]\n";

pub(crate) fn install(instance: &Instance) {
    let folder = instance.web().join("floor");
    std::fs::create_dir(&folder).expect("a folder in the web directory");
    std::fs::write(folder.join(".htaccess"), HTACCESS).expect("an .htaccess");
    let program = folder.join("hello.fcgi");
    let compiled = Command::new("cc").args(["-O2", "-o"]).arg(program).arg(SOURCE).status();
    assert!(compiled.is_ok_and(|status| status.success()), "cc compiles hello.c");
}
