/// Plug point: tells when it may be worth trying. A hint only: sync never waits for it, and never believes it is online
/// because of it.
abstract interface class Connectivity {
  /// An event each time the device may have got a network, or another one.
  Stream<void> get returns;
}
