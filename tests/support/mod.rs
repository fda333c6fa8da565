//! Shared by all tests: databases, processes of the service, a FastCGI client, a browser, users.
//!
//! Nothing here uses the program's code: all requests go through its interfaces, as from Apache.

#![allow(dead_code, unused_imports, reason = "each test binary uses its own part of this module")]

pub(crate) mod browser;
pub(crate) mod certificates;
pub(crate) mod contract;
pub(crate) mod database;
pub(crate) mod executable;
pub(crate) mod fastcgi;
pub(crate) mod folder;
pub(crate) mod google;
pub(crate) mod live_hash;
pub(crate) mod mail;
pub(crate) mod port;
pub(crate) mod processes;
pub(crate) mod proxy;
pub(crate) mod request;
pub(crate) mod router;
pub(crate) mod scenario;
pub(crate) mod site;
pub(crate) mod timestamps;
pub(crate) mod user;
pub(crate) mod waiting;

pub(crate) use request::{Answer, Request};
pub(crate) use site::Server;
pub(crate) use user::{SYNC, User, WEIGHT, weighing};
