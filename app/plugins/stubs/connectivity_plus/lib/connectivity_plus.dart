import 'dart:async';

/// How the device is connected.
enum ConnectivityResult {
  /// Bluetooth.
  bluetooth,

  /// Wi-Fi.
  wifi,

  /// A cable.
  ethernet,

  /// A cellular network.
  mobile,

  /// Not at all.
  none,

  /// A virtual private network.
  vpn,

  /// A satellite.
  satellite,

  /// Something else.
  other,
}

/// What the stub tells; for tests.
// ignore: close_sinks, it ends with the test
final StreamController<List<ConnectivityResult>> stubbedChanges = StreamController.broadcast();

/// The state of the network.
class Connectivity {
  /// The only one.
  factory Connectivity() => _only;

  Connectivity._();

  static final Connectivity _only = Connectivity._();

  /// Fires at each change.
  Stream<List<ConnectivityResult>> get onConnectivityChanged => stubbedChanges.stream;
}
