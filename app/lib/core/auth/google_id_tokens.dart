/// Plug point, optional: where ID tokens of Google come from. An app gives one that asks Google's own sign-in, with the
/// scopes `openid email`; without one there is no such button.
abstract interface class GoogleIdTokens {
  /// Asks the person for a Google account, and gives a fresh ID token of it that is made for one of [clientIds]; null when
  /// they changed their mind.
  Future<String?> ask(List<String> clientIds);
}
