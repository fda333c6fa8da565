//! The shared host: a user, an SSH server that runs as this user, an Apache, a database.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::host_account::{Account, start_ssh};
use crate::host_apache::{Apache, Site, Variation};
use crate::support::certificates::Authority;
use crate::support::database::TestDatabase;
use crate::support::folder::{Folder, random_name};
use crate::support::port::Port;
use crate::support::processes::{executable, find};
use crate::support::site::{
    INSTANCE_SETTINGS, finished, http_agent_with, print_end, said, send_by,
};
use crate::support::{Answer, Request};

/// Runs a system command, which must succeed.
#[track_caller]
pub(crate) fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    let output =
        output.unwrap_or_else(|error| panic!("{program}: {error}: start the tests by tests/run"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A running shared host. Dropping it ends all its servers.
pub(crate) struct SharedHost {
    // Fields are dropped in this order.
    apache: Option<Apache>,
    ssh: Child,
    pub(crate) database: TestDatabase,
    pub(crate) site: Site,
    pub(crate) agent: ureq::Agent,
    pub(crate) ssh_port: u16,
    _ports: [Port; 3],
    _account: Account,
    pub(crate) folder: Folder,
}

impl SharedHost {
    pub(crate) fn start() -> Self {
        Self::with(&Variation::default())
    }

    pub(crate) fn with(variation: &Variation) -> Self {
        let folder = Folder::new();
        let account = Account::create();
        let authority = Authority::new();
        let certificate = authority.certify("127.0.0.1", 2999);
        let (http, https) = (Port::take(), Port::take());
        let site = Site {
            user: account.name.clone(),
            web: account.home.join("weights.example.org"),
            folder: folder.join("apache"),
            http_port: http.number,
            https_port: https.number,
            authority,
            certificate,
            outside: run("hostname", &["-I"])
                .split_whitespace()
                .find(|address| address.contains('.'))
                .map(str::to_owned),
        };
        // As the host's panel does with a site.
        let web = site.web.display().to_string();
        run("install", &["-d", "-m", "755", "-o", &account.name, "-g", &account.name, &web]);
        let (ssh, port) = start_ssh(&account, folder.path());
        let apache = Some(Apache::start(&site, variation));
        let unverified = ureq::tls::TlsConfig::builder().disable_verification(true).build();
        Self {
            apache,
            ssh,
            database: TestDatabase::create(),
            site,
            agent: http_agent_with(unverified),
            ssh_port: port.number,
            _ports: [http, https, port],
            _account: account,
            folder,
        }
    }

    /// Restarts Apache with another configuration.
    pub(crate) fn restart_apache(&mut self, variation: &Variation) {
        self.apache = None;
        self.apache = Some(Apache::start(&self.site, variation));
    }

    pub(crate) fn base_url(&self) -> String {
        format!("https://127.0.0.1:{}", self.site.https_port)
    }

    pub(crate) fn home(&self) -> &Path {
        self.site.web.parent().expect("a home")
    }

    pub(crate) fn private(&self) -> PathBuf {
        self.home().join("weight-sync")
    }

    /// The command `deploy.sh` of this working copy, with a settings file.
    pub(crate) fn deploy_command(&self, arguments: &[&str]) -> Command {
        self.deploy_command_in(Path::new(env!("CARGO_MANIFEST_DIR")), arguments)
    }

    /// The command `deploy.sh` of another working copy.
    pub(crate) fn deploy_command_in(&self, copy: &Path, arguments: &[&str]) -> Command {
        let settings = self.folder.join("deploy");
        let text = format!(
            "# for the tests\nhost = {}\nport={}\nssh_options={}\nweb_directory=weights.example.org\nbase_url={}/\n",
            self.address(),
            self.ssh_port,
            self.ssh_options(),
            self.base_url()
        );
        std::fs::write(&settings, text).expect("a file");
        let mut command = Command::new(copy.join("deploy.sh"));
        command
            .args(arguments)
            .arg("--settings")
            .arg(settings)
            .env("CURL_CA_BUNDLE", self.site.authority.file())
            .env("WEIGHT_SYNC_DATABASE_URL", self.database.url())
            .env_remove("WEIGHT_SYNC_CONFIG")
            .envs(INSTANCE_SETTINGS.concat())
            .stdin(Stdio::null());
        command
    }

    /// `user@host`.
    pub(crate) fn address(&self) -> String {
        format!("{}@127.0.0.1", self.site.user)
    }

    pub(crate) fn ssh_options(&self) -> String {
        let (key, known) = (self.folder.join("key"), self.folder.join("known_hosts"));
        format!(
            "-i {} -o UserKnownHostsFile={} -o StrictHostKeyChecking=accept-new -o LogLevel=ERROR",
            key.display(),
            known.display()
        )
    }

    pub(crate) fn deploy(&self, arguments: &[&str]) -> Output {
        finished(&mut self.deploy_command(arguments), &self.folder)
    }

    pub(crate) fn deploy_in(&self, copy: &Path, arguments: &[&str]) -> Output {
        finished(&mut self.deploy_command_in(copy, arguments), &self.folder)
    }

    /// Runs `deploy.sh`, which must succeed, and returns its output.
    #[track_caller]
    pub(crate) fn deploy_ok(&self, arguments: &[&str]) -> String {
        let output = self.deploy(arguments);
        assert!(output.status.success(), "deploy.sh {arguments:?}: {}", said(&output));
        println!("deploy.sh {arguments:?}: {}", said(&output));
        [output.stdout, output.stderr].iter().map(|bytes| String::from_utf8_lossy(bytes)).collect()
    }

    /// Pushes these binaries, which must succeed.
    #[track_caller]
    pub(crate) fn push(&self, binaries: &Path) -> String {
        self.deploy_ok(&["push", "--binaries", &binaries.display().to_string()])
    }

    pub(crate) fn try_send(&self, request: &Request) -> Result<Answer, ureq::Error> {
        send_by(&self.agent, &self.base_url(), request)
    }

    #[track_caller]
    pub(crate) fn send(&self, request: &Request) -> Answer {
        self.try_send(request).unwrap_or_else(|error| panic!("{}: {error}", request.method))
    }

    /// The version that the service reports.
    #[track_caller]
    pub(crate) fn version(&self) -> String {
        let health = self.send(&Request::get("/api/health")).expect(200);
        health["version"].as_str().expect("a version").to_owned()
    }

    /// Runs the installed `weightctl` as the host's user.
    #[track_caller]
    pub(crate) fn weightctl_ok(&self, arguments: &[&str]) -> String {
        let program = self.private().join("bin/weightctl").display().to_string();
        let mut all = vec!["-u", &self.site.user, "--", &program];
        all.extend(arguments);
        run("runuser", &all)
    }

    /// A user's access token.
    #[track_caller]
    pub(crate) fn token(&self) -> String {
        let email = format!("{}@example.org", random_name());
        self.weightctl_ok(&["user", "create", "--email", &email]);
        self.weightctl_ok(&["token", &email]).trim().to_owned()
    }

    /// The executables of the web program's processes. The name of a replaced executable ends in " (deleted)".
    pub(crate) fn programs(&self) -> Vec<String> {
        let web = &self.site.web;
        let ids = find(|id| executable(id).is_some_and(|path| path.starts_with(web)));
        ids.into_iter().filter_map(executable).map(|path| path.display().to_string()).collect()
    }
}

impl Drop for SharedHost {
    fn drop(&mut self) {
        if std::thread::panicking() {
            print_end(&self.site.folder.join("error.log"));
        }
        self.apache = None;
        let _ = self.ssh.kill();
        let _ = self.ssh.wait();
    }
}
