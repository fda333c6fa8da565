//! Lets the peers take turns and collects what each turn measured.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::client::{Connection, load};
use crate::options::Options;
use crate::peers::Peer;
use crate::php::Php;
use crate::routes::Route;
use crate::site::Site;
use crate::users::{self, User};

/// What one peer reached on one route.
#[derive(Default)]
pub(crate) struct Cell {
    /// Requests a second, one for each round.
    pub(crate) a_second: Vec<f64>,
    /// Of all rounds, sorted.
    pub(crate) latencies: Vec<Duration>,
    /// Milliseconds of processor time that web server, program and database used in all rounds.
    pub(crate) spent: [f64; 3],
}

/// One route's cells, in the order of the peers. `None` where a peer has no part in the route.
pub(crate) type Row = Vec<Option<Cell>>;

/// The run was interrupted.
pub(crate) struct Interrupted;

pub(crate) struct Bench<'a> {
    pub(crate) options: &'a Options,
    pub(crate) sites: Vec<&'a Site>,
    /// The PHP programs, which are given the users of the first site.
    pub(crate) programs: Vec<&'a Php>,
    pub(crate) peers: Vec<Peer<'a>>,
    pub(crate) is_interrupted: &'a AtomicBool,
}

/// The users of each site.
type Users = Vec<Vec<User>>;

impl Bench<'_> {
    /// Measures all routes; the rows are in the order of [`Route::ALL`].
    pub(crate) fn run(&self) -> Result<Vec<Row>, Interrupted> {
        let readers = self.users(users::create_with_entries, Php::add_with_entries);
        self.start_processes(&readers);
        let mut rows = Vec::new();
        for route in Route::ALL {
            rows.push(self.measure(route, &readers)?);
        }
        Ok(rows)
    }

    fn clients(&self) -> usize {
        usize::from(self.options.processes)
    }

    fn users(
        &self,
        create: impl Fn(&crate::support::site::Instance, usize) -> Vec<User>,
        add: impl Fn(&Php, &[User]),
    ) -> Users {
        let users: Users =
            self.sites.iter().map(|site| create(&site.instance, self.clients())).collect();
        self.programs.iter().for_each(|php| add(php, &users[0]));
        users
    }

    /// Starts all processes of all peers: mod_fcgid starts one a second, and only where requests wait.
    fn start_processes(&self, users: &Users) {
        eprintln!("starting {} processes of each peer", self.options.processes);
        let started = Instant::now();
        std::thread::scope(|scope| {
            for peer in self.peers.iter().filter(|peer| peer.is_under_fcgid()) {
                scope.spawn(move || {
                    while peer.program_ids().len() < self.clients()
                        && started.elapsed() < Duration::from_secs(120)
                    {
                        let time = Duration::from_secs(1);
                        self.turn(peer, Route::RefusedToken, users, "start", time, 3);
                    }
                });
            }
        });
        for peer in self.peers.iter().filter(|peer| peer.is_under_fcgid()) {
            let count = peer.program_ids().len();
            assert_eq!(count, self.clients(), "processes of {}", peer.name.text());
        }
    }

    fn measure(&self, route: Route, readers: &Users) -> Result<Row, Interrupted> {
        let answering = |peer: &&Peer<'_>| peer.answers(route);
        let rounds = usize::from(self.options.rounds);
        let turns = self.peers.iter().filter(answering).count() * rounds;
        let left = self.options.seconds * u32::try_from(turns).expect("a small number");
        eprintln!("{}: {rounds} rounds, {:.0} s", route.name(), left.as_secs_f64());
        let mut row: Row =
            self.peers.iter().map(|peer| peer.answers(route).then(Cell::default)).collect();
        for round in 0..=rounds {
            if self.is_interrupted.load(Ordering::SeqCst) {
                return Err(Interrupted);
            }
            let writers =
                route.is_write().then(|| self.users(users::create, |php, new| php.add(new, 0)));
            let users = writers.as_ref().unwrap_or(readers);
            let mut order: Vec<usize> =
                (0..self.peers.len()).filter(|place| row[*place].is_some()).collect();
            // The order is reversed in every other round.
            if round % 2 == 1 {
                order.reverse();
            }
            for place in order {
                let (peer, run) = (&self.peers[place], format!("round-{round}"));
                if round == 0 {
                    self.warm(peer, route, users, &run);
                } else if let Some(cell) = &mut row[place] {
                    self.add(cell, peer, route, users, &run);
                }
            }
        }
        row.iter_mut().flatten().for_each(|cell| cell.latencies.sort_unstable());
        Ok(row)
    }

    /// Checks one response, and lets every process meet the route once: it prepares statements and compiles PHP.
    fn warm(&self, peer: &Peer<'_>, route: Route, users: &Users, run: &str) {
        let user = &self.users_of(peer, users)[0];
        let request = peer.request(route.request(user, "check", 0));
        let (status, body) = Connection::to(peer.port).exchange(&request);
        let text = String::from_utf8_lossy(&body);
        assert_eq!(status, peer.status(route), "{}, {}: {text}", peer.name.text(), route.name());
        route.check(&body);
        self.turn(peer, route, users, run, Duration::from_millis(500), 1);
    }

    fn add(&self, cell: &mut Cell, peer: &Peer<'_>, route: Route, users: &Users, run: &str) {
        let before = peer.spent();
        let load = self.turn(peer, route, users, run, self.options.seconds, 1);
        let after = peer.spent();
        cell.a_second.push(load.a_second());
        cell.latencies.extend(load.latencies);
        for ((sum, after), before) in cell.spent.iter_mut().zip(after).zip(before) {
            *sum += after - before;
        }
    }

    /// One turn, with `crowd` clients for each process.
    fn turn(
        &self,
        peer: &Peer<'_>,
        route: Route,
        users: &Users,
        run: &str,
        time: Duration,
        crowd: usize,
    ) -> crate::client::Load {
        let users = self.users_of(peer, users);
        load(peer.port, crowd * self.clients(), peer.status(route), time, |client, turn| {
            let user = &users[client % users.len()];
            peer.request(route.request(user, &format!("{run}-{client}"), turn))
        })
    }

    fn users_of<'u>(&self, peer: &Peer<'_>, users: &'u Users) -> &'u [User] {
        let place = self.sites.iter().position(|site| std::ptr::eq(*site, peer.site));
        &users[place.expect("one of the sites")]
    }
}
