import 'dart:io';

import 'durable_folder.dart';
import 'storage_failure.dart';

/// Puts [text] into the file at [path], durable and in one step: the old or the new text is there, never a mixture.
/// With [isPrivate] nobody else on the machine can read it.
Future<void> writeWholly(String path, String text, {bool isPrivate = false}) async {
  try {
    final file = File('$path.new');
    final folder = DurableFolder.of(path);
    await folder.make();
    if (isPrivate && (Platform.isLinux || Platform.isMacOS)) {
      // The file is private before anything is in it. On phones the whole folder is.
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
