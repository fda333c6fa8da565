/// What signing out does with the user's data on this device.
enum DataOnDevice {
  /// Remove it if the server has all edits. Otherwise do not sign out, and return how many it lacks.
  removeIfSent,

  /// Remove it, and with it the edits that the server does not have.
  remove,

  /// Keep using it without an account. When the same user signs in again, sync continues where it was.
  keep,
}
