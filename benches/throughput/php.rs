//! The same routes in PHP (`lean.php`): mod_php in a separate Apache (prefork, which mod_php needs) with the same
//! database server.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder};

use crate::support::folder::Folder;
use crate::support::site::Instance;
use crate::support::waiting::wait_until;

const PROGRAM: &str = include_str!("lean.php");

/// The specification's schema, and the counters for its rate limit. Both programs use one database, as on a shared
/// host, so these tables have names of their own.
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
     INDEX idx_user_id (user_id), INDEX idx_timestamp (timestamp)) \
     ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci",
];

/// The PHP program's Apache. It is stopped when dropped.
pub(crate) struct Php {
    pub(crate) port: u16,
    apache: Child,
    _folder: Folder,
}

impl Php {
    /// Starts Apache. `None` if Debian's packages libapache2-mod-php, php-mysql and php-opcache are missing. They may
    /// be unpacked in the directory `WEIGHT_SYNC_TEST_PHP` instead of `/`.
    pub(crate) fn start(instance: &Instance, user_id: &str, entries: usize) -> Option<Self> {
        let roots = [std::env::var("WEIGHT_SYNC_TEST_PHP").unwrap_or_default(), String::new()];
        let find = |folder: &str, fits: &dyn Fn(&str) -> bool| -> Option<PathBuf> {
            roots.iter().find_map(|root| file_below(Path::new(&format!("{root}{folder}")), fits))
        };
        let module = find("/usr/lib/apache2/modules", &|name| name.starts_with("libphp"))?;
        let extension = |name: &str| find("/usr/lib/php", &|file| file == name);
        let kept = extension("opcache.so")?;
        let extensions =
            [extension("pdo.so")?, extension("mysqlnd.so")?, extension("pdo_mysql.so")?];
        let database = instance.status["database_url"].as_str().expect("a database");
        fill(database, user_id, entries);
        let folder = Folder::new();
        let web = folder.join("web");
        std::fs::create_dir(&web).expect("a folder");
        std::fs::write(web.join("index.php"), PROGRAM).expect("the program");
        let mut ini = format!("zend_extension={}\nopcache.validate_timestamps=0\n", kept.display());
        extensions.iter().for_each(|one| ini += &format!("extension={}\n", one.display()));
        std::fs::write(folder.join("php.ini"), ini).expect("php.ini");
        let port = free_port();
        let text = configuration(&folder.join(""), &module, port, database, &secret(instance));
        std::fs::write(folder.join("httpd.conf"), text).expect("httpd.conf");
        let owner =
            std::fs::metadata(format!("/proc/{}", instance.status["apache_pid"])).expect("Apache");
        let own = std::fs::metadata("/proc/self").expect("/proc").uid();
        let mut command = Command::new("/usr/sbin/apache2");
        command.args(["-DFOREGROUND", "-f"]).arg(folder.join("httpd.conf"));
        if owner.uid() != own {
            for path in [folder.join(""), web] {
                std::os::unix::fs::chown(path, Some(owner.uid()), Some(owner.gid()))
                    .expect("given");
            }
            command.uid(owner.uid()).gid(owner.gid());
        }
        let apache = command.stdin(Stdio::null()).spawn().expect("Apache starts");
        wait_until("Apache with PHP answers", || {
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        Some(Self { port, apache, _folder: folder })
    }
}

impl Drop for Php {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.apache.id().to_string()).status();
        let _ = self.apache.wait();
    }
}

fn file_below(folder: &Path, fits: &dyn Fn(&str) -> bool) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries.flatten().find_map(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return file_below(&path, fits);
        }
        fits(&entry.file_name().to_string_lossy()).then_some(path)
    })
}

fn fill(url: &str, user_id: &str, entries: usize) {
    let options = OptsBuilder::from_opts(Opts::from_url(url).expect("a URL")).prefer_socket(false);
    let mut database = Conn::new(options).expect("the database answers");
    for table in SCHEMA {
        database.query_drop(table).expect("a table");
    }
    database.exec_drop("INSERT INTO lean_users VALUES (?)", (user_id,)).expect("a user");
    // The last ten entries are changes that a phone has not pulled yet.
    let rows = (0..entries).map(|number| (user_id, number, number + 10 >= entries));
    let insert = "INSERT INTO lean_entries (id, user_id, weight_value, unit, timestamp, updated_at) \
        VALUES (UUID(), ?, 75.5, 'kg', '2020-01-01' + INTERVAL ? HOUR, IF(?, '2026-01-02', '2020-01-02'))";
    database.query_drop("START TRANSACTION").expect("a transaction");
    database.exec_batch(insert, rows).expect("entries");
    database.query_drop("COMMIT").expect("a commit");
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// The secret that signs new tokens (the first in the configuration).
fn secret(instance: &Instance) -> String {
    let config = instance.directory().join("weight-sync/weight-sync.toml");
    let text = std::fs::read_to_string(config).expect("a configuration");
    let line = text.lines().find_map(|line| line.strip_prefix("secret = \"")).expect("a secret");
    line.trim_end_matches('"').to_owned()
}

fn configuration(folder: &Path, module: &Path, port: u16, url: &str, secret: &str) -> String {
    let modules = "/usr/lib/apache2/modules";
    let folder = folder.display();
    let options = Opts::from_url(url).expect("a URL");
    let dsn = format!(
        "mysql:host=127.0.0.1;port={};dbname={};charset=utf8mb4",
        options.get_tcp_port(),
        options.get_db_name().expect("a name")
    );
    format!(
        "ServerRoot {folder}\nPidFile {folder}/apache.pid\nErrorLog {folder}/error.log\n\
         LoadModule mpm_prefork_module {modules}/mod_mpm_prefork.so\n\
         LoadModule authz_core_module {modules}/mod_authz_core.so\n\
         LoadModule env_module {modules}/mod_env.so\nLoadModule setenvif_module {modules}/mod_setenvif.so\n\
         LoadModule alias_module {modules}/mod_alias.so\nLoadModule dir_module {modules}/mod_dir.so\n\
         LoadModule php_module {}\nPHPIniDir {folder}\n\
         Listen 127.0.0.1:{port}\nServerName 127.0.0.1\nDocumentRoot {folder}/web\n\
         StartServers 8\nMinSpareServers 8\nMaxSpareServers 8\nMaxRequestWorkers 16\n\
         AliasMatch ^/api/ {folder}/web/index.php\nSetHandler application/x-httpd-php\n\
         SetEnvIf Authorization (.*) HTTP_AUTHORIZATION=$1\n\
         SetEnv LEAN_DSN \"{dsn}\"\nSetEnv LEAN_USER \"{}\"\nSetEnv LEAN_PASSWORD \"{}\"\n\
         SetEnv LEAN_SECRET \"{secret}\"\nSetEnv LEAN_LIMIT 10000000\n",
        module.display(),
        options.get_user().unwrap_or_default(),
        options.get_pass().unwrap_or_default(),
    )
}
