import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

/// A sync manager whose status the test sets.
class MemorySync extends Fake implements SyncManager {
  @override
  final Observed<WeightSyncStatus> status = Observed(const SyncIdle());

  @override
  final Observed<DateTime?> lastSync = Observed(null);

  @override
  final Observed<int> pending = Observed(0);

  int runs = 0;

  @override
  Future<void> syncNow() async => runs++;

  @override
  String report() => 'weight_sync report';
}
