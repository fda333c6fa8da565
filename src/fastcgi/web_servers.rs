//! Who may connect: `FCGI_WEB_SERVER_ADDRS` (specification section 3.2).

use std::net::{IpAddr, SocketAddr};

use rustix::net::SocketAddrAny;

/// The addresses of the web servers that may connect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebServers(Option<Vec<IpAddr>>);

impl WebServers {
    /// What the web server has put into the environment.
    pub fn from_environment() -> Self {
        let list = std::env::var_os("FCGI_WEB_SERVER_ADDRS");
        list.map_or(Self(None), |list| Self::listed(&list.to_string_lossy()))
    }

    /// The addresses in a list with commas. Ignores items that are not IP
    /// addresses.
    pub fn listed(list: &str) -> Self {
        Self(Some(list.split(',').filter_map(|address| address.trim().parse().ok()).collect()))
    }

    /// Whether this peer may connect. Where a list is given, a peer without an
    /// IP address may not.
    pub(crate) fn admit(&self, peer: Option<SocketAddrAny>) -> bool {
        let Some(list) = &self.0 else { return true };
        let peer = peer.and_then(|peer| SocketAddr::try_from(peer).ok());
        peer.is_some_and(|peer| {
            list.iter().any(|listed| listed.to_canonical() == peer.ip().to_canonical())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_addresses_are_admitted() {
        let peer = |address: &str| {
            Some(SocketAddrAny::from(SocketAddr::new(address.parse().unwrap(), 4000)))
        };
        let listed = WebServers::listed("192.0.2.1, 2001:db8::1,nonsense,");
        for (address, is_admitted) in [
            ("192.0.2.1", true),
            ("::ffff:192.0.2.1", true),
            ("2001:db8::1", true),
            ("192.0.2.2", false),
            ("2001:db8::2", false),
        ] {
            assert_eq!(listed.admit(peer(address)), is_admitted, "{address}");
            assert!(WebServers::default().admit(peer(address)));
            assert!(!WebServers::listed("").admit(peer(address)));
        }
        assert!(!listed.admit(None));
        assert!(WebServers::default().admit(None));
    }
}
