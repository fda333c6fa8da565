//! nginx, and Apache with mod_proxy_fcgi, in front of a process that the test has started. Both keep their connections to
//! the process open, unlike mod_fcgid.

use std::collections::BTreeSet;
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::{Server, announce, print_end};
use crate::support::folder::Folder;
use crate::support::port::Port;
use crate::support::processes::{Signal, signal};
use crate::support::waiting::wait_until;

/// The user that servers run as where the tests run as root: Apache refuses to serve as root.
const NOBODY: u32 = 65534;

/// A running web server. Dropping it stops it.
pub(crate) struct WebServer {
    pub(crate) base_url: String,
    child: Child,
    folder: Folder,
    _port: Port,
}

impl WebServer {
    /// Starts nginx in front of the first process of `server`.
    pub(crate) fn nginx(server: &Server) -> Self {
        Self::start(server, &["/usr/sbin/nginx", "-e", "stderr", "-c"], |folder, port, socket| {
            // Debian's fastcgi_params, as a site would include it.
            format!(
                "daemon off; pid {folder}/pid; worker_processes 1; events {{}} \
                 http {{ access_log off; client_body_temp_path {folder}/body; fastcgi_temp_path {folder}/fastcgi; \
                 proxy_temp_path {folder}/proxy; scgi_temp_path {folder}/scgi; uwsgi_temp_path {folder}/uwsgi; \
                 upstream weight_api {{ server unix:{socket}; keepalive 4; }} \
                 server {{ listen 127.0.0.1:{port}; location /api/ {{ \
                 include /etc/nginx/fastcgi_params; fastcgi_pass weight_api; fastcgi_keep_conn on; }} }} }}"
            )
        })
    }

    /// Starts Apache with mod_proxy_fcgi in front of the first process of `server`.
    pub(crate) fn apache_proxy(server: &Server) -> Self {
        Self::start(server, &["/usr/sbin/apache2", "-DFOREGROUND", "-f"], |folder, port, socket| {
            let modules = ["mpm_event", "authz_core", "unixd", "proxy", "proxy_fcgi"];
            let load = |name: &str| {
                let file = format!("/usr/lib/apache2/modules/mod_{name}.so");
                // Some distributions compile it in.
                let is_there = Path::new(&file).exists();
                if is_there { format!("LoadModule {name}_module {file}\n") } else { String::new() }
            };
            let loads = modules.map(load).concat();
            format!(
                "{loads}ServerRoot {folder}\nDefaultRuntimeDir {folder}\nPidFile {folder}/pid\nErrorLog {folder}/log\n\
                 Listen 127.0.0.1:{port}\nServerName 127.0.0.1:{port}\nStartServers 1\nServerLimit 1\n\
                 MaxRequestWorkers 25\nMinSpareThreads 25\nMaxSpareThreads 25\n\
                 ProxyPass /api/ unix:{socket}|fcgi://weight-api/api/ enablereuse=on\n\
                 <Location /api/>\nCGIPassAuth On\n</Location>\n"
            )
        })
    }

    /// Runs `command` with a configuration file made of a folder, a port and the process's socket.
    fn start(
        server: &Server,
        command: &[&str],
        configuration: impl Fn(&str, u16, &str) -> String,
    ) -> Self {
        let (folder, port) = (Folder::new(), Port::take());
        let (file, log) = (folder.join("configuration"), folder.join("log"));
        let path = |path: &Path| path.to_str().expect("a path in UTF-8").to_owned();
        let text = configuration(&path(folder.path()), port.number, &path(server.socket(0)));
        std::fs::write(&file, text).expect("a file");
        let log = std::fs::File::create(&log).expect("a file");
        let mut command_line = Command::new(command[0]);
        command_line
            .args(&command[1..])
            .arg(&file)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        if rustix::process::geteuid().is_root() {
            command_line.uid(NOBODY).gid(NOBODY);
            for path in [folder.path(), &folder.join("log")] {
                chown(path, Some(NOBODY), Some(NOBODY)).expect("root may");
            }
            let everyone = std::fs::Permissions::from_mode(0o666);
            std::fs::set_permissions(server.socket(0), everyone).expect("a socket");
        }
        let base_url = format!("http://127.0.0.1:{}", port.number);
        announce(server, &base_url);
        let child = command_line.spawn().unwrap_or_else(|error| {
            panic!("{}: {error}; tests/run installs its package", command[0])
        });
        let mut web_server = Self { base_url, child, folder, _port: port };
        wait_until("the web server listens", || {
            let has_ended = web_server.child.try_wait().expect("a child").is_some();
            assert!(!has_ended, "the web server has ended");
            TcpStream::connect(("127.0.0.1", web_server._port.number)).is_ok()
        });
        web_server
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        if std::thread::panicking() {
            print_end(&self.folder.join("log"));
        }
        // The first process ends the others.
        signal(self.child.id(), Signal::TERM);
        let _ = self.child.wait();
    }
}

/// The connections that a process holds open on its socket, by inode.
pub(crate) fn connections(server: &Server) -> BTreeSet<String> {
    let socket = server.socket(0).display().to_string();
    let table = std::fs::read_to_string("/proc/net/unix").expect("/proc");
    let columns = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    // Number, references, protocol, flags, type, state (03: connected), inode, path.
    let connected = columns.filter(|row| row.last() == Some(&socket.as_str()) && row[5] == "03");
    connected.map(|row| row[6].to_owned()).collect()
}
