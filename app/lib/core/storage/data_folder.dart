/// Extension point: where the app's files are.
abstract interface class DataFolder {
  /// Returns the path of a folder, which is created if needed; in a browser it is only a name. The folder should be part
  /// of the app's backup and private to the app.
  Future<String> locate();
}
