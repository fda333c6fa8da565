//! The service that histories run against: processes of one site, each with a way of its own to the database.

use crate::support::proxy::Proxy;
use crate::support::{self, Answer, Request, Server};

/// The entries that a user may have at the process with the low quota.
pub(crate) const LOW_QUOTA: usize = 4;

const SETTINGS: [(&str, &str); 1] = [("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "0")];

/// One process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Plain,
    /// Its configuration has the low quota.
    LowQuota,
    /// A proxy is between it and the database.
    Cut,
}

pub(crate) struct Processes {
    pub(crate) server: Server,
    pub(crate) proxy: Proxy,
}

impl Processes {
    pub(crate) fn start() -> Self {
        let site = support::site::Site::new(&SETTINGS);
        let copy = |name| site.config_for(&site.database.authority(), name);
        let (plain, low_quota, cut) =
            (copy("plain.toml"), copy("low-quota.toml"), copy("cut.toml"));
        let quota = LOW_QUOTA.to_string();
        let set = ["config", "set", "limits.entries_per_user", &quota];
        let output = site.weightctl_with(&low_quota, &set);
        assert!(output.status.success(), "{}", support::site::said(&output));
        let proxy = Proxy::before(&site);
        std::fs::copy(&site.config, &cut).expect("the configuration with the proxy");
        std::fs::copy(&plain, &site.config).expect("weightctl needs no proxy");
        Self { server: Server::with_configs(site, &[plain, low_quota, cut], ":"), proxy }
    }

    #[track_caller]
    pub(crate) fn send(&self, way: Way, request: &Request) -> Answer {
        let process = match way {
            Way::Plain => 0,
            Way::LowQuota => 1,
            Way::Cut => 2,
        };
        self.server.send_to(process, request)
    }
}
