//! Stands in for Google: RSA keys, ID tokens signed with them, and a server that publishes the keys.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread::JoinHandle;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};

use super::folder::random_name;
use super::site::Site;
use super::user::with;
use super::waiting::PATIENCE;
use super::{Answer, Request, Server};

/// The client ids of the apps that the test servers accept.
pub(crate) const CLIENT_IDS: &str = "app.example,web.example";

/// One of Google's key pairs.
pub(crate) struct SigningKey {
    pub(crate) kid: &'static str,
    pub(crate) private: EncodingKey,
    modulus: String,
    exponent: String,
}

/// The published key, and another one. Each is generated once, because generation is slow.
pub(crate) static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::draw("first"));
pub(crate) static OTHER_KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::draw("second"));

impl SigningKey {
    fn draw(kid: &'static str) -> Self {
        let private =
            rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).expect("an RSA key");
        let encoded = |number: &rsa::BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
        let (modulus, exponent) = (encoded(private.n()), encoded(private.e()));
        let der = private.to_pkcs1_der().expect("a key in DER");
        Self { kid, private: EncodingKey::from_rsa_der(der.as_bytes()), modulus, exponent }
    }

    /// The public key in the format of a key set.
    pub(crate) fn public(&self) -> Value {
        json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": self.modulus, "e": self.exponent})
    }

    /// Signs claims as Google does.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_as(self.kid, claims)
    }

    /// Signs with this key under another key's id.
    pub(crate) fn sign_as(&self, kid: &str, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(kid.to_owned());
        jsonwebtoken::encode(&header, claims, &self.private).expect("a signature")
    }
}

/// A person with a Google account.
pub(crate) struct Person {
    pub(crate) subject: String,
    pub(crate) email: String,
}

impl Person {
    /// A person without an account.
    pub(crate) fn new() -> Self {
        Self { subject: random_name(), email: format!("{}@gmail.example", random_name()) }
    }

    pub(crate) fn with_address(email: &str) -> Self {
        Self { subject: random_name(), email: email.to_owned() }
    }

    /// The claims of a valid token.
    pub(crate) fn claims(&self) -> Value {
        let now = chrono::Utc::now().timestamp();
        json!({"iss": "https://accounts.google.com", "aud": "app.example", "azp": "app.example",
            "sub": self.subject, "email": self.email, "email_verified": true, "iat": now, "exp": now + 3600})
    }

    /// A valid token.
    pub(crate) fn token(&self) -> String {
        KEY.sign(&self.claims())
    }

    /// A token with added or replaced claims.
    pub(crate) fn token_with(&self, more: &Value) -> String {
        KEY.sign(&with(self.claims(), more))
    }
}

/// The key server's response.
struct Reply {
    head: String,
    body: Vec<u8>,
}

/// A key server on loopback. Dropping it stops the server.
pub(crate) struct KeyServer {
    address: SocketAddr,
    reply: Arc<Mutex<Reply>>,
    requests: Arc<AtomicUsize>,
    is_ending: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl KeyServer {
    /// Starts a server that publishes [`KEY`] for an hour and a half.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let reply = Arc::new(Mutex::new(Reply { head: String::new(), body: Vec::new() }));
        let (requests, is_ending) =
            (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let shared = (Arc::clone(&reply), Arc::clone(&requests), Arc::clone(&is_ending));
        let thread = std::thread::spawn(move || {
            let (reply, requests, is_ending) = shared;
            for stream in listener.incoming() {
                if is_ending.load(Ordering::SeqCst) {
                    break;
                }
                requests.fetch_add(1, Ordering::SeqCst);
                let Ok(stream) = stream else { continue };
                let _ = answer(stream, &reply.lock().expect("a reply"));
            }
        });
        let server = Self { address, reply, requests, is_ending, thread: Some(thread) };
        server.publish(&[&KEY], "public, max-age=5400, must-revalidate, no-transform");
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/oauth2/v3/certs", self.address)
    }

    /// Publishes keys with this `Cache-Control`.
    pub(crate) fn publish(&self, keys: &[&SigningKey], cache_control: &str) {
        let keys: Vec<Value> = keys.iter().map(|key| key.public()).collect();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: {cache_control}\r\n"
        );
        self.say(&head, json!({"keys": keys}).to_string().as_bytes());
    }

    /// Sets the response. Each line of `head` ends in CR LF.
    pub(crate) fn say(&self, head: &str, body: &[u8]) {
        *self.reply.lock().expect("a reply") = Reply { head: head.to_owned(), body: body.to_vec() };
    }

    /// The number of requests so far.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// A site that fetches its keys from this server.
    pub(crate) fn site(&self, more: &[(&str, &str)]) -> Site {
        let url = self.url();
        let mut settings = vec![
            ("WEIGHT_SYNC_GOOGLE_CLIENT_IDS", CLIENT_IDS),
            ("WEIGHT_SYNC_GOOGLE_KEYS_URL", &url),
        ];
        settings.extend(more);
        Site::new(&settings)
    }

    /// A test server that has fetched the keys.
    pub(crate) fn server(&self, more: &[(&str, &str)], processes: usize) -> Server {
        let site = self.site(more);
        site.weightctl_ok(&["google-keys", "refresh", "--quiet"]);
        Server::over(site, processes)
    }
}

impl Drop for KeyServer {
    fn drop(&mut self) {
        self.is_ending.store(true, Ordering::SeqCst);
        // Unblocks the thread's accept call.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer(stream: TcpStream, reply: &Reply) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let mut stream = stream;
    let length = format!("Content-Length: {}\r\nConnection: close\r\n\r\n", reply.body.len());
    stream.write_all(&[reply.head.as_bytes(), length.as_bytes(), &reply.body].concat())
}

/// Signs in with an ID token.
#[track_caller]
pub(crate) fn sign_in(server: &Server, token: &str) -> Answer {
    server.send(&Request::new("POST", "/api/auth/google").json(&json!({"id_token": token})))
}
