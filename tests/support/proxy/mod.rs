//! A proxy between the service and its database. It reads just enough of MySQL's protocol to see a client's commands:
//! it can log them, hold one back, cut the connection before or after one, and count the rows that each reads.

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

/// What [`Proxy::cut_at`] has cut.
#[derive(Default)]
pub(crate) struct Cut(Arc<OnceLock<String>>);

impl Cut {
    /// The statement at which the connection was cut; `None` where fewer commands came.
    pub(crate) fn statement(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}

/// Called before each command; while it blocks, the command is held back.
type Rule = Arc<dyn Fn(&Command) -> Verdict + Send + Sync>;

/// A command that is held back until the test releases it, or drops this.
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

/// Stands before the database of one site; cuts all connections when dropped.
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
    /// The beginning of a command, and what is run on its session just before it.
    preface: Mutex<Option<(String, String)>>,
    /// Where the stopped clock stands, in seconds since 1970 UTC.
    stopped_at: AtomicI64,
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

    /// Lets everything pass again.
    pub(crate) fn forward_all(&self) {
        self.judge(|_| Verdict::Forward);
    }

    /// Cuts the connection at the `number`-th command from now (from 1) and at no other; `before_cut` runs just before.
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

    /// Holds back the first command that begins so, and treats it by `verdict` when it is released.
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

    /// Cuts all connections, as a database does that is stopped.
    pub(crate) fn cut_all(&self) {
        for (_, ends) in lock(&self.shared.lines).drain() {
            for end in ends {
                let _ = end.shutdown(Shutdown::Both);
            }
        }
    }

    /// Turns new connections away, or no longer.
    pub(crate) fn refuse(&self, refuses: bool) {
        self.shared.refuses.store(refuses, Ordering::SeqCst);
    }

    /// How many connections have been made.
    pub(crate) fn connections(&self) -> usize {
        self.shared.count.load(Ordering::SeqCst)
    }

    /// The commands since the last call.
    pub(crate) fn take_log(&self) -> Vec<Command> {
        std::mem::take(&mut *lock(&self.shared.log))
    }

    /// Reads the session's counters before each command from now on.
    pub(crate) fn meter(&self) {
        self.shared.is_metered.store(true, Ordering::SeqCst);
    }

    /// Runs a statement on the session just before each command that begins so.
    pub(crate) fn preface(&self, beginning: &str, statement: &str) {
        *lock(&self.shared.preface) = Some((beginning.to_owned(), statement.to_owned()));
    }

    /// Stops the database's clock at the beginning of this minute, for connections through here: requests that have to
    /// fall within a minute do, on a slow machine too.
    pub(crate) fn stop_clock(&self) {
        let now = chrono::Utc::now().timestamp();
        self.advance_clock(now - now % 60);
    }

    /// Moves the stopped clock by so many seconds.
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
