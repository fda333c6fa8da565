/// What becomes of edits that the server does not have when somebody signs out.
enum UnsentEdits {
  /// Do not sign out; say how many there are.
  refuse,

  /// Keep them on the device, unseen, until the same user signs in again.
  keep,

  /// Erase them.
  discard,
}
