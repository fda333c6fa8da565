/// Why the server reported a conflict.
enum ConflictReason {
  /// A later edit stands on the server.
  newerOnServer('newer_on_server'),

  /// Both edits were made on the same version.
  concurrentEdit('concurrent_edit'),

  /// The entry was deleted on another device.
  deletedOnServer('deleted_on_server'),

  /// The server knows the entry no more.
  gone('gone');

  const ConflictReason(this.code);

  /// The name on the wire.
  final String code;

  /// The reason with that [code]. A code of a later server counts as a concurrent edit.
  static ConflictReason of(Object? code) {
    for (final reason in values) {
      if (reason.code == code) return reason;
    }
    return concurrentEdit;
  }
}
