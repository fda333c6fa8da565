/// Optional extension point: supplies Google ID tokens, by Google's own sign-in with the scopes `openid email`. Without
/// it the app shows no Google button.
abstract interface class GoogleIdTokens {
  /// Lets the user choose a Google account and returns a fresh ID token issued for one of [clientIds]; null if the user
  /// cancels.
  Future<String?> ask(List<String> clientIds);
}
