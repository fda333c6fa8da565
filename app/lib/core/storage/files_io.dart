import 'dart:io';
import 'dart:typed_data';

import 'package:clock/clock.dart';

import 'durable_folder.dart';
import 'files.dart';
import 'growing_file.dart';
import 'growing_file_io.dart';
import 'or_storage_failure.dart';

/// The files of phones and desktops.
const Files platformFiles = _IoFiles();

final class _IoFiles implements Files {
  const _IoFiles();

  static const _erased = '.erased';

  @override
  Future<void> makeFolder(String path) => orStorageFailure(DurableFolder(path).make);

  @override
  Future<bool> exists(String path) async => File(path).existsSync();

  @override
  Future<Uint8List?> read(String path) => orStorageFailure(() async {
    final file = File(path);
    return file.existsSync() ? await file.readAsBytes() : null;
  });

  @override
  Future<void> write(String path, List<int> bytes, {bool isPrivate = false}) => orStorageFailure(() async {
    final file = File('$path.new');
    final folder = DurableFolder.of(path);
    await folder.make();
    if (isPrivate && (Platform.isLinux || Platform.isMacOS)) {
      // The permission is set before the text is written. On phones the whole folder is private.
      await file.writeAsString('');
      await Process.run('chmod', ['600', file.path]);
    }
    await file.writeAsBytes(bytes, flush: true);
    await file.rename(path);
    folder.sync();
  });

  @override
  Future<void> delete(String path) => orStorageFailure(() async {
    final file = File(path);
    if (!file.existsSync()) return;
    await file.delete();
    DurableFolder.of(path).sync();
  });

  @override
  Future<GrowingFile> open(String path) => IoGrowingFile.open(path);

  @override
  Future<void> eraseFolder(String path) => orStorageFailure(() async {
    final folder = Directory(path);
    if (!folder.existsSync()) return;
    // Renaming is atomic.
    await folder.rename('$path.${clock.now().microsecondsSinceEpoch}$_erased');
    DurableFolder.of(path).sync();
    await sweepErased(folder.parent.path);
  });

  @override
  Future<void> sweepErased(String path) async {
    final above = Directory(path);
    if (!above.existsSync()) return;
    for (final folder in above.listSync().where((folder) => folder.path.endsWith(_erased))) {
      try {
        await folder.delete(recursive: true);
      } on FileSystemException {
        // It is not opened before the next start tries again.
      }
    }
  }
}
