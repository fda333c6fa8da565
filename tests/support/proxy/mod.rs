//! A proxy between the service and its database. It parses just enough of MySQL's protocol to recognise a client's
//! commands. It can log them, hold one back, cut the connection before or after one, and count the rows each one reads.

mod line;
mod packets;

use std::collections::HashMap;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::site::Site;
use super::waiting::PATIENCE;
use line::Line;
pub(crate) use packets::{ADVANCE, Command, Kind, is_commit};

/// How the proxy handles a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Forward,
    /// The connection is cut before the database sees the command.
    CutBefore,
    /// The connection is cut after the database has executed the command; its response never arrives.
    CutAfter,
}

/// The result of [`Proxy::cut_at`].
#[derive(Default)]
pub(crate) struct Cut(Arc<OnceLock<String>>);

impl Cut {
    /// The statement at which the connection was cut; `None` if fewer commands came.
    pub(crate) fn statement(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}

/// Decides about each command before it is forwarded. While the rule blocks, the command is held back.
type Rule = Arc<dyn Fn(&Command) -> Verdict + Send + Sync>;

/// A command that is held back until the test releases it or drops this value.
pub(crate) struct Held {
    has_come: Receiver<()>,
    release: Sender<()>,
}

impl Held {
    /// Waits until the command has come.
    #[track_caller]
    pub(crate) fn wait(&self) {
        self.has_come.recv_timeout(PATIENCE).expect("the command to hold back");
    }

    pub(crate) fn release(self) {
        let _ = self.release.send(());
    }
}

/// The proxy of one site's database. Dropping it cuts all connections.
pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: (String, u16),
    rule: Mutex<Rule>,
    before_cut: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    log: Mutex<Vec<Command>>,
    /// Both ends of each open connection, by its number.
    lines: Mutex<HashMap<usize, [TcpStream; 2]>>,
    count: AtomicUsize,
    refuses: AtomicBool,
    is_metered: AtomicBool,
    /// The beginning of a command, and the statement to run on the same connection just before it.
    preface: Mutex<Option<(String, String)>>,
    /// The stopped clock's time, in seconds since 1970 UTC.
    stopped_at: AtomicI64,
    is_closed: AtomicBool,
}

impl Proxy {
    /// Starts a proxy and changes the site's configuration to connect through it.
    pub(crate) fn before(site: &Site) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let url = site.database.url();
        let authority =
            url.rsplit('@').next().and_then(|rest| rest.split('/').next()).expect("a host");
        let (host, number) = authority.rsplit_once(':').expect("a port");
        let upstream = (host.to_owned(), number.parse().expect("a number"));
        site.edit_config(authority, &format!("127.0.0.1:{port}"));
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
            stopped_at: AtomicI64::new(0),
            is_closed: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || accepting.accept(&listener));
        Self { port, shared }
    }

    /// Decides by `rule` about each command from now on.
    pub(crate) fn judge(&self, rule: impl Fn(&Command) -> Verdict + Send + Sync + 'static) {
        *lock(&self.shared.rule) = Arc::new(rule);
    }

    /// Forwards all commands again.
    pub(crate) fn forward_all(&self) {
        self.judge(|_| Verdict::Forward);
    }

    /// Cuts the connection once, at the `number`-th command from now (counted from 1). `before_cut` runs just before.
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

    /// Holds back the first command that starts with `beginning`. Applies `verdict` when the test releases it.
    pub(crate) fn hold(&self, beginning: &'static str, verdict: Verdict) -> Held {
        let (come, has_come) = channel();
        let (release, released) = channel();
        let gate = Mutex::new(Some((come, released)));
        self.judge(move |command| {
            let is_it = command.is_statement() && command.text.starts_with(beginning);
            let Some((come, released)) = is_it.then(|| lock(&gate).take()).flatten() else {
                return Verdict::Forward;
            };
            let _ = come.send(());
            let _ = released.recv_timeout(PATIENCE);
            verdict
        });
        Held { has_come, release }
    }

    /// Cuts all connections, as a stopping database does.
    pub(crate) fn cut_all(&self) {
        for (_, ends) in lock(&self.shared.lines).drain() {
            for end in ends {
                let _ = end.shutdown(Shutdown::Both);
            }
        }
    }

    /// Sets whether new connections are refused.
    pub(crate) fn refuse(&self, refuses: bool) {
        self.shared.refuses.store(refuses, Ordering::SeqCst);
    }

    /// The number of connections made so far.
    pub(crate) fn connections(&self) -> usize {
        self.shared.count.load(Ordering::SeqCst)
    }

    /// Returns the commands logged since the last call.
    pub(crate) fn take_log(&self) -> Vec<Command> {
        std::mem::take(&mut *lock(&self.shared.log))
    }

    /// From now on, reads the connection's status counters before each command.
    pub(crate) fn meter(&self) {
        self.shared.is_metered.store(true, Ordering::SeqCst);
    }

    /// Runs `statement` on the same connection just before each command that starts with `beginning`.
    pub(crate) fn preface(&self, beginning: &str, statement: &str) {
        *lock(&self.shared.preface) = Some((beginning.to_owned(), statement.to_owned()));
    }

    /// Stops the database's clock at the start of the current minute, for connections through this proxy. Requests that
    /// must fall within one minute then do so on a slow machine too.
    pub(crate) fn stop_clock(&self) {
        let now = chrono::Utc::now().timestamp();
        self.advance_clock(now - now % 60);
    }

    /// Moves the stopped clock forward by `seconds`.
    pub(crate) fn advance_clock(&self, seconds: i64) {
        let now = self.shared.stopped_at.fetch_add(seconds, Ordering::SeqCst) + seconds;
        self.preface("", &format!("SET timestamp = {now}"));
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
