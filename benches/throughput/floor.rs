//! The C program that only says hello, compiled and served by the site's Apache.

use std::process::Command;

use crate::support::folder::Folder;
use crate::support::port::Port;
use crate::support::processes::{executable, find};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/throughput/hello.c");
pub(crate) const TARGET: &str = "/hello.fcgi";

/// The least that a FastCGI program needs on a shared host.
const HTACCESS: &str = "Options +ExecCGI\nSetHandler fcgid-script\n";

pub(crate) struct Floor {
    folder: Folder,
    pub(crate) port: Port,
}

impl Floor {
    pub(crate) fn compile() -> Self {
        let folder = Folder::new();
        std::fs::write(folder.join(".htaccess"), HTACCESS).expect("an .htaccess");
        let program = folder.join("hello.fcgi");
        let compiled = Command::new("cc").args(["-O2", "-o"]).arg(program).arg(SOURCE).status();
        assert!(compiled.is_ok_and(|status| status.success()), "cc compiles hello.c");
        Self { folder, port: Port::take() }
    }

    /// Apache's configuration for it: a site of its own, as ours is one.
    pub(crate) fn virtual_host(&self) -> String {
        let (port, web) = (self.port.number, self.folder.path().display());
        format!(
            "Listen 127.0.0.1:{port}\n<VirtualHost 127.0.0.1:{port}>\nDocumentRoot {web}\n\
             <Directory {web}>\nAllowOverride All\nOptions SymLinksIfOwnerMatch\nRequire all granted\n</Directory>\n\
             </VirtualHost>\n"
        )
    }

    pub(crate) fn program_ids(&self) -> Vec<u32> {
        find(|id| executable(id).is_some_and(|path| path.starts_with(self.folder.path())))
    }
}
