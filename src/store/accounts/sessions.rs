//! Sessions: one row per sign-in on a device, with the end of its chain of
//! refresh tokens (`domain::session` has the rule).
//!
//! A session begins and is renewed under a lock on the user's credentials, so
//! that ending all sessions does not miss one that another process is beginning.

use mysql::Value;
use uuid::Uuid;

use super::account::{Account, user_id};
use super::guesses::NetworkHash;
use crate::domain::session::{Chain, Presented, RefreshToken, Spent};
use crate::domain::time::UtcTime;
use crate::domain::user::UserId;
use crate::store::connection::Connection;
use crate::store::database::Database;
use crate::store::error::StoreError;
use crate::store::row::{Columns, datetime, text};
use crate::store::transaction::Finish;

/// Sessions that a user keeps: the ones used last.
pub(super) const MOST_SESSIONS: u32 = 50;

/// A session that begins.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: Uuid,
    /// Its chain of one token.
    pub chain: Chain,
    /// What the device calls itself; at most 64 characters.
    pub device_name: Option<String>,
    /// The network that the device signs in from.
    pub network: NetworkHash,
    /// Its lifetimes.
    pub lifetimes: Lifetimes,
}

/// How long sessions and tokens are valid, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// A token that is not used.
    pub token: i64,
    /// A session, however often it is renewed.
    pub session: i64,
    /// How long a token that was exchanged gets the same successor again, in the
    /// same network.
    pub repeat: i64,
}

/// Result of a refresh.
pub enum Refresh {
    /// The token to hand out.
    Renewed(Account, RefreshToken),
    /// The session is unknown, or has expired.
    Unknown,
    /// The session was valid when its account was deleted.
    Gone,
    /// Two parties hold tokens of this session, so it was ended.
    Reused(UserId),
}

/// Inserts nothing if the user's generation has changed: all sessions were
/// ended since the user was authenticated. Parameters: id, device name, network,
/// token lifetime, session lifetime, token, key, user, generation.
const INSERT: &str = "INSERT INTO device_sessions \
    (id, user_id, generation, device_name, network, created_at, last_used_at, expires_at, ends_at, token_hash, \
     successor_key) \
    SELECT CAST(? AS BINARY(16)), users.id, COALESCE(credentials.generation, 0), ?, CAST(? AS BINARY(16)), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), \
    UTC_TIMESTAMP(6) + INTERVAL ? SECOND, UTC_TIMESTAMP(6) + INTERVAL ? SECOND, \
    CAST(? AS BINARY(32)), CAST(? AS BINARY(32)) \
    FROM users LEFT JOIN credentials ON credentials.user_id = users.id \
    WHERE users.id = ? AND COALESCE(credentials.generation, 0) = ? LOCK IN SHARE MODE";
/// Makes room for one more. Parameters: user, user, sessions to keep.
const DELETE_OLDEST: &str = "DELETE FROM device_sessions WHERE user_id = ? AND id NOT IN \
    (SELECT id FROM (SELECT id FROM device_sessions WHERE user_id = ? \
    ORDER BY last_used_at DESC, id DESC LIMIT ?) newest)";
const OWNER_OF: &str = "SELECT user_id FROM device_sessions WHERE id = ?";
/// A session of an earlier generation has ended. Its row can be left where a
/// node of a Galera cluster began it while another node ended all: the lock of
/// the credentials holds at one node only. Parameter: id.
const LOCK: &str = "SELECT s.user_id, c.email, c.generation, s.successor_key, s.token_hash, \
    s.spent_hash, s.spent_at, s.successor_no, s.network, s.expires_at, UTC_TIMESTAMP(6) \
    FROM device_sessions s LEFT JOIN credentials c ON c.user_id = s.user_id \
    WHERE s.id = ? AND s.generation = COALESCE(c.generation, 0) FOR UPDATE";
/// Parameters: newest token, spent token, when, number, network, token lifetime,
/// id.
const RENEW: &str = "UPDATE device_sessions SET token_hash = ?, spent_hash = ?, spent_at = ?, \
    successor_no = ?, network = ?, last_used_at = UTC_TIMESTAMP(6), \
    expires_at = LEAST(UTC_TIMESTAMP(6) + INTERVAL ? SECOND, ends_at) WHERE id = ?";
const OF_DELETED_ACCOUNT: &str =
    "SELECT 1 FROM deleted_sessions WHERE id = ? AND expires_at > UTC_TIMESTAMP(6)";
const END: &str = "DELETE FROM device_sessions WHERE id = ?";
const NEXT_GENERATION: &str =
    "UPDATE credentials SET generation = generation + 1 WHERE user_id = ?";
const END_ALL: &str = "DELETE FROM device_sessions WHERE user_id = ?";

/// A stored session, locked together with its user's credentials.
struct Locked {
    account: Account,
    chain: Chain,
    /// The network that used it last.
    network: Option<NetworkHash>,
    expires_at: UtcTime,
    now: UtcTime,
}

impl Locked {
    fn read(columns: &mut Columns) -> Result<Self, StoreError> {
        let account = Account::read(columns)?;
        let key = columns.array()?;
        let newest = columns.array()?;
        let hash = columns.optional_array()?;
        let at = columns.optional_datetime()?;
        let number = u32::try_from(columns.int()?).unwrap_or(u32::MAX);
        let spent = hash.zip(at).map(|(hash, at)| Spent { hash, at, number });
        let chain = Chain { key, newest, spent };
        let network = columns.optional_array()?;
        let (expires_at, now) = (columns.datetime()?, columns.datetime()?);
        Ok(Self { account, chain, network, expires_at, now })
    }
}

fn lock(connection: &mut Connection, session: Uuid) -> Result<Option<Locked>, StoreError> {
    let found = connection.first(LOCK, vec![id(session)])?;
    found.map(|mut columns| Locked::read(&mut columns)).transpose()
}

pub(super) fn id(session: Uuid) -> Value {
    bytes(session.as_bytes())
}

fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}

/// Begins a session, and ends the user's oldest ones where there would be too
/// many. `false` if all of the user's sessions were ended since `owner` was
/// read, or the user is gone.
pub fn begin(
    database: &mut Database<'_>,
    owner: &Account,
    session: &NewSession,
) -> Result<bool, StoreError> {
    let user = text(owner.user_id.as_str());
    let room = vec![user.clone(), user, Value::from(MOST_SESSIONS - 1)];
    database.run(|connection| connection.execute(DELETE_OLDEST, room.clone()))?;
    database.run_once(|connection| insert(connection, owner, session))
}

/// Inserts a session in the generation of `owner`.
pub(super) fn insert(
    connection: &mut Connection,
    owner: &Account,
    session: &NewSession,
) -> Result<bool, StoreError> {
    let lifetimes = session.lifetimes;
    let params = vec![
        id(session.id),
        session.device_name.as_ref().map_or(Value::NULL, text),
        bytes(&session.network),
        Value::from(lifetimes.token.min(lifetimes.session)),
        Value::from(lifetimes.session),
        bytes(&session.chain.newest),
        bytes(&session.chain.key),
        text(owner.user_id.as_str()),
        Value::from(owner.generation),
    ];
    connection.execute(INSERT, params).map(|effect| effect.affected_rows == 1)
}

/// The user of a token's session, whether or not the token is still good.
pub fn owner_of(
    database: &mut Database<'_>,
    token: &RefreshToken,
) -> Result<Option<UserId>, StoreError> {
    database.run(|connection| find_owner(connection, token))
}

fn find_owner(
    connection: &mut Connection,
    token: &RefreshToken,
) -> Result<Option<UserId>, StoreError> {
    let found = connection.first(OWNER_OF, vec![id(token.session())])?;
    found.map(|mut columns| user_id(&mut columns)).transpose()
}

/// Exchanges a token for its successor.
pub fn renew(
    database: &mut Database<'_>,
    token: &RefreshToken,
    network: &NetworkHash,
    lifetimes: Lifetimes,
) -> Result<Refresh, StoreError> {
    let session = token.session();
    database.transaction(|connection| {
        let Some(stored) = lock(connection, session)? else {
            let deleted = connection.first(OF_DELETED_ACCOUNT, vec![id(session)])?;
            let refresh = if deleted.is_some() { Refresh::Gone } else { Refresh::Unknown };
            return Ok(Finish::Rollback(refresh));
        };
        if stored.expires_at <= stored.now {
            return Ok(Finish::Rollback(Refresh::Unknown));
        }
        let account = stored.account;
        let is_same_network = stored.network.as_ref() == Some(network);
        match stored.chain.present(token, stored.now, is_same_network, lifetimes.repeat) {
            Presented::Next(successor, chain) => {
                save(connection, session, &chain, network, lifetimes)?;
                Ok(Finish::Commit(Refresh::Renewed(account, successor)))
            }
            Presented::Again(successor) => {
                Ok(Finish::Rollback(Refresh::Renewed(account, successor)))
            }
            Presented::Reused => {
                connection.execute(END, vec![id(session)])?;
                Ok(Finish::Commit(Refresh::Reused(account.user_id)))
            }
        }
    })
}

fn save(
    connection: &mut Connection,
    session: Uuid,
    chain: &Chain,
    network: &NetworkHash,
    lifetimes: Lifetimes,
) -> Result<(), StoreError> {
    let spent = chain.spent;
    let params = vec![
        bytes(&chain.newest),
        spent.map_or(Value::NULL, |spent| bytes(&spent.hash)),
        spent.map_or(Value::NULL, |spent| datetime(spent.at)),
        Value::from(spent.map_or(0, |spent| spent.number)),
        bytes(network),
        Value::from(lifetimes.token),
        id(session),
    ];
    connection.execute(RENEW, params).map(|_| ())
}

/// Ends the session of a token, whether or not the token is still good.
pub fn end(database: &mut Database<'_>, token: &RefreshToken) -> Result<(), StoreError> {
    let params = vec![id(token.session())];
    database.run(|connection| connection.execute(END, params.clone())).map(|_| ())
}

/// Ends every session of the user of `token`, access tokens included, and
/// returns the user; an unknown token ends nothing.
pub fn end_all(
    database: &mut Database<'_>,
    token: &RefreshToken,
) -> Result<Option<UserId>, StoreError> {
    database.transaction(|connection| {
        let Some(owner) = find_owner(connection, token)? else {
            return Ok(Finish::Rollback(None));
        };
        end_generation(connection, &owner)?;
        Ok(Finish::Commit(Some(owner)))
    })
}

/// Ends every session of a user, access tokens included, and returns how many
/// refresh tokens there were.
pub fn end_all_of(database: &mut Database<'_>, owner: &UserId) -> Result<u64, StoreError> {
    database.transaction(|connection| Ok(Finish::Commit(end_generation(connection, owner)?)))
}

/// Ends the generation of a user's sessions; returns how many there were.
fn end_generation(connection: &mut Connection, owner: &UserId) -> Result<u64, StoreError> {
    connection.execute(NEXT_GENERATION, vec![text(owner.as_str())])?;
    delete_all(connection, owner)
}

/// Deletes every session of a user and returns how many there were. The caller
/// has raised the user's generation, which locks the credentials.
pub(super) fn delete_all(connection: &mut Connection, owner: &UserId) -> Result<u64, StoreError> {
    Ok(connection.execute(END_ALL, vec![text(owner.as_str())])?.affected_rows)
}
