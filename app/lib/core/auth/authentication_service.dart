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
import 'session.dart';
import 'sign_in_failure.dart';
import 'sign_in_required.dart';
import 'sign_out_outcome.dart';
import 'token_storage.dart';
import 'unsent_edits.dart';
import 'user.dart';

/// Who is signed in, and with which tokens. A session ends here only by the person's wish or by the server's explicit
/// word, never because of a network.
class AuthenticationService {
  /// Signs in at the server of [_api]; keeps the session in [_storage], and [_data] open for whoever is signed in.
  AuthenticationService(this._api, this._storage, this._data);

  final ApiClient _api;
  final TokenStorage _storage;
  final AccountData _data;

  final _state = Observed<AuthenticationState>(const SignedOut());
  final _turns = OneAtATime();
  final _writes = OneAtATime();
  Session? _session;
  ({Session session, Future<String> token})? _refresh;

  /// So much before its end an access token is replaced.
  static const _margin = Duration(seconds: 45);

  /// Changes when somebody signs in or out, or the server ends the session.
  Watched<AuthenticationState> get state => _state;

  /// Takes up the session of the last run. Works offline.
  Future<void> start() => _turns.run(() async {
    final text = await _storage.read();
    final session = text == null ? null : Session.fromText(text);
    if (session == null || session.server != '${_api.server}') return;
    _api.serverClock.offset = session.clockOffset;
    await _data.open(session.user);
    _session = session;
    _state.value = session.isExpired ? SignInExpired(session.user) : SignedIn(session.user);
  });

  /// Signs in. Throws [SignInFailure].
  Future<void> signIn({required String email, required String password}) =>
      _enter('/api/auth/login', {'email': email, 'password': password});

  /// Makes an account and signs in. Throws [SignInFailure].
  Future<void> register({required String email, required String password}) =>
      _enter('/api/auth/register', {'email': email, 'password': password});

  /// Signs in with an ID token that Google's own sign-in gave. Throws [SignInFailure].
  Future<void> signInWithGoogle(String idToken) => _enter('/api/auth/google', {'id_token': idToken});

  Future<void> _enter(String path, Map<String, Object?> body) => _turns.run(() async {
    final session = await _tokens(path, body);
    if (_session?.user != session.user) await _openDataOf(session.user);
    await _keep(session);
    _state.value = SignedIn(session.user);
  });

  Future<void> _openDataOf(User user) async {
    try {
      // Another's unsent edits stay with them, unseen, until they sign in again.
      await _data.close(erase: false);
      await _data.open(user);
    } on StorageFailure catch (failure) {
      if (_session != null) await _leave(erase: false, next: const SignedOut());
      throw SignInFailure(SignInFailureKind.storage, detail: failure.detail);
    }
  }

  Future<Session> _tokens(String path, Map<String, Object?> body) async {
    try {
      return _sessionFrom(await _api.send('POST', path, body: body));
    } on ApiFailure catch (failure) {
      throw SignInFailure.of(failure);
    }
  }

  Session _sessionFrom(ApiAnswer answer) {
    try {
      return Session.fromTokens(answer.body, server: '${_api.server}', now: _api.serverClock.now());
    } on FormatException catch (failure) {
      throw SignInFailure(SignInFailureKind.server, detail: failure.message);
    }
  }

  /// A session that cannot be stored goes on in memory: the server may have dropped the one before already.
  Future<void> _keep(Session session) async {
    _session = session;
    try {
      // What was signed out meanwhile must not be there at the next start.
      await _writes.run(() => identical(_session, session) ? _storage.write(session.toText()) : null);
    } on Exception {
      // The next refresh tries again.
    }
  }

  /// A token of [user] for requests, renewed if it is about to end. Throws [SignInRequired] or [ApiFailure].
  Future<String> accessToken(User user) async {
    final session = _sessionOf(user);
    if (_api.serverClock.now().isBefore(session.expiresAt.subtract(_margin))) return session.accessToken;
    return _refreshed(user);
  }

  /// Another token of [user], since the server has [refused] the one given. Throws [SignInRequired] or [ApiFailure].
  Future<String> tokenAfter(Refused refused, {required String refusedToken, required User user}) async {
    if (const {'account_gone', 'unknown_user'}.contains(refused.code)) await giveUp(refused, user: user);
    final session = _sessionOf(user);
    // Somebody else was faster.
    return session.accessToken != refusedToken ? session.accessToken : _refreshed(user);
  }

  Session _sessionOf(User user) {
    final session = _session;
    if (session == null || session.user != user || session.isExpired) throw const SignInRequired();
    return session;
  }

  /// One refresh for all who wait: a second use of the same refresh token could end the session.
  Future<String> _refreshed(User user) {
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
      // Signed out meanwhile: these tokens are nobody's.
      if (!identical(_session, old) || session.user.id != old.user.id) throw const SignInRequired();
      await _keep(session);
      return session.accessToken;
    } on Refused catch (refused) {
      if (!refused.endsSession) rethrow;
      return giveUp(refused, user: old.user);
    } on FormatException catch (failure) {
      throw Refused(status: 200, code: 'unreadable_answer', detail: failure.message);
    } finally {
      if (identical(_refresh?.session, old)) _refresh = null;
    }
  }

  /// The server has said that it is over, in [refused]. Always throws [SignInRequired].
  Future<Never> giveUp(Refused refused, {required User user}) async {
    final session = _session;
    if (session == null || session.user != user) throw const SignInRequired();
    if (refused.code == 'account_gone') {
      await _leave(erase: true, next: const SignedOut(accountWasDeleted: true));
    } else if (!session.isExpired) {
      await _keep(session.expired());
      _state.value = SignInExpired(session.user);
    }
    throw const SignInRequired();
  }

  Future<void> _leave({required bool erase, required SignedOut next}) async {
    _session = null;
    _state.value = next;
    try {
      // First the data: killed in between, the next start asks the server once more, and erases again.
      await _data.close(erase: erase);
    } finally {
      // Somebody may have signed in meanwhile.
      await _writes.run(() => _session == null ? _storage.delete() : null);
    }
  }

  /// Waits for what is under way, and what it writes: whoever opens the same storage next finds it.
  Future<void> close() => _turns.run(() => _writes.run(() {}));

  /// Signs out and erases this user's data from the device, unsent edits only as [unsent] says. Works offline.
  /// [everywhere] ends the user's sessions on all devices, as far as the server can be reached.
  Future<SignOutOutcome> signOut({UnsentEdits unsent = UnsentEdits.refuse, bool everywhere = false}) =>
      _turns.run(() async {
        final session = _session;
        if (session == null) return const SignOutDone();
        final count = _data.unsentCount;
        if (count > 0 && unsent == UnsentEdits.refuse) return SignOutNeedsDecision(count);
        await _leave(erase: count == 0 || unsent == UnsentEdits.discard, next: const SignedOut());
        if (!session.isExpired) await _endSession(session, everywhere: everywhere);
        return const SignOutDone();
      });

  Future<void> _endSession(Session session, {required bool everywhere}) async {
    try {
      final body = {'refresh_token': session.refreshToken, if (everywhere) 'all': true};
      await _api.send('POST', '/api/auth/logout', body: body);
    } on ApiFailure {
      // The token is forgotten here, which is what signing out promises on this device.
    }
  }

  /// Changes the password; all other devices must sign in again. Throws [SignInFailure].
  Future<void> changePassword({required String current, required String replacement}) => _turns.run(() async {
    final answer = await _asUser('PUT', '/api/account/password', {
      'current_password': current,
      'new_password': replacement,
    });
    await _keep(_sessionFrom(answer));
  });

  /// Deletes the account on the server, then everything of it here. Throws [SignInFailure].
  Future<void> deleteAccount({required String password}) => _delete({'password': password});

  /// The same for who signs in with Google: [idToken] is a fresh one, of the same Google account.
  Future<void> deleteGoogleAccount(String idToken) => _delete({'id_token': idToken});

  Future<void> _delete(Map<String, Object?> proof) => _turns.run(() async {
    await _asUser('DELETE', '/api/account', proof);
    if (_session != null) await _leave(erase: true, next: const SignedOut());
  });

  /// Sends [body] as whoever is signed in. When the server says that the account is gone, that is an answer: the one to an
  /// earlier deletion may have been lost.
  Future<ApiAnswer> _asUser(String method, String path, Map<String, Object?> body) async {
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
