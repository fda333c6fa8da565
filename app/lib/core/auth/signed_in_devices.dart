import '../api/api_answer.dart';
import 'sign_in_failure.dart';
import 'signed_in_device.dart';

/// The devices on which the user is signed in. The server knows them; nothing of it is stored here.
class SignedInDevices {
  /// Sends requests as the signed-in user with [_send], which throws [SignInFailure]; [_thisId] returns the id of this
  /// device's session.
  SignedInDevices(this._send, this._thisId);

  final Future<ApiAnswer> Function(String method, String path) _send;
  final String? Function() _thisId;

  static const _route = '/api/account/sessions';

  /// The devices, this one first, then those used last. Throws [SignInFailure].
  Future<List<SignedInDevice>> list() async {
    final answer = await _send('GET', _route);
    try {
      final sessions = answer.body['sessions']! as List<Object?>;
      final devices = [for (final json in sessions) SignedInDevice.fromJson(json, thisId: _thisId())];
      return devices..sort((a, b) => a.isThis != b.isThis ? (a.isThis ? -1 : 1) : b.lastUsedAt.compareTo(a.lastUsedAt));
    } on Object catch (thrown) {
      throw SignInFailure(SignInFailureKind.server, detail: '${thrown.runtimeType}');
    }
  }

  /// Signs [device] out: it needs the password again, and keeps what it has not sent. Throws [SignInFailure].
  Future<void> signOut(SignedInDevice device) async {
    try {
      await _send('DELETE', '$_route/${device.id}');
    } on SignInFailure catch (failure) {
      // It was signed out already.
      if (failure.detail != 'not_found') rethrow;
    }
  }
}
