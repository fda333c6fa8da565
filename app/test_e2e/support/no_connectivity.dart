import 'package:weight_sync/weight_sync.dart';

/// Connectivity without events.
final class NoConnectivity implements SyncConnectivity {
  /// Creates the connectivity.
  const NoConnectivity();

  @override
  Stream<void> get returns => const Stream.empty();
}
