/// What signing out does with edits that the server does not have.
enum UnsentEdits {
  /// Do not sign out; return how many there are.
  refuse,

  /// Keep them on the device, hidden, until the same user signs in again.
  keep,

  /// Delete them.
  discard,
}
