import 'package:weight_sync/weight_sync.dart';

/// Says nothing of the network.
final class NoConnectivity implements Connectivity {
  /// Nothing.
  const NoConnectivity();

  @override
  Stream<void> get returns => const Stream.empty();
}
