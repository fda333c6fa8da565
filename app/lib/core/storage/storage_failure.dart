/// Thrown when the device cannot store: full, broken, or not allowed. Nothing was changed.
final class StorageFailure implements Exception {
  /// With what the system said.
  const StorageFailure(this.detail);

  /// For a report.
  final String detail;

  @override
  String toString() => 'StorageFailure: $detail';
}
