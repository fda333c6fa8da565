//! The PHP programs: php-cgi under the site's mod_fcgid, and mod_php in an Apache of its own (prefork, which mod_php
//! needs). All use the site's database server over TCP.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder};

use crate::packages;
use crate::site::Site;
use crate::support::executable;
use crate::support::folder::Folder;
use crate::support::port::Port;
use crate::support::processes::{arguments, find};
use crate::support::site::print_end;
use crate::support::waiting::wait_until;
use crate::users::{ENTRIES, User};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/throughput");

/// The specification's schema, an index for pulls, which it forgets, and the counters for its rate limit. All programs use
/// one database, as on a shared host, so each has tables with names of its own; `lean_` stands for their prefix.
const SCHEMA: [&str; 3] = [
    "CREATE TABLE lean_users (id VARCHAR(36) PRIMARY KEY) \
     ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci",
    "CREATE TABLE lean_rates (user_id VARCHAR(36) NOT NULL, minute INT NOT NULL, requests INT NOT NULL, \
     PRIMARY KEY (user_id, minute)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci",
    "CREATE TABLE lean_entries (id VARCHAR(36) PRIMARY KEY, user_id VARCHAR(36) NOT NULL, \
     weight_value DECIMAL(6,2) NOT NULL, unit VARCHAR(10) NOT NULL, timestamp DATETIME NOT NULL, \
     created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, \
     updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, deleted_at DATETIME NULL, \
     FOREIGN KEY (user_id) REFERENCES lean_users(id) ON DELETE CASCADE, INDEX idx_user_timestamp (user_id, timestamp), \
     INDEX idx_user_id (user_id), INDEX idx_timestamp (timestamp), INDEX idx_user_updated (user_id, updated_at)) \
     ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci",
];

/// opcache is on and never looks at the files again. Only the extensions that the programs need are loaded.
const INI: &str = "zend_extension=opcache\nextension=mysqlnd\nextension=pdo\nextension=pdo_mysql\n\
     opcache.enable=1\nopcache.validate_timestamps=0\n\
     error_reporting=E_ALL & ~E_DEPRECATED & ~E_STRICT\nlog_errors=1\ndisplay_errors=0\n";

/// For `lean.php`: no rewriting.
const LEAN_HTACCESS: &str = "CGIPassAuth On\nFallbackResource /index.php\n";

/// The one of Slim's documentation.
const SLIM_HTACCESS: &str = "RewriteEngine On\nRewriteCond %{HTTP:Authorization} .\n\
     RewriteRule ^ - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]\n\
     RewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule ^ index.php [QSA,L]\n";

/// An installed PHP program. Dropping it stops its Apache, where it has one.
pub(crate) struct Php {
    folder: Folder,
    database: Opts,
    prefix: &'static str,
    pub(crate) port: Port,
    apache: Option<Child>,
}

impl Php {
    /// Installs `lean.php`, with its own tables. `database_port` is that of the database or of a proxy before it.
    pub(crate) fn lean(site: &Site, database_port: u16, prefix: &'static str) -> Self {
        let php = Self::new(site, database_port, prefix);
        let text = std::fs::read_to_string(Path::new(SOURCES).join("lean.php")).expect("lean.php");
        let text = text.replace("lean_", prefix);
        std::fs::write(php.folder.join("web/index.php"), text).expect("the program");
        std::fs::write(php.folder.join("web/.htaccess"), LEAN_HTACCESS).expect("an .htaccess");
        php
    }

    /// Installs the Slim-like program.
    pub(crate) fn slim(site: &Site, database_port: u16) -> Self {
        let php = Self::new(site, database_port, "slim_");
        copy(&Path::new(SOURCES).join("slim"), php.folder.path());
        std::fs::write(php.folder.join("web/.htaccess"), SLIM_HTACCESS).expect("an .htaccess");
        php
    }

    fn new(site: &Site, database_port: u16, prefix: &'static str) -> Self {
        let database = Opts::from_url(&site.database_url).expect("a URL");
        let folder = Folder::new();
        std::fs::create_dir(folder.join("web")).expect("a folder");
        std::fs::write(folder.join("php.ini"), INI).expect("php.ini");
        let settings = settings(&database, database_port, &site.secret());
        std::fs::write(folder.join("config.php"), settings).expect("the settings");
        let php = Self { folder, database, prefix, port: Port::take(), apache: None };
        let mut connection = php.connect();
        for table in SCHEMA {
            connection.query_drop(table.replace("lean_", prefix)).expect("a table");
        }
        php
    }

    fn connect(&self) -> Conn {
        let options = OptsBuilder::from_opts(self.database.clone()).prefer_socket(false);
        Conn::new(options).expect("the database answers")
    }

    /// Adds users, each with `entries` entries of which the last ten are changes not pulled yet.
    pub(crate) fn add(&self, users: &[User], entries: usize) {
        let mut connection = self.connect();
        let insert = format!(
            "INSERT INTO {}entries (id, user_id, weight_value, unit, timestamp, updated_at) \
             VALUES (UUID(), ?, 75.5, 'kg', '2020-01-01' + INTERVAL ? HOUR, IF(?, '2026-01-02', '2020-01-02'))",
            self.prefix
        );
        connection.query_drop("START TRANSACTION").expect("a transaction");
        for User { id, .. } in users {
            let user = format!("INSERT INTO {}users VALUES (?)", self.prefix);
            connection.exec_drop(user, (id,)).expect("a user");
            let rows = (0..entries).map(|number| (id, number, number + 10 >= entries));
            connection.exec_batch(&insert, rows).expect("entries");
        }
        connection.query_drop("COMMIT").expect("a commit");
    }

    /// Adds users with as many entries as [`crate::users::create_with_entries`] gives them.
    pub(crate) fn add_with_entries(&self, users: &[User]) {
        self.add(users, ENTRIES);
    }

    /// Apache's configuration for the program as php-cgi under mod_fcgid, as a host sets it up: a wrapper that never ends
    /// a process after so many requests.
    pub(crate) fn virtual_host(&self) -> String {
        let (folder, port) = (self.folder.path().display(), self.port.number);
        let cgi = packages::program("php-cgi").expect("php-cgi");
        executable::script(
            &self.folder.join("php-cgi"),
            &format!(
                "#!/bin/sh\nexport PHP_INI_SCAN_DIR= PHP_FCGI_CHILDREN=0 PHP_FCGI_MAX_REQUESTS=0\n\
                 exec {} -c {folder}/php.ini\n",
                cgi.display()
            ),
        );
        format!(
            "Listen 127.0.0.1:{port}\n<VirtualHost 127.0.0.1:{port}>\nDocumentRoot {folder}/web\n\
             <Directory {folder}/web>\nAllowOverride All\nOptions SymLinksIfOwnerMatch ExecCGI\n\
             Require all granted\n<FilesMatch \"\\.php$\">\nSetHandler fcgid-script\n</FilesMatch>\n\
             FcgidWrapper {folder}/php-cgi .php\n</Directory>\n</VirtualHost>\n"
        )
    }

    /// Starts the program under mod_php, with exactly so many processes, as the user of the site's Apache.
    pub(crate) fn start_apache(&mut self, site: &Site, processes: u16) {
        let configuration = self.folder.join("httpd.conf");
        std::fs::write(&configuration, self.module_configuration(processes)).expect("httpd.conf");
        let apache = &site.instance.status["apache_pid"];
        let owner = std::fs::metadata(format!("/proc/{apache}")).expect("Apache runs");
        let mut command = Command::new("/usr/sbin/apache2");
        command.args(["-DFOREGROUND", "-f"]).arg(configuration).env("PHP_INI_SCAN_DIR", "");
        if owner.uid() != rustix::process::geteuid().as_raw() {
            std::os::unix::fs::chown(self.folder.path(), Some(owner.uid()), Some(owner.gid()))
                .expect("given");
            command.uid(owner.uid()).gid(owner.gid());
        }
        self.apache = Some(command.stdin(Stdio::null()).spawn().expect("Apache starts"));
        wait_until("Apache with PHP answers", || {
            std::net::TcpStream::connect(("127.0.0.1", self.port.number)).is_ok()
        });
    }

    fn module_configuration(&self, processes: u16) -> String {
        let (folder, port) = (self.folder.path().display(), self.port.number);
        let modules = "/usr/lib/apache2/modules";
        let php = packages::php_module().expect("mod_php");
        format!(
            "ServerRoot {folder}\nDefaultRuntimeDir {folder}\nPidFile {folder}/apache.pid\nErrorLog {folder}/error.log\n\
             LoadModule mpm_prefork_module {modules}/mod_mpm_prefork.so\n\
             LoadModule authz_core_module {modules}/mod_authz_core.so\n\
             LoadModule setenvif_module {modules}/mod_setenvif.so\n\
             LoadModule alias_module {modules}/mod_alias.so\nLoadModule dir_module {modules}/mod_dir.so\n\
             LoadModule php_module {}\nPHPIniDir {folder}\n\
             LogFormat \"%h %t \\\"%r\\\" %>s %b %D\" combined_ms\nCustomLog {folder}/access.log combined_ms\n\
             Listen 127.0.0.1:{port}\nServerName 127.0.0.1\nDocumentRoot {folder}/web\n\
             <Directory />\nAllowOverride None\n</Directory>\n\
             ServerLimit {processes}\nMaxRequestWorkers {processes}\nStartServers {processes}\n\
             MinSpareServers {processes}\nMaxSpareServers {processes}\n\
             AliasMatch ^/api/ {folder}/web/index.php\nSetHandler application/x-httpd-php\n\
             SetEnvIf Authorization (.*) HTTP_AUTHORIZATION=$1\n",
            php.display()
        )
    }

    /// The processes of php-cgi, or of the Apache with mod_php.
    pub(crate) fn process_ids(&self) -> Vec<u32> {
        let files = ["php.ini", "httpd.conf"].map(|name| self.folder.join(name));
        let is_named = |argument: &String| files.iter().any(|file| Path::new(argument) == file);
        find(|id| arguments(id).iter().any(is_named))
    }
}

impl Drop for Php {
    fn drop(&mut self) {
        if let Some(mut apache) = self.apache.take() {
            if std::thread::panicking() {
                print_end(&self.folder.join("error.log"));
            }
            let _ = Command::new("kill").arg(apache.id().to_string()).status();
            let _ = apache.wait();
        }
    }
}

/// The file that a person would write, with the database's address and the secret.
fn settings(database: &Opts, port: u16, secret: &str) -> String {
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    let name = database.get_db_name().expect("a name");
    format!(
        "<?php\nreturn [\n    'dsn' => 'mysql:host=127.0.0.1;port={port};dbname={name};charset=utf8mb4',\n    \
         'user' => '{}',\n    'password' => '{}',\n    'secret' => '{}',\n    'requests_a_minute' => 10000000,\n];\n",
        quoted(database.get_user().unwrap_or_default()),
        quoted(database.get_pass().unwrap_or_default()),
        quoted(secret)
    )
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            std::fs::copy(source, target).expect("a file");
        }
    }
}
