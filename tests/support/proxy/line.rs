//! One connection through the proxy: forwards commands in one direction and responses in the other.

use std::collections::HashMap;
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};

use super::packets::{self, Kind, has_more_results, is_end, read_packet, status_rows};
use super::{Shared, Verdict, lock};

const COUNTERS: &str = "SHOW SESSION STATUS WHERE Variable_name LIKE 'Handler_read%' OR Variable_name LIKE 'Sort%' \
     OR Variable_name LIKE 'Select%'";

/// How to handle the database's next packets.
enum Awaited {
    Pass,
    Cut,
    Prepared(String),
    Collect(Sender<Vec<u8>>),
}

pub(super) struct Line {
    shared: Arc<Shared>,
    number: usize,
    client: TcpStream,
    server: TcpStream,
    awaited: Arc<Mutex<Awaited>>,
    prepared: Arc<Mutex<HashMap<u32, String>>>,
}

impl Line {
    pub(super) fn open(shared: Arc<Shared>, client: TcpStream) -> std::io::Result<Self> {
        let server = TcpStream::connect((shared.upstream.0.as_str(), shared.upstream.1))?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let number = shared.count.fetch_add(1, Ordering::SeqCst);
        lock(&shared.lines).insert(number, [client.try_clone()?, server.try_clone()?]);
        let awaited = Arc::new(Mutex::new(Awaited::Pass));
        let prepared = Arc::default();
        Ok(Self { shared, number, client, server, awaited, prepared })
    }

    pub(super) fn serve(&mut self) -> std::io::Result<()> {
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
        // Some tests open hundreds of connections, so closed ones must release their descriptors.
        lock(&self.shared.lines).remove(&self.number);
        result
    }

    fn pass_commands(&mut self) -> std::io::Result<()> {
        loop {
            let packet = read_packet(&mut self.client)?;
            // Commands begin at sequence number 0; packets of the handshake have higher numbers.
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
            if let Some((beginning, preface)) = preface
                && command.is_statement()
                && command.text.starts_with(&beginning)
            {
                self.ask(&preface)?;
            }
            let rule = Arc::clone(&lock(&self.shared.rule));
            let verdict = if command.is_counting() { Verdict::Forward } else { rule(&command) };
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

    /// Runs a statement on the client's connection between two of its commands. Returns all packets of the response.
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

/// Forwards the database's responses.
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
                // The database has executed the whole command.
                Awaited::Cut if has_more_results(packet.payload()) => continue,
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
        // Closes the database's side first, so that `ask` never waits for a response that will not come.
        for stream in [&self.from, &self.to] {
            let _ = stream.shutdown(Shutdown::Both);
        }
        *lock(&self.awaited) = Awaited::Pass;
    }
}
