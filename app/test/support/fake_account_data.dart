import 'package:weight_sync/core/auth/account_data.dart';
import 'package:weight_sync/weight_sync.dart';

/// Records its calls.
base class FakeAccountData implements AccountData {
  /// `open u1`, `close`, `erase u1`.
  final calls = <String>[];

  @override
  int unsentCount = 0;

  @override
  Future<void> open(WeightSyncUser? user) async => calls.add('open ${user?.id}');

  @override
  Future<void> close() async => calls.add('close');

  @override
  Future<void> keep(WeightSyncUser user) async => calls.add('keep ${user.id}');

  @override
  Future<void> erase(WeightSyncUser user) async => calls.add('erase ${user.id}');
}
