/// The signatures of Flutter's own library; the code follows its documentation.
library;

export 'dart:typed_data' show Uint8List;

export 'package:meta/meta.dart' show immutable, protected;

/// Programs of this kind are release builds.
const kDebugMode = false;

/// Notifies its listeners.
abstract class Listenable {
  /// Adds [listener].
  void addListener(void Function() listener);

  /// Removes [listener].
  void removeListener(void Function() listener);
}

/// A value with listeners.
abstract class ValueListenable<T> extends Listenable {
  /// The current value.
  T get value;
}

/// Holds the listeners of a class that extends it.
class ChangeNotifier implements Listenable {
  final _listeners = <void Function()>[];

  @override
  void addListener(void Function() listener) => _listeners.add(listener);

  @override
  void removeListener(void Function() listener) => _listeners.remove(listener);

  /// Calls each listener.
  void notifyListeners() {
    for (final listener in _listeners.toList()) {
      listener();
    }
  }

  /// Removes all listeners.
  void dispose() => _listeners.clear();
}
