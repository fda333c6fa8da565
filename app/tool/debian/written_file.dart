import 'dart:io';

/// Writes a file atomically, since another run may be reading it. An unchanged file keeps its modification time, from
/// which the compiler sees what changed.
void writeIfChanged(String path, List<int> bytes) {
  final file = File(path);
  if (file.existsSync()) {
    final old = file.readAsBytesSync();
    if (old.length == bytes.length) {
      var same = true;
      for (var i = 0; same && i < old.length; i++) {
        same = old[i] == bytes[i];
      }
      if (same) return;
    }
  }
  file.parent.createSync(recursive: true);
  final unfinished = File('$path.$pid')..writeAsBytesSync(bytes);
  unfinished.renameSync(path);
}
