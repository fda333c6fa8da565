import '../api/api_answer.dart';
import '../api/api_client.dart';
import '../api/api_failure.dart';
import 'sync_authentication.dart';
import 'weight_sync_user.dart';

/// Sends requests as one user, refreshing the access token when needed. Sends nothing if another user is signed in.
final class AuthorizedClient {
  /// Sends as [_user].
  const AuthorizedClient(this._api, this._authentication, this._user);

  final ApiClient _api;
  final SyncAuthentication _authentication;
  final WeightSyncUser _user;

  /// Like [ApiClient.send], and also throws `SignInRequired`.
  Future<ApiAnswer> send(String method, String path, {Map<String, String> query = const {}, Object? body}) async {
    Future<ApiAnswer> attempt(String token) => _api.send(method, path, query: query, body: body, token: token);
    final token = await _authentication.accessToken(_user);
    try {
      return await attempt(token);
    } on Refused catch (refused) {
      if (!refused.endsSession) rethrow;
      final fresh = await _authentication.tokenAfter(refused, refusedToken: token, user: _user);
      try {
        return await attempt(fresh);
      } on Refused catch (again) {
        if (again.endsSession) await _authentication.giveUp(again, refusedToken: fresh, user: _user);
        rethrow;
      }
    }
  }
}
