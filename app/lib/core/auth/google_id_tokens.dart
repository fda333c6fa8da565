import 'sign_in_failure.dart';

/// Optional extension point: supplies Google ID tokens, by Google's own sign-in with the scopes `openid email`. Without
/// it the app shows no Google button.
abstract interface class GoogleIdTokens {
  /// Lets the user choose a Google account and returns a fresh ID token issued for one of [clientIds]; null if the user
  /// cancels.
  Future<String?> ask(List<String> clientIds);
}

/// [GoogleIdTokens.ask] as the forms use it.
extension GoogleIdToken on GoogleIdTokens {
  /// Like [ask], but throws a [SignInFailure] whatever the plug-in throws.
  Future<String?> askOrFail(List<String> clientIds) async {
    try {
      return await ask(clientIds);
    } on Object catch (thrown) {
      throw SignInFailure(SignInFailureKind.googleFailed, detail: '${thrown.runtimeType}');
    }
  }
}
