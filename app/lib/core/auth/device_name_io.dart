import 'dart:io';

/// What this device calls itself in the list of signed-in devices, unless the app knows a better name.
String get usualDeviceName => switch (Platform.operatingSystem) {
  // Phones do not reveal their names without a plug-in.
  'android' => 'Android',
  'ios' => 'iOS',
  _ => Platform.localHostname,
};
