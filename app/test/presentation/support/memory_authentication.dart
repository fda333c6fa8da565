import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'memory_devices.dart';

/// Accepts every sign-in unless a failure is set.
class MemoryAuthentication extends Fake implements AuthenticationService {
  MemoryAuthentication([AuthenticationState state = const SignedOut()]) : state = Observed(state);

  static const ada = WeightSyncUser(id: 'u1', email: 'ada@example.org');

  @override
  final Observed<AuthenticationState> state;

  /// Thrown by every call if set.
  SignInFailure? failure;

  /// Thrown by every call if set: a failure that does not come from the server.
  Exception? trouble;

  final calls = <String>[];

  @override
  final MemoryDevices devices = MemoryDevices();

  Future<void> _do(String call, AuthenticationState next) async {
    calls.add(call);
    if (failure case final failure?) throw failure;
    if (trouble case final trouble?) throw trouble;
    state.value = next;
  }

  @override
  Future<void> signIn({required String email, required String password}) =>
      _do('signIn $email $password', const SignedIn(ada));

  /// Whether a new account has to confirm its address with a code.
  bool mailsCodes = false;

  @override
  Future<bool> register({required String email, required String password}) async {
    await _do('register $email $password', mailsCodes ? state.value : const SignedIn(ada));
    return !mailsCodes;
  }

  @override
  Future<void> mailCode(String email) => _do('mailCode $email', state.value);

  @override
  Future<void> resetPassword({required String email, required String code, required String password}) =>
      _do('resetPassword $email $code $password', const SignedIn(ada));

  @override
  Future<void> signInWithGoogle(String idToken) => _do('signInWithGoogle $idToken', const SignedIn(ada));

  @override
  Future<void> deleteGoogleAccount(String idToken) => _do('deleteGoogleAccount $idToken', const SignedOut());

  @override
  Future<SignOutOutcome> signOut({DataOnDevice data = DataOnDevice.removeIfSent, bool everywhere = false}) async {
    await _do('signOut ${data.name}', const SignedOut());
    return const SignOutDone();
  }

  @override
  Future<void> changePassword({required String current, required String replacement}) =>
      _do('changePassword $current $replacement', state.value);

  @override
  Future<void> deleteAccount({required String password}) => _do('deleteAccount $password', const SignedOut());
}
