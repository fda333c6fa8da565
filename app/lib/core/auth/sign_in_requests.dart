import 'dart:async';

import '../api/api_answer.dart';
import '../api/api_client.dart';
import '../api/api_failure.dart';
import 'session.dart';
import 'sign_in_failure.dart';

/// The requests that begin and end sessions, and those for one-time codes. Stores nothing.
final class SignInRequests {
  /// Requests to the server of [_api]. Its list of devices calls this one [deviceName].
  SignInRequests(this._api, {String? deviceName})
    : deviceName = deviceName == null ? null : String.fromCharCodes(deviceName.runes.take(_deviceNameLength));

  final ApiClient _api;

  /// What this device calls itself.
  final String? deviceName;

  /// The server takes no longer names.
  static const _deviceNameLength = 64;

  /// How long a sign-out waits for the server's answer.
  static const _logoutWait = Duration(seconds: 5);

  static const _accepted = 202;

  /// Begins a session; null if the server has mailed a code instead. Throws [SignInFailure].
  Future<Session?> begin(String path, Map<String, Object?> body) async {
    final answer = await _post(path, {...body, 'device_name': ?deviceName});
    return answer.status == _accepted ? null : sessionFrom(answer);
  }

  /// Has the server mail a code to [email], if it has an account. Throws [SignInFailure].
  Future<void> mailCode(String email) => _post('/api/auth/password/forgot', {'email': email});

  Future<ApiAnswer> _post(String path, Map<String, Object?> body) async {
    try {
      return await _api.send('POST', path, body: body);
    } on ApiFailure catch (failure) {
      throw SignInFailure.of(failure);
    }
  }

  /// Parses the server's tokens. Throws [SignInFailure].
  Session sessionFrom(ApiAnswer answer) {
    try {
      return Session.fromTokens(answer.body, server: '${_api.server}', now: _api.serverClock.now());
    } on FormatException catch (failure) {
      throw SignInFailure(SignInFailureKind.server, detail: failure.message);
    }
  }

  /// Ends [session], and with [everywhere] all others of its user. Returns after 5 s at the latest, and never fails: a local
  /// sign-out only needs the tokens deleted on this device.
  Future<void> end(Session session, {required bool everywhere}) async {
    try {
      final body = {'refresh_token': session.refreshToken, if (everywhere) 'all': true};
      await _api.send('POST', '/api/auth/logout', body: body).timeout(_logoutWait);
    } on ApiFailure {
      // The session ends by itself some day.
    } on TimeoutException {
      // The request may still arrive.
    }
  }
}
