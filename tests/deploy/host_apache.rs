//! The Apache of a shared host: suexec, TLS, and what such a host allows in `.htaccess`.

use std::fs::File;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::shared_host::run;
use crate::support::waiting::wait_until;

/// What our `.htaccess` cannot do without, and what Apache needs to start as a host's.
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

/// What a host has besides; a test may leave some out.
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

/// Where it serves what, as whom.
pub(crate) struct Site {
    pub(crate) user: String,
    pub(crate) web: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) http_port: u16,
    pub(crate) https_port: u16,
    /// An address of this machine besides loopback, where it has one.
    pub(crate) outside: Option<String>,
}

/// Ends with this value.
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
        // SIGTERM: its programs are to end with it.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

fn configuration(site: &Site, variation: &Variation) -> String {
    let Site { user, http_port, https_port, .. } = site;
    let (folder, web) = (site.folder.display(), site.web.display());
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
                "SSLEngine on\nSSLCertificateFile {folder}/site.pem\nSSLCertificateKeyFile {folder}/site.key\n"
            ),
        ),
    ] {
        text.push_str(&format!(
            "<VirtualHost *:{port}>\nDocumentRoot {web}\nSuexecUserGroup {user} {user}\n{tls}</VirtualHost>\n"
        ));
    }
    text + variation.lines
}

/// A certificate for loopback, signed by an authority of its own.
pub(crate) fn make_certificates(folder: &Path) {
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(
        folder.join("site.ext"),
        "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\n",
    )
    .expect("a file");
    run(
        "openssl",
        &[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=weight-sync test authority",
            "-keyout",
            &path("ca.key"),
            "-out",
            &path("ca.pem"),
        ],
    );
    run(
        "openssl",
        &[
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-subj",
            "/CN=127.0.0.1",
            "-keyout",
            &path("site.key"),
            "-out",
            &path("site.csr"),
        ],
    );
    run(
        "openssl",
        &[
            "x509",
            "-req",
            "-in",
            &path("site.csr"),
            "-CA",
            &path("ca.pem"),
            "-CAkey",
            &path("ca.key"),
            "-set_serial",
            "1",
            "-days",
            "2",
            "-extfile",
            &path("site.ext"),
            "-out",
            &path("site.pem"),
        ],
    );
}
