import 'dart:io';

/// Extension point: the folder for the app's files.
abstract interface class DataFolder {
  /// Returns the folder, creating it if needed. It should be part of the app's backup and private to the app.
  Future<Directory> directory();
}
