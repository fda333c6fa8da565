//! A proxy before the database that knows just enough of MySQL's packets to count a client's commands: it can hold one
//! back, cut the line before or after one, and ask the session itself how many rows it has read.

mod packets;

use std::collections::HashMap;
use std::io::Write;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use super::server::Site;
pub(crate) use packets::{Command, Kind};
use packets::{Status, is_end, read_packet, status_rows};

/// What is done with a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Forward,
    /// The database never sees it.
    CutBefore,
    /// The database has carried it out, but its answer never arrives.
    CutAfter,
}

/// Asked before each command; may block, which holds the command back.
type Rule = Arc<dyn Fn(&Command) -> Verdict + Send + Sync>;

const COUNTERS: &str = "SHOW SESSION STATUS WHERE Variable_name LIKE 'Handler_read%' OR Variable_name LIKE 'Sort%' \
     OR Variable_name LIKE 'Select%'";

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
    lines: Mutex<Vec<TcpStream>>,
    count: AtomicUsize,
    refuses: AtomicBool,
    is_metered: AtomicBool,
    /// Said to the database before each transaction, as if the service had.
    preface: Mutex<Option<String>>,
    is_closed: AtomicBool,
}

/// What the answering side of a line does with what comes from the database.
enum Awaited {
    Pass,
    Cut,
    Prepared(String),
    Collect(Sender<Vec<u8>>),
}

struct Line {
    shared: Arc<Shared>,
    number: usize,
    client: TcpStream,
    server: TcpStream,
    awaited: Arc<Mutex<Awaited>>,
    prepared: Arc<Mutex<HashMap<u32, String>>>,
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
    /// The answer counts the commands that came.
    pub(crate) fn cut_at(
        &self,
        number: usize,
        verdict: Verdict,
        before_cut: impl FnOnce() + Send + 'static,
    ) -> Arc<AtomicUsize> {
        let seen = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&seen);
        *lock(&self.shared.before_cut) = Some(Box::new(before_cut));
        self.judge(move |_| {
            let is_it = counter.fetch_add(1, Ordering::SeqCst) + 1 == number;
            if is_it { verdict } else { Verdict::Forward }
        });
        seen
    }

    /// Lets everything pass again.
    pub(crate) fn forward_all(&self) {
        self.judge(|_| Verdict::Forward);
    }

    /// Cuts all lines, as a database does that is stopped.
    pub(crate) fn cut_all(&self) {
        for line in lock(&self.shared.lines).drain(..) {
            let _ = line.shutdown(Shutdown::Both);
        }
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
        *lock(&self.shared.preface) = Some(statement.to_owned());
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

impl Line {
    fn open(shared: Arc<Shared>, client: TcpStream) -> std::io::Result<Self> {
        let server = TcpStream::connect((shared.upstream.0.as_str(), shared.upstream.1))?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        lock(&shared.lines).extend([client.try_clone()?, server.try_clone()?]);
        let number = shared.count.fetch_add(1, Ordering::SeqCst);
        let awaited = Arc::new(Mutex::new(Awaited::Pass));
        let prepared = Arc::default();
        Ok(Self { shared, number, client, server, awaited, prepared })
    }

    fn serve(&mut self) -> std::io::Result<()> {
        let mut answers = Answers {
            shared: Arc::clone(&self.shared),
            from: self.server.try_clone()?,
            to: self.client.try_clone()?,
            awaited: Arc::clone(&self.awaited),
            prepared: Arc::clone(&self.prepared),
        };
        let thread = std::thread::spawn(move || answers.pass_on());
        let result = self.pass_commands();
        for stream in [&self.client, &self.server] {
            let _ = stream.shutdown(Shutdown::Both);
        }
        let _ = thread.join();
        result
    }

    fn pass_commands(&mut self) -> std::io::Result<()> {
        loop {
            let packet = read_packet(&mut self.client)?;
            // In the handshake a client answers; its commands begin at 0.
            if packet.sequence() != 0 {
                self.server.write_all(&packet.0)?;
                continue;
            }
            let mut command = packet.command(self.number, &lock(&self.prepared));
            if command.kind == Kind::Farewell {
                self.server.write_all(&packet.0)?;
                continue;
            }
            if self.shared.is_metered.load(Ordering::SeqCst) && command.is_statement() {
                command.status = Some(status_rows(&self.ask(COUNTERS)?));
            }
            let preface = lock(&self.shared.preface).clone();
            if let (Some(preface), true) = (preface, command.text.starts_with("START TRANSACTION"))
            {
                self.ask(&preface)?;
            }
            let rule = Arc::clone(&lock(&self.shared.rule));
            let verdict = rule(&command);
            let awaited = match verdict {
                Verdict::Forward if command.kind == Kind::Prepare => {
                    Awaited::Prepared(command.text.clone())
                }
                Verdict::CutAfter => Awaited::Cut,
                _ => Awaited::Pass,
            };
            *lock(&self.awaited) = awaited;
            lock(&self.shared.log).push(command);
            if verdict == Verdict::CutBefore {
                self.shared.announce_cut();
                return Ok(());
            }
            self.server.write_all(&packet.0)?;
        }
    }

    /// A statement of our own on the client's session, between two of its commands. All packets of its answer.
    fn ask(&mut self, statement: &str) -> std::io::Result<Vec<Vec<u8>>> {
        let (sender, receiver) = channel();
        *lock(&self.awaited) = Awaited::Collect(sender);
        self.server.write_all(&packets::query(statement))?;
        let mut answer: Vec<Vec<u8>> = Vec::new();
        loop {
            let Ok(payload) = receiver.recv() else {
                return Err(std::io::ErrorKind::BrokenPipe.into());
            };
            let has_ended = is_end(&answer, &payload);
            answer.push(payload);
            if has_ended {
                *lock(&self.awaited) = Awaited::Pass;
                return Ok(answer);
            }
        }
    }
}

impl Shared {
    fn announce_cut(&self) {
        let before_cut = lock(&self.before_cut).take();
        if let Some(before_cut) = before_cut {
            before_cut();
        }
    }
}

/// The other direction.
struct Answers {
    shared: Arc<Shared>,
    from: TcpStream,
    to: TcpStream,
    awaited: Arc<Mutex<Awaited>>,
    prepared: Arc<Mutex<HashMap<u32, String>>>,
}

impl Answers {
    fn pass_on(&mut self) {
        while let Ok(packet) = read_packet(&mut self.from) {
            let mut awaited = lock(&self.awaited);
            match &*awaited {
                Awaited::Cut => {
                    drop(awaited);
                    self.shared.announce_cut();
                    break;
                }
                Awaited::Collect(sender) => {
                    let _ = sender.send(packet.payload().to_vec());
                    continue;
                }
                Awaited::Prepared(text) => {
                    if let Some(id) = packet.prepared_id() {
                        lock(&self.prepared).insert(id, text.clone());
                    }
                    *awaited = Awaited::Pass;
                }
                Awaited::Pass => {}
            }
            drop(awaited);
            if self.to.write_all(&packet.0).is_err() {
                break;
            }
        }
        // A collecting side must not wait for an answer that will not come.
        *lock(&self.awaited) = Awaited::Pass;
        for stream in [&self.from, &self.to] {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// Counters of a session by name.
pub(crate) type Counters = Status;
