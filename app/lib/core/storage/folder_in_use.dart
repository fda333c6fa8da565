/// Thrown when another process, or another isolate of this one, has the data folder open.
final class FolderInUse implements Exception {
  /// The folder at [path] is in use.
  const FolderInUse(this.path);

  /// The folder's path.
  final String path;

  @override
  String toString() => 'FolderInUse: $path is open elsewhere';
}
