import 'dart:typed_data';

/// An open file that grows piece by piece. Every call throws a `StorageFailure` if it fails, and then the file is as it
/// was. Calls must not overlap.
abstract interface class GrowingFile {
  /// The length in bytes.
  int get length;

  /// Returns the whole content.
  Future<Uint8List> read();

  /// Shortens the file to [length] bytes.
  Future<void> cut(int length);

  /// Appends [piece]; it survives a power failure when this returns, if [isDurable].
  Future<void> append(Uint8List piece, {bool isDurable = true});

  /// Replaces the content by [pieces], atomically.
  Future<void> replace(Iterable<Uint8List> pieces);

  /// Copies the file to [path], replacing what is there.
  Future<void> copyTo(String path);

  /// Closes the file.
  Future<void> close();
}
