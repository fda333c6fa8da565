import 'dart:async';

import '../api/api_failure.dart';
import '../state/observed.dart';
import '../state/one_at_a_time.dart';
import '../state/watched.dart';
import 'account_data.dart';
import 'authentication_state.dart';
import 'own_sign_in.dart';
import 'sign_in_required.dart';
import 'sync_authentication.dart';
import 'weight_sync_user.dart';

/// Follows the app's own sign-in: opens and closes the user's data, and asks for tokens. Data of a user who signs out
/// stays on the device, hidden, until they sign in again.
final class OwnSignInAuthentication implements SyncAuthentication {
  /// Follows [_signIn] and opens the user's data in [_data]. [note] receives why that failed.
  OwnSignInAuthentication(this._signIn, this._data, {NoteFailure? note}) : _note = note;

  final OwnSignIn _signIn;
  final AccountData _data;
  final NoteFailure? _note;
  final _state = Observed<AuthenticationState>(const SignedOut());
  final _turns = OneAtATime();

  @override
  Watched<AuthenticationState> get state => _state;

  @override
  Future<void> start() {
    _signIn.changes.addListener(_onChange);
    return _turns.run(_follow);
  }

  void _onChange() => unawaited(
    _turns.run(_follow).onError<Object>((thrown, trace) => _note?.call('the data could not be opened', thrown, trace)),
  );

  /// If the device cannot open the data, nobody is signed in here.
  Future<void> _follow() async {
    final user = _signIn.user;
    if (_state.value.user?.id != user?.id) {
      _state.value = const SignedOut();
      await _data.close();
    }
    await _data.open(user);
    if (user == null) return;
    // The user may have changed again; the next turn follows.
    if (_signIn.user?.id == user.id) _state.value = SignedIn(user);
  }

  @override
  Future<String> accessToken(WeightSyncUser user) => _token(user, null);

  @override
  Future<String> tokenAfter(Refused refused, {required String refusedToken, required WeightSyncUser user}) =>
      refused.code == 'account_gone'
      ? giveUp(refused, refusedToken: refusedToken, user: user)
      : _token(user, refusedToken);

  Future<String> _token(WeightSyncUser user, String? refused) async {
    if (!_isSignedIn(user)) throw const SignInRequired();
    final String? token;
    try {
      token = await _signIn.accessToken(refused: refused);
    } on Exception catch (thrown) {
      throw Unreachable('no access token: ${thrown.runtimeType}');
    }
    if (!_isSignedIn(user)) throw const SignInRequired();
    return token == null || token == refused ? _expire(user) : token;
  }

  bool _isSignedIn(WeightSyncUser user) => switch (_state.value) {
    SignedIn(user: final now) => now.id == user.id && _signIn.user?.id == user.id,
    _ => false,
  };

  Never _expire(WeightSyncUser user) {
    _state.value = SignInExpired(user);
    throw const SignInRequired();
  }

  @override
  Future<Never> giveUp(Refused refused, {required String refusedToken, required WeightSyncUser user}) async {
    if (!_isSignedIn(user)) throw const SignInRequired();
    if (refused.code != 'account_gone') _expire(user);
    _state.value = const SignedOut(accountWasDeleted: true);
    await _data.erase(user);
    throw const SignInRequired();
  }

  @override
  Future<void> close() {
    _signIn.changes.removeListener(_onChange);
    return _turns.run(() {});
  }
}
