/// Extension point: where the session is stored. It contains the refresh token, which is as good as a password: on
/// phones use the Keychain or the Keystore.
abstract interface class TokenStorage {
  /// Returns the stored text; null if there is none. If it throws, the user has to sign in again.
  Future<String?> read();

  /// Stores [text]; durable when it returns.
  Future<void> write(String text);

  /// Deletes the stored text. If it throws, an empty text is written instead.
  Future<void> delete();
}
