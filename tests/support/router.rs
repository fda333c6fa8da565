//! Leads connections to one of several servers, as MySQL Router leads them to the primary of a cluster.

use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) struct Router {
    pub(crate) port: u16,
    target: Arc<AtomicU16>,
    lines: Arc<Mutex<Vec<TcpStream>>>,
}

impl Router {
    /// Starts a router to this port.
    pub(crate) fn to(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let router = Self { port, target: Arc::new(AtomicU16::new(target)), lines: Arc::default() };
        let (target, lines) = (Arc::clone(&router.target), Arc::clone(&router.lines));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let _ = join(&client, target.load(Ordering::SeqCst), &lines);
            }
        });
        router
    }

    /// Leads new connections to another port and cuts the others.
    pub(crate) fn lead_to(&self, port: u16) {
        if self.target.swap(port, Ordering::SeqCst) != port {
            for line in self.lines.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
                let _ = line.shutdown(Shutdown::Both);
            }
        }
    }
}

fn join(client: &TcpStream, target: u16, lines: &Mutex<Vec<TcpStream>>) -> std::io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", target))?;
    let ends = [client.try_clone()?, server.try_clone()?];
    lines.lock().unwrap_or_else(PoisonError::into_inner).extend(ends);
    let backwards = (server.try_clone()?, client.try_clone()?);
    for (mut from, mut to) in [(client.try_clone()?, server), backwards] {
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
    Ok(())
}
