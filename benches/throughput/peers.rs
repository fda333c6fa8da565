//! Who is compared, and how each one's processes are found.

use crate::floor::{self, Floor};
use crate::php::Php;
use crate::processor::milliseconds;
use crate::routes::Route;
use crate::site::Site;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Ours,
    Lean,
    ModPhp,
    Slim,
    Hello,
    Before,
}

impl Name {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Lean => "lean",
            Self::ModPhp => "mod_php",
            Self::Slim => "slim",
            Self::Hello => "hello",
            Self::Before => "before",
        }
    }
}

/// Process ids of the web server, the program and the database.
type Ids = [Vec<u32>; 3];

pub(crate) struct Peer<'a> {
    pub(crate) name: Name,
    pub(crate) port: u16,
    /// The site whose users it knows.
    pub(crate) site: &'a Site,
    ids: Box<dyn Fn() -> Ids + Sync + 'a>,
}

impl<'a> Peer<'a> {
    pub(crate) fn site(name: Name, site: &'a Site) -> Self {
        let ids = || [site.instance.apache_ids(), site.instance.program_ids(), database(site)];
        Self { name, port: site.port(), site, ids: Box::new(ids) }
    }

    pub(crate) fn under_fcgid(name: Name, site: &'a Site, php: &'a Php) -> Self {
        let ids = || [site.instance.apache_ids(), php.process_ids(), database(site)];
        Self { name, port: php.port.number, site, ids: Box::new(ids) }
    }

    /// The program runs inside the web server, whose time is therefore that of both.
    pub(crate) fn under_mod_php(site: &'a Site, php: &'a Php) -> Self {
        let ids = || [php.process_ids(), Vec::new(), database(site)];
        Self { name: Name::ModPhp, port: php.port.number, site, ids: Box::new(ids) }
    }

    pub(crate) fn floor(site: &'a Site, floor: &'a Floor) -> Self {
        let ids = || [site.instance.apache_ids(), floor.program_ids(), Vec::new()];
        Self { name: Name::Hello, port: floor.port.number, site, ids: Box::new(ids) }
    }

    /// The program that only says hello stands beside the refused token: both need no database.
    pub(crate) fn answers(&self, route: Route) -> bool {
        self.name != Name::Hello || route == Route::RefusedToken
    }

    pub(crate) fn status(&self, route: Route) -> u16 {
        if self.name == Name::Hello { 200 } else { route.status() }
    }

    /// What this peer is sent in place of a route's request.
    pub(crate) fn request(&self, request: Vec<u8>) -> Vec<u8> {
        if self.name != Name::Hello {
            return request;
        }
        let text = String::from_utf8(request).expect("a request without a body");
        let (_, rest) = text.split_once(" HTTP/").expect("a request");
        format!("GET {} HTTP/{rest}", floor::TARGET).into_bytes()
    }

    pub(crate) fn is_under_fcgid(&self) -> bool {
        self.name != Name::ModPhp
    }

    pub(crate) fn program_ids(&self) -> Vec<u32> {
        let [_, program, _] = (self.ids)();
        program
    }

    /// Milliseconds of processor time that web server, program and database have used so far.
    pub(crate) fn spent(&self) -> [f64; 3] {
        (self.ids)().map(milliseconds)
    }
}

fn database(site: &Site) -> Vec<u32> {
    site.instance.database_ids()
}
