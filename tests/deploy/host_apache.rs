//! The Apache of a shared host: suexec, TLS, and what such a host allows in `.htaccess`.

use std::fs::File;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::support::certificates::Authority;
use crate::support::processes::{Signal, signal};
use crate::support::waiting::wait_until;

/// What `.htaccess` cannot do without, and what Apache needs to start as a host's.
const NEEDED: [&str; 10] = [
    "mpm_event",
    "authn_core",
    "authz_core",
    "unixd",
    "dir",
    "mime",
    "rewrite",
    "suexec",
    "ssl",
    "socache_shmcb",
];

/// What a host has besides these; a test may leave some out.
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

/// How an Apache differs from a usual one.
#[derive(Clone, Default)]
pub(crate) struct Variation {
    /// Of [`OPTIONAL`].
    pub(crate) without: Vec<&'static str>,
    /// Lines for the server's configuration.
    pub(crate) lines: &'static str,
}

/// What it serves, where, and as which user.
pub(crate) struct Site {
    pub(crate) user: String,
    pub(crate) web: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) http_port: u16,
    pub(crate) https_port: u16,
    pub(crate) authority: Authority,
    /// The certificate for loopback, and its key.
    pub(crate) certificate: (PathBuf, PathBuf),
    /// An address of this machine besides loopback, where it has one.
    pub(crate) outside: Option<String>,
}

/// Ends when dropped.
pub(crate) struct Apache(Child);

impl Apache {
    pub(crate) fn start(site: &Site, variation: &Variation) -> Self {
        let file = site.folder.join("httpd.conf");
        std::fs::write(&file, configuration(site, variation)).expect("a file");
        std::fs::write(site.folder.join("mime.types"), "application/json json\ntext/html html\n")
            .expect("a file");
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
        // Its programs are to end with it, which SIGKILL would prevent.
        signal(self.0.id(), Signal::TERM);
        let _ = self.0.wait();
    }
}

fn configuration(site: &Site, variation: &Variation) -> String {
    let Site { user, http_port, https_port, .. } = site;
    let (folder, web) = (site.folder.display(), site.web.display());
    let (certificate, key) = (site.certificate.0.display(), site.certificate.1.display());
    let modules: String = NEEDED
        .iter()
        .chain(OPTIONAL.iter().filter(|name| !variation.without.contains(name)))
        .map(|name| (name, format!("/usr/lib/apache2/modules/mod_{name}.so")))
        // Some are built in, depending on the distribution.
        .filter(|(_, file)| Path::new(file).exists())
        .map(|(name, file)| format!("LoadModule {name}_module {file}\n"))
        .collect();
    let has = |name| !variation.without.contains(&name);
    let mut text = format!(
        "ServerRoot {folder}\nDefaultRuntimeDir {folder}\nPidFile {folder}/apache.pid\n{modules}\
         User www-data\nGroup www-data\nServerName localhost\nTypesConfig {folder}/mime.types\n\
         ErrorLog {folder}/error.log\nLogLevel warn\nTraceEnable Off\n\
         Listen 127.0.0.1:{http_port}\nListen 127.0.0.1:{https_port}\n\
         <Directory />\n AllowOverride None\n Require all denied\n</Directory>\n\
         <Directory {web}>\n AllowOverride AuthConfig FileInfo Indexes Limit Options\n Options SymLinksIfOwnerMatch\n \
         Require all granted\n</Directory>\n"
    );
    if let Some(outside) = &site.outside {
        text.push_str(&format!("Listen {outside}:{http_port}\n"));
    }
    if has("fcgid") {
        text.push_str(&format!(
            "FcgidIPCDir {folder}/fcgid\nFcgidProcessTableFile {folder}/fcgid.table\n"
        ));
    }
    if has("cgid") {
        text.push_str(&format!("ScriptSock {folder}/cgid.sock\n"));
    }
    for (port, tls) in [
        (http_port, String::new()),
        (
            https_port,
            format!(
                "SSLEngine on\nSSLCertificateFile {certificate}\nSSLCertificateKeyFile {key}\n"
            ),
        ),
    ] {
        text.push_str(&format!(
            "<VirtualHost *:{port}>\nDocumentRoot {web}\nSuexecUserGroup {user} {user}\n{tls}</VirtualHost>\n"
        ));
    }
    text + variation.lines
}
