import 'dart:io';

import 'durable_folder.dart';
import 'storage_failure.dart';

/// Writes [text] to the file at [path] durably and atomically. With [isPrivate] only the owner can read it.
Future<void> writeWholly(String path, String text, {bool isPrivate = false}) async {
  try {
    final file = File('$path.new');
    final folder = DurableFolder.of(path);
    await folder.make();
    if (isPrivate && (Platform.isLinux || Platform.isMacOS)) {
      // The permission is set before the text is written. On phones the whole folder is private.
      await file.writeAsString('');
      await Process.run('chmod', ['600', file.path]);
    }
    final open = await file.open(mode: FileMode.write);
    try {
      await open.writeString(text);
      await open.flush();
    } finally {
      await open.close();
    }
    await file.rename(path);
    folder.sync();
  } on FileSystemException catch (failure) {
    throw StorageFailure('$failure');
  }
}
