import 'dart:js_interop';

/// Lets a tab that needs a data folder tell the tab that has it open. Knows neither what the folder holds nor who has
/// the lock.
final class FolderBell {
  /// Calls [onRing] when another tab needs [folder]. The caller has the folder's lock.
  FolderBell(String folder, Future<void> Function() onRing) : _channel = _Channel(_nameOf(folder)) {
    _channel.onmessage = ((JSAny? _) => onRing().ignore()).toJS;
  }

  final _Channel _channel;

  static String _nameOf(String folder) => 'weight_sync $folder';

  /// Tells the tab that has [folder] open. A tab does not answer: browsers have no background tasks that wait for it.
  static Future<void> ring(String folder, {required Duration limit}) async => _Channel(_nameOf(folder))
    ..postMessage('ring'.toJS)
    ..close();

  /// Stops listening. Call before the lock is released.
  void close() => _channel.close();
}

@JS('BroadcastChannel')
extension type _Channel._(JSObject _) implements JSObject {
  external _Channel(String name);
  external set onmessage(JSFunction? listener);
  external void postMessage(JSAny? message);
  external void close();
}
