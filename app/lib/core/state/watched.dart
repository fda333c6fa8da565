import 'package:flutter/foundation.dart';

/// A value that can be read at any moment and followed from then on.
abstract interface class Watched<T> implements ValueListenable<T> {
  /// The value of this moment, then each new one.
  Stream<T> get stream;
}
