import 'package:flutter_secure_storage/flutter_secure_storage.dart';
import 'package:weight_sync/weight_sync.dart';

/// The session in the Keychain, the Keystore or Windows' credential store. Where it cannot be read, for example after a
/// backup was restored on another phone, the user signs in again.
final class KeystoreTokens implements TokenStorage {
  /// The session under the key [name].
  const KeystoreTokens([this.name = 'weight_sync']);

  /// The key.
  final String name;

  // A background task runs while the phone is locked, and another device must not get the session from a backup.
  static const _store = FlutterSecureStorage(
    iOptions: IOSOptions(accessibility: KeychainAccessibility.first_unlock_this_device),
    mOptions: MacOsOptions(accessibility: KeychainAccessibility.first_unlock_this_device),
  );

  @override
  Future<String?> read() => _store.read(key: name);

  @override
  Future<void> write(String text) => _store.write(key: name, value: text);

  @override
  Future<void> delete() => _store.delete(key: name);
}
