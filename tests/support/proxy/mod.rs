//! A proxy before the database that knows just enough of MySQL's packets to count a client's commands: it can hold one
//! back, cut the line before or after one, and ask the session itself how many rows it has read.

mod line;
mod packets;

use std::collections::HashMap;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::site::Site;
use line::Line;
pub(crate) use packets::Command;

/// What is done with a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Forward,
    /// The database never sees it.
    CutBefore,
    /// The database has carried it out, but its answer never arrives.
    CutAfter,
}

/// A cut that was asked for with [`Proxy::cut_at`].
#[derive(Default)]
pub(crate) struct Cut(Arc<OnceLock<String>>);

impl Cut {
    /// The statement at which the line was cut; `None` where fewer commands came.
    pub(crate) fn statement(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}

/// Asked before each command; may block, which holds the command back.
type Rule = Arc<dyn Fn(&Command) -> Verdict + Send + Sync>;

/// Stands before the database of one site. Lines are cut when this is dropped.
pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: (String, u16),
    rule: Mutex<Rule>,
    before_cut: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    log: Mutex<Vec<Command>>,
    /// Both ends of those that are open, by their numbers.
    lines: Mutex<HashMap<usize, [TcpStream; 2]>>,
    count: AtomicUsize,
    refuses: AtomicBool,
    is_metered: AtomicBool,
    /// What is said to the database before each command that begins so, as if the service had.
    preface: Mutex<Option<(String, String)>>,
    is_closed: AtomicBool,
}

impl Proxy {
    /// Puts itself between the site's configuration and its database.
    pub(crate) fn before(site: &Site) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let url = site.database.url();
        let authority =
            url.rsplit('@').next().and_then(|rest| rest.split('/').next()).expect("a host");
        let (host, number) = authority.rsplit_once(':').expect("a port");
        let upstream = (host.to_owned(), number.parse().expect("a number"));
        let config = std::fs::read_to_string(&site.config).expect("a configuration");
        let through = url.replace(authority, &format!("127.0.0.1:{port}"));
        assert!(config.contains(&url), "the configuration names the database");
        std::fs::write(&site.config, config.replace(&url, &through)).expect("it can be written");
        let shared = Arc::new(Shared {
            upstream,
            rule: Mutex::new(Arc::new(|_| Verdict::Forward)),
            before_cut: Mutex::default(),
            log: Mutex::default(),
            lines: Mutex::default(),
            count: AtomicUsize::new(0),
            refuses: AtomicBool::new(false),
            is_metered: AtomicBool::new(false),
            preface: Mutex::default(),
            is_closed: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || accepting.accept(&listener));
        Self { port, shared }
    }

    /// From now on each command is judged by `rule`.
    pub(crate) fn judge(&self, rule: impl Fn(&Command) -> Verdict + Send + Sync + 'static) {
        *lock(&self.shared.rule) = Arc::new(rule);
    }

    /// Cuts the line at the `number`-th command from now (from 1) and at no other; `before_cut` runs just before.
    pub(crate) fn cut_at(
        &self,
        number: usize,
        verdict: Verdict,
        before_cut: impl FnOnce() + Send + 'static,
    ) -> Cut {
        let cut = Cut::default();
        let made = Arc::clone(&cut.0);
        let count = AtomicUsize::new(0);
        *lock(&self.shared.before_cut) = Some(Box::new(before_cut));
        self.judge(move |command| {
            if count.fetch_add(1, Ordering::SeqCst) + 1 != number {
                return Verdict::Forward;
            }
            let _ = made.set(command.text.clone());
            verdict
        });
        cut
    }

    /// Lets everything pass again.
    pub(crate) fn forward_all(&self) {
        self.judge(|_| Verdict::Forward);
    }

    /// Cuts all lines, as a database does that is stopped.
    pub(crate) fn cut_all(&self) {
        for (_, ends) in lock(&self.shared.lines).drain() {
            for end in ends {
                let _ = end.shutdown(Shutdown::Both);
            }
        }
    }

    /// How many connections have been made.
    pub(crate) fn connections(&self) -> usize {
        self.shared.count.load(Ordering::SeqCst)
    }

    /// Whether new connections are turned away.
    pub(crate) fn refuse(&self, refuses: bool) {
        self.shared.refuses.store(refuses, Ordering::SeqCst);
    }

    /// Asks for the session's counters before each command from now on.
    pub(crate) fn meter(&self) {
        self.shared.is_metered.store(true, Ordering::SeqCst);
    }

    /// Says this on the session before each transaction.
    pub(crate) fn preface(&self, statement: &str) {
        self.preface_to("START TRANSACTION", statement);
    }

    /// Says this on the session before each command that begins so.
    pub(crate) fn preface_to(&self, beginning: &str, statement: &str) {
        *lock(&self.shared.preface) = Some((beginning.to_owned(), statement.to_owned()));
    }

    /// Lets the database's clock stand still for whoever connects through here: what has to fall within a minute does,
    /// however long a machine takes for it.
    pub(crate) fn stop_clock(&self) {
        let now = chrono::Utc::now().timestamp();
        self.preface_to("", &format!("SET timestamp = {now}"));
    }

    /// The commands since the last call.
    pub(crate) fn take_log(&self) -> Vec<Command> {
        std::mem::take(&mut *lock(&self.shared.log))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.is_closed.store(true, Ordering::SeqCst);
        self.cut_all();
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        for client in listener.incoming().flatten() {
            if self.is_closed.load(Ordering::SeqCst) {
                return;
            }
            if self.refuses.load(Ordering::SeqCst) {
                continue;
            }
            let shared = Arc::clone(self);
            std::thread::spawn(move || {
                let _ = Line::open(shared, client).and_then(|mut line| line.serve());
            });
        }
    }
}
