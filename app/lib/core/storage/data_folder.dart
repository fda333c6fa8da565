import 'dart:io';

/// Plug point: where the app may keep its files.
abstract interface class DataFolder {
  /// The folder; made when it is not there. Backed up with the app's other data, but not shared with other apps.
  Future<Directory> directory();
}
