import 'weight_sync_user.dart';

/// The data on this device of the person who uses the app: the signed-in user's, or, while nobody is signed in, what is
/// recorded without an account. Data of other users is neither shown nor sent.
abstract interface class AccountData {
  /// Opens the data of [user], which may be empty; null opens what is recorded without an account.
  Future<void> open(WeightSyncUser? user);

  /// How many entries have edits that the server does not have.
  int get unsentCount;

  /// Closes the open data, which stays on the device.
  Future<void> close();

  /// The user signs out, and the data stays in use without an account until that user signs in again.
  Future<void> keep(WeightSyncUser user);

  /// Deletes the data of [user] from the device, also while another user's is open or being opened. If it was open, what
  /// is recorded without an account is open afterwards.
  Future<void> erase(WeightSyncUser user);
}
