import 'dart:io';

/// Writes a file unless it holds these bytes already: its age tells the compiler what changed. In one step, since another
/// run may be reading it.
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
