//! Reserves ports for servers that bind a port chosen in advance.

use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};

/// Below the range of outgoing connections, and outside the range of `deploy.sh`.
const FIRST: u16 = 20_000;
const COUNT: u16 = 10_000;

/// A port that no other test takes while this value lives, even if no server listens on it.
pub(crate) struct Port {
    pub(crate) number: u16,
    // Only one process can bind this abstract name until it ends: a lock without a file.
    _claim: UnixListener,
}

impl Port {
    pub(crate) fn take() -> Self {
        let mut random = [0_u8; 2];
        getrandom::fill(&mut random).expect("the system has random numbers");
        let start = u16::from_be_bytes(random) % COUNT;
        (0..COUNT)
            .map(|step| FIRST + (start + step) % COUNT)
            .find_map(Self::claim)
            .expect("one port of ten thousand")
    }

    fn claim(number: u16) -> Option<Self> {
        let name = format!("weight-sync-test-port-{number}");
        let name = SocketAddr::from_abstract_name(name).expect("a short name");
        let claim = UnixListener::bind_addr(&name).ok()?;
        // `None` if another program uses the port.
        TcpListener::bind(("0.0.0.0", number)).ok()?;
        Some(Self { number, _claim: claim })
    }
}
