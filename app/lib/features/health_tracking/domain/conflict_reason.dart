/// Why the server reported a conflict.
enum ConflictReason {
  /// The server has a later edit.
  newerOnServer('newer_on_server'),

  /// Another edit was applied since the version that this edit is based on.
  concurrentEdit('concurrent_edit'),

  /// The entry was deleted on another device.
  deletedOnServer('deleted_on_server'),

  /// The server no longer knows the entry.
  gone('gone');

  const ConflictReason(this.code);

  /// The code in JSON.
  final String code;

  /// The reason with that [code]. Unknown codes, of a later server, count as [concurrentEdit].
  static ConflictReason of(Object? code) {
    for (final reason in values) {
      if (reason.code == code) return reason;
    }
    return concurrentEdit;
  }
}
