import 'user.dart';

/// What the device holds of the user who is signed in. Of others nothing is shown, and nothing is sent.
abstract interface class AccountData {
  /// Opens the data of [user], which may be empty.
  Future<void> open(User user);

  /// Edits that the server does not have.
  int get unsentCount;

  /// Closes what is open, and erases it if [erase].
  Future<void> close({required bool erase});
}
