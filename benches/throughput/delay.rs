//! A TCP proxy that makes the database as remote as it is on a real host. It parses nothing, so it costs little.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

use rustix::net::{RecvFlags, recv};

/// Starts a proxy to a port of this machine and returns its port. What the client sends arrives `delay` later; responses
/// are not delayed, so `delay` is the round trip. The proxy lives as long as the process.
pub(crate) fn proxy(upstream: u16, delay: Duration) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // A database that has ended is noticed by the client.
            let _ = connect(client, upstream, delay);
        }
    });
    port
}

fn connect(client: TcpStream, upstream: u16, delay: Duration) -> std::io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", upstream))?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (commands, to_server) = (client.try_clone()?, server.try_clone()?);
    let (mut answers, mut to_client) = (server, client);
    std::thread::spawn(move || {
        let _ = pass_on(&commands, &to_server, delay);
        let _ = to_server.shutdown(Shutdown::Both);
    });
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut answers, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    Ok(())
}

/// Passes commands on, each after the delay. What has come meanwhile is the rest of the same command: a client waits for
/// the response before it sends the next one.
fn pass_on(mut from: &TcpStream, mut to: &TcpStream, delay: Duration) -> std::io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut bytes)?;
        if length == 0 {
            return Ok(());
        }
        std::thread::sleep(delay);
        to.write_all(&bytes[..length])?;
        while let Ok((length @ 1.., _)) = recv(from, &mut *bytes, RecvFlags::DONTWAIT) {
            to.write_all(&bytes[..length])?;
        }
    }
}
