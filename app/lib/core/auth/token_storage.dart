/// Plug point: where the session is kept. It holds the refresh token, which is as good as a password: on phones give one
/// that uses the Keychain or the Keystore.
abstract interface class TokenStorage {
  /// What was written last; null when there is nothing.
  Future<String?> read();

  /// Keeps [text]; durable when it returns.
  Future<void> write(String text);

  /// Forgets it.
  Future<void> delete();
}
