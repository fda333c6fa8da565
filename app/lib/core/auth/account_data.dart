import 'weight_sync_user.dart';

/// The signed-in user's data on this device. Data of other users is neither shown nor sent.
abstract interface class AccountData {
  /// Opens the data of [user], which may be empty.
  Future<void> open(WeightSyncUser user);

  /// How many entries have edits that the server does not have.
  int get unsentCount;

  /// Closes the open data, which stays on the device.
  Future<void> close();

  /// Deletes the data of [user] from the device, also while another user's is open or being opened.
  Future<void> erase(WeightSyncUser user);
}
