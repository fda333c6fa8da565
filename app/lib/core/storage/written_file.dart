import 'dart:io';

import 'storage_failure.dart';

/// Puts [text] into the file at [path], durable and in one step: the old or the new text is there, never a mixture.
/// With [isPrivate] nobody else on the machine can read it.
Future<void> writeWholly(String path, String text, {bool isPrivate = false}) async {
  try {
    final file = File('$path.new');
    await file.parent.create(recursive: true);
    if (isPrivate && (Platform.isLinux || Platform.isMacOS)) {
      // The file is private before anything is in it. On phones the whole folder is.
      await file.writeAsString('');
      await Process.run('chmod', ['600', file.path]);
    }
    final open = await file.open(mode: FileMode.write);
    await open.writeString(text);
    await open.flush();
    await open.close();
    await file.rename(path);
  } on FileSystemException catch (failure) {
    throw StorageFailure('$failure');
  }
}
