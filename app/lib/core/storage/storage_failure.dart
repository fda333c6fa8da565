/// Thrown when the device cannot store data: full, broken, or not permitted. Nothing was changed.
final class StorageFailure implements Exception {
  /// A failure with the system's message as [detail].
  const StorageFailure(this.detail);

  /// Text for the report.
  final String detail;

  @override
  String toString() => 'StorageFailure: $detail';
}
