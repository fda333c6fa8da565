import 'account_data.dart';
import 'weight_sync_user.dart';

/// The user's data in several parts, which open, close and are erased together.
final class AccountDataParts implements AccountData {
  /// The data of [_parts].
  const AccountDataParts(this._parts);

  final List<AccountData> _parts;

  @override
  Future<void> open(WeightSyncUser? user) async {
    for (final part in _parts) {
      await part.open(user);
    }
  }

  @override
  int get unsentCount => _parts.fold(0, (sum, part) => sum + part.unsentCount);

  @override
  Future<void> close() => Future.wait([for (final part in _parts) part.close()]);

  @override
  Future<void> keep(WeightSyncUser user) => Future.wait([for (final part in _parts) part.keep(user)]);

  @override
  Future<void> erase(WeightSyncUser user) => Future.wait([for (final part in _parts) part.erase(user)]);
}
