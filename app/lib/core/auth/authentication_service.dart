import 'dart:async';

import '../api/api_answer.dart';
import '../api/api_client.dart';
import '../api/api_failure.dart';
import '../state/observed.dart';
import '../state/one_at_a_time.dart';
import '../state/watched.dart';
import '../storage/storage_failure.dart';
import 'account_data.dart';
import 'authentication_state.dart';
import 'authorized_client.dart';
import 'data_on_device.dart';
import 'session.dart';
import 'sign_in_failure.dart';
import 'sign_in_requests.dart';
import 'sign_in_required.dart';
import 'sign_out_outcome.dart';
import 'signed_in_devices.dart';
import 'sync_authentication.dart';
import 'token_storage.dart';
import 'weight_sync_user.dart';

/// Owns the session and its tokens. Only the user or an explicit refusal by the server ends a session; a network
/// failure never does.
class AuthenticationService implements SyncAuthentication {
  /// Signs in at the server of [_api], stores the session in [_storage] and opens the user's data in [_data].
  /// [deviceName] is what this device calls itself in the list of [devices]. [note] receives what [_storage] fails at.
  AuthenticationService(this._api, this._storage, this._data, {String? deviceName, NoteFailure? note})
    : _requests = SignInRequests(_api, deviceName: deviceName),
      _note = note;

  final ApiClient _api;
  final TokenStorage _storage;
  final AccountData _data;
  final SignInRequests _requests;
  final NoteFailure? _note;

  final _state = Observed<AuthenticationState>(const SignedOut());
  final _operations = OneAtATime();
  final _writes = OneAtATime();
  Session? _session;
  ({Session session, Future<String> token})? _refresh;

  /// Access tokens are renewed this long before they expire.
  static const _refreshMargin = Duration(seconds: 45);

  @override
  Watched<AuthenticationState> get state => _state;

  /// Resumes the stored session. Works offline. A session that cannot be read counts as none: the user's data stays on
  /// the device and is shown after the next sign-in.
  @override
  Future<void> start() => _operations.run(() async {
    final session = await _stored();
    if (session == null || session.server != '${_api.server}') return _data.open(null);
    _api.serverClock.offset = session.clockOffset;
    await _data.open(session.user);
    _session = session;
    _state.value = session.isExpired ? SignInExpired(session.user) : SignedIn(session.user);
  });

  Future<Session?> _stored() async {
    try {
      final text = await _storage.read();
      return text == null ? null : Session.fromText(text);
    } on Object catch (thrown) {
      // For example a Keystore whose key did not survive a restored backup. Plug-ins throw errors too.
      _note?.call('the session could not be read', thrown);
      return null;
    }
  }

  /// Signs in. Throws [SignInFailure].
  Future<void> signIn({required String email, required String password}) =>
      _startSession('/api/auth/login', {'email': email, 'password': password});

  /// Creates an account and signs in. Returns false if the server first wants the address confirmed: it has mailed a code
  /// for [resetPassword], with the same password. Throws [SignInFailure].
  Future<bool> register({required String email, required String password}) =>
      _startSession('/api/auth/register', {'email': email, 'password': password});

  /// Has the server mail a one-time code for [resetPassword] to [email], if that has an account. Throws [SignInFailure],
  /// also where the server sends no mail: its operator has codes too.
  Future<void> mailCode(String email) => _requests.mailCode(email);

  /// Sets the password with a one-time [code], as the user typed it, and signs in. All other devices must sign in again.
  /// Throws [SignInFailure].
  Future<void> resetPassword({required String email, required String code, required String password}) =>
      _startSession('/api/auth/password/reset', {'email': email, 'code': code, 'new_password': password});

  /// Signs in with an ID token from Google. Throws [SignInFailure].
  Future<void> signInWithGoogle(String idToken) => _startSession('/api/auth/google', {'id_token': idToken});

  /// Returns whether there is a session now.
  Future<bool> _startSession(String path, Map<String, Object?> body) => _operations.run(() async {
    final session = await _requests.begin(path, body);
    if (session == null) return false;
    if (_session?.user.id != session.user.id) await _openDataOf(session.user);
    await _setSession(session);
    _state.value = SignedIn(session.user);
    return true;
  });

  Future<void> _openDataOf(WeightSyncUser user) async {
    try {
      // The previous user's unsent edits stay on the device until that user signs in again.
      await _data.close();
      await _data.open(user);
    } on StorageFailure catch (failure) {
      await _clearSession(() => _data.open(null)).onError<StorageFailure>((_, _) {});
      throw SignInFailure(SignInFailureKind.storage, detail: failure.detail);
    }
  }

  /// If storing fails, the session continues in memory: the server may already have replaced the previous tokens.
  Future<void> _setSession(Session session) async {
    _session = session;
    try {
      // If the user signed out in the meantime, the tokens must not be stored.
      await _writes.run(() => identical(_session, session) ? _storage.write(session.toText()) : null);
    } on Exception catch (thrown) {
      // The next refresh tries again.
      _note?.call('the session could not be stored', thrown);
    }
  }

  @override
  Future<String> accessToken(WeightSyncUser user) async {
    final session = _sessionOf(user);
    if (_api.serverClock.now().isBefore(session.expiresAt.subtract(_refreshMargin))) return session.accessToken;
    return _refreshed(user);
  }

  @override
  Future<String> tokenAfter(Refused refused, {required String refusedToken, required WeightSyncUser user}) async {
    if (const {'account_gone', 'unknown_user'}.contains(refused.code)) {
      await giveUp(refused, refusedToken: refusedToken, user: user);
    }
    final session = _sessionOf(user);
    // A concurrent request may have refreshed it already.
    return session.accessToken != refusedToken ? session.accessToken : _refreshed(user);
  }

  Session _sessionOf(WeightSyncUser user) {
    final session = _session;
    if (session == null || session.user.id != user.id || session.isExpired) throw const SignInRequired();
    return session;
  }

  /// Concurrent callers share one refresh: using a refresh token twice could end the session.
  Future<String> _refreshed(WeightSyncUser user) {
    final session = _sessionOf(user);
    final underWay = _refresh;
    if (underWay != null && identical(underWay.session, session)) return underWay.token;
    final token = _renew(session);
    _refresh = (session: session, token: token);
    return token;
  }

  Future<String> _renew(Session old) async {
    try {
      final answer = await _api.send('POST', '/api/auth/refresh', body: {'refresh_token': old.refreshToken});
      final session = Session.fromTokens(answer.body, server: old.server, now: _api.serverClock.now());
      if (session.user.id != old.user.id) throw const SignInRequired();
      // The user signed out or changed the password in the meantime: discard the tokens.
      if (!identical(_session, old)) return _sessionOf(old.user).accessToken;
      await _setSession(session);
      // The address may have changed at the server.
      if (identical(_session, session)) _state.value = SignedIn(session.user);
      return session.accessToken;
    } on Refused catch (refused) {
      if (!refused.endsSession) rethrow;
      if (!identical(_session, old)) return _sessionOf(old.user).accessToken;
      return giveUp(refused, refusedToken: old.accessToken, user: old.user);
    } on FormatException catch (failure) {
      throw Refused(status: 200, code: 'unreadable_answer', detail: failure.message);
    } finally {
      if (identical(_refresh?.session, old)) _refresh = null;
    }
  }

  @override
  Future<Never> giveUp(Refused refused, {required String refusedToken, required WeightSyncUser user}) async {
    final session = _sessionOf(user);
    if (session.accessToken != refusedToken) throw refused;
    if (refused.code == 'account_gone') {
      await _clearSession(() => _data.erase(session.user), next: const SignedOut(accountWasDeleted: true));
    } else {
      final expired = session.expired();
      await _setSession(expired);
      if (identical(_session, expired)) _state.value = SignInExpired(session.user);
    }
    throw const SignInRequired();
  }

  /// Ends the session, and lets [leaveData] do what becomes of the user's data.
  Future<void> _clearSession(Future<void> Function() leaveData, {SignedOut next = const SignedOut()}) async {
    _session = null;
    _state.value = next;
    try {
      // Data first: if the process is killed in between, the next start contacts the server again and repeats the
      // erasure.
      await leaveData();
    } finally {
      // Another user may have signed in in the meantime.
      await _writes.run(() => _session == null ? _forget() : null);
    }
  }

  /// A keystore that fails to delete may still overwrite; an empty text is read as no session.
  Future<void> _forget() async {
    try {
      await _storage.delete();
    } on Object catch (thrown) {
      _note?.call('the session could not be deleted', thrown);
      await _storage.write('');
    }
  }

  /// Waits for pending operations and their writes, so that the storage can be opened again.
  @override
  Future<void> close() => _operations.run(() => _writes.run(() {}));

  /// Signs out; [data] says what becomes of the user's data on this device. Works offline. [everywhere] also ends the
  /// user's sessions on all other devices if the server can be reached.
  ///
  /// Returns when the server has answered, at the latest after 5 s. A sign-in need not wait for that. If the device cannot
  /// do as [data] says or forget the session, the session is ended all the same, and then this throws.
  Future<SignOutOutcome> signOut({DataOnDevice data = DataOnDevice.removeIfSent, bool everywhere = false}) async {
    Session? ended;
    try {
      return await _operations.run(() async {
        final session = _session;
        if (session == null) return const SignOutDone();
        final count = _data.unsentCount;
        if (count > 0 && data == DataOnDevice.removeIfSent) return SignOutNeedsDecision(count);
        ended = session;
        final leave = data == DataOnDevice.keep ? _data.keep : _data.erase;
        await _clearSession(() => leave(session.user));
        return const SignOutDone();
      });
    } finally {
      if (ended case final session? when !session.isExpired) await _requests.end(session, everywhere: everywhere);
    }
  }

  /// Changes the password; all other devices must sign in again. Throws [SignInFailure].
  Future<void> changePassword({required String current, required String replacement}) => _operations.run(() async {
    final answer = await _asUser('PUT', '/api/account/password', {
      'current_password': current,
      'new_password': replacement,
      'device_name': ?_requests.deviceName,
    });
    await _setSession(_requests.sessionFrom(answer));
  });

  /// The devices on which the user is signed in.
  late final devices = SignedInDevices(_asUser, () => _session?.id);

  /// Deletes the account on the server, then its data on this device. Throws [SignInFailure].
  Future<void> deleteAccount({required String password}) => _delete({'password': password});

  /// Deletes an account without a password: [idToken] is a fresh one of the same Google account. Throws
  /// [SignInFailure].
  Future<void> deleteGoogleAccount(String idToken) => _delete({'id_token': idToken});

  Future<void> _delete(Map<String, Object?> proof) => _operations.run(() async {
    await _asUser('DELETE', '/api/account', proof);
    if (_session case final session?) await _clearSession(() => _data.erase(session.user));
  });

  /// Sends [body] as the signed-in user. A DELETE that is answered with `account_gone` has succeeded: the response to
  /// an earlier attempt was lost.
  Future<ApiAnswer> _asUser(String method, String path, [Map<String, Object?>? body]) async {
    final user = _session?.user;
    if (user == null) throw StateError('nobody is signed in');
    try {
      return await AuthorizedClient(_api, this, user).send(method, path, body: body);
    } on SignInRequired {
      if (method == 'DELETE' && _session == null) return const ApiAnswer(200, {});
      throw const SignInFailure(SignInFailureKind.sessionOver);
    } on ApiFailure catch (failure) {
      throw SignInFailure.of(failure);
    }
  }
}
