import 'user.dart';

/// The signed-in user's data on this device. Data of other users is neither shown nor sent.
abstract interface class AccountData {
  /// Opens the data of [user], which may be empty.
  Future<void> open(User user);

  /// How many entries have edits that the server does not have.
  int get unsentCount;

  /// Closes the open data, and deletes it from the device if [erase].
  Future<void> close({required bool erase});
}
