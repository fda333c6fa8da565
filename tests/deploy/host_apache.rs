//! A shared host's Apache: the configuration of `deploy.sh local` with suexec, TLS and a host's limits on `.htaccess`.

use std::fmt::Write;
use std::fs::File;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::shared_host::run;
use crate::support::certificates::Authority;
use crate::support::processes::{Signal, signal};
use crate::support::waiting::wait_until;

/// Modules that a host loads and `deploy.sh local` does not.
const HOST_MODULES: [&str; 4] = ["suexec", "ssl", "socache_shmcb", "negotiation"];

/// Modules that `.htaccess` can do without. A test may leave some out.
pub(crate) const OPTIONAL: [&str; 10] = [
    "env",
    "alias",
    "setenvif",
    "headers",
    "filter",
    "deflate",
    "expires",
    "negotiation",
    "cgid",
    "fcgid",
];

/// The differences from the usual Apache.
#[derive(Clone, Default)]
pub(crate) struct Variation {
    /// Modules of [`OPTIONAL`] to leave out.
    pub(crate) without: Vec<&'static str>,
    /// Lines to add to the server's configuration.
    pub(crate) lines: &'static str,
}

/// The site that Apache serves, its ports and its user.
pub(crate) struct Site {
    pub(crate) user: String,
    pub(crate) web: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) http_port: u16,
    pub(crate) https_port: u16,
    pub(crate) authority: Authority,
    /// The certificate for loopback, and its key.
    pub(crate) certificate: (PathBuf, PathBuf),
    /// An address of this machine other than loopback, if it has one.
    pub(crate) outside: Option<String>,
}

/// A running Apache. Dropping it ends the server.
pub(crate) struct Apache(Child);

impl Apache {
    pub(crate) fn start(site: &Site, variation: &Variation) -> Self {
        let folder = site.folder.display().to_string();
        let (web, port) = (site.web.display().to_string(), site.http_port.to_string());
        call("apache", &["apache_configure", &folder, &web, &port]);
        run("chown", &["-R", "www-data:www-data", &format!("{folder}/run/")]);
        let file = site.folder.join("httpd.conf");
        let text = std::fs::read_to_string(&file).expect("a configuration");
        std::fs::write(&file, as_host(&text, site, variation)).expect("a file");
        let log = File::options()
            .create(true)
            .append(true)
            .open(site.folder.join("start.log"))
            .expect("a log");
        let child = Command::new("/usr/sbin/apache2")
            .arg("-f")
            .arg(&file)
            .arg("-DFOREGROUND")
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn()
            .expect("Apache starts");
        let apache = Self(child);
        wait_until("Apache listens", || TcpStream::connect(("127.0.0.1", site.https_port)).is_ok());
        apache
    }
}

impl Drop for Apache {
    fn drop(&mut self) {
        // Its programs must end with it, which SIGKILL would prevent.
        signal(self.0.id(), Signal::TERM);
        let _ = self.0.wait();
    }
}

/// Calls a function of a file in `deploy/` and returns its output.
#[track_caller]
pub(crate) fn call(file: &str, function: &[&str]) -> String {
    let script = r#"set -eu; REPOSITORY=$1; source "$1/deploy/load.sh"; load "$2"; "${@:3}""#;
    run("bash", &[&["-c", script, "bash", env!("CARGO_MANIFEST_DIR"), file], function].concat())
}

/// Converts the configuration of `deploy.sh local` to a host's.
fn as_host(text: &str, site: &Site, variation: &Variation) -> String {
    let Site { user, http_port, https_port, .. } = site;
    let web = site.web.display();
    let without = |module: &str| variation.without.contains(&module);
    // The site's folder may not exist yet. Only the main server refuses that.
    let mut unwanted = vec!["DocumentRoot".to_owned()];
    unwanted.extend(variation.without.iter().map(|module| format!("LoadModule {module}_module")));
    // Directives of modules that are left out.
    for (module, directive) in [("fcgid", "Fcgid"), ("cgid", "ScriptSock")] {
        if without(module) {
            unwanted.push(directive.to_owned());
        }
    }
    let mut text: String = text
        .lines()
        .filter(|line| !unwanted.iter().any(|start| line.starts_with(start.as_str())))
        .flat_map(|line| [line, "\n"])
        .collect();
    for module in HOST_MODULES.into_iter().filter(|module| !without(module)) {
        let file = format!("/usr/lib/apache2/modules/mod_{module}.so");
        // Some distributions build some modules in.
        if Path::new(&file).exists() {
            writeln!(text, "LoadModule {module}_module {file}").expect("text");
        }
    }
    let (certificate, key) = (site.certificate.0.display(), site.certificate.1.display());
    if let Some(outside) = &site.outside {
        writeln!(text, "Listen {outside}:{http_port}").expect("text");
    }
    let lines = variation.lines;
    text + &format!(
        "User www-data\nGroup www-data\nListen 127.0.0.1:{https_port}\n\
         <Directory {web}>\nAllowOverride AuthConfig FileInfo Indexes Limit Options\n</Directory>\n\
         <VirtualHost *:{http_port}>\nDocumentRoot {web}\nSuexecUserGroup {user} {user}\n</VirtualHost>\n\
         <VirtualHost *:{https_port}>\nDocumentRoot {web}\nSuexecUserGroup {user} {user}\n\
         SSLEngine on\nSSLCertificateFile {certificate}\nSSLCertificateKeyFile {key}\n</VirtualHost>\n{lines}"
    )
}
