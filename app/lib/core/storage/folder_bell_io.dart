import 'dart:async';
import 'dart:isolate';
import 'dart:ui';

/// Lets an isolate that needs a data folder tell the isolate of the same process that has it open. Knows neither what the
/// folder holds nor who has the lock.
final class FolderBell {
  /// Calls [onRing] when another isolate needs [folder], and answers that isolate when [onRing] has ended. The caller has
  /// the folder's lock.
  FolderBell(String folder, Future<void> Function() onRing) : _name = _nameOf(folder) {
    // An isolate that was killed (hot restart) left its name.
    IsolateNameServer.removePortNameMapping(_name);
    IsolateNameServer.registerPortWithName(_port.sendPort, _name);
    _port.listen((caller) => onRing().whenComplete(() => (caller as SendPort).send(null)).ignore());
  }

  final String _name;
  final _port = ReceivePort();

  static String _nameOf(String folder) => 'weight_sync $folder';

  /// Tells the isolate that has [folder] open, if it is one of this process, and waits for its answer, but no longer than
  /// [limit].
  static Future<void> ring(String folder, {required Duration limit}) async {
    final holder = IsolateNameServer.lookupPortByName(_nameOf(folder));
    if (holder == null) return;
    final answers = ReceivePort();
    holder.send(answers.sendPort);
    await answers.first.timeout(limit, onTimeout: answers.close);
  }

  /// Stops listening. Call before the lock is released.
  void close() {
    IsolateNameServer.removePortNameMapping(_name);
    _port.close();
  }
}
