/// When a keychain's item can be read.
enum KeychainAccessibility {
  /// With a passcode, while the device is unlocked.
  passcode,

  /// While the device is unlocked.
  unlocked,

  /// The same, and not in backups.
  // ignore: constant_identifier_names, the plug-in's name
  unlocked_this_device,

  /// After the first unlock since the start.
  // ignore: constant_identifier_names, the plug-in's name
  first_unlock,

  /// The same, and not in backups.
  // ignore: constant_identifier_names, the plug-in's name
  first_unlock_this_device,
}

/// Options of iOS and macOS.
abstract class AppleOptions {
  /// Options with [accessibility].
  const AppleOptions({this.accessibility = KeychainAccessibility.unlocked});

  /// When an item can be read.
  final KeychainAccessibility? accessibility;
}

/// Options of iOS.
class IOSOptions extends AppleOptions {
  /// Options with [accessibility].
  const IOSOptions({super.accessibility});

  /// The defaults.
  static const IOSOptions defaultOptions = IOSOptions();
}

/// Options of macOS.
class MacOsOptions extends AppleOptions {
  /// Options with [accessibility].
  const MacOsOptions({super.accessibility});

  /// The defaults.
  static const MacOsOptions defaultOptions = MacOsOptions();
}

/// The keystore of the device.
class FlutterSecureStorage {
  /// A keystore with options.
  const FlutterSecureStorage({this.iOptions = IOSOptions.defaultOptions, this.mOptions = MacOsOptions.defaultOptions});

  /// Options of iOS.
  final IOSOptions iOptions;

  /// Options of macOS.
  final MacOsOptions mOptions;

  static Map<String, String> _values = {};

  /// Sets the content, for tests.
  static void setMockInitialValues(Map<String, String> values) => _values = values;

  /// The text under [key].
  Future<String?> read({required String key, IOSOptions? iOptions, MacOsOptions? mOptions}) async => _values[key];

  /// Stores [value] under [key]; null deletes it.
  Future<void> write({
    required String key,
    required String? value,
    IOSOptions? iOptions,
    MacOsOptions? mOptions,
  }) async => value == null ? _values.remove(key) : _values[key] = value;

  /// Deletes the text under [key].
  Future<void> delete({required String key, IOSOptions? iOptions, MacOsOptions? mOptions}) async => _values.remove(key);
}
