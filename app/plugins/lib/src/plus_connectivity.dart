import 'package:connectivity_plus/connectivity_plus.dart';
import 'package:weight_sync/weight_sync.dart';

/// The system's notification that a network is there again.
final class PlusConnectivity implements SyncConnectivity {
  /// Listens while there is a listener.
  const PlusConnectivity();

  @override
  Stream<void> get returns =>
      Connectivity().onConnectivityChanged.where((now) => now.any((kind) => kind != ConnectivityResult.none));
}
