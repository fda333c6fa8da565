import 'package:flutter/foundation.dart';

/// A value that can be read at any time and observed for changes.
abstract interface class Watched<T> implements ValueListenable<T> {
  /// The current value, then every new one.
  Stream<T> get stream;
}
